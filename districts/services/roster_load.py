"""Bringing the roster into line with the Department's file: at once from the shell, or proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import District, RosterChange, User
from districts.permissions import may_manage_roster
from districts.services.locks import hold
from districts.services.refusals import RosterRefusal
from districts.services.roster_changes import Grounds, Touched, plans_touched, record
from districts.services.roster_comparing import (
    RosterLoad,
    Source,
    compare,
    count_of,
    list_of,
    payment_list,
    write,
)
from districts.services.roster_file import RosterRow, read_roster


@dataclass(frozen=True)
class RosterFile:
    """A file as it was uploaded, and how it is to be read."""

    name: str
    raw: bytes
    fiscal_year: int
    every_district: bool
    list_date: date | None

    def rows(self) -> list[RosterRow]:
        """Raises RosterFaults where anything is wrong with the file."""
        rows = read_roster(self.raw, fiscal_year=self.fiscal_year)
        return rows if self.every_district else [row for row in rows if row.in_program_list]

    def source(self) -> Source:
        return list_of(self.list_date) or payment_list(self.fiscal_year)


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
            they change a year that has plans on record, and no reason is given.
    """
    hold("roster")
    list_source = list_source or payment_list(fiscal_year)
    load = compare(rows, fiscal_year, list_source, at=at)
    if load.summary():
        change = record(
            kind=RosterChange.Kind.FILE,
            district=None,
            asked={"fiscal_year": fiscal_year},
            summary=load.summary(),
            effects=load.effects,
            grounds=Grounds(reason, list_source.text, list_source.day),
            by=None,
            run_as=run_as,
            at=at,
            is_file={"totals": load.totals(), "districts_in_file": _held(rows)},
        )
        write(rows, fiscal_year, list_source, change=change)
    return load


@transaction.atomic
def propose_file(*, file: RosterFile, reason: str = "", by: User, at: datetime) -> RosterChange:
    """Ask for the roster to say what the file says, once a second person has confirmed it.

    Raises:
        RosterFaults: anything at all is wrong with the file.
        RosterRefusal: as for `load_roster`; or the file changes nothing.
    """
    hold("roster")
    if not may_manage_roster(by, at=at):
        raise PermissionDenied
    rows, source = file.rows(), file.source()
    load = compare(rows, file.fiscal_year, source, at=at)
    if not load.summary():
        raise RosterRefusal(
            whole="The roster says already what this file says of"
            f" {count_of(len(rows), 'district')}. There is nothing to confirm."
        )
    return record(
        kind=RosterChange.Kind.FILE,
        district=None,
        asked={
            "name": file.name,
            "text": file.raw.decode("utf-8-sig"),
            "fiscal_year": file.fiscal_year,
            "every_district": file.every_district,
            "list_date": file.list_date and f"{file.list_date}",
        },
        summary=load.summary(),
        effects=load.effects,
        grounds=Grounds(reason, source.text, source.day),
        by=by,
        at=at,
        is_file={"totals": load.totals(), "districts_in_file": _held(rows)},
    )


def make_file(change: RosterChange) -> list[Touched]:
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
    rows, source = file.rows(), file.source()
    load = compare(rows, file.fiscal_year, source, at=change.asked_at)
    if load.summary() != change.summary:
        raise RosterRefusal(
            whole="The roster has changed since this file was compared with it. Refuse it, and"
            " upload the file again: the difference is shown anew."
        )
    touched = plans_touched(load.effects)
    write(rows, file.fiscal_year, source, change=change)
    return touched


def _held(rows: Sequence[RosterRow]) -> list[int]:
    """The districts of the file that are on the roster already."""
    codes = [row.edsight_code for row in rows]
    held = District.objects.filter(edsight_code__in=codes)
    return sorted(held.values_list("pk", flat=True))
