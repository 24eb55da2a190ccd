"""What a rule and a finding are, and judging by them: a plan, or a report like it.

A rule is one small function over the document.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from plans.documents.parts import Document, Row

AnyDocument = TypeVar("AnyDocument", bound=Document)

STATUTE = "§ 10-262u(d)"
PRACTICE = "Department practice"
DEFAULT = "Our default"


class Severity(StrEnum):
    STOP = "E"  # stops closing for signature and submission
    WARN = "W"  # may be answered with a reason


class Problem(NamedTuple):
    """What a rule found, before it is known which rule found it. No row: the section's own form."""

    sentence: str
    row: Row | None = None
    field: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing to mend, or to answer, with all a page needs to say it and to link to it."""

    rule: str  # "" where no rule has a number for it
    severity: Severity
    section: str  # the key of one of the document's
    sentence: str
    citation: str
    certainty: str  # a value of plans.models.Certainty
    place: str = ""  # the kind of row that a form of its own writes; "" the section's form
    row_id: int | None = None
    field: str = ""  # as the row's form names it
    lineage: str = ""  # of the row, by which it is known in every version

    @property
    def stops(self) -> bool:
        return self.severity == Severity.STOP


@dataclass(frozen=True)
class Layout(Generic[AnyDocument]):
    """Where things are in documents of one kind: findings come in this order, each with its place.

    `place_of` names the kind of a row that a form of its own writes; "" is the section's form.
    """

    sections: Sequence[str]
    rows: Callable[[AnyDocument], Iterable[Row]]
    place_of: Callable[[Row], str]


Check = Callable[..., Iterable[Problem]]  # of the document; a dated rule's, of today as well


@dataclass(frozen=True)
class Rule(Generic[AnyDocument]):
    number: str
    severity: Severity
    section: str
    statement: str
    citation: str
    certainty: str
    check: Check
    is_dated: bool = False  # what it finds depends on the day

    def problems(self, document: AnyDocument, today: date) -> Iterable[Problem]:
        return self.check(document, today) if self.is_dated else self.check(document)

    def finding(self, problem: Problem, *, place: str) -> Finding:
        return Finding(
            rule=self.number,
            severity=self.severity,
            section=self.section,
            sentence=problem.sentence,
            citation=self.citation,
            certainty=self.certainty,
            place=place,
            row_id=problem.row.id if problem.row and place else None,
            field=problem.field,
            lineage=problem.row.lineage if problem.row and place else "",
        )


def rule(
    number: str,
    severity: Severity,
    section: str,
    statement: str,
    *,
    citation: str,
    certainty: str,
    is_dated: bool = False,
) -> Callable[[Check], Rule[Any]]:
    """Make a rule of the function that looks for what breaks it."""

    def make(check: Check) -> Rule[Any]:
        return Rule(number, severity, section, statement, citation, certainty, check, is_dated)

    return make


def lacks(row: Row, field: str) -> bool:
    """Whether a field is empty, unless what was typed into it could not be read."""
    value = getattr(row, field)
    blank = not value.strip() if isinstance(value, str) else value in (None, ())
    return blank and field not in row.as_typed


def run(
    rules: Iterable[Rule[AnyDocument]],
    document: AnyDocument,
    layout: Layout[AnyDocument],
    *,
    today: date,
) -> list[Finding]:
    """What the rules find on a day: by section, then by row, then in the order of the rules."""
    section_order = {key: order for order, key in enumerate(layout.sections)}
    row_order = {id(row): order for order, row in enumerate(layout.rows(document), start=1)}
    found = [(each, problem) for each in rules for problem in each.problems(document, today)]
    found.sort(key=lambda pair: (section_order[pair[0].section], row_order.get(id(pair[1].row), 0)))
    return [
        each.finding(problem, place=layout.place_of(problem.row) if problem.row else "")
        for each, problem in found
    ]
