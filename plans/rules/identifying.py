"""Nothing handed in tells who a student is: R16 looks for what is written like a student's number.

A number of ten digits is how the State numbers students, as far as we know; nine digits with two
hyphens is how a Social Security number is written. That these are what a student is identified by
is our reading of 34 C.F.R. § 99.3. What else could tell who somebody is, a person has to see; so
does one who reads PDFs and pictures that are attached. Other files are read once they are there,
and what was found in them is kept beside the text: plans/rules/attached.py.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from plans.documents.fields import Control, Field
from plans.documents.kinds import IN_DOCUMENT, kind_of
from plans.documents.parts import Row
from plans.documents.shape import PlanDocument, StrategyPart
from plans.rules.base import Problem, Rule, Severity
from plans.rules.layout import where
from plans.sections import SECTIONS, SectionKey

FERPA = "FERPA, 20 U.S.C. § 1232g"
LIKE_A_STUDENTS = re.compile(
    r"(?<![\w$.,/-])(?:(?P<ten>[0-9]{6}(?P<last>[0-9]{4}))|[0-9]{3}-[0-9]{2}-[0-9]{4})(?![\w/-]|[.,][0-9])"
)
NOTHING_TELLS = "nothing handed in may tell who a student is."
WORDS = {Control.LINE, Control.PROSE}
NOT_ASKED = {"contact_phone"}  # a telephone number has ten digits


class NumberLike(NamedTuple):
    """A number that is written like one of a student: of ten digits its last four."""

    ends: str = ""  # none: written like a Social Security number

    @property
    def words(self) -> str:
        return (
            f"a number of ten digits, ending in {self.ends}, as students have"
            if self.ends
            else "a number written like a Social Security number"
        )


def number_in(text: str) -> NumberLike | None:
    """The first number in a text that is written like one of a student."""
    found = LIKE_A_STUDENTS.search(text)
    return NumberLike(found["last"] or "") if found else None


def _identifying(section: SectionKey, document: PlanDocument) -> Iterator[Problem]:
    strategy = 0
    for row, field in _written(section, document):
        if isinstance(row, StrategyPart):
            strategy = row.number
        if found := number_in(getattr(row, field.part_name) or ""):
            yield Problem(
                f"{where(row, strategy)}“{field.words}” holds {found.words}. Take it out if it is"
                f" one: {NOTHING_TELLS}",
                row,
                field.name,
            )


def _written(section: SectionKey, document: PlanDocument) -> Iterator[tuple[Row, Field]]:
    for kind in IN_DOCUMENT.values():
        if kind.section != section or kind.parent:
            continue
        for row in kind.parts_of(document):
            for field in (kind_of(row) or kind).written:
                if field.control in WORDS and field.part_name not in NOT_ASKED:
                    yield row, field


IDENTIFYING_RULES: tuple[Rule[PlanDocument], ...] = tuple(
    Rule(
        "R16",
        Severity.WARN,
        section,
        f"Nothing in {SECTIONS[section].title} is written like a student’s number.",
        FERPA,
        "default",  # the law forbids what identifies a student; what looks like it is our reading
        partial(_identifying, section),
    )
    for section in dict.fromkeys(
        kind.section
        for kind in IN_DOCUMENT.values()
        if any(field.control in WORDS for field in kind.written)
    )
)
