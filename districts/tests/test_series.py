"""Series of published figures: what continues what, how sure each is, and the picture of it."""

from decimal import Decimal

import pytest

from districts.measures import MEASURES, Certainty, Group, certainty_of
from districts.reading.charts import chart_of
from districts.reports import Line, Point, Series


def series_of(key="sbac_ela_level3plus", *, group=Group.ALL, **of_year):
    points = tuple(
        Point(int(year[1:]), Decimal(str(value)), "EdSight", Certainty.EXACT)
        for year, value in of_year.items()
    )
    return Series(MEASURES[key], (Line(group, points),))


def years_of(runs):
    return [[point.fiscal_year for point in run] for run in runs]


def test_no_year_that_was_not_measured_is_drawn_across():
    series = series_of(y2018=41, y2019=43, y2022=35, y2023=36)

    (line,) = chart_of(series, of="Ansonia").lines

    assert years_of(series.lines[0].runs(())) == [[2018, 2019], [2022, 2023]]
    assert [len(points.split()) for points in line.segments] == [2, 2]
    assert line.dots.count("M") == 4


def test_a_change_in_how_it_is_counted_parts_years_that_follow_one_another():
    series = series_of("per_pupil_expenditure", y2016=14000, y2017=14500, y2018=15100)

    assert years_of(series.lines[0].runs(series.measure.breaks)) == [[2016, 2017], [2018]]


def test_the_picture_says_in_words_what_it_shows():
    chart = chart_of(series_of(y2018=41.24, y2019=43, y2022=35), of="Ansonia")

    assert chart.title == "English language arts, level 3 or 4, Ansonia"
    assert chart.description == (
        "All students: 41.2% in 2017-18, 35% in 2021-22. No figure for 2019-20, 2020-21."
    )


def test_one_year_is_no_picture():
    assert chart_of(series_of(y2025=41), of="Ansonia") is None


@pytest.mark.parametrize(
    ("key", "least", "most", "marks"),
    [
        ("sbac_ela_level3plus", 41, 43, ["41%", "41.5%", "42%", "42.5%", "43%"]),
        ("chronic_absenteeism", 8.5, 31, ["0%", "10%", "20%", "30%", "40%"]),
        ("enrollment", 2300, 2400, ["0", "1,000", "2,000", "3,000"]),
        ("alliance_portion", 6300685, 6300685, ["$0", "$2M", "$4M", "$6M", "$8M"]),
        ("alliance_portion", 0, 0, ["$0", "$1"]),
        ("per_pupil_expenditure", 9800, 20700, ["$0", "$10,000", "$20,000", "$30,000"]),
    ],
)
def test_the_axis_has_round_marks_and_counts_start_at_nothing(key, least, most, marks):
    chart = chart_of(series_of(key, y2019=least, y2020=most), of="Ansonia")

    assert [mark.words for mark in chart.values] == marks


def test_every_point_lies_within_the_picture():
    chart = chart_of(series_of(y2015=12.5, y2019=97.1, y2025=50), of="Ansonia")

    for line in chart.lines:
        for corner in line.dots.replace("h0", "").replace("M", "").split():
            x, y = map(float, corner.split(","))
            assert chart.left <= x <= chart.right
            assert 0 <= y <= chart.bottom
    assert all(chart.left <= mark.at <= chart.right for mark in chart.years)


@pytest.mark.parametrize(
    ("measure", "group", "year", "sure"),
    [
        ("chronic_absenteeism", Group.ALL, 2020, Certainty.EXACT),
        ("chronic_absenteeism", Group.ALL, 2025, Certainty.TIED),
        ("graduation_rate_4yr", Group.ALL, 2019, Certainty.EXACT),
        ("graduation_rate_4yr", Group.HIGH_NEEDS, 2020, Certainty.TIED),
        ("enrollment", Group.ALL, 2021, Certainty.EXACT),
        ("enrollment", Group.ALL, 2022, Certainty.TIED),
        ("sbac_math_level3plus", Group.ALL, 2019, Certainty.EXACT),
        ("sbac_math_level3plus", Group.HIGH_NEEDS, 2016, Certainty.EXACT),
        ("sbac_math_level3plus", Group.HIGH_NEEDS, 2019, Certainty.TIED),
        ("sbac_math_level3plus", Group.ALL, 2022, Certainty.TRANSCRIBED),
        ("per_pupil_expenditure", Group.ALL, 2015, Certainty.EXACT),
        ("per_pupil_expenditure", Group.ALL, 2016, Certainty.TRANSCRIBED),
        ("attendance_rate", Group.ALL, 2022, Certainty.EXACT),
        ("alliance_portion", Group.ALL, 2013, Certainty.TIED),
        ("accountability_index", Group.ALL, 2025, Certainty.TIED),
    ],
)
def test_how_sure_a_figure_is_follows_the_readme_of_the_files(measure, group, year, sure):
    assert certainty_of(measure, group, year) == sure
