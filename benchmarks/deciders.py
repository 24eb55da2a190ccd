"""Plans under review and the people who may end it, for script/soak decisions."""

from benchmarks.browser import session_of
from benchmarks.decisions import Contest, Rival
from benchmarks.example import names_of
from districts.models import User
from districts.roles import Role
from districts.tests.factories import DelegationFactory, DistrictFactory, person
from plans.tests.factories import PlanFactory, write_rows

APPROVES = {
    "implementation": "first_plan",
    "implementation_reasons": "The first plan here.",
    "performance": "first_plan",
    "performance_reasons": "The first plan here.",
}
DRAFTS = {"change-1-section": "budget", "change-1-text": "Name the grades."}
RETURNS = {"send": "1"}


def contests(times: int) -> list[Contest]:
    """As many plans, each with ten who press in one moment: five approve it, five return it."""
    commissioner, manager = person(Role.COMMISSIONER), person(Role.PROGRAM_MANAGER)
    delegate = person(Role.PROGRAM_REVIEWER)
    DelegationFactory(delegate=delegate)
    approvers = [*[commissioner] * 3, *[delegate] * 2]
    return [_contest(number, approvers, manager) for number in range(1, times + 1)]


def _contest(number: int, approvers: list[User], manager: User) -> Contest:
    district = DistrictFactory(**names_of(number), designated=True, funded=True)
    for role in (Role.SUPERINTENDENT, Role.BOARD_CHAIR, Role.PLAN_COORDINATOR):
        person(role, district)
    plan = PlanFactory(district=district, recommended=True)
    write_rows(plan)
    reviewers = [each.reviewer for each in plan.assignments.current().order_by("pk")]
    here = f"/reviews/{district.slug}/{plan.cycle_id}"
    return Contest(
        plan.pk,
        Rival(session_of(reviewers[0]), f"{here}/return/", DRAFTS),
        [
            *(Rival(session_of(each), f"{here}/approve/", APPROVES) for each in approvers),
            *(
                Rival(session_of(each), f"{here}/return/", RETURNS)
                for each in (*reviewers, *reviewers, manager)
            ),
        ],
    )
