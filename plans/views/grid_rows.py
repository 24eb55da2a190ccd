"""The rows of the budget's grid as its template shows them, a page at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property
from django.utils.text import Truncator

from plans.documents import Draft
from plans.forms.conflicts import Conflict
from plans.forms.drafting import area_choices
from plans.forms.grid import NOT_STORED, GridLineForm, number_of, prefix_of
from plans.services import LineFault, Saved, SavedLines
from plans.views.editor import row_urls
from plans.views.saving import shown_again

A_PAGE = 40  # lines: with their fields it stays below what Django takes of one form
BLANK = 3  # lines that wait to be written, after the last
LONGEST = 60  # characters of a strategy's title within a cell
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
    """One line: what stands in its cells, and what it was filled from."""

    form: GridLineForm
    number: str  # “Line 3”
    url: str = ""  # of its own page, once it is stored
    is_carried: bool = False
    conflict: Conflict | None = None
    removed_by: str = ""  # it was removed while it was written here
    faults: tuple[LineFault, ...] = ()

    @property
    def prefix(self) -> str:
        return self.form.prefix or ""

    @property
    def lineage(self) -> str:
        return str(self.form.lineage)

    @cached_property
    def errors(self) -> Mapping[str, list[str]]:
        """By field; forms that nothing was typed wrong in are not read again for it."""
        found = {name: list(map(str, said)) for name, said in self.form.errors.items()}
        for fault in self.faults:
            found.setdefault(fault.field, []).append(fault.why)
        return found

    def value(self, name: str) -> str:
        return next(iter(self.form.sent(name)), "")

    @property
    def is_open(self) -> bool:
        """Whether a field that is not among the cells asks for something."""
        return bool(set(self.errors) - {*CELLS})

    @property
    def said_beside(self) -> int:
        """How many fields that are not among the cells hold anything."""
        more = [name for name in self.form.fields if name not in {*CELLS, "line_kind"}]
        is_special = self.value("line_kind") not in {"", "ordinary"}
        return is_special + sum(bool(self.value(name)) for name in more)


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
    rows = [_stored_row(draft, each, sent) for each in page]
    if sent is not None:
        there = {each["lineage"] for each in draft.rows["line"]}
        rows += [
            _unstored_row(draft, lineage, sent)
            for lineage, form in sent.forms.items()
            if str(lineage) not in there and (form.is_meant or not form.is_new)
        ]
    if not page.has_next():
        rows += [_blank_row(draft, uuid4()) for _ in range(BLANK)]
    return rows


def template_row(draft: Draft) -> GridRow:
    """What a script makes further lines from: it puts a lineage of its own in place of this one."""
    return _blank_row(draft, UUID(int=0))


def _stored_row(draft: Draft, stored: dict[str, Any], sent: Sent | None) -> GridRow:
    lineage = UUID(stored["lineage"])
    came, saved = (sent.forms.get(lineage), _saved(sent, lineage)) if sent else (None, None)
    conflict = None
    if came is not None:
        form: Any
        form, conflict = shown_again(came, stored, saved, draft)
    else:
        form = GridLineForm.of_row(stored, draft=draft, prefix=prefix_of(lineage))
    row = GridRow(
        form,
        number_of(draft, lineage),
        row_urls(draft, "line")(stored["id"]),
        is_carried=bool(stored.get("carried")),
        conflict=conflict,
        faults=_faults(sent, lineage),
    )
    if not stored["as_typed"] and came is None:
        row.errors = {}
    return row


def _saved(sent: Sent, lineage: UUID) -> Saved | None:
    """What came of an edit; nothing came of it where all was refused."""
    if sent.done is None:
        return None
    return sent.done.saved.get(lineage)


def _faults(sent: Sent | None, lineage: UUID) -> tuple[LineFault, ...]:
    return tuple(fault for fault in sent.faults if fault.lineage == lineage) if sent else ()


def _unstored_row(draft: Draft, lineage: UUID, sent: Sent) -> GridRow:
    form = sent.forms[lineage]
    again = GridLineForm.of_row(
        NOT_STORED, typed=form, keep=list(form.fields), draft=draft, prefix=prefix_of(lineage)
    )
    is_gone = sent.done is not None and lineage in sent.done.gone
    if is_gone:
        again.version, again.was = form.sent_version, form.filled_from or {}
    row = GridRow(again, number_of(draft, lineage), faults=_faults(sent, lineage))
    row.removed_by = "Somebody" if is_gone else ""
    return row


def _blank_row(draft: Draft, lineage: UUID) -> GridRow:
    form = GridLineForm.of_row(NOT_STORED, draft=draft, prefix=prefix_of(lineage))
    row = GridRow(form, "New line")
    row.errors = {}
    return row


def offered(draft: Draft) -> dict[str, list[tuple[Any, Any]]]:
    """What each cell with choices offers, made once for all lines of a page."""
    form = GridLineForm.of_row(NOT_STORED, draft=draft, prefix=prefix_of(UUID(int=0)))
    choices = {name: list(form.fields[name].choices) for name in ("funding_source", "line_kind")}
    short = Truncator
    return {
        **choices,
        "strategy": [
            ("", "Choose"),
            *(
                (str(s.id), f"{s.number} · {short(s.title or 'without a title').chars(LONGEST)}")
                for s in draft.document.strategies
            ),
        ],
        "focus_area": [("", "Choose"), *_flat(area_choices(draft))],
        "object_code": [
            ("", "Choose"),
            *((c.code, f"{c.code} {c.name}") for c in draft.words.codes.values()),
        ],
    }


def _flat(choices: Iterable[tuple[Any, Any]]) -> list[tuple[str, str]]:
    """In a narrow cell without headings: each area says its number."""
    return [
        (str(value), str(label))
        for one, name in choices
        for value, label in (name if isinstance(name, list) else [(one, name)])
    ]
