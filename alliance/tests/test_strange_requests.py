"""What nobody meets by following links: ids of another district, ids of nothing, hostile values.

Django's client raises what a view does not catch, so an answer at all is already half the test.
"""

import re
from itertools import product
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import get_resolver, reverse

from alliance import urls
from alliance.tests.addresses import patterns_below
from alliance.tests.remembered import remembering
from alliance.tests.test_access import rows
from alliance.tests.world import World
from districts.tests.factories import AllocationFactory
from plans import services
from plans.models import Attachment, BudgetLine, Objective, Strategy
from plans.tests.factories import PlanFactory, write_rows

PATTERNS = dict(patterns_below(get_resolver(urls)))
STRANGE = {
    "int": (0, 10**40),
    "slug": ("no-such",),
    "place": (),  # of a section: any other name is no address at all
    "uuid": (UUID(int=0),),
}
HOSTILE = ("\0", "²", "-1", "9" * 40, "x" * 5000)
ASKED_FOR = ("fy", "version", "tab", "q", "status", "page", "district", "section", "kind", "next")
ANSWERS = {200, 302, 400, 403, 404, 405, 409, 422}
NO_ADDRESSES = [
    "/plans/ansonia/next/",
    "/plans/ansonia/-2027/",
    "/plans/ansonia/2027/edit/objective/one/",
    "/plans/ansonia/2027/versions/latest/",
    "/plans/ansonia/2027/attachments/1/",
    "/plans/an%00sonia/2027/",
    "/plans/../2027/",
    "/people/me/",
]
ACTS = sorted({row.act for row in rows()} - {("GET", "health_all")})  # it says what is away


@pytest.fixture
def world(db, noon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.ACCOUNT_RATE_LIMITS = False
    settings.PUBLIC_API_A_MINUTE = None
    world = World(at=noon)
    world.bring_to("returned for changes")
    return world


@pytest.fixture
def theirs(world):
    """A plan of Bristol."""
    AllocationFactory(district=world.elsewhere)
    plan = PlanFactory(district=world.elsewhere)
    write_rows(plan)
    return plan


def as_stored(plan):
    return [list(model.objects.filter(plan=plan).values()) for model in (Objective, Strategy)]


@pytest.fixture
def sent(client, world):
    """`sent(method, url, typed)` is the status of the answer; what it changed is undone."""
    with remembering() as memory:

        def _sent(method, url, typed):
            with memory.undone():
                response = getattr(client, method.lower())(url, typed)
                if response.streaming:
                    b"".join(response.streaming_content)  # a file is closed once it was read
            return response.status_code

        yield _sent


@pytest.mark.parametrize(
    ("name", "method", "met"),
    [
        ("row", "GET", 404),
        ("row", "POST", 409),  # as a row removed meanwhile: what was typed is given back
        ("row_history", "GET", 404),
        ("row_remove", "GET", 404),
        ("row_remove", "POST", 302),  # as a row removed already
        ("row_add_to", "GET", 404),
        ("row_add_to", "POST", 404),
    ],
)
def test_a_row_of_another_district_is_none_of_ones_own_plan(
    client, world, theirs, name, method, met
):
    objective = Objective.objects.filter(plan=theirs).earliest("pk")
    before = as_stored(theirs), as_stored(world.plan)
    kwargs = world.kwargs(f"plans:{name}")
    kwargs |= {key: objective.pk for key in ("row_id", "parent_id") if key in kwargs}
    client.force_login(world.people["coordinator"])

    response = getattr(client, method.lower())(
        reverse(f"plans:{name}", kwargs=kwargs), {"version": 1, "statement": "Ours."}
    )

    assert response.status_code == met
    assert objective.statement not in response.text
    assert (as_stored(theirs), as_stored(world.plan)) == before


def test_a_file_of_another_district_is_none_of_ones_own_plan(client, world, theirs):
    lineage = services.attach(
        plan_id=theirs.pk,
        title="Theirs",
        upload=SimpleUploadedFile("theirs.txt", b"51.0"),
        by=world.people["other district"],
        at=world.at,
    ).lineage
    kwargs = {"slug": "ansonia", "fiscal_year": 2027, "lineage": lineage}
    client.force_login(world.people["coordinator"])

    opened = client.get(reverse("plans:attachment", kwargs=kwargs))
    removed = client.post(reverse("plans:attachment_remove", kwargs=kwargs))

    assert (opened.status_code, removed.status_code) == (404, 404)
    assert Attachment.objects.get(lineage=lineage).removed_at is None


def test_a_line_takes_no_strategy_of_another_district(client, world, theirs):
    strategy = Strategy.objects.filter(plan=theirs).earliest("pk")
    address = {"slug": "ansonia", "fiscal_year": 2027, "kind_key": "line"}
    client.force_login(world.people["coordinator"])

    typed = {**world.typed("plans:row_add"), "strategy": strategy.pk, "description": "Ours"}
    client.post(reverse("plans:row_add", kwargs=address), typed)

    assert BudgetLine.objects.get(description="Ours").strategy is None


@pytest.mark.parametrize("who", ["coordinator", "manager", "admin"])
def test_what_does_not_exist_opens_for_nobody(client, world, sent, who, monkeypatch):
    def bare(request, exception):  # nothing strange is in the page itself
        return HttpResponse(status=404)

    monkeypatch.setattr(urls, "handler404", bare)
    client.force_login(world.people[who])
    opened = []
    for method, address in ACTS:
        for kwargs in strangely_named(world, address):
            url = reverse(address.partition("/")[0], kwargs=kwargs)
            if sent(method, url, {}) == 200:
                opened.append((method, url))

    assert opened == []


@pytest.mark.parametrize("who", ["coordinator", "manager", "admin", "stranger"])
def test_whatever_is_asked_for_or_typed_is_answered(client, world, sent, who):
    if who != "stranger":
        client.force_login(world.people[who])
    met = {}
    for (method, address), value in product(ACTS, HOSTILE):
        url = reverse(address.partition("/")[0], kwargs=world.kwargs(address))
        names = world.typed(address) if method == "POST" else ASKED_FOR
        met[method, address, value[:3]] = sent(method, url, dict.fromkeys(names, value))

    assert {act: status for act, status in met.items() if status not in ANSWERS} == {}


def test_a_word_where_a_number_belongs_is_no_address(client, world):
    client.force_login(world.people["coordinator"])

    met = {path: client.get(path).status_code for path in NO_ADDRESSES}

    assert met == dict.fromkeys(NO_ADDRESSES, 404)


def strangely_named(world, address):
    """The address, each time with one part of it that names nothing."""
    kwargs = world.kwargs(address)
    for kind, name in re.findall(r"<(\w+):(\w+)>", PATTERNS[address.partition("/")[0]]):
        for strange in STRANGE[kind]:
            yield kwargs | {name: strange}
