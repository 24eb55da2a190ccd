"""A report of a large plan, for tests, and what its pages would send."""

from bs4 import BeautifulSoup
from django.urls import reverse

from plans.documents.shape import MilestonePart
from plans.tests.documents import a_strategy, a_target, change, complete_document
from plans.tests.factories import PlanFactory, write_rows
from progress.tests.filed import MARCH, approve

STRATEGIES, MILESTONES, TARGETS = 20, 3, 10


def a_plan(strategies: int = STRATEGIES, targets: int = TARGETS):
    plan = PlanFactory()
    document = complete_document()
    [first, *_] = document.objectives
    own = [
        a_target(number, f"1.{number}", lineage=f"t-{number}") for number in range(1, targets + 1)
    ]
    document = change(
        document,
        objectives=(first.model_copy(update={"targets": tuple(own)}),),
        strategies=tuple(_strategy(number) for number in range(1, strategies + 1)),
        lines=(),
    )
    write_rows(plan, document)
    return approve(plan)


def _strategy(number: int):
    milestones = tuple(
        MilestonePart(
            id=number * 10 + place,
            lineage=f"m-{number}-{place}",
            number=place,
            description=f"Step {place}",
            due_on=MARCH.date(),
        )
        for place in range(1, MILESTONES + 1)
    )
    return a_strategy(
        number, number, lineage=f"s-{number}", targets=("t-1",), milestones=milestones
    )


def address(report, number=1):
    args = [report.plan.district.slug, report.plan.cycle_id, report.period]
    return reverse("progress:write", args=args, query={"page": number})


def sent_of(response) -> dict[str, str]:
    """What the page’s form would send as it stands."""
    form = BeautifulSoup(response.content, "html.parser").select_one("#work")
    sent = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden][name]")}
    sent |= {one["name"]: one.text for one in form.select("textarea[name]")}
    named = form.select("input[name]:not([type=radio]):not([type=hidden])")
    return sent | {one["name"]: one.get("value", "") for one in named}
