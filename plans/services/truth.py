"""Whether a letter about a plan is still for its reader, and still true, when it is about to leave.

Letters mostly leave within seconds. After an outage of the mail server they may be days old: a
role has ended since, a plan was recalled, a version is no longer the one to sign.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from districts.models import District, User, standing_once_back
from districts.roles import Role
from notices.models import REMINDER, Notice
from plans.documents import draft_document
from plans.models import (
    Assignment,
    Cycle,
    ExtensionEntry,
    Plan,
    PlanEvent,
    PlanLetter,
    PlanVersion,
    QuestionEntry,
    due_day,
)
from plans.permissions import ANSWER_QUESTIONS, HELPERS, SIGNERS, parts_with
from plans.reminders import ANSWERS, CONDITION, HEAR_OF_MOVES, PLAN, QUESTION
from plans.revision_workflow import RevisionStatus
from plans.rules.budget import differs_from_final
from plans.services.allocation_letters import (
    DIFFERS,
    DIFFERS_THERE,
    HEAR_OF_ALLOCATIONS,
)
from plans.services.closing import current_version
from plans.services.extensions import PLAN_TIME, tells_no_more
from plans.services.letters import (
    DECISIONS_GO_TO,
    KNOWS_OF_REVIEW,
    RECEIPT_GOES_TO,
    SUBMITS,
)
from plans.services.sharing_letters import HEAR_COMMENTS
from plans.workflow import (
    EDITABLE,
    EVERY_STATUS,
    FUNDS_ARE_FREE,
    HELD_TO,
    IN_HAND,
    IN_REVIEW,
    MAY_BE_EXTENDED,
    QUESTIONS_STAND,
    REMINDED,
    RETURN_STANDS,
    WITH_DEPARTMENT,
    Part,
    Status,
    Step,
    said_to_district,
)

REVIEWS = frozenset({Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER})


@dataclass(frozen=True)
class Terms:
    """Whom a kind of letter is for (nobody named: anyone), and in which statuses it is true."""

    roles: frozenset[Role] = frozenset()  # in the plan's district
    parts: frozenset[Part] = frozenset()  # of the Department
    statuses: frozenset[Status] = EVERY_STATUS


TERMS = {
    REMINDER: Terms(frozenset(HEAR_OF_MOVES), statuses=REMINDED),
    "quiet_nudge": Terms(frozenset(SUBMITS), statuses=EDITABLE),
    "signature_waiting": Terms(frozenset(SIGNERS), statuses=EDITABLE),
    "plan_signed": Terms(frozenset(SUBMITS), statuses=EDITABLE),
    "signature_void": Terms(frozenset(SIGNERS), statuses=EDITABLE),
    "plan_receipt": Terms(frozenset(RECEIPT_GOES_TO)),
    "plan_in_review": Terms(frozenset(KNOWS_OF_REVIEW), statuses=IN_REVIEW),
    "plan_recalled": Terms(
        frozenset(RECEIPT_GOES_TO), frozenset({Part.PROGRAM_MANAGER}), statuses=EDITABLE
    ),
    "plan_withdrawn": Terms(frozenset(DECISIONS_GO_TO), frozenset({Part.PROGRAM_MANAGER})),
    "plan_reopened": Terms(
        frozenset(DECISIONS_GO_TO), frozenset({Part.PROGRAM_MANAGER}), statuses=EDITABLE
    ),
    "plan_returned": Terms(frozenset(DECISIONS_GO_TO), statuses=RETURN_STANDS),
    "return_undone": Terms(frozenset(DECISIONS_GO_TO), statuses=IN_REVIEW),
    "plan_approved": Terms(frozenset(DECISIONS_GO_TO)),
    "plan_published": Terms(frozenset(SUBMITS)),
    "plan_taken_down": Terms(frozenset(SUBMITS)),
    "decision_corrected": Terms(frozenset(DECISIONS_GO_TO), frozenset({Part.DECIDER})),
    "plan_withheld": Terms(frozenset(DECISIONS_GO_TO), statuses=frozenset({Status.WITHHELD})),
    "withholding_corrected": Terms(
        frozenset(DECISIONS_GO_TO),
        frozenset({Part.DECIDER}),
        statuses=frozenset({Status.WITHHELD}),
    ),
    "plan_released": Terms(frozenset(DECISIONS_GO_TO), statuses=FUNDS_ARE_FREE),
    "spending_determined": Terms(frozenset(DECISIONS_GO_TO), frozenset({Part.DECIDER})),
    "revision_receipt": Terms(frozenset(RECEIPT_GOES_TO)),
    "revision_handed_in": Terms(parts=REVIEWS),
    "revision_recorded": Terms(frozenset(DECISIONS_GO_TO), REVIEWS),
    "revision_withdrawn": Terms(parts=REVIEWS),
    "revision_reviewed": Terms(parts=frozenset({Part.DECIDER})),
    "revision_returned": Terms(frozenset(DECISIONS_GO_TO)),
    "revision_approved": Terms(frozenset(DECISIONS_GO_TO)),
    DIFFERS: Terms(frozenset(HEAR_OF_ALLOCATIONS), statuses=frozenset({Status.DRAFT})),
    DIFFERS_THERE: Terms(statuses=frozenset({Status.DRAFT})),
    "draft_shared": Terms(),
    "draft_commented": Terms(frozenset({*HEAR_COMMENTS, *SUBMITS})),
    "plan_submitted": Terms(
        parts=frozenset({Part.PROGRAM_MANAGER}), statuses=frozenset({Status.SUBMITTED})
    ),
    "plan_assigned": Terms(parts=frozenset({Part.ASSIGNED_REVIEWER}), statuses=IN_HAND),
    "extension_asked": Terms(
        parts=frozenset({Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER}), statuses=MAY_BE_EXTENDED
    ),
    "extension_granted": Terms(frozenset(RECEIPT_GOES_TO), statuses=MAY_BE_EXTENDED),
    "extension_refused": Terms(frozenset(SUBMITS), statuses=MAY_BE_EXTENDED),
    "question_asked": Terms(ANSWER_QUESTIONS, statuses=QUESTIONS_STAND),
    "question_answered": Terms(parts=REVIEWS | {Part.DECIDER}, statuses=QUESTIONS_STAND),
    "changes_answered": Terms(parts=REVIEWS, statuses=frozenset({Status.RETURNED})),
    "plan_back": Terms(parts=REVIEWS, statuses=WITH_DEPARTMENT),
    "plan_moved": Terms(parts=REVIEWS | {Part.DECIDER}),
    "plan_unassigned": Terms(),
    "reviewer_recused": Terms(parts=frozenset({Part.PROGRAM_MANAGER}), statuses=IN_HAND),
    "consensus_needed": Terms(parts=REVIEWS, statuses=IN_REVIEW),
    "third_named": Terms(parts=frozenset({Part.PROGRAM_MANAGER}), statuses=IN_HAND),
    "file_removed": Terms(),
    "decided_in_your_name": Terms(),
    "plan_recommended": Terms(
        parts=frozenset({Part.DECIDER}), statuses=frozenset({Status.RECOMMENDED})
    ),
}
OF_REMINDERS = {  # of what is owed beside the plan itself
    CONDITION: Terms(frozenset(HEAR_OF_MOVES), statuses=HELD_TO),
    QUESTION: Terms(frozenset(HEAR_OF_MOVES), statuses=QUESTIONS_STAND),
}
OF_REVISIONS_TOO = frozenset({"signature_waiting", "plan_signed", "signature_void"})


def why_not(notice: Notice, *, at: datetime) -> str:
    """Why the letter is to stay here after all; empty if it may leave."""
    if notice.about_noun not in ("", "plan"):
        return ""  # a reminder of another thing of the district's: whoever wrote it knows
    terms = OF_REMINDERS.get(notice.what_is_due) or TERMS.get(notice.kind)
    subject = _subject(notice) if terms else None
    if terms is None or subject is None:
        return ""
    district, plan = subject
    if not _is_for(notice.to, terms, district, plan, at=at):
        return f"{notice.to.name} no longer has the role that this letter was for."
    if _names_an_old_date(notice, plan):
        return "The due date has moved since."
    if plan is None:
        return ""
    is_of_revision = notice.kind in OF_REVISIONS_TOO and plan.is_revised_now
    if plan.status not in terms.statuses and not is_of_revision:
        return f"The plan is {said_to_district(plan.status)} now."
    check = CHECKS.get(notice.kind)
    return check(notice, plan, at) if check else ""


def _subject(notice: Notice) -> tuple[District, Plan | None] | None:
    """The district and the plan it is about. A plan may not have been started."""
    if not notice.district_code:
        return None
    district = District.objects.filter(edsight_code=notice.district_code).first()
    if district is None:
        return None
    return district, Plan.objects.filter(district=district, cycle=notice.fiscal_year).first()


def _is_for(
    user: User, terms: Terms, district: District, plan: Plan | None, *, at: datetime
) -> bool:
    if not terms.roles and not terms.parts:
        return True
    standing = standing_once_back(user, at=at)
    if terms.roles & standing.in_district(district.pk):
        return True
    return plan is not None and bool(terms.parts & parts_with(standing, user, plan))


def _names_an_old_date(notice: Notice, plan: Plan | None) -> bool:
    """A reminder of a plan, started or not, that says another date than it is due on now."""
    if notice.kind != REMINDER or notice.what_is_due != PLAN or notice.fiscal_year is None:
        return False
    cycle = Cycle.objects.filter(pk=notice.fiscal_year).first()
    if cycle is None:
        return False
    extended_until = plan.extended_until if plan else None
    return due_day(cycle.plan_due_on, extended_until) != notice.names_due_on


def _owed(notice: Notice, plan: Plan, at: datetime) -> str:
    """A returned plan owes answers, one that was never handed in itself."""
    if notice.what_is_due == CONDITION:
        asked = plan.approval_conditions.standing().filter(met=None, due_on=notice.names_due_on)
        return "" if asked.exists() else "The condition is asked no more."
    if notice.what_is_due == QUESTION:
        return _question_stands(QuestionEntry.Did.ASKED)(notice, plan, at)
    is_of_answers = notice.what_is_due == ANSWERS
    if is_of_answers != (plan.status == Status.RETURNED):
        return f"The plan is {said_to_district(plan.status)} now."
    return ""


def _to_sign(notice: Notice, plan: Plan, at: datetime) -> str:
    version = _version_named(notice, plan)
    if version is None:
        return "The text was edited after it was closed, so that version is not signed."
    made = {signature.capacity: signature for signature in version.signatures.all()}
    held = standing_once_back(notice.to, at=at).in_district(plan.district_id)
    free = [each for role, each in SIGNERS.items() if role in held and each not in made]
    if not free or notice.to_id in {signature.signed_by_id for signature in made.values()}:
        return "It was signed meanwhile."
    return ""


def _to_submit(notice: Notice, plan: Plan, at: datetime) -> str:
    if _version_named(notice, plan) is None:
        return "The text was edited meanwhile, so the signatures are void."
    return ""


def _void(notice: Notice, plan: Plan, at: datetime) -> str:
    """Who has signed the text again has read what the letter would say."""
    version = current_version(plan)
    if version and version.signatures.filter(signed_by=notice.to_id).exists():
        return "It was closed and signed again since."
    return ""


def _version_named(notice: Notice, plan: Plan) -> PlanVersion | None:
    """The version the letter speaks of, while it is the one of the text as it stands."""
    version, cause = current_version(plan), _cause(notice)
    return version if version and (cause is None or cause.version_id == version.pk) else None


def _answered(notice: Notice, plan: Plan, at: datetime) -> str:
    if plan.required_changes.filter(answered_at=None).exists():
        return "A change was opened again."
    return ""


def _question_stands(did: str) -> Callable[[Notice, Plan, datetime], str]:
    """What is told of a question is told while that is the last of it."""
    since = {
        "asked": "The Department has asked further since.",
        "answered": "The question was answered meanwhile.",
        "closed": "The question was closed meanwhile.",
    }

    def check(notice: Notice, plan: Plan, at: datetime) -> str:
        number = next(reversed(notice.page_args), None)
        question = plan.questions.with_standing().filter(number=number).first()
        return "" if question is None or question.stands == did else since[question.stands]

    return check


def _extension_stands(did: str) -> Callable[[Notice, Plan, datetime], str]:
    def check(notice: Notice, plan: Plan, at: datetime) -> str:
        return tells_no_more(PLAN_TIME, plan, did)

    return check


def _differs(notice: Notice, plan: Plan, at: datetime) -> str:
    if not differs_from_final(draft_document(plan.pk)):
        return "The draft budgets the final allocation by now."
    return ""


def _differs_there(notice: Notice, plan: Plan, at: datetime) -> str:
    """To who looks after all plans, and to whom the draft is shared with."""
    standing = standing_once_back(notice.to, at=at)
    is_manager = Part.PROGRAM_MANAGER in parts_with(standing, notice.to, plan)
    return (not is_manager and _shared(notice, plan, at)) or _differs(notice, plan, at)


def _shared(notice: Notice, plan: Plan, at: datetime) -> str:
    if not HELPERS & standing_once_back(notice.to, at=at).at_department:
        return f"{notice.to.name} no longer has the role that this letter was for."
    if not plan.is_editable or not plan.shares.current().filter(reader=notice.to_id).exists():
        return "The draft is no longer shared with this person."
    return ""


def _commented(notice: Notice, plan: Plan, at: datetime) -> str:
    if not plan.draft_comments.filter(done_at=None).exists():
        return "Every comment is marked as done."
    return ""


def _taken_away(notice: Notice, plan: Plan, at: datetime) -> str:
    if plan.assignments.current().filter(reviewer=notice.to_id).exists():
        return "The plan was assigned to this person again."
    return ""


def _recused(notice: Notice, plan: Plan, at: datetime) -> str:
    """Its reader is asked to assign somebody, while a part has nobody."""
    if plan.assignments.current().count() == len(Assignment.As):
        return "Somebody else was assigned since."
    return ""


def _cause(notice: Notice) -> PlanLetter | None:
    """What brought it about. Where that is not known, the letter is taken as true."""
    return PlanLetter.objects.filter(notice=notice).first()


def _receipt(notice: Notice, plan: Plan, at: datetime) -> str:
    cause = _cause(notice)
    if cause and not PlanEvent.objects.submissions().filter(pk=cause.event_id).exists():
        return "The plan was recalled before its receipt could leave."
    return ""


def _came_in(notice: Notice, plan: Plan, at: datetime) -> str:
    """What came in is told while it is the last that came in: its reader reads that version."""
    last, cause = PlanEvent.objects.submissions().filter(plan=plan).first(), _cause(notice)
    if cause and (last is None or last.pk != cause.event_id):
        return "The plan was submitted again since."
    return ""


def _withdrawn(notice: Notice, plan: Plan, at: datetime) -> str:
    cause = _cause(notice)
    if cause and plan.events.filter(step=Step.REOPEN, pk__gt=cause.event_id).exists():
        return "The plan was opened again since."
    return ""


def _moved(notice: Notice, plan: Plan, at: datetime) -> str:
    """News is told while it is the last there is: the next letter says what came of it."""
    last, cause = plan.events.order_by("pk").last(), _cause(notice)
    if cause and (last is None or last.pk != cause.event_id):
        return "The plan has moved on since."
    return ""


def _revision_is(status: RevisionStatus) -> Callable[[Notice, Plan, datetime], str]:
    """What is asked of a revision is asked while its plan's revision stands there."""

    def check(notice: Notice, plan: Plan, at: datetime) -> str:
        latest = plan.revisions.order_by("number").last()
        if latest is None or latest.status == status:
            return ""
        return f"The revision is {RevisionStatus(latest.status).label.lower()} now."

    return check


CHECKS: dict[str, Callable[[Notice, Plan, datetime], str]] = {
    REMINDER: _owed,
    "signature_waiting": _to_sign,
    "plan_signed": _to_submit,
    "signature_void": _void,
    "changes_answered": _answered,
    "question_asked": _question_stands(QuestionEntry.Did.ASKED),
    "question_answered": _question_stands(QuestionEntry.Did.ANSWERED),
    "extension_asked": _extension_stands(ExtensionEntry.Did.ASKED),
    "extension_granted": _extension_stands(ExtensionEntry.Did.GRANTED),
    "extension_refused": _extension_stands(ExtensionEntry.Did.REFUSED),
    "plan_receipt": _receipt,
    "plan_withdrawn": _withdrawn,
    "revision_handed_in": _revision_is(RevisionStatus.HANDED_IN),
    "revision_reviewed": _revision_is(RevisionStatus.HANDED_IN),
    "revision_returned": _revision_is(RevisionStatus.RETURNED),
    DIFFERS: _differs,
    DIFFERS_THERE: _differs_there,
    "draft_shared": _shared,
    "draft_commented": _commented,
    "plan_submitted": _came_in,
    "plan_back": _came_in,
    "plan_moved": _moved,
    "plan_unassigned": _taken_away,
    "reviewer_recused": _recused,
}
