"""Making the roster say what a file says: of each district everything, or the allocations alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from districts.models import Allocation, Designation, District, Figure, RosterChange
from districts.services.roster import free_slug
from districts.services.roster_changes import MONEY, Effect
from districts.services.roster_file import RosterRow
from districts.services.roster_sources import STATUTE, WORKSHEET, Source, figure_source
from districts.services.roster_stating import Run, effects_of_run, supersede
from districts.services.roster_words import differences, thing, value_of

FIRST_YEAR, LAST_YEAR = 2023, 2027  # the designation the file lists, § 10-262u(b)


@dataclass
class Written:
    """What a file did: the districts it names, those new by it, and of each what changed."""

    districts: list[District]
    added: list[District] = field(default_factory=list)
    changes: dict[int, list[str]] = field(default_factory=dict)  # by the key of the district
    effects: list[Effect] = field(default_factory=list)

    def note(self, district: District, words: list[str], effects: Sequence[Effect] = ()) -> None:
        self.changes.setdefault(district.pk, []).extend(words)
        self.effects.extend(effects)

    @property
    def known(self) -> list[District]:
        """Those that were on the roster before."""
        new = {district.pk for district in self.added}
        return [district for district in self.districts if district.pk not in new]


@dataclass(frozen=True)
class WholeRoster:
    """A file that has everything of each district."""

    rows: Sequence[RosterRow]
    fiscal_year: int
    source: Source

    def write(self, change: RosterChange) -> Written:
        codes = [row.edsight_code for row in self.rows]
        found = District.objects.select_for_update().filter(edsight_code__in=codes)
        held = {district.edsight_code: district for district in found}
        written = Written(districts=[])
        for row in self.rows:
            if row.edsight_code in held:
                district = held[row.edsight_code]
                written.note(district, _rewrite(district, _facts(row)))
            else:
                district = _new_district(row)
                written.added.append(district)
            written.districts.append(district)
        pairs = zip(self.rows, written.districts, strict=True)
        belongings = [
            belonging
            for row, district in pairs
            for belonging in _belongings(row, district, self.fiscal_year, self.source)
        ]
        _put(belongings, written, change=change)
        return written


class Amount(NamedTuple):
    """One row of a file of allocations, with the district that it means. Whole US dollars."""

    district: District
    stage: str
    amount: int


@dataclass(frozen=True)
class YearsAllocations:
    """A file that has the allocations of one year, and nothing else."""

    amounts: Sequence[Amount]
    fiscal_year: int
    source: Source

    def write(self, change: RosterChange) -> Written:
        districts = {one.district.pk: one.district for one in self.amounts}
        list(District.objects.select_for_update().filter(pk__in=districts).order_by("pk"))
        written = Written(districts=list(districts.values()))
        belongings = [
            _allocation(one.district, self.fiscal_year, one.stage, one.amount, self.source)
            for one in self.amounts
        ]
        _put(belongings, written, change=change)
        return written


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
    belongings = [
        _Belonging(Designation, district, (FIRST_YEAR,), designation),
        _allocation(district, fiscal_year, Allocation.Stage.FINAL, row.allocation, list_source),
    ]
    for figure in row.figures:
        source = figure_source(figure, list_source)
        values = {"value": figure.value, "source": source.text, "source_on": source.day}
        belongings.append(_Belonging(Figure, district, (figure.measure, figure.period), values))
    return belongings


def _allocation(
    district: District, fiscal_year: int, stage: str, amount: int, source: Source
) -> _Belonging:
    values = {
        "amount": amount,
        "source": source.text,
        "source_on": source.day,
        "is_assumption": False,
    }
    return _Belonging(Allocation, district, (fiscal_year, stage), values)


def _basis(cohort: int) -> str:
    if cohort == FIRST_YEAR:
        return f"First designated for FY{FIRST_YEAR}, § 10-262u(a)"
    return f"First designated for FY{cohort}, and again for FY{FIRST_YEAR}, § 10-262u(a)"


# Comparing and writing --------------------------------------------------------------------------

_KEYS: dict[type[_Kept], tuple[str, ...]] = {
    Designation: ("first_fiscal_year",),
    Allocation: ("fiscal_year", "stage"),
    Figure: ("measure", "period"),
}


def _put(belongings: list[_Belonging], written: Written, *, change: RosterChange) -> None:
    """State what is new or different; note each change in words, and what it does to plans."""
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
            name = thing(model, key)
            kept = held.get((district.pk, *key))
            row = model(
                district=district, **dict(zip(keys, key, strict=True)), **values, stated_in=change
            )
            if kept is None:
                new.append(row)
                words = [f"{name} {value_of(row)}, new{_beside(held, row)}"]
                written.note(district, words, _effects(district, None, row))
            elif isinstance(kept, Figure) and kept.value == values["value"]:
                continue  # another list that says the same is no news
            elif found := differences(kept, values):
                supersede(kept, row, change=change)
                words = [f"{name}: {difference}" for difference in found]
                written.note(district, words, _effects(district, kept, row))
        model.objects.bulk_create(new)


def _beside(held: dict[tuple, Any], row: _Kept) -> str:
    """What the year's allocation was at its other stage, which the new one is compared with."""
    if not isinstance(row, Allocation):
        return ""
    others = [stage for stage in Allocation.Stage.values if stage != row.stage]
    found = [held.get((row.district_id, row.fiscal_year, stage)) for stage in others]
    return "".join(f" ({other.stage} {value_of(other)})" for other in found if other)


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
    words = differences(kept, values)
    if words:
        for field, value in values.items():
            setattr(kept, field, value)
        kept.save(update_fields=list(values))
    return words
