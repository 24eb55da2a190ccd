"""The HTML of a plan's sections as blocks of paper: plain JSON that plans/services/typeset sets.

They are made of the very HTML that the page shows, so that paper and page cannot say different
things. A block is one of
  {kind: heading, level, parts}
  {kind: paragraph, parts}
  {kind: facts, rows: [{what: parts, body: blocks}]}
  {kind: table, caption, columns, head: cells, groups: [{head: cells, rows: [cells]}],
   foot: [cells]}
A part is {text} with what is true of it (words: a district wrote it; strong, small, quiet) and
where it leads (link), or {break}; a cell is {span, number, body: blocks}; a column is its share of
the width, 0 for no more than it needs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, NamedTuple

Json = dict[str, Any]

HEADINGS = {"h3": 2, "h4": 3}  # by the level below a section's own, which is the first
WITHIN_A_LINE = frozenset({"a", "span", "strong", "br", "wbr", "svg", "use"})
STRONG = frozenset({"strong", "th"})
SMALL = frozenset({"small", "cite", "tag"})
WITHOUT_END = frozenset({"br", "wbr", "use"})
SPACE = re.compile(r"\s+")
GROUP = ("rowgroup", "colgroup")  # what a row's first cell heads that names those below it
LEADS_ANYWHERE = ("mailto:", "https:", "http:")  # from wherever the paper is read
BETWEEN_COLUMNS = " | "  # of a table that somebody pasted into a text
OF_A_LINE, OF_A_WORD, USUAL_WORD = 25, 10, 14  # characters for which a column has one share
WIDEST = 3  # shares


@dataclass(frozen=True)
class Element:
    tag: str
    attributes: dict[str, str]
    content: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def all(self, *tags: str) -> "list[Element]":
        """Those directly within it."""
        return [each for each in self.content if isinstance(each, Element) and each.tag in tags]


Content = Sequence[Element | str]


class Look(NamedTuple):
    """How text stands out, by what it stands in."""

    words: bool = False
    strong: bool = False
    small: bool = False
    quiet: bool = False

    def within(self, element: Element) -> "Look":
        classes = set(element.classes)
        return Look(
            words=self.words or "words" in classes,
            strong=(self.strong or element.tag in STRONG) and "fw-normal" not in classes,
            small=self.small or bool(SMALL & classes),
            quiet=self.quiet or "quiet" in classes,
        )

    def part(self, text: str) -> Json:
        return {"text": text} | {name: True for name, is_so in self._asdict().items() if is_so}


PLAIN = Look()


class _Reader(HTMLParser):
    """Our own templates' HTML, whose elements all end."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("div", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].content.append(element)
        if tag not in WITHOUT_END:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in (each.tag for each in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].content.append(data)


def elements_of(html: str) -> Element:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def blocks_of(html: str) -> list[Json]:
    return list(_blocks(elements_of(html).content, PLAIN))


def _blocks(content: Content, look: Look) -> Iterator[Json]:
    """Lines that stand in no paragraph of their own are one."""
    line: list[Element | str] = []
    for each in content:
        if isinstance(each, str) or each.tag in WITHIN_A_LINE:
            line.append(each)
            continue
        yield from _paragraph(line, look)
        line = []
        yield from _block(each, look.within(each))
    yield from _paragraph(line, look)


def _block(element: Element, look: Look) -> Iterator[Json]:
    tag, content = element.tag, element.content
    if tag in HEADINGS:
        yield {"kind": "heading", "level": HEADINGS[tag], "parts": _parts_of(content, PLAIN)}
    elif tag == "p":
        yield from _paragraph(content, look)
    elif tag == "dl":
        yield {"kind": "facts", "rows": list(_facts(element, look))}
    elif tag == "table":
        yield _table(element)
    else:
        yield from _blocks(content, look)


def _paragraph(content: Content, look: Look) -> Iterator[Json]:
    if parts := _parts_of(content, look):
        yield {"kind": "paragraph", "parts": parts}


def _facts(element: Element, look: Look) -> Iterator[Json]:
    what: list[Json] = []
    for each in element.all("dt", "dd"):
        if each.tag == "dt":
            what = _parts_of(each.content, PLAIN)
        else:
            yield {"what": what, "body": list(_blocks(each.content, look.within(each)))}


def _table(element: Element) -> Json:
    (head,) = (row for part in element.all("thead") for row in part.all("tr"))
    groups: list[Json] = []
    for row in (row for part in element.all("tbody") for row in part.all("tr")):
        is_group = any(each.attributes.get("scope") in GROUP for each in row.all("th"))
        if is_group or not groups:
            groups.append({"head": _cells(row) if is_group else [], "rows": []})
        if not is_group:
            groups[-1]["rows"].append(_cells(row))
    heading = _cells(head)
    return {
        "kind": "table",
        "caption": _text_of(element.all("caption")),
        "columns": _widths(heading, groups),
        "head": heading,
        "groups": groups,
        "foot": [_cells(row) for part in element.all("tfoot") for row in part.all("tr")],
    }


def _widths(head: list[Json], groups: list[Json]) -> list[float]:
    """A number takes no more than it needs; other columns share the rest by what they say."""
    rows = [row for group in groups for row in group["rows"] if len(row) == len(head)]
    return [
        0 if cell["number"] else _share([_said_in(row[place]) for row in rows])
        for place, cell in enumerate(head)
    ]


def _share(texts: list[str]) -> float:
    """By the mean of its lines, and so that no usual word is broken."""
    mean = sum(map(len, texts)) / max(1, len(texts))
    longest = max((len(word) for text in texts for word in text.split()), default=0)
    share = max(1.0, mean / OF_A_LINE, min(longest, USUAL_WORD) / OF_A_WORD)
    return round(min(WIDEST, share), 1)


def _said_in(cell: Json) -> str:
    parts = (part for block in cell["body"] for part in block.get("parts", ()))
    return " ".join(part.get("text", "") for part in parts)


def _cells(row: Element) -> list[Json]:
    return [
        {
            "span": int(each.attributes.get("colspan", "1")),
            "number": "num" in each.classes,
            "body": list(_blocks(each.content, PLAIN.within(each))),
        }
        for each in row.all("th", "td")
    ]


def _text_of(elements: Sequence[Element]) -> str:
    parts = (part for each in elements for part in _parts_of(each.content, PLAIN))
    return "".join(part.get("text", " ") for part in parts)


def _parts_of(content: Content, look: Look) -> list[Json]:
    """The parts of one line or paragraph, with blanks as a browser shows them."""
    parts: list[Json] = []
    for part in _parts(content, look):
        begins = not parts or "break" in parts[-1]
        if "break" in part:
            _trim_end(parts)
        elif begins or parts[-1]["text"].endswith(" "):
            part = part | {"text": part["text"].removeprefix(" ")}
        if part.get("text") != "":
            parts.append(part)
    while parts and "break" in parts[-1]:
        parts.pop()
    _trim_end(parts)
    return parts


def _trim_end(parts: list[Json]) -> None:
    if parts and "text" in parts[-1]:
        text = parts[-1]["text"].removesuffix(" ")
        parts[-1:] = [parts[-1] | {"text": text}] if text else []


def _parts(content: Content, look: Look) -> Iterator[Json]:
    for each in content:
        if isinstance(each, str):
            yield look.part(SPACE.sub(" ", each))
        elif each.tag == "br":
            yield {"break": True}
        elif "pasted" in each.classes:
            yield from _pasted(each, look)
        elif each.tag == "a" and each.attributes.get("href", "").startswith(LEADS_ANYWHERE):
            link = {"link": each.attributes["href"]}
            yield from (part | link for part in _parts(each.content, look.within(each)))
        else:  # an icon has no words
            yield from _parts(each.content, look.within(each))


def _pasted(table: Element, look: Look) -> Iterator[Json]:
    """A line for each of its rows."""
    for number, row in enumerate(table.all("span")):
        if number:
            yield {"break": True}
        yield look.part(BETWEEN_COLUMNS.join(_text_of([cell]) for cell in row.all("span")))
