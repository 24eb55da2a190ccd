"""A plan handed in while its district is being changed: one of the two sees what the other did."""

from uuid import uuid4

import pytest

from districts import services as roster
from districts.models import District, RosterChange
from districts.roles import Role
from districts.services import Grounds, RosterRefusal
from districts.tests.factories import person
from plans import services
from plans.tests.factories import PlanFactory, closed_version, write_rows
from plans.tests.test_concurrency import slowly
from plans.workflow import Status, StepNotAllowed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan():
    plan = PlanFactory(district__name="Derby")
    write_rows(plan)
    closed_version(plan, signed=True)
    return plan


def test_retiring_waits_for_a_plan_being_handed_in_and_then_names_it(plan, noon):
    admin = person(Role.SYSADMIN)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    handing_in = slowly(services.submit, plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())

    with handing_in, pytest.raises(RosterRefusal, match="with the Department"):
        roster.retire_district(district_id=plan.district_id, by=admin, at=noon)

    assert District.objects.get(pk=plan.district_id).retired_at is None


def test_handing_in_waits_for_a_district_being_retired_and_is_refused(plan, noon):
    admin = person(Role.SYSADMIN)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    retiring = slowly(roster.retire_district, district_id=plan.district_id, by=admin, at=noon)

    with retiring, pytest.raises(StepNotAllowed, match="taken off the roster"):
        services.submit(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())

    plan.refresh_from_db()
    assert plan.status == Status.DRAFT


def test_of_two_who_confirm_and_refuse_at_once_the_second_is_told(noon):
    plan = PlanFactory(approved=True)
    first, second = person(Role.SYSADMIN), person(Role.PROGRAM_MANAGER)
    change = roster.retire_district(
        district_id=plan.district_id,
        grounds=Grounds("It joins another."),
        by=person(Role.SYSADMIN),
        at=noon,
    )

    with (
        slowly(roster.confirm_change, change_id=change.pk, by=first, at=noon),
        pytest.raises(RosterRefusal, match="settled already"),
    ):
        roster.refuse_change(change_id=change.pk, why="No.", by=second, at=noon)

    change = RosterChange.objects.get()
    assert (change.confirmed_by, change.refused_by) == (first, None)
