"""A budget goes out as a workbook and comes back as just what it was; what is unclear is asked."""

import json
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from districts import parsing
from districts.services.sheets import Unusable, as_workbook, read_sheet
from plans.documents import Draft, draft
from plans.documents.rows import columns_of
from plans.forms.budget_reading import (
    Kind,
    RawTable,
    edits_of,
    preview_of,
    table_of_sheet,
    table_of_text,
)
from plans.forms.budget_sheet import HEADER, budget_workbook
from plans.forms.budget_words import Named, NotRead, Vocabulary
from plans.models import Strategy
from plans.tests.factories import PlanFactory

NO_LINE = {
    "as_typed": {},
    "version": 1,
    "saved_at": None,
    "strategy_id": None,
    "focus_area_id": None,
    "object_code_id": None,
    "description": "",
    "funding_source": "allocation",
    "line_kind": "ordinary",
    "quantity": None,
    "unit_cost": None,
    "amount": None,
    "narrative": "",
    "grades": "",
    "previously_locally_funded": False,
    "supplanting_explanation": "",
    "head_start_program": "",
    "equipment_reason": "",
}


@pytest.fixture
def written(db):
    """The rows of a plan with two strategies and no line, read once."""
    plan = PlanFactory()
    for at, title in enumerate(("Tutors", "Talent"), start=1):
        Strategy.objects.create(plan=plan, position=at, title=title, focus_area_numbers=[1, 4])
    return SimpleNamespace(plan=plan, stored=columns_of(plan.pk)[1])


@pytest.fixture
def make(written):
    """`make([{…}, …])` is the draft with these lines, without a database."""

    def _make(lines):
        rows = [
            {**NO_LINE, "id": at, "position": at, "lineage": str(uuid4()), **line}
            for at, line in enumerate(lines, start=1)
        ]
        return Draft(written.plan, draft._made({**written.stored, "line": rows}))

    return _make


def preview(text, of, first="description"):
    return preview_of(table_of_text(text, first), of)


def back(of):
    return preview_of(table_of_sheet(read_sheet(budget_workbook(of))), of)


def kinds(found):
    return [line.kind for line in found.lines]


# Out and back ------------------------------------------------------------------------------------

prose = st.text(max_size=60).map(lambda said: parsing.text(said).strip())
line_of_words = st.text(max_size=60).map(parsing.line)
hundredths = st.integers(0, 10**10 - 1).map(lambda number: Decimal(number) / 100)
LINES = st.fixed_dictionaries(
    {
        "description": line_of_words,
        "strategy_id": st.sampled_from(["first", "second", None]),
        "object_code_id": st.sampled_from(["111B", "200", "560", "611", None]),
        "focus_area_id": st.sampled_from([1, 4, None]),
        "funding_source": st.sampled_from(["allocation", "carry_forward", "other"]),
        "line_kind": st.sampled_from(["ordinary", "team_stipend", "head_start"]),
        "quantity": st.none() | hundredths,
        "unit_cost": st.none() | hundredths,
        "amount": st.none() | st.integers(0, parsing.TOO_MUCH - 1),
        "narrative": prose | st.sampled_from(["=1+1", "'quoted", "a\nb", "x" * 40_000, "007"]),
        "grades": line_of_words | st.sampled_from(["=cmd|' /C calc'!A0", "@SUM(1)", "-1", "TRUE"]),
        "previously_locally_funded": st.booleans(),
        "equipment_reason": prose,
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(LINES, min_size=1, max_size=8))
def test_a_workbook_comes_back_as_just_what_it_was(make, written, lines):
    first, second = (row["id"] for row in written.stored["strategy"])
    ids = {"first": first, "second": second, None: None}
    of = make([{**line, "strategy_id": ids[line["strategy_id"]]} for line in lines])

    found = back(of)

    assert (kinds(found), found.totals) == ([Kind.UNCHANGED] * len(lines), [])


def test_what_could_not_be_read_goes_out_as_typed_and_comes_back_unchanged(make):
    of = make([{"description": "A", "as_typed": {"amount": "1.204.000"}}])
    assert kinds(back(of)) == [Kind.UNCHANGED]


def test_three_hundred_lines_in_ed114_order_to_the_dollar(make, tmp_path):
    codes = ("611", "111B", "200", "560", "321")
    lines = [
        {"description": f"Line {at}", "object_code_id": codes[at % 5], "amount": 1_000 + at}
        for at in range(300)
    ]
    of = make(lines)
    (path := tmp_path / "budget.xlsx").write_bytes(budget_workbook(of))
    sheet = load_workbook(path).active
    rows = [dict(zip(HEADER, row, strict=True)) for row in sheet.iter_rows(2, values_only=True)]

    *said, total = rows
    assert [row["Object code"][:4].split()[0] for row in said] == sorted(codes * 60)
    assert (total["What it pays for"], total["Amount"]) == ("Total", sum(range(1_000, 1_300)))
    assert kinds(back(of)) == [Kind.UNCHANGED] * 300
    empty = make([])
    keyless = [[cell for name, cell in row.items() if name != "Line key"] for row in said]
    book = as_workbook("Budget", HEADER[:-1], keyless)
    found = preview_of(table_of_sheet(read_sheet(book)), empty)
    assert (kinds(found), found.adds) == ([Kind.NEW] * 300, sum(range(1_000, 1_300)))


def test_text_is_text_and_no_formula(make, tmp_path):
    of = make([{"description": "=cmd|' /C calc'!A0", "narrative": "@SUM(A1)"}])
    (path := tmp_path / "budget.xlsx").write_bytes(budget_workbook(of))
    cells = {cell.value: cell.data_type for cell in load_workbook(path).active[2]}
    assert (cells["=cmd|' /C calc'!A0"], cells["@SUM(A1)"]) == ("s", "s")


# What is pasted ----------------------------------------------------------------------------------


def test_rows_without_headings_stand_as_in_the_grid(make):
    of = make([])
    found = preview("Books\t1\t4\t611\t\t30\t19.50\t\tReaders.\nBuses\t2\t1\t510\t\t\t\t$900", of)

    assert kinds(found) == [Kind.NEW, Kind.NEW]
    books, buses = (line.values for line in found.lines)
    assert books == {
        "description": "Books",
        "strategy": of.document.strategies[0].id,
        "focus_area": 4,
        "object_code": "611",
        "quantity": Decimal(30),
        "unit_cost": Decimal("19.50"),
        "amount": 585,
        "narrative": "Readers.",
    }
    assert (buses["object_code"], buses["amount"]) == ("510", 900)


def test_headings_say_which_column_is_which_and_the_cell_says_where_they_begin(make):
    of = make([])
    named = preview("Amount\tItem\tShelf\n5\tBooks\tA\n", of)
    assert (named.lines[0].values, named.table.not_read) == (
        {"amount": 5, "description": "Books"},
        ("Shelf",),
    )
    placed = preview("30\t2", of, first="quantity")
    assert placed.lines[0].values["amount"] == 60


@pytest.mark.parametrize(
    ("text", "column", "why", "choices"),
    [
        ("x\tOther things", "Strategy", "is not a strategy of this plan", []),
        ("x\tTu", "Strategy", "is not a strategy", ["1 Tutors"]),
        ("x\t2 Tutors", "Strategy", "is not a strategy", ["2 Talent", "1 Tutors"]),
        ("x\t1\t44", "Focus area", "is not a focus area", []),
        ("x\t1\t1\t111", "Object code", "is not an ED114 object code", ["111A", "111B"]),
        ("x\t1\t1\tOther", "Object code", "is not an ED114 object code", ["590", "690"]),
        ("x\t1\t1\t611\t\t\t\t1.204.000", "Amount", "can be read in two ways", []),
        ("x\t1\t1\t611\t\t\t\t12.50", "Amount", "has cents", []),
        ("x\t1\t1\t611\t\t\t\t(1,000)", "Amount", "below zero", []),
        ("x\t1\t1\t611\t\t\t\t1000000000000", "Amount", "a billion", []),
        ("x\t1\t1\t611\tGrant\t\t\t1", "Funding source", "is not Current allocation", []),
    ],
)
def test_what_is_unclear_is_asked_and_a_fault_names_its_row_and_column(
    make, text, column, why, choices
):
    (line,) = preview(text, make([])).lines

    assert line.kind == Kind.FAULT
    (fault,) = line.faults
    assert (line.row, fault.heading, why in fault.why) == (1, column, True), fault.why
    offered = " ".join(choice.label for choice in fault.choices)
    assert [choice for choice in choices if choice not in offered] == []
    assert bool(choices) == bool(offered)


def test_two_of_one_name_are_asked_about_and_a_number_tells_them_apart():
    named = [Named(7, "1", "Tutors"), Named(8, "2", "Tutors")]
    words = Vocabulary({"strategy": named})

    with pytest.raises(NotRead, match="is the name of 2") as asked:
        words.read("strategy", "tutors")
    assert asked.value.choices == tuple(named)
    assert [words.read("strategy", said) for said in ("2", "1 · Tutors", "2 tutors")] == [8, 7, 8]


def test_an_answer_stands_in_for_the_cell_it_was_asked_about(make):
    of = make([])
    found = preview("x\tTu\nx\t2", of)
    again = RawTable.of_json(found.table.as_json())

    answered = preview_of(again, of, {"answer-1-strategy": "1 Tutors"})

    assert kinds(answered) == [Kind.NEW, Kind.NEW]
    assert [line.lineage for line in answered.lines] == [line.lineage for line in found.lines]


def test_a_line_that_is_here_already_is_asked_about(make):
    of = make([{"description": "Books", "amount": 5}, {"description": "Buses"}])
    found = preview("Item\tAmount\nBooks\t5\nBooks\t6\n", of)

    assert [(line.kind, line.number) for line in found.lines] == [(Kind.SAME, 1), (Kind.NEW, 0)]
    stored = {row["lineage"]: row for row in of.rows["line"]}
    assert [e.typed.values["amount"] for e in edits_of(found, stored, set())] == [6]
    assert [e.typed.values["amount"] for e in edits_of(found, stored, {2})] == [5, 6]


def test_a_key_names_the_line_to_change_and_an_empty_cell_changes_nothing(make):
    of = make([{"description": "Books", "amount": 5, "narrative": "Kept"}])
    key = of.rows["line"][0]["lineage"]
    (line,) = preview(f"Line key\tItem\tAmount\tNarrative\n{key}\tBooks\t7\t\n", of).lines

    assert (line.kind, line.lineage, line.values) == (Kind.CHANGED, UUID(key), {"amount": 7})
    assert line.changes == [("Amount", "5", "7")]
    twice = preview(f"Line key\tAmount\n{key}\t7\n{key}\t8\n{uuid4()}\t9\n", of)
    assert kinds(twice) == [Kind.CHANGED, Kind.FAULT, Kind.FAULT]


def test_what_somebody_changed_after_the_look_is_not_overwritten(make):
    of = make([{"description": "Books", "amount": 5}])
    row = of.rows["line"][0]
    looked = preview(f"Line key\tItem\tAmount\n{row['lineage']}\tBooks\t7\n", of)
    now = make([{**row, "description": "Theirs", "version": 2}])

    again = preview_of(RawTable.of_json(looked.table.as_json()), now)
    (edit,) = edits_of(again, {row["lineage"]: now.rows["line"][0]}, set())

    assert edit.typed.filled_from.keys() == {"description", "amount"}
    assert edit.typed.filled_from["description"] == looked.table.was[row["lineage"]]["description"]


def test_totals_are_passed_over_and_said_where_they_are_apart(make):
    found = preview("Item\tAmount\nBooks\t5\nBuses\t7\nTotal\t13\n", make([]))
    assert (len(found.lines), found.totals) == (2, [(4, 13, 12)])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('"a\nb"\t1\nc\t2', ["a b", "c"]),
        ('12" pipe\t1', ['12" pipe']),
        ('"Reading" books\t1\nnext\t2', ['"Reading" books', "next"]),
        ('"open\t1\nnext\t2', ['"open', "next"]),
        ("a\t1\r\nb\t2\r\n\r\n", ["a", "b"]),
    ],
)
def test_quotes_of_a_clipboard_lose_no_row(make, text, rows):
    assert [line.values["description"] for line in preview(text, make([])).lines] == rows


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=200) | st.text("=1a\"'\t\n,$.()\u202e", max_size=80))
def test_whatever_is_pasted_is_read_or_refused_in_words(make, text):
    of = make([])
    try:
        found = preview(text, of)
    except Unusable:
        return
    assert preview_of(RawTable.of_json(found.table.as_json()), of).lines == found.lines


@settings(max_examples=100, deadline=None)
@given(said=st.recursive(st.none() | st.text() | st.integers(), lambda s: st.lists(s)) | st.text())
def test_a_preview_that_did_not_come_back_whole_is_refused(said):
    for text in (str(said), json.dumps(said), json.dumps({"rows": said, "columns": said})):
        with pytest.raises(Unusable):
            RawTable.of_json(text)


def test_more_rows_than_are_read_are_refused():
    with pytest.raises(Unusable, match="more than"):
        read_sheet(("a,b\n" + "1,2\n" * 2001).encode())
    with pytest.raises(Unusable, match="more than"):
        read_sheet(as_workbook("A", ["a"], [[number] for number in range(2001)]))
