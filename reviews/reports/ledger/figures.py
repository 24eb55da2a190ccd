"""Published figures as the ledger shows them beside money: of all students, of some measures."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from districts.measures import MEASURES, Certainty, Group, Measure, certainty_of
from districts.models import PublishedFigure

FUNDED = "alliance_portion"
BESIDE = (
    "sbac_ela_level3plus",
    "sbac_math_level3plus",
    "chronic_absenteeism",
    "graduation_rate_4yr",
    "accountability_index",
)
Beside = dict[tuple[int, int], dict[str, Decimal]]  # by district and year, then by measure


def figures_beside(district_ids: Sequence[int]) -> Beside:
    """The Alliance money as published, and the results beside it, in one query."""
    found: Beside = defaultdict(dict)
    rows = PublishedFigure.objects.filter(
        district__in=district_ids, measure__in=(FUNDED, *BESIDE), student_group=Group.ALL
    )
    for district, year, measure, value in rows.values_list(
        "district_id", "fiscal_year", "measure", "value"
    ):
        found[district, year][measure] = value
    return found


PublishedRow = tuple[int, int, Measure, Group, Decimal, Certainty, str]


def figures_of(district_ids: Sequence[int]) -> Iterator[PublishedRow]:
    """Every published figure by district, measure, group and year, in one query."""
    rows = PublishedFigure.objects.filter(district__in=district_ids).order_by(
        "district__name", "measure", "student_group", "fiscal_year"
    )
    columns = ("district_id", "fiscal_year", "measure", "student_group", "value", "source")
    for district, year, measure, group, value, source in rows.values_list(*columns):
        certainty = certainty_of(measure, group, year)
        yield district, year, MEASURES[measure], Group(group), value, certainty, source
