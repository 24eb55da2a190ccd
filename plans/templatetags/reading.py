"""What the templates of the read plan ask of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Parser, TextNode, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import escape

from districts.words import money
from plans.documents.kinds import KINDS, WORDS
from plans.documents.naming import title_of
from plans.documents.parts import Row
from plans.documents.shape import ObjectivePart, PlanDocument, StrategyPart, TargetPart
from plans.reading import fields
from plans.reading.fields import OTHERS, others_of
from plans.reading.meant import Meant, Place, of_row
from plans.reading.served import Serving, served_by
from plans.reading.sums import Total

register = template.Library()

UNREAD = "plans/document/_unread.html"
UNREAD_AMOUNTS = "plans/document/_unread_amounts.html"
SUMS = "plans/document/_sums.html"
MEANT_CELL = "plans/_meant_cell.html"
OTHERS_OF_A_PART = "plans/document/_others.html"


@register.tag
def words_of(parser: Parser, token: Token) -> TextNode:
    """What a field is called: `{% words_of line.amount %}`, or `{% words_of line.amount lower %}`.

    It is text of the template once that is read: a long table says its words in every cell.
    """
    _, name, *how = token.split_contents()
    kind, _, field = name.partition(".")
    try:
        words = WORDS[kind][field]
    except KeyError:
        raise template.TemplateSyntaxError(f"No kind of row has the field {name}.") from None
    return TextNode(escape(words.lower() if how == ["lower"] else words))


@register.filter
def said(part: Row, name: str) -> str:
    """A field as it reads: `{{ target|said:"baseline"|default:"—" }}`. What could not be read is
    marked, and never a bare dash."""
    if text := fields.unread(part, name):
        return render_to_string(UNREAD, {"text": text})
    return fields.said(part, name)


@register.simple_tag
def meant_of(meant: Mapping[Place, Meant], kind: str, part: Row) -> Meant | None:
    """What is found of a row: `{% meant_of meant "strategy" strategy as found %}`."""
    return of_row(meant, kind, part.id)


@register.simple_tag
def serving_of(served: Serving, target: TargetPart) -> list[StrategyPart]:
    """The strategies that serve a target: `{% serving_of served target as strategies %}`."""
    return served[target.lineage]


@register.simple_tag
def targets_of(document: PlanDocument, strategy: StrategyPart) -> list[TargetPart]:
    """The targets that it serves: `{% targets_of document strategy as targets %}`."""
    return served_by(document, strategy)


@register.filter
def title_in(part: ObjectivePart | TargetPart | StrategyPart, kind: str) -> str:
    """“target 1.2, Attendance”: what a row of a list is called, in a sentence."""
    key = KINDS[kind]
    words = title_of(key, getattr(part, key.called_by))
    return f"{kind} {part.number}" + (f", {words}" if words else "")


@register.inclusion_tag("plans/_move.html")
def move_buttons(
    kind: str, rows: Sequence[Any], place: int, name: str, form: str = ""
) -> dict[str, Any]:
    """Those that move the row at a place, from 0, of a list past its neighbours."""
    ids = [row["id"] if isinstance(row, Mapping) else row.id for row in rows]
    ways = [
        (way, way.title(), ids[past])
        for way, past in (("up", place - 1), ("down", place + 1))
        if 0 <= past < len(ids)
    ]
    return {"kind": kind, "row_id": ids[place], "ways": ways, "name": name, "form": form}


@register.simple_tag
def mark_cell(found: Meant | None, name: str) -> str:
    """Before what a cell says, where it is the one that is meant."""
    if found is None or name not in found.fields:
        return ""
    return render_to_string(MEANT_CELL, {"found": found})


@register.simple_tag
def without(lines: Sequence[int]) -> str:
    """What stands beside a sum that lacks lines, since their amount could not be read."""
    if not lines:
        return ""
    return render_to_string(UNREAD_AMOUNTS, {"number": len(lines)})


@register.simple_tag
def sums(totals: Sequence[Total]) -> str:
    """Sums of lines, one below the other: what is not of the current allocation says so.

    Nearly every sum is one of that allocation, and whole: its words alone, at once.
    """
    if not totals:
        return money(0)
    if len(totals) == 1 and totals[0].source == "allocation" and not totals[0].unread:
        return money(totals[0].amount)
    return render_to_string(SUMS, {"totals": totals})


@register.tag
def others(parser: Parser, token: Token) -> Node:
    """The fields of a part that no template places: `{% others target entry.part %}`.

    Nothing at all where its kind has none, however long the table.
    """
    _, key, part = token.split_contents()
    if not OTHERS[KINDS[key].part]:
        return TextNode("")
    return OthersNode(parser.compile_filter(part))


class OthersNode(Node):
    def __init__(self, part: FilterExpression) -> None:
        self.part = part

    def render(self, context: Context) -> str:
        return render_to_string(OTHERS_OF_A_PART, {"others": others_of(self.part.resolve(context))})
