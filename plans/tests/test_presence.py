"""Who else is in a plan is said to whoever asks from a page of it: a role and a place, no names."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.models import Cycle
from plans.sections import SectionKey
from plans.services.presence import ASKED_EACH, LASTS, note_presence
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_is_there():
    cache.clear()


@pytest.fixture
def plan():
    return PlanFactory(district__name="Ansonia", district__slug="ansonia")


@pytest.fixture
def ask(plan):
    """`ask(user, "budget")` is what that person's page is told; each at a browser of their own."""

    def _ask(user, section, *, tab="1", of=plan):
        client = Client()
        client.force_login(user)
        url = reverse("plans:here", args=[of.district.slug, of.cycle_id, section])
        answer = client.get(url, {"tab": tab}, headers={"Sec-Fetch-Mode": "cors"})
        assert answer.status_code == HTTPStatus.OK
        assert answer["Content-Type"].startswith("text/plain")
        return answer.text

    return _ask


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district, name="Dana Reyes")


@pytest.fixture
def office(plan):
    return person(Role.FISCAL_OFFICER, plan.district)


def test_a_role_and_a_place_are_told_to_the_others(ask, coordinator, office):
    assert ask(coordinator, "budget") == ""
    assert ask(office, "strategies") == "The coordinator is here too, in Budget."
    assert ask(coordinator, "budget") == "The business office is here too, in Strategies."


def test_who_goes_on_is_told_where_they_are_now(ask, coordinator, office):
    ask(office, "strategies")
    ask(office, "budget")

    assert ask(coordinator, "cover") == "The business office is here too, in Budget."


def test_another_tab_of_ones_own_is_another(ask, coordinator):
    ask(coordinator, "budget", tab="1")

    assert ask(coordinator, "cover", tab="2") == "You have Budget open in another tab, too."


def test_two_in_one_role_and_place_are_told_once(ask, plan, coordinator):
    for tab in ("1", "2"):
        ask(person(Role.FISCAL_OFFICER, plan.district), "budget", tab=tab)

    assert ask(coordinator, "budget") == "The business office is here too, in Budget."


def test_whoever_is_not_heard_of_again_is_gone(ask, coordinator, office, noon):
    with time_machine.travel(noon, tick=False) as clock:
        ask(office, "budget")
        clock.shift(2 * ASKED_EACH)  # one question of theirs was lost
        lost_one = ask(coordinator, "cover")
        clock.shift(LASTS - 2 * ASKED_EACH)
        gone = ask(coordinator, "cover")

    assert (lost_one, gone) == ("The business office is here too, in Budget.", "")


def test_whose_role_ended_while_they_asked_is_refused_and_is_not_there(
    ask, plan, coordinator, office, noon
):
    office.memberships.update(
        given_at=noon - timedelta(days=9), ended_at=noon, ended_by=coordinator
    )

    with pytest.raises(PermissionDenied):
        note_presence(plan, SectionKey.BUDGET, tab="1", by=office, at=noon)

    assert ask(coordinator, "cover") == ""


def test_another_plan_is_another_place(ask, coordinator, plan):
    other = PlanFactory(district=plan.district, cycle=Cycle.objects.get(pk=2028))
    ask(coordinator, "budget", tab="1")

    assert ask(coordinator, "budget", tab="2", of=other) == ""


def test_there_is_no_other_place(ask, client, coordinator, plan):
    client.force_login(coordinator)
    assert client.get(f"/plans/ansonia/{plan.cycle_id}/here/nowhere/").status_code == 404


def test_asking_keeps_no_session_alive(ask, coordinator, noon):
    with time_machine.travel(noon, tick=False) as clock:
        ask(coordinator, "cover")
        before = coordinator.sessions.get().seen_at
        clock.shift(timedelta(minutes=5))
        client = Client()
        client.cookies["sessionid"] = coordinator.sessions.get().pk
        plan = coordinator.memberships.get().district.plans.get()
        url = reverse("plans:here", args=["ansonia", plan.cycle_id, "cover"])
        assert client.get(url, headers={"Sec-Fetch-Mode": "cors"}).status_code == HTTPStatus.OK

        assert coordinator.sessions.get().seen_at == before
