"""Rules over an expenditure report (R47, R51, R52)."""

from collections.abc import Iterable, Iterator
from datetime import date

from districts.words import day, money
from plans.documents.parts import Row
from plans.rules.base import DEFAULT, PRACTICE, Finding, Layout, Problem, Rule, Severity, rule, run
from progress.documents.spending import (
    OVER_PERCENT,
    CodePart,
    ExpenditureDocument,
    LinePart,
)

Problems = Iterator[Problem]
FIGURES = {"obligated": "what is obligated", "expended": "what was spent"}


@rule(
    *("R47", Severity.STOP, "spending", "What is obligated and expended is said, zero included."),
    citation=PRACTICE,
    certainty="practice",
)
def every_figure_is_said(document: ExpenditureDocument) -> Problems:
    for code in document.codes:
        unsaid = [
            field
            for field in FIGURES
            if getattr(code, field) is None and field not in code.as_typed
        ]
        if unsaid:
            said = " and ".join(FIGURES[field] for field in unsaid)
            sentence = f"{code.words}: say {said}; write 0 if it is nothing."
            yield Problem(sentence, code, unsaid[0])


@rule(
    *("", Severity.STOP, "spending", "Every figure can be read."),
    citation=DEFAULT,
    certainty="default",
)
def every_figure_is_read(document: ExpenditureDocument) -> Problems:
    for row in rows_of(document):
        for field, typed in row.as_typed.items():
            yield Problem(
                f"{name_of(row)}: “{typed}” is not an amount. Write whole dollars of $0 or more.",
                row,
                field,
            )


@rule(
    *("R52", Severity.STOP, "spending", "More than 10% over the budget needs a reason."),
    citation=DEFAULT,
    certainty="default",
)
def what_is_over_has_a_reason(document: ExpenditureDocument) -> Problems:
    for code in document.codes:
        if code.needs_a_reason and not code.over_reason.strip():
            yield Problem(f"{code.words}: {over_in_words(code)}. Say why.", code, "over_reason")


def over_in_words(code: CodePart) -> str:
    over = f"spent {money(code.over)} over the approved {money(code.budgeted)}"
    if not code.budgeted:
        return f"{over}: the plan has no line with this object code"
    return f"{over} ({code.over / code.budgeted:.1%}), which is more than {OVER_PERCENT}%"


@rule(
    *("R52", Severity.STOP, "spending", "No more is expended than is authorized."),
    citation=DEFAULT,
    certainty="default",
)
def spending_is_within_what_is_authorized(document: ExpenditureDocument) -> Problems:
    over = document.expended - document.authorized.total
    if over > 0:
        yield Problem(
            f"{money(document.expended)} is spent and {money(document.authorized.total)} is"
            f" authorized: {money(over)} too much. What is above it was paid from other money,"
            " and does not belong here."
        )


@rule(
    *("R52", Severity.STOP, "spending", "Lines add up to their object code where split by line."),
    citation=DEFAULT,
    certainty="default",
)
def lines_add_up(document: ExpenditureDocument) -> Problems:
    for code in document.codes:
        if not code.is_by_line or code.expended is None:
            continue
        if unsaid := [line for line in code.lines if _is_unsaid(line)]:
            for line in unsaid:
                yield Problem(
                    f"{name_of(line)}: say what was spent; write 0 if it is nothing.",
                    line,
                    "expended",
                )
            continue
        apart = code.of_lines - code.expended
        if apart:
            more = "more" if apart > 0 else "less"
            yield Problem(
                f"{code.words}: its lines add up to {money(code.of_lines)},"
                f" {money(abs(apart))} {more} than the {money(code.expended)} spent.",
                code,
                "expended",
            )


@rule(
    *("R47", Severity.STOP, "spending", "A report is closed once its period is over."),
    citation=PRACTICE,
    certainty="practice",
    is_dated=True,
)
def its_period_is_over(document: ExpenditureDocument, today: date) -> Problems:
    if today <= document.as_of:
        yield Problem(f"The report is as of {day(document.as_of)}: close it once that day is over.")


@rule(
    *("R47", Severity.WARN, "spending", "What was spent is no less than the last report said."),
    citation=PRACTICE,
    certainty="practice",
)
def nothing_is_less_than_before(document: ExpenditureDocument) -> Problems:
    for code in document.codes:
        if code.before is not None and code.expended is not None and code.expended < code.before:
            yield Problem(
                f"{code.words}: {money(code.expended)} spent is less than the {money(code.before)}"
                " of the last report. Figures are cumulative since July 1.",
                code,
                "expended",
            )


@rule(
    *(
        "R52",
        Severity.WARN,
        "spending",
        "What is expended and obligated is within what is authorized.",
    ),
    citation=DEFAULT,
    certainty="default",
)
def no_more_is_ordered_than_is_authorized(document: ExpenditureDocument) -> Problems:
    ordered = document.expended + document.obligated
    over = ordered - document.authorized.total
    if over > 0 and document.expended <= document.authorized.total:
        yield Problem(
            f"{money(ordered)} is spent or obligated, {money(over)} more than the"
            f" {money(document.authorized.total)} authorized. The rest will have to be paid from"
            " other money."
        )


@rule(
    *("R53", Severity.WARN, "spending", "The approved lines add up to what is authorized."),
    citation="§ 10-262u(h)",
    certainty="law",
)
def the_budget_is_what_is_authorized(document: ExpenditureDocument) -> Problems:
    apart = document.authorized.total - document.budgeted
    if apart and document.budgeted:
        less = "less" if apart > 0 else "more"
        yield Problem(
            f"The approved lines add up to {money(document.budgeted)}, {money(abs(apart))} {less}"
            f" than the {money(document.authorized.total)} authorized now. A revision of the plan"
            " puts that right; what is not spent is carried forward whole."
        )


RULES: list[Rule[ExpenditureDocument]] = [
    every_figure_is_said,
    every_figure_is_read,
    what_is_over_has_a_reason,
    spending_is_within_what_is_authorized,
    lines_add_up,
    its_period_is_over,
    nothing_is_less_than_before,
    no_more_is_ordered_than_is_authorized,
    the_budget_is_what_is_authorized,
]


def findings_of(document: ExpenditureDocument, *, today: date) -> list[Finding]:
    return run(RULES, document, LAYOUT, today=today)


def rows_of(document: ExpenditureDocument) -> Iterable[Row]:
    for code in document.codes:
        yield code
        yield from code.lines


def _is_unsaid(line: LinePart) -> bool:
    return line.expended is None and "expended" not in line.as_typed


def name_of(row: Row) -> str:
    """An object code or a budget line, as sentences and links name it."""
    if isinstance(row, CodePart):
        return row.words
    return f"Line {row.number}, {row.description}" if isinstance(row, LinePart) else ""


def place_of(row: Row) -> str:
    return "line" if isinstance(row, LinePart) else "code"


LAYOUT: Layout[ExpenditureDocument] = Layout(["spending"], rows_of, place_of)
