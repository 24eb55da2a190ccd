"""The rules of a progress report (R49): asked on every page of it, before it is closed, and again
before it is certified. A late report is said to be late, and is never stopped for it."""

from collections.abc import Iterator
from datetime import date

from districts.calendar import last_day
from districts.words import day
from plans.documents.fields import fields_of
from plans.documents.parts import Row
from plans.rules.base import DEFAULT, Finding, Layout, Problem, Severity, rule, run
from plans.rules.typed import BY_CONTROL, SHOWN
from progress.documents import MilestoneResult, ProgressDocument, StrategyResult, TargetActual

SECTIONS = ("report", "strategies", "targets")
SAYS_WHY = {"off_track": "off track", "discontinued": "discontinued"}


@rule(
    *("R49", Severity.STOP, "report", "An end-of-year report speaks of a year that has ended."),
    citation=DEFAULT,
    certainty="default",
    is_dated=True,
)
def the_year_has_ended(document: ProgressDocument, today: date) -> Iterator[Problem]:
    ends_on = last_day(document.fiscal_year)
    if document.period == "end_of_year" and today <= ends_on:
        yield Problem(
            f"The fiscal year ends on {day(ends_on)}: an end-of-year report is closed after that."
        )


@rule(
    *("R49", Severity.WARN, "report", "A report is certified by its due date."),
    citation=DEFAULT,
    certainty="default",
    is_dated=True,
)
def it_is_in_time(document: ProgressDocument, today: date) -> Iterator[Problem]:
    late = (today - document.due_on).days
    if late > 0:
        yield Problem(
            f"It was due on {day(document.due_on)}, {late} day{'' if late == 1 else 's'} ago."
            " It can be filed all the same, and says that it is late."
        )


@rule(
    *("R49", Severity.STOP, "strategies", "Each strategy has its status."),
    citation=DEFAULT,
    certainty="default",
)
def each_strategy_has_a_status(document: ProgressDocument) -> Iterator[Problem]:
    for each in document.strategies:
        if not each.status and "status" not in each.as_typed:
            yield Problem(f"Strategy {each.number} has no status yet.", each, "status")


@rule(
    *("R49", Severity.STOP, "strategies", "Off track or discontinued says why."),
    citation=DEFAULT,
    certainty="default",
)
def a_strategy_that_fails_says_why(document: ProgressDocument) -> Iterator[Problem]:
    for each in document.strategies:
        if each.status in SAYS_WHY and not each.sentence.strip():
            said = SAYS_WHY[each.status]
            yield Problem(
                f"Strategy {each.number} is {said}: say why, in a sentence.", each, "sentence"
            )


@rule(
    *("R49", Severity.WARN, "strategies", "Each strategy says how it goes."),
    citation=DEFAULT,
    certainty="default",
)
def each_strategy_says_how_it_goes(document: ProgressDocument) -> Iterator[Problem]:
    for each in document.strategies:
        if each.status and each.status not in SAYS_WHY and not each.sentence.strip():
            yield Problem(f"Strategy {each.number} has no sentence.", each, "sentence")


@rule(
    *("R49", Severity.WARN, "strategies", "A complete strategy has no milestone open."),
    citation=DEFAULT,
    certainty="default",
)
def what_is_complete_is_done(document: ProgressDocument) -> Iterator[Problem]:
    for each in document.strategies:
        still_open = [one.number for one in each.milestones if one.done_on is None]
        if each.status == "complete" and still_open:
            numbers = ", ".join(map(str, still_open))
            yield Problem(
                f"Strategy {each.number} is complete, and its milestone"
                f"{'' if len(still_open) == 1 else 's'} {numbers}"
                f" {'has' if len(still_open) == 1 else 'have'} no date of being done.",
                each,
                "status",
            )


@rule(
    *("R49", Severity.STOP, "strategies", "What is done was done on a day that has come."),
    citation=DEFAULT,
    certainty="default",
    is_dated=True,
)
def nothing_is_done_tomorrow(document: ProgressDocument, today: date) -> Iterator[Problem]:
    for strategy in document.strategies:
        for each in strategy.milestones:
            if each.done_on and each.done_on > today:
                yield Problem(
                    f"Strategy {strategy.number}, milestone {each.number}: {day(each.done_on)} is"
                    " still to come. Say to which day it is moved instead.",
                    each,
                    "done_on",
                )


@rule(
    *("R49", Severity.STOP, "targets", "A target has its figure with a source, or a date."),
    citation=DEFAULT,
    certainty="default",
)
def each_target_has_a_figure_or_a_date(document: ProgressDocument) -> Iterator[Problem]:
    for each in document.targets:
        if "actual" in each.unread:
            continue  # it is stopped for that
        if each.has_figure:
            if not each.source.strip():
                yield Problem(
                    f"Target {each.number}: say where the figure is from.", each, "source"
                )
            if not each.measured_in and "measured_in" not in each.as_typed:
                yield Problem(
                    f"Target {each.number}: say of which school year the figure is.",
                    each,
                    "measured_in",
                )
        elif each.available_on is None and "available_on" not in each.as_typed:
            yield Problem(
                f"Target {each.number} has no figure. Give it with its source, or the day on which"
                " it will be available.",
                each,
                "actual",
            )


@rule(
    *("R49", Severity.WARN, "targets", "A figure that is to come is to come later."),
    citation=DEFAULT,
    certainty="default",
    is_dated=True,
)
def what_is_to_come_is_ahead(document: ProgressDocument, today: date) -> Iterator[Problem]:
    for each in document.targets:
        if each.available_on and not each.has_figure and each.available_on < today:
            yield Problem(
                f"Target {each.number}: {day(each.available_on)} is past. Give the figure, or a"
                " later day.",
                each,
                "available_on",
            )


@rule(
    *("R49", Severity.WARN, "targets", "A target is measured from its baseline."),
    citation=DEFAULT,
    certainty="default",
)
def each_target_has_a_baseline(document: ProgressDocument) -> Iterator[Problem]:
    for each in document.targets:
        if not each.has_baseline:
            yield Problem(
                f"Target {each.number} has no baseline in the approved plan, so no distance can be"
                " computed from the figure. It is reported all the same.",
                each,
            )


def _unread(rows: list[tuple[str, Row]]) -> Iterator[Problem]:
    for words, row in rows:
        for field, typed in row.unread.items():
            yield Problem(f"{words}: {_not_read(row, field, typed)}", row, field)


def _not_read(row: Row, name: str, typed: str) -> str:
    shown = typed if len(typed) <= SHOWN else f"{typed[:SHOWN].rstrip()}…"
    field = next(each for each in fields_of(type(row)) if each.name == name)
    expected = field.expected or BY_CONTROL.get(field.control)
    return f"“{shown}” is not {expected}" if expected else f"“{shown}” is too long. Shorten it."


@rule(
    *("R49", Severity.STOP, "strategies", "What was typed of strategies can be read."),
    citation=DEFAULT,
    certainty="default",
)
def strategies_can_be_read(document: ProgressDocument) -> Iterator[Problem]:
    rows: list[tuple[str, Row]] = []
    for each in document.strategies:
        rows.append((f"Strategy {each.number}", each))
        rows += [
            (f"Strategy {each.number}, milestone {one.number}", one) for one in each.milestones
        ]
    return _unread(rows)


@rule(
    *("R49", Severity.STOP, "targets", "What was typed of targets can be read."),
    citation=DEFAULT,
    certainty="default",
)
def targets_can_be_read(document: ProgressDocument) -> Iterator[Problem]:
    return _unread([(f"Target {each.number}", each) for each in document.targets])


RULES = (
    the_year_has_ended,
    it_is_in_time,
    each_strategy_has_a_status,
    a_strategy_that_fails_says_why,
    each_strategy_says_how_it_goes,
    what_is_complete_is_done,
    nothing_is_done_tomorrow,
    strategies_can_be_read,
    each_target_has_a_figure_or_a_date,
    what_is_to_come_is_ahead,
    each_target_has_a_baseline,
    targets_can_be_read,
)


def _rows(document: ProgressDocument) -> Iterator[Row]:
    for strategy in document.strategies:
        yield strategy
        yield from strategy.milestones
    yield from document.targets


PLACES: dict[type[Row], str] = {
    StrategyResult: "strategy",
    MilestoneResult: "milestone",
    TargetActual: "target",
}
LAYOUT: Layout[ProgressDocument] = Layout(SECTIONS, _rows, lambda row: PLACES[type(row)])


def findings(document: ProgressDocument, today: date) -> list[Finding]:
    return run(RULES, document, LAYOUT, today=today)
