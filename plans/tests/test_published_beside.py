"""Beside the needs assessment: what was published of the indicators that the plan names."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import AllocationFactory, DesignationFactory, person
from districts.tests.published import ansonia, load_published
from plans import services
from plans.documents.draft import draft_document
from plans.models import NeedsAssessment

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(noon):
    district = ansonia()
    DesignationFactory(district=district)
    AllocationFactory(district=district, fiscal_year=2027, amount=100_000, stage="final")
    load_published("Ansonia", at=noon)
    by = person(Role.PLAN_COORDINATOR, district)
    return services.start_plan(district_id=district.pk, fiscal_year=2027, by=by, at=noon)


def rows_beside(client, plan):
    client.force_login(plan.started_by)
    address = reverse("plans:section", args=[plan.district.slug, plan.cycle_id, "needs"])
    page = BeautifulSoup(client.get(address).text, "html.parser")
    return [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        for row in page.select("details table tbody tr")
    ]


def test_a_plan_that_names_no_indicator_has_the_usual_ones_beside_it(client, plan):
    rows = rows_beside(client, plan)

    assert {row[0] for row in rows} == {
        "Chronic absenteeism",
        "English language arts, level 3 or 4",
        "Mathematics, level 3 or 4",
        "1 · Science performance index",
        "Graduated in four years",
    }
    assert {row[1] for row in rows} == {"All students", "High needs"}


def test_a_plan_has_those_it_names_with_the_year_before_and_the_source(client, plan):
    NeedsAssessment.objects.filter(plan=plan).update(indicator_numbers=[8])

    assert rows_beside(client, plan)[0] == [
        "Graduated in four years",
        "All students",
        "80.6% 2024-25",
        "85.7% 2023-24",
        "CSDE EdSight Four-Year Graduation Rates 2024-25",
    ]


def test_a_year_that_was_counted_otherwise_is_not_the_year_before(client, plan):
    NeedsAssessment.objects.filter(plan=plan).update(indicator_numbers=[4])

    for row in rows_beside(client, plan):
        assert row[3] == "—"  # 2019-20, by another report


def test_what_is_beside_the_plan_is_no_part_of_its_text(plan, noon):
    before = draft_document(plan.pk).model_dump_json()

    load_published("Ansonia", at=noon)

    assert draft_document(plan.pk).model_dump_json() == before
    assert "graduation_rate" not in before
