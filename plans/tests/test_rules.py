"""The registry, the order of findings, and text that could not be read."""

import itertools
import re
import time

import pytest

from plans import rules
from plans.documents.kinds import parts_of
from plans.documents.shape import LinePart, StrategyPart
from plans.documents.stored import SCHEMA, thaw
from plans.models import Certainty
from plans.rules import RULES, Finding, Severity, base, layout
from plans.sections import SECTIONS, SectionKey
from plans.tests.documents import (
    a_line,
    a_strategy,
    change,
    check,
    complete_document,
    empty_document,
)

OF_EACH_SECTION = (
    *(*rules.IDENTIFYING_RULES, *rules.ASKED_RULES),
    *(*rules.TYPED_RULES, *rules.CARRIED_RULES),
)


def test_a_complete_plan_breaks_no_rule():
    assert check(complete_document()) == []


def test_a_version_is_judged_as_the_draft_was():
    document = change(complete_document(), "lines", 0, amount=1)

    assert check(thaw(document.frozen(), schema=SCHEMA)) == check(document)


def test_a_plan_just_started_lists_what_is_to_be_written():
    found = [(each.rule, each.section, each.sentence) for each in check(empty_document())]

    assert [each for each in found if each[0]] == [
        (
            "R11",
            SectionKey.NEEDS,
            "The needs assessment cites no indicator. Choose at least one.",
        ),
        (
            "R06",
            SectionKey.OBJECTIVES,
            "The plan has no objective. Add one, with a performance target.",
        ),
        (
            "R08",
            SectionKey.STRATEGIES,
            "The plan has no strategy. Add one, with its domain and a focus area.",
        ),
        (
            "R17",
            SectionKey.BUDGET,
            "Current-year lines total $0; the final allocation is $1,000,000."
            " Budget $1,000,000 more.",
        ),
        (
            "R10",
            SectionKey.ENGAGEMENT,
            "No engagement is recorded with: families, teachers, school leaders and community"
            " partners. Add an entry for each of them.",
        ),
        (
            "R10",
            SectionKey.ENGAGEMENT,
            "Nothing is said about efficiencies and alignment with current programs."
            " Write what working with these groups leads to.",
        ),
        (
            "R12",
            SectionKey.ASSURANCES,
            "It is not said whether the Department has approved the educator evaluation plan."
            " Choose yes or no.",
        ),
        (
            "R13",
            SectionKey.ASSURANCES,
            "0 of 9 assurances are accepted. Accept each of them.",
        ),
    ]
    assert {section for rule, section, _ in found if not rule} == {
        *(SectionKey.COVER, SectionKey.NEEDS, SectionKey.LOOK_BACK, SectionKey.SUSTAINABILITY),
    }


# The registry


def test_every_rule_that_is_written_is_run():
    modules = [
        *(rules.assurances, rules.budget, rules.engagement, rules.focus_areas, rules.line_kinds),
        *(rules.lines, rules.needs, rules.objectives, rules.strategies),
    ]
    written = [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, base.Rule)
    ]

    assert {id(rule) for rule in written} == {
        id(rule) for rule in RULES if rule not in OF_EACH_SECTION
    }


def test_rules_are_listed_by_number():
    numbers = [rule.number for rule in RULES if rule not in OF_EACH_SECTION]

    assert numbers == sorted(numbers)
    assert set(numbers) == {
        *(
            "R06",
            "R07",
            "R08",
            "R09",
            "R10",
            "R11",
            "R12",
            "R13",
            "R17",
            "R18",
            "R19",
            "R20",
            "R21",
        ),
        *("R22", "R23", "R24", "R25", "R26", "R27", "R28", "R29", "R33b"),
    }


def test_every_rule_says_what_it_asks_and_how_sure_its_source_is():
    for rule in RULES:
        assert rule.statement.endswith("."), rule
        assert rule.citation, rule
        assert rule.certainty in Certainty.values, rule


# Order


def test_findings_come_by_section_then_by_row_then_by_rule():
    document = complete_document()
    document = change(document, "assurances", evaluation_plan_approved=False)
    document = change(document, "lines", 3, narrative="")
    document = change(document, "lines", 1, focus_area=document.lines[2].focus_area)
    document = change(document, "objectives", 1, "targets", 0, data_source="")
    document = change(document, "objectives", 1, statement="")
    document = change(document, "objectives", 0, "targets", 1, unit="", baseline_year="")

    assert [
        (finding.rule, finding.place, finding.row_id, finding.field) for finding in check(document)
    ] == [
        ("R07", "target", 22, "baseline_year"),
        ("R06", "objective", 12, "statement"),
        ("R07", "target", 23, "data_source"),
        ("R20", "line", 42, "focus_area"),
        ("R19", "line", 44, "narrative"),
        ("R12", "", None, "evaluation_plan_approved"),
    ]


# Text that could not be read


@pytest.mark.parametrize(
    ("path", "field", "typed", "finding"),
    [
        (
            ("objectives", 0, "targets", 0),
            "due_on",
            "twelve",
            (
                "R07",
                "target",
                21,
                "Target 1.1: “twelve” is not a date in 1950 to 2099. Write month, day, year.",
            ),
        ),
        (
            ("objectives", 1, "targets", 0),
            "baseline",
            "about 20",
            (
                "R07",
                "target",
                23,
                "Target 2.1: “about 20” is not a number with at most 2 decimals."
                " Write it in digits, such as 46.1, and a suppressed figure as it is published,"
                " * or <5.",
            ),
        ),
        (
            ("strategies", 1),
            "starts_on",
            "fall",
            (
                "R09",
                "strategy",
                32,
                "Strategy 2: “fall” is not a date in 1950 to 2099. Write month, day, year.",
            ),
        ),
        (
            ("strategies", 1, "milestones", 0),
            "due_on",
            "soon",
            (
                "R09",
                "milestone",
                321,
                "Strategy 2, milestone 1: “soon”"
                " is not a date in 1950 to 2099. Write month, day, year.",
            ),
        ),
        (
            ("lines", 3),
            "amount",
            "18k",
            (
                "R19",
                "line",
                44,
                "Line 4: “18k” is not an amount in whole dollars. Write it like $1,204,000.",
            ),
        ),
        (
            ("lines", 3),
            "object_code",
            "999",
            (
                "R19",
                "line",
                44,
                "Line 4: “999” is not one of the choices. Choose from the list.",
            ),
        ),
        (
            ("engagement", 0),
            "held_on",
            "last spring",
            (
                "R10",
                "engagement",
                51,
                "Engagement 1: “last spring”"
                " is not a date in 1950 to 2099. Write month, day, year.",
            ),
        ),
        (
            ("cover",),
            "contact_email",
            "ana at ansonia",
            (
                "",
                "",
                None,
                "“ana at ansonia” is not an email address. Write it like name@district.org.",
            ),
        ),
        (
            ("assurances",),
            "evaluation_plan_approved_on",
            "2025",
            (
                "R12",
                "",
                None,
                "“2025” is not a date in 1950 to 2099. Write month, day, year.",
            ),
        ),
        (
            ("strategies", 0),
            "title",
            "w" * 201,
            ("R09", "strategy", 31, f"Strategy 1: “{'w' * 60}…” is too long. Shorten it."),
        ),
    ],
)
def test_text_that_could_not_be_read_stops_the_plan(path, field, typed, finding):
    document = change(complete_document(), *path, as_typed={field: typed})

    found = check(document)

    assert [(each.rule, each.place, each.row_id, each.sentence) for each in found] == [finding]
    assert [(each.severity, each.field) for each in found] == [(Severity.STOP, field)]


def test_text_that_could_not_be_read_is_not_also_called_missing():
    document = change(
        complete_document(),
        *("objectives", 0, "targets", 0),
        due_on=None,
        as_typed={"due_on": "twelve"},
    )

    assert [finding.sentence for finding in check(document)] == [
        "Target 1.1: “twelve” is not a date in 1950 to 2099. Write month, day, year."
    ]


@pytest.mark.parametrize(
    "section", [key for key in layout.SECTIONS_WITH_ROWS if key != SectionKey.ATTACHMENTS]
)
def test_text_that_could_not_be_read_is_found_in_every_section(section):
    document = complete_document()
    for row in parts_of(section, document):
        row.as_typed["field"] = "x"

    found = check(document)

    assert {finding.section for finding in found} == {section}
    assert len(found) == len(list(parts_of(section, document)))


# Speed


def test_a_long_plan_is_judged_within_milliseconds():
    """Every save runs the rules. Forty blank strategies and 120 blank lines: about 3 ms."""
    document = complete_document(
        strategies=tuple(StrategyPart(id=n, number=n, lineage=f"s{n}") for n in range(1, 41)),
        lines=tuple(LinePart(id=n, number=n) for n in range(1, 121)),
    )

    fastest = min(_seconds(document) for _ in range(5))

    assert fastest < 0.05


def _seconds(document) -> float:
    start = time.perf_counter()
    check(document)
    return time.perf_counter() - start


# How findings speak


def test_sentences_keep_our_words():
    """No blame, no exclamation, no “please”; each ends with a full stop."""
    blank = complete_document(
        objectives=(),
        strategies=(a_strategy(1, 1, title="", domain=None, owner="", targets=(), starts_on=None),),
        lines=(LinePart(id=1, number=1), a_line(2, 2, line_kind="team_stipend", amount=0)),
    )
    sentences = [
        finding.sentence for finding in itertools.chain(check(blank), check(empty_document()))
    ]

    assert len(sentences) > 15
    for sentence in sentences:
        assert re.fullmatch(r"[A-Z0-9“].*\.", sentence), sentence
        assert not re.search(r"!|please|invalid|error|must", sentence, re.IGNORECASE), sentence


def test_a_finding_stops_or_warns():
    common = {
        "rule": "R17",
        "section": SectionKey.BUDGET,
        "sentence": "",
        "citation": "",
        "certainty": "law",
    }

    assert Finding(severity=Severity.STOP, **common).stops
    assert not Finding(severity=Severity.WARN, **common).stops


def test_every_rule_belongs_to_a_section_of_the_plan():
    assert {rule.section for rule in RULES} <= set(SECTIONS)
