"""What the section navigator says of each section, and the percentage."""

from datetime import date

import pytest

from plans.documents.shape import BudgetNarrativePart, CoverPart, EngagementPart
from plans.documents.terms import Money
from plans.rules import complete_of, percent_complete, section_states
from plans.sections import SECTIONS
from plans.tests.documents import (
    FOCUS_AREAS,
    a_line,
    change,
    check,
    complete_document,
    empty_document,
)


def states_of(document, **beside):
    return section_states(document, check(document), **beside)


def state_of(section, document, **beside):
    (state,) = [each for each in states_of(document, **beside) if each.key == section]
    return state.state, state.icon, state.words


def test_a_complete_plan_says_so_in_every_section():
    states = states_of(complete_document(), board_planned_on=date(2026, 6, 23), signatures=2)

    assert [(each.title, each.state, each.icon, each.words) for each in states] == [
        ("Cover and contacts", "done", "done", "Complete"),
        ("District profile", "locked", "lock", "Filled by the Department"),
        ("Needs assessment", "done", "done", "Complete"),
        ("Look back at last year", "done", "done", "Complete"),
        ("Objectives and targets", "done", "done", "Complete · 2 objectives, 3 targets"),
        ("Strategies", "done", "done", "Complete · 2 strategies"),
        ("Budget", "done", "done", "Complete · $1,000,000 budgeted"),
        ("Engagement", "done", "done", "Complete · 4 entries"),
        ("Sustainability", "done", "done", "Complete"),
        ("Assurances", "done", "done", "Complete · 9 of 9"),
        ("Attachments", "done", "done", "Complete · 1 file"),
        ("Local board approval", "done", "done", "Complete · vote planned June 23"),
        ("Signatures", "done", "done", "Complete · 2 of 2 signed"),
    ]
    assert percent_complete(states) == 100


def test_a_plan_just_started_has_nothing_that_needs_attention():
    states = states_of(empty_document())

    assert {each.key: (each.state, each.words) for each in states} == {
        **dict.fromkeys(SECTIONS, ("not_started", "Not started")),
        "profile": ("locked", "Filled by the Department"),
        "attachments": ("not_started", "No files · optional"),
    }
    assert percent_complete(states) == 0


def test_attachments_and_the_profile_do_not_count():
    states = states_of(
        complete_document(attachments=()), board_approved_on=date(2026, 6, 23), signatures=2
    )

    assert complete_of(states) == (11, 11)
    assert percent_complete(states) == 100


def test_the_percentage_is_rounded_down():
    states = states_of(complete_document(), board_approved_on=date(2026, 6, 23), signatures=1)

    assert complete_of(states) == (10, 11)
    assert percent_complete(states) == 90


@pytest.mark.parametrize(
    ("section", "change_of", "expected"),
    [
        ("cover", ("cover", {"summary": " "}), ("under_way", "half", "Under way")),
        ("needs", ("needs", {"indicators": ()}), ("under_way", "half", "Under way")),
        ("look-back", ("look_back", {"lessons": ""}), ("under_way", "half", "Under way")),
        (
            "sustainability",
            ("sustainability", {"non_supplanting": ""}),
            ("under_way", "half", "Under way"),
        ),
        (
            "cover",
            ("cover", {"as_typed": {"contact_email": "x"}}),
            ("attention", "warn", "Needs attention · 1 thing to fix"),
        ),
    ],
)
def test_a_section_of_text_is_under_way_until_all_of_it_is_written(section, change_of, expected):
    part, fields = change_of

    assert state_of(section, change(complete_document(), part, **fields)) == expected


def test_text_that_could_not_be_read_needs_attention_though_nothing_else_is_there():
    document = empty_document(cover=CoverPart(as_typed={"contact_email": "x"}))

    assert state_of("cover", document)[0] == "attention"


def test_objectives_count_the_things_to_fix():
    document = change(
        complete_document(), "objectives", 0, "targets", 0, baseline=None, data_source=""
    )

    assert state_of("objectives", document) == (
        "attention",
        "warn",
        "Needs attention · 2 things to fix",
    )


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (("strategies", 1), {"owner": "", "domain": None}),
        (("strategies", 1, "milestones", 1), {"as_typed": {"due_on": "soon"}}),
    ],
)
def test_strategies_count_those_that_need_attention(path, fields):
    document = change(complete_document(), *path, **fields)

    assert state_of("strategies", document) == ("attention", "warn", "Needs attention · 1 of 2")


def test_a_warning_leaves_a_section_complete():
    document = change(complete_document(), "strategies", 1, milestones=())

    assert [each.rule for each in check(document)] == ["R09"]
    assert state_of("strategies", document)[0] == "done"


PRELIMINARY = Money(amount=1_000_000, stage="preliminary")
NARRATIVE = complete_document().budget_narrative


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            {"lines": (a_line(1, 1, amount=400_000),)},
            ("attention", "Needs attention · $600,000 left"),
        ),
        (
            {"lines": (a_line(1, 1, amount=1_000_001),)},
            ("attention", "Needs attention · $1 over"),
        ),
        (
            {"lines": (a_line(1, 1, amount=1_000_000, narrative="", object_code=None),)},
            ("attention", "Needs attention · 1 line to fix"),
        ),
        (
            {"budget_narrative": NARRATIVE.model_copy(update={"as_typed": {"narrative": "x"}})},
            ("attention", "Needs attention · 1 thing to fix"),
        ),
        (
            {"lines": (a_line(1, 1, amount=400_000),), "money": PRELIMINARY},
            ("under_way", "Under way · $600,000 left"),
        ),
        (
            {"lines": (a_line(1, 1, amount=1_200_000),), "money": PRELIMINARY},
            ("under_way", "Under way · $200,000 over"),
        ),
        (
            {"lines": (a_line(1, 1, amount=1_000_000),), "money": PRELIMINARY},
            ("done", "Complete · $1,000,000 budgeted"),
        ),
        (
            {"money": Money(amount=None, stage=None)},
            ("attention", "Needs attention · allocation not loaded yet"),
        ),
        (
            {"lines": (), "budget_narrative": BudgetNarrativePart()},
            ("not_started", "Not started"),
        ),
        (
            {
                "lines": (),
                "budget_narrative": BudgetNarrativePart(),
                "money": Money(amount=0, stage="final"),
            },
            ("done", "Complete · $0 to budget"),
        ),
    ],
)
def test_the_budget_says_how_much_is_left(parts, expected):
    state, _, words = state_of("budget", complete_document(**parts))

    assert (state, words) == expected


def test_engagement_counts_the_entries_that_are_whole():
    document = complete_document()
    entries = (*document.engagement, EngagementPart(id=59, number=5, group="teachers"))

    assert state_of("engagement", document.model_copy(update={"engagement": entries})) == (
        "under_way",
        "half",
        "Under way · 4 of 5 entries",
    )


def test_assurances_count_those_accepted_then_ask_for_the_evaluation_plan():
    document = complete_document()
    first, *others = document.assurances.assurances
    some = (first.model_copy(update={"accepted": False}), *others)

    assert state_of("assurances", change(document, "assurances", assurances=some))[2] == (
        "Needs attention · 8 of 9"
    )
    assert state_of("assurances", change(document, "assurances", evaluation_plan_approved=None))[
        2
    ] == ("Needs attention · educator evaluation plan")


@pytest.mark.parametrize(
    ("beside", "section", "expected"),
    [
        ({}, "board-approval", ("not_started", "empty", "Not started")),
        (
            {"board_approved_on": date(2026, 6, 23), "board_planned_on": date(2026, 6, 16)},
            "board-approval",
            ("done", "done", "Complete · approved June 23"),
        ),
        ({}, "signatures", ("not_started", "empty", "Not started")),
        ({"signatures": 1}, "signatures", ("under_way", "half", "1 of 2 signed")),
    ],
)
def test_what_is_kept_beside_the_plan_has_a_state_too(beside, section, expected):
    assert state_of(section, complete_document(), **beside) == expected


def test_a_finding_of_one_section_leaves_the_others_alone():
    document = change(complete_document(), "lines", 3, focus_area=FOCUS_AREAS[7])

    touched = {each.key for each in states_of(document) if each.state == "attention"}

    assert touched == {"budget"}
