"""Writing the words of a kind of letter. A version is never changed: the next is written."""

from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from districts.services.locks import hold
from districts.words import eastern
from plans.rules.words import listing
from plans.services import Blocked
from reviews.models import LetterTemplate
from reviews.models.default_letters import CITES, PLACEHOLDERS, LetterKind
from reviews.permissions import may_edit_letters
from reviews.reports.letter_templates import WordsOfLetter, words_for
from reviews.services.letter_words import NAME
from reviews.services.turns import MovedOn

MOST = 10_000  # characters


@transaction.atomic
def save_words_of_letter(
    *, kind: LetterKind, read: int, text: str, by: User, at: datetime
) -> WordsOfLetter:
    """Write the next version of the words; what says the same as what stands writes none.

    `read` is the number of the version that was on the page, 0 of the default. Letters that left
    stay as they are: each was frozen as it was written.

    Raises:
        PermissionDenied: neither a program manager nor the Commissioner.
        MovedOn: another version was saved since.
        Blocked: a name in braces is not known, is missing, or braces stand around something else;
            all are listed.
    """
    hold("letter words")  # one at a time: the first version has no row before it to lock
    if not may_edit_letters(by, at=at):
        raise PermissionDenied
    text = tidied(text)
    if faults := faults_in_words(kind, text):
        raise Blocked(faults)
    standing = words_for(kind)
    if standing.text.strip() == text:
        return standing
    if standing.number != read:
        raise _moved_on(standing)
    LetterTemplate.objects.create(kind=kind, number=read + 1, text=text, made_at=at, made_by=by)
    return words_for(kind)


def _moved_on(standing: WordsOfLetter) -> MovedOn:
    return MovedOn(
        f"{standing.made_by} saved version {standing.number} on"
        f" {eastern(standing.made_at)}, since you opened this page. What you wrote is below and not"
        " saved: compare, and save it again."
    )


def tidied(text: str) -> str:
    """Lines end as a letter's do, without spaces; between two paragraphs stands one empty line."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n")]
    kept = [line for at, line in enumerate(lines) if line or lines[at - 1]]
    return "\n".join(kept)


def faults_in_words(kind: LetterKind, text: str) -> list[str]:
    """Everything that stops these words from being those of a letter of this kind."""
    return list(_faults(kind, text))


def _faults(kind: LetterKind, text: str) -> Iterator[str]:
    if len(text) > MOST:
        yield f"The words are {len(text):,} characters; there is room for {MOST:,}."
    named = NAME.findall(text)
    known = {one.name: one for one in PLACEHOLDERS[kind]}
    if unknown := sorted(set(named) - set(known)):
        yield (
            f"{_braced(unknown)}: nothing is known by that name in this letter. The names that can"
            " stand in it are beside it."
        )
    if missing := [name for name, one in known.items() if not one.may and name not in named]:
        yield f"The letter cannot leave without {_braced(missing)}. Put it where it belongs."
    if set("{}") & set(NAME.sub("", text)):
        yield "A brace stands by itself. Braces stand around a name alone, such as {district}."
    if (section := CITES.get(kind)) and section not in text:
        yield f"The letter does not say on what it rests. Name § {section} in it."
    if "://" in text or "www." in text:
        yield "The words hold an address. A letter has one link, which Alliance puts in."
    if named.count("link") > 1:
        yield "{link} stands more than once. A letter has one link."


def _braced(names: list[str]) -> str:
    return listing([f"{{{name}}}" for name in names])
