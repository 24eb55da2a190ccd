"""Documents of one plan as hypothesis draws them: rows of a few lineages, in any order."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from plans.documents.fields import Control, Field
from plans.documents.kinds import IN_DOCUMENT, Kind
from plans.documents.shape import AssurancePart, PlanDocument, RetiredPart
from plans.documents.terms import IndicatorTerm, Term
from plans.tests.documents import (
    ABSENTEEISM,
    ACADEMICS,
    ACHIEVEMENT,
    FOCUS_AREAS,
    SUPPLIES,
    TALENT,
    TEACHERS,
    complete_document,
)

ROWS = 3  # lineages of each kind
WORDS = ["Every", "child", "reads", "well", "by", "grade", "3.", "\n\n", "—", "é", "<b>", "😀"]
texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
days = st.none() | st.dates(date(2026, 7, 1), date(2027, 6, 30))
numbers = st.none() | st.integers(0, 500).map(lambda n: Decimal(n) / 4)
renamed = IndicatorTerm(number=4, name="Absence, chronic", falls=True)
lineages_of = {key: [f"{key}-{n}" for n in range(ROWS)] for key in IN_DOCUMENT}

BY_CONTROL = {
    **dict.fromkeys((Control.LINE, Control.EMAIL, Control.PROSE, Control.SCHOOL_YEAR), texts),
    Control.DAY: days,
    Control.NUMBER: numbers,
    Control.DOLLARS: st.none() | st.integers(0, 900),
    Control.YES_NO: st.none() | st.booleans(),
    Control.TICK: st.booleans(),
}


def some_of(*values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


BY_NAME = {
    "indicator": st.none() | st.sampled_from([ACHIEVEMENT, ABSENTEEISM, renamed]),
    "indicators": st.sampled_from([(), (ACHIEVEMENT,), (ACHIEVEMENT, renamed), (ABSENTEEISM,)]),
    "domain": st.none() | st.sampled_from([ACADEMICS, TALENT]),
    "focus_area": st.none() | st.sampled_from([FOCUS_AREAS[1], FOCUS_AREAS[2]]),
    "focus_areas": some_of(FOCUS_AREAS[1], FOCUS_AREAS[2], FOCUS_AREAS[3]),
    "object_code": st.none() | st.sampled_from([TEACHERS, SUPPLIES]),
    "funding_source": st.sampled_from(["allocation", "carry_forward"]),
    "line_kind": st.sampled_from(["ordinary", "team_stipend"]),
    "strategy": st.none() | st.sampled_from(lineages_of["strategy"]),
    "targets": some_of(*lineages_of["target"]),
    "comes_from": some_of(Term(code="s-1", name="Mentors"), Term(code="s-2", name="Mentors")),
    "group": st.sampled_from(["", "families", "teachers"]),
    "assurances": st.lists(st.booleans(), max_size=3).map(
        lambda ticks: tuple(
            AssurancePart(number=n, text=f"No. {n}", citation="", accepted=tick)
            for n, tick in enumerate(ticks, start=1)
        )
    ),
    "title": texts,
    "file_name": texts,
    "size": st.integers(0, 9),
    "sha256": texts,
}
NOT_READ = frozenset({Control.DAY, Control.NUMBER, Control.DOLLARS})


@st.composite
def parts(draw: st.DrawFn, kind: Kind, **given: Any) -> Any:
    values: dict[str, Any] = {}
    as_typed: dict[str, str] = {}
    for field in kind.fields:
        values[field.part_name] = draw(_of(field))
        if field.control in NOT_READ and values[field.part_name] is None and draw(st.booleans()):
            as_typed[field.name] = draw(st.sampled_from(["few", "*", "<5"]))
    return kind.part(**values, as_typed=as_typed, **given)


def _of(field: Field) -> st.SearchStrategy[Any]:
    return BY_CONTROL[field.control] if field.control in BY_CONTROL else BY_NAME[field.part_name]


@st.composite
def lists(draw: st.DrawFn, key: str, lineages: list[str], *, below: str = "") -> Any:
    kind = IN_DOCUMENT[key]
    rows = []
    for number, lineage in enumerate(lineages, start=1):
        inner = {
            child.within: draw(lists(child.key, draw_of(draw, child.key), below=f"{number}."))
            for child in kind.children
        }
        named = f"{below}{number}" if key == "target" else number
        rows.append(draw(parts(kind, lineage=lineage, number=named, **inner)))
    return tuple(rows)


def draw_of(draw: st.DrawFn, key: str) -> list[str]:
    """Some of the lineages in some order; rows below others are told apart afterwards."""
    return draw(st.lists(st.sampled_from(lineages_of[key]), unique=True, max_size=ROWS))


@st.composite
def documents(draw: st.DrawFn) -> PlanDocument:
    """The Department's rows are the same in all of them."""
    given: dict[str, Any] = {}
    for kind in IN_DOCUMENT.values():
        if not kind.parent:
            drawn = lists(kind.key, draw_of(draw, kind.key)) if kind.is_list else parts(kind)
            given[kind.within] = draw(drawn)
    retired = st.sampled_from(
        [RetiredPart(kind="line", number="3", title="Bus", reason=why) for why in ("No.", "Few.")]
    )
    given["retired"] = tuple(draw(st.lists(retired, unique=True, max_size=2)))
    return _each_row_once(complete_document(**given))


def _each_row_once(document: PlanDocument) -> PlanDocument:
    """Of rows below others, the first of each lineage: a plan has none twice."""
    update: dict[str, Any] = {}
    for name, within, number_of in (
        ("objectives", "targets", lambda owner, place: f"{owner.number}.{place}"),
        ("strategies", "milestones", lambda owner, place: place),
    ):
        seen: set[str] = set()
        owners = []
        for owner in getattr(document, name):
            rows = [row for row in getattr(owner, within) if row.lineage not in seen]
            seen |= {row.lineage for row in rows}
            numbered = tuple(
                row.model_copy(update={"number": number_of(owner, place)})
                for place, row in enumerate(rows, start=1)
            )
            owners.append(owner.model_copy(update={within: numbered}))
        update[name] = tuple(owners)
    return document.model_copy(update=update)
