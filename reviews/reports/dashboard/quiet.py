"""Districts that owe a plan and in which nobody who writes it was seen for a while.

Seen is signed in: nothing is edited but by somebody who is, and a session lasts a day at most. A
district that works on paper is quiet too; a nudge asks, and says nothing of fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from districts.roles import Role
from plans.models import Cycle
from plans.workflow import EDITABLE, Status

QUIET_DAYS = 14  # our default
WRITERS = (Role.SUPERINTENDENT, Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER)

_QUIET = """
    WITH owing AS (
        SELECT district.id, district.name, district.slug, plan.status
        FROM districts_district AS district
        LEFT JOIN plans_plan AS plan
            ON plan.district_id = district.id AND plan.cycle_id = %(year)s
        WHERE district.retired_at IS NULL
            AND (plan.id IS NULL OR plan.status = ANY(%(editable)s))
            AND EXISTS (
                SELECT FROM districts_designation AS run
                WHERE run.district_id = district.id AND run.superseded_in_id IS NULL
                    AND %(year)s BETWEEN run.first_fiscal_year AND run.last_fiscal_year
            )
    ),
    seen AS (
        SELECT membership.district_id, count(DISTINCT person.id) AS people,
            max(greatest(person.last_login, session.seen_at)) AS at
        FROM districts_membership AS membership
        JOIN districts_user AS person ON person.id = membership.user_id AND person.is_active
        LEFT JOIN districts_session AS session ON session.user_id = person.id
        WHERE membership.ended_at IS NULL AND membership.role = ANY(%(writers)s)
            AND membership.district_id IN (SELECT id FROM owing)
        GROUP BY 1
    )
    SELECT owing.id, owing.name, owing.slug, owing.status, coalesce(seen.people, 0), seen.at,
        nudge.sent_at, count(*) OVER ()
    FROM owing
    LEFT JOIN seen ON seen.district_id = owing.id
    LEFT JOIN LATERAL (
        SELECT max(sent_at) AS sent_at FROM reviews_nudge
        WHERE district_id = owing.id AND cycle_id = %(year)s
    ) AS nudge ON true
    WHERE seen.at IS NULL OR (seen.at AT TIME ZONE 'America/New_York')::date <= %(until)s
    ORDER BY seen.at NULLS FIRST, owing.name
    LIMIT %(most)s
"""


@dataclass(frozen=True)
class Quiet:
    """A district that owes its plan; `people` are those who write it."""

    district_id: int
    district: str
    slug: str
    status: Status | None  # none where no plan is begun
    people: int
    seen_at: datetime | None
    nudged_at: datetime | None


def quiet_districts(
    cycle: Cycle, *, today: date, days: int = QUIET_DAYS, most: int | None = None
) -> tuple[list[Quiet], int]:
    """Those not seen for `days` days or more, the quietest first, and how many there are.

    Nothing is owed before the cycle opens. One query.
    """
    if today < cycle.opens_on:
        return [], 0
    asked: dict[str, Any] = {
        "year": cycle.pk,
        "editable": sorted(EDITABLE),
        "writers": sorted(WRITERS),
        "until": date.fromordinal(today.toordinal() - days),
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_QUIET, asked)
        rows = cursor.fetchall()
    return [*_read(rows)], rows[0][-1] if rows else 0


def _read(rows: list[tuple]) -> Iterator[Quiet]:
    for district_id, name, slug, status, *rest, _ in rows:
        yield Quiet(district_id, name, slug, Status(status) if status else None, *rest)
