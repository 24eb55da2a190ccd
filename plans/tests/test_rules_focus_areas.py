"""R22, R23 and R29: what a focus area asks of the plan."""

import pytest

from plans.documents.terms import FocusAreaTerm
from plans.rules import Severity
from plans.rules.focus_areas import areas_named
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


# R22


@pytest.mark.parametrize(
    "grades", ["K", "K-3", "K–3", "k to 3", "1, 2 and 3", "Kindergarten", "grades 1–2", "1st, 2nd"]
)
def test_r22_takes_grades_within_k_3(grades):
    assert found(change(complete_document(), "lines", 3, grades=grades)) == []


@pytest.mark.parametrize("grades", ["K-5", "4", "PK–3", "Pre-K", "3, 4", "all", "0", "12"])
def test_r22_warns_of_grades_beyond_k_3(grades):
    assert found(change(complete_document(), "lines", 3, grades=grades)) == [
        (
            "R22",
            Severity.WARN,
            f"Line 4 is for focus area 2, reading in K–3, and its grades are “{grades}”."
            " Name grades within K–3, or choose another focus area.",
            "line",
            44,
            "grades",
        )
    ]


def test_r22_warns_of_a_reading_line_without_grades_and_of_no_other():
    assert found(change(complete_document(), "lines", 3, grades=" ")) == [
        (
            "R22",
            Severity.WARN,
            "Line 4 is for focus area 2 and names no grade. Name the grades, within K–3.",
            "line",
            44,
            "grades",
        )
    ]
    assert (
        found(change(complete_document(), "lines", 3, grades="", focus_area=FOCUS_AREAS[8])) == []
    )


# R23


def one_strategy(*left_out, **needs):
    """A whole plan of one strategy that serves all ten focus areas but these."""
    areas = tuple(area for number, area in FOCUS_AREAS.items() if number not in left_out)
    document = complete_document(
        strategies=(a_strategy(31, 1, focus_areas=areas),),
        lines=(a_line(41, 1, amount=1_000_000, object_code=SUPPLIES),),
    )
    return change(document, "needs", **needs)


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ((5,), "Focus area 5 has no strategy. Add one, or say why it needs none."),
        (
            (5, 8, 10),
            "3 focus areas have no strategy: 5, 8 and 10."
            " Add strategies, or say of each by its number why it needs none.",
        ),
    ],
)
def test_r23_warns_once_of_all_focus_areas_without_a_strategy(left_out, sentence):
    assert found(one_strategy(*left_out)) == [
        ("R23", Severity.WARN, sentence, "", None, "unserved_areas")
    ]


def test_r23_is_answered_where_it_says_so():
    """Each area by its number: what is said of 10 says nothing of 1."""
    why = "10: no student is learning English. 5: done in 2024."

    assert found(one_strategy(5, 10, unserved_areas=why)) == []
    assert [each.sentence for each in check(one_strategy(1, 10, unserved_areas=why))] == [
        "Focus area 1 has no strategy. Add one, or say why it needs none."
        " Begin each reason with “Area” and its number."
    ]


@pytest.mark.parametrize(
    ("reasons", "areas"),
    [
        ("Area 3: served by Title I.", {3}),
        ("focus area #3 can wait", {3}),
        ("Areas 5, 8 and 10 are paid by the town.", {5, 8, 10}),
        ("Focus areas 4, 5, and 7 wait; so do areas 8–10.", {4, 5, 7, 8, 9, 10}),
        ("Areas 3 through 5 wait.", {3, 4, 5}),
        ("3: Title I. 5 – the town pays.\n8) none is needed\n- 9. done", {3, 5, 8, 9}),
        ("5 and 10: no need.", {5, 10}),
        ("(7) no need", {7}),
        ("5, 8, 10", {5, 8, 10}),
        ("5\n8", {5, 8}),
        ("Reading in K–3 is paid by a grant.", set()),
        ("Grades K–3: a grant. Grade 5 too.", set()),
        ("3 teachers and 5.5 hours a week. 4 schools, 8 rooms.", set()),
        ("We began in 2024. 2024: all of it. Since 10:30 am, at $5.", set()),
        ("3:30 pm is too late", set()),
        ("Done. 3 – 5 schools have it.", set()),
        ("It is served by 3. Nothing else", set()),
        ("", set()),
    ],
)
def test_r23_reads_as_areas_only_the_numbers_meant_so(reasons, areas):
    assert areas_named(reasons) == areas


def test_r23_asks_for_the_ten_of_the_program_page_alone():
    other = FocusAreaTerm(number=13, short_name="FAFSA", is_on_programme_page=False)
    document = one_strategy().model_copy(update={"focus_areas": (*FOCUS_AREAS.values(), other)})

    assert found(document) == []


# R29

AGREEMENT = FocusAreaTerm(number=11, short_name="Responsibilities agreement")


@pytest.mark.parametrize(
    ("area", "field", "ask", "citation"),
    [
        (
            FOCUS_AREAS[2],
            "reading_program",
            "Say how it follows the intensive reading program.",
            "§ 10-14u",
        ),
        (
            FOCUS_AREAS[9],
            "residency_partner",
            "Name the partner of the residency program.",
            "§ 10-156gg",
        ),
        (
            AGREEMENT,
            "responsibilities_agreement",
            "Name the model school district responsibilities agreement.",
            "§ 10-223l",
        ),
    ],
)
def test_r29_warns_where_a_focus_area_does_not_say_what_the_statute_names(
    area, field, ask, citation
):
    areas = (*FOCUS_AREAS.values(), AGREEMENT)
    said = {"responsibilities_agreement": "Of 2024, with the Commissioner."}
    strategy = a_strategy(31, 1, focus_areas=areas, **(said | {field: " "}))
    document = one_strategy().model_copy(update={"strategies": (strategy,)})

    assert found(document) == [
        (
            "R29",
            Severity.WARN,
            f"Strategy 1 serves focus area {area.number}. {ask}",
            "strategy",
            31,
            field,
        )
    ]
    (finding,) = check(document)
    assert (finding.citation, finding.certainty) == (citation, "law")


def test_r29_is_answered_by_one_of_the_strategies_of_the_area():
    silent = a_strategy(32, 2, focus_areas=(FOCUS_AREAS[2],), reading_program="")
    document = one_strategy()
    spoken = document.strategies[0]

    assert found(document.model_copy(update={"strategies": (silent, spoken)})) == []
    both = (silent, spoken.model_copy(update={"reading_program": ""}))
    assert [each.sentence for each in check(document.model_copy(update={"strategies": both}))] == [
        "Strategies 2 and 1 serve focus area 2. Say how it follows the intensive reading program."
    ]
