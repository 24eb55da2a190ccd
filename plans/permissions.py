"""Who may do what to a plan. Each question is one function, named as a view would ask it.

A service asks with its moment, once it holds the plan: see `standing_of`.
"""

from datetime import datetime

from django.db.models import QuerySet

from districts.models import District, Standing, User, standing_of
from districts.roles import Role
from districts.statements import Statement
from plans.models import Assignment, Plan, Signature
from plans.sections import SectionKey
from plans.workflow import TRANSITIONS, Part, Status, Step, steps_from

DRAFTERS = frozenset({Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER})
HELPERS = frozenset({Role.PROGRAM_REVIEWER, Role.FISCAL_REVIEWER, Role.PROGRAM_MANAGER})
ANSWER_QUESTIONS = DRAFTERS | {Role.SUPERINTENDENT}
RECORDS_THE_VOTE = DRAFTERS | {Role.SUPERINTENDENT, Role.BOARD_CHAIR}
SIGNERS = {
    Role.SUPERINTENDENT: Signature.Capacity.SUPERINTENDENT,
    Role.BOARD_CHAIR: Signature.Capacity.BOARD_CHAIR,
}
REVIEWS = frozenset({Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER, Part.DECIDER})
PARTS_OF_ROLES = {
    Role.SUPERINTENDENT: Part.SUPERINTENDENT,
    Role.PLAN_COORDINATOR: Part.PLAN_COORDINATOR,
}


def _assigned(plan_id: int, user_id: int) -> QuerySet[Assignment, dict[str, str]]:
    return (
        Assignment.objects.current()
        .filter(plan_id=plan_id, reviewer_id=user_id)
        .values("reviews_as")
    )


ASSIGNED = Statement(_assigned, -1, -2)


def may_start(user: User, district: District, *, at: datetime | None = None) -> bool:
    return bool(standing_of(user, at=at).in_district(district.pk) & DRAFTERS)


def may_edit(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    return bool(standing_of(user, at=at).in_district(plan.district_id) & DRAFTERS)


def may_see(user: User, plan: Plan) -> bool:
    """Whether the plan is there for them, as `Plan.objects.visible_to` has it (R59)."""
    standing = standing_of(user)
    return standing.is_department or plan.district_id in standing.in_districts


def may_read_draft(user: User, plan: Plan) -> bool:
    """Only the district's own people; the Department reads what was handed in (R59).

    A liaison with whom it is shared reads it on a page of its own: `may_read_shared`.
    """
    return bool(standing_of(user).in_district(plan.district_id))


def may_read_version(user: User, plan: Plan, *, was_handed_in: bool) -> bool:
    """A district reads every version of its own plans; the Department those handed in (R59)."""
    return may_read_draft(user, plan) or (was_handed_in and standing_of(user).is_department)


def may_share(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Let somebody of the Department read the draft, and end that: who hands the plan in (R59)."""
    return bool(TRANSITIONS[Step.SUBMIT].by & parts_of(user, plan, at=at))


def may_settle_comments(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Say that what a liaison asks for is done: who writes the plan, and who shares it."""
    return may_edit(user, plan, at=at) or may_share(user, plan, at=at)


def may_help(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Whether they are somebody with whom the district could share its draft.

    Nobody of the district itself, and nobody with a conflict of interest (R37).
    """
    standing = standing_of(user, at=at)
    is_of_department = standing.reads_as_department(plan.district_id)
    return is_of_department and bool(HELPERS & standing.at_department)


def may_read_shared(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Read the draft as the liaison with whom it is shared now, while it is being written (R59)."""
    if not (plan.is_editable and may_help(user, plan, at=at)):
        return False
    return plan.shares.current().filter(reader=user).exists()


def may_submit_revision(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Hand a revision in, or withdraw it: who hands the plan itself in (R44)."""
    return bool(TRANSITIONS[Step.SUBMIT].by & parts_of(user, plan, at=at))


def may_ask_for_time(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Ask for a later due date, and ask for it no more: who hands the plan in."""
    return bool(TRANSITIONS[Step.SUBMIT].by & parts_of(user, plan, at=at))


def may_record_vote(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    return bool(standing_of(user, at=at).in_district(plan.district_id) & RECORDS_THE_VOTE)


def may_answer_changes(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    return may_edit(user, plan, at=at)


def may_answer_question(
    user: User, plan: Plan, section: str, *, at: datetime | None = None
) -> bool:
    """Answer what the Department asks: who hands the plan in; of the budget its officer too."""
    held = standing_of(user, at=at).in_district(plan.district_id)
    return bool(held & answer_questions(section))


def answer_questions(section: str) -> frozenset[Role]:
    """The roles of the district that answer a question about this section (R40a)."""
    if section == SectionKey.BUDGET:
        return ANSWER_QUESTIONS
    return ANSWER_QUESTIONS - {Role.FISCAL_OFFICER}


def capacities_of(
    user: User, plan: Plan, *, at: datetime | None = None
) -> list[Signature.Capacity]:
    """In which capacities this person signs the district's plans (R15)."""
    held = standing_of(user, at=at).in_district(plan.district_id)
    return [capacity for role, capacity in SIGNERS.items() if role in held]


def may_edit_cycles(user: User, *, at: datetime | None = None) -> bool:
    return Role.SYSADMIN in standing_of(user, at=at).at_department


def may_read_cycles(user: User) -> bool:
    return standing_of(user).is_department


def parts_of(user: User, plan: Plan, *, at: datetime | None = None) -> frozenset[Part]:
    """The parts this person plays for the plan now.

    Who belongs to the district plays no part of the Department's for its plan, nor does who has a
    conflict of interest with it (R37).
    """
    return parts_with(standing_of(user, at=at), user, plan)


def parts_with(standing: Standing, user: User, plan: Plan) -> frozenset[Part]:
    """The parts that somebody of this standing plays for the plan."""
    if roles := standing.in_district(plan.district_id):
        return frozenset(part for role, part in PARTS_OF_ROLES.items() if role in roles)
    if plan.district_id in standing.conflicts:
        return frozenset()
    parts = set()
    if Role.PROGRAM_MANAGER in standing.at_department:
        parts.add(Part.PROGRAM_MANAGER)
    if standing.may_decide:
        parts.add(Part.DECIDER)
    if standing.is_department:
        assigned = {row["reviews_as"] for row in ASSIGNED.ask(plan.pk, user.pk)}
        if assigned & standing.at_department:
            parts.add(Part.ASSIGNED_REVIEWER)  # a reviewer who lost that role reviews no longer
    return frozenset(parts)


def may_take(user: User, step: Step, plan: Plan, *, at: datetime | None = None) -> bool:
    """Whether the step is theirs to take at all; the workflow says whether now is the time."""
    return bool(TRANSITIONS[step].by & parts_of(user, plan, at=at))


def open_steps(user: User, plan: Plan) -> list[Step]:
    """The steps this person could take now: the buttons to show."""
    parts = parts_of(user, plan)
    return [step for step in steps_from(Status(plan.status)) if TRANSITIONS[step].by & parts]
