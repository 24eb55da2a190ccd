"""What the targets of a public plan came to, without figures that few students stand behind."""

from collections.abc import Mapping
from dataclasses import dataclass

from districts.words import num
from library.documents import Figure, left_out
from library.reading.text import PublicText
from plans.documents.shape import TargetPart
from reviews.reports.findings import Measured, target_found


@dataclass(frozen=True)
class Result:
    """A figure as the public reads it, of which school year, and whether the target was met."""

    figure: str
    measured_in: str
    is_met: bool | None  # none where that would tell the figure, or there is none to judge


def results_shown(text: PublicText, said: Mapping[str, Measured]) -> dict[str, Result]:
    """By the target's number, where there is a figure."""
    told = [(each, said[each.lineage]) for each in text.document.targets if each.lineage in said]
    hidden = left_out([_figure(target, measured) for target, measured in told])
    return {
        target.number: _result(target, measured, hidden.get(place, measured.suppressed))
        for place, (target, measured) in enumerate(told)
        if measured.actual is not None or measured.suppressed
    }


def _figure(target: TargetPart, said: Measured) -> Figure:
    name = target.indicator.name if target.indicator else target.measure
    return Figure(
        group=(name.casefold(), target.unit.casefold(), said.measured_in),
        unit=target.unit,
        value=said.actual,
        is_left_out=bool(said.suppressed),
    )


def _result(target: TargetPart, said: Measured, instead: str) -> Result:
    if instead or said.actual is None:
        return Result(instead, said.measured_in, is_met=None)
    return Result(num(said.actual), said.measured_in, is_met=_is_met(target, said))


def _is_met(target: TargetPart, said: Measured) -> bool | None:
    """Judged as the Department does; not where what is left out tells which way it goes."""
    if target.indicator is None and target.baseline is None:
        return None
    return target_found(target, said).is_met
