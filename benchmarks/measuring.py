"""Measures pages in rounds, each beside an empty view of its round, and counts what they ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from benchmarks.aims import EMPTY_SPREAD
from benchmarks.browser import Browser, Cost, cost_of, session_of
from benchmarks.pages import Page

ROUNDS = 7
SAMPLES = 5  # of a page, and of the empty view between them, in each round
WARM_UP = 6  # requests: every worker has seen every page


class Unsteady(Exception):
    """The machine was too busy with other things to judge anything. The message says how busy."""


@dataclass(frozen=True)
class Measured:
    """A page at one size of the database: times as multiples of the empty view's."""

    ratios: tuple[float, ...]  # of the rounds
    milliseconds: float
    cost: Cost

    @property
    def times(self) -> float:
        return median(self.ratios)


def measure(pages: Iterable[Page], *, port: int) -> tuple[dict[str, Measured], list[float]]:
    """Every page by its name, and the empty view's median of each round in milliseconds."""
    pages = list(pages)
    people = {page.user.pk: page.user for page in pages if page.user}
    sessions: dict[int | None, str] = {pk: session_of(user) for pk, user in people.items()}
    browsers = {
        page.name: Browser(port, sessions.get(page.user.pk if page.user else None))
        for page in pages
    }
    somebody = Browser(port, next(iter(sessions.values())))  # a stranger has no empty view
    for page in pages:
        for _ in range(WARM_UP):
            browsers[page.name].milliseconds(page)
    rounds = [
        {page.name: _pairs(page, browsers[page.name], somebody) for page in pages}
        for _ in range(ROUNDS)
    ]
    found = {
        page.name: Measured(
            ratios=tuple(_ratio(each[page.name]) for each in rounds),
            milliseconds=median(shown for each in rounds for shown, _ in each[page.name]),
            cost=cost_of(page),
        )
        for page in pages
    }
    empties = [median(empty for pairs in each.values() for _, empty in pairs) for each in rounds]
    return found, empties


def check_steady(empties: list[float]) -> float:
    """The slowest round of the empty view by the fastest.

    Raises:
        Unsteady: they are too far apart.
    """
    spread = max(empties) / min(empties)
    if spread > EMPTY_SPREAD:
        raise Unsteady(
            f"The empty view took {min(empties):.1f} to {max(empties):.1f} ms, {spread:.2f} times"
            f" apart; more than {EMPTY_SPREAD} judges nothing. Run it again on a quiet machine."
        )
    return spread


def _pairs(page: Page, browser: Browser, somebody: Browser) -> list[tuple[float, float]]:
    beside = browser if page.user else somebody
    return [(browser.milliseconds(page), beside.empty()) for _ in range(SAMPLES)]


def _ratio(pairs: list[tuple[float, float]]) -> float:
    return median(shown for shown, _ in pairs) / median(empty for _, empty in pairs)
