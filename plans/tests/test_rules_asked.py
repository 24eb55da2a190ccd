"""R10, R11, what is asked without a number, and what is dated to a day still to come."""

from datetime import date, timedelta

import pytest

from plans.documents.kinds import IN_DOCUMENT, KINDS
from plans.documents.shape import CollaborationPart, EngagementPart, LookBackPart, NeedsPart
from plans.rules import Severity, board_approval_findings
from plans.tests.documents import GROUPS, TODAY, change, check, complete_document, empty_document

AT = {  # where the complete plan has a row of each kind
    "objective": ("objectives", 0),
    "target": ("objectives", 0, "targets", 0),
    "strategy": ("strategies", 0),
    "milestone": ("strategies", 0, "milestones", 0),
    "narrative": ("budget_narrative",),
    "line": ("lines", 0),
    "engagement": ("engagement", 0),
    "statement": ("assurances",),
}
ASKED = [
    (kind.key, field)
    for kind in IN_DOCUMENT.values()
    for field in kind.written
    if field.is_asked and field.part_name != "assurances"  # R13 counts what is accepted
]


def found(document, today=TODAY):
    return [
        (each.rule, each.severity, each.place, each.row_id, each.field)
        for each in check(document, today)
    ]


# The kind: whatever is not called optional


@pytest.mark.parametrize(("kind", "field"), ASKED, ids=[f"{k}-{f.name}" for k, f in ASKED])
def test_a_field_that_is_not_called_optional_stops_the_plan_while_it_is_empty(kind, field):
    """Each says which it is, so that a page leads there."""
    path = AT.get(kind, (KINDS[kind].within,))
    empty = KINDS[kind].part.model_fields[field.part_name].get_default()
    if field.part_name in ("funding_source", "line_kind"):
        empty = ""

    document = change(complete_document(), *path, **{field.part_name: empty})

    assert field.name in [each.field for each in check(document) if each.stops]


@pytest.mark.parametrize("nothing", ["", " \n "])
def test_an_empty_field_without_a_rule_of_its_own_is_named_by_its_words(nothing):
    document = change(complete_document(), "strategies", 1, "milestones", 0, description=nothing)

    (finding,) = [each for each in check(document) if each.stops]
    assert (finding.rule, finding.citation, finding.certainty, finding.sentence) == (
        "",
        "Department practice",
        "practice",
        "Strategy 2, milestone 1: “Milestone” is empty. Fill it in.",
    )


def test_an_empty_field_is_said_once():
    """By the rule that has a number, where there is one."""
    blank = [(each.section, each.row_id, each.field) for each in check(empty_document())]

    assert len(blank) == len(set(blank))


def test_an_amendment_looks_back_and_a_first_plan_does_not():
    nothing = {"look_back": LookBackPart()}

    assert {field for *_, field in found(complete_document(**nothing))} == {
        *("implementation", "performance", "lessons"),
    }
    assert found(complete_document(kind="initial", **nothing)) == []


# R10


def test_r10_stops_a_plan_that_lacks_a_group_of_its_cycle():
    document = complete_document()
    others = tuple(each for each in document.engagement if each.group != "teachers")

    (finding,) = check(document.model_copy(update={"engagement": others}))

    assert (finding.rule, finding.severity, finding.section, finding.certainty) == (
        "R10",
        Severity.STOP,
        "engagement",
        "law",
    )
    assert finding.sentence == "No engagement is recorded with: teachers. Add an entry."


def test_r10_asks_for_the_groups_of_the_cycle_and_no_others():
    families, *_ = document_groups = complete_document().engagement
    asked = complete_document(engagement=(families,), stakeholder_groups=GROUPS[:1])

    assert len(document_groups) == len(GROUPS)
    assert found(asked) == []


def test_r10_wants_some_engagement_where_a_text_is_from_before_groups_were_named():
    of_before = complete_document(stakeholder_groups=(), collaboration=CollaborationPart())

    assert found(of_before) == []
    assert found(of_before.model_copy(update={"engagement": ()})) == [
        ("R10", Severity.STOP, "", None, "")
    ]


def test_r10_wants_each_entry_dated_by_a_group():
    document = complete_document()
    entry = EngagementPart(id=60, number=5, how="A survey", heard="More buses.")

    assert found(document.model_copy(update={"engagement": (*document.engagement, entry)})) == [
        ("R10", Severity.STOP, "engagement", 60, "group"),
        ("R10", Severity.STOP, "engagement", 60, "held_on"),
    ]


@pytest.mark.parametrize("words", ["", "  \n"])
def test_r10_wants_a_word_on_efficiencies_and_alignment(words):
    document = change(complete_document(), "collaboration", alignment=words)

    assert found(document) == [("R10", Severity.STOP, "", None, "alignment")]


# R11


def test_r11_stops_a_needs_assessment_without_an_indicator():
    document = change(complete_document(), "needs", indicators=())

    (finding,) = check(document)

    assert (finding.rule, finding.severity, finding.field, finding.certainty) == (
        "R11",
        Severity.STOP,
        "indicator_numbers",
        "law",
    )
    assert finding.sentence == "The needs assessment cites no indicator. Choose at least one."


def test_r11_and_r10_stop_a_plan_with_neither_indicator_nor_engagement():
    """Such a plan was declared ready once."""
    document = complete_document(
        needs=NeedsPart(narrative="Low.", root_causes="Many."),
        engagement=(),
        collaboration=CollaborationPart(),
    )

    assert [rule for rule, severity, *_ in found(document) if severity == Severity.STOP] == [
        *("R11", "R10", "R10"),
    ]


# What happened is not dated to a day still to come

PAST = [
    (("engagement", 2), "held_on", "R10"),
    (("assurances",), "evaluation_plan_approved_on", "R12"),
]


@pytest.mark.parametrize(("path", "field", "rule"), PAST, ids=[field for _, field, _ in PAST])
def test_what_is_dated_to_a_day_still_to_come_is_found_until_that_day(path, field, rule):
    document = change(complete_document(), *path, **{field: TODAY})

    assert found(document, TODAY) == []
    ((said, severity, *_, named),) = found(document, TODAY - timedelta(days=1))
    assert (said, severity, named) == (rule, Severity.STOP, field)


def test_a_baseline_is_of_a_school_year_that_has_begun():
    document = change(complete_document(), "objectives", 0, "targets", 0, baseline_year="2026-27")

    assert found(document, date(2026, 7, 1)) == []
    assert found(document, date(2026, 6, 30)) == [
        ("R07", Severity.STOP, "target", 21, "baseline_year")
    ]


def test_every_day_of_the_plan_that_is_past_when_it_is_written_is_looked_at():
    """Days of what is planned lie in the fiscal year; every other day has a rule with a date."""
    planned = {"due_on", "starts_on", "ends_on", "planned_on"}
    days = {
        field.name for kind in KINDS.values() for field in kind.written if field.control == "day"
    }

    assert days - planned == {field for _, field, _ in PAST} | {"approved_on"}
    (vote,) = board_approval_findings(TODAY + timedelta(days=1), None, TODAY)
    assert (vote.rule, vote.field) == ("R14", "approved_on")
