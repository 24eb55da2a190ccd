"""Ansonia, whose plan of last year is approved, for stories that go on from there."""

from datetime import date, datetime

from alliance.walk.deciding import decide
from alliance.walk.people import AT_DEPARTMENT, IN_DISTRICT, Walker
from alliance.walk.planning import Planning
from alliance.walk.stories import Story
from districts.calendar import EASTERN
from districts.models import Designation
from districts.tests.factories import AllocationFactory, DistrictFactory, person
from plans.models import Cycle

LAST, THIS = 2026, 2027


def approved_last_year(*, allocated: dict[int, int]) -> Walker:
    """With everybody who acts on its plans. `allocated`: US dollars, by fiscal year."""
    district = DistrictFactory(name="Ansonia", slug="ansonia", edsight_code="0020011")
    Designation.objects.create(
        district=district,
        first_fiscal_year=LAST,
        last_fiscal_year=THIS,
        cohort=LAST,
        basis="For the story",
        source="For the story",
        source_on=date(2025, 1, 1),
    )
    for year, amount in allocated.items():
        AllocationFactory(district=district, fiscal_year=year, amount=amount)
    people = {
        part: person(
            role,
            district if part in IN_DISTRICT else None,
            email=f"{part}@ansonia.example.org",
            name=f"{part.capitalize()} of the story",
        )
        for part, role in (IN_DISTRICT | AT_DEPARTMENT).items()
    }
    walker = Walker(0, district, people)
    cycle = _cycle_before(Cycle.objects.get(pk=THIS))
    planning = Planning(walker, Story(), LAST)
    plan = planning.file(due_on=cycle.plan_due_on, opens_on=cycle.opens_on)
    assert plan is not None
    planning.review(plan)
    decide(plan, walker, at=datetime(2025, 9, 15, 9, 0, tzinfo=EASTERN))
    return walker


def _cycle_before(after: Cycle) -> Cycle:
    dates = {
        field.name: getattr(after, field.name)
        for field in Cycle._meta.fields
        if isinstance(getattr(after, field.name), date) and field.name != "reminders_from"
    }
    earlier = {name: day.replace(year=day.year - 1) for name, day in dates.items()}
    return Cycle.objects.create(fiscal_year=LAST, **earlier)
