"""The grid of an expenditure report: its rows as a template shows them, each with its form."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from districts.words import money
from plans.forms.conflicts import Conflict
from plans.models import BudgetLine
from progress.documents.spending import (
    NO_CODE,
    CodePart,
    Codes,
    ExpenditureDocument,
    LinePart,
    ReportRow,
    StoredLine,
)
from progress.forms.spending import CodeForm, LineForm
from progress.models import CodeSpending

FIELDS = ("id", "version", "as_typed", "saved_at")
CODE_FIELDS = (*FIELDS, "obligated", "expended", "over_reason", "split")
LINE_FIELDS = (*FIELDS, "expended")


@dataclass
class LineRow:
    part: LinePart
    form: Any = None
    conflict: Conflict | None = None

    @property
    def title(self) -> str:
        line = self.part
        of = f" ({line.strategy})" if line.strategy else ""
        return f"Line {line.number}, {line.description}{of}: {money(line.budgeted)} approved"


@dataclass
class CodeRow:
    part: CodePart
    form: Any = None
    lines: list[LineRow] = field(default_factory=list)
    conflict: Conflict | None = None

    @property
    def is_open(self) -> bool:
        """Whether more is to be said of it than its two figures."""
        return (
            self.part.needs_a_reason
            or bool(self.part.over_reason)
            or self.part.split == "by_line"
            or any(line.conflict or line.part.as_typed for line in self.lines)
        )

    @property
    def has_lines(self) -> bool:
        """Whether its lines are written here: they are not while each gets its share."""
        return any(line.form for line in self.lines)

    @property
    def pace(self) -> float | None:
        used = (self.part.expended or 0) + (self.part.obligated or 0)
        return 100 * used / self.part.budgeted if self.part.budgeted else None

    @property
    def apart(self) -> int | None:
        """By how much its lines do not add up to it; none where it is not split by line."""
        if not self.part.is_by_line or self.part.expended is None:
            return None
        return self.part.of_lines - self.part.expended


@dataclass
class Group:
    """The codes of one hundred of one funding source, and what they add up to."""

    title: str
    rows: Sequence[CodeRow]

    @property
    def budgeted(self) -> int:
        return sum(row.part.budgeted for row in self.rows)

    @property
    def obligated(self) -> int:
        return sum(row.part.obligated or 0 for row in self.rows)

    @property
    def expended(self) -> int:
        return sum(row.part.expended or 0 for row in self.rows)

    @property
    def balance(self) -> int:
        return self.budgeted - self.expended


def groups_of(rows: Iterable[CodeRow], names: Codes) -> Iterator[Group]:
    """The rows by funding source and hundred, in the order they stand in."""
    labels = dict(BudgetLine.FundingSource.choices)
    for (source, group), found in groupby(
        rows, lambda row: (row.part.funding_source, row.part.group)
    ):
        title = f"{group} {names.get(group, NO_CODE).name}".strip()
        yield Group(title if source == "allocation" else f"{labels[source]}: {title}", list(found))


def read_rows(document: ExpenditureDocument) -> list[CodeRow]:
    """Without forms: to read."""
    return [CodeRow(code, lines=[LineRow(line) for line in code.lines]) for code in document.codes]


@dataclass(frozen=True)
class Stored:
    """The rows of a report, as its forms are filled from them."""

    codes: dict[int, CodeSpending]
    lines: dict[int, StoredLine]

    @classmethod
    def of(cls, rows: Iterable[ReportRow]) -> "Stored":
        return cls(
            {row.code.pk: row.code for row in rows},
            {line.id: line for row in rows for line in row.lines},
        )

    def code_form(self, code: CodePart, **more: Any) -> CodeForm:
        row = _columns(self.codes[code.id or 0], CODE_FIELDS)
        return CodeForm.of_row(row, prefix=f"code-{code.id}", of=code.words, **more)

    def line_form(self, line: LinePart, **more: Any) -> LineForm:
        row = _columns(self.lines[line.id or 0], LINE_FIELDS)
        return LineForm.of_row(row, prefix=f"line-{line.id}", of=f"Line {line.number}", **more)


Made = tuple[Any, Conflict | None]


def rows_with_forms(
    document: ExpenditureDocument,
    make_code: Callable[[CodePart], Made],
    make_line: Callable[[LinePart], Made],
    *,
    came_back: Collection[int] = (),
) -> list[CodeRow]:
    """Lines have forms where the code is split by line, and where one of them `came_back`, by its
    number, or holds what could not be read."""
    rows = []
    for code in document.codes:
        form, conflict = make_code(code)
        is_written = code.is_by_line or any(
            line.as_typed or line.id in came_back for line in code.lines
        )
        lines = [
            LineRow(line, *make_line(line)) if is_written else LineRow(line) for line in code.lines
        ]
        rows.append(CodeRow(code, form, lines, conflict))
    return rows


def _columns(row: CodeSpending | StoredLine, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
