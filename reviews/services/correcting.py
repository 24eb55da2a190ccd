"""A reasoned correction of an approval: a determination that takes the place of the former one."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from districts.services import commissioners
from districts.words import day, eastern, money
from plans.models import Plan
from plans.services import Blocked, locked_plan
from plans.services.letters import DECISIONS_GO_TO, page_of, people_of, post_letter
from plans.workflow import HELD_TO, StepNotAllowed
from reviews.models import Determination
from reviews.models.default_letters import LetterKind
from reviews.permissions import delegation_of, may_correct
from reviews.services.approving import missing_in
from reviews.services.conditions import Stipulation, corrected_of, faults_in_correction, write_anew
from reviews.services.decision_letter import finding_values
from reviews.services.letter_words import (
    MISSING,
    Written,
    freeze,
    lines_of_conditions,
    signature,
    write,
)
from reviews.services.turns import MovedOn
from reviews.services.withholding import why_not_theirs

# Of the approval itself, which a correction leaves as it was decided on.
STAYS = ("version", "waiver", "waiver_of_last_year", "evidence", "amount", "permits", "moved")
FINDINGS = ("implementation", "implementation_reasons", "performance", "performance_reasons")


def why_not_corrected(plan: Plan, decided: Determination | None, *, at: datetime) -> str:
    """Why there is no approval to correct now; empty where there is one."""
    if decided is None or plan.status not in HELD_TO:
        return "This plan has no approval that stands, so there is none to correct."
    if decided.is_held(at):
        return (
            f"Its letter has not left: it leaves {eastern(decided.leaves_at or at)}. Call the"
            " approval back instead."
        )
    return ""


@transaction.atomic
def correct_decision(
    *,
    plan_id: int,
    decision: int,
    what: str,
    implementation: str,
    implementation_reasons: str,
    performance: str,
    performance_reasons: str,
    conditions: Mapping[int, Stipulation] | None = None,
    by: User,
    at: datetime,
) -> Determination:
    """Put right what an approval says; the former one stays on record, and a letter says what.

    `decision` is the determination that was read. `conditions` are those of the approval as they
    are to stand, by number; one that is not named stays. The same words again are the same act.

    Raises:
        PermissionDenied: neither the Commissioner nor a delegate.
        MovedOn: somebody else corrected it first.
        StepNotAllowed: no approval stands, or its letter has not left.
        Blocked: they had a hand in the plan, a finding is missing, it is not said what is
            corrected, or a condition cannot be corrected so; all are listed.
    """
    plan = locked_plan(plan_id)
    if not may_correct(by, plan, at=at):
        raise PermissionDenied
    words = {
        "implementation": implementation,
        "implementation_reasons": implementation_reasons.strip(),
        "performance": performance,
        "performance_reasons": performance_reasons.strip(),
    }
    what, conditions = what.strip(), conditions or {}
    former = Determination.objects.filter(plan=plan).select_related("decided_by").first()
    if (
        former is not None
        and former.corrects_id == decision
        and _says(former, what, words)
        and not corrected_of(plan, conditions)
    ):
        return former
    if (why := why_not_corrected(plan, former, at=at)) or former is None:
        raise StepNotAllowed(why)
    if former.pk != decision:
        raise MovedOn(
            f"{former.decided_by.name} decided this anew on {eastern(former.decided_at)}. Nothing"
            " was recorded. Open the page again."
        )
    reasons = [] if what else ["Say what is corrected, and why: the letter says it."]
    if own := why_not_theirs(by, plan):
        reasons.append(own)
    reasons += missing_in(words) + faults_in_correction(plan, conditions, at=at)
    if reasons:
        raise Blocked(reasons)
    anew = write_anew(plan, conditions, by=by, at=at)
    corrected = _correct(former, plan, what, words, anew, by=by, at=at)
    _post_letters(corrected, plan)
    return corrected


def _says(decided: Determination, what: str, words: dict[str, str]) -> bool:
    return (
        decided.correction == what and {name: getattr(decided, name) for name in FINDINGS} == words
    )


def _correct(
    former: Determination,
    plan: Plan,
    what: str,
    words: dict[str, str],
    conditions: Mapping[int, Stipulation],
    *,
    by: User,
    at: datetime,
) -> Determination:
    """The former one first: a plan has one decision at any moment."""
    Determination.objects.filter(pk=former.pk).update(plan=None, former_of=plan)
    corrected = as_corrected(former, plan, what, words, by=by, at=at)
    letter = correction_letter(corrected, plan, former, conditions)
    corrected.letter = letter.text
    corrected.save()
    freeze(letter, plan, at=at, determination=corrected)
    return corrected


def as_corrected(
    former: Determination,
    plan: Plan,
    what: str,
    words: Mapping[str, str],
    *,
    by: User,
    at: datetime,
) -> Determination:
    """The decision that would take its place: not kept, and without its letter."""
    return Determination(
        plan=plan,
        corrects=former,
        correction=what,
        **{name: getattr(former, name) for name in STAYS},
        **words,
        delegation=delegation_of(by, at=at),
        decided_at=at,
        decided_by=by,
    )


def preview_correction(
    plan: Plan,
    former: Determination,
    *,
    what: str,
    words: Mapping[str, str],
    conditions: Mapping[int, Stipulation],
    by: User,
    at: datetime,
) -> str:
    """The letter as it would leave now; what is not written yet shows as missing."""
    corrected = as_corrected(former, plan, what, words, by=by, at=at)
    return correction_letter(corrected, plan, former, corrected_of(plan, conditions)).text


def correction_letter(
    corrected: Determination,
    plan: Plan,
    former: Determination,
    conditions: Mapping[int, Stipulation],
) -> Written:
    """`conditions` are those that it corrects, by number. What is not written yet is missing."""
    return write(LetterKind.CORRECTION, correction_values(corrected, plan, former, conditions))


def correction_values(
    corrected: Determination,
    plan: Plan,
    former: Determination,
    conditions: Mapping[int, Stipulation],
) -> dict[str, str]:
    lines = lines_of_conditions(
        (number, one.text, one.due_on) for number, one in sorted(conditions.items())
    )
    which = "this condition reads" if len(conditions) == 1 else "these conditions read"
    return finding_values(*(getattr(corrected, name) for name in FINDINGS)) | {
        "date": day(corrected.decided_at),
        "district": plan.district.name,
        "fiscal_year": str(plan.cycle_id),
        "version": str(corrected.version.number),
        "corrected_day": day(former.decided_at),
        "what": corrected.correction or MISSING,
        "corrected_conditions": f"Corrected, {which}:\n{lines}" if lines else "",
        "amount": money(corrected.amount),
        "other_conditions": "every other condition" if lines else "the conditions",
        "signature": signature(corrected.decided_by, corrected.delegation),
    }


def _post_letters(corrected: Determination, plan: Plan) -> None:
    """To the district; a delegate's goes to the Commissioner too, in whose name it was made."""
    copies = commissioners() if corrected.delegation else []
    post_letter(
        plan,
        kind="decision_corrected",
        occasion=f"correction-{corrected.pk}",
        to=[*people_of(plan, DECISIONS_GO_TO), *copies],
        why="The approval was corrected",
        at=corrected.decided_at,
        page=page_of(plan, "decision"),
        letter=corrected.letter,
    )
