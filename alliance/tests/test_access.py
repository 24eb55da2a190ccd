"""Who gets which page, and when, as a table a policy person can read: access.csv, walked.

A row is something one can do: what it is, in which states of a plan, and what each person meets.
A cell says one of these:
  sees          the page opens
  goes on       another page opens instead, where this person can go on
  may           it is theirs to do, and done
  must fill in  it is theirs to do, and the form asks for what is missing in it
  not now       it is theirs to do at another time; a sentence says so
  not theirs    it is for others; the page says for whom
  not found     it does not exist, or is not for them to know of
  sign in       nothing is said before one has signed in
Every address has a row for each method it takes, and every address of a plan an answer in each of
the states of story.py; one that was not started is not found where the table does not say more. Who
wears two hats is walked where both have the most to do: elsewhere what they meet is what their role
in the district meets (below), by the one standing that every view asks.
A method without a row is refused to everybody.
"""

import csv
import logging
from collections import Counter
from contextlib import nullcontext
from copy import copy
from functools import cache
from http.cookies import SimpleCookie
from itertools import product
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as project
from django.contrib import auth
from django.contrib.messages import ERROR, get_messages
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import get_resolver, reverse

from alliance import urls, views
from alliance.signs_of_life import leave_sign_of_life
from alliance.tests.addresses import patterns_below
from alliance.tests.remembered import Memory, remembering
from alliance.tests.story import AMONG_REVIEWERS, REVISIONS, STATES
from alliance.tests.world import TWO_HATS, World
from districts.typed import has_words
from plans.models import Comment
from plans.workflow import Status
from reviews.permissions import reads_as_department

ADDRESSES = dict(patterns_below(get_resolver(urls)))
TABLE = Path(__file__).with_name("access.csv")
SECRET = AMONG_REVIEWERS.encode()
SAID = {403: "not theirs", 404: "not found", 409: "not now"}
ASKED = {200, 400, 422}  # a form sent and shown again
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
OF_NO_PLAN = "—"
OF_PLANS = ("plans/<slug:slug>/", "reports/", "reviews/<slug:slug>/")
OF_A_PUBLIC_PLAN = {  # by the API
    f"api:{name}" for name in ("plan", "document", "targets", "strategies", "lines")
}
NOT_STARTED, EVERY = "not started", "every state"
STARTED = [state for state in STATES if state != NOT_STARTED]
BOTH_ACT = {  # where district and Department have the most to do, and two hats to be told apart
    "draft",
    "submitted",
    "under review",
    "returned for changes",
    "approved",
}


class Row:
    def __init__(self, cells: dict[str, str]) -> None:
        self.what, self.address, self.method = (
            cells.pop(column) for column in ("what", "address", "method")
        )
        said = cells.pop("state of the plan")
        self.states = STARTED if said == EVERY else said.split("; ")
        self.answers = cells

    @property
    def act(self) -> tuple[str, str]:
        return self.method, self.address


def rows() -> list[Row]:
    with TABLE.open(newline="") as file:
        return [Row(cells) for cells in csv.DictReader(file)]


class Visits:
    """Everybody of a world, each at a browser of their own."""

    def __init__(self, world: World, memory: Memory | None = None) -> None:
        self.world, self.client, self.memory = world, Client(), memory or Memory()
        self.cookies = {who: self._signed_in(user) for who, user in world.people.items()}
        self.landings: dict[tuple[str, str], str] = {}
        self.url = cache(self._url)  # nothing that stays is done in a walk
        self.outside = {who for who in world.people if self.may_not_read(who)}
        self.heard: set[str] = set()

    def _signed_in(self, user) -> str:
        if user is None:
            return ""
        self.client.force_login(user)
        return self.client.cookies[project.SESSION_COOKIE_NAME].value

    def may_not_read(self, who: str) -> bool:
        """What the Department's people say among themselves about the plan (R60)."""
        user, plan = self.world.people[who], self.world.plan
        return user is None or plan is None or not reads_as_department(user, plan)

    def client_of(self, who: str) -> Client:
        self.client.cookies = SimpleCookie({project.SESSION_COOKIE_NAME: self.cookies[who]})
        return self.client

    def send(self, who: str, method: str, url: str, typed: dict | None = None):
        verb = getattr(self.client_of(who), method.lower())
        with self.memory.undone() if method == "POST" else nullcontext():
            response = verb(url, typed) if typed else verb(url)
        read = b"".join(response.streaming_content) if response.streaming else response.content
        if SECRET in read:
            self.heard.add(who)
        return response

    def _url(self, address: str) -> str:
        return reverse(address.partition("/")[0], kwargs=self.world.kwargs(address))

    def outcome(self, who: str, method: str, address: str) -> str:
        response = self.send(who, method, self.url(address), self.world.typed(address))
        if response.status_code == 302:
            return self._where_to(who, method, response)
        if method == "POST" and response.status_code in ASKED:
            return "must fill in"
        return "sees" if response.status_code == 200 else SAID[response.status_code]

    def _where_to(self, who: str, method: str, response) -> str:
        if response.url.startswith("/accounts/login/"):
            return "sign in"
        if any(message.level == ERROR for message in get_messages(response.wsgi_request)):
            return "not now"
        if method == "POST" and response.url != resolve_url(project.LOGIN_REDIRECT_URL):
            return "may"
        return self._landing(who, response.url)

    def _landing(self, who: str, url: str) -> str:
        """Where a page sends one on to must itself open."""
        if (who, url) not in self.landings:
            status = self.send(who, "GET", url).status_code
            self.landings[who, url] = "goes on" if status in {200, 302} else SAID[status]
        return self.landings[who, url]


@pytest.fixture
def world(db, noon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"  # no query
    settings.ACCOUNT_RATE_LIMITS = False  # everybody types a password here, again and again
    settings.PUBLIC_API_A_MINUTE = None
    with time_machine.travel(noon, tick=False):
        for who in ("worker", "beat"):  # health_all asks for them
            leave_sign_of_life(who)
        yield World(at=noon)


def surprises(world: World, walked: list[Row], memory: Memory | None = None) -> list[str]:
    """Each cell that the product contradicts, in a sentence."""
    visits = Visits(world, memory)
    found = []
    for row in walked:
        for who, said in row.answers.items():
            met = visits.outcome(who, *row.act)
            if met != said:
                found.append(f"{row.method} {row.address}: {who} meets “{met}”, not “{said}”.")
    leaks = visits.heard & visits.outside
    found += [f"{who} reads what reviewers say to one another." for who in sorted(leaks)]
    are_said = Comment.objects.filter(plan=world.plan, text__contains=AMONG_REVIEWERS).exists()
    if are_said and ("GET", "reviews:plan") in {row.act for row in walked} and not visits.heard:
        found.append("Nobody reads what reviewers say to one another.")
    return found


def test_the_table_names_every_address_and_everybody(world):
    table = rows()

    assert {row.address.partition("/")[0] for row in table} == set(ADDRESSES)
    assert {tuple(row.answers) for row in table} == {tuple(world.people)}


@pytest.mark.parametrize(
    ("two_hats", "as_if"),
    [
        ("reviewer, coordinator", "coordinator"),
        ("reviewer, coordinator elsewhere", "reviewer"),
        ("manager, viewer", "viewer"),
        ("admin, access admin", "access admin"),
    ],
)
def test_of_a_plan_two_hats_meet_what_their_role_in_its_district_meets(two_hats, as_if):
    """And with none in its district, what their role at the Department meets (ADR 33)."""
    of_plans = [row for row in rows() if row.states != [OF_NO_PLAN]]

    assert [row.act for row in of_plans if row.answers[two_hats] != row.answers[as_if]] == []
    assert two_hats in TWO_HATS


def test_every_address_of_a_plan_is_answered_once_in_every_state():
    of_plans = [row for row in rows() if row.states != [OF_NO_PLAN]]
    counted = Counter((row.act, state) for row in of_plans for state in row.states)

    once = {(row.act, state) for row in of_plans for state in STARTED}
    assert counted == dict.fromkeys(once | set(counted), 1)
    assert {row.address.partition("/")[0] for row in of_plans} == {
        name
        for name, pattern in ADDRESSES.items()
        if pattern.startswith(OF_PLANS) or name in OF_A_PUBLIC_PLAN
    }


def test_the_story_knows_every_state_of_the_workflow():
    assert {status.label.lower() for status in Status} <= set(STATES)


def drawn_once(handler):
    """The page of a refusal, once for each person and reason; after that its status alone."""
    statuses = {}

    def refused(request, exception):
        reason = (request.user.pk, request.method, has_words(request), str(exception))
        if reason in statuses:
            return HttpResponse(status=statuses[reason])
        response = handler(request, exception)
        statuses[reason] = response.status_code
        return response

    return refused


@pytest.fixture
def refusals_drawn_once(monkeypatch):
    monkeypatch.setattr(urls, "handler404", drawn_once(views.not_found))
    monkeypatch.setattr(urls, "handler403", drawn_once(views.forbidden))


def looked_up_once():
    """Who is signed in, as Django finds them when they first ask: nobody is changed by a walk."""
    find, found = auth.get_user, {}

    def get_user(request):
        key = request.session.get(auth.SESSION_KEY)
        if key not in found:
            found[key] = find(request)
        return copy(found[key])  # without what was looked up for another request

    return get_user


@pytest.fixture
def in_haste(monkeypatch, refusals_drawn_once):
    """For thousands of requests in each state: what they share is not done for each anew.

    Of what is of no plan, whoever asks is looked up each time.
    """
    monkeypatch.setattr(auth, "get_user", looked_up_once())
    monkeypatch.setattr(logging.getLogger("alliance.requests"), "disabled", True)
    with remembering() as memory:
        yield memory


@pytest.mark.long
@pytest.mark.parametrize("state", STARTED)
def test_of_a_plan_each_person_meets_what_the_table_says(world, state, in_haste):
    world.bring_to(state)
    walked = [row for row in rows() if state in row.states]
    if state not in BOTH_ACT:
        for row in walked:
            row.answers = {who: said for who, said in row.answers.items() if who not in TWO_HATS}

    assert surprises(world, walked, in_haste) == []
    if state in {status.label.lower() for status in Status}:
        assert world.plan.get_status_display().lower() == state


@pytest.mark.parametrize("who", ["stranger", "coordinator", "admin"])
def test_a_method_without_a_row_is_refused(world, who):
    world.bring_to("returned for changes")
    visits, taken = Visits(world), {row.act for row in rows()}
    ours = {address for _, address in taken if not address.startswith("account_")}
    taken |= {("POST", "plans:section/signatures")}  # an address that others of its kind take
    asked = set(product(METHODS, ours)) - taken

    met = {act: visits.send(who, act[0], visits.url(act[1])).status_code for act in asked}

    open_to_all = {"welcome", "health", "health_all", "favicon", "plans:verify"}
    open_to_all |= {"library:list", "library:dictionary", "library:data", "library:sitemap"}
    open_to_all |= {name for name in ADDRESSES if "/public/" in ADDRESSES[name] or "api:" in name}
    assert met == {
        act: 302 if who == "stranger" and act[1] not in open_to_all else 405 for act in asked
    }


@pytest.mark.parametrize("state", REVISIONS)
def test_of_a_revision_each_person_meets_what_the_table_says(world, state, in_haste):
    """What a revision opens and closes; all else of an approved plan stays as it was."""
    world.bring_to(state)
    walked = [row for row in rows() if state in row.states]

    assert surprises(world, walked, in_haste) == []
    of_revisions = {name for name in ADDRESSES if ":revision" in name}
    assert of_revisions <= {row.address for row in walked}


def test_a_plan_not_started_is_nowhere_but_where_it_is_started(world, in_haste):
    world.bring_to(NOT_STARTED)
    of_plans = [row for row in rows() if row.states != [OF_NO_PLAN]]
    said = [row for row in of_plans if row.states == [NOT_STARTED]]
    told = [row for row in of_plans if NOT_STARTED in row.states and row not in said]
    spoken = {one.act for one in (*said, *told)}
    silent = {row.act: row for row in of_plans if row.act not in spoken}
    for row in silent.values():
        row.answers = dict.fromkeys(row.answers, "not found") | {"stranger": "sign in"}

    assert surprises(world, [*said, *told, *silent.values()], in_haste) == []
    for_anybody = {name for name in ADDRESSES if "/public/" in ADDRESSES[name]} | OF_A_PUBLIC_PLAN
    assert {row.address for row in said} == {"plans:overview", "plans:start"}
    assert {row.address for row in told} == for_anybody


@pytest.mark.long
@pytest.mark.usefixtures("refusals_drawn_once")
def test_elsewhere_each_person_meets_what_the_table_says(world):
    walked = [row for row in rows() if row.states == [OF_NO_PLAN]]
    with remembering() as memory:
        assert surprises(world, walked, memory) == []
