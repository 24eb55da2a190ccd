"""A reasoned correction of an approval: a determination that takes the place of the former one."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string

from districts.models import User
from districts.services import commissioners
from districts.words import eastern
from plans.models import Plan
from plans.services import Blocked, locked_plan
from plans.services.letters import DECISIONS_GO_TO, page_of, people_of, post_letter
from plans.workflow import HELD_TO, StepNotAllowed
from reviews.models import Determination
from reviews.permissions import delegation_of, may_correct
from reviews.services.approving import missing_in
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
    by: User,
    at: datetime,
) -> Determination:
    """Put right what an approval says; the former one stays on record, and a letter says what.

    `decision` is the determination that was read. The same words on it again are the same act.

    Raises:
        PermissionDenied: neither the Commissioner nor a delegate.
        MovedOn: somebody else corrected it first.
        StepNotAllowed: no approval stands, or its letter has not left.
        Blocked: they had a hand in the plan, a finding is missing, or nothing is corrected.
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
    what = what.strip()
    former = Determination.objects.filter(plan=plan).select_related("decided_by").first()
    if former is not None and former.corrects_id == decision and _says(former, what, words):
        return former
    if (why := why_not_corrected(plan, former, at=at)) or former is None:
        raise StepNotAllowed(why)
    if former.pk != decision:
        raise MovedOn(
            f"{former.decided_by.name} decided this anew on {eastern(former.decided_at)}. Nothing"
            " was recorded. Open the page again."
        )
    if reasons := _against(former, what, words, by=by, plan=plan):
        raise Blocked(reasons)
    corrected = _correct(former, plan, what, words, by=by, at=at)
    _post_letters(corrected, plan)
    return corrected


def _against(
    former: Determination, what: str, words: dict[str, str], *, by: User, plan: Plan
) -> list[str]:
    reasons = [] if what else ["Say what is corrected, and why: the letter says it."]
    if own := why_not_theirs(by, plan):
        reasons.append(own)
    return reasons + missing_in(words)


def _says(decided: Determination, what: str, words: dict[str, str]) -> bool:
    return (
        decided.correction == what and {name: getattr(decided, name) for name in FINDINGS} == words
    )


def _correct(
    former: Determination,
    plan: Plan,
    what: str,
    words: dict[str, str],
    *,
    by: User,
    at: datetime,
) -> Determination:
    """The former one first: a plan has one decision at any moment."""
    Determination.objects.filter(pk=former.pk).update(plan=None, former_of=plan)
    corrected = Determination(
        plan=plan,
        corrects=former,
        correction=what,
        **{name: getattr(former, name) for name in STAYS},
        **words,
        delegation=delegation_of(by, at=at),
        decided_at=at,
        decided_by=by,
    )
    corrected.letter = _letter(corrected, plan, former)
    corrected.save()
    return corrected


def _letter(corrected: Determination, plan: Plan, former: Determination) -> str:
    text = render_to_string(
        "reviews/correction_letter.txt",
        {
            "plan": plan,
            "district": plan.district,
            "former": former,
            "decided": corrected,
            "by": corrected.decided_by,
            "delegation": corrected.delegation,
        },
    )
    return text.strip() + "\n"


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
