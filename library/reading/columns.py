"""What the public’s tables hold: each column once, for the files and for their dictionary."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from library.reading.results import Result, Said, results_shown
from library.reading.text import PublicText
from plans.documents.shape import LinePart, StrategyPart, TargetPart

Value = str | int | float | None
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Column:
    name: str
    kind: str  # text, whole US dollars, number, date, yes or no
    words: str


@dataclass(frozen=True)
class Table:
    """`rows` makes them of a text and of what is reported of it; none where they are of the
    publication itself."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[PublicText, Said], Iterable[Row]] | None = None
    has_results: bool = False

    @property
    def all_columns(self) -> tuple[Column, ...]:
        return (*OF_EVERY_ROW, *self.columns)


OF_EVERY_ROW = (
    Column("district_code", "text", "The Department’s code of the district, seven digits."),
    Column("district", "text", "Name of the district."),
    Column("fiscal_year", "number", "Year in which the fiscal year ends: 2027 ends June 30, 2027."),
    Column("version", "number", "Version of the plan that is public."),
)


def _lines(text: PublicText, said: Said) -> Iterable[Row]:
    titles = {each.lineage: each for each in text.document.strategies}
    for line in text.document.lines:
        yield _line(line, titles.get(line.strategy or ""))


def _line(line: LinePart, strategy: StrategyPart | None) -> Row:
    area, code = line.focus_area, line.object_code
    return (
        line.number,
        line.description,
        strategy.number if strategy else None,
        strategy.title if strategy else None,
        area.number if area else None,
        area.short_name if area else None,
        code.code if code else None,
        code.name if code else None,
        line.funding_source,
        line.line_kind,
        _plain(line.quantity),
        _plain(line.unit_cost),
        line.amount,
        line.grades,
        _yes(line.previously_locally_funded),
        line.narrative,
    )


def _targets(text: PublicText, said: Said) -> Iterable[Row]:
    results = results_shown(text, said)
    for objective in text.document.objectives:
        for target in objective.targets:
            yield (
                *_target(objective.statement, target),
                *_result(results.get(target.number)),
            )


def _target(objective: str, target: TargetPart) -> Row:
    return (
        target.number,
        objective,
        target.indicator.name if target.indicator else None,
        target.measure,
        target.student_group,
        _plain(target.baseline),
        _yes(target.is_suppressed("baseline")),
        target.baseline_year,
        _plain(target.target_value),
        target.unit,
        _day(target.due_on),
        target.data_source,
    )


def _result(result: Result | None) -> Row:
    if result is None:
        return (None,) * 4
    is_met = None if result.is_met is None else _yes(result.is_met)
    return (_plain(result.value), _yes(result.is_suppressed), result.measured_in, is_met)


def _strategies(text: PublicText, said: Said) -> Iterable[Row]:
    for each in text.document.strategies:
        yield (
            each.number,
            each.title,
            each.domain.name if each.domain else None,
            "; ".join(str(area.number) for area in each.focus_areas),
            each.owner,
            _day(each.starts_on),
            _day(each.ends_on),
            each.schools,
            sum(line.amount or 0 for line in text.document.lines_of(each)),
            each.description,
        )


def _plain(value: Decimal | None) -> Value:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


PLANS = Table(
    "plans",
    "Plans, one a row",
    (
        Column("status", "text", "Where the plan stands, in the words of its page."),
        Column("submitted_on", "date", "Day on which this version was submitted."),
        Column("published_on", "date", "Day on which it was made public as it stands."),
        Column("decided_on", "date", "Day of the decision whose letter is public; else empty."),
        Column("passages_removed", "number", "Passages removed to protect people."),
        Column("fingerprint", "text", "SHA-256 of the signed text, from which nothing is removed."),
        Column("address", "text", "The plan’s public page."),
    ),
)
LINES = Table(
    "lines",
    "Budget lines, one a row",
    (
        Column("line", "number", "Number of the line in the plan."),
        Column("pays_for", "text", "What it pays for, in the district’s words."),
        Column("strategy", "number", "Number of the strategy that it serves."),
        Column("strategy_title", "text", "Its title."),
        Column("focus_area", "number", "Focus area of § 10-262u(d) by its number."),
        Column("focus_area_name", "text", "Its short name."),
        Column("object_code", "text", "Object code of the ED114."),
        Column("object_code_name", "text", "Its name."),
        Column("funding_source", "text", "allocation, carry_forward or other."),
        Column("kind", "text", "ordinary, team_stipend, head_start or magnet_tuition."),
        Column("quantity", "number", "Positions, days, beginning teachers; may be empty."),
        Column("unit_cost", "number", "US dollars for each; may be empty."),
        Column("amount", "whole US dollars", "Planned; what was spent is reported apart."),
        Column("grades", "text", "Grades that the line names."),
        Column("previously_locally_funded", "yes or no", "Whether local funds paid for it before."),
        Column("narrative", "text", "What is bought, for whom, and why."),
    ),
    _lines,
)
TARGETS = Table(
    "targets",
    "Performance targets, one a row",
    (
        Column("target", "text", "Number in the plan: 1.2 is the second of the first objective."),
        Column("objective", "text", "The objective, in the district’s words."),
        Column("indicator", "text", "Accountability indicator of the State."),
        Column("measure", "text", "What exactly is measured."),
        Column("student_group", "text", "Of whom."),
        Column("baseline", "number", "Where it starts; empty where it is suppressed or not known."),
        Column(
            "is_baseline_suppressed", "yes or no", "Whether it is left out, for students’ sake."
        ),
        Column("baseline_year", "text", "School year of the baseline."),
        Column("target_value", "number", "What is to be reached."),
        Column("unit", "text", "Percent, index points, and so on."),
        Column("due_on", "date", "By when."),
        Column("data_source", "text", "Where the figures come from."),
        Column(
            "result",
            "number",
            "What it came to, as the last certified progress report of an approved plan says; empty"
            " where there is none yet, or it is suppressed.",
        ),
        Column(
            "is_result_suppressed",
            "yes or no",
            "Whether there is a result that is left out, for students’ sake; empty where there is"
            " none yet.",
        ),
        Column("result_year", "text", "School year of the result."),
        Column(
            "is_target_met",
            "yes or no",
            "Whether the result is at the target or beyond, in the indicator’s direction; empty"
            " where that would tell what is left out, or there is nothing to judge.",
        ),
    ),
    _targets,
    has_results=True,
)
STRATEGIES = Table(
    "strategies",
    "Strategies, one a row",
    (
        Column("strategy", "number", "Number in the plan."),
        Column("title", "text", "In the district’s words."),
        Column("domain", "text", "Domain of the Department’s framework."),
        Column("focus_areas", "text", "Numbers of its focus areas, parted by semicolons."),
        Column("owner", "text", "Position that answers for it."),
        Column("starts_on", "date", "First day."),
        Column("ends_on", "date", "Last day."),
        Column("schools", "text", "Where."),
        Column("amount", "whole US dollars", "Of all its budget lines, of every source."),
        Column("description", "text", "What will happen."),
    ),
    _strategies,
)
TABLES = {each.name: each for each in (PLANS, TARGETS, STRATEGIES, LINES)}
