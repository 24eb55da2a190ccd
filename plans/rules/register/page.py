"""`docs/rules.md`, written from the register."""

from collections.abc import Iterable
from pathlib import Path

from plans.rules.register import PARTS, REGISTER, Entry

PAGE = Path(__file__).parents[3] / "docs" / "rules.md"
OPENING = """\
# The rules, and where each is held

Written from `plans/rules/register/` by
`script/manage shell -c "from plans.rules.register.page import write; write()"`; a test fails while
this page says something else. The rules themselves, with their reasons, are in section 5 of
[domain.md](domain.md).

E stops closing for signature and submission; W is a warning; a gate must hold before the
Commissioner decides; – is what the system does by itself. A source is § 10-262u in its 2024 edition
unless another is named. Certainty: *law* was read in the statute, *page* on the program's own page;
*practice* is the Department's or a sister state's; *default* is our choice.
"""
HEADS = ("No.", "", "Rule", "Source", "Certainty", "Held by", "Fails when that is broken")


def text() -> str:
    held = sum(entry.is_held and not entry.absent for entry in REGISTER)
    partly = sum(entry.is_held and bool(entry.absent) for entry in REGISTER)
    tally = (
        f"{len(REGISTER)} lines: {held} held, {partly} held in part,"
        f" {len(REGISTER) - held - partly} absent, each with its reason."
    )
    tables = [f"## {title}\n\n{_table(entries)}" for title, entries in PARTS.items()]
    return "\n".join([OPENING, f"{tally}\n", *tables])


def write() -> None:
    PAGE.write_text(text())


def _table(entries: Iterable[Entry]) -> str:
    rows = [HEADS, tuple("---" for _ in HEADS), *map(_row, entries)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(entry: Entry) -> tuple[str, ...]:
    held_by = _code(entry.held_by)
    if entry.absent:
        held_by = f"{held_by}. {entry.absent}" if held_by else f"**Absent.** {entry.absent}"
    return (
        entry.number,
        entry.effect.value,
        entry.title,
        entry.source,
        entry.certainty,
        held_by,
        _code(entry.tests),
    )


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
