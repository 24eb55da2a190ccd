"""A reasoned correction of a withholding: its words anew, its money, and a letter of it."""

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from districts.calendar import eastern_day
from districts.models import Delegation, FundingAdjustment, User
from districts.reports.money import money_of
from districts.services import commissioners
from districts.services.adjusting import corrected, hold_money
from districts.words import day, eastern
from plans.models import Plan, PlanEvent, WithholdingCorrection
from plans.reports.withheld import corrections_of
from plans.services import Blocked, locked_plan
from plans.services.letters import DECISIONS_GO_TO, people_of, post_letter
from plans.workflow import Status, Step, StepNotAllowed
from reviews.models.default_letters import LetterKind
from reviews.permissions import delegation_of, may_correct
from reviews.services.letter_words import MISSING, freeze, signature, write
from reviews.services.turns import MovedOn
from reviews.services.withholding import (
    Withholding,
    allocation_of,
    terms_read,
    why_not_theirs,
)


def withholding_of(plan: Plan) -> PlanEvent | None:
    """The step under which the plan's funds are withheld now."""
    if plan.status != Status.WITHHELD:
        return None
    taken = plan.events.filter(step=Step.WITHHOLD).select_related("taken_by")
    return taken.order_by("-pk").first()


@transaction.atomic
def correct_withholding(
    *,
    plan_id: int,
    withheld: int,
    read: int,
    what: str,
    terms: Withholding,
    by: User,
    at: datetime,
) -> WithholdingCorrection:
    """Put right what a withholding says; the plan stays withheld, and what it said stays on record.

    `withheld` is the event of the withholding that was read, `read` the number of its last
    correction, 0 for none. The same words on the same are the same act. The money withheld
    becomes what the terms say.

    Raises:
        PermissionDenied: neither the Commissioner nor a delegate.
        StepNotAllowed: nothing is withheld now, or by another withholding than was read.
        MovedOn: somebody else corrected it first.
        Blocked: they had a hand in the plan, it is not said what is corrected, or the terms are
            none that funds can be withheld on; all are listed.
    """
    hold_money(Plan.objects.values_list("district_id", flat=True).get(pk=plan_id))
    plan = locked_plan(plan_id)
    if not may_correct(by, plan, at=at):
        raise PermissionDenied
    event, what = withholding_of(plan), what.strip()
    if event is None or event.pk != withheld:
        raise StepNotAllowed(
            "The funds are not withheld any more by the decision that you read, so nothing was"
            " corrected. Open the page of the plan again."
        )
    last = next(iter(corrections_of(plan)), None)
    number, words = (last.number if last else 0), terms.words(plan.cycle_id)
    if last and number == read + 1 and (last.correction, last.reason) == (what, words):
        return last
    if last and number != read:
        raise MovedOn(
            f"{last.corrected_by.name} corrected this on {eastern(last.corrected_at)}. Nothing was"
            " recorded. Open the page again."
        )
    stands = terms_read(last.reason if last else event.reason)
    if reasons := _against(plan, what, terms, stands, by=by, at=at):
        raise Blocked(reasons)
    made = _as_corrected(plan, event, what, terms, by=by, at=at)
    letter = write(LetterKind.CORRECTED_WITHHOLDING, values_of_corrected(plan, made))
    made.number, made.letter = number + 1, letter.text
    made.save()
    freeze(letter, plan, at=at, correction=made)
    _correct_funds(plan, made)
    _post_letters(made, plan)
    return made


def _against(
    plan: Plan,
    what: str,
    terms: Withholding,
    stands: Withholding | None,
    *,
    by: User,
    at: datetime,
) -> list[str]:
    """A day that stays may have passed; one that is written anew is still to come."""
    reasons = [] if what else ["Say what is corrected, and why: the letter says it."]
    if own := why_not_theirs(by, plan):
        reasons.append(own)
    reasons += terms.faults(allocation_of(plan))
    is_new = stands is None or stands.answer_by != terms.answer_by
    if is_new and terms.answer_by <= eastern_day(at):
        reasons.append("The day to answer has come. Write a day still to come.")
    return reasons


def _as_corrected(
    plan: Plan, event: PlanEvent, what: str, terms: Withholding, *, by: User, at: datetime
) -> WithholdingCorrection:
    return WithholdingCorrection(
        event=event,
        correction=what,
        reason=terms.words(plan.cycle_id),
        amount=terms.amount,
        delegation=delegation_of(by, at=at),
        corrected_at=at,
        corrected_by=by,
    )


def preview_corrected_withholding(
    plan: Plan,
    event: PlanEvent,
    *,
    what: str,
    terms: Withholding | None,
    by: User,
    at: datetime,
) -> str:
    """The letter as it would leave now; what is not written yet shows as missing."""
    values = corrected_withholding_values(
        plan,
        event,
        what=what,
        words=terms.words(plan.cycle_id) if terms else "",
        by=by,
        delegation=delegation_of(by, at=at),
        at=at,
    )
    return write(LetterKind.CORRECTED_WITHHOLDING, values).text


def corrected_withholding_values(
    plan: Plan,
    event: PlanEvent,
    *,
    what: str,
    words: str,
    by: User,
    delegation: Delegation | None,
    at: datetime,
) -> dict[str, str]:
    return {
        "date": day(at),
        "district": plan.district.name,
        "fiscal_year": str(plan.cycle_id),
        "corrected_day": day(event.taken_at),
        "what": what or MISSING,
        "grounds": words or MISSING,
        "office": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "signature": signature(by, delegation),
    }


def values_of_corrected(plan: Plan, made: WithholdingCorrection) -> dict[str, str]:
    """Of one that is made."""
    return corrected_withholding_values(
        plan,
        made.event,
        what=made.correction,
        words=made.reason,
        by=made.corrected_by,
        delegation=made.delegation,
        at=made.corrected_at,
    )


def _correct_funds(plan: Plan, made: WithholdingCorrection) -> None:
    """What stands withheld by this event becomes the amount that is said now."""
    cause = f"plan-event/{made.event_id}"
    of_event = Q(cause=cause) | Q(cause__startswith=f"{cause}/")
    standing = FundingAdjustment.objects.standing().filter(
        of_event, kind=FundingAdjustment.Kind.WITHHOLDING
    )
    amount = made.amount
    if amount is None:
        amount = money_of(plan.district_id, plan.cycle_id).authorized
    held = standing.select_related("district").first()
    if held is None or held.amount == amount:
        return
    corrected(
        held,
        amount=amount,
        reason=f"The withholding under § 10-262u(f) was corrected by {made.corrected_by.name},"
        f" {day(made.corrected_at)}.",
        cause=f"{cause}/correction-{made.number}",
        by=made.corrected_by,
        at=made.corrected_at,
    )


def _post_letters(made: WithholdingCorrection, plan: Plan) -> None:
    """To the district; a delegate's goes to the Commissioner too, in whose name it was made."""
    copies = commissioners() if made.delegation else []
    post_letter(
        plan,
        kind="withholding_corrected",
        occasion=f"event-{made.event_id}-correction-{made.number}",
        to=[*people_of(plan, DECISIONS_GO_TO), *copies],
        why="The withholding was corrected",
        at=made.corrected_at,
        letter=made.letter,
    )
