"""What the Department's file says, what that would change, and the writing of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models, transaction

from districts.calendar import last_day
from districts.models import Allocation, Designation, District, Figure, RosterChange
from districts.services.refusals import RosterRefusal
from districts.services.roster import free_slug
from districts.services.roster_changes import MONEY, Effect
from districts.services.roster_file import RosterFigure, RosterRow
from districts.services.roster_stating import Run, effects_of_run, supersede

FIRST_YEAR, LAST_YEAR = 2023, 2027  # the designation the file lists, § 10-262u(b)


@dataclass(frozen=True)
class Source:
    """Where a value is from. A source that names only a month or year is dated to its last day."""

    text: str
    day: date


WORKSHEET = Source(
    "ECS worksheet FY2026 (Office of Fiscal Analysis, as republished by the School and State"
    " Finance Project)",
    date(2026, 6, 30),
)
STATUTE = Source(
    "Conn. Gen. Stat. § 10-262u(b); reform flag from the ECS worksheet FY2026", WORKSHEET.day
)
PAYMENT_LISTS = {2027: Source("CSDE payment list, April 2026", date(2026, 4, 30))}
_EDSIGHT = {
    Figure.Measure.ENROLMENT: "EdSight enrollment file, {}",
    Figure.Measure.SCHOOLS: "EdSight per-pupil-by-school file, {}, counted by hand",
    Figure.Measure.ACCOUNTABILITY_INDEX: "EdSight, Next Generation Accountability Index, {}",
}
_NAMES = {
    "name": "name",
    "town_code": "town number",
    "reference_group": "reference group",
    "is_priority_school_district": "priority school district",
    "profile_source": "source of its profile",
    "profile_on": "date of its profile",
    "last_fiscal_year": "last year of designation",
    "cohort": "first designated",
    "is_reform_district": "educational reform district",
    "basis": "basis of designation",
    "source": "source",
    "source_on": "date of the source",
    "is_assumption": "assumed for a demonstration",
}


@dataclass(frozen=True)
class RosterLoad:
    """What loading does: which districts are new, what changes, and what it adds up to."""

    districts: int
    added: tuple[str, ...]
    changes: tuple[str, ...]
    unchanged: int
    missing: tuple[str, ...]  # designated for the year on the roster, and not in the file
    before: int  # allocations of the year, in US dollars
    after: int
    effects: tuple[Effect, ...] = ()

    def lines(self) -> Iterator[str]:
        """The report, a line a fact, the summary last."""
        if self.added:
            yield f"New: {', '.join(self.added)}."
        yield from self.changes
        yield f"{count_of(self.districts, 'district')}, {self._summary()}."

    def summary(self) -> list[str]:
        return [f"{name}: new on the roster" for name in self.added] + list(self.changes)

    def totals(self) -> dict[str, Any]:
        counted = ("districts", "added", "changes", "unchanged", "missing", "before", "after")
        return {name: getattr(self, name) for name in counted}

    def _summary(self) -> str:
        parts = []
        if self.added:
            parts.append(f"{len(self.added)} new")
        if self.changes:
            parts.append(count_of(len(self.changes), "change"))
        return ", ".join(parts) or "nothing changed"


def compare(
    rows: Sequence[RosterRow], fiscal_year: int, list_source: Source, *, at: datetime
) -> RosterLoad:
    """What loading would do: it is done, and undone. Districts new in it have no plans yet."""
    _refuse_contradictions(rows)
    before = _allocated(fiscal_year)
    with transaction.atomic():
        trial = RosterChange.objects.create(
            kind=RosterChange.Kind.FILE,
            asked={},
            summary=[],
            needs_second=False,
            run_as="comparison",
            asked_at=at,
        )
        added, changes, effects = write(rows, fiscal_year, list_source, change=trial)
        after = _allocated(fiscal_year)
        transaction.set_rollback(True)
    codes = [row.edsight_code for row in rows]
    gone = District.objects.designated_for(fiscal_year).exclude(edsight_code__in=codes)
    return RosterLoad(
        districts=len(rows),
        added=tuple(added.values()),
        changes=tuple(
            f"{row.name} ({row.edsight_code}): {change}"
            for row in rows
            for change in changes[row.edsight_code]
            if row.edsight_code not in added
        ),
        unchanged=sum(
            not changes[row.edsight_code] and row.edsight_code not in added for row in rows
        ),
        missing=tuple(gone.order_by("name").values_list("name", flat=True)),
        before=before,
        after=after,
        effects=tuple(effect for effect in effects if effect.district.edsight_code not in added),
    )


def _allocated(fiscal_year: int) -> int:
    """The year's allocations of every district, the final one where there is one."""
    latest = (
        Allocation.objects.filter(fiscal_year=fiscal_year, district__retired_at=None)
        .order_by("district_id", "stage")  # "final" sorts before "preliminary"
        .distinct("district_id")
    )
    found = Allocation.objects.filter(pk__in=latest.values("pk"))
    return found.aggregate(total=models.Sum("amount"))["total"] or 0


def write(
    rows: Sequence[RosterRow], fiscal_year: int, list_source: Source, *, change: RosterChange
) -> tuple[dict[str, str], dict[str, list[str]], list[Effect]]:
    """Which districts are new, what changes of each, and the effects, by code."""
    held = {
        district.edsight_code: district
        for district in District.objects.select_for_update().filter(
            edsight_code__in=[row.edsight_code for row in rows]
        )
    }
    added = {row.edsight_code: row.name for row in rows if row.edsight_code not in held}
    changes: dict[str, list[str]] = {row.edsight_code: [] for row in rows}
    for row in rows:
        if row.edsight_code in added:
            held[row.edsight_code] = _new_district(row)
        else:
            changes[row.edsight_code] += _rewrite(held[row.edsight_code], _facts(row))
    belongings = [
        belonging
        for row in rows
        for belonging in _belongings(row, held[row.edsight_code], fiscal_year, list_source)
    ]
    effects = []
    for district, words, found in _put(belongings, change=change):
        changes[district.edsight_code] += words
        effects += found
    return added, changes, effects


def list_of(day: date | None) -> Source | None:
    """The Department's list as its day names it; None leaves it to what is known of the year."""
    if day is None:
        return None
    return Source(f"CSDE payment list, {day:%B} {day.day}, {day.year}", day)


def payment_list(fiscal_year: int) -> Source:
    """The list of a year's allocations; a year whose list we do not know is dated to its eve."""
    unknown = Source(
        f"Department list for FY{fiscal_year}, date not given", last_day(fiscal_year - 1)
    )
    return PAYMENT_LISTS.get(fiscal_year, unknown)


# What a row of the file says --------------------------------------------------------------------


def _facts(row: RosterRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "town_code": row.town_code,
        "reference_group": row.reference_group,
        "is_priority_school_district": row.is_priority_school_district,
        "profile_source": WORKSHEET.text,
        "profile_on": WORKSHEET.day,
    }


def _new_district(row: RosterRow) -> District:
    return District.objects.create(
        edsight_code=row.edsight_code, slug=free_slug(row.name, row.edsight_code), **_facts(row)
    )


_Kept = Designation | Allocation | Figure


class _Belonging(NamedTuple):
    """A row that hangs on a district: what finds it, and what it should say."""

    model: type[_Kept]
    district: District
    key: tuple
    values: dict[str, Any]


def _belongings(
    row: RosterRow, district: District, fiscal_year: int, list_source: Source
) -> list[_Belonging]:
    designation = {
        "last_fiscal_year": LAST_YEAR,
        "cohort": row.cohort,
        "is_reform_district": row.is_reform_district,
        "basis": _basis(row.cohort),
        "source": STATUTE.text,
        "source_on": STATUTE.day,
        "is_assumption": False,
    }
    allocation = {
        "amount": row.allocation,
        "source": list_source.text,
        "source_on": list_source.day,
        "is_assumption": False,
    }
    belongings = [
        _Belonging(Designation, district, (FIRST_YEAR,), designation),
        _Belonging(Allocation, district, (fiscal_year, Allocation.Stage.FINAL), allocation),
    ]
    for figure in row.figures:
        source = _figure_source(figure, list_source)
        values = {"value": figure.value, "source": source.text, "source_on": source.day}
        belongings.append(_Belonging(Figure, district, (figure.measure, figure.period), values))
    return belongings


def _basis(cohort: int) -> str:
    if cohort == FIRST_YEAR:
        return f"First designated for FY{FIRST_YEAR}, § 10-262u(a)"
    return f"First designated for FY{cohort}, and again for FY{FIRST_YEAR}, § 10-262u(a)"


def _figure_source(figure: RosterFigure, list_source: Source) -> Source:
    words = _EDSIGHT.get(Figure.Measure(figure.measure))
    if words is None:
        return list_source
    ends = int(figure.period[:4]) + 1
    return Source(words.format(figure.period), last_day(ends))


# Comparing and writing --------------------------------------------------------------------------

_KEYS: dict[type[_Kept], tuple[str, ...]] = {
    Designation: ("first_fiscal_year",),
    Allocation: ("fiscal_year", "stage"),
    Figure: ("measure", "period"),
}


def _put(
    belongings: list[_Belonging], *, change: RosterChange
) -> Iterator[tuple[District, list[str], list[Effect]]]:
    """State what is new or different; give each change in words, and what it does to plans."""
    for model, keys in _KEYS.items():
        ours = [belonging for belonging in belongings if belonging.model is model]
        held = {
            (row.district_id, *(getattr(row, key) for key in keys)): row
            for row in model.objects.select_for_update().filter(
                district__in={belonging.district.pk for belonging in ours}
            )
        }
        new: list[Any] = []
        for _, district, key, values in ours:
            name = _thing(model, key)
            kept = held.get((district.pk, *key))
            row = model(
                district=district, **dict(zip(keys, key, strict=True)), **values, stated_in=change
            )
            if kept is None:
                new.append(row)
                yield district, [f"{name} {_value(row)}, new"], _effects(district, None, row)
            elif isinstance(kept, Figure) and kept.value == values["value"]:
                continue  # another list that says the same is no news
            elif differences := _differences(kept, values):
                supersede(kept, row, change=change)
                words = [f"{name}: {difference}" for difference in differences]
                yield district, words, _effects(district, kept, row)
        model.objects.bulk_create(new)


def _effects(district: District, held: Any, row: _Kept) -> list[Effect]:
    if isinstance(row, Allocation):
        moves = held is None or held.amount != row.amount
        return [Effect(district, MONEY, frozenset({row.fiscal_year}))] if moves else []
    if isinstance(row, Designation):
        run = Run(**{field: getattr(row, field) for field in Run.__dataclass_fields__})
        return effects_of_run(district, held, run)
    return []


def _rewrite(kept: District, values: dict[str, Any]) -> list[str]:
    """Write the district's own facts that differ; each difference in words, old → new."""
    words = _differences(kept, values)
    if words:
        for field, value in values.items():
            setattr(kept, field, value)
        kept.save(update_fields=list(values))
    return words


def _differences(kept: models.Model, values: dict[str, Any]) -> list[str]:
    return [
        f"{_NAMES.get(field, '')} {_shown(kept, getattr(kept, field))}"
        f" → {_shown(kept, value)}".strip()
        for field, value in values.items()
        if getattr(kept, field) != value
    ]


def _thing(model: type[models.Model], key: tuple) -> str:
    if model is Designation:
        return f"designation from FY{key[0]}"
    if model is Allocation:
        return f"FY{key[0]} {key[1]} allocation"
    measure, period = key
    return f"{Figure.Measure(measure).label.split(',')[0]} {period}"


def _value(kept: _Kept) -> str:
    if isinstance(kept, Designation):
        return f"to FY{kept.last_fiscal_year}"
    return _shown(kept, kept.amount if isinstance(kept, Allocation) else kept.value)


def _shown(kept: models.Model, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value:%B} {value.day}, {value.year}"
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, Decimal | int) and _is_money(kept):
        return f"${value:,.0f}"
    return f"{value.normalize():,f}" if isinstance(value, Decimal) else str(value)


def _is_money(kept: models.Model) -> bool:
    return isinstance(kept, Allocation) or (
        isinstance(kept, Figure)
        and kept.measure
        in {
            Figure.Measure.ECS_ENTITLEMENT,
            Figure.Measure.ALLIANCE_SETASIDE,
            Figure.Measure.NON_ALLIANCE_PORTION,
        }
    )


def count_of(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# What cannot both be true -----------------------------------------------------------------------


def _refuse_contradictions(rows: Sequence[RosterRow]) -> None:
    by_name = {row.name.casefold(): row for row in rows}
    by_town = {row.town_code: row for row in rows}
    sentences = []
    for held in District.objects.order_by("name"):
        for row in (by_name.get(held.name.casefold()), by_town.get(held.town_code)):
            if row and row.edsight_code != held.edsight_code:
                sentences.append(
                    f"{row.name} ({row.edsight_code}, town {row.town_code}) in the file and {held}"
                    f" ({held.edsight_code}, town {held.town_code}) on the roster share a name"
                    " or a town number, but not a code."
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
