"""The money of the years gone by: allocations as published, spending and balances assumed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from django.conf import settings

from alliance.demo.past.years import YEARS
from districts.calendar import last_day
from districts.models import Allocation, District
from districts.services import read_allocations_by_year

PUBLISHED = settings.BASE_DIR / "districts" / "data" / "allocations_by_year.csv"
MOST_LEFT = 70  # thousandths of what is authorized; in one year 7 % of all was left
MUCH_LEFT = 240  # of the one district in eleven that could not hire


@dataclass(frozen=True)
class Year:
    """One district's money of a year, in whole US dollars: expended and balance are all of it."""

    fiscal_year: int
    allocation: int
    source: str
    carried_in: int
    balance: int  # carried out, whole (§ 10-262u(h))

    @property
    def authorized(self) -> int:
        return self.allocation + self.carried_in

    @property
    def expended(self) -> int:
        return self.authorized - self.balance


def chance(*what: object) -> int:
    """A number that looks like chance and is the same in every run."""
    return crc32("/".join(str(each) for each in what).encode())


def split(total: int, weights: Sequence[int]) -> list[int]:
    """The total in whole dollars by weights; what rounding leaves goes to the first ones."""
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    return [part + (place < left) for place, part in enumerate(parts)]


def money_of(districts: Collection[District]) -> dict[int, list[Year]]:
    """Of each district its money of the years gone by, the earliest first."""
    published = {
        (figure.edsight_code, figure.fiscal_year): (int(figure.value), figure.source)
        for figure in read_allocations_by_year(PUBLISHED.read_bytes())
        if figure.measure == "alliance_portion"
    }
    return {district.pk: _years(district, published) for district in districts}


def _years(district: District, published: Mapping[tuple[str, int], tuple[int, str]]) -> list[Year]:
    found: list[Year] = []
    for fiscal_year in YEARS:
        allocation, source = published[district.edsight_code, fiscal_year]
        carried_in = found[-1].balance if found else 0
        left = chance(district.slug, fiscal_year, "left")
        most = MUCH_LEFT if left % 11 == 0 else MOST_LEFT
        balance = (allocation + carried_in) * (left % most) // 1000
        found.append(Year(fiscal_year, allocation, source, carried_in, balance))
    return found


def add_allocations(districts: Collection[District], money: Mapping[int, list[Year]]) -> None:
    """Final allocations as published. No publication gives a day: it is the year's last."""
    known = set(
        Allocation.objects.filter(fiscal_year__in=YEARS).values_list("district", "fiscal_year")
    )
    Allocation.objects.bulk_create(
        Allocation(
            district=district,
            fiscal_year=year.fiscal_year,
            stage=Allocation.Stage.FINAL,
            amount=year.allocation,
            source=year.source,
            source_on=last_day(year.fiscal_year),
        )
        for district in districts
        for year in money[district.pk]
        if (district.pk, year.fiscal_year) not in known
    )
