"""R08 and R09: strategies, their focus areas, targets and milestones."""

from datetime import date

import pytest

from plans.documents.shape import MilestonePart
from plans.documents.terms import Term
from plans.reading.document import origin_of
from plans.rules import Severity
from plans.tests.documents import (
    FOCUS_AREAS,
    SUPPLIES,
    a_line,
    a_strategy,
    change,
    check,
    complete_document,
)


def found(document):
    return [
        (each.rule, each.severity, each.sentence, each.place, each.row_id, each.field)
        for each in check(document)
    ]


def one_strategy(**fields):
    """A whole plan of one strategy that serves all ten focus areas."""
    fields = {"focus_areas": tuple(FOCUS_AREAS.values()), **fields}
    return complete_document(
        strategies=(a_strategy(31, 1, **fields),),
        lines=(a_line(41, 1, amount=1_000_000, object_code=SUPPLIES),),
    )


def test_one_strategy_may_serve_all_ten_focus_areas():
    assert found(one_strategy()) == []


# R08


def test_r08_stops_a_plan_without_strategies():
    document = complete_document(strategies=(), lines=())

    assert [each for each in found(document) if each[0] != "R17"] == [
        (
            "R08",
            Severity.STOP,
            "The plan has no strategy. Add one, with its domain and a focus area.",
            "",
            None,
            "",
        )
    ]


def test_r08_stops_a_strategy_without_a_focus_area():
    document = complete_document(
        strategies=(
            *one_strategy().strategies,
            a_strategy(32, 2, focus_areas=()),
        ),
        lines=one_strategy().lines,
    )

    assert found(document) == [
        (
            "R08",
            Severity.STOP,
            "Strategy 2 has no focus area. Choose at least one.",
            "strategy",
            32,
            "focus_area_numbers",
        )
    ]


def test_r08_stops_a_strategy_without_a_domain():
    assert found(one_strategy(domain=None)) == [
        ("R08", Severity.STOP, "Strategy 1 has no domain. Choose one.", "strategy", 31, "domain")
    ]


def test_r08_cites_the_programme_page_for_focus_areas_and_practice_for_domains():
    document = change(complete_document(), "strategies", 0, focus_areas=(), domain=None)

    assert [(each.citation, each.certainty) for each in check(document) if each.rule == "R08"] == [
        ("§ 10-262u(d)", "page"),
        ("Department practice", "practice"),
    ]


# R09, what a strategy has


@pytest.mark.parametrize(
    ("name", "nothing", "sentence", "field"),
    [
        ("owner", " ", "Strategy 1 has no owner. Name who answers for it.", "owner"),
        ("starts_on", None, "Strategy 1 has no start date. Enter one.", "starts_on"),
        ("ends_on", None, "Strategy 1 has no end date. Enter one.", "ends_on"),
        ("targets", (), "Strategy 1 serves no target. Link at least one.", "target_lineages"),
        (
            "starts_on",
            date(2026, 6, 30),
            "Strategy 1 starts on June 30, 2026, outside FY2027."
            " Choose a date from July 1, 2026 to June 30, 2027.",
            "starts_on",
        ),
        (
            "ends_on",
            date(2027, 7, 1),
            "Strategy 1 ends on July 1, 2027, outside FY2027."
            " Choose a date from July 1, 2026 to June 30, 2027.",
            "ends_on",
        ),
        (
            "ends_on",
            date(2026, 8, 23),
            "Strategy 1 ends on August 23, 2026, before it starts on August 24, 2026."
            " Change one of the two dates.",
            "ends_on",
        ),
    ],
)
def test_r09_stops_a_strategy_that_is_not_whole(name, nothing, sentence, field):
    assert found(one_strategy(**{name: nothing})) == [
        ("R09", Severity.STOP, sentence, "strategy", 31, field)
    ]


def test_r09_takes_the_whole_fiscal_year():
    assert found(one_strategy(starts_on=date(2026, 7, 1), ends_on=date(2027, 6, 30))) == []


# R09, the milestones


@pytest.mark.parametrize(
    ("descriptions", "sentence"),
    [
        (["Hired", "Screened"], None),
        (
            ["Hired"],
            "Strategy 1 has only 1 milestone. Add 1, so that progress shows during the year.",
        ),
        ([], "Strategy 1 has no milestone. Add 2, so that progress shows during the year."),
        (
            ["Hired", " "],
            "Strategy 1 has only 1 milestone. Add 1, so that progress shows during the year.",
        ),
    ],
)
def test_r09_warns_of_fewer_than_two_milestones(descriptions, sentence):
    milestones = tuple(
        MilestonePart(id=number, number=number, description=words, due_on=date(2026, 9, 30))
        for number, words in enumerate(descriptions, start=1)
    )

    assert [each for each in found(one_strategy(milestones=milestones)) if each[0]] == (
        [("R09", Severity.WARN, sentence, "strategy", 31, "")] if sentence else []
    )


# R33b

LAST = Term(code="last-1", name="Attendance teams")
LIAISONS = Term(code="last-2", name="Family liaisons")


def test_r33b_a_strategy_comes_from_others_and_never_from_itself():
    assert found(one_strategy(comes_from=(LAST, LIAISONS))) == []

    itself = Term(code="strategy-31", name="Attendance teams")
    assert found(one_strategy(comes_from=(itself, LIAISONS))) == [
        (
            "R33b",
            Severity.STOP,
            "Strategy 1 is last year’s “Attendance teams” itself, so it does not come from it."
            " Untick it there, or add a new strategy for what was split off.",
            "strategy",
            31,
            "parent_lineages",
        )
    ]


@pytest.mark.parametrize(
    ("first", "second", "origins"),
    [
        ((LAST, LIAISONS), (), ["Merged from “Attendance teams” and “Family liaisons”", ""]),
        (
            (LAST,),
            (LAST,),
            [
                "Split from “Attendance teams”, beside strategy 2",
                "Split from “Attendance teams”, beside strategy 1",
            ],
        ),
        ((LAST,), (LIAISONS,), ["Follows “Attendance teams”", "Follows “Family liaisons”"]),
    ],
)
def test_where_a_strategy_comes_from_reads_as_a_split_or_a_merger(first, second, origins):
    document = complete_document(
        strategies=(a_strategy(31, 1, comes_from=first), a_strategy(32, 2, comes_from=second))
    )

    assert [origin_of(each, document) for each in document.strategies] == origins


def test_what_goes_on_beside_what_was_split_off_is_named():
    document = complete_document(
        strategies=(a_strategy(31, 1, lineage="last-1"), a_strategy(32, 2, comes_from=(LAST,)))
    )

    assert origin_of(document.strategies[1], document) == (
        "Split from “Attendance teams”, beside strategy 1"
    )
