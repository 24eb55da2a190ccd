"""A page's form filled with what was typed before: whatever form it is, also those to come.

It reads the page as a browser does, and writes values into the tags of one form. It finds the form
by the address it is sent to, so no view and no form knows of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.utils.html import escape

from districts.typed import NOT_CARRIED, is_typed

BUTTONS = frozenset({"submit", "button", "image", "reset"})
LEFT_ALONE = frozenset({"file", "password"})  # a browser fills neither
TICKED = {"checkbox": "checked", "radio": "checked", "option": "selected"}

Attributes = dict[str, str | None]


@dataclass
class Control:
    """A tag that carries a value; of a text area, where its words stand; an option's field."""

    kind: str  # of an input its type, else its tag
    name: str
    tag: str
    attributes: Attributes
    start: int
    end: int
    words_end: int = 0


@dataclass
class Form:
    action: str
    attributes: Attributes
    start: int
    end: int
    controls: list[Control] = field(default_factory=list)


def fill(page: str, *, at: str, sent_to: str, fields: Sequence[tuple[str, str]]) -> str | None:
    """The page opened `at` an address, its form filled; none where not every word has a place."""
    names = {name for name, _ in fields}
    reader = _Reader(page)
    forms = [form for form in reader.forms if _path(at, form.action) == sent_to]
    if not forms:
        return None
    form = max(forms, key=lambda one: len(names & {control.name for control in one.controls}))
    filling = _Filling(fields)
    edits = [edit for control in form.controls for edit in filling.edits(control)]
    if filling.without_a_place():
        return None
    marked = {**form.attributes, "data-unsaved": ""}
    edits.append((form.start, form.end, _tag("form", marked)))
    for start, end, words in sorted(edits, reverse=True):
        page = page[:start] + words + page[end:]
    return page


class _Filling:
    """The values left to place, by name and in the order in which they were sent."""

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        self.left: dict[str, list[str]] = {}
        for name, value in fields:
            self.left.setdefault(name, []).append(value)
        self.sent = {name: list(values) for name, values in self.left.items()}

    def edits(self, control: Control) -> Iterator[tuple[int, int, str]]:
        if control.kind in BUTTONS:
            self.left.pop(control.name, None)  # which button it was is pressed anew, by a person
        elif control.kind in TICKED:
            yield self._tick(control)
        elif self._is_filled(control):
            value = self.left[control.name].pop(0)
            if control.kind == "textarea":
                yield control.end, control.words_end, "\n" + escape(value)
            else:
                changed = {**control.attributes, "value": value}
                yield control.start, control.end, _tag(control.tag, changed)

    def _is_filled(self, control: Control) -> bool:
        if control.kind in LEFT_ALONE or NOT_CARRIED.search(control.name):
            return False
        return bool(self.left.get(control.name))

    def _tick(self, control: Control) -> tuple[int, int, str]:
        value, mark = control.attributes.get("value") or "", TICKED[control.kind]
        if control.kind == "checkbox" and "value" not in control.attributes:
            value = "on"
        changed = {name: said for name, said in control.attributes.items() if name != mark}
        if value in self.sent.get(control.name, ()):
            changed[mark] = ""
            if value in self.left[control.name]:
                self.left[control.name].remove(value)
        return control.start, control.end, _tag(control.tag, changed)

    def without_a_place(self) -> list[str]:
        return [
            name
            for name, values in self.left.items()
            if any(is_typed(name, value) for value in values)
        ]


class _Reader(HTMLParser):
    """The forms of a page with their controls, and where in the page each stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._open: Form | None = None
        self._select = ""
        self._area: Control | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes, start = dict(attrs), self._here()
        end = start + len(self.get_starttag_text() or "")
        name = attributes.get("name") or ""
        if tag == "form":
            self._open = Form(attributes.get("action") or "", attributes, start, end)
            self.forms.append(self._open)
        elif tag == "select":
            self._select = name
        elif self._open and tag in {"input", "button", "textarea", "option"}:
            kind = (attributes.get("type") or "text").lower() if tag == "input" else tag
            name = self._select if tag == "option" else name
            control = Control(kind, name, tag, attributes, start, end)
            self._open.controls.append(control)
            self._area = control if tag == "textarea" else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea" and self._area:
            self._area.words_end, self._area = self._here(), None

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _path(at: str, action: str) -> str:
    return urlsplit(urljoin(at, action)).path


def _tag(name: str, attributes: Attributes) -> str:
    said = "".join(
        f" {key}" if value is None else f' {key}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{said}>"
