"""Each rule of a progress report, over documents made here: what it finds, and what it lets be."""

from datetime import date
from decimal import Decimal

import pytest

from plans.models import Cycle
from progress.calendar import due_in_year
from progress.documents import MilestoneResult, ProgressDocument, StrategyResult, TargetActual
from progress.rules.progress import RULES, findings

DAY = date(2027, 2, 20)


def a_strategy(**values):
    said = {"id": 1, "number": 1, "status": "on_track", "sentence": "It runs."}
    return StrategyResult(**said | values)


def a_target(**values):
    said = {
        "id": 1,
        "number": "1.1",
        "baseline": Decimal("46.1"),
        "actual": Decimal("48.2"),
        "measured_in": "2025-26",
        "source": "EdSight",
    }
    return TargetActual(**said | values)


def a_document(**values):
    said = {
        "fiscal_year": 2027,
        "period": "mid_year",
        "district": "Ansonia",
        "district_code": "0020011",
        "due_on": date(2027, 2, 28),
        "plan_version": 1,
        "strategies": (a_strategy(),),
        "targets": (a_target(),),
    }
    return ProgressDocument(**said | values)


def found(document, today=DAY):
    return [(each.severity.value, each.sentence) for each in findings(document, today)]


def only(document, severity, start, today=DAY):
    ((severe, sentence),) = found(document, today)
    assert severe == severity
    assert sentence.startswith(start), sentence


def test_a_whole_report_is_found_nothing_with():
    assert found(a_document()) == []


def test_r49_asks_each_strategy_for_its_status():
    only(a_document(strategies=(a_strategy(status=""),)), "E", "Strategy 1 has no status yet.")


@pytest.mark.parametrize("status", ["off_track", "discontinued"])
def test_r49_asks_why_a_strategy_is_off_track_or_discontinued(status):
    strategy = a_strategy(status=status, sentence=" ")
    only(a_document(strategies=(strategy,)), "E", "Strategy 1 is ")


def test_r49_warns_of_a_strategy_without_a_sentence():
    only(a_document(strategies=(a_strategy(sentence=""),)), "W", "Strategy 1 has no sentence.")


@pytest.mark.parametrize(
    ("values", "start"),
    [
        ({"actual": None}, "Target 1.1 has no figure."),
        ({"source": ""}, "Target 1.1: say where the figure is from."),
        ({"measured_in": ""}, "Target 1.1: say of which school year"),
    ],
)
def test_r49_asks_each_target_for_a_figure_or_a_date(values, start):
    only(a_document(targets=(a_target(**values),)), "E", start)


@pytest.mark.parametrize(
    "values",
    [
        {"actual": None, "source": "", "measured_in": "", "available_on": date(2027, 9, 30)},
        {"actual": None, "as_typed": {"actual": "*"}},
    ],
)
def test_r49_takes_a_date_or_a_figure_published_suppressed(values):
    assert found(a_document(targets=(a_target(**values),))) == []


def test_a_figure_that_was_to_come_by_a_day_past_is_warned_of():
    late = {"actual": None, "available_on": date(2027, 1, 31)}
    only(a_document(targets=(a_target(**late),)), "W", "Target 1.1: January 31, 2027 is past.")


def test_a_target_without_a_baseline_is_said_and_not_stopped():
    only(a_document(targets=(a_target(baseline=None),)), "W", "Target 1.1 has no baseline")
    suppressed = a_target(baseline=None, baseline_suppressed="<5")
    assert found(a_document(targets=(suppressed,))) == []


def test_a_late_report_is_said_to_be_late_and_not_stopped():
    assert found(a_document(), date(2027, 2, 28)) == []
    only(a_document(), "W", "It was due on February 28, 2027, 1 day ago.", date(2027, 3, 1))


def test_an_end_of_year_report_is_of_a_year_that_has_ended():
    document = a_document(period="end_of_year", due_on=date(2027, 8, 15))
    only(document, "E", "The fiscal year ends on June 30, 2027", date(2027, 6, 30))
    assert found(document, date(2027, 7, 1)) == []


def test_nothing_is_done_on_a_day_to_come():
    milestone = MilestoneResult(id=1, number=2, done_on=date(2027, 2, 21))
    document = a_document(strategies=(a_strategy(milestones=(milestone,)),))
    only(document, "E", "Strategy 1, milestone 2: February 21, 2027 is still to come.")
    assert found(document, date(2027, 2, 21)) == []


def test_a_complete_strategy_with_an_open_milestone_is_warned_of():
    milestone = MilestoneResult(id=1, number=2)
    strategy = a_strategy(status="complete", milestones=(milestone,))
    only(a_document(strategies=(strategy,)), "W", "Strategy 1 is complete, and its milestone 2")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"actual": "about half"}, "Target 1.1: “about half” is not a number"),
        ({"available_on": "soon"}, "Target 1.1: “soon” is not a date"),
        ({"measured_in": "last year"}, "Target 1.1: “last year” is not a school year"),
    ],
)
def test_what_cannot_be_read_stops_it(values, sentence):
    empty = {"actual": None} if "measured_in" not in values else {"measured_in": ""}
    target = a_target(as_typed=values, **empty)
    only(a_document(targets=(target,)), "E", sentence)


def test_each_rule_has_a_number_a_citation_and_a_certainty():
    assert {(rule.number, rule.citation, rule.certainty) for rule in RULES} == {
        ("R49", "Our default", "default")
    }


@pytest.mark.django_db
def test_r49_reports_are_due_when_the_cycle_says():
    cycle = Cycle.objects.get(pk=2027)

    assert due_in_year(cycle, "progress", "mid_year") == cycle.mid_year_report_on
    assert due_in_year(cycle, "progress", "end_of_year") == cycle.end_of_year_report_on
    assert [cycle.mid_year_report_on, cycle.end_of_year_report_on] == [
        date(2027, 2, 28),
        date(2027, 8, 15),
    ]
