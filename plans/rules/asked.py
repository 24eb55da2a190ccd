"""A field that is not called optional stops the plan while it is empty.

Most are asked for by a rule with a number, which says it in words of its own. The rest is what an
application holds by Department practice; nothing is judged complete without it.
"""

from collections.abc import Iterator
from functools import partial

from plans.documents.fields import Control, Field
from plans.documents.kinds import IN_DOCUMENT, Kind, kind_of
from plans.documents.parts import Row
from plans.documents.shape import PlanDocument, StrategyPart
from plans.rules.base import PRACTICE, Problem, Rule, Severity
from plans.rules.layout import where
from plans.sections import SECTIONS, SectionKey

BY_NUMBER = {  # the fields that a rule with a number asks for, as the document names them
    "needs": {"indicators"},  # R11
    "objective": {"statement"},  # R06
    "target": {  # R07
        *("indicator", "student_group", "baseline", "baseline_year", "target_value"),
        *("due_on", "data_source"),
    },
    "strategy": {"domain", "focus_areas", "owner", "starts_on", "ends_on", "targets"},  # R08, R09
    "line": {"strategy", "focus_area", "object_code", "amount", "narrative"},  # R19
    "collaboration": {"alignment"},  # R10
    "engagement": {"group", "held_on"},  # R10
    "statement": {"assurances", "evaluation_plan_approved", "evaluation_plan_approved_on"},
}
CHOSEN = {Control.CHOICE, Control.RADIOS, Control.CHOICES, Control.YES_NO}


def is_asked(kind: Kind, document: PlanDocument) -> bool:
    """A first plan has no year to look back on."""
    return kind.key != "look_back" or document.kind != "initial"


def _empty(section: SectionKey, document: PlanDocument) -> Iterator[Problem]:
    strategy = 0
    for row, kind in _rows(section, document):
        if isinstance(row, StrategyPart):
            strategy = row.number
        by_number = BY_NUMBER.get(kind.key, set())
        for field in kind.written:
            if field.part_name in by_number or not field.is_asked or not _is_empty(row, field):
                continue
            act = "Choose" if field.control in CHOSEN else "Fill it in"
            yield Problem(
                f"{where(row, strategy)}“{field.words}” is empty. {act}.", row, field.name
            )


def _rows(section: SectionKey, document: PlanDocument) -> Iterator[tuple[Row, Kind]]:
    for kind in IN_DOCUMENT.values():
        if kind.section == section and not kind.parent and is_asked(kind, document):
            for row in kind.parts_of(document):
                yield row, kind_of(row) or kind


def _is_empty(row: Row, field: Field) -> bool:
    value = getattr(row, field.part_name)
    blank = not value.strip() if isinstance(value, str) else value in (None, ())
    return blank and field.name not in row.as_typed


ASKED_RULES: tuple[Rule[PlanDocument], ...] = tuple(
    Rule(
        "",
        Severity.STOP,
        section,
        f"Each field of {SECTIONS[section].title} that is not optional is filled in.",
        PRACTICE,
        "practice",
        partial(_empty, section),
    )
    for section in dict.fromkeys(kind.section for kind in IN_DOCUMENT.values() if kind.written)
)
