"""Who holds the PDF of a public plan is told what it is, and whether the public still reads it."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from districts.roles import Role
from districts.tests.factories import person
from library.documents import Passage
from library.models import PublicationPdf, Why
from library.services import take_down
from library.services.copies import keep
from library.tests.checked import PUBLISHED, published, resubmit, submitted_plan
from library.tests.test_public_pages import address
from plans.services import make_pdf, pdfs

pytestmark = pytest.mark.django_db
RUIZ = Passage("Ana Ruiz", Why.PERSONAL_DATA)


@pytest.fixture(autouse=True)
def _afresh(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def taken_along(client, monkeypatch):
    """The PDF of a public plan, as a stranger downloads it."""
    asked = []
    monkeypatch.setattr(pdfs, "wake", lambda task, job, expires: asked.append(job) or True)

    def of(plan):
        client.get(address(plan, "pdf"))
        make_pdf(asked[-1])
        return b"".join(client.get(address(plan, "pdf_file")).streaming_content)

    return of


def told(client, content):
    answer = client.post("/verify/", {"upload": SimpleUploadedFile("plan.pdf", content)})
    page = " ".join(answer.text.split())
    return (
        page.partition("<h1>")[2].partition("</h1>")[0]
        + page.partition('id="found"')[2].partition("</section>")[0]
    )


def test_a_public_copy_is_known_and_said_to_be_current_while_it_is(
    client, taken_along, django_assert_num_queries
):
    plan = submitted_plan()
    published(plan)
    first = taken_along(plan)

    with django_assert_num_queries(3):  # what was filed is asked by text and by PDF
        answer = told(client, first)
    assert "It is the Department’s public copy" in answer
    assert plan.district.name in answer
    assert "FY2027, version 1" in answer
    assert "August 3, 2026, 9:00 am ET" in answer
    assert "Yes: it is what the public reads now" in answer
    assert address(plan) in answer
    assert "Ruiz" not in answer
    assert "No submitted plan" in told(client, first + b" ")

    resubmit(plan, "The second.")
    assert "Yes: it is what the public reads now" in told(client, first)  # until it is checked
    later = published(plan, RUIZ)
    second = taken_along(plan)
    assert "No: the plan was published anew August 3, 2026, 9:00 am ET" in told(client, first)
    assert "FY2027, version 2" in told(client, second)
    assert "Yes: it is what the public reads now" in told(client, second)

    take_down(
        plan_id=plan.pk,
        publication=later.pk,
        reason="It names a student.",
        key=uuid4(),
        by=person(Role.SYSADMIN),
        at=PUBLISHED,
    )
    for copy in (first, second):
        answer = told(client, copy)
        assert "No: nothing of this plan is in public view now" in answer
        assert address(plan) not in answer
        assert "student" not in answer


def test_a_hash_is_kept_once_for_each_publication_and_for_good():
    publication = published(submitted_plan())
    for _ in range(2):
        keep(publication.pk, "a" * 64)

    kept = PublicationPdf.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        keep(publication.pk, "A" * 64)
