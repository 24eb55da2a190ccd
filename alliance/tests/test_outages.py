"""The database goes away while people work: nothing typed is lost, and one line says why."""

import html
import re
from contextlib import contextmanager
from http import HTTPStatus

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from alliance.tests.test_access import rows
from alliance.tests.world import World
from districts.roles import Role
from districts.tests.factories import PASSWORD, person
from plans.models import Cover
from plans.tests.factories import PlanFactory

WORDS = "Every child reads.\r\nEvery <b>day</b>."


@pytest.fixture
def away(db):
    """`with away():` the database is not there."""

    def refuse(*_):
        raise OperationalError("connection to server failed: refused\n\tIs it running?")

    @contextmanager
    def _away():
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(connection, "_cursor", refuse)
            yield

    return _away


@pytest.fixture
def plan(db):
    return PlanFactory()


@pytest.fixture
def writer(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def asking(client, writer):
    """As a browser: a fault is answered, not raised."""
    client.raise_request_exception = False
    client.force_login(writer)
    return client


@pytest.fixture
def cover(plan):
    return reverse("plans:section", args=[plan.district.slug, plan.cycle_id, "cover"])


def given_back(page):
    """The form of the page: where it goes, and the fields it carries."""
    (action,) = re.findall(r'<form method="post" action="([^"]+)"', page)
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return html.unescape(action), {
        name: html.unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"
    }


def _summary(plan):
    return Cover.objects.get(plan=plan).summary


def save(client, address, **typed):
    return client.post(address, {"version": 1, "summary": WORDS, **typed})


def test_save_during_an_outage_is_given_back_and_sent_again(asking, plan, cover, away):
    with away():
        refused = save(asking, cover)
    address, typed = given_back(refused.text)
    saved = asking.post(address, typed)

    assert (refused.status_code, refused["Retry-After"], refused["Cache-Control"]) == (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "30",
        "no-store",
    )
    assert "Every child reads.<br>Every &lt;b&gt;day&lt;/b&gt;." in refused.text
    assert typed == {"version": "1", "summary": WORDS}
    assert (saved.status_code, _summary(plan).split()) == (302, WORDS.split())


def test_outage_is_one_line_of_the_log_without_what_was_typed(asking, cover, away, caplog):
    with away():
        save(asking, cover)

    assert [
        (one.name, one.getMessage(), one.exc_info)
        for one in caplog.records
        if one.levelname != "INFO"
    ] == [("alliance.views", "Database not ready: connection to server failed: refused", None)]


@pytest.fixture
def another(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


def test_words_given_back_to_one_person_are_not_saved_by_another(
    asking, plan, cover, away, another
):
    with away():
        address, typed = given_back(save(asking, cover).text)
    asking.force_login(another)

    refused = asking.post(address, typed)

    assert (refused.status_code, _summary(plan)) == (HTTPStatus.CONFLICT, "")
    assert ("Every child reads." in refused.text, "Send it again" in refused.text) == (False, False)
    assert "typed by another person" in refused.text


@pytest.mark.parametrize(
    ("headers", "is_shown"),
    [
        ({}, False),  # no token either
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://evil.example.org"}, False),
    ],
)
def test_words_of_another_site_are_not_offered_in_ones_own_name(
    writer, cover, away, headers, is_shown
):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(writer)
    with away():
        page = client.post(cover, {"version": 1, "summary": WORDS}, headers=headers).text

    assert ("Every child reads." in page, "Send it again" in page) == (is_shown, is_shown)


def test_password_is_never_given_back(asking, plan, away):
    with away():
        page = asking.post(
            reverse("plans:sign", args=[plan.district.slug, plan.cycle_id]),
            {"sha256": "0" * 64, "password": PASSWORD},
        ).text

    assert (PASSWORD in page, "asked for the password once more" in page) == (False, True)
    assert given_back(page)[1] == {"sha256": "0" * 64}


def test_words_on_a_page_older_than_the_sign_in_are_given_back_to_be_copied(writer, cover):
    client = Client(enforce_csrf_checks=True)
    client.force_login(writer)

    refused = client.post(
        cover, {"version": 1, "summary": WORDS}, headers={"Origin": "http://testserver"}
    )

    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert ("Every child reads." in refused.text, "Send it again" in refused.text) == (True, False)


def test_fault_of_ours_gives_the_words_back_too(asking, cover, monkeypatch):
    monkeypatch.setattr("plans.views.sections.draft_or_404", None)

    refused = save(asking, cover)

    assert (refused.status_code, given_back(refused.text)[1]["summary"]) == (500, WORDS)


def test_page_asked_for_during_an_outage_says_so(asking, cover, away):
    with away():
        page = asking.get(cover)

    assert page.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert ("Alliance is away for a moment" in page.text, "Send it again" in page.text) == (
        True,
        False,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["coordinator", "admin"])
def test_every_save_of_the_product_is_answered_in_words_during_an_outage(
    client, noon, settings, tmp_path, away, who
):
    settings.MEDIA_ROOT = tmp_path
    world = World(at=noon)
    world.bring_to("returned for changes")
    client.raise_request_exception = False
    client.force_login(world.people[who])
    met = {}
    for address in sorted({row.act[1] for row in rows() if row.act[0] == "POST"}):
        url = reverse(address.partition("/")[0], kwargs=world.kwargs(address))
        typed = {**world.typed(address), "words": WORDS}
        with away():
            answer = client.post(url, typed)
        carried = given_back(answer.text)[1]["words"] if "Send it again" in answer.text else ""
        met[address] = answer.status_code, carried

    assert {act: said for act, said in met.items() if said != (503, WORDS)} == {}


def test_tables_not_made_yet_are_an_outage_too(asking, cover, monkeypatch):
    """As between the start of a release and the end of its `migrate`."""

    def reads_a_new_column(*_):
        with connection.cursor() as cursor:
            cursor.execute("SELECT not_there FROM plans_plan")

    monkeypatch.setattr("plans.views.sections.draft_or_404", reads_a_new_column)

    refused = save(asking, cover)

    assert (refused.status_code, given_back(refused.text)[1]["summary"]) == (503, WORDS)
