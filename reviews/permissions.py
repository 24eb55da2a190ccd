"""Who may read reviews, and take part in one. Each question is one function.

Which steps of a plan are whose is asked of plans.permissions: the workflow's table says it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from districts.calendar import eastern_day
from districts.models import (
    Conflict,
    ConflictQuerySet,
    Delegation,
    District,
    DistrictQuerySet,
    User,
    standing_of,
)
from districts.roles import Role
from plans.models import Assignment, Plan, PlanEvent, Signature
from plans.permissions import REVIEWS, may_take, parts_of
from plans.workflow import DISTRICT_STEPS, Part, Step
from reviews.models import Recommendation, ThirdReviewer

ENDS_CONFLICTS = frozenset({Role.PROGRAM_MANAGER, Role.COMMISSIONER})
NUDGES = frozenset({Role.PROGRAM_MANAGER, Role.PROGRAM_REVIEWER, Role.FISCAL_REVIEWER})
PREPARE = frozenset({Part.DECIDER, Part.PROGRAM_MANAGER})  # what an approval will say
GRANTS_TIME = frozenset({Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER})
WRITES_COMMENTS = frozenset({Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER, Part.DECIDER})


def may_read_reviews(user: User, *, at: datetime | None = None) -> bool:
    """The pages of reviews are the Department’s, internal comments included (R60)."""
    return standing_of(user, at=at).is_department


def may_search(user: User) -> bool:
    """In plans: the Department in those handed in, who belongs to a district in its own."""
    standing = standing_of(user)
    return standing.is_department or bool(standing.in_districts)


def readable_plans(user: User) -> QuerySet[Plan]:
    """The plans whose review the user may open; what they read there is what was handed in.

    Never those of a district they belong to: its reviewers' own remarks stand there (R37, R60).
    Nor of one with which they have a conflict of interest.
    """
    if not may_read_reviews(user):
        return Plan.objects.none()
    return Plan.objects.exclude(district__in=list(standing_of(user).kept_from))


def reads_as_department(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Whether the plan's district is not their own, nor one they have a conflict with (R37)."""
    return standing_of(user, at=at).reads_as_department(plan.district_id)


def may_assign(user: User, *, at: datetime | None = None) -> bool:
    return Role.PROGRAM_MANAGER in standing_of(user, at=at).at_department


def may_keep_wordings(user: User, *, at: datetime | None = None) -> bool:
    """Write, mend and retire the example wordings of required changes."""
    return Role.PROGRAM_MANAGER in standing_of(user, at=at).at_department


def may_declare(
    user: User, person_id: int, district: District, *, at: datetime | None = None
) -> bool:
    """Put a conflict of interest on record: anybody of the Department their own.

    A program manager records another's, but of no district that they are kept from themselves.
    """
    standing = standing_of(user, at=at)
    if user.pk == person_id:
        return standing.is_department
    is_manager = Role.PROGRAM_MANAGER in standing.at_department
    return is_manager and standing.reads_as_department(district.pk)


def may_end_conflicts(user: User, *, at: datetime | None = None) -> bool:
    """Whether they say of others that a conflict of interest is over, and read all of them."""
    return bool(ENDS_CONFLICTS & standing_of(user, at=at).at_department)


def may_end_conflict(user: User, conflict: Conflict, *, at: datetime | None = None) -> bool:
    """Nobody ends their own, nor that of another with a district they are kept from."""
    standing = standing_of(user, at=at)
    return (
        bool(ENDS_CONFLICTS & standing.at_department)
        and user.pk != conflict.person_id
        and standing.reads_as_department(conflict.district_id)
    )


def visible_conflicts(user: User) -> ConflictQuerySet:
    """Their own; who ends them reads the others' too, but of no district they are kept from."""
    standing = standing_of(user)
    if not standing.is_department:
        return Conflict.objects.none()
    if not ENDS_CONFLICTS & standing.at_department:
        return Conflict.objects.filter(person=user)
    return Conflict.objects.filter(Q(person=user) | ~Q(district__in=list(standing.kept_from)))


def may_nudge(user: User, district: District, *, at: datetime | None = None) -> bool:
    """Ask a quiet district whether it needs help: whoever takes part in its reviews could."""
    standing = standing_of(user, at=at)
    return bool(NUDGES & standing.at_department) and standing.reads_as_department(district.pk)


def may_comment(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    return bool(WRITES_COMMENTS & parts_of(user, plan, at=at))


def may_edit_rubrics(user: User, *, at: datetime | None = None) -> bool:
    """Write the criteria of a year: the program managers, for all districts alike."""
    return Role.PROGRAM_MANAGER in standing_of(user, at=at).at_department


def may_rate(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Rate the plan by its criteria: whoever gives one of its reviews."""
    return may_take(user, Step.RECOMMEND, plan, at=at)


def may_record_met(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Whether they may say that a condition of the approval is met: who takes part in reviews."""
    return bool(WRITES_COMMENTS & parts_of(user, plan, at=at))


def may_ask(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Ask the district, go on asking, and close a question: who could return the plan (R40a)."""
    return bool(REVIEWS & parts_of(user, plan, at=at))


def may_extend(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Grant the plan more time, or refuse it: an assigned reviewer, or a program manager."""
    return bool(GRANTS_TIME & parts_of(user, plan, at=at))


def may_judge_answers(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Accept the answer to a required change, or ask again: who could return the plan."""
    return bool(REVIEWS & parts_of(user, plan, at=at))


def records_met_on(user: User, plans: Iterable[int]) -> set[int]:
    """The same of several plans that they may read, in one query at most."""
    standing = standing_of(user)
    if standing.may_decide or Role.PROGRAM_MANAGER in standing.at_department:
        return set(plans)
    theirs = Assignment.objects.current().reachable().filter(reviewer=user, plan__in=plans)
    return set(theirs.values_list("plan", flat=True))


def may_determine(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Decide on what a district spent, as the Commissioner or a delegate (R39, R55)."""
    return Part.DECIDER in parts_of(user, plan, at=at)


def may_send_again(user: User, *, at: datetime | None = None) -> bool:
    """Set a failed letter going once more."""
    return bool({Role.PROGRAM_MANAGER, Role.SYSADMIN} & standing_of(user, at=at).at_department)


def may_decide(user: User, *, at: datetime | None = None) -> bool:
    """Whether they decide plans at all, as the Commissioner or under a delegation (R39)."""
    return standing_of(user, at=at).may_decide


def is_commissioner(user: User, *, at: datetime | None = None) -> bool:
    return Role.COMMISSIONER in standing_of(user, at=at).at_department


def acted_for_district(people: Iterable[int], plan: Plan) -> set[int]:
    """Who of these people signed the plan or took a step of the district's with it."""
    signed = Signature.objects.filter(version__plan=plan, signed_by__in=people)
    stepped = PlanEvent.objects.filter(plan=plan, step__in=DISTRICT_STEPS, taken_by__in=people)
    return {
        *signed.values_list("signed_by", flat=True),
        *stepped.values_list("taken_by", flat=True),
    }


def may_undo_return(
    user: User, plan: Plan, returned_by: int, *, at: datetime | None = None
) -> bool:
    """A reviewer undoes a return of their own; the program manager and a decider any (R40a)."""
    parts = parts_of(user, plan, at=at)
    is_own = user.pk == returned_by and Part.ASSIGNED_REVIEWER in parts
    return is_own or bool(parts & {Part.PROGRAM_MANAGER, Part.DECIDER})


def may_call_back(user: User, plan: Plan, decided_by: int, *, at: datetime | None = None) -> bool:
    """A delegate calls back what they decided themselves, the Commissioner any approval."""
    if Part.DECIDER not in parts_of(user, plan, at=at):
        return False
    return user.pk == decided_by or is_commissioner(user, at=at)


def may_correct(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Correct what an approval says, as the Commissioner or a delegate (R39)."""
    return Part.DECIDER in parts_of(user, plan, at=at)


def may_prepare(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Write what an approval will say: who decides, or the program manager on their behalf."""
    return bool(PREPARE & parts_of(user, plan, at=at))


def had_a_hand(user: User, plan: Plan) -> bool:
    """Whether the plan was ever theirs to review, to sign or to hand in: then others decide."""
    was_assigned = Assignment.objects.filter(plan=plan, reviewer=user)
    recommended = Recommendation.objects.filter(plan=plan, made_by=user)
    is_named = ThirdReviewer.objects.current().filter(plan=plan, reviewer=user)
    return (
        was_assigned.exists()
        or recommended.exists()
        or is_named.exists()
        or bool(acted_for_district([user.pk], plan))
    )


def may_waive(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """The Commissioner alone, and never where R37 keeps them out: a delegate waives nothing."""
    standing = standing_of(user, at=at)
    return Role.COMMISSIONER in standing.at_department and standing.reads_as_department(
        plan.district_id
    )


def delegation_of(user: User, *, at: datetime) -> Delegation | None:
    """The delegation under which this person decides; the Commissioner needs none (R39)."""
    if is_commissioner(user, at=at):
        return None
    in_force = Delegation.objects.in_force(eastern_day(at))
    return in_force.filter(delegate=user).order_by("-last_day").first()


def ledgers_of(user: User) -> DistrictQuerySet:
    """The districts whose ledger the user may open: all for the Department, else their own.

    What stands in it is what a district reported and the Department decided; nothing of reviews.
    """
    standing = standing_of(user)
    if standing.is_department:
        return District.objects.all()
    return District.objects.filter(pk__in=list(standing.in_districts))


def may_see_sums(user: User) -> bool:
    """The sums over all districts are the Department's, as its lists are."""
    return standing_of(user).is_department
