"""Small plans in draft and the people who write in them at once, for script/soak."""

from itertools import cycle, islice

from benchmarks.browser import session_of
from benchmarks.editing import Place
from benchmarks.example import names_of
from districts.roles import Role
from districts.tests.factories import DistrictFactory, person
from plans.models import Cover, LookBack, Plan, Strategy
from plans.tests.factories import PlanFactory, write_rows


def writers_in(*, plans: int, editors: int) -> list[tuple[str, Place]]:
    """Each one's session and the form they write in; several are at the same form."""
    drafts = [_draft(number) for number in range(1, plans + 1)]
    places = [places_in(plan) for plan in drafts]
    found = []
    for number, (plan, of_plan) in enumerate(
        islice(cycle(zip(drafts, places, strict=True)), editors)
    ):
        writer = person(Role.PLAN_COORDINATOR, plan.district)
        found.append((session_of(writer), of_plan[number // plans % len(of_plan)]))
    return found


def places_in(plan: Plan) -> list[Place]:
    """The cover twice, so that two people meet there at the latest."""
    here = f"/plans/{plan.district.slug}/{plan.cycle_id}/edit"
    cover = Place(f"{here}/cover/", "Cover", Cover.objects.get(plan=plan).pk, ("summary",))
    back = LookBack.objects.get(plan=plan).pk
    strategy = Strategy.objects.filter(plan=plan).earliest("position").pk
    return [
        cover,
        cover,
        Place(f"{here}/look-back/", "LookBack", back, ("implementation", "performance", "lessons")),
        Place(
            f"{here}/strategy/{strategy}/",
            *("Strategy", strategy, ("title", "description", "owner", "evidence")),
        ),
    ]


def _draft(number: int) -> Plan:
    plan = PlanFactory(district=DistrictFactory(**names_of(number), designated=True, funded=True))
    write_rows(plan)
    return plan
