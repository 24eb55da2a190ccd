"""What is shown to be other, set into the one text, gives the other text."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.documents.by_word import In, Patience
from plans.documents.difference import Did, difference, is_same_section, moves, words_of
from plans.documents.kinds import IN_DOCUMENT
from plans.documents.shape import MilestonePart, RetiredPart
from plans.documents.terms import Term
from plans.reading.differences import (
    IN_WORDS,
    ONLY_BLANKS,
    OTHER_OF_THE_NAME,
    REWRITTEN,
    WITH_TEXT,
    FieldShown,
    Gap,
    count_sections,
    fields_shown,
    names_of,
    sections_shown,
)
from plans.reading.in_short import in_short
from plans.sections import SECTIONS
from plans.tests.documents import FOCUS_AREAS, a_line, change, complete_document
from plans.tests.two_texts import documents

WHOLE = complete_document()
WHOLE_PLANS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLACES = {kind.key: kind for kind in IN_DOCUMENT.values() if kind.is_list}


def said(kind, row):
    """Every field of a row, as it is compared."""
    return {
        field.part_name: (words_of(field, row), row.as_typed.get(field.name))
        for field in kind.fields
    }


def owned(kind, document):
    """The rows of a kind, below the lineage of the row that each belongs to."""
    if not kind.parent:
        return {"": list(getattr(document, kind.within))}
    parent = IN_DOCUMENT[kind.parent]
    return {
        row.lineage: list(getattr(row, kind.within)) for row in getattr(document, parent.within)
    }


def told(document):
    """All that the district says: sections by their fields, rows in their order."""
    found: dict[str, Any] = {
        kind.key: said(kind, getattr(document, kind.within))
        for kind in IN_DOCUMENT.values()
        if not kind.is_list
    }
    for kind in PLACES.values():
        found[kind.key] = {
            owner: [(row.lineage, said(kind, row)) for row in rows]
            for owner, rows in owned(kind, document).items()
        }
    return found


def place_of(number):
    """1.2 is the second below its objective."""
    return int(str(number).rpartition(".")[2])


def applied(document, changes, moved):
    """The text that comes of the other one with these changes, and of nothing else."""
    found = told(document)
    for kind in IN_DOCUMENT.values():
        of_kind = [one for one in changes if one.kind is kind]
        if not kind.is_list:
            for one in of_kind:
                found[kind.key] |= {name: said(kind, one.after)[name] for name in one.fields}
            continue
        found[kind.key] = _rows(kind, found, of_kind, [one for one in moved if one.kind is kind])
    return found


def _rows(kind, found, changes, moved):
    gone = {one.before.lineage for one in changes if one.did is Did.REMOVED}
    moves_of = {one.before.lineage: one for one in moved}
    rows, set_down = (
        {},
        [_at(one, said(kind, one.after)) for one in changes if one.did is Did.ADDED],
    )
    for owner, stand in found[kind.key].items():
        edited = [(lineage, _edited(kind, lineage, fields, changes)) for lineage, fields in stand]
        rows[owner] = [each for each in edited if each[0] not in gone | moves_of.keys()]
        set_down += [_at(moves_of[each], said) for each, said in edited if each in moves_of]
    if kind.parent:  # below the rows that the other text has, which were set before these
        owners = [lineage for lineage, _ in found[kind.parent][""]]
        assert all(not stand for owner, stand in rows.items() if owner not in owners)
        rows = {owner: rows.get(owner, []) for owner in owners}
    for below, number, row in sorted(set_down, key=lambda each: each[1]):
        rows[below].insert(number - 1, row)
    return rows


def _edited(kind, lineage, fields, changes):
    for one in changes:
        if one.did is Did.CHANGED and one.after.lineage == lineage:
            return fields | {name: said(kind, one.after)[name] for name in one.fields}
    return fields


def _at(one, fields):
    """Below which row, at which place, and the row."""
    owner = one.owner.lineage if one.owner else ""
    return owner, place_of(one.after.number), (one.after.lineage, fields)


@settings(WHOLE_PLANS, max_examples=150)
@given(documents(), documents())
def test_the_differences_set_into_the_one_text_give_the_other(before, after):
    assert applied(before, difference(before, after), moves(before, after)) == told(after)


@settings(WHOLE_PLANS, max_examples=100)
@given(documents(), documents())
def test_what_is_shown_of_a_field_spells_both_of_its_texts(before, after):
    was_called, is_called = names_of(before), names_of(after)
    for one in difference(before, after):
        shown = {
            field.words: field for field in fields_shown(one, was_called, is_called, Patience())
        }
        for field in one.kind.fields:
            if field.control in IN_WORDS and field.words in shown:
                texts = [
                    getattr(row, field.part_name) if row else "" for row in (one.before, one.after)
                ]
                assert [shown[field.words].was, shown[field.words].now] == texts
        changed = {field.words for field in one.kind.fields if field.part_name in one.fields}
        if one.did is Did.CHANGED:
            assert shown.keys() == changed
        for each in shown.values():
            assert any(piece.is_in_one for piece in each.pieces) or not each.pieces


@settings(WHOLE_PLANS, max_examples=60)
@given(documents(), documents())
def test_the_counts_are_of_what_is_shown(before, after):
    shown = sections_shown(before, after)

    assert [one.count for one in shown] == [
        one for one in count_sections(before, after) if not one.is_same
    ]
    for section in shown:
        did = [row.did for row in section.rows]
        count = section.count
        assert (did.count(Did.ADDED), did.count(Did.REMOVED), did.count(Did.CHANGED)) == (
            count.added,
            count.removed,
            count.changed,
        )
        assert did.count(None) <= count.moved
        assert len(section.retired) == count.retired
    assert in_short(before, after).is_same is not bool(shown)


@settings(WHOLE_PLANS, max_examples=60)
@given(documents())
def test_a_text_is_not_other_than_itself(document):
    again = document.model_validate(document.model_dump())

    assert (difference(document, again), moves(document, again)) == ([], [])
    assert sections_shown(document, again) == []
    assert in_short(document, again).is_same
    assert all(is_same_section(document, again, kind.section) for kind in IN_DOCUMENT.values())


@given(st.permutations(range(5)))
def test_another_order_of_rows_is_a_move_and_nothing_else(order):
    lines = tuple(
        WHOLE.lines[old].model_copy(update={"number": number})
        for number, old in enumerate(order, start=1)
    )
    shuffled = change(WHOLE, lines=lines)

    assert difference(WHOLE, shuffled) == []
    assert applied(WHOLE, [], moves(WHOLE, shuffled)) == told(shuffled)
    assert bool(moves(WHOLE, shuffled)) is (order != list(range(5)))


def test_one_row_taken_up_is_one_move():
    first, *others = WHOLE.lines
    lines = (*others, first)

    found = moves(WHOLE, change(WHOLE, lines=lines))

    assert [one.after.lineage for one in found] == [first.lineage]


def test_a_row_that_comes_between_moves_none():
    one, two, *others = WHOLE.lines
    between = change(WHOLE, lines=(one, a_line(99, 2), two, *others))

    assert moves(WHOLE, between) == []
    assert [(each.did, each.after.lineage) for each in difference(WHOLE, between)] == [
        (Did.ADDED, "line-99")
    ]


def test_a_row_below_another_row_than_before_was_moved():
    first, second = WHOLE.objectives
    target = first.targets[0]
    moved = change(
        WHOLE,
        objectives=(
            first.model_copy(update={"targets": first.targets[1:]}),
            second.model_copy(update={"targets": (*second.targets, target)}),
        ),
    )

    (section,) = sections_shown(WHOLE, moved)

    assert difference(WHOLE, moved) == []
    (row,) = section.rows
    assert (row.did, row.moved) == (None, "It stood as performance target 1.1.")


def test_rows_without_a_lineage_are_those_that_stand_at_their_place():
    edited = change(WHOLE, "strategies", 0, "milestones", 1, description="Screening done")

    (one,) = difference(WHOLE, edited)

    assert isinstance(one.after, MilestonePart)
    (section,) = sections_shown(WHOLE, edited)
    (row,) = section.rows
    assert row.title == "Strategy 1, milestone 2: Screening done"


def shown_of(before, after):
    (section,) = sections_shown(before, after)
    (row,) = section.rows
    return {field.words: field for field in row.fields}


def test_what_names_another_row_reads_as_that_row_is_called():
    moved = change(WHOLE, "lines", 0, strategy="strategy-32")

    field = shown_of(WHOLE, moved)["Strategy"]

    assert (field.was, field.now) == (
        "1 Structured literacy in grades K–3",
        "2 TEAM mentors and early years",
    )


def test_a_code_reads_as_what_it_is_called():
    other = change(WHOLE, "lines", 0, funding_source="carry_forward", line_kind="head_start")

    fields = shown_of(WHOLE, other)

    assert {words: (each.was, each.now) for words, each in fields.items()} == {
        "Funding source": ("Current allocation", "Carry-forward"),
        "Kind of line": ("Ordinary", "Head Start"),
    }


def test_of_several_chosen_each_that_came_or_went_is_marked_and_the_order_is_none():
    areas = tuple(FOCUS_AREAS[n] for n in (8, 1, 2, 4))
    other = change(WHOLE, "strategies", 0, focus_areas=areas)

    field = shown_of(WHOLE, other)["Statutory focus areas"]

    assert {piece.words[0]: piece.of for piece in field.pieces} == {
        "8": In.BOTH,
        "1": In.BOTH,
        "2": In.BOTH,
        "4": In.AFTER,
        "3": In.BEFORE,
        "5": In.BEFORE,
    }
    backwards = change(WHOLE, "strategies", 0, focus_areas=WHOLE.strategies[0].focus_areas[::-1])
    assert difference(WHOLE, backwards) == []


def test_an_assurance_that_the_year_asks_and_nobody_accepted_is_no_change_of_the_district():
    asked = WHOLE.assurances.assurances
    new = asked[0].model_copy(update={"number": 99, "accepted": False})

    other = change(WHOLE, "assurances", assurances=(*asked, new))

    assert difference(WHOLE, other) == []
    assert in_short(WHOLE, other).lists == ("Assurance 99 is new: “Assurance 1.”",)


def test_what_could_not_be_read_is_shown_as_it_was_typed():
    typed = change(WHOLE, "lines", 0, amount=None, as_typed={"amount": "much"})

    assert shown_of(WHOLE, typed)["Amount"].now == "“much”, which could not be read"


def test_what_the_eye_cannot_see_is_said():
    blank = change(WHOLE, "cover", summary="Reading, attendance\nand mentors.")
    assert shown_of(WHOLE, blank)["The plan in a paragraph"].note == ONLY_BLANKS
    before = change(WHOLE, "strategies", 0, comes_from=(Term(code="a", name="Mentors"),))
    after = change(WHOLE, "strategies", 0, comes_from=(Term(code="b", name="Mentors"),))
    (field,) = shown_of(before, after).values()
    assert field.note == OTHER_OF_THE_NAME
    other = Term(code="other", name=WHOLE.strategies[0].domain.name)
    (field,) = shown_of(WHOLE, change(WHOLE, "strategies", 0, domain=other)).values()
    assert (field.was, field.now, field.note) == ("Academics", "Academics", OTHER_OF_THE_NAME)


def test_what_was_retired_within_the_year_is_told_with_its_reason():
    bus = RetiredPart(kind="line", number="3", title="Bus", reason="Few rode.")

    (section,) = sections_shown(WHOLE, change(WHOLE, retired=(bus,)))

    assert (section.count.key, section.count.words) == ("budget", "1 said to be retired")
    assert [(did, row.what, row.reason) for did, row in section.retired] == [
        (Did.ADDED, "Budget line 3, “Bus”", "Few rode.")
    ]


def test_what_last_year_said_was_retired_is_of_the_year_before_it():
    bus = RetiredPart(kind="line", number="3", title="Bus", reason="Few rode.")
    last_year = change(WHOLE, fiscal_year=2026, retired=(bus,))

    assert sections_shown(last_year, WHOLE) == []
    assert in_short(last_year, WHOLE).lists == ()


def test_words_far_from_any_change_are_folded_and_counted():
    long = " ".join(f"word{number}" for number in range(400))
    before = change(WHOLE, "cover", summary=f"{long} ends here.")
    after = change(WHOLE, "cover", summary=f"{long} ends there.")

    field = shown_of(before, after)["The plan in a paragraph"]

    gap, tail, *marked = field.folded
    assert isinstance(gap, Gap)
    assert gap.number + len(tail.words.split()) == 401
    assert [piece.words for piece in marked] == ["here.", "there."]
    assert field.now == f"{long} ends there."


def test_long_texts_with_nothing_in_common_are_told_whole():
    one, other = ("-".join([word] * 300) for word in ("one", "other"))

    field = shown_of(change(WHOLE, "cover", summary=one), change(WHOLE, "cover", summary=other))[
        "The plan in a paragraph"
    ]

    assert (field.was, field.now, field.note) == (one, other, REWRITTEN)


def test_a_page_of_long_texts_takes_no_longer_than_its_patience():
    patience = Patience(seconds=0)
    (one,) = difference(WHOLE, change(WHOLE, "cover", summary="Reading, attendance and tutors."))

    (field,) = fields_shown(one, {}, {}, patience)

    assert isinstance(field, FieldShown)
    assert [(piece.words, piece.of) for piece in field.pieces] == [
        ("Reading, attendance and mentors.", In.BEFORE),
        ("Reading, attendance and tutors.", In.AFTER),
    ]


def test_money_before_and_after_by_source_and_never_mixed():
    more = change(WHOLE, "lines", 4, amount=9_000)
    more = change(more, "lines", 0, amount=None, as_typed={"amount": "much"})

    short = in_short(WHOLE, more)

    assert [(one.label, one.before, one.after, one.by, one.lacks) for one in short.money] == [
        ("Allocation", 1_000_000, 1_000_000, "", False),
        ("Budgeted: current allocation", 1_000_000, 100_000, "−$900,000", True),
        ("Budgeted: carry-forward", 7_500, 9_000, "+$1,500", False),
    ]
    assert short.words == "2 rows changed, in 1 section"
    assert short.budget == "$100,000 of the allocation is budgeted, $1,000,000 before"
    assert set(short.same) | {"Budget"} == {SECTIONS[key].title for key in WITH_TEXT}
