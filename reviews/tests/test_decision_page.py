"""The letter of the decision, read again by the district it went to."""

from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.tests.factories import PlanFactory
from reviews.models import Recommendation
from reviews.services import approve

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(commissioner, noon):
    plan = PlanFactory(recommended=True)
    Recommendation.objects.create(
        plan=plan,
        version=plan.versions.get(),
        text="Approve it, with a watchful eye.",
        made_by=person(Role.PROGRAM_MANAGER),
        made_at=noon,
    )
    approve(
        plan_id=plan.pk,
        by=commissioner,
        at=noon,
        key=uuid4(),
        version=1,
        implementation="largely",
        implementation_reasons="Nineteen of 24 milestones were met.",
        performance="progress",
        performance_reasons="Four of nine targets were met.",
    )
    return plan


def url_of(plan):
    return reverse("reviews:decision", args=[plan.district.slug, plan.cycle_id])


def letter_in(response):
    page = BeautifulSoup(response.text, "html.parser")
    return "\n\n".join(part.get_text("\n", strip=True) for part in page.select(".letter p"))


def test_the_district_reads_the_letter_as_it_left(client, approved):
    client.force_login(person(Role.DISTRICT_VIEWER, approved.district))

    response = client.get(url_of(approved))

    assert letter_in(response) == approved.determination.letter.strip()


def test_the_home_of_an_approved_plan_leads_to_its_letter(client, approved):
    client.force_login(person(Role.PLAN_COORDINATOR, approved.district))

    page = client.get(approved.get_absolute_url()).text

    assert f'href="{url_of(approved)}"' in page


def test_what_reviewers_wrote_is_not_beside_the_letter(client, approved):
    client.force_login(person(Role.PLAN_COORDINATOR, approved.district))

    page = client.get(url_of(approved)).text

    assert "Four of nine targets were met." in page
    assert "watchful eye" not in page
