"""What the Department asked of a district, and said to it."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from plans.models import ChangeRound, Comment, Plan, RequiredChange
from plans.reports.asked_list import changes_judged, is_accepted
from plans.sections import SectionKey


@dataclass(frozen=True)
class Asked:
    change: RequiredChange
    was_handed_in: bool  # whether the plan came in again after it was asked
    is_accepted: bool
    rounds: list[ChangeRound]  # that are over: each answer, and what was still missing in it


def changes_of(plan: Plan) -> list[Asked]:
    """Every required change. Three queries."""
    return [
        Asked(
            each,
            each.was_handed_in,  # type: ignore[attr-defined]
            is_accepted(each),
            list(each.rounds.all()),
        )
        for each in changes_judged(plan)
    ]


def unanswered_of(plan: Plan) -> QuerySet[RequiredChange]:
    return plan.required_changes.filter(answered_at=None).order_by("number")


def comments_of(plan: Plan) -> dict[SectionKey, list[Comment]]:
    """What the Department said to the district, by section. Never an internal comment (R60)."""
    by_section: dict[SectionKey, list[Comment]] = defaultdict(list)
    said = Comment.objects.visible_to_districts().filter(plan=plan)
    for comment in said.select_related("version").defer("version__document").order_by("pk"):
        by_section[SectionKey(comment.section)].append(comment)
    return by_section
