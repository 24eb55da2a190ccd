"""What the Department changed since a text was closed is told, whichever row of it that is."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from plans.documents import PlanDocument
from plans.documents.kinds import IN_DOCUMENT
from plans.documents.terms import FocusAreaTerm, Money, ProfileFigure
from plans.rules.moved import moved_since
from plans.tests.documents import change, complete_document

FIGURE = ProfileFigure(
    label="Chronic absenteeism",
    value=Decimal("16.2"),
    period="2024-25",
    source="EdSight",
    source_on=date(2026, 1, 5),
)
SIGNED = change(complete_document(), "district", figures=(FIGURE,))
# Parts of the document that its district writes; all others are the Department's.
OF_DISTRICT = {kind.within for kind in IN_DOCUMENT.values() if not kind.parent}
TERMS = [  # one of each kind of term that a row names
    ("needs", "indicators", 0),
    ("objectives", 0, "targets", 0, "indicator"),
    ("strategies", 0, "domain"),
    ("strategies", 0, "focus_areas", 0),
    ("lines", 0, "focus_area"),
    ("lines", 0, "object_code"),
    ("assurances", "assurances", 0),
]
KEYS = {"number", "code", "accepted"}  # which it is, and what the district said to it


def told(now: PlanDocument) -> list[str]:
    return [one.sentence for one in moved_since(SIGNED, now)]


def leaves(part: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(part, tuple):
        for place, each in enumerate(part):
            yield from leaves(each, (*path, place))
    elif hasattr(part, "model_copy"):
        for name in type(part).model_fields:
            yield from leaves(getattr(part, name), (*path, name))
    else:
        yield path


def at(document: Any, path: tuple[str | int, ...]) -> Any:
    for name in path:
        document = document[name] if isinstance(name, int) else getattr(document, name)
    return document


def everywhere(part: Any, was: Any, now: Any) -> Any:
    """A term of the vocabulary is the same in every row that names it."""
    if part == was:
        return now
    if isinstance(part, tuple):
        return tuple(everywhere(each, was, now) for each in part)
    if not hasattr(part, "model_copy"):
        return part
    names = type(part).model_fields
    return part.model_copy(
        update={name: everywhere(getattr(part, name), was, now) for name in names}
    )


def another(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | Decimal():
            return value + 7
        case None:
            return 7
        case date():
            return date(2025, 2, 3)
        case _:
            return f"{value} otherwise"


OF_DEPARTMENT = [
    *(
        path
        for name in PlanDocument.model_fields
        if name not in OF_DISTRICT
        for path in leaves(getattr(SIGNED, name), (name,))
        if path[:1] != ("focus_areas",) or path[1] == 0  # the others are the same
    ),
    *(path for term in TERMS for path in leaves(at(SIGNED, term), term) if path[-1] not in KEYS),
]


def test_every_part_is_the_districts_or_the_departments():
    assert set(PlanDocument.model_fields) > OF_DISTRICT
    assert len(OF_DEPARTMENT) > 30


@pytest.mark.parametrize("path", OF_DEPARTMENT, ids=lambda path: "/".join(map(str, path)))
def test_whatever_the_department_changes_is_told(path):
    *part, name = path
    was = at(SIGNED, tuple(part))
    now = everywhere(SIGNED, was, was.model_copy(update={name: another(getattr(was, name))}))

    sentences = told(now)

    assert sentences
    assert "The text reads otherwise than when it was closed." not in sentences


def test_nothing_is_told_of_what_is_as_it_was():
    assert told(SIGNED.model_copy()) == []


@pytest.mark.parametrize(
    ("now", "sentence", "binds"),
    [
        (
            {"money": Money(amount=900_000, stage="final")},
            "The allocation was $1,000,000, final; it is $900,000, final now.",
            True,
        ),
        (
            {"money": Money(amount=None, stage=None)},
            "The allocation was $1,000,000, final; it is not known yet now.",
            True,
        ),
        (
            {"money": SIGNED.money.model_copy(update={"source": "ECS list, revised"})},
            "The source of the allocation was “ECS list” of June 1, 2026; it is “ECS list, revised”"
            " of June 1, 2026 now. The amount is the same.",
            False,
        ),
        (
            {"focus_areas": (*SIGNED.focus_areas, FocusAreaTerm(number=11, short_name="Agreed"))},
            "Focus area 11 “Agreed” is offered now.",
            False,
        ),
        ({"allows_indirect_costs": True}, "Indirect costs were not to be budgeted;", False),
    ],
)
def test_what_moved_is_said_from_what_to_what(now, sentence, binds):
    moved = moved_since(SIGNED, SIGNED.model_copy(update=now))

    assert [(one.sentence.startswith(sentence), one.binds) for one in moved] == [(True, binds)]


def test_a_figure_is_named_with_its_year():
    figure = FIGURE.model_copy(update={"value": Decimal("17.1")})

    assert told(change(SIGNED, "district", figures=(figure,))) == [
        "Chronic absenteeism, 2024-25 was 16.2; it is 17.1 now."
    ]
    assert told(change(SIGNED, "district", figures=())) == [
        "Chronic absenteeism, 2024-25 is gone; it was 16.2."
    ]


def test_a_term_no_longer_offered_is_named_where_a_row_used_it():
    now = change(SIGNED, "objectives", 1, "targets", 0, indicator=None)
    now = change(now, "needs", indicators=SIGNED.needs.indicators[:1])

    assert [(one.sentence, one.binds) for one in moved_since(SIGNED, now)] == [
        ("Indicator 4 “Chronic absenteeism” is not offered any more.", True)
    ]


def test_another_assurance_is_signed_anew():
    first, *rest = SIGNED.assurances.assurances
    reworded = first.model_copy(update={"text": "Assurance 1, reworded."})

    moved = moved_since(SIGNED, change(SIGNED, "assurances", assurances=(reworded, *rest)))

    assert [(one.sentence, one.binds) for one in moved] == [
        ("Assurance 1 was “Assurance 1.”; it is “Assurance 1, reworded.” now.", True)
    ]
