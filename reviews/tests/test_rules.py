"""The gate: each condition, met and not met, in words and citation."""

from datetime import date

import pytest

from districts.models import Allocation
from districts.tests.factories import restated
from plans.models import Plan
from plans.tests.documents import a_line, object_code
from plans.tests.factories import (
    PlanFactory,
    RequiredChangeFactory,
    closed_version,
    document_of,
    recommend_by_both,
)
from plans.workflow import Status, Step
from reviews.reports.packet import read_packet
from reviews.rules import gate, unmet

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)


def conditions_of(plan):
    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    return [
        (one.is_met, one.is_warning, one.rule, one.citation, one.sentence)
        for one in gate(packet, on=DAY)
    ]


def test_gate_of_a_plan_that_lacks_nothing():
    plan = PlanFactory(under_review=True, reviews=True)
    chair, superintendent = (
        plan.versions.get().signatures.order_by("capacity").values_list("name", flat=True)
    )

    fiscal, program = plan.assignments.order_by("reviews_as").values_list(
        "reviewer__name", flat=True
    )

    assert conditions_of(plan) == [
        (
            True,
            False,
            "R32",
            "Department practice",
            "No FY2026 plan is kept in this system, so there is none to look back on.",
        ),
        (
            True,
            False,
            "R38",
            "Department practice",
            f"{program} (program review) and {fiscal} (fiscal review) recommend version 1.",
        ),
        (True, False, "R41", "§ 10-262u(d)", "No changes were required."),
        (
            True,
            False,
            "R14",
            "Department practice",
            "The local board approved the plan on June 9, 2026.",
        ),
        (
            True,
            False,
            "R15",
            "Department practice",
            f"{superintendent} and {chair} signed version 1, the one handed in.",
        ),
        (
            True,
            False,
            "R17",
            "§ 10-262u(c)",
            "The allocation is $1,000,000, final; the lines of the plan budget $1,000,000 of it.",
        ),
    ]


def test_what_is_not_met_comes_first_and_warnings_next():
    plan = PlanFactory(under_review=True, reviews=True, board__approved_on=None)
    restated(Allocation.objects.get(), amount=1_200_000)
    RequiredChangeFactory(
        plan=plan,
        version=plan.versions.get(),
        answer="Done.",
        answered_at=plan.submitted_at,
        answered_by=plan.started_by,
    )

    assert [(met, warns, rule) for met, warns, rule, *_ in conditions_of(plan)] == [
        (False, False, "R14"),
        (False, False, "R17"),
        (False, False, "R17"),
        (True, False, "R32"),
        (True, False, "R38"),
        (True, False, "R41"),
        (True, False, "R15"),
        (True, False, "R17"),
    ]
    sentences = [sentence for *_, sentence in conditions_of(plan)]
    assert sentences[1:3] == [
        "The Department’s list now says $1,200,000, final; version 1 was signed at $1,000,000,"
        " final. Return the plan, so that the district budgets and signs the figure in force.",
        "Current-year lines total $1,000,000; the final allocation is $1,200,000."
        " Budget $200,000 more. Return the plan for this.",
    ]
    assert sentences[5] == "1 required change answered."


@pytest.mark.parametrize(
    ("kind", "rule", "citation", "what"),
    [
        (
            {"previously_locally_funded": True},
            "R27",
            "§ 10-262u(c)(2)",
            "Paid from local funds before",
        ),
        (
            {"line_kind": "magnet_tuition", "object_code": object_code("560", "Tuition")},
            "R28",
            "§ 10-262u(d)(B)",
            "Magnet school tuition",
        ),
    ],
    ids=["local funds", "magnet tuition"],
)
def test_lines_that_are_decided_by_themselves_are_shown_by_themselves(kind, rule, citation, what):
    plan = PlanFactory(under_review=True, reviews=True)
    plan.edition += 1
    lines = (
        a_line(41, 1, amount=20_000, **kind),
        a_line(42, 2, amount=950_000),
        a_line(43, 3, amount=30_000, **kind),
    )
    version = closed_version(plan, document_of(plan.district, lines=lines), signed=True)
    plan.events.create(
        step=Step.SUBMIT,
        source=Status.DRAFT,
        target=Status.SUBMITTED,
        version=version,
        taken_at=plan.submitted_at,
        taken_by=plan.submitted_by,
    )

    recommend_by_both(plan, version)
    assert conditions_of(plan)[0] == (
        True,
        True,
        rule,
        citation,
        f"{what}: line 1 and line 3, $50,000 in all. Each line is decided by"
        " itself below; without that the plan is not approved.",
    )


@pytest.mark.parametrize("kind", Plan.Kind.values)
def test_first_plan_of_a_designation_or_in_this_system_looks_back_on_nothing(kind):
    plan = PlanFactory(under_review=True, reviews=True, kind=kind)

    assert conditions_of(plan)[0][::2] == (
        True,
        "R32",
        "No FY2026 plan is kept in this system, so there is none to look back on.",
    )


def test_unmet_of_a_plan_that_lacks_nothing_is_empty():
    plan = PlanFactory(under_review=True, reviews=True)

    assert unmet(read_packet(Plan.objects.filter(pk=plan.pk)), on=DAY) == []
