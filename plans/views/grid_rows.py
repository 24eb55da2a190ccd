"""The rows of the budget's grid as its template shows them, a page at a time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID, uuid4

from django.core.paginator import Page, Paginator
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from plans.documents import Draft
from plans.forms.conflicts import Conflict
from plans.forms.drafting import area_choices, write_carried
from plans.forms.grid import NOT_STORED, GridLineForm, prefix_of
from plans.services import LineFault, SavedLines
from plans.views.editor import row_urls
from plans.views.saving import Unread, shown_again, unread_in

A_PAGE = 40  # lines: with their fields it stays below what Django takes of one form
BLANK = 3  # lines that wait to be written, after the last
STAND_IN = UUID(int=0)
LONGEST = 60  # characters of a strategy's title within a cell
NONE_YET = ("", "Choose")
CELLS = (
    "description",
    "strategy",
    "focus_area",
    "object_code",
    "funding_source",
    "quantity",
    "unit_cost",
    "amount",
    "narrative",
)


@dataclass
class GridRow:
    """One line: what stands in its cells, and what they were filled from."""

    lineage: str
    number: str  # “Line 3”
    values: Mapping[str, str]  # by field, as it is shown
    version: int = 0
    carried: str = ""  # what each cell was filled from, as a hidden field carries it
    errors: dict[str, list[str]] = field(default_factory=dict)  # by field
    url: str = ""  # of its own page, once it is stored
    is_carried: bool = False
    reason: str = ""  # why it is retired, where it came from last year's plan
    conflict: Conflict | None = None
    is_gone: bool = False  # it was removed while it was written here
    unread: list[Unread] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        return prefix_of(self.lineage)

    @property
    def is_open(self) -> bool:
        """Whether a field that is not among the cells asks for something."""
        return bool(set(self.errors) - {*CELLS})

    @property
    def said_beside(self) -> int:
        """How many fields that are not among the cells hold anything."""
        is_special = self.values["line_kind"] not in {"", "ordinary"}
        more = {*self.values} - {*CELLS, "line_kind"}
        return is_special + sum(bool(self.values[name]) for name in more)

    @classmethod
    def of_form(cls, form: GridLineForm, number: str) -> "GridRow":
        """A line that came back, or that holds what could not be read."""
        return cls(
            str(form.lineage),
            number,
            {name: next(iter(form.sent(name)), "") for name in form.fields},
            form.version,
            form.carried,
            {name: list(map(str, said)) for name, said in form.errors.items()},
            reason=form.reason,
            unread=unread_in([form]),
        )


@dataclass(frozen=True)
class Sent:
    """What came back of a page of the grid, by lineage, and what came of it."""

    forms: Mapping[UUID, GridLineForm]
    done: SavedLines | None = None
    faults: tuple[LineFault, ...] = ()


def page_of(draft: Draft, number: Any) -> Page:
    """A page of the stored lines, as they stand."""
    return Paginator(draft.rows["line"], A_PAGE).get_page(number)


def rows_of(draft: Draft, page: Page, sent: Sent | None = None) -> list[GridRow]:
    """The lines of the page, then those that came back and are stored nowhere, then blank ones."""
    shown = Shown(draft, sent or Sent({}))
    rows = [shown.stored(each) for each in page]
    there = {each["lineage"] for each in draft.rows["line"]}
    rows += [shown.unstored(each) for each in shown.sent.forms if str(each) not in there]
    if not page.has_next():
        rows += [shown.blank(uuid4()) for _ in range(BLANK)]
    return rows


class Shown:
    """Makes the rows of a page. A form for each would take most of the page's time, so one reads
    the values of all lines that nobody sent and that hold nothing unreadable."""

    def __init__(self, draft: Draft, sent: Sent) -> None:
        self.draft, self.sent = draft, sent
        self.reader = GridLineForm.of_row(NOT_STORED, draft=draft, prefix=prefix_of(STAND_IN))
        self.numbers = {line.lineage: line.number for line in draft.document.lines}
        self.url = row_urls(draft, "line")

    def stored(self, row: dict[str, Any]) -> GridRow:
        lineage = UUID(row["lineage"])
        form, conflict = self._form(lineage, row)
        number = f"Line {self.numbers[row['lineage']]}"
        shown = self._read(row, number) if form is None else GridRow.of_form(form, number)
        shown.url = self.url(row["id"])
        shown.is_carried = bool(row.get("carried"))
        shown.conflict = conflict
        if form is not None and lineage in self.sent.forms:
            shown.reason = self.sent.forms[lineage].reason
        return self._with_faults(shown)

    def _form(
        self, lineage: UUID, row: dict[str, Any]
    ) -> tuple[GridLineForm | None, Conflict | None]:
        came = self.sent.forms.get(lineage)
        if came is not None:
            saved = self.sent.done.saved.get(lineage) if self.sent.done else None
            form, conflict = shown_again(came, row, saved, self.draft)
            return cast(GridLineForm, form), conflict
        if row["as_typed"]:
            prefix = prefix_of(lineage)
            return GridLineForm.of_row(row, draft=self.draft, prefix=prefix), None
        return None, None

    def _read(self, row: dict[str, Any], number: str) -> GridRow:
        return GridRow(
            row["lineage"],
            number,
            self.reader.shown_of(row),
            row["version"],
            write_carried(self.reader.digests_of(row)),
        )

    def unstored(self, lineage: UUID) -> GridRow:
        """A new line that was not saved, or one that somebody removed meanwhile."""
        form = self.sent.forms[lineage]
        again = GridLineForm.of_row(
            NOT_STORED, typed=form, keep=list(form.fields), draft=self.draft, prefix=form.prefix
        )
        is_gone = self.sent.done is not None and lineage in self.sent.done.gone
        if is_gone:
            again.version, again.was = form.sent_version, form.filled_from or {}
        row = GridRow.of_form(again, "New line")
        row.is_gone = is_gone
        return self._with_faults(row)

    def blank(self, lineage: UUID) -> GridRow:
        return GridRow(str(lineage), "New line", self.reader.shown_of(NOT_STORED))

    def _with_faults(self, row: GridRow) -> GridRow:
        for fault in self.sent.faults:
            if str(fault.lineage) == row.lineage:
                row.errors.setdefault(fault.field, []).append(fault.why)
        return row


def template_row(draft: Draft) -> GridRow:
    """What a script makes further lines from: it puts a lineage of its own in place of this one."""
    return Shown(draft, Sent({})).blank(STAND_IN)


class Offered:
    """What each cell with choices offers: drawn once for each that is chosen, not for each line."""

    def __init__(self, draft: Draft) -> None:
        form = GridLineForm.of_row(NOT_STORED, draft=draft, prefix=prefix_of(STAND_IN))
        strategies = [
            (s.id, f"{s.number} · {Truncator(s.title or 'without a title').chars(LONGEST)}")
            for s in draft.document.strategies
        ]
        codes = [(c.code, f"{c.code} {c.name}") for c in draft.words.codes.values()]
        choices: dict[str, Iterable[tuple[Any, Any]]] = {
            "strategy": [NONE_YET, *strategies],
            "focus_area": [NONE_YET, *_flat(area_choices(draft))],
            "object_code": [NONE_YET, *codes],
            "funding_source": form.fields["funding_source"].choices,
            "line_kind": form.fields["line_kind"].choices,
        }
        self.options = {
            name: [
                (str(value), format_html('<option value="{}">{}</option>', value, label))
                for value, label in of
            ]
            for name, of in choices.items()
        }
        self._drawn: dict[tuple[str, str], SafeString] = {}

    def drawn(self, name: str, value: str) -> SafeString:
        """The options of a field, of which the one with this value is chosen."""
        if (name, value) not in self._drawn:
            parts = [
                drawn.replace("<option", "<option selected", 1) if one == value else drawn
                for one, drawn in self.options[name]
            ]
            self._drawn[name, value] = mark_safe("".join(parts))  # noqa: S308  each is escaped
        return self._drawn[name, value]


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """In a narrow cell without headings: each area says its number."""
    for one, name in choices:
        yield from name if isinstance(name, list) else [(one, name)]
