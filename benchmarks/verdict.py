"""What the measurements mean beside the aims, as the table that docs/performance.md keeps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.aims import MORE_DATA, MORE_TIME, WORKER_MEGABYTES
from benchmarks.measuring import Measured
from benchmarks.pages import Page

HEAD = (
    "| page | × empty (rounds) | ms | aim | not acceptable | queries (at most) | rows | bytes |"
    " growth: time, rows, bytes | |"
)


@dataclass(frozen=True)
class Line:
    """One page at every size of the database, the smallest first."""

    page: Page
    sizes: Sequence[Measured]

    @property
    def last(self) -> Measured:
        return self.sizes[-1]

    @property
    def first(self) -> Measured:
        """What growth counts from: of a list, the size before, which fills its page already."""
        return self.sizes[-2:][0] if self.page.is_list else self.sizes[0]

    @property
    def growth(self) -> tuple[float, float, float]:
        first, last = self.first, self.last
        return (
            last.times / first.times,
            last.cost.rows / first.cost.rows,
            last.cost.bytes / max(first.cost.bytes, 1) if first.cost.bytes else 1.0,
        )

    @property
    def faults(self) -> list[str]:
        """Why it is not acceptable; none if it is."""
        aim, (time, rows, size) = self.page.aim, self.growth
        queries = {measured.cost.queries for measured in self.sizes}
        return [
            words
            for is_fault, words in (
                (self.last.times > aim.not_acceptable, f"over × {aim.not_acceptable:g}"),
                (max(queries) > aim.queries, f"over {aim.queries} queries"),
                (len(queries) > 1, "queries grow"),
                (time > MORE_TIME, "time grows"),
                (rows > MORE_DATA, "rows grow"),
                (size > MORE_DATA, "bytes grow"),
            )
            if is_fault
        ]

    @property
    def verdict(self) -> str:
        if self.faults:
            return "NOT ACCEPTABLE: " + ", ".join(self.faults)
        return "within its aim" if self.last.times <= self.page.aim.times else "acceptable"


def lines_of(pages: Sequence[Page], sizes: Sequence[Mapping[str, Measured]]) -> list[Line]:
    return [Line(page, [size[page.name] for size in sizes]) for page in pages]


def table(lines: Sequence[Line]) -> Iterator[str]:
    yield HEAD
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for line in lines:
        last, aim = line.last, line.page.aim
        growth = ", ".join(f"× {each:.2f}" for each in line.growth)
        yield (
            f"| {line.page.name} | {last.times:.1f} ({min(last.ratios):.1f}–{max(last.ratios):.1f})"
            f" | {last.milliseconds:.1f} | {aim.times:g} | {aim.not_acceptable:g}"
            f" | {last.cost.queries} ({aim.queries}) | {last.cost.rows} | {last.cost.bytes:,}"
            f" | {growth} | {line.verdict} |"
        )


def summary(lines: Sequence[Line], *, worker_megabytes: float | None) -> tuple[str, bool]:
    """The last line, and whether everything is acceptable."""
    bad = [line for line in lines if line.faults]
    within = [line for line in lines if line.verdict == "within its aim"]
    is_fat = worker_megabytes is not None and worker_megabytes > WORKER_MEGABYTES
    memory = "" if worker_megabytes is None else f"; {worker_megabytes:.0f} MB a worker"
    memory += f", over {WORKER_MEGABYTES}" if is_fat else ""
    words = (
        f"{len(lines)} pages: {len(within)} within their aim,"
        f" {len(lines) - len(within) - len(bad)} acceptable, {len(bad)} not acceptable{memory}."
    )
    return words, not bad and not is_fat
