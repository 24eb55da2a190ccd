"""What the targets of a public plan came to, without figures that few students stand behind."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from districts.words import num
from library.documents import Figure, left_out
from library.models import Publication
from library.reading.standing import is_approved
from library.reading.text import PublicText
from library.reports.results import figures_of_results, group_of_target, results_among
from plans.documents.shape import TargetPart
from reviews.reports.findings import Measured, target_found

Said = Mapping[str, Measured]  # by lineage


@dataclass(frozen=True)
class Result:
    """A figure as the public reads it, of which school year, and whether the target was met."""

    figure: str
    measured_in: str
    is_met: bool | None  # none where that would tell the figure, or there is none to judge
    value: Decimal | None = None  # none where it is left out

    @property
    def is_suppressed(self) -> bool:
        return self.value is None


def results_told(publications: Collection[Publication]) -> Mapping[int, Said]:
    """By plan, what certified reports say of those that are public as approved. One query."""
    return results_among([one.plan_id for one in publications if is_approved(one)])


def results_shown(text: PublicText, said: Said) -> dict[str, Result]:
    """By the target's number, where there is a figure."""
    targets = text.document.targets
    told = [(each, said[each.lineage]) for each in targets if each.lineage in said]
    starts = [_start(each) for each in targets]
    figures = figures_of_results([target for target, _ in told], said)
    hidden = left_out(figures, beside=starts)
    return {
        target.number: _result(target, measured, hidden.get(place, measured.suppressed))
        for place, (target, measured) in enumerate(told)
        if measured.actual is not None or measured.suppressed
    }


def _start(target: TargetPart) -> Figure:
    return Figure(group_of_target(target, target.baseline_year), target.unit, target.baseline)


def _result(target: TargetPart, said: Measured, instead: str) -> Result:
    if instead or said.actual is None:
        return Result(instead, said.measured_in, is_met=None)
    return Result(num(said.actual), said.measured_in, _is_met(target, said), said.actual)


def _is_met(target: TargetPart, said: Measured) -> bool | None:
    """Judged as the Department does; not where what is left out tells which way it goes."""
    if target.indicator is None and target.baseline is None:
        return None
    return target_found(target, said).is_met
