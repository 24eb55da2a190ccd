"""What the demo assumes of the years to come, each row marked as assumed: no such list exists."""

from collections.abc import Iterable
from datetime import date, datetime

from alliance.demo.people import AT_THE_DEPARTMENT, people_of
from districts.models import Allocation, Designation, District
from plans.models import Cycle
from plans.services import begin_reminders, edit_cycle

THIS_YEAR, NEXT_YEAR = 2027, 2028
RENEWED_UNTIL = 2032  # five fiscal years, Conn. Gen. Stat. § 10-262u(b)
ASSUMED_ON = date(2026, 11, 1)
RENEWED = "Assumed for this demonstration: every designation is renewed"
REPEATED = f"Assumed for this demonstration: FY{THIS_YEAR}'s amount, repeated"
OPENING = {"guidance_on": date(2026, 10, 15), "opens_on": ASSUMED_ON}


def assume(districts: Iterable[District], *, at: datetime) -> int:
    """Renew designations and repeat allocations where the next year has none; say how many.

    The calendar moves only with the first renewals: what an administrator changes afterwards stays.
    """
    districts = list(districts)
    is_first = not Designation.objects.covering(NEXT_YEAR).exists()
    renewed = _renew(districts)
    _repeat(districts)
    if is_first:
        admin = people_of(AT_THE_DEPARTMENT, ["admin"])["admin"]
        version = Cycle.objects.get(pk=NEXT_YEAR).version
        edit_cycle(fiscal_year=NEXT_YEAR, version=version, values=OPENING, by=admin, at=at)
        for year in (THIS_YEAR, NEXT_YEAR):
            begin_reminders(fiscal_year=year, by=admin, at=at)
    return renewed


def _renew(districts: list[District]) -> int:
    renewed = set(Designation.objects.covering(NEXT_YEAR).values_list("district", flat=True))
    runs = Designation.objects.covering(THIS_YEAR).filter(district__in=districts)
    rows = Designation.objects.bulk_create(
        Designation(
            district_id=run.district_id,
            first_fiscal_year=NEXT_YEAR,
            last_fiscal_year=RENEWED_UNTIL,
            cohort=run.cohort,
            is_reform_district=run.is_reform_district,
            basis=f"Renewed for FY{NEXT_YEAR} to FY{RENEWED_UNTIL}",
            source=RENEWED,
            source_on=ASSUMED_ON,
            is_assumption=True,
        )
        for run in runs.order_by("pk")
        if run.district_id not in renewed
    )
    return len(rows)


def _repeat(districts: list[District]) -> None:
    known = set(Allocation.objects.filter(fiscal_year=NEXT_YEAR).values_list("district", flat=True))
    finals = Allocation.objects.filter(
        fiscal_year=THIS_YEAR, stage=Allocation.Stage.FINAL, district__in=districts
    )
    Allocation.objects.bulk_create(
        Allocation(
            district_id=final.district_id,
            fiscal_year=NEXT_YEAR,
            stage=Allocation.Stage.PRELIMINARY,
            amount=final.amount,
            source=REPEATED,
            source_on=ASSUMED_ON,
            is_assumption=True,
        )
        for final in finals.order_by("pk")
        if final.district_id not in known
    )
