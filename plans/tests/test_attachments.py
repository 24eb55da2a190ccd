"""The files handed in with a plan: who opens them, and what is kept of an upload."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.documents import draft_document
from plans.tests.factories import PlanFactory, closed_version, sign_version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def attachment(plan, coordinator, noon):
    upload = SimpleUploadedFile("scores.csv", b"46.1", content_type="text/csv")
    return services.attach(plan_id=plan.pk, title="Scores", upload=upload, by=coordinator, at=noon)


def file_url(plan, attachment):
    return reverse("plans:attachment", args=[plan.district.slug, 2027, attachment.lineage])


def opened(client, plan, attachment):
    """The file's bytes, or the status of a refusal."""
    response = client.get(file_url(plan, attachment))
    return b"".join(response) if response.streaming else response.status_code


def test_a_file_opens_for_the_department_only_while_it_is_handed_in(
    client, plan, attachment, coordinator, reviewer, noon
):
    plan.refresh_from_db()
    sign_version(closed_version(plan, draft_document(plan.pk)))
    met = {}
    for moment, act in {
        "draft": None,
        "handed in": services.submit,
        "taken back": services.recall,
        "handed in again": services.submit,
    }.items():
        if act:
            act(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())
        for who in (coordinator, reviewer, person(Role.PLAN_COORDINATOR)):
            client.force_login(who)
            met.setdefault(moment, []).append(opened(client, plan, attachment))

    assert met == {
        "draft": [b"46.1", 404, 404],
        "handed in": [b"46.1", b"46.1", 404],
        "taken back": [b"46.1", 404, 404],
        "handed in again": [b"46.1", b"46.1", 404],
    }
