"""Last year's targets beside what came of them, and what the State has published of each."""

from dataclasses import dataclass
from decimal import Decimal

from districts.models import District
from districts.reading.figures import Panel, panel_of
from districts.reports.offers import Offer, offers_of
from districts.words import day, num
from plans.documents import PlanDocument
from plans.documents.shape import TargetPart
from plans.models import TargetOutcome
from plans.reports.last_year import LastTarget, last_targets


@dataclass(frozen=True)
class Result:
    """A target of the plan that is read, and what the year before it aimed at and reached."""

    name: str
    now: str
    was_aimed_at: str  # empty of a target that is new
    actual: str
    source: str


@dataclass(frozen=True)
class Published:
    offer: Offer
    panel: Panel


@dataclass(frozen=True)
class Results:
    rows: list[Result]
    published: list[Published]


def results_of(document: PlanDocument, district: District, last_plan_id: int | None) -> Results:
    """Three queries, however many targets there are."""
    last = last_targets(last_plan_id) if last_plan_id else {}
    targets = list(document.targets)
    wanted = [
        (each.number, each.indicator.number if each.indicator else None, each.student_group)
        for each in targets
    ]
    offers = offers_of(district, wanted)
    by_key = {offer.key: offer for found in offers.values() for offer in found}
    return Results(
        [_result(each, last.get(each.lineage or "")) for each in targets],
        [Published(offer, panel_of(offer.series, of=district.name)) for offer in by_key.values()],
    )


def _result(target: TargetPart, last: LastTarget | None) -> Result:
    result = last.result if last else None
    return Result(
        name=f"{target.number} {target.measure}".strip(),
        now=_amount(target.target_value, target.unit),
        was_aimed_at=_amount(last.target, last.unit) if last else "",
        actual=_actual(result) if last else "",
        source=result.source if result else "",
    )


def _amount(value: Decimal | None, unit: str) -> str:
    return f"{num(value)} {unit}".strip() if value is not None else "no value"


def _actual(result: TargetOutcome | None) -> str:
    if result is None:
        return "no certified report yet"
    figure = result.suppressed if result.actual is None else num(result.actual)
    if figure:
        return f"{figure} ({result.measured_in})" if result.measured_in else figure
    expected = f", expected {day(result.available_on)}" if result.available_on else ""
    return f"no result yet{expected}"
