"""What a file would change, shown before anybody confirms it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from districts.models import Allocation, Designation, District, RosterChange
from districts.services.refusals import RosterRefusal
from districts.services.roster_cells import count_of
from districts.services.roster_changes import Effect
from districts.services.roster_file import RosterRow
from districts.services.roster_writing import (
    FIRST_YEAR,
    LAST_YEAR,
    WholeRoster,
    YearsAllocations,
)

_Allocated = dict[int, tuple[bool, int]]  # of a district: is it active, and US dollars


@dataclass(frozen=True)
class RosterLoad:
    """What loading does: which districts are new, what changes, and what it adds up to."""

    districts: int
    added: tuple[str, ...]
    lines_of: dict[int, tuple[str, ...]]  # what changes, by the key of each district that was known
    unchanged: int
    missing: tuple[str, ...]  # designated for the year on the roster, and not in the file
    retired: tuple[str, ...]  # in the file, and not in the sums
    before: int  # allocations of the year, in US dollars
    after: int
    effects: tuple[Effect, ...] = ()

    @property
    def changes(self) -> tuple[str, ...]:
        return tuple(line for lines in self.lines_of.values() for line in lines)

    def lines(self) -> Iterator[str]:
        """The report, a line a fact, the summary last."""
        if self.added:
            yield f"New: {', '.join(self.added)}."
        yield from self.changes
        for named in self.retired:
            yield f"Retired, so not in the sums: {named}."
        yield f"{count_of(self.districts, 'district')}, {self._summary()}."

    def summary(self) -> list[str]:
        return [f"{name}: new on the roster" for name in self.added] + list(self.changes)

    def on_record(self) -> dict[str, Any]:
        """What a file's change keeps beside its lines, which go by district, whatever its code."""
        counted = ("districts", "added", "changes", "unchanged", "missing")
        summed = ("retired", "before", "after")
        return {
            "totals": {name: getattr(self, name) for name in (*counted, *summed)},
            "districts_in_file": sorted(self.lines_of),
            "lines_of": {str(pk): list(lines) for pk, lines in self.lines_of.items() if lines},
        }

    def _summary(self) -> str:
        parts = []
        if self.added:
            parts.append(f"{len(self.added)} new")
        if self.changes:
            parts.append(count_of(len(self.changes), "change"))
        return ", ".join(parts) or "nothing changed"


def compare(file: WholeRoster | YearsAllocations, *, at: datetime) -> RosterLoad:
    """What loading would do: it is done, and undone. Districts new in it have no plans yet."""
    if isinstance(file, WholeRoster):
        _refuse_contradictions(file.rows)
    before = _allocated(file.fiscal_year)
    with transaction.atomic():
        trial = RosterChange.objects.create(
            kind=RosterChange.Kind.FILE,
            asked={},
            summary=[],
            needs_second=False,
            run_as="comparison",
            asked_at=at,
        )
        written = file.write(trial)
        after = _allocated(file.fiscal_year)
        transaction.set_rollback(True)
    lines_of = {
        district.pk: tuple(
            f"{district.name} ({district.edsight_code}): {change}"
            for change in written.changes.get(district.pk, [])
        )
        for district in written.known
    }
    new = {district.pk for district in written.added}
    return RosterLoad(
        districts=len(written.districts),
        added=tuple(district.name for district in written.added),
        lines_of=lines_of,
        unchanged=sum(not lines for lines in lines_of.values()),
        missing=_missing(file.fiscal_year, written.districts),
        retired=_retired(file.fiscal_year, written.known, before, after),
        before=_total(before),
        after=_total(after),
        effects=tuple(effect for effect in written.effects if effect.district.pk not in new),
    )


def _missing(fiscal_year: int, districts: Iterable[District]) -> tuple[str, ...]:
    codes = [district.edsight_code for district in districts]
    gone = District.objects.designated_for(fiscal_year).exclude(edsight_code__in=codes)
    return tuple(gone.order_by("name").values_list("name", flat=True))


def _retired(
    fiscal_year: int, districts: Iterable[District], before: _Allocated, after: _Allocated
) -> tuple[str, ...]:
    """The retired districts of the file, each with its allocation before and after."""
    return tuple(
        f"{district.name} (FY{fiscal_year} allocation {_shown(before, district)}"
        f" → {_shown(after, district)})"
        for district in districts
        if district.retired_at
    )


def _shown(allocated: _Allocated, district: District) -> str:
    return f"${allocated[district.pk][1]:,}" if district.pk in allocated else "none"


def _allocated(fiscal_year: int) -> _Allocated:
    found = Allocation.objects.in_force(fiscal_year).values_list(
        "district_id", "district__retired_at", "amount"
    )
    return {pk: (retired_at is None, amount) for pk, retired_at, amount in found}


def _total(allocated: _Allocated) -> int:
    return sum(amount for is_active, amount in allocated.values() if is_active)


# What cannot both be true -----------------------------------------------------------------------


def _refuse_contradictions(rows: Sequence[RosterRow]) -> None:
    by_name = {row.name.casefold(): row for row in rows}
    by_town = {row.town_code: row for row in rows}
    sentences = []
    for held in District.objects.order_by("name"):
        for row in (by_name.get(held.name.casefold()), by_town.get(held.town_code or 0)):
            if row and row.edsight_code != held.edsight_code:
                sentences.append(
                    f"{row.name} ({_numbers(row)}) in the file and {held} ({_numbers(held)}) on the"
                    " roster share a name or a town number, but not a code."
                )
    overlapping = (
        Designation.objects.filter(
            district__edsight_code__in=[row.edsight_code for row in rows],
            first_fiscal_year__lte=LAST_YEAR,
            last_fiscal_year__gte=FIRST_YEAR,
        )
        .exclude(first_fiscal_year=FIRST_YEAR)
        .select_related("district")
        .order_by("district__name")
    )
    sentences += [
        f"{run.district} is designated for {run} on the roster, which overlaps the file’s"
        f" FY{FIRST_YEAR} to FY{LAST_YEAR}."
        for run in overlapping
    ]
    if sentences:
        raise RosterRefusal(whole="\n".join(dict.fromkeys(sentences)))


def _numbers(one: RosterRow | District) -> str:
    town = "" if one.town_code is None else f", town {one.town_code}"
    return f"{one.edsight_code}{town}"
