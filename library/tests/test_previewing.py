"""Whoever checks a plan sees the public page before there is one, and loses nothing they typed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from districts.roles import Role
from districts.tests.factories import person
from library.documents import Passage
from library.models import Publication, Why
from library.reading.pages import PAGES
from library.tests.checked import all_kept, decide, published, resubmit, submitted_plan
from library.tests.test_public_pages import address
from library.tests.test_publishing_pages import form_of, page_of
from notices.models import Notice
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db
RUIZ = Passage("Ana Ruiz", Why.PERSONAL_DATA)
WHITLOCK = Passage("Mrs. Ada Whitlock", Why.PERSONAL_DATA)


@pytest.fixture
def office(client):
    client.force_login(person(Role.PROGRAM_MANAGER))
    return client


def words_of(answer):
    """What stands in the page, but for what only a preview has."""
    page = BeautifulSoup(answer.text, "html.parser").select_one("main")
    for form in page.select("form"):
        form.decompose()
    return " ".join(page.get_text(" ").split())


def fields_in(answer, form="main form"):
    """What the form of a page would send."""
    found = BeautifulSoup(answer.text, "html.parser").select_one(form)
    sent = {one["name"]: one.get("value", "") for one in found.select("input[name]")}
    sent |= {one["name"]: one.text.strip("\n") for one in found.select("textarea[name]")}
    for one in found.select("select[name]"):
        chosen = one.select_one("option[selected]")
        sent[one["name"]] = chosen["value"] if chosen else ""
    return {name: value for name, value in sent.items() if "typed-by" not in name}


def test_each_page_is_shown_as_strangers_will_read_it(office):
    plan = submitted_plan(submitted=False, approved=True)
    published(plan)
    decide(plan)
    last = resubmit(plan, "The second, by Ana Ruiz.") and plan.publications.get()
    typed = form_of(plan, RUIZ, WHITLOCK, version=2, after=last.pk, reason="A parent wrote to us.")

    previews = {name: office.post(page_of(plan), typed | {"preview": name}) for name in PAGES}

    assert Publication.objects.get() == last
    assert not Notice.objects.exists()
    assert office.post(page_of(plan), typed).url == page_of(plan, "plan")
    for name, shown in previews.items():
        read = words_of(Client().get(address(plan, name)))
        assert words_of(shown) == read, name
        assert "Ruiz" not in read
        assert "Whitlock" not in read
    assert "The second, by [removed: personal data]." in words_of(previews["plan"])


def test_what_was_typed_is_carried_along_and_given_back_unjudged(office):
    plan = submitted_plan()
    resubmit(plan, "Write to o.lake@example.org.")
    undecided = Passage("o.lake@example.org", "")
    typed = form_of(plan, undecided, RUIZ, version=2, reason='Why "so" & <b>not</b>\n otherwise')
    typed |= {"passage_3": "half a", "passage_3_why": ""}

    shown = office.post(page_of(plan), typed | {"preview": "text"})
    carried = fields_in(shown)
    back = office.post(page_of(plan), carried | {"back": "1"})

    assert shown.status_code == back.status_code == 200
    assert "o.lake@example.org" in words_of(shown)
    given = {name: str(value) for name, value in typed.items()}
    assert {name: carried[name] for name in given} == given
    sent_again = fields_in(back, "main form.panel")
    assert {name: sent_again[name] for name in given} == given
    assert "Fix:" not in back.text
    assert "data-unsaved" in back.text
    assert "Found as an email address" in back.text
    assert office.post(page_of(plan), sent_again).status_code == 422  # nothing is decided by it


def test_a_preview_is_for_nobody_else_and_is_kept_nowhere(client, office):
    plan = submitted_plan()
    asked = form_of(plan) | {"preview": "plan"}

    shown = office.post(page_of(plan), asked)
    assert "no-store" in shown.headers["Cache-Control"]
    assert "Preview: only you see this" in shown.text

    for role in (Role.PROGRAM_REVIEWER, Role.COMMISSIONER, Role.AUDITOR):
        client.force_login(person(role))
        assert client.post(page_of(plan), asked).status_code == 403
    client.force_login(person(Role.SUPERINTENDENT, plan.district))
    assert client.post(page_of(plan), asked).status_code == 404
    client.logout()
    assert client.post(page_of(plan), asked).status_code == 302
    assert client.get(address(plan)).status_code == 404
    assert not Publication.objects.exists()


def test_a_preview_tells_of_an_approval_what_the_public_is_told(office):
    """While it can be called back: neither the approval nor its letter."""
    plan = submitted_plan(submitted=False, approved=True)
    decide(plan, leaves_at=timezone.now() + timedelta(minutes=9))

    shown = office.post(page_of(plan), form_of(plan) | {"preview": "letter"})

    assert "Submitted, not yet decided" in words_of(shown)
    assert "The decision letter" not in shown.text.partition("Go on checking")[0]


def test_a_draft_has_no_preview(office):
    asked = {"preview": "plan", "key": uuid4()}
    assert office.post(page_of(PlanFactory()), asked).status_code == 404


@pytest.mark.parametrize("times", [1, 3])
def test_a_preview_asks_so_many_queries(office, times, django_assert_max_num_queries):
    plan = submitted_plan()
    for _ in range(times):
        last = published(plan, reason="Once more.", passages=some_of(plan))
    typed = form_of(plan, after=last.pk) | {"preview": "plan"}
    office.post(page_of(plan), typed)

    with django_assert_max_num_queries(20):
        office.post(page_of(plan), typed)


def some_of(plan):
    """Another choice each time."""
    return [*all_kept(plan), *[Passage("teachers", Why.KEPT)] * plan.publications.count()]
