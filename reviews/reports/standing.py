"""In SQL: the versions of plans that stand, handed in or put in force by a revision.

As PlanVersionQuerySet.standing has it, of all plans of a year at once and not version by version;
`reviews/tests/test_dashboard_figures.py` holds the two together.
"""

from typing import Any

from plans.revision_workflow import TAKES_EFFECT

_BY_YEAR = "(%(year)s::int IS NULL OR plan.cycle_id = %(year)s)"
# As an array PostgreSQL looks the steps of these plans up; joined, it reads those of every year.
_OF_PLANS = "event.plan_id = ANY(ARRAY(SELECT id FROM plans_plan WHERE cycle_id = %(year)s))"
# A submission that was recalled is none, as PlanEventQuerySet.submissions has it.
_STANDING = """
    turn AS (
        SELECT event.version_id, event.step,
            lead(event.step) OVER (PARTITION BY event.plan_id ORDER BY event.id) AS next
        FROM plans_planevent AS event
        JOIN plans_plan AS plan ON plan.id = event.plan_id
        WHERE event.step IN ('submit', 'recall') AND {steps}
    ),
    standing AS (
        SELECT version_id FROM turn WHERE step = 'submit' AND next IS DISTINCT FROM 'recall'
        UNION
        SELECT event.version_id
        FROM plans_revisionevent AS event
        JOIN plans_planversion AS version ON version.id = event.version_id
        JOIN plans_plan AS plan ON plan.id = version.plan_id
        WHERE event.step = ANY(%(take_effect)s) AND {by_year}
    )
"""
STANDING = _STANDING.format(steps=_BY_YEAR, by_year=_BY_YEAR)
STANDING_OF_YEAR = _STANDING.format(steps=_OF_PLANS, by_year=_BY_YEAR)


def asked_of(fiscal_year: int | None) -> dict[str, Any]:
    """What both ask for; STANDING of all years where none is named."""
    return {"year": fiscal_year, "take_effect": sorted(TAKES_EFFECT)}
