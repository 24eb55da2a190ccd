"""The words of each kind of decision letter as they stand: the last version, else the default."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from reviews.models import DecisionLetter, Determination, LetterTemplate
from reviews.models.default_letters import DEFAULT_LETTERS, LetterKind
from reviews.reports.said_lines import Worded


@dataclass(frozen=True)
class WordsOfLetter:
    """`number` is 0 where the Department has written none of its own."""

    kind: LetterKind
    number: int
    text: str
    template: LetterTemplate | None = None
    made_at: datetime | None = None
    made_by: str = ""


def words_for(kind: LetterKind) -> WordsOfLetter:
    """By which a letter written now is written. One query."""
    last = versions_of_letter(kind).first()
    return _shown(kind, last)


def words_among(said: Iterable[Worded], kind: LetterKind) -> WordsOfLetter:
    """The same, of what a packet brought of each kind."""
    for one in said:
        if one.kind == kind:
            row = LetterTemplate(pk=one.id, kind=kind, number=one.number, text=one.text)
            return WordsOfLetter(kind, one.number, one.text, row)
    return _shown(kind, None)


def words_of_all() -> list[WordsOfLetter]:
    """Of each kind, in one query."""
    newest = LetterTemplate.objects.order_by("kind", "-number").distinct("kind")
    last = {one.kind: one for one in newest.select_related("made_by")}
    return [_shown(kind, last.get(kind)) for kind in LetterKind]


def versions_of_letter(kind: LetterKind) -> QuerySet[LetterTemplate]:
    """The latest first, each with how many letters were written from it."""
    return (
        LetterTemplate.objects.filter(kind=kind)
        .select_related("made_by")
        .annotate(written=Count("letters"))
        .order_by("-number")
    )


def _shown(kind: LetterKind, last: LetterTemplate | None) -> WordsOfLetter:
    if last is None:
        return WordsOfLetter(kind, 0, DEFAULT_LETTERS[kind])
    return WordsOfLetter(kind, last.number, last.text, last, last.made_at, last.made_by.name)


def frozen_letter_of(decided: Determination | None) -> DecisionLetter | None:
    """What is on record of the letter of a decision; none where none was kept then."""
    if decided is None:
        return None
    kept = DecisionLetter.objects.filter(determination=decided)
    return kept.select_related("template").first()
