"""Publishes the demo's plans as the Department would: a visitor finds most, and a few wait."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from alliance.demo.assumptions import THIS_YEAR
from alliance.demo.people import AT_THE_DEPARTMENT, people_of
from districts.models import User
from library.documents import Passage
from library.models import Publication, Why
from library.reports.published import decision_on
from library.reports.waiting import rows_of, waiting_for
from library.rules import findings_in
from library.services import publish
from plans.documents import PlanDocument
from plans.documents.cache import document_of
from plans.models import Plan
from plans.reports.versions import latest_standing

WAIT = frozenset({"east-haven", "manchester", "norwich", "thompson", "windsor-locks"})
CHECKED_IN = timedelta(days=6)


def publish_all(plans: Iterable[Plan], *, until: datetime) -> list[Publication]:
    """Each once, with the letter of its decision, six days after the last that came of it.

    Names and numbers in them are invented, so whatever the scan finds stays in view.
    """
    manager = people_of(AT_THE_DEPARTMENT, ["manager"])["manager"]
    ours = {plan.pk: plan for plan in plans if _is_published(plan)}
    waiting = rows_of([pk for pk in waiting_for(manager, at=until) if pk in ours], on=until.date())
    in_order = sorted(waiting, key=lambda one: (one.fiscal_year, one.district))
    return [_publish(ours[one.pk], one.since, by=manager, until=until) for one in in_order]


def _is_published(plan: Plan) -> bool:
    return plan.cycle_id < THIS_YEAR or plan.district.slug not in WAIT


def _publish(plan: Plan, came_at: datetime, *, by: User, until: datetime) -> Publication:
    version = latest_standing(plan)
    assert version is not None  # noqa: S101 -- it waits to be published
    decided = decision_on(plan, at=until)
    last = max(came_at, decided.decided_at) if decided else came_at
    return publish(
        plan_id=plan.pk,
        version=version.number,
        after=None,
        passages=_kept(document_of(version), decided.letter if decided else ""),
        key=uuid5(NAMESPACE_URL, f"demo/{plan.about}/publish"),
        by=by,
        at=min(last + CHECKED_IN, until),
    )


def _kept(document: PlanDocument, letter: str) -> Sequence[Passage]:
    return [Passage(one.passage, Why.KEPT) for one in findings_in(document, letter)]
