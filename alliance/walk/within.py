"""What happens to a plan within its year in the walk: it is revised, its funds are held back."""

from datetime import date, timedelta

from alliance.walk.people import Walker
from alliance.walk.planning import key_of, moment
from alliance.walk.writing import REVISED, write_budget
from districts.reports.money import money_of
from plans import services as plan_services
from plans.models import Plan, RevisionEvent
from reviews import services as review_services
from reviews.reports.revisions import roles_asked_for

REVIEWS = {
    RevisionEvent.As.PROGRAM: "reviewer",
    RevisionEvent.As.FISCAL: "fiscal-reviewer",
    RevisionEvent.As.MANAGER: "manager",
}


def revise(plan: Plan, walker: Walker) -> None:
    """A fifth of the money goes to tutors, and what came forward meanwhile is budgeted (R44).

    Of a district without a dollar nothing moves.
    """
    money = money_of(plan.district_id, plan.cycle_id)
    if not money.authorized:
        return
    day = date(plan.cycle_id - 1, 11, 9)
    coordinator = walker.people["coordinator"]
    plan_services.start_revision(
        plan_id=plan.pk,
        sections=["budget"],
        reason="Tutors were found, and last year’s balance is known.",
        key=key_of(plan.about, "revise"),
        by=coordinator,
        at=moment(day),
    )
    saved = {"saved_at": moment(day), "saved_by": coordinator}
    write_budget(plan, walker, money, saved, REVISED)
    version = plan_services.close_for_signature(
        plan_id=plan.pk, by=coordinator, at=moment(day, hours=1)
    )
    for hours, signer in enumerate(("superintendent", "chair"), start=2):
        plan_services.sign(
            plan_id=plan.pk,
            sha256=version.sha256,
            by=walker.people[signer],
            at=moment(day, hours=hours),
        )
    plan_services.hand_in_revision(
        plan_id=plan.pk,
        key=key_of(plan.about, "revise/hand in"),
        by=coordinator,
        at=moment(day, hours=4),
    )
    judged_on = day + timedelta(days=8)
    for hours, asked in enumerate(roles_asked_for(plan)):
        who = REVIEWS[asked]
        review_services.recommend_revision(
            plan_id=plan.pk,
            version=version.number,
            text="It adds up.",
            key=key_of(plan.about, "revise", who),
            by=walker.people[who],
            at=moment(judged_on, hours=hours),
        )
    review_services.approve_revision(
        plan_id=plan.pk,
        version=version.number,
        text="Tutors serve the same strategy.",
        key=key_of(plan.about, "revise/approve"),
        by=walker.people["commissioner"],
        at=moment(judged_on, hours=3),
    )


def hold_back(plan: Plan, walker: Walker) -> None:
    """All is withheld in May and released three weeks later."""
    held_on = date(plan.cycle_id, 5, 4)
    for verb, name, day in (
        (review_services.withhold, "withhold", held_on),
        (review_services.release, "release", held_on + timedelta(days=21)),
    ):
        verb(
            plan_id=plan.pk,
            reason="Invoices are not kept as § 10-262u asks; now they are.",
            by=walker.people["commissioner"],
            at=moment(day),
            key=key_of(plan.about, name),
        )
