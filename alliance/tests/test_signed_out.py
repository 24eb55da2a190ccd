"""A form is sent when its session is over: after sign-in the words are there, whatever form it is.

For the person who typed them alone. Nothing is done until they press the form's own button.
"""

import html
import re
from contextlib import contextmanager
from http import HTTPStatus
from itertools import cycle
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from alliance.filling import _Reader, fill
from alliance.tests.test_access import rows
from alliance.tests.world import World
from alliance.typed_again import SEALED
from districts.models import Session, User
from districts.roles import Role
from districts.tests.factories import PASSWORD, person
from districts.typed import TYPED_BY, mark_of
from plans.models import Cover, Objective, PlanEvent
from plans.tests.factories import PlanFactory
from progress.tests.filed import a_report
from progress.tests.long import a_plan, sent_of
from progress.tests.long import address as page_of

pytestmark = pytest.mark.django_db

WORDS = "Every child reads.\r\nEvery <b>“day”</b> & night."
SIGN_IN = "/accounts/login/"


@contextmanager
def over(client):
    """The session of a browser has ended, as half an hour of nothing ends it."""
    Session.objects.update(expire_date="2020-01-01T00:00Z")
    yield


def signed_in(user, **options) -> Client:
    client = Client(raise_request_exception=False, **options)
    client.force_login(user)
    return client


def sealed_in(page: str) -> str:
    (sealed,) = re.findall(rf'name="{SEALED}"\s+value="([^"]*)"', page)
    return html.unescape(sealed)


def sign_in(client, page, user, password=PASSWORD):
    return client.post(
        SIGN_IN, {SEALED: sealed_in(page), "login": user.email, "password": password}
    )


def values_of(page: str, path: str, name: str) -> list[str]:
    """What stands in the fields of a name, in the forms of a page that are sent to a path."""
    found = []
    for form in _Reader(page).forms:
        for one in form.controls if form.action.partition("?")[0] in {path, ""} else ():
            if one.name == name and one.kind == "textarea":
                found.append(same(html.unescape(page[one.end : one.words_end])).lstrip("\n"))
            elif one.name == name:
                found.append(one.attributes.get("value") or "")
    return found


def same(words: str) -> str:
    return words.replace("\r\n", "\n")


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def writer(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def cover(plan):
    return reverse("plans:section", args=[plan.district.slug, plan.cycle_id, "cover"])


def lost(client, writer, address, **typed):
    """The answer to a form that is sent when its session is over."""
    with over(client):
        return client.post(address, {TYPED_BY: mark_of(writer.pk), "version": 1, **typed})


# Every address ----------------------------------------------------------------------------------

ACCOUNT = "account_"
WITHOUT_WORDS = {  # they have nothing to lose: asked by a script, or open to strangers
    *("districts:session_time", "plans:verify"),
}


def test_after_sign_in_the_words_are_there_whatever_was_sent(noon, settings, tmp_path):
    """Every address that takes a form, and every kind of person, in turn.

    Where its page shows no such field, or is not theirs, the words stand alone.
    """
    settings.MEDIA_ROOT = tmp_path
    world = World(at=noon)
    world.bring_to("returned for changes")
    people, events = cycle(filter(None, world.people.values())), PlanEvent.objects.count()
    addresses = {row.act[1] for row in rows() if row.act[0] == "POST"} - WITHOUT_WORDS
    met = {}
    for address in sorted(one for one in addresses if not one.startswith(ACCOUNT)):
        user, url = next(people), reverse(address.partition("/")[0], kwargs=world.kwargs(address))
        typed = {**world.typed(address), "words": WORDS, TYPED_BY: mark_of(user.pk)}
        typed.pop("upload", None)
        with transaction.atomic():
            client = signed_in(user)
            with over(client):
                answer = client.post(url, typed)
            back = sign_in(client, answer.text, user)
            page = client.get(back.url)
            transaction.set_rollback(True)
        shown = html.unescape(page.text)
        met[address] = answer.status_code, back.status_code, "Every child reads." in shown

    assert {act: said for act, said in met.items() if said != (401, 302, True)} == {}
    assert len(met) > len(world.people)
    assert PlanEvent.objects.count() == events


def test_the_form_is_filled_with_what_was_sent_and_nothing_is_saved(plan, writer, cover):
    client = signed_in(writer)

    refused = lost(client, writer, cover, summary=WORDS)
    back = sign_in(client, refused.text, writer)
    page = client.get(back.url)

    assert (refused.status_code, back.url.partition("?")[0]) == (401, cover)
    assert "Every child reads.<br>" in refused.text
    assert values_of(page.text, cover, "summary") == [same(WORDS)]
    assert 'data-unsaved=""' in page.text
    assert "You were signed out before this was saved" in page.text
    assert Cover.objects.get(plan=plan).summary == ""


def test_save_keeps_it_and_then_it_is_kept_nowhere_else(plan, writer, cover):
    client = signed_in(writer)
    back = sign_in(client, lost(client, writer, cover, summary=WORDS).text, writer)
    again = client.get(back.url)  # as often as one likes

    client.post(cover, {"version": 1, "summary": WORDS, TYPED_BY: mark_of(writer.pk)})
    after = client.get(back.url)

    assert values_of(again.text, cover, "summary") == [same(WORDS)]
    assert same(Cover.objects.get(plan=plan).summary) == same(WORDS)
    assert SEALED not in client.session
    assert "is not kept any more" in after.text


def test_a_new_row_comes_back_as_the_same_row(plan, writer):
    """Its lineage too: pressed twice, it is one."""
    client = signed_in(writer)
    add = reverse("plans:row_add", args=[plan.district.slug, plan.cycle_id, "objective"])
    lineage = "6d1f1a52-0000-4000-8000-000000000001"

    refused = lost(client, writer, add, statement="Half an objective", lineage=lineage)
    page = client.get(sign_in(client, refused.text, writer).url)

    assert values_of(page.text, add, "statement") == ["Half an objective"]
    assert values_of(page.text, add, "lineage") == [lineage]
    assert not Objective.objects.exists()


@pytest.mark.parametrize("says_its_page", [True, False])
def test_of_two_windows_at_one_address_saving_one_keeps_the_words_of_the_other(
    plan, writer, says_its_page
):
    """By the page it is sent from; without that, by the lineage that only one of them has."""
    client = signed_in(writer)
    add = reverse("plans:row_add", args=[plan.district.slug, plan.cycle_id, "objective"])
    rows = {words: f"{uuid4()}" for words in ("One objective", "Another objective")}
    refused = [lost(client, writer, add, statement=row, lineage=rows[row]) for row in rows]
    one, other = (sign_in(client, page.text, writer).url for page in refused)
    sent_from = {"Referer": f"http://testserver{one}"} if says_its_page else {}

    typed = {"statement": "One objective", "lineage": rows["One objective"]}
    client.post(add, typed | {TYPED_BY: mark_of(writer.pk)}, headers=sent_from)

    assert values_of(client.get(other).text, add, "statement") == ["Another objective"]
    assert "is not kept any more" in client.get(one).text


@pytest.mark.parametrize("says_its_page", [True, False])
def test_of_two_pages_of_one_report_saving_one_keeps_the_words_of_the_other(noon, says_its_page):
    """A long report is written on several pages of one address: each word comes back on its own."""
    report = a_report(a_plan(), at=noon)
    writer = person(Role.PLAN_COORDINATOR, report.plan.district)
    client = signed_in(writer)
    path = page_of(report).partition("?")[0]
    pages = {number: client.get(page_of(report, number)) for number in (2, 3)}
    names = {
        number: f"{page.context['strategies'][0].anchor}-sentence" for number, page in pages.items()
    }
    with over(client):
        refused = {
            number: client.post(
                page_of(report, number),
                sent_of(page)
                | {names[number]: f"Said on page {number}.", TYPED_BY: mark_of(writer.pk)},
                headers={"Referer": f"http://testserver{page_of(report, number)}"},
            )
            for number, page in pages.items()
        }
    kept = {number: sign_in(client, page.text, writer).url for number, page in refused.items()}

    shown = client.get(kept[2])
    assert shown.context["here"].number == 2
    assert values_of(shown.text, path, names[2]) == ["Said on page 2."]
    came_from = {"Referer": f"http://testserver{kept[2]}"} if says_its_page else {}
    saved = sent_of(client.get(page_of(report, 2))) | {names[2]: "Said on page 2."}
    client.post(page_of(report, 2), saved | {TYPED_BY: mark_of(writer.pk)}, headers=came_from)

    assert report.strategyprogress_set.filter(sentence="Said on page 2.").exists()
    assert values_of(client.get(kept[3]).text, path, names[3]) == ["Said on page 3."]
    assert "is not kept any more" in client.get(kept[2]).text


def test_a_file_is_named_and_has_to_be_chosen_again(plan, writer):
    client = signed_in(writer)
    at = [plan.district.slug, plan.cycle_id]
    add = reverse("plans:attachment_add", args=at)
    upload = SimpleUploadedFile("minutes.txt", b"46.1")
    with over(client):
        refused = client.post(
            add,
            {"title": "Minutes", "upload": upload, TYPED_BY: mark_of(writer.pk)},
            headers={"Referer": f"http://testserver{add}?of=a&typed-again=1"},
        )
    back = sign_in(client, refused.text, writer)
    shown = client.get(back.url)

    assert "minutes.txt will have to be chosen again" in refused.text
    assert back.url.startswith(f"{add}?of=a&typed-again=")
    assert "choose minutes.txt again" in shown.text
    assert values_of(shown.text, add, "title") == ["Minutes"]


# Only for the same person -----------------------------------------------------------------------


def test_another_who_signs_in_there_never_sees_the_words(plan, writer, cover):
    other, client = person(Role.PLAN_COORDINATOR, plan.district), signed_in(writer)
    refused = lost(client, writer, cover, summary=WORDS)

    back = sign_in(client, refused.text, other)
    pages = [client.get(back.url, follow=True).text, client.get(cover).text]

    assert "another person’s" in pages[0]
    assert ["Every child reads." in page for page in pages] == [False, False]
    assert SEALED not in client.session


def test_a_form_of_one_person_is_not_saved_or_shown_in_the_name_of_another(plan, writer, cover):
    other = person(Role.PLAN_COORDINATOR, plan.district)
    client = signed_in(other)

    refused = client.post(cover, {TYPED_BY: mark_of(writer.pk), "version": 1, "summary": WORDS})

    assert refused.status_code == HTTPStatus.CONFLICT
    assert "Every child reads." not in refused.text
    assert Cover.objects.get(plan=plan).summary == ""


def test_what_was_sealed_elsewhere_is_nothing(writer):
    client = Client()

    back = client.post(SIGN_IN, {SEALED: "a:b:c", "login": writer.email, "password": PASSWORD})

    assert (back.status_code, back.url) == (302, reverse("home"))


# Whatever stands between ------------------------------------------------------------------------


def test_a_wrong_password_keeps_the_words(writer, cover):
    client = signed_in(writer)
    refused = lost(client, writer, cover, summary=WORDS)

    wrong = sign_in(client, refused.text, writer, password="not this one")
    page = client.get(sign_in(client, wrong.text, writer).url)

    assert "do not belong together" in wrong.text
    assert values_of(page.text, cover, "summary") == [same(WORDS)]


def test_an_account_suspended_as_idle_keeps_them_until_its_person_is_back(writer, cover):
    client = signed_in(writer)
    refused = lost(client, writer, cover, summary=WORDS)
    User.objects.filter(pk=writer.pk).update(is_active=False)

    suspended = sign_in(client, refused.text, writer)
    User.objects.filter(pk=writer.pk).update(is_active=True)
    page = client.get(sign_in(client, suspended.text, writer).url)

    assert (suspended.status_code, "not in use now" in suspended.text) == (401, True)
    assert values_of(page.text, cover, "summary") == [same(WORDS)]


@pytest.mark.parametrize("how", ["signed out elsewhere", "cookies gone", "row cleared"])
def test_however_the_session_went(writer, cover, how):
    client = signed_in(writer)
    if how == "signed out elsewhere":
        client.logout()
    elif how == "cookies gone":
        client.cookies.clear()
    else:
        Session.objects.all().delete()

    refused = client.post(cover, {TYPED_BY: mark_of(writer.pk), "version": 1, "summary": WORDS})
    page = client.get(sign_in(client, refused.text, writer).url)

    assert values_of(page.text, cover, "summary") == [same(WORDS)]


@pytest.mark.parametrize("sent", ["the form", "the page of sign-in"])
def test_who_signed_in_in_another_window_goes_on_to_the_words(writer, cover, sent):
    """Signing in makes tokens of former pages void: these are no other site's all the same."""
    client = signed_in(writer, enforce_csrf_checks=True)
    form = {TYPED_BY: mark_of(writer.pk), "version": 1, "summary": WORDS}
    ours = {"Sec-Fetch-Site": "same-origin"}
    client.get(cover)
    address = cover
    if sent != "the form":
        token = client.cookies["csrftoken"].value
        with over(client):
            refused = client.post(cover, form | {"csrfmiddlewaretoken": token}, headers=ours)
        address, form = SIGN_IN, {SEALED: sealed_in(refused.text)}
        client.force_login(writer)

    back = client.post(address, form | {"csrfmiddlewaretoken": "x" * 64}, headers=ours)
    page = client.get(back.url)
    foreign = client.post(address, form, headers={"Sec-Fetch-Site": "cross-site"})

    assert values_of(page.text, cover, "summary") == [same(WORDS)]
    assert foreign.status_code == HTTPStatus.FORBIDDEN
    assert "Every child reads." not in foreign.text


def test_a_field_that_is_no_more_leaves_the_words_to_be_copied(writer, cover):
    client = signed_in(writer)
    refused = lost(client, writer, cover, summary="Every child", moon="All of the moon")

    page = client.get(sign_in(client, refused.text, writer).url)

    assert ("Every child" in page.text, "All of the moon" in page.text) == (True, True)
    assert ("Send it again" in page.text, page.status_code) == (True, HTTPStatus.CONFLICT)


def test_a_role_that_ended_meanwhile_leaves_the_words_to_be_copied(plan, writer, cover, noon):
    client = signed_in(writer)
    refused = lost(client, writer, cover, summary=WORDS)
    writer.memberships.update(ended_at=noon, ended_by=writer)

    page = client.get(sign_in(client, refused.text, writer).url)

    assert ("Every child reads." in page.text, "Send it again" in page.text) == (True, False)


def test_an_address_that_takes_only_forms_says_so_when_it_is_opened(plan, writer):
    client = signed_in(writer)
    only_forms = reverse("plans:start", args=[plan.district.slug, plan.cycle_id])

    page = client.get(only_forms)

    assert page.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert "takes only what a form sends" in page.text


# Filling ----------------------------------------------------------------------------------------

PAGE = """<form action="/other/"><input name="name" value="not this"></form>
<form method="post" action=""><input type="hidden" name="csrfmiddlewaretoken" value="new">
<input name="name" value="a &amp; b"> <textarea name="text" rows="2">
old</textarea><input type="checkbox" name="areas" value="1" checked><input type="checkbox"
 name="areas" value="2"><input type="radio" name="one" value="x" checked><input type="radio"
 name="one" value="y"><select name="school"><option value="" selected>—</option>
<option value="7">Seven</option></select><input type="file" name="upload"><input type="password"
 name="password"><button name="send" value="1">Send</button></form>"""


def test_every_kind_of_field_is_filled_and_nothing_is_pressed():
    fields = [
        ("name", 'c "d"'),
        ("text", "<new>\nline"),
        ("areas", "2"),
        ("one", "y"),
        ("school", "7"),
        ("send", "1"),
    ]

    page = fill(PAGE, at="/here/?a=1", sent_to="/here/", fields=fields)

    assert page is not None
    form = _Reader(page).forms[1]
    ticked = [
        (one.name, one.attributes["value"])
        for one in form.controls
        if {"checked", "selected"} & set(one.attributes)
    ]
    assert ticked == [("areas", "2"), ("one", "y"), ("school", "7")]
    assert '<input name="name" value="c &quot;d&quot;">' in page
    assert ">\n&lt;new&gt;\nline</textarea>" in page
    assert ('value="not this"' in page, 'value="new"' in page) == (True, True)


@pytest.mark.parametrize("lacking", [("moon", "blue"), ("areas", "3"), ("school", "8")])
def test_a_word_without_a_field_is_never_dropped_silently(lacking):
    assert fill(PAGE, at="/here/", sent_to="/here/", fields=[("name", "c"), lacking]) is None
    assert fill(PAGE, at="/here/", sent_to="/there/", fields=[("name", "c")]) is None
