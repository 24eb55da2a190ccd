"""The years of a district: every cycle, whether it takes part, and how far its plan is."""

from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from districts.models import Allocation, Designation, District
from districts.statements import Statement
from plans.models import Cycle, Plan, due_day


@dataclass(frozen=True)
class Year:
    """A cycle as it is for one district."""

    fiscal_year: int
    opens_on: date
    plan_due_on: date
    reviews_complete_on: date
    decisions_on: date
    is_designated: bool
    status: str | None  # of the district's plan; none where it has not started
    extended_until: date | None  # of the same

    @property
    def due_on(self) -> date:
        return due_day(self.plan_due_on, self.extended_until)

    def is_open(self, today: date) -> bool:
        """A plan that was started stays the district's, whatever becomes of its designation."""
        return (self.is_designated or self.status is not None) and self.opens_on <= today


def years_of(district: District) -> list[Year]:
    """The newest first. One query."""
    return [Year(**columns) for columns in YEARS.ask(district.pk)]


def _years(district_id: int) -> QuerySet:
    year, of_district = OuterRef("pk"), {"district": district_id}
    runs = Designation.objects.filter(
        first_fiscal_year__lte=year, last_fiscal_year__gte=year, **of_district
    )
    plan = Plan.objects.filter(cycle=year, **of_district)
    return (
        Cycle.objects.annotate(
            is_designated=Exists(runs),
            status=Subquery(plan.values("status")),
            extended_until=Subquery(plan.values("extended_until")),
        )
        .order_by("-fiscal_year")
        .values(*(field.name for field in fields(Year)))
    )


YEARS = Statement(_years, -1)


def allocation_of(district: District, fiscal_year: int) -> Allocation | None:
    return Allocation.objects.in_force(fiscal_year).filter(district=district).first()
