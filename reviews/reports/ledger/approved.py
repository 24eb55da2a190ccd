"""Of approved plans the dollars of their lines, budgeted and spent, and their strategies.

The lines and strategies are read in the stored text of the version in force, inside PostgreSQL:
the texts of all districts over the years are too much to read out for a few sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from plans.revision_workflow import TAKES_EFFECT

# Of each plan that was approved the version in force, as plans/reports/in_force.py has it.
IN_FORCE = """
    in_force AS (
        SELECT DISTINCT ON (plan.id)
            plan.id AS plan_id, plan.district_id, plan.cycle_id AS fiscal_year, version.document
        FROM plans_plan plan
        JOIN plans_planversion version ON version.plan_id = plan.id
        WHERE plan.district_id = ANY(%(districts)s) AND (
            EXISTS (
                SELECT FROM plans_planevent event
                WHERE event.version_id = version.id AND event.step = 'approve'
            ) OR EXISTS (
                SELECT FROM plans_revisionevent event
                WHERE event.version_id = version.id AND event.step = ANY(%(take_effect)s)
            )
        )
        ORDER BY plan.id, version.number DESC
    )
"""

# Spending whose line a later revision took out of the plan is spent all the same.
_DOLLARS = f"""
    WITH {IN_FORCE},
    line AS (
        SELECT in_force.plan_id, each.lineage, each.strategy,
            (each.focus_area->>'number')::int AS focus_area,
            left(each.object_code->>'code', 1) AS object_group,
            coalesce(each.amount, 0) AS amount
        FROM in_force, jsonb_to_recordset(in_force.document->'lines') AS each(
            lineage text, strategy text, focus_area jsonb, object_code jsonb,
            funding_source text, amount bigint
        )
        WHERE each.funding_source <> 'other'
    )
    SELECT in_force.district_id, in_force.fiscal_year, line.strategy, line.focus_area,
        line.object_group, coalesce(sum(line.amount), 0)::bigint, sum(outcome.obligated)::bigint,
        sum(outcome.expended)::bigint,
        sum(outcome.expended) FILTER (WHERE outcome.basis = 'by_share')::bigint, max(outcome.as_of)
    FROM line
    FULL JOIN plans_lineoutcome outcome
        ON outcome.plan_id = line.plan_id AND outcome.lineage::text = line.lineage
    JOIN in_force ON in_force.plan_id = coalesce(line.plan_id, outcome.plan_id)
    GROUP BY 1, 2, 3, 4, 5
    ORDER BY 1, 2, 3, 4, 5
"""  # noqa: S608 - put together of constants

_STRATEGIES = f"""
    WITH {IN_FORCE}
    SELECT in_force.district_id, in_force.fiscal_year, each.lineage, each.number, each.title,
        coalesce(each.domain->>'name', ''), ARRAY(SELECT jsonb_array_elements_text(each.targets)),
        coalesce(outcome.status, '')
    FROM in_force, jsonb_to_recordset(in_force.document->'strategies') AS each(
        lineage text, number int, title text, domain jsonb, targets jsonb
    )
    LEFT JOIN LATERAL (
        SELECT status FROM plans_strategyoutcome
        WHERE plan_id = in_force.plan_id AND lineage::text = each.lineage
    ) outcome ON true
    ORDER BY 1, 2, each.number
"""  # noqa: S608


@dataclass(frozen=True)
class Dollars:
    """Whole US dollars of one strategy, focus area and group of object codes in a year.

    `strategy`, `focus_area` and `object_group` are none where the plan names none, or where
    spending was reported of a line that is no longer in it. What was spent is none until a
    certified report says it.
    """

    district_id: int
    fiscal_year: int
    strategy: str | None  # its lineage
    focus_area: int | None
    object_group: str | None  # the first figure of its object codes
    budgeted: int
    obligated: int | None
    expended: int | None
    by_share: int | None  # of what was spent: put to lines by their share of an object code
    as_of: date | None


@dataclass(frozen=True)
class StrategyRow:
    """A strategy of the plan of a year; `status` is empty until a certified report says one."""

    district_id: int
    fiscal_year: int
    lineage: str
    number: int
    title: str
    domain: str
    targets: list[str]  # the lineages of those it serves
    status: str


def dollars_of(district_ids: Sequence[int]) -> list[Dollars]:
    """Of every year with an approved plan, in one query."""
    return [Dollars(*row) for row in ask(_DOLLARS, district_ids)]


def strategies_of(district_ids: Sequence[int]) -> list[StrategyRow]:
    """Those of every approved plan by district, year and number, in one query."""
    return [StrategyRow(*row) for row in ask(_STRATEGIES, district_ids)]


def ask(sql: str, district_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    asked: dict[str, Any] = {
        "districts": list(district_ids),
        "take_effect": [step.value for step in sorted(TAKES_EFFECT)],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return cursor.fetchall()
