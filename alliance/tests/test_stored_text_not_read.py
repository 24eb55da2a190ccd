"""What a reader sees of a version whose stored text cannot be read: why, and never the text."""

from http import HTTPStatus

import pgtrigger
import pytest
from django.core.cache import cache
from django.test import Client

from plans.documents import SCHEMA
from plans.models import PlanVersion
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return PlanFactory(submitted=True)


@pytest.fixture
def stored(plan):
    """Changes the row of its version past its protection, as somebody at the database would."""

    def change(**columns):
        with pgtrigger.ignore("plans.PlanVersion:immutable"):
            PlanVersion.objects.filter(plan=plan).update(**columns)
        cache.clear()

    return change


@pytest.fixture
def pages(plan, manager):
    """The same text as the Department reads it, and where it is read beside its reviews."""
    client = Client(raise_request_exception=False)
    client.force_login(manager)
    own = f"{plan.district.slug}/{plan.cycle_id}/"

    def ask():
        return [client.get(f"/plans/{own}read/"), client.get(f"/reviews/{own}")]

    return ask


def test_text_as_it_was_closed_is_shown(pages):
    for page in pages():
        assert (page.status_code, "cannot be shown" in page.text) == (HTTPStatus.OK, False)


def said_of(page) -> str:
    assert page.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "This text cannot be shown" in page.text
    return page.text


def test_altered_text_is_shown_to_nobody_and_why_is_said(plan, pages, stored):
    document = plan.versions.get().document
    document["cover"]["summary"] = "Other words."
    stored(document=document)

    for page in map(said_of, pages()):
        assert "is no longer what was closed for signature" in page
        assert "Other words." not in page


def test_text_of_a_later_release_is_said_to_be_of_one(pages, stored):
    stored(schema=SCHEMA + 1)

    for page in map(said_of, pages()):
        assert "A newer release of Alliance stored this text" in page
