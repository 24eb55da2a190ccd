"""What the last certified progress report says a plan's targets came to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from districts.statements import Among, Statement
from library.documents import Figure, group_of
from plans.documents.shape import TargetPart
from plans.models import TargetOutcome
from reviews.reports.findings import Measured


def results_among(plans: Sequence[int]) -> dict[int, dict[str, Measured]]:
    """By plan, and by the target's lineage; none of a target that no certified report speaks of.
    One query, and none where no plan is asked for.

    Figures alone: in whose words they were given nobody has checked for the public.
    """
    found: dict[int, dict[str, Measured]] = defaultdict(dict)
    for row in RESULTS.ask(list(plans)) if plans else ():
        said = Measured(row["actual"], row["suppressed"], row["measured_in"])
        found[row["plan"]][str(row["lineage"])] = said
    return dict(found)


def _results(plans: list[int]) -> QuerySet[Any]:
    said = TargetOutcome.objects.filter(Among("plan", plans)).order_by("pk")
    return said.values("plan", "lineage", "actual", "suppressed", "measured_in")


def figures_of_results(targets: Sequence[TargetPart], said: Mapping[str, Measured]) -> list[Figure]:
    """Of targets that a report speaks of, as they are judged for the public."""
    return [_figure(target, said[target.lineage]) for target in targets]


def _figure(target: TargetPart, said: Measured) -> Figure:
    return Figure(
        group=group_of_target(target, said.measured_in),
        unit=target.unit,
        value=said.actual,
        is_left_out=bool(said.suppressed),
    )


def group_of_target(target: TargetPart, year: str) -> tuple[str, ...]:
    indicator = target.indicator.name if target.indicator else ""
    return group_of(indicator, target.measure, target.unit, year)


RESULTS = Statement(_results, [-1])
