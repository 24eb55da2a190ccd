"""The letters that a plan's own steps post, and the way reviews posts its letters about a plan."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Min, QuerySet
from django.template.loader import render_to_string

from districts.calendar import eastern_day
from districts.models import User, gets_letters
from districts.roles import Role
from districts.statements import Statement
from districts.words import deadline
from notices.models import Notice
from notices.pages import Page, link_to
from notices.services import Letter, post_each
from plans.models import Assignment, Plan, PlanEvent, PlanLetter, PlanVersion
from plans.reminders.owed import PLAN
from plans.workflow import Status

SUBMITS = [Role.SUPERINTENDENT, Role.PLAN_COORDINATOR]
KNOWS_OF_REVIEW = SUBMITS  # those who could recall the plan until its review started
RECEIPT_GOES_TO = [*SUBMITS, Role.BOARD_CHAIR]
DECISIONS_GO_TO = [*RECEIPT_GOES_TO, Role.FISCAL_OFFICER]
NAMES_DUE_DATE = frozenset({Status.DRAFT})  # the plan's own; later there are other days


def people_of(plan: Plan, roles: Iterable[Role]) -> list[User]:
    """The people holding one of these roles in the plan's district now."""
    return _holding(frozenset(roles)).ask_for(User, plan.district_id)


@cache
def _holding(roles: frozenset[Role]) -> Statement:
    """Of a district, whose key stands for the stand-in."""

    def people(district_id: int) -> QuerySet[User]:
        return (
            User.objects.filter(
                gets_letters(),
                memberships__district=district_id,
                memberships__role__in=sorted(roles),
                memberships__ended_at=None,
            )
            .distinct()
            .order_by("pk")
        )

    return Statement(people, -1)


def managers(plan: Plan) -> list[User]:
    holders = User.objects.filter(
        gets_letters(), memberships__role=Role.PROGRAM_MANAGER, memberships__ended_at=None
    )
    return outside_district(plan, holders.distinct().order_by("pk"))


def outside_district(plan: Plan, people: Iterable[User]) -> list[User]:
    """Those who are told what the Department thinks of a plan: nobody of its own district (R37).

    Nor who has a conflict of interest with it.
    """
    belong = plan.district.memberships.current().values_list("user", flat=True)
    declared = plan.district.conflicts.in_force().values_list("person", flat=True)
    left_out = set(belong.union(declared))
    return [person for person in people if person.pk not in left_out]


def reviewers_of(plan: Plan) -> list[User]:
    """Whoever is assigned to the plan and can still act on it."""
    there = plan.assignments.current().reachable().select_related("reviewer").order_by("pk")
    return outside_district(plan, [assignment.reviewer for assignment in there])


def page_of(plan: Plan, kind: str = "plan") -> Page:
    """A page of a kind that each plan has."""
    return Page(kind, (plan.district.slug, plan.cycle_id))


def key_of(kind: str, plan: Plan, occasion: str, person: User) -> str:
    return f"{kind}/{plan.about}/{occasion}/user-{person.pk}"


def post_letter(
    plan: Plan,
    *,
    kind: str,
    occasion: str,
    to: Iterable[User],
    why: str,
    at: datetime,
    because: PlanEvent | PlanVersion | None = None,
    page: Page | None = None,
    names_due_date: bool = False,
    leaves_at: datetime | None = None,
    **context: Any,
) -> list[Notice]:
    """Post one letter to each person, and answer with those that are new.

    `occasion` tells this letter from the next of its kind.
    `because`: the step it tells of, or the version it asks to sign or submit. The template's first
    line is the subject; its link leads to `page`, or to the plan. Whom it names the plan's due
    date has a correction if that moves.
    """
    people = {key_of(kind, plan, occasion, person): person for person in to}
    if not people:
        return []
    page = page or page_of(plan)
    text = render_to_string(
        f"emails/{kind}.txt",
        {"plan": plan, "district": plan.district, "link": link_to(page), "at": at, **context},
    )
    subject, _, body = text.strip().partition("\n")
    letter = Letter(
        kind=kind,
        subject=subject.strip(),
        body=body.strip() + "\n",
        about=plan.about,
        why=why,
        page=page,
        leaves_at=leaves_at,
        names_due_on=plan.due_on if names_due_date else None,
        what_is_due=PLAN if names_due_date else "",
    )
    posted = post_each(letter, to=people, at=at)
    if because is not None:
        cause = "event" if isinstance(because, PlanEvent) else "version"
        PlanLetter.objects.bulk_create(
            [PlanLetter(notice=notice, **{cause: because}) for notice in posted],
            ignore_conflicts=True,
        )
    return posted


def deadline_of(plan: Plan, *, at: datetime) -> str:
    """By when the plan is to be handed in, as a sentence with the deadline in full."""
    if plan.is_revised_now:
        last = plan.cycle.last_revision_on
        verb = "was" if _is_past(last, at) else "is"
        return f"The last day for a revision {verb} {deadline(last)}."
    due_on = plan.due_on
    if plan.status != Status.RETURNED:
        return f"The plan {'was' if _is_past(due_on, at) else 'is'} due on {deadline(due_on)}."
    asked = plan.required_changes.with_submission().filter(was_handed_in=False)
    due_on = asked.aggregate(first=Min("due_on"))["first"] or due_on
    return f"The answers {'were' if _is_past(due_on, at) else 'are'} due on {deadline(due_on)}."


def reviews_due(plan: Plan, *, at: datetime) -> str:
    due_on = plan.cycle.reviews_complete_on
    verb = "were" if _is_past(due_on, at) else "are"
    return f"Reviews {verb} to be complete by {deadline(due_on)}."


def decisions_due(plan: Plan, *, at: datetime) -> str:
    due_on = plan.cycle.decisions_on
    return f"Decisions {'were' if _is_past(due_on, at) else 'are'} due by {deadline(due_on)}."


def _is_past(due_on: date, at: datetime) -> bool:
    return due_on < eastern_day(at)


def post_signature_waiting(plan: Plan, *, version: PlanVersion, at: datetime) -> None:
    post_letter(
        plan,
        kind="signature_waiting",
        because=version,
        occasion=f"version-{version.number}",
        to=people_of(plan, [Role.SUPERINTENDENT, Role.BOARD_CHAIR]),
        why="The plan was closed for signature",
        at=at,
        names_due_date=plan.status in NAMES_DUE_DATE,
        version=version,
        deadline=deadline_of(plan, at=at),
        page=page_of(plan, "plan_sign"),
    )


def post_signed(plan: Plan, *, version: PlanVersion, by: User, at: datetime) -> None:
    """To those who can submit the plan now, except the one whose signature was the last."""
    post_letter(
        plan,
        kind="plan_signed",
        because=version,
        occasion=f"version-{version.number}",
        to=[person for person in people_of(plan, SUBMITS) if person != by],
        why="Both have signed: the plan can be submitted",
        at=at,
        names_due_date=plan.status in NAMES_DUE_DATE,
        version=version,
        deadline=deadline_of(plan, at=at),
        page=page_of(plan, "plan_revision" if plan.is_revised_now else "plan"),
    )


def post_signatures_void(
    plan: Plan,
    *,
    version: PlanVersion,
    changes: Sequence[str],
    by: User,
    at: datetime,
    is_closed_again: bool = False,
) -> None:
    """To each who had signed the version, also to the one whose edit it was: it is on record.

    Closed again, its words are the same: what the Department's lists say is not.
    """
    was_handed_in = plan.events.submissions().filter(version=version).exists()
    signatures = version.signatures.select_related("signed_by").order_by("pk")
    for signature in signatures.filter(signed_by__in=User.objects.filter(gets_letters())):
        post_letter(
            plan,
            kind="signature_void",
            because=version,
            occasion=f"version-{version.number}",
            to=[signature.signed_by],
            why="The plan was closed again after it was signed"
            if is_closed_again
            else "The plan was edited after it was signed",
            at=at,
            version=version,
            signature=signature,
            changes=changes,
            by=by,
            was_handed_in=was_handed_in,
            is_closed_again=is_closed_again,
        )


def post_receipt(plan: Plan, *, event: PlanEvent, version: PlanVersion, is_in_review: bool) -> None:
    at = event.taken_at
    post_letter(
        plan,
        kind="plan_receipt",
        occasion=f"event-{event.pk}",
        to=people_of(plan, RECEIPT_GOES_TO),
        why="The plan was submitted",
        at=at,
        because=event,
        version=version,
        by=event.taken_by,
        is_in_review=is_in_review,
    )


def post_submitted(plan: Plan, *, event: PlanEvent, version: PlanVersion, came_back: bool) -> None:
    """To the reviewers of a plan that came back; while one is missing, to those who assign too."""
    reviewers = reviewers_of(plan) if came_back else []
    are_complete = len(reviewers) == len(Assignment.As)
    at = event.taken_at
    post_letter(
        plan,
        kind="plan_back" if came_back else "plan_submitted",
        occasion=f"event-{event.pk}",
        to=reviewers if are_complete else reviewers + managers(plan),
        why="The plan came back with answers" if came_back else "A plan was submitted",
        at=at,
        because=event,
        version=version,
        is_complete=are_complete,
        deadline=reviews_due(plan, at=at),
        page=page_of(plan, "review"),
    )


def post_answered(plan: Plan, *, at: datetime) -> None:
    """To the reviewers, once for each return: when the last of its changes has its answer.

    A letter for each answer would be nine letters about texts that nobody of the Department may
    read yet. This one says that work is on its way; `plan_back` brings it.
    """
    last = plan.required_changes.order_by("number").last()
    post_letter(
        plan,
        kind="changes_answered",
        occasion=f"change-{last.number if last else 0}",
        to=reviewers_of(plan) or managers(plan),
        why="Every required change has its answer",
        at=at,
        deadline=deadline_of(plan, at=at),
        page=page_of(plan, "review"),
    )


def post_recalled(plan: Plan, *, event: PlanEvent, version: PlanVersion | None) -> None:
    """To those who hold its receipt, except who took it back, and to those who assign reviewers."""
    letter: dict[str, Any] = {
        "kind": "plan_recalled",
        "occasion": f"recall-{event.pk}",
        "at": event.taken_at,
        "because": event,
        "by": event.taken_by,
        "version": version,
        "deadline": deadline_of(plan, at=event.taken_at),
    }
    receipts = people_of(plan, RECEIPT_GOES_TO)
    holders = [person for person in receipts if person != event.taken_by]
    names = plan.status != Status.RETURNED
    why = "Its submission was recalled"
    post_letter(plan, to=holders, why=why, names_due_date=names, **letter)
    post_letter(
        plan,
        to=managers(plan),
        why="A submission was recalled",
        **letter,
        page=queue_of(plan),
    )


def post_withdrawn(plan: Plan, *, event: PlanEvent) -> None:
    """To the district's people, except who withdrew it, and to those who assign reviewers."""
    _post_ended_or_not(plan, event, "plan_withdrawn", "was withdrawn")


def post_reopened(plan: Plan, *, event: PlanEvent) -> None:
    """To those who were told that it was withdrawn."""
    due = deadline_of(plan, at=event.taken_at)
    _post_ended_or_not(plan, event, "plan_reopened", "was opened again", deadline=due)


def _post_ended_or_not(plan: Plan, event: PlanEvent, kind: str, what: str, **context: Any) -> None:
    letter: dict[str, Any] = {
        "kind": kind,
        "occasion": f"event-{event.pk}",
        "at": event.taken_at,
        "because": event,
        "by": event.taken_by,
        "reason": event.reason,
        **context,
    }
    told = people_of(plan, DECISIONS_GO_TO)
    others = [person for person in told if person != event.taken_by]
    post_letter(
        plan, to=others, why=f"The plan {what}", names_due_date="deadline" in context, **letter
    )
    post_letter(plan, to=managers(plan), why=f"A plan {what}", **letter, page=queue_of(plan))


def queue_of(plan: Plan) -> Page:
    """Where the Department sees that a plan is there, once nothing of it is handed in."""
    return Page("queue", (plan.cycle_id,))
