"""Of their own district, a person of the Department is shown what the district is: on every page.

The kind: a list, count, search or page that shows one with two hats what the Department thinks of
their district, or asks for in its roster. Every address of the product is opened by them before
there is any such thing and after: nothing they read may differ.
"""

import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from openpyxl import load_workbook

from alliance.tests.test_access import ADDRESSES, rows
from alliance.tests.world import YEAR, World
from districts import services as roster
from districts.models import RosterChange
from districts.roles import Role
from districts.services.roster_changes import Grounds
from districts.tests.factories import MembershipFactory, person
from notices.tests.factories import NoticeFactory
from plans.workflow import Status
from reviews import services as department

pytestmark = pytest.mark.django_db

HATS = [
    (Role.SYSADMIN, Role.DISTRICT_ADMIN),
    (Role.PROGRAM_MANAGER, Role.PLAN_COORDINATOR),
    (Role.AUDITOR, Role.DISTRICT_VIEWER),
]
ASKED = [  # the lists once more, filtered and searched
    *(("reviews:queue", {"tab": tab}) for tab in ("under-review", "with-commissioner", "mine")),
    ("reviews:queue", {"q": "Ansonia"}),
    *(("reviews:letters", {"status": status}) for status in ("waiting", "failed", "scheduled")),
    ("reviews:letters", {"district": "ansonia"}),
    ("reviews:letters", {"q": "Ansonia"}),
    ("districts:list", {"q": "Ansonia", "retired": "on"}),
    ("districts:people", {"where": "ansonia"}),
]
UNSEEN = re.compile(r'(?:\b(?:value|nonce)=|"X-CSRFToken": )"[^"]*"')
OF_NO_DISTRICT = {"reviews:letter", "health", "health_all", "districts:session_time"}
OF_THE_MOMENT = {"plans:here"}  # who has a page open just now


@pytest.fixture
def world(db, noon, settings, tmp_path, reminders_begun):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(noon, tick=False):
        world = World(at=noon)
        world.bring_to("under review")
        of_district = world.people["assigned, of district"].memberships.in_districts()
        of_district.update(ended_at=noon, ended_by=world.people["admin"])  # so both can review
        yield world


def pages(client, world, reader) -> dict[str, str]:
    """Each page as this person gets it, by its address: every one that opens for somebody."""
    client.force_login(reader)
    named = (
        {row.address for row in rows() if row.method == "GET" and row.address in ADDRESSES}
        - OF_NO_DISTRICT
        - OF_THE_MOMENT
    )
    found = {}
    for name, query in [*((name, {}) for name in sorted(named)), *ASKED]:
        response = client.get(reverse(name, kwargs=world.kwargs(name)), query)
        if response.streaming:
            b"".join(response.streaming_content)
        elif response.status_code == 200 and "spreadsheet" in response["Content-Type"]:
            cells = load_workbook(io.BytesIO(response.content)).active.values
            found[f"{name} {query or ''}"] = f"{list(cells)}"  # a workbook says when it was made
        elif response.status_code == 200:
            found[f"{name} {query or ''}"] = response.content.decode(errors="replace")
        else:
            found[f"{name} {query or ''}"] = f"{response.status_code}"
    return found


def read(page: str) -> tuple[list[str], set[str]]:
    """The words of a page, and where its links lead."""
    soup = BeautifulSoup(page, "html.parser")
    return soup.get_text(" ").split(), {link["href"] for link in soup.find_all("a", href=True)}


def reads_as(was: str, now: str) -> bool:
    """Most pages are the same but for what forms carry unseen: those need not be read."""
    return UNSEEN.sub("", was) == UNSEEN.sub("", now) or read(was) == read(now)


def think(world) -> list[RosterChange]:
    """All that the Department may think of a district, and ask for in its roster, unknown to it."""
    plan, at = world.plan, world.at
    admin, manager = world.offstage["another admin"], world.people["manager"]
    for who in ("assigned reviewer", "assigned, of district"):
        reviewer = world.people[who]
        department.comment(
            plan_id=plan.pk,
            section="budget",
            audience="internal",
            text="Thin.",
            key=uuid4(),
            by=reviewer,
            at=at,
        )
        department.recommend(
            plan_id=plan.pk, version=1, text="Sound.", key=uuid4(), by=reviewer, at=at
        )
    department.waive(
        plan_id=plan.pk, version=1, grounds="Few.", by=world.people["commissioner"], at=at
    )
    plan.refresh_from_db()
    assert plan.status == Status.RECOMMENDED
    waiting = roster.retire_district(
        district_id=world.district.pk, grounds=Grounds("It is to close."), by=admin, at=at
    )
    refused = _proposal(world, admin)
    roster.refuse_change(change_id=refused.pk, why="Not so.", by=manager, at=at)
    file = RosterChange.objects.create(
        kind=RosterChange.Kind.FILE,
        districts_in_file=[world.district.pk],
        asked={"fiscal_year": YEAR},
        summary=[f"Ansonia ({world.district.edsight_code}): $1 → $2"],
        needs_second=True,
        asked_at=at,
        proposed_by=admin,
    )
    about = {"about": plan.about, "to": manager, "posted_at": at}
    NoticeFactory(failed=True, closed_at=at, **about)
    NoticeFactory(leaves_at=at + timedelta(minutes=10), **about)
    NoticeFactory(failed=True, closed_at=at, about=f"roster/{waiting.pk}", to=manager, posted_at=at)
    return [waiting, refused, file]


def _proposal(world, admin):
    return RosterChange.objects.create(
        kind=RosterChange.Kind.ALLOCATION,
        district=world.district,
        asked={},
        summary=["FY2027 final allocation: $1,000,000 → $2"],
        needs_second=True,
        asked_at=world.at,
        proposed_by=admin,
    )


def of_both(world, role, district_role):
    user = person(role)
    MembershipFactory(user=user, role=district_role, district=world.district)
    return user


@pytest.mark.long
def test_what_the_department_thinks_of_their_district_changes_no_page_of_theirs(client, world):
    """And it does change the lists of somebody who belongs to no district, of each kind."""
    readers = {hats: of_both(world, *hats) for hats in HATS} | {"one hat": person(Role.SYSADMIN)}
    for reader in readers.values():
        client.force_login(reader)  # the list of people says when each last signed in
    before = {hats: pages(client, world, reader) for hats, reader in readers.items()}

    think(world)

    now = {hats: pages(client, world, reader) for hats, reader in readers.items()}
    differs = {
        hats: {name.split()[0] for name in was if not reads_as(was[name], now[hats][name])}
        for hats, was in before.items()
    }
    assert len(before["one hat"]) > 60
    assert differs.pop("one hat") >= {
        *("reviews:queue", "reviews:letters", "reviews:plan"),
        *("districts:list", "districts:changes", "districts:detail"),
    }
    assert differs == {hats: set() for hats in HATS}


def test_a_change_opens_for_its_own_district_once_it_is_in_effect(client, world):
    changes = think(world)
    readers = [of_both(world, *hats) for hats in HATS]
    for reader in readers:
        client.force_login(reader)
        for change in changes:
            confirm, refuse = (
                reverse(f"districts:change_{verb}", args=[change.pk])
                for verb in ("confirm", "refuse")
            )
            met = [
                client.get(change.get_absolute_url()),
                client.post(confirm),
                client.post(refuse, {"refusal": "No."}),
            ]
            assert [response.status_code for response in met] == [404, 404, 404]

    waiting, *_ = changes
    roster.confirm_change(change_id=waiting.pk, by=world.people["manager"], at=world.at)

    for reader in readers:
        client.force_login(reader)
        assert "It is to close." in client.get(waiting.get_absolute_url()).text
