"""A picture of the line of sight: bands of dollars, and lines to the targets that are served.

Its height grows with what it shows; the table beside it has every figure and every word whole.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from districts.words import money
from progress.models import Implementation
from reviews.reports.ledger import Came, End, Sight, Through

WIDTH = 980
AREA, THROUGH, KNOT, END, RESULT = 196, 352, 556, 652, 862  # where each column begins
HEAD, SLOT, DOLLARS_TALL = 26, 34, 170  # a slot has room for two lines of words
WORDS = {"area": 25, "through": 27, "end": 29}  # about as many letters as there is room for
TONES = {Came.MET: "good", Came.PART_WAY: "warn", Came.FELL_BACK: "bad", Came.NOT_MET: "bad"}
NO_AREA, NO_STRATEGY = "No focus area", "No strategy named"


@dataclass(frozen=True)
class Node:
    y: float  # of its top
    height: float
    name: str
    note: str

    @property
    def middle(self) -> float:
        return round(self.y + self.height / 2, 1)

    @property
    def name_at(self) -> float:
        return round(self.middle - 2, 1)

    @property
    def note_at(self) -> float:
        return round(self.middle + 12, 1)


@dataclass(frozen=True)
class Result:
    y: float
    name: str
    words: str
    tone: str


@dataclass(frozen=True)
class Thread:
    path: str
    is_off: bool


@dataclass(frozen=True)
class Flow:
    title: str
    description: str
    through_head: str
    areas: tuple[Node, ...]
    through: tuple[Node, ...]
    ends: tuple[Result, ...]
    ribbons: tuple[str, ...]
    threads: tuple[Thread, ...]
    height: float
    width: int = WIDTH


def flow_of(sight: Sight, *, of: str, through_head: str) -> Flow | None:
    """None where there is nothing to show."""
    if not sight.through:
        return None
    scale = DOLLARS_TALL / max(sight.dollars, 1)
    of_areas = ((sight.dollars_of_area(area), _area(sight, area)) for area in sight.areas)
    areas = _nodes(of_areas, scale)
    through = _nodes(((each.dollars, _through(each)) for each in sight.through), scale)
    ends = _ends(sight.ends)
    lowest = [*(node.y + node.height for node in (*areas, *through)), *(end.y for end in ends)]
    return Flow(
        title=f"Line of sight, {of}",
        description=_said(sight),
        through_head=through_head,
        areas=tuple(areas),
        through=tuple(through),
        ends=tuple(ends),
        ribbons=tuple(_ribbons(sight, areas, through, scale)),
        threads=tuple(_threads(sight, through, ends)),
        height=round(max(lowest) + SLOT / 2, 1),
    )


def result_words(end: End) -> str:
    """“Met”, or of several targets how many were, and how many have no figure."""
    if len(end.targets) == 1:
        return str(end.targets[0].came)
    judged = sum(target.is_met is not None for target in end.targets)
    if not judged:
        return f"0 of {len(end.targets)} have a figure"
    return f"{end.came[Came.MET]} of {judged} met"


def through_name(each: Through) -> str:
    if not each.name and each.number is None:
        return NO_STRATEGY
    return each.name if each.number is None else f"{each.number} {each.name}"


def _nodes(parts: Iterable[tuple[int, tuple[str, str]]], scale: float) -> list[Node]:
    """One below the other, each as high as its dollars, with room for its words."""
    nodes, top = [], float(HEAD)
    for dollars, (name, note) in parts:
        height = dollars * scale
        slot = max(SLOT, height + SLOT / 4)
        nodes.append(Node(round(top + (slot - height) / 2, 1), round(height, 1), name, note))
        top += slot
    return nodes


def _area(sight: Sight, area: int | None) -> tuple[str, str]:
    name = sight.areas[area] or NO_AREA
    return _cut(name, WORDS["area"]), money(sight.dollars_of_area(area))


def _through(each: Through) -> tuple[str, str]:
    note = money(each.dollars)
    if each.strategies > 1:
        note += f" · {each.strategies} strategies"
    if each.status:
        note += f" · {Implementation(each.status).label.lower()}"
    return _cut(through_name(each), WORDS["through"]), note


def _ends(ends: Iterable[End]) -> list[Result]:
    results = []
    for place, end in enumerate(ends):
        tone = TONES.get(end.targets[0].came, "none") if len(end.targets) == 1 else "none"
        name = _cut(f"{end.number} {end.name}".strip() or "No indicator", WORDS["end"])
        results.append(Result(HEAD + SLOT * (place + 0.5), name, result_words(end), tone))
    return results


def _ribbons(sight: Sight, areas: list[Node], through: list[Node], scale: float) -> Iterator[str]:
    """Each from its area, below those before it, to its strategy."""
    out = {area: node.y for area, node in zip(sight.areas, areas, strict=True)}
    for each, node in zip(sight.through, through, strict=True):
        into = node.y
        for area in sight.areas:
            height = each.by_area.get(area, 0) * scale
            if height:
                yield _band(out[area], into, height)
                out[area] += height
                into += height


def _band(start: float, end: float, height: float) -> str:
    left, right = AREA + 12, THROUGH
    bend = (left + right) / 2
    top = f"M{left} {start:.1f}C{bend} {start:.1f} {bend} {end:.1f} {right} {end:.1f}"
    low_end, low_start = end + height, start + height
    below = f"C{bend} {low_end:.1f} {bend} {low_start:.1f} {left} {low_start:.1f}"
    return f"{top}V{low_end:.1f}{below}Z"


def _threads(sight: Sight, through: list[Node], ends: list[Result]) -> Iterator[Thread]:
    at = {end.key: result.y for end, result in zip(sight.ends, ends, strict=True)}
    for each, node in zip(sight.through, through, strict=True):
        for key in each.ends:
            start, end = node.middle, at[key]
            path = (
                f"M{KNOT} {start:.1f}C{KNOT + 48} {start:.1f} {END - 40} {end:.1f} {END} {end:.1f}"
            )
            yield Thread(path, each.is_discontinued)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _said(sight: Sight) -> str:
    """What the picture shows, for who does not see it."""
    came = Counter(target.came for end in sight.ends for target in end.targets)
    judged = sum(target.is_met is not None for end in sight.ends for target in end.targets)
    verb = "spent" if sight.is_spent else "budgeted; nothing is reported as spent yet"
    return (
        f"{money(sight.dollars)} {verb}, in {len(sight.areas)} focus areas; {came.total()} targets,"
        f" {came[Came.MET]} of {judged} with a figure met. Every value is in the table below."
    )
