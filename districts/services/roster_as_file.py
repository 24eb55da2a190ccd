"""The roster as a file to start from: what the upload page reads back."""

import csv
import io
from collections.abc import Iterable, Sequence

from districts.models import Allocation, Designation, District, Figure
from districts.services.allocation_file import EXAMPLE
from districts.services.roster_file import column_of, columns_of_facts


def allocations_as_file(fiscal_year: int) -> str:
    """Each district on the roster with its allocation of the year, blank where it has none."""
    held = _allocations(fiscal_year)
    rows = []
    for district in District.objects.active().order_by("name"):
        known = held.get(district.pk)
        amount, stage = (known.amount, known.stage) if known else ("", Allocation.Stage.FINAL)
        rows.append((district.edsight_code, district.name, f"FY{fiscal_year}", amount, stage))
    return _as_csv(EXAMPLE, rows)


def roster_as_file(fiscal_year: int) -> str:
    """Everything of each district on the roster; of each figure the latest period."""
    districts = list(District.objects.active().order_by("name"))
    runs = Designation.objects.filter(district__in=districts).order_by("first_fiscal_year")
    latest_run = {run.district_id: run for run in runs}
    allocations = _allocations(fiscal_year)
    figures, periods = {}, {}
    for figure in Figure.objects.filter(district__in=districts).order_by("period"):
        periods[figure.measure] = figure.period
        figures[figure.district_id, figure.measure, figure.period] = figure.value
    ordered = [
        (measure, periods[measure]) for measure in Figure.Measure.values if measure in periods
    ]
    header = [
        *columns_of_facts(),
        f"alliance_portion_fy{fiscal_year}",
        *(column_of(measure, period) for measure, period in ordered),
    ]
    rows = []
    for district in districts:
        known = allocations.get(district.pk)
        is_final = known is not None and known.stage == Allocation.Stage.FINAL
        values = [figures.get((district.pk, *each)) for each in ordered]
        rows.append(
            [
                *_facts(district, latest_run.get(district.pk)),
                known.amount if known and is_final else "",
                *("" if value is None else f"{value.normalize():f}" for value in values),
            ]
        )
    return _as_csv(header, rows)


def _facts(district: District, run: Designation | None) -> list[object]:
    """In the order of the columns: see `columns_of_facts`."""
    return [
        district.name,
        district.town_code,
        district.edsight_code,
        district.reference_group,
        int(district.is_priority_school_district),
        int(run.is_reform_district) if run else 0,
        f"FY{run.cohort}" if run else "",
        1,
    ]


def _allocations(fiscal_year: int) -> dict[int, Allocation]:
    return {one.district_id: one for one in Allocation.objects.in_force(fiscal_year)}


def _as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """With the mark by which a spreadsheet knows UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return "\ufeff" + text.getvalue()
