"""Whatever refuses a form gives back the words in it, and says the true reason."""

import html
from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.contrib.messages import ERROR, get_messages
from django.urls import reverse
from django.utils import timezone

from alliance.tests.test_access import OF_NO_PLAN, Visits, rows, world
from districts.calendar import eastern_day
from districts.models import Delegation
from districts.roles import Role
from districts.tests.factories import DelegationFactory, person
from plans.models import Assignment
from plans.tests.factories import PlanFactory
from plans.views.saving import SEEN_SIGNATURES
from reviews import services

__all__ = ["world"]

WORDS = "Copper lanterns drift upstream"
REFUSED = {403, 404, 409}
NOT_WRITTEN = {"key", "sha256", "password", "version", "district_name", "text", SEEN_SIGNATURES}


def lost(visits: Visits, who: str, address: str) -> str:
    """What is wrong with the answer, if its form was refused; else nothing."""
    typed = {**visits.world.typed(address), "words": WORDS}
    response = visits.send(who, "POST", visits.url(address), typed)
    said = any(one.level == ERROR for one in get_messages(response.wsgi_request))
    if response.status_code == HTTPStatus.FOUND:
        return f"{address}: {who} is told no, and the words are gone" if said else ""
    if response.status_code not in REFUSED:
        return ""
    page = html.unescape(response.text)
    written = [
        value
        for name, value in visits.world.typed(address).items()
        if isinstance(value, str) and " " in value and name not in NOT_WRITTEN
    ]
    if WORDS in page or all(value in page for value in written):
        return ""  # a form with a button alone has none
    return f"{address}: {response.status_code} to {who} without the words"


@pytest.mark.parametrize("state", ["draft", "approved"])
def test_every_refusal_gives_the_words_back(world, state):
    world.bring_to(state)
    visits = Visits(world)
    taken = [row for row in rows() if row.method == "POST" and row.states != [OF_NO_PLAN]]
    addresses = sorted({row.address for row in taken})

    found = [
        lost(visits, who, address)
        for who in ("coordinator", "assigned reviewer", "delegate")
        for address in addresses
    ]

    assert [one for one in found if one] == []


def test_every_refusal_of_the_roster_and_its_people_gives_the_words_back(world):
    visits = Visits(world)
    taken = [row for row in rows() if row.method == "POST" and row.states == [OF_NO_PLAN]]
    addresses = sorted({row.address for row in taken if not row.address.startswith("account_")})

    found = [
        lost(visits, who, address)
        for who in ("coordinator", "assigned reviewer")
        for address in addresses
    ]

    assert [one for one in found if one] == []


# The true reason --------------------------------------------------------------------------------


@pytest.fixture
def plan(db):
    return PlanFactory(under_review=True)


def _review(plan):
    return plan.assignments.current().get(reviews_as=Assignment.As.PROGRAM)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("comment", {"section": "budget", "audience": "internal", "text": WORDS}),
        ("recommend", {"version": 1, "text": WORDS}),
        ("return", {"version": 1, "change-1-section": "budget", "change-1-text": WORDS}),
    ],
)
def test_a_reviewer_reassigned_while_writing_reads_who_has_it_now(client, plan, name, typed):
    now, other = timezone.now(), person(Role.PROGRAM_REVIEWER)
    reviewer = _review(plan).reviewer
    client.force_login(reviewer)
    services.assign(
        plan_id=plan.pk,
        program_reviewer_id=other.pk,
        fiscal_reviewer_id=plan.assignments.current().get(reviews_as="fiscal_reviewer").reviewer_id,
        by=person(Role.PROGRAM_MANAGER),
        at=now,
        key=uuid4(),
    )

    url = reverse(f"reviews:{name}", args=[plan.district.slug, plan.cycle_id])
    page = client.post(url, {"key": uuid4(), **typed})

    assert page.status_code == HTTPStatus.FORBIDDEN
    assert WORDS in page.text
    assert f"The plan was yours to review until {timezone.localtime(now):%b}" in page.text
    assert f"{other} reviews it now." in page.text


@pytest.mark.parametrize("how", ["ended", "over"])
def test_a_delegate_whose_delegation_ended_while_writing_reads_when(client, plan, how):
    delegate, today = person(Role.PROGRAM_REVIEWER), eastern_day(timezone.now())
    delegation = DelegationFactory(
        delegate=delegate, first_day=today - timedelta(days=9), last_day=today + timedelta(days=9)
    )
    client.force_login(delegate)
    if how == "ended":
        change = {"ended_at": timezone.now(), "ended_by": delegation.confirmed_by}
    else:
        change = {"last_day": today - timedelta(days=1)}
    Delegation.objects.filter(pk=delegation.pk).update(**change)

    url = reverse("reviews:approve", args=[plan.district.slug, plan.cycle_id])
    page = client.post(url, {"version": 1, "implementation_reasons": WORDS})

    assert (page.status_code, WORDS in page.text) == (HTTPStatus.FORBIDDEN, True)
    assert "delegation to you " in page.text


@pytest.mark.django_db
def test_a_writer_whose_role_ended_while_writing_reads_when(client):
    plan = PlanFactory()
    writer = person(Role.PLAN_COORDINATOR, plan.district)
    client.force_login(writer)
    writer.memberships.update(ended_at=timezone.now(), ended_by=writer)

    url = reverse("plans:section", args=[plan.district.slug, plan.cycle_id, "cover"])
    page = client.post(url, {"version": 1, "summary": WORDS})

    assert (page.status_code, WORDS in page.text) == (HTTPStatus.NOT_FOUND, True)
    assert f"plan coordinator at {plan.district} ended" in page.text
