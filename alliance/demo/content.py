"""Reads what the demo's people wrote: one TOML file for each plan, beside this module.

A file names the columns of a plan's rows. Text is wrapped for the reader of the file: a line break
in it is a space, an empty line parts two paragraphs. A row is named by where it stands: `strategy
3`, `milestone 3.2`, `line 3.1`, `target 1.2`, and a section by its heading in the file.
"""

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from districts.calendar import EASTERN

HERE = Path(__file__).parent
LISTS = {  # the name of a row → the list it stands in, and the list within that one
    "objective": ("objectives", None),
    "target": ("objectives", "targets"),
    "strategy": ("strategies", None),
    "milestone": ("strategies", "milestones"),
    "line": ("strategies", "lines"),
    "engagement": ("engagement", None),
}

Content = dict[str, Any]


def people() -> Content:
    return _read(HERE / "people.toml")


def plan_names() -> list[str]:
    """Every plan of the demo, `bristol-2027` before `bristol-2028`, which starts from it."""
    return sorted(file.stem for file in (HERE / "plans").glob("*.toml"))


def plan(name: str) -> Content:
    return _read(HERE / "plans" / f"{name}.toml")


def first_draft(content: Content) -> Content:
    """The plan as it was first handed in: what was revised later reads as it did before."""
    draft = deepcopy(content)
    for act in content.get("history", []):
        if act["act"] == "revise":
            row_of(draft, act["row"])[act["field"]] = act["before"]
    return draft


def row_of(content: Content, name: str) -> Content:
    """The row of that name, or the section."""
    kind, _, place = name.partition(" ")
    if kind not in LISTS:
        return content[kind]
    outer, inner = LISTS[kind]
    first, *rest = (int(number) - 1 for number in place.split("."))
    row = content[outer][first]
    return row[inner][rest[0]] if inner else row


def rows_within(content: Content, kind: str, *, after: int = 0) -> Iterator[tuple[str, Content]]:
    """Name and row of each row of a kind; numbers go on from `after` rows that are there."""
    outer, inner = LISTS[kind]
    for number, row in enumerate(content.get(outer, []), start=after + 1):
        if inner is None:
            yield f"{kind} {number}", row
        else:
            for place, nested in enumerate(row.get(inner, []), start=1):
                yield f"{kind} {number}.{place}", nested


def _read(file: Path) -> Content:
    return _plain(tomllib.loads(file.read_text(), parse_float=Decimal))


def _plain(value: Any) -> Any:
    """Text unwrapped, and moments in Eastern Time."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, str):
        return "\n\n".join(" ".join(part.split()) for part in value.split("\n\n")).strip()
    return value.replace(tzinfo=EASTERN) if isinstance(value, datetime) else value
