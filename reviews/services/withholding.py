"""The Commissioner withholds a plan's funds, and releases them (Conn. Gen. Stat. § 10-262u(f))."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr
from time import strptime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from districts.calendar import eastern_day
from districts.models import Allocation, Delegation, FundingAdjustment, User
from districts.reports.money import money_of
from districts.services.adjusting import post_adjustment
from districts.words import day, eastern, full_day, money
from notices.pages import link_to
from plans.models import Plan, PlanEvent, PlanVersion
from plans.permissions import may_take
from plans.services import Blocked, already_taken, digest_of, locked_plan, take_step
from plans.services.letters import DECISIONS_GO_TO, managers, page_of, people_of, post_letter
from plans.workflow import Status, Step, StepNotAllowed, label_for
from reviews.calendar import business_days_after
from reviews.models.default_letters import LetterKind
from reviews.permissions import delegation_of, had_a_hand
from reviews.reports.handed_in import handed_in_version
from reviews.reports.packet import read_packet
from reviews.rules import OWN_HAND
from reviews.services.letter_words import freeze, in_whose_name, words_of_statute, write
from reviews.services.news import event_of, post_copy, post_news

LETTER_OF = {Step.WITHHOLD: LetterKind.WITHHOLDING, Step.RELEASE: LetterKind.RELEASE}
DAYS_TO_ANSWER = 20  # business days (R42: our choice, the statute gives none)


class Duty(models.TextChoices):
    """What of § 10-262u the board failed to comply with: the one ground of subsection (f).

    The list is ours, drawn from the subsections that put a duty on the board (R42).
    """

    SPENDING = "spending", "Spend the funds as § 10-262u(c)(2) and the improvement plan say"
    LOCAL_FUNDS = "local_funds", "Replace no local funding, §§ 10-262u(c)(2)(C) and 10-262i(c)"
    GUIDELINES = "guidelines", "Follow the State Board’s guidelines, § 10-262u(c)(2)(D)"
    PLAN = "plan", "Submit the improvement plan every year, with what § 10-262u(d) asks for"
    STAKEHOLDERS = "stakeholders", "Collaborate with the stakeholders named, § 10-262u(d)"
    REPORT = "report", "Submit the annual expenditure report, § 10-262u(g)"
    REPAYMENT = "repayment", "Repay what the Commissioner determined, § 10-262u(g)(1)"


@dataclass(frozen=True)
class Withholding:
    """What a withholding says, as the district reads it (R42). Whole US dollars; None: all."""

    duty: Duty
    amount: int | None
    grounds: str
    cure: str
    answer_by: date

    def words(self, fiscal_year: int) -> str:
        """Its text, which the plan's record and the letter keep."""
        funds = f"all funds of FY{fiscal_year}" if self.amount is None else money(self.amount)
        return (
            f"Duty not complied with: {Duty(self.duty).label}.\n"
            f"Withheld: {funds}.\n"
            f"Grounds: {self.grounds.strip()}\n"
            f"For the funds to be released: {self.cure.strip()}\n"
            f"Answer by {full_day(self.answer_by)}."
        )

    def faults(self, allocation: int | None) -> list[str]:
        """What it lacks, and what it cannot say of this allocation, whole US dollars."""
        faults = []
        if not self.grounds.strip():
            faults.append("Say on what grounds the funds are withheld.")
        if not self.cure.strip():
            faults.append("Say what the district does for the funds to be released.")
        if self.amount is not None and self.amount <= 0:
            faults.append("$0 withholds nothing. Leave the amount empty for all funds.")
        if self.amount is not None and allocation is not None and self.amount > allocation:
            faults.append(f"This is more than the allocation, which is {money(allocation)} now.")
        return faults


SAID = re.compile(
    r"Duty not complied with: (.+?)\.\nWithheld: (.+?)\.\nGrounds: (.+?)\n"
    r"For the funds to be released: (.+)\nAnswer by \w+, (.+)\.",
    re.DOTALL,
)  # as `Withholding.words` writes it


def terms_read(words: str) -> Withholding | None:
    """What `words` of a withholding say; none of words that were written otherwise."""
    found = SAID.fullmatch(words)
    if found is None:
        return None
    label, funds, grounds, cure, day_named = found.groups()
    duty = next((one for one in Duty if one.label == label), None)
    figure = "".join(filter(str.isdecimal, funds))
    is_all = funds.startswith("all funds")
    if duty is None or not (is_all or figure):
        return None
    try:
        answer_by = strptime(day_named, "%B %d, %Y")
    except ValueError:
        return None
    amount = None if is_all else int(figure)
    return Withholding(duty, amount, grounds, cure, date(*answer_by[:3]))


def allocation_of(plan: Plan) -> int | None:
    """US dollars of the Department's list."""
    known = Allocation.objects.in_force(plan.cycle_id).filter(district=plan.district_id)
    return known.values_list("amount", flat=True).first()


def usual_answer_by(at: datetime) -> date:
    return business_days_after(eastern_day(at), DAYS_TO_ANSWER)


@transaction.atomic
def withhold(
    *,
    plan_id: int,
    reason: str,
    amount: int | None = None,
    key: UUID,
    by: User,
    at: datetime,
) -> Plan:
    """Withhold the funds of a plan, also of one never handed in, and say on what grounds.

    `amount` is what the reason names, in whole US dollars; None: all funds of the year.

    Raises:
        PermissionDenied: neither the Commissioner nor a delegate.
        StepNotAllowed: it is withheld already, or the plan was withdrawn.
        Blocked: no grounds are given, or the amount is more than the allocation by now.
    """
    reason = reason.strip()
    if not reason:
        raise Blocked(["Say on what grounds the funds are withheld."])
    plan = locked_plan(plan_id)
    known = allocation_of(plan)
    is_too_much = amount is not None and known is not None and amount > known
    if is_too_much and not already_taken(plan, key, Step.WITHHOLD, digest_of(reason=reason)):
        raise Blocked([f"This is more than the allocation, which is {money(known)} now."])
    plan = _decide(
        plan_id, Step.WITHHOLD, kind="plan_withheld", reason=reason, key=key, by=by, at=at
    )
    if amount is None:
        amount = money_of(plan.district_id, plan.cycle_id).authorized
    _post_funds(plan, FundingAdjustment.Kind.WITHHOLDING, amount, key)
    return plan


@transaction.atomic
def release(
    *,
    plan_id: int,
    withheld: int | None = None,
    reason: str = "",
    key: UUID,
    by: User,
    at: datetime,
) -> Plan:
    """Release what was withheld: the plan is again where it was before.

    `withheld` is the event of the withholding that was read, where a page showed it.

    Raises:
        PermissionDenied: neither the Commissioner nor a delegate.
        StepNotAllowed: the plan is not withheld, or was released and withheld again since.
    """
    plan = locked_plan(plan_id)
    last = plan.events.filter(step=Step.WITHHOLD).order_by("pk").last()
    if withheld is not None and last is not None and last.pk != withheld:
        raise StepNotAllowed(
            "The funds were released and withheld again since you opened this page, so nothing was"
            " released. Open it again, and read the grounds."
        )
    plan = _decide(
        plan_id, Step.RELEASE, kind="plan_released", reason=reason.strip(), key=key, by=by, at=at
    )
    held = money_of(plan.district_id, plan.cycle_id).withheld
    _post_funds(plan, FundingAdjustment.Kind.RELEASE, held, key)
    return plan


def _post_funds(plan: Plan, kind: FundingAdjustment.Kind, amount: int, key: UUID) -> None:
    """So that what is withheld and released stands among the district's money, once for each act.

    All that is withheld is released; where no amount of the year is known, $0 was withheld.
    """
    event = event_of(plan, key)
    cause = f"plan-event/{event.pk}"
    if FundingAdjustment.objects.filter(cause=cause).exists():
        return
    was = "Withheld" if kind == FundingAdjustment.Kind.WITHHOLDING else "Released"
    post_adjustment(
        plan.district,
        kind=kind,
        fiscal_year=plan.cycle_id,
        origin_year=plan.cycle_id,
        amount=amount,
        reason=f"{was} by {event.taken_by.name} under § 10-262u(f), {day(event.taken_at)}.",
        cause=cause,
        by=event.taken_by,
        at=event.taken_at,
    )


def why_not_theirs(by: User, plan: Plan) -> str:
    """Why somebody else withholds and releases; empty where nothing stands against it.

    The same separation of duties as for an approval; the Commissioner may waive it (ADR 21).
    """
    if had_a_hand(by, plan) and not _is_waived(handed_in_version(plan)):
        return OWN_HAND
    return ""


def _is_waived(version: PlanVersion | None) -> bool:
    if version is None:
        return False
    return read_packet(Plan.objects.filter(pk=version.plan_id)).waiver is not None


def _withheld_before(plan: Plan, release: PlanEvent) -> date:
    """The day of the withholding that the release ended."""
    last = plan.events.filter(step=Step.WITHHOLD, pk__lt=release.pk).latest("pk")
    return eastern_day(last.taken_at)


def _decide(
    plan_id: int, step: Step, *, kind: str, reason: str, key: UUID, by: User, at: datetime
) -> Plan:
    plan = locked_plan(plan_id)
    version = handed_in_version(plan)
    if not may_take(by, step, plan, at=at):
        raise PermissionDenied
    if why := why_not_theirs(by, plan):
        raise Blocked([why])
    plan = take_step(
        plan_id=plan_id,
        step=step,
        by=by,
        at=at,
        key=key,
        reason=reason,
        version=version,
    )
    event = event_of(plan, key)  # the same key twice: the same letters, known already
    written = write(LETTER_OF[step], values_of_event(plan, event, delegation_of(by, at=at)))
    freeze(written, plan, at=at, event=event)
    post_letter(
        plan,
        kind=kind,
        because=event,
        occasion=f"event-{event.pk}",
        to=people_of(plan, DECISIONS_GO_TO),
        why=f"The plan was {'withheld' if step == Step.WITHHOLD else 'released'}",
        at=at,
        letter=written.text,
    )
    post_news(plan, event, also=managers(plan), but=post_copy(plan, event))
    return plan


def values_of_event(plan: Plan, event: PlanEvent, delegation: Delegation | None) -> dict[str, str]:
    """What the letter of a withholding or a release puts in."""
    values = {
        "decided_by": event.taken_by.name,
        "decided_at": eastern(event.taken_at),
        "in_whose_name": in_whose_name(delegation),
        "district": plan.district.name,
        "fiscal_year": str(plan.cycle_id),
        "link": link_to(page_of(plan)),
    }
    if event.step == Step.WITHHOLD:
        return values | {
            "words_of_statute": words_of_statute(),
            "grounds": event.reason,
            "office": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        }
    said = f"What they are released on:\n{event.reason}" if event.reason else ""
    is_approved = event.target == Status.APPROVED
    return values | {
        "withheld_on": day(_withheld_before(plan, event)),
        "what_it_is_released_on": said,
        "state": label_for(event.target, is_department=False).words,
        "funds_may_be_spent": " The funds may be spent as it says." if is_approved else "",
    }
