"""Who must review follows the roster of the moment (R36); the signed text is shown beside it."""

from datetime import date

import pytest

from districts.models import Designation
from districts.tests.factories import DistrictFactory, restated
from plans.models import Plan
from plans.tests.factories import PlanFactory
from reviews.models import Recommendation
from reviews.reports.packet import read_packet
from reviews.rules import gate, unmet

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 20)


def reviewed_by_two(*, is_reform: bool) -> Plan:
    """The text was signed while the roster said so."""
    district = DistrictFactory(
        designated=True, funded=True, designation__is_reform_district=is_reform
    )
    plan = PlanFactory(under_review=True, reviews=True, district=district)
    Recommendation.objects.filter(made_as="program_manager").delete()
    return plan


def packet_of(plan):
    return read_packet(Plan.objects.filter(pk=plan.pk))


def lacks_a_review(plan) -> bool:
    return any("lacks: program manager’s review" in one for one in unmet(packet_of(plan), on=TODAY))


@pytest.mark.parametrize("signed", [True, False])
def test_the_roster_of_the_moment_decides_and_both_are_shown(signed):
    plan = reviewed_by_two(is_reform=signed)
    before = lacks_a_review(plan)

    restated(Designation.objects.get(district=plan.district), is_reform_district=not signed)

    assert (before, lacks_a_review(plan)) == (signed, not signed)
    (said,) = [
        one for one in gate(packet_of(plan), on=TODAY) if "the signed text says" in one.sentence
    ]
    assert (said.rule, said.is_met, said.is_warning) == ("R36", True, True)


def test_where_both_say_the_same_nothing_is_said():
    plan = reviewed_by_two(is_reform=True)

    assert not any(
        "signed text says that it" in one.sentence for one in gate(packet_of(plan), on=TODAY)
    )


def test_a_year_the_roster_names_no_more_is_judged_by_the_signed_text():
    plan = reviewed_by_two(is_reform=True)

    restated(Designation.objects.get(district=plan.district), last_fiscal_year=2026)

    assert lacks_a_review(plan)
