"""What in a plan might tell who somebody is, so that whoever checks it sees it.

A scan finds what is written like a number, an address or a name; it never says that nothing else
is there. 34 C.F.R. § 99.3; what looks like personal data is our own reading.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from library.documents import NOT_PUBLIC, Passage, stands_in
from plans.documents import PlanDocument
from plans.documents.fields import Control
from plans.documents.kinds import IN_DOCUMENT, Kind, kind_of
from plans.documents.parts import Row
from plans.rules.identifying import LIKE_A_STUDENTS
from plans.sections import SECTIONS

WORDS = {Control.LINE, Control.PROSE}
IN_THE_LETTER = "The decision letter"
BESIDE = 60  # characters on each side of a passage that are shown with it
FEW = "one|two|three|four|five|[1-5]"
LOOKS_LIKE = {
    "a number written like a student’s (R16)": LIKE_A_STUDENTS,
    "an email address": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "a telephone number": re.compile(
        r"(?<![\w-])\(?[0-9]{3}\)?[-. ][0-9]{3}[-. ][0-9]{4}(?![\w-])"
    ),
    "a name": re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx)\b\.? ?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?"),
    "a count of five students or fewer": re.compile(
        rf"\b(?:{FEW}) (?:\w+ )?(?:students?|pupils?|children|child|learners?)\b", re.IGNORECASE
    ),
}


class Finding(NamedTuple):
    """A passage that might tell who somebody is, and where it stands."""

    passage: str
    what: str
    where: str
    around: str  # the words that it stands among


def findings_in(document: PlanDocument, letter: str = "") -> list[Finding]:
    """Each passage once, in the order of the plan; of the letter after it."""
    found: dict[str, Finding] = {}
    for where, text in (*_texts(document), (IN_THE_LETTER, letter)):
        for what, pattern in LOOKS_LIKE.items():
            for match in pattern.finditer(text):
                passage = " ".join(match.group().split())
                around = text[max(0, match.start() - BESIDE) : match.end() + BESIDE]
                found.setdefault(passage.casefold(), Finding(passage, what, where, around))
    return list(found.values())


def undecided(findings: Iterable[Finding], passages: Iterable[Passage]) -> list[Finding]:
    """Those about which nobody decided: neither they, nor a passage that holds them."""
    decided = [passage.text for passage in passages]
    return [each for each in findings if not stands_in(each.passage, decided)]


def _texts(document: PlanDocument) -> Iterator[tuple[str, str]]:
    for kind in IN_DOCUMENT.values():
        if kind.parent:
            continue
        for row in kind.parts_of(document):
            for words, text in _of_row(row, kind_of(row) or kind):
                yield f"{SECTIONS[kind.section].title}: {words}", text
    for each in document.retired:
        yield "Retired since last year", f"{each.title}\n{each.reason}"


def _of_row(row: Row, kind: Kind) -> Iterator[tuple[str, str]]:
    for field in kind.fields:
        if field.part_name in NOT_PUBLIC:
            continue
        value = getattr(row, field.part_name)
        if isinstance(value, str) and (field.control in WORDS or field.control is Control.NONE):
            yield field.words, value
    for name, typed in row.as_typed.items():
        if name not in NOT_PUBLIC:
            yield name.replace("_", " "), typed
