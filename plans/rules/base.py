"""What a rule and a finding are. A rule is one small function over the document."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from plans.documents.kinds import IN_DOCUMENT, kind_of, parts_of
from plans.documents.shape import PlanDocument, Row
from plans.sections import SECTIONS, SectionKey

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
    section: SectionKey
    sentence: str
    citation: str
    certainty: str  # a value of plans.models.Certainty
    place: str = ""  # the kind of row that a form of its own writes; "" the section's form
    row_id: int | None = None
    field: str = ""  # as the row's form names it

    @property
    def stops(self) -> bool:
        return self.severity == Severity.STOP


Check = Callable[[PlanDocument], Iterable[Problem]]


@dataclass(frozen=True)
class Rule:
    number: str
    severity: Severity
    section: SectionKey
    statement: str
    citation: str
    certainty: str
    check: Check

    def finding(self, problem: Problem) -> Finding:
        kind = kind_of(problem.row)
        return Finding(
            rule=self.number,
            severity=self.severity,
            section=self.section,
            sentence=problem.sentence,
            citation=self.citation,
            certainty=self.certainty,
            place=kind.key if kind else "",
            row_id=problem.row.id if problem.row and kind else None,
            field=problem.field,
        )


def rule(
    number: str,
    severity: Severity,
    section: SectionKey,
    statement: str,
    *,
    citation: str,
    certainty: str,
) -> Callable[[Check], Rule]:
    """Make a rule of the function that looks for what breaks it."""

    def make(check: Check) -> Rule:
        return Rule(number, severity, section, statement, citation, certainty, check)

    return make


def lacks(row: Row, field: str) -> bool:
    """Whether a field is empty, unless what was typed into it could not be read."""
    value = getattr(row, field)
    blank = not value.strip() if isinstance(value, str) else value in (None, ())
    return blank and field not in row.as_typed


def name_of(row: Row | None) -> str:
    """Line 15, Target 1.2; nothing for a section's own form."""
    kind = kind_of(row)
    return f"{kind.key.capitalize()} {getattr(row, 'number', '')}" if kind else ""


SECTIONS_WITH_ROWS = list(dict.fromkeys(kind.section for kind in IN_DOCUMENT.values()))


def run(rules: Iterable[Rule], document: PlanDocument) -> list[Finding]:
    """What the rules find: by section, then by row, then in the order of the rules."""
    section_order = {key: order for order, key in enumerate(SECTIONS)}
    rows = chain.from_iterable(parts_of(each, document) for each in SECTIONS_WITH_ROWS)
    row_order = {id(row): order for order, row in enumerate(rows, start=1)}
    found = [(each, problem) for each in rules for problem in each.check(document)]
    found.sort(key=lambda pair: (section_order[pair[0].section], row_order.get(id(pair[1].row), 0)))
    return [each.finding(problem) for each, problem in found]
