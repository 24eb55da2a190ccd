"""What stands beside the form of a row and is no part of its text.

What it serves and is served by, each a link; beside a target also what the district published of
its indicator, which a button takes as the baseline: it fills the fields of the form, and saves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import QueryDict
from django.urls import reverse

from districts.measures import Unit
from districts.reading.figures import HOW_SURE, Panel, panel_of
from districts.reports.offers import Offer, offer_as_shown, offers_of
from districts.requests import SignedInRequest
from plans.documents import Draft
from plans.documents.shape import ObjectivePart, StrategyPart, TargetPart
from plans.reading.served import of_objective, served_by, serving, unserved
from plans.views.editor import row_url

NAMED_BY = {
    Unit.PERCENT: ("percent", "per cent", "%"),
    Unit.INDEX: ("index",),
    Unit.INDEX_POINTS: ("point", "index"),
}
USE = "published"  # the button that takes a published figure as the baseline


@dataclass(frozen=True)
class Link:
    words: str
    url: str


@dataclass(frozen=True)
class Published:
    """A measure of the target's indicator over the years, and its last figure to be taken."""

    offer: Offer
    panel: Panel
    is_taken: bool  # the target begins at it
    other_unit: str  # in which the target is counted, where that is not the figure's

    @property
    def how_sure(self) -> str:
        return HOW_SURE[self.offer.certainty]

    @property
    def baseline(self) -> str:
        return f"{self.offer.value:f}"


@dataclass(frozen=True)
class Beside:
    """`linked` are strategies beside a target or an objective, and targets beside a strategy."""

    kind: str
    linked: list[Link]
    unserved: list[Link]  # targets that no strategy serves
    published: list[Published] | None = None  # none where no indicator is chosen


def beside_of(draft: Draft, kind_key: str, row_id: int) -> Beside | None:
    """None for a kind of row that has nothing beside it. A target asks one query."""
    if kind_key == "target":
        part = next(each for each in draft.document.targets if each.id == row_id)
        return _of_target(draft, part)
    if kind_key == "objective":
        whole = next(each for each in draft.document.objectives if each.id == row_id)
        return _of_objective(draft, whole)
    if kind_key == "strategy":
        strategy = next(each for each in draft.document.strategies if each.id == row_id)
        linked = _targets(draft, served_by(draft.document, strategy))
        return Beside(kind_key, linked, [])
    return None


def figures_url(draft: Draft) -> str:
    return reverse("districts:figures", args=[draft.plan.district.slug])


def _of_target(draft: Draft, target: TargetPart) -> Beside:
    served = serving(draft.document)
    return Beside(
        "target",
        _strategies(draft, served[target.lineage]),
        _targets(draft, unserved([target], served)),
        _published(draft, target) if target.indicator else None,
    )


def _of_objective(draft: Draft, objective: ObjectivePart) -> Beside:
    served = serving(draft.document)
    return Beside(
        "objective",
        _strategies(draft, of_objective(objective, served)),
        _targets(draft, unserved(objective.targets, served)),
    )


def _published(draft: Draft, target: TargetPart) -> list[Published]:
    district = draft.plan.district
    number = target.indicator.number if target.indicator else None
    offers = offers_of(district, [("", number, target.student_group)])[""]
    return [
        Published(
            offer,
            panel_of(offer.series, of=district.name),
            (target.baseline, target.baseline_year) == (offer.value, offer.school_year),
            "" if _is_counted_in(target.unit, offer) else target.unit,
        )
        for offer in offers
    ]


def _is_counted_in(unit: str, offer: Offer) -> bool:
    """Whether a unit, as a district words it, may be that of the figure. An empty one may."""
    words, said = NAMED_BY.get(offer.series.measure.unit, ()), unit.casefold()
    return not (said and words) or any(word in said for word in words)


def _strategies(draft: Draft, found: Iterable[StrategyPart]) -> list[Link]:
    return [
        Link(
            f"Strategy {each.number} · {each.title or 'Without a title'}",
            row_url(draft, "strategy", each.id or 0),
        )
        for each in found
    ]


def _targets(draft: Draft, found: Iterable[TargetPart]) -> list[Link]:
    return [
        Link(
            f"Target {each.number} · {each.measure or 'Not described yet'}",
            row_url(draft, "target", each.id or 0),
        )
        for each in found
    ]


def with_figure(request: SignedInRequest, draft: Draft) -> tuple[QueryDict, Offer | None]:
    """What was sent, with the published figure whose button was pressed in the fields it fills.

    The figure as the page showed it: where another was published meanwhile, nothing is filled.
    """
    offer = offer_as_shown(draft.plan.district, request.POST.get(USE, ""))
    if offer is None:
        return request.POST, None
    data = request.POST.copy()
    data["baseline"] = f"{offer.value:f}"
    data["baseline_year"] = offer.school_year
    data["data_source"] = offer.cited
    return data, offer


def say_figure(request: SignedInRequest, offer: Offer | None, row: Any) -> None:
    """Once it is saved: that the target begins there; or that there is no such figure any more."""
    if offer is None:
        messages.error(
            request,
            "That figure was published anew since you opened the page, so the baseline is as it"
            " was. The figures below are those of now.",
        )
    elif (row.baseline, row.baseline_year) == (offer.value, offer.school_year):
        messages.success(
            request,
            f"The baseline is {offer.value:f} of {offer.school_year} now, as published."
            " Its year and source are filled in too.",
        )
