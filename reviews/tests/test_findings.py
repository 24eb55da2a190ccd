"""The figures of the finding sheet: each formula, and what holds of them whatever is entered."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.tests.documents import ABSENTEEISM, ACHIEVEMENT, a_target, complete_document
from progress.models import Implementation
from reviews.reports.findings import (
    Came,
    Carried,
    FindingSheet,
    Measured,
    Share,
    StrategyFound,
    TargetFound,
    planned_sheet,
)

figures = st.decimals(min_value=0, max_value=9999, places=2)


def target(actual, *, baseline="20", to="30", falls=False, **said):
    def figure(value):
        return None if value is None else Decimal(value)

    return TargetFound(
        lineage="target-1",
        number="1.1",
        measure="Reading",
        student_group="All",
        unit="percent",
        baseline=figure(baseline),
        baseline_year="2024-25",
        target=figure(to),
        falls=falls,
        said=Measured(actual=figure(actual), **said),
    )


def strategy(status, number=1, **said):
    return StrategyFound(f"strategy-{number}", number, "Tutors", Carried(status, **said))


@pytest.mark.parametrize(
    ("found", "came", "shown"),
    [
        (target("31"), Came.MET, "1.10"),
        (target("30"), Came.MET, "1.00"),
        (target("25"), Came.PART_WAY, "0.50"),
        (target("20"), Came.STOOD_STILL, "0.00"),
        (target("17"), Came.FELL_BACK, "-0.30"),
        (target("0"), Came.FELL_BACK, "-2.00"),
        (target("14", baseline="19", to="15", falls=True), Came.MET, "1.25"),
        (target("17", baseline="19", to="15", falls=True), Came.PART_WAY, "0.50"),
        (target("21", baseline="19", to="15", falls=True), Came.FELL_BACK, "-0.50"),
        (target("29", baseline="30", to="30"), Came.NOT_MET, None),
        (target("30", baseline="30", to="30"), Came.MET, None),
        (target("25", baseline=None), Came.NOT_MET, None),
        (target(None), Came.NOT_YET, None),
        (target(None, suppressed="*"), Came.SUPPRESSED, None),
        (target("25", to=None), Came.NO_TARGET, None),
    ],
)
def test_what_a_target_came_to(found, came, shown):
    assert (found.came, found.distance_shown) == (came, shown and Decimal(shown))


def test_the_published_example_of_the_design_is_what_we_compute():
    fell_back = target("17.6", baseline="18.3", to="22.0")

    assert fell_back.distance == Fraction(-7, 37)
    assert (fell_back.distance_shown, fell_back.came) == (Decimal("-0.19"), Came.FELL_BACK)


@given(figures, figures, figures)
def test_distance_is_told_unless_target_and_baseline_are_one(actual, baseline, to):
    found = target(actual, baseline=baseline, to=to, falls=to < baseline)

    assert (found.distance is None) == (baseline == to)
    if found.distance is not None:
        way = Fraction(to) - Fraction(baseline)
        assert Fraction(baseline) + found.distance * way == Fraction(actual)
        assert found.is_met == (found.distance >= 1)  # in the direction of its way


@given(figures, figures, figures, st.booleans())
def test_met_depends_on_the_indicators_direction_alone(actual, baseline, to, falls):
    found = target(actual, baseline=baseline, to=to, falls=falls)

    assert found.is_met == (actual <= to if falls else actual >= to)
    assert (found.came == Came.MET) == found.is_met


states = st.builds(
    strategy,
    st.sampled_from(Implementation.values),
    due=st.integers(5, 9),
    kept=st.integers(0, 3),
    late=st.integers(0, 2),
)


@given(st.lists(states), st.lists(st.builds(target, st.none() | figures)))
def test_every_row_is_in_one_count_and_in_no_other(strategies, targets):
    sheet = FindingSheet(2027, tuple(strategies), tuple(targets))

    assert sheet.implemented.whole + len(sheet.discontinued) == len(strategies)
    assert sum(len(sheet.with_status(each)) for each in Implementation) == len(strategies)
    assert sheet.met.whole + len(sheet.without_actual) == len(targets)
    assert sheet.met.part + len(sheet.missed) == sheet.met.whole
    assert sum(len(sheet.came_to(each)) for each in Came) == len(targets)
    kept, late, open_ = (
        sheet.milestones.part,
        sheet.milestones_late,
        sheet.milestones_not_done,
    )
    assert kept + late + open_ == sheet.milestones.whole
    assert open_ >= 0


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_percent_says_all_only_of_all_and_none_only_of_none(part, more):
    share = Share(part, part + more)

    if share.whole == 0:
        assert share.percent is None
    else:
        assert (share.percent == 100) == (more == 0)
        assert (share.percent == 0) == (part == 0)
        assert abs(share.percent - 100 * share.exact) < 1


def test_implemented_leaves_discontinued_out_and_counts_the_unreported():
    on_track, complete = strategy("on_track"), strategy("complete", 2)
    at_risk, gone = strategy("at_risk", 3), strategy("discontinued", 4)
    silent = StrategyFound("strategy-5", 5, "Coaches", None)

    sheet = FindingSheet(2027, (on_track, complete, at_risk, gone, silent), ())

    assert sheet.implemented == Share(2, 4)
    assert (sheet.discontinued, sheet.not_reported) == ([gone], [silent])
    assert sheet.implemented.words == "2 of 4, 50%"


def test_a_sheet_without_a_report_says_so():
    document = complete_document()

    assert not planned_sheet(document).has_report
    assert planned_sheet(document).saying({"strategy-31": Carried("on_track")}, {}).has_report


def test_rows_are_those_of_the_plan_in_its_order_with_what_was_reported_of_each():
    sheet = planned_sheet(complete_document()).saying(
        {"strategy-32": Carried("complete", due=3, kept=2, late=1)},
        {"target-22": Measured(actual=Decimal("40"), source="Smarter Balanced")},
    )

    assert [(one.number, one.status) for one in sheet.strategies] == [
        (1, None),
        (2, Implementation.COMPLETE),
    ]
    assert [(one.number, one.actual) for one in sheet.targets] == [
        ("1.1", None),
        ("1.2", Decimal("40")),
        ("2.1", None),
    ]
    assert (sheet.milestones, sheet.milestones_late) == (Share(2, 3), 1)


@pytest.mark.parametrize(
    ("part", "falls"),
    [
        ({"indicator": ABSENTEEISM}, True),
        ({"indicator": ACHIEVEMENT}, False),
        ({"indicator": None, "baseline": Decimal(9), "target_value": Decimal(8)}, True),
        ({"indicator": None, "baseline": Decimal(8), "target_value": Decimal(9)}, False),
        ({"indicator": None, "baseline": None, "target_value": Decimal(9)}, False),
    ],
)
def test_direction_is_the_indicators_or_from_baseline_to_target(part, falls):
    objective = (
        complete_document()
        .objectives[0]
        .model_copy(update={"targets": (a_target(21, "1.1", **part),)})
    )

    sheet = planned_sheet(complete_document(objectives=(objective,)))

    assert sheet.targets[0].falls is falls
