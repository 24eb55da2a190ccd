"""Two at once on more time for a plan: one outcome, one letter each, a sentence for the other."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import ConflictFactory, person
from notices.models import Notice
from plans import services as plan_services
from plans.models import ExtensionEntry, Plan
from plans.tests.factories import PlanFactory
from plans.workflow import Status, StepNotAllowed
from reviews import services
from reviews.services import MovedOn
from reviews.tests.at_once import behind

__all__ = ["behind"]  # a fixture

# Rows that data migrations made are put back after each of these tests.
pytestmark = pytest.mark.django_db(transaction=True)

UNTIL = date(2026, 7, 20)  # the plans of FY2027 are due on June 30, 2026


@pytest.fixture
def case(people_of, manager):
    plan = PlanFactory()
    return SimpleNamespace(
        plan=plan,
        manager=manager,
        other=person(Role.PROGRAM_MANAGER),
        theirs=people_of(plan),
        at=datetime(2026, 6, 22, 12, 0, tzinfo=EASTERN),
    )


def act_of(case, verb, by, **said):
    act = {"plan_id": case.plan.pk, "key": uuid4(), "by": by, "at": case.at} | said
    return lambda: verb(**act)


def asking(case, by, **said):
    asked = {"until": UNTIL, "reason": "The board met late."}
    return act_of(case, plan_services.ask_for_time, by, **asked | said)


def granting(case, by, **said):
    return act_of(
        case, services.grant_time, by, **{"seen": 1, "until": UNTIL, "reason": "So be it."} | said
    )


def refusing(case, by):
    return act_of(case, services.refuse_time, by, seen=1, reason="No.")


def handing_in(case):
    def act():
        plan = Plan.objects.select_for_update().get(pk=case.plan.pk)
        plan.status, plan.submitted_at = Status.SUBMITTED, case.at
        plan.submitted_by = case.theirs.superintendent
        plan.save()

    return act


def said():
    return list(ExtensionEntry.objects.order_by("number").values_list("did", flat=True))


def letters(kind):
    return Notice.objects.filter(kind=f"extension_{kind}").count()


def test_asked_twice_at_once_is_asked_once(case, behind):
    key = uuid4()
    same = behind(
        asking(case, case.theirs.plan_coordinator, key=key),
        asking(case, case.theirs.plan_coordinator, key=key),
    )

    assert isinstance(same, ExtensionEntry)
    assert (said(), letters("asked")) == (["asked"], 2)


def test_the_second_of_two_who_ask_at_once_is_told_of_the_first(case, behind):
    told = behind(
        asking(case, case.theirs.plan_coordinator), asking(case, case.theirs.superintendent)
    )

    assert isinstance(told, StepNotAllowed)
    assert f"{case.theirs.plan_coordinator.name} asked for time until July 20, 2026" in str(told)
    assert (said(), letters("asked")) == (["asked"], 2)


def test_of_two_who_answer_at_once_the_first_decides(case, behind):
    asking(case, case.theirs.plan_coordinator)()

    told = behind(refusing(case, case.manager), granting(case, case.other))

    assert isinstance(told, MovedOn)
    assert str(told).startswith(f"{case.manager.name} refused more time on June 22, 2026")
    assert said() == ["asked", "refused"]
    assert (letters("refused"), letters("granted")) == (2, 0)
    assert Plan.objects.get().extended_until is None


def test_a_plan_that_is_handed_in_meanwhile_is_given_no_time(case, behind):
    asking(case, case.theirs.plan_coordinator)()

    told = behind(handing_in(case), granting(case, case.manager))

    assert isinstance(told, StepNotAllowed)
    assert "The plan is submitted now" in str(told)
    assert (said(), letters("granted")) == (["asked"], 0)
    assert Plan.objects.get().extended_until is None


def test_taken_back_while_it_is_granted_it_is_not_granted(case, behind):
    asking(case, case.theirs.plan_coordinator)()
    taking_back = act_of(case, plan_services.ask_no_more, case.theirs.superintendent, seen=1)

    told = behind(taking_back, granting(case, case.manager))

    assert isinstance(told, MovedOn)
    assert "took the asking back" in str(told)
    assert said() == ["asked", "withdrawn"]


def test_who_declares_a_conflict_meanwhile_answers_no_more(case, behind):
    asking(case, case.theirs.plan_coordinator)()

    def declaring():
        Plan.objects.select_for_update().get()
        ConflictFactory(
            person=case.manager, district=case.plan.district, declared_at=case.at - timedelta(1)
        )

    assert isinstance(behind(declaring, granting(case, case.manager)), PermissionDenied)
    assert said() == ["asked"]
