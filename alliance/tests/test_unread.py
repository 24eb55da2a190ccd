"""What is more than is taken, or damaged: a page of ours in words, with what was typed."""

from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.models import Attachment, Cover
from plans.tests.factories import PlanFactory

FORM = "application/x-www-form-urlencoded"
OURS = {"Sec-Fetch-Site": "same-origin"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def cover(plan):
    return reverse("plans:section", args=[plan.district.slug, plan.cycle_id, "cover"])


@pytest.fixture
def writing(client, plan):
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    return client


@pytest.mark.parametrize(
    ("typed", "limit"),
    [
        ({"summary": "Every child reads. " + "x" * 2_700_000}, "up to 2.5\xa0MB of text"),
        ({"summary": "Every child reads."} | {f"f{n}": "1" for n in range(1_100)}, "1,000 fields"),
    ],
    ids=["text", "fields"],
)
@pytest.mark.parametrize("checks", [False, True], ids=["read by the view", "read for its token"])
def test_too_much_at_once_is_said_in_words_and_shows_what_was_typed(
    writing, plan, cover, typed, limit, checks
):
    writing.handler.enforce_csrf_checks = checks

    refused = writing.post(cover, urlencode({"version": "1", **typed}), FORM, headers=OURS)

    assert refused.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert limit in refused.text
    assert "Every child reads." in refused.text
    assert "Send it again" not in refused.text
    assert Cover.objects.get(plan=plan).summary == ""


def test_what_another_site_sent_is_not_shown(writing, cover):
    foreign = {"Sec-Fetch-Site": "cross-site"}

    refused = writing.post(cover, "summary=Theirs" + "x" * 2_700_000, FORM, headers=foreign)

    assert refused.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "Theirs" not in refused.text


def test_too_much_text_beside_a_file_says_how_to_get_it_back(writing, plan):
    add = reverse("plans:attachment_add", args=[plan.district.slug, plan.cycle_id])

    refused = writing.post(add, {"title": "x" * 2_700_000}, headers=OURS)

    assert refused.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "Go back with your browser" in refused.text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=", b"--x"),
        ("multipart/form-data; boundary=\xff", b"--x"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"a=b"),
    ],
)
def test_what_is_damaged_is_answered_by_our_own_page(writing, cover, content_type, body):
    refused = writing.post(cover, body, content_type, headers=OURS)

    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert "What was sent could not be read" in refused.text


@pytest.mark.parametrize("body", [b"version=1&summary=%FF%FE", b"version=1&summary=\xff", b"\0"])
def test_bytes_that_are_no_text_break_nothing(writing, cover, body):
    assert writing.post(cover, body, FORM, headers=OURS).status_code in {302, 400}
    assert writing.get(cover).status_code == HTTPStatus.OK


def test_a_host_that_is_not_ours_has_a_page_too(client, settings):
    settings.ALLOWED_HOSTS = ["alliance.example.org"]

    assert "could not be read" in client.post("/", {}, headers={"Host": "evil.example"}).text


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ([1] * 40, "40 is the most it takes"),
        ([99 * 1024 * 1024, 1024 * 1024 - 3], "0.0 MB are left"),
    ],
    ids=["number", "size"],
)
def test_a_plan_takes_so_many_files_and_no_more(writing, plan, held, said, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    add = reverse("plans:attachment_add", args=[plan.district.slug, plan.cycle_id])
    for place, size in enumerate(held, start=1):
        Attachment.objects.create(
            plan=plan, position=place, title="There", file_name="a.txt", size=size, sha256="0" * 64
        )

    def send():
        file = SimpleUploadedFile("b.txt", b"1234")
        return writing.post(add, {"title": "One too many", "upload": file})

    refused = send()
    assert (refused.status_code, said in refused.text) == (409, True)
    assert "One too many" in refused.text
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
