"""Bringing the roster into line with the Department's file: at once from the shell, or proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import District, RosterChange, User
from districts.permissions import may_manage_roster
from districts.services.allocation_file import (
    CODE,
    DISTRICT,
    AllocationRow,
    is_of_allocations,
    read_allocations,
)
from districts.services.locks import hold
from districts.services.refusals import RosterRefusal
from districts.services.roster_cells import Fault, RosterFaults, count_of, shown
from districts.services.roster_changes import (
    Grounds,
    Touched,
    plans_touched,
    record,
    refuse_own,
    tell_of_money,
)
from districts.services.roster_comparing import RosterLoad, compare
from districts.services.roster_file import RosterRow, read_roster
from districts.services.roster_sources import Source, list_of, payment_list
from districts.services.roster_writing import Amount, WholeRoster, YearsAllocations


@dataclass(frozen=True)
class RosterFile:
    """A file as it was uploaded, and how it is to be read."""

    name: str
    raw: bytes
    fiscal_year: int | None  # a file of allocations alone says its own
    every_district: bool
    list_date: date | None

    def read(self) -> WholeRoster | YearsAllocations:
        """What it says, of which districts of the roster.

        Raises:
            RosterFaults: anything at all is wrong with the file.
            RosterRefusal: it has everything of each district, and no year was chosen.
        """
        if is_of_allocations(self.raw):
            rows = read_allocations(self.raw, fiscal_year=self.fiscal_year)
            year = rows[0].fiscal_year
            return YearsAllocations(_amounts(rows), year, self._source(year))
        if self.fiscal_year is None:
            raise RosterRefusal(fiscal_year="Write the year whose allocations the file has.")
        whole = read_roster(self.raw, fiscal_year=self.fiscal_year)
        kept = whole if self.every_district else [row for row in whole if row.in_program_list]
        return WholeRoster(kept, self.fiscal_year, self._source(self.fiscal_year))

    def _source(self, fiscal_year: int) -> Source:
        return list_of(self.list_date) or payment_list(fiscal_year)


@transaction.atomic
def load_roster(
    *,
    rows: Sequence[RosterRow],
    fiscal_year: int,
    run_as: str,
    at: datetime,
    list_source: Source | None = None,
    reason: str = "",
) -> RosterLoad:
    """Make the roster say what the rows say; loading the same rows again changes nothing.

    For whoever runs the command on the server: `run_as` says who. One act, since the first load
    has nobody yet to confirm it. `list_source` is the Department's list that the money is from.

    Raises:
        RosterRefusal: the rows contradict what the roster holds of other districts or years; or
            they change a year that has plans on record, and no reason is given; or no day is
            given or known of the list they are from.
    """
    hold("roster")
    file = WholeRoster(rows, fiscal_year, list_source or payment_list(fiscal_year))
    load = compare(file, at=at)
    if load.summary():
        change = record(
            kind=RosterChange.Kind.FILE,
            district=None,
            asked={"fiscal_year": fiscal_year},
            summary=load.summary(),
            effects=load.effects,
            grounds=Grounds(reason, file.source.text, file.source.day),
            by=None,
            run_as=run_as,
            at=at,
            is_file=load.on_record(),
        )
        tell_of_money(file.write(change).effects, at=at)
    return load


@transaction.atomic
def propose_file(*, file: RosterFile, reason: str = "", by: User, at: datetime) -> RosterChange:
    """Ask for the roster to say what the file says, once a second person has confirmed it.

    Raises:
        RosterFaults: anything at all is wrong with the file.
        RosterRefusal: as for `load_roster`; or the file changes nothing, holds a district they
            belong to, or is from a list of which no day is given or known.
    """
    hold("roster")
    if not may_manage_roster(by, at=at):
        raise PermissionDenied
    read = file.read()
    load = compare(read, at=at)
    refuse_own(by, load.lines_of, at=at)
    if not load.summary():
        raise RosterRefusal(
            whole="The roster says already what this file says of"
            f" {count_of(load.districts, 'district')}. There is nothing to confirm."
        )
    return record(
        kind=RosterChange.Kind.FILE,
        district=None,
        asked={
            "name": file.name,
            "text": file.raw.decode("utf-8-sig"),
            "fiscal_year": read.fiscal_year,
            "every_district": file.every_district,
            "list_date": file.list_date and f"{file.list_date}",
        },
        summary=load.summary(),
        effects=load.effects,
        grounds=Grounds(reason, read.source.text, read.source.day),
        by=by,
        at=at,
        is_file=load.on_record(),
    )


def make_file(change: RosterChange, *, at: datetime) -> list[Touched]:
    """Let an uploaded file take effect; the plans on record that it touches.

    Raises:
        RosterRefusal: it would no longer change what was shown when it was uploaded.
    """
    asked = change.asked
    file = RosterFile(
        name=asked["name"],
        raw=asked["text"].encode(),
        fiscal_year=asked["fiscal_year"],
        every_district=asked["every_district"],
        list_date=date.fromisoformat(asked["list_date"]) if asked["list_date"] else None,
    )
    moved_on = RosterRefusal(
        whole="The roster has changed since this file was compared with it. Refuse it, and"
        " upload the file again: the difference is shown anew."
    )
    try:
        read = file.read()
    except RosterFaults:  # a district it names has another code or name by now
        raise moved_on from None
    load = compare(read, at=change.asked_at)
    if load.summary() != change.summary:
        raise moved_on
    touched = plans_touched(load.effects)
    tell_of_money(read.write(change).effects, at=at)
    return touched


# Which district a row of allocations means ------------------------------------------------------


def _amounts(rows: Sequence[AllocationRow]) -> list[Amount]:
    """Each amount with its district of the roster, retired ones too.

    Raises:
        RosterFaults: a row means no district, or two, or one that an earlier row has already.
    """
    held = list(District.objects.order_by("pk"))
    by_code = {district.edsight_code: district for district in held}
    by_name = {district.name.casefold(): district for district in held}
    amounts: list[Amount] = []
    faults: list[Fault] = []
    first_seen: dict[tuple[int, str], int] = {}
    for row in rows:
        district = by_code.get(row.edsight_code) if row.edsight_code else None
        named = by_name.get(row.name.casefold())
        if fault := _fault_of(row, district, named):
            faults.append(fault)
            continue
        meant = district or named
        assert meant is not None  # noqa: S101 - else it is a fault
        first = first_seen.setdefault((meant.pk, row.stage), row.line)
        if first != row.line:
            value = (
                f"{meant}’s {row.stage} allocation for FY{row.fiscal_year} is on line {first} too"
            )
            expected = "one row for each district and year"
            faults.append(Fault(row.line, CODE if row.edsight_code else DISTRICT, value, expected))
        amounts.append(Amount(meant, row.stage, row.amount))
    if faults:
        raise RosterFaults(faults)
    return amounts


def _fault_of(
    row: AllocationRow, district: District | None, named: District | None
) -> Fault | None:
    if row.edsight_code and district is None:
        told = f"{shown(row.edsight_code)} is no district of the roster"
        return Fault(row.line, CODE, told, "a code of the roster; a new district is added first")
    if not row.edsight_code and named is None:
        told = f"{shown(row.name)} is no district of the roster"
        return Fault(row.line, DISTRICT, told, "a name as the roster has it, or its EdSight code")
    if district and row.name and district.name.casefold() not in row.name.casefold():
        told = f"{shown(row.name)} beside the code of {district}"
        return Fault(row.line, DISTRICT, told, "the name and the code of one district")
    return None
