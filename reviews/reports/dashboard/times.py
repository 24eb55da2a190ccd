"""Where the plans of a year are, and how long they were with whom: from the steps they took.

Days are those of the calendar in Connecticut, so that with the district, with the State and decided
add up to the days since a plan was begun. That a plan took long says nothing on whose account.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connection

from plans.workflow import DECIDED, EDITABLE, WITH_DEPARTMENT, Status


class Side(StrEnum):
    """Who has a plan now."""

    DISTRICT = "district"
    STATE = "state"
    DECIDED = "decided"


SIDES = {Side.DISTRICT: EDITABLE, Side.STATE: WITH_DEPARTMENT, Side.DECIDED: DECIDED}

# A span is the time from one step to the next; the last one lasts until today.
_PLANS = """
    WITH moment AS (
        SELECT id AS plan_id, 0 AS number, 'draft' AS status, '' AS step,
            (started_at AT TIME ZONE 'America/New_York')::date AS day
        FROM plans_plan WHERE cycle_id = %(year)s
        UNION ALL
        SELECT event.plan_id, event.id, event.target, event.step,
            (event.taken_at AT TIME ZONE 'America/New_York')::date
        FROM plans_planevent AS event
        WHERE event.plan_id = ANY(ARRAY(SELECT id FROM plans_plan WHERE cycle_id = %(year)s))
    ),
    span AS (
        SELECT moment.*, lead(day) OVER following AS next_day FROM moment
        WINDOW following AS (PARTITION BY plan_id ORDER BY number)
    ),
    plan AS (
        SELECT span.plan_id, plan.status, district.id AS district_id, district.name, district.slug,
            CASE WHEN plan.status = ANY(%(district)s) THEN 'district'
                WHEN plan.status = ANY(%(state)s) THEN 'state' ELSE 'decided' END AS side,
            coalesce(sum(coalesce(next_day, %(today)s) - day)
                FILTER (WHERE span.status = ANY(%(district)s)), 0) AS with_district,
            coalesce(sum(coalesce(next_day, %(today)s) - day)
                FILTER (WHERE span.status = ANY(%(state)s)), 0) AS with_state,
            %(today)s - min(day) AS days,
            max(%(today)s - day) FILTER (WHERE next_day IS NULL) AS here,
            count(*) FILTER (WHERE step = 'return')
                - count(*) FILTER (WHERE step = 'undo_return') AS rounds
        FROM span
        JOIN plans_plan AS plan ON plan.id = span.plan_id
        JOIN districts_district AS district ON district.id = plan.district_id
        GROUP BY span.plan_id, plan.status, district.id
    )
"""
_SUMS = f"""{_PLANS}
    SELECT side, count(*), count(*) FILTER (WHERE rounds > 0), sum(rounds)::int,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY with_district),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY with_state),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY here), max(here)
    FROM plan GROUP BY GROUPING SETS ((side), ())
"""  # noqa: S608 - put together of constants
_ROWS = f"""{_PLANS}
    SELECT district_id, name, slug, status, side, with_district::int, with_state::int, days,
        here, rounds::int
    FROM plan
    WHERE (%(side)s = '' OR side = %(side)s) AND (NOT %(returned)s OR rounds > 0)
    ORDER BY name
"""  # noqa: S608


@dataclass(frozen=True)
class SideSums:
    """The plans of one side; days are medians, but for the longest."""

    plans: int = 0
    returned: int = 0  # sent back once or more
    rounds: int = 0  # of all of them; a return that was undone is none
    with_district: int = 0
    with_state: int = 0
    here: int = 0  # days since their last step
    longest: int = 0


@dataclass(frozen=True)
class PlanTimes:
    """One plan; days with the district, with the State, and since it was begun."""

    district_id: int
    district: str
    slug: str
    status: Status
    side: Side
    with_district: int
    with_state: int
    days: int
    here: int
    rounds: int

    @property
    def since_decided(self) -> int:
        return self.days - self.with_district - self.with_state


def sums_of_times(fiscal_year: int, *, today: date) -> dict[Side | None, SideSums]:
    """Of each side, and of all plans of the year under None. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, _asked(fiscal_year, today))
        rows = cursor.fetchall()
    return {
        None if side is None else Side(side): SideSums(*(each or 0 for each in sums))
        for side, *sums in rows
    }


def plan_times(
    fiscal_year: int, *, today: date, side: str = "", returned: bool = False
) -> Iterator[PlanTimes]:
    """Of each plan of the year, those of one side alone where one is asked for. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, _asked(fiscal_year, today) | {"side": side, "returned": returned})
        rows = cursor.fetchall()
    for district_id, name, slug, status, at, *days in rows:
        yield PlanTimes(district_id, name, slug, Status(status), Side(at), *days)


def _asked(fiscal_year: int, today: date) -> dict[str, Any]:
    sides = {side.value: sorted(SIDES[side]) for side in (Side.DISTRICT, Side.STATE)}
    return {"year": fiscal_year, "today": today, **sides}
