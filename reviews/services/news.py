"""The letter that tells a plan's reviewers what a colleague or the Commissioner did with it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from districts.models import User, gets_letters
from districts.services import commissioners
from notices.pages import Page
from plans.models import Plan, PlanEvent
from plans.services.letters import (
    managers,
    outside_district,
    page_of,
    post_letter,
    queue_of,
    reviewers_of,
    reviews_due,
)
from plans.workflow import Step
from reviews.models import Recommendation
from reviews.permissions import is_commissioner
from reviews.reports.disputes import open_disputes
from reviews.reports.packet import Packet

COPY = "decided_in_your_name"
WAS = {
    Step.RETURN: "returned for changes",
    Step.UNDO_RETURN: "taken back into review",
    Step.RECOMMEND: "recommended for approval",
    Step.APPROVE: "approved",
    Step.CALL_BACK: "taken back into review",
    Step.WITHHOLD: "withheld",
    Step.RELEASE: "released",
}
NEXT = {
    Step.RETURN: "It comes back once every change is answered and it is submitted again.",
    Step.UNDO_RETURN: "Its return was a mistake and is undone; its review goes on where it was.",
    Step.RECOMMEND: "It is with the Commissioner now.",
    Step.APPROVE: "Its review is over.",
    Step.CALL_BACK: "Its approval was called back before the letter left; its review goes on.",
    Step.WITHHOLD: "Its review rests until the Commissioner releases it.",
    Step.RELEASE: "Its review goes on where it was.",
}


def post_apart(packet: Packet, advice: Recommendation, *, before: Collection[UUID]) -> None:
    """That this review lies two levels from another, where none did `before` (R38).

    To the reviewers, who agree on a level, and to who gives the third review or assigns them. No
    level and no criterion is named: a review that is still to come stays blind (ADR 94).
    """
    number = len({one.about for one in open_disputes(packet)} - set(before))
    if not number:
        return
    plan = packet.plan
    third = User.objects.filter(gets_letters(), pk=packet.third.person) if packet.third else []
    readers = [*reviewers_of(plan), *(outside_district(plan, third) or managers(plan))]
    post_letter(
        plan,
        kind="consensus_needed",
        occasion=f"recommendation-{advice.pk}",
        to=readers,
        why="Two reviews lie two levels apart",
        at=advice.made_at,
        number=number,
        deadline=reviews_due(plan, at=advice.made_at),
        page=page_of(plan, "review"),
    )


def event_of(plan: Plan, key: UUID) -> PlanEvent:
    """The step that was taken with this key, and all that letters say of it."""
    return plan.events.select_related("taken_by", "version").get(key=key)


def post_copy(plan: Plan, event: PlanEvent) -> list[User]:
    """The Commissioner sees each decision that a delegate made in their name, and is given back."""
    if is_commissioner(event.taken_by, at=event.taken_at):
        return []
    told = commissioners()
    was = WAS[Step(event.step)]
    post_letter(
        plan,
        kind=COPY,
        occasion=f"event-{event.pk}",
        to=told,
        why=f"The plan was {was} by a delegate",
        at=event.taken_at,
        because=event,
        event=event,
        was=was,
        did=was,
        page=_where_it_is(plan, event),
    )
    return told


def _where_it_is(plan: Plan, event: PlanEvent) -> Page:
    """The plan's page; one that was never handed in has none for the Department (R59)."""
    if event.version is None:
        return queue_of(plan)
    return page_of(plan, "review")


def post_news(
    plan: Plan,
    event: PlanEvent,
    *,
    also: Iterable[User] = (),
    but: Iterable[User] = (),
    leaves_at: datetime | None = None,
) -> None:
    """To the plan's reviewers, except whoever took this step and those in `but`.

    `leaves_at`: not before that moment.
    """
    step = Step(event.step)
    left_out = {event.taken_by_id, *(person.pk for person in but)}
    readers = {person.pk: person for person in [*reviewers_of(plan), *also]}
    post_letter(
        plan,
        kind="plan_moved",
        occasion=f"event-{event.pk}",
        to=[person for pk, person in readers.items() if pk not in left_out],
        why=f"The plan was {WAS[step]}",
        at=event.taken_at,
        because=event,
        event=event,
        was=WAS[step],
        next=NEXT[step],
        leaves_at=leaves_at,
        page=_where_it_is(plan, event),
    )
