"""Keeping the yearly figures that the Department publishes, beside those that were there before."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from districts.models import District, PublishedFigure
from districts.services.figures_file import FigureOfYear
from districts.services.locks import hold
from districts.services.roster_cells import count_of

A_BATCH = 2000  # rows of one INSERT
SHOWN = 20  # corrected figures that are named


@dataclass(frozen=True)
class Corrected:
    """A figure that has another value, or another source, than before."""

    before: PublishedFigure
    now: FigureOfYear

    def __str__(self) -> str:
        was, now = self.before, self.now
        named = f"{now.district}, {now.measure} ({now.student_group}), FY{now.fiscal_year}"
        if was.value == now.value:
            return f"{named}: “{was.source}” → “{now.source}”"
        return f"{named}: {was.value.normalize():,f} → {now.value.normalize():,f}"


@dataclass(frozen=True)
class FiguresLoad:
    """What loading changed."""

    new: int
    corrected: tuple[Corrected, ...]
    same: int
    not_on_roster: tuple[tuple[str, int], ...]  # a district's name and its figures left out

    def lines(self) -> Iterator[str]:
        yield (
            f"{count_of(self.new, 'new figure')}, {len(self.corrected)} corrected,"
            f" {self.same} as before."
        )
        for one in self.corrected[:SHOWN]:
            yield f"  {one}"
        if len(self.corrected) > SHOWN:
            yield f"  … and {len(self.corrected) - SHOWN} more"
        for name, number in self.not_on_roster:
            yield f"Left out: {count_of(number, 'figure')} of {name}, which is not on the roster."


@transaction.atomic
def load_figures(*, figures: Sequence[FigureOfYear], at: datetime) -> FiguresLoad:
    """Keep each figure of a district on the roster; loading the same again changes nothing.

    A figure that is no longer in the files stays: only another value takes the place of one.
    """
    hold("roster")
    pk_of = dict(District.objects.values_list("edsight_code", "pk"))
    of_roster = [one for one in figures if one.edsight_code in pk_of]
    held = {
        (one.district_id, one.measure, one.student_group, one.fiscal_year): one
        for one in PublishedFigure.objects.filter(district__in=pk_of.values())
    }
    new: list[FigureOfYear] = []
    corrected: list[Corrected] = []
    for figure in of_roster:
        before = held.get((pk_of[figure.edsight_code], *figure.named[1:]))
        if before is None:
            new.append(figure)
        elif (before.value, before.source) != (figure.value, figure.source):
            corrected.append(Corrected(before, figure))
    _supersede(corrected, at=at)
    added = [*new, *(one.now for one in corrected)]
    PublishedFigure.objects.bulk_create(
        [_row(figure, pk_of[figure.edsight_code], at=at) for figure in added], batch_size=A_BATCH
    )
    same = len(of_roster) - len(added)
    return FiguresLoad(len(new), tuple(corrected), same, _left_out(figures, pk_of))


def _supersede(corrected: Iterable[Corrected], *, at: datetime) -> None:
    gone = [one.before.pk for one in corrected]
    PublishedFigure.objects.filter(pk__in=gone).update(superseded_at=at)


def _row(figure: FigureOfYear, district_id: int, *, at: datetime) -> PublishedFigure:
    return PublishedFigure(
        district_id=district_id,
        measure=figure.measure,
        student_group=figure.student_group,
        fiscal_year=figure.fiscal_year,
        value=figure.value,
        source=figure.source,
        loaded_at=at,
    )


def _left_out(
    figures: Iterable[FigureOfYear], on_roster: dict[str, int]
) -> tuple[tuple[str, int], ...]:
    counted = Counter(one.district for one in figures if one.edsight_code not in on_roster)
    return tuple(sorted(counted.items()))
