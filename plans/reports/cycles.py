"""The cycles as the Department reads them."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, QuerySet
from django.db.models.functions import JSONObject

from districts.models import RosterChange, User
from districts.permissions import visible_changes
from plans.models import OTHER_FOCUS_AREA, Cycle, CycleChange, FocusArea


@dataclass(frozen=True)
class WaitingChange:
    """A change of the roster that concerns a year and waits for a second person."""

    pk: int
    kind: RosterChange.Kind
    district: str | None  # none where it is about many


def cycles_with_plans() -> QuerySet[Cycle]:
    """With `plan_count`, the newest first."""
    return Cycle.objects.annotate(plan_count=Count("plans")).order_by("-fiscal_year")


def cycles_with_waiting(fiscal_year: int, reader: User) -> QuerySet[Cycle]:
    """With the changes of the roster that concern the year and wait, those the reader may read."""
    waiting = visible_changes(reader).waiting().of_year(fiscal_year).order_by("pk")
    row = JSONObject(pk="pk", kind="kind", district="district__name")
    return Cycle.objects.annotate(roster_changes=ArraySubquery(waiting.values(row=row)))


def last_change_of(cycle: Cycle) -> CycleChange | None:
    return cycle.changes.select_related("made_by").order_by("pk").last()


def waiting_for(cycle: Cycle) -> list[WaitingChange]:
    """What was read with the cycle; one found anew after a conflict names none."""
    return [
        WaitingChange(each["pk"], RosterChange.Kind(each["kind"]), each["district"])
        for each in getattr(cycle, "roster_changes", [])
    ]


@dataclass(frozen=True)
class OfferedArea:
    """A focus area as the cycle offers it, under the name it has there."""

    area: FocusArea
    name: str


def focus_areas_of(cycle: Cycle) -> list[OfferedArea]:
    areas = FocusArea.objects.of_year(cycle.fiscal_year)
    if not cycle.allows_other_focus_area:
        areas = areas.exclude(number=OTHER_FOCUS_AREA)
    return [
        OfferedArea(
            area,
            (area.number == OTHER_FOCUS_AREA and cycle.other_focus_area_name)
            or getattr(area, "name"),  # noqa: B009 - stubs know columns, not what is annotated
        )
        for area in areas
    ]
