"""Which plan a district starts for a year."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from districts.calendar import first_day, fiscal_year_of, last_day
from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from plans import services
from plans.models import Cycle, Plan
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db


def test_r01_names_a_fiscal_year_by_its_end():
    assert (first_day(2027), last_day(2027)) == (date(2026, 7, 1), date(2027, 6, 30))
    for day, year in (
        (first_day(2027) - timedelta(days=1), 2026),
        (first_day(2027), 2027),
        (date(2027, 1, 1), 2027),
        (last_day(2027), 2027),
        (last_day(2027) + timedelta(days=1), 2028),
    ):
        assert fiscal_year_of(day) == year


def test_r03_the_first_plan_of_a_run_is_the_initial_one(noon):
    """A gap of a year begins a new run; whoever starts the plan twice has the one."""
    Cycle.objects.filter(pk=2028).update(opens_on=noon.date())
    district = DistrictFactory()
    for first, last in ((2023, 2025), (2027, 2028)):
        DesignationFactory(district=district, first_fiscal_year=first, last_fiscal_year=last)
    coordinator = person(Role.PLAN_COORDINATOR, district)

    def start(fiscal_year):
        return services.start_plan(
            district_id=district.pk, fiscal_year=fiscal_year, by=coordinator, at=noon
        )

    assert start(2027).kind == Plan.Kind.INITIAL
    assert start(2028).kind == Plan.Kind.ANNUAL_AMENDMENT
    assert start(2028) == start(2028)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanFactory(district=district)
