"""Whoever must confirm something is told where their work begins.

The kind of fault: a thing that waits for one person, and is named on no page of theirs.
"""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.models import RosterChange
from districts.roles import DEPARTMENT_ROLES, Role
from districts.tests.factories import DelegationFactory, DistrictFactory, MembershipFactory, person

pytestmark = pytest.mark.django_db

QUEUE = reverse("reviews:queue")
BEFORE = 7  # queries of the queue where nobody is asked to confirm anything


def change(by, at, **values):
    return RosterChange.objects.create(
        kind="allocation",
        district=DistrictFactory(),
        asked={},
        summary=["$1 → $2"],
        needs_second=True,
        asked_at=at,
        proposed_by=by,
        **values,
    )


def proposal(at, **values):
    today = at.date()
    days = {"first_day": today, "last_day": today + timedelta(days=9)}
    return DelegationFactory(confirmed_at=None, confirmed_by=None, **days | values)


def told(client, user):
    """The line, and where it leads."""
    client.force_login(user)
    line = BeautifulSoup(client.get(QUEUE).text, "html.parser").select_one("#waiting")
    if line is None:
        return "", []
    return " ".join(line.text.split()), [link["href"] for link in line.select("a")]


@pytest.fixture(autouse=True)
def _today(noon, time_machine):
    time_machine.move_to(noon)


def test_commissioner_is_told_of_delegations_to_confirm(client, commissioner, noon):
    first, second = proposal(noon), proposal(noon)
    proposal(noon, ended_at=noon, ended_by=commissioner)
    proposal(noon, first_day=noon.date() - timedelta(9), last_day=noon.date() - timedelta(1))
    proposal(noon, delegate=commissioner)
    DelegationFactory()

    words, links = told(client, commissioner)

    assert words == (
        f"Waiting for you: confirm {first.delegate.name}’s delegation, "
        f"confirm {second.delegate.name}’s delegation"
    )
    assert links == [reverse("districts:person", args=[one.delegate_id]) for one in (first, second)]


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.SYSADMIN])
def test_second_person_is_told_of_changes_that_another_asked_for(client, role, noon):
    asker = person(Role.SYSADMIN)
    reader = person(role)
    waiting = change(asker, noon)
    change(reader, noon)
    change(asker, noon, refused_at=noon, refused_by=reader, refusal="No.")

    assert told(client, reader) == (
        "Waiting for you: confirm 1 change of the roster",
        [reverse("districts:change", args=[waiting.pk])],
    )
    change(asker, noon)
    words, links = told(client, reader)
    assert (words, links) == (
        "Waiting for you: confirm 2 changes of the roster",
        [reverse("districts:changes")],
    )


def test_who_belongs_to_a_district_is_told_of_changes_of_the_others(client, noon):
    asker, reader = person(Role.SYSADMIN), person(Role.PROGRAM_MANAGER)
    waiting, own = change(asker, noon), change(asker, noon)
    MembershipFactory(user=reader, role=Role.DISTRICT_VIEWER, district=own.district)

    assert told(client, reader) == (
        "Waiting for you: confirm 1 change of the roster",
        [reverse("districts:change", args=[waiting.pk])],
    )


@pytest.mark.parametrize("role", sorted(DEPARTMENT_ROLES))
def test_nobody_is_told_of_what_is_not_theirs_to_confirm(client, role, noon):
    change(person(Role.SYSADMIN), noon)
    proposal(noon)

    words, _ = told(client, person(role))

    assert ("delegation" in words) == (role == Role.COMMISSIONER)
    assert ("roster" in words) == (role in {Role.PROGRAM_MANAGER, Role.SYSADMIN})


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.PROGRAM_MANAGER])
def test_the_line_costs_one_query_however_much_waits(
    client, role, count, noon, django_assert_max_num_queries
):
    for _ in range(count):
        change(person(Role.SYSADMIN), noon)
        proposal(noon)
    client.force_login(person(role))

    with django_assert_max_num_queries(BEFORE + 1):
        assert "Waiting for you" in client.get(QUEUE).text
