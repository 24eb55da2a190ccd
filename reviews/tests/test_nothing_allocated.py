"""R05: with an allocation of $0 a district files all the same, and its budget totals 0."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from districts.calendar import eastern_day
from districts.models import Allocation
from districts.roles import Role
from districts.tests.factories import AllocationFactory, DistrictFactory, person
from plans.documents import draft_document
from plans.models import BudgetLine
from plans.rules import check
from plans.services import close_for_signature, sign, submit
from plans.tests.documents import TODAY, change, complete_document
from plans.tests.factories import PlanFactory, recommend_by_both, write_rows
from plans.workflow import Status
from reviews.services import approve, assign

pytestmark = pytest.mark.django_db


def nothing_allocated(**lines):
    document = change(complete_document(), "money", amount=0)
    return document.model_copy(update={"lines": lines.get("lines", ())})


def stops(document):
    return [(one.rule, one.sentence) for one in check(document, today=TODAY) if one.stops]


def test_a_budget_of_nothing_stops_no_plan():
    assert stops(nothing_allocated()) == []


def test_a_dollar_of_an_allocation_of_nothing_stops_it():
    line = complete_document().lines[0].model_copy(update={"amount": 1, "quantity": None})

    assert "R17" in {rule for rule, _ in stops(nothing_allocated(lines=(line,)))}


def test_it_is_written_closed_signed_submitted_and_approved(client, commissioner, noon):
    district = DistrictFactory(designated=True)
    AllocationFactory(district=district, fiscal_year=2027, amount=0, stage="final")
    people = {role: person(role, district) for role in (Role.SUPERINTENDENT, Role.BOARD_CHAIR)}
    plan = PlanFactory(district=district)
    write_rows(plan, nothing_allocated())
    BudgetLine.objects.filter(plan=plan).delete()
    writer = people[Role.SUPERINTENDENT]
    assert stops(draft_document(plan.pk)) == []
    coordinator = person(Role.PLAN_COORDINATOR, district)
    client.force_login(coordinator)
    for name, args in (("overview", []), ("read", []), ("section", ["budget"])):
        page = client.get(reverse(f"plans:{name}", args=[district.slug, 2027, *args]))
        assert page.status_code == 200
        assert "$0" in page.text, name

    version = close_for_signature(plan_id=plan.pk, by=coordinator, at=noon)
    for who in people.values():
        sign(plan_id=plan.pk, sha256=version.sha256, by=who, at=noon)
    submit(plan_id=plan.pk, by=writer, at=noon, key=uuid4())
    plan.refresh_from_db()
    assert plan.status == Status.SUBMITTED

    assign(
        plan_id=plan.pk,
        program_reviewer_id=person(Role.PROGRAM_REVIEWER).pk,
        fiscal_reviewer_id=person(Role.FISCAL_REVIEWER).pk,
        by=person(Role.PROGRAM_MANAGER),
        at=noon,
        key=uuid4(),
    )
    recommend_by_both(plan, version)
    plan.board_approval.approved_on = eastern_day(noon) - timedelta(days=1)
    plan.board_approval.save()
    plan.refresh_from_db()
    determination = approve(
        plan_id=plan.pk,
        version=version.number,
        implementation="first_plan",
        implementation_reasons="No plan before this one.",
        performance="first_plan",
        performance_reasons="No plan before this one.",
        key=uuid4(),
        by=commissioner,
        at=noon,
    )

    assert determination.amount == 0
    assert "The allocation of the fiscal year is $0" in determination.letter
    assert "may spend" not in determination.letter
    assert Allocation.objects.get(district=district).amount == 0
