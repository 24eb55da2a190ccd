"""Anyone can ask whether a fingerprint or a file is that of a submitted plan, and no more."""

from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans import services
from plans.models import VersionPdf
from plans.services import pdfs
from plans.tests.factories import PlanFactory, closed_version, sign_version, write_rows
from plans.tests.test_summary import many

pytestmark = pytest.mark.django_db

VERIFY = "/verify/"
PDF = b"%PDF-1.7 what Alliance made"
SECRET = "Every classroom teaches a daily block."  # of the text of a plan


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


@pytest.fixture
def filed():
    return PlanFactory(submitted=True).versions.get()


@pytest.fixture
def pdf(filed):
    return VersionPdf.objects.create(
        version=filed, look="0", file="a.pdf", size=len(PDF), sha256=sha256(PDF).hexdigest()
    )


def ask(client, content=PDF, name="plan.pdf"):
    return client.post(VERIFY, {"upload": SimpleUploadedFile(name, content)})


def told(response):
    """The heading of the page, and what it found."""
    page = " ".join(response.text.split())
    heading = page.partition("<h1>")[2].partition("</h1>")[0]
    return heading + page.partition('id="found"')[2].partition("</section>")[0]


def test_the_page_needs_no_account_and_looks_nothing_up(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get(VERIFY)

    assert page.status_code == 200
    assert "No account is needed." in page.text
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_a_fingerprint_of_what_was_submitted_matches(client, filed):
    answer = told(client.post(VERIFY, {"code": filed.sha256}))

    assert "It matches" in answer
    assert filed.plan.district.name in answer
    assert "FY2027, version 1" in answer
    assert "June 26, 2026, 10:00 am ET" in answer
    assert "The exact text of this version" in answer
    assert SECRET not in answer
    assert filed.closed_by.name not in answer


def test_nothing_more_is_said_than_this(client, filed):
    answer = told(client.post(VERIFY, {"code": filed.sha256}))

    terms = [each.partition("</dt>")[0] for each in answer.split("<dt>")[1:]]
    assert terms == ["District", "Plan", "Submitted", "What matches"]


@pytest.mark.parametrize("between", ["", " ", "\n", "-", ":"])
def test_a_fingerprint_is_read_however_it_was_copied(client, filed, between):
    code = between.join((filed.sha256[:30].upper(), filed.sha256[30:])) + " "

    assert "It matches" in told(client.post(VERIFY, {"code": code}))


def test_a_pdf_that_alliance_made_matches_and_is_not_kept(client, filed, pdf, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    answer = told(ask(client))

    assert "It matches" in answer
    assert "The PDF that Alliance made of this version, unchanged" in answer
    assert list(tmp_path.iterdir()) == []


def test_a_file_changed_by_a_byte_does_not_match(client, pdf):
    answer = told(ask(client, PDF + b" "))

    assert "No submitted plan has this fingerprint" in answer
    assert pdf.version.plan.district.name not in answer


def test_a_pdf_of_the_worker_is_known_again(client, filed, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT, asked = tmp_path, []
    monkeypatch.setattr(pdfs, "wake", lambda task, job, expires: asked.append(job) or True)
    client.force_login(person(Role.DISTRICT_VIEWER, filed.plan.district))
    place = [filed.plan.district.slug, 2027, 1]
    client.post(reverse("plans:version_pdf", args=place))
    services.make_pdf(asked[0])
    file = client.get(reverse("plans:version_pdf_file", args=place))
    content = b"".join(file.streaming_content)
    client.logout()

    assert "It matches" in told(ask(client, content))


def test_what_was_not_submitted_is_unknown(client, noon):
    plan = PlanFactory()
    write_rows(plan)
    version = closed_version(plan)
    sign_version(version)

    assert "No submitted plan" in told(client.post(VERIFY, {"code": version.sha256}))


def test_what_was_taken_back_is_unknown(client, filed, noon):
    coordinator = person(Role.PLAN_COORDINATOR, filed.plan.district)
    services.recall(plan_id=filed.plan_id, by=coordinator, at=noon, key=uuid4())

    assert "No submitted plan" in told(client.post(VERIFY, {"code": filed.sha256}))


def test_a_draft_of_the_same_words_tells_nothing_of_another(client, filed):
    other = PlanFactory()
    mine = closed_version(other, many())

    assert "No submitted plan" in told(client.post(VERIFY, {"code": mine.sha256}))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Give a fingerprint or a file, one of the two."),
        ({"code": "  "}, "Give a fingerprint or a file, one of the two."),
        ({"code": "12ab"}, "this has 4. Copy the whole of it."),
        ({"code": "g" * 64}, "this has 64, and others among them."),
        ({"code": "<script>" * 30}, "this has 240. Copy the whole of it."),
        ({"code": "😀\u202e' OR 1=1 --"}, "A fingerprint has 64 characters"),
    ],
)
def test_what_is_no_fingerprint_is_said_in_words(client, given, sentence):
    page = client.post(VERIFY, given)

    assert page.status_code == 422
    assert sentence in page.text
    assert 'id="found"' not in page.text


def test_both_at_once_are_not_guessed_about(client, pdf):
    page = client.post(VERIFY, {"code": "0" * 64, "upload": SimpleUploadedFile("plan.pdf", PDF)})

    assert (page.status_code, "one of the two" in page.text) == (422, True)


def test_a_file_too_large_or_empty_is_refused(client):
    large = ask(client, b"x" * (10 * 1024 * 1024 + 1))
    empty = ask(client, b"")

    assert (large.status_code, "up to 10 MB are taken" in large.text) == (422, True)
    assert empty.status_code == 422


def test_nobody_tries_by_the_thousand(client, filed):
    for _ in range(30):
        client.post(VERIFY, {"code": "0" * 64})

    page = client.post(VERIFY, {"code": filed.sha256})
    assert page.status_code == 429
    assert "Too many were asked about from here." in page.text
    assert filed.plan.district.name not in page.text
    assert client.get(VERIFY).status_code == 200


@pytest.mark.parametrize("times", [1, 3])
def test_an_answer_takes_four_queries_however_often_it_was_filed(
    client, django_assert_num_queries, times
):
    versions = [PlanFactory(submitted=True).versions.get() for _ in range(times)]
    for version in versions:
        VersionPdf.objects.create(
            version=version, look="0", file="a.pdf", size=1, sha256=sha256(PDF).hexdigest()
        )

    with django_assert_num_queries(4):
        answer = told(ask(client))
    assert answer.count("What matches") == times


def test_the_receipt_leads_to_the_answer(client, noon):
    plan = PlanFactory()
    write_rows(plan)
    version = closed_version(plan, signed=True)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    services.submit(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())

    receipt = Notice.objects.get(kind="plan_receipt", to=coordinator)
    for words in ("the first page of Alliance", version.sha256):
        assert words in receipt.body
    assert f'href="{VERIFY}"' in client.get("/").text  # as the letter says
    page = client.get(f"{VERIFY}?code={version.sha256}")
    assert f'value="{version.sha256}"' in page.text
    assert 'id="found"' not in page.text  # it is looked up once it is sent
    assert "It matches" in told(client.post(VERIFY, {"code": page.context["form"]["code"].value()}))


def test_the_page_of_a_submitted_version_leads_there(client, filed):
    client.force_login(person(Role.DISTRICT_VIEWER, filed.plan.district))
    read = reverse("plans:version", args=[filed.plan.district.slug, 2027, 1])

    assert f"{VERIFY}?code={filed.sha256}" in client.get(read).text
