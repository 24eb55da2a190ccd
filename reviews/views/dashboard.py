"""The Department's dashboard of a fiscal year: each figure leads to the rows behind it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.calendar import eastern_day
from districts.requests import SignedInRequest
from plans.models import Cycle
from reviews.reports.dashboard import (
    QUIET_DAYS,
    Cut,
    Dashboard,
    PartDollars,
    Side,
    SideSums,
    read_dashboard,
)
from reviews.reports.queue import Tally
from reviews.reports.turns import Duties
from reviews.views.cycle_wanted import cycles_and_wanted
from reviews.views.dashboard_lists import CUTS, NOT_NAMED, SIDES, late_row

WIDTH, GAP = 600, 3
PLACES = (  # the tab of the queue, its name here, and how it is drawn
    ("not-begun", "Not begun", "m-bg"),
    ("drafts", "Drafts", "m-soft"),
    ("returned", "Sent back", "m-warn"),
    ("to-assign", "To assign", "m-fill"),
    ("under-review", "Under review", "m-fill"),
    ("with-commissioner", "With the Commissioner", "m-fill"),
    ("approved", "Approved", "m-good"),
    ("withheld", "Withheld", "m-bad"),
    ("withdrawn", "Withdrawn", "m-bg"),
)


@dataclass(frozen=True)
class Place:
    """A stage of the year's plans: how many are there, and its part of the picture."""

    name: str
    tally: Tally
    url: str
    shade: str
    x: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Part:
    """A focus area, domain or group of object codes, and its share of all dollars."""

    part: PartDollars
    name: str
    url: str
    share: float

    @property
    def percent(self) -> str:
        return f"{self.share:.1%}"


@require_safe
def dashboard(request: SignedInRequest) -> HttpResponse:
    cycles, cycle = cycles_and_wanted(request)
    today = eastern_day(timezone.now())
    context: dict[str, Any] = {"cycles": cycles, "cycle": cycle, "today": today}
    if cycle:
        duties = Duties.of(request.user)
        found = read_dashboard(cycle, reader_id=request.user.pk, duties=duties, today=today)
        context |= {
            "found": found,
            "all": found.tallies[""],
            "places": _places(found, cycle),
            "sides": _sides(found, cycle),
            "every": found.times.get(None, SideSums()),
            "returned_url": list_url("plans", cycle, returned="1"),
            "late": [late_row(one, cycle, today) for one in found.late.things],
            "late_urls": {
                "all": list_url("late", cycle),
                "plans": list_url("late", cycle, what="plans"),
                "reports": list_url("late", cycle, what="reports"),
            },
            "cuts": [(CUTS[cut], _parts(found, cut, cycle)) for cut in Cut],
            "dollars_url": list_url("dollars", cycle),
            "quiet_url": list_url("quiet", cycle),
            "quiet_days": QUIET_DAYS,
        }
    return render(request, "reviews/dashboard.html", context)


def list_url(name: str, cycle: Cycle, **asked: str) -> str:
    query = urlencode({"fy": cycle.pk, **asked})
    return f"{reverse('reviews:dashboard_list', args=[name])}?{query}"


def _places(found: Dashboard, cycle: Cycle) -> list[Place]:
    """Side by side as wide as they are many; what has none has no part of the picture."""
    there = [tab for tab, _, _ in PLACES if found.tallies[tab].count]
    room = WIDTH - GAP * max(len(there) - 1, 0)
    places, x = [], 0.0
    for tab, name, shade in PLACES:
        tally = found.tallies[tab]
        width = round(room * tally.count / max(found.tallies[""].count, 1), 1)
        url = f"{reverse('reviews:queue')}?{urlencode({'fy': cycle.pk, 'tab': tab})}"
        places.append(Place(name, tally, url, shade, round(x, 1), width))
        x += width + GAP if tally.count else 0
    return places


def _sides(found: Dashboard, cycle: Cycle) -> list[tuple[str, SideSums, str]]:
    return [
        (SIDES[side], found.times[side], list_url("plans", cycle, side=side.value))
        for side in Side
        if side in found.times
    ]


def _parts(found: Dashboard, cut: Cut, cycle: Cycle) -> list[Part]:
    most = max((part.dollars for part in found.dollars.cuts[cut]), default=0)
    return [
        Part(
            part,
            part.name or NOT_NAMED,
            list_url("dollars", cycle, **{cut.value: part.key}),
            part.dollars / (found.dollars.all.dollars or most or 1),
        )
        for part in found.dollars.cuts[cut]
    ]
