"""What the Department publishes of a district each year: each measure, and how sure we are of it.

districts/data/README-history.md says where each figure was taken from, and what to know of it.
"""

from dataclasses import dataclass

from django.db import models


class Group(models.TextChoices):
    """The students a figure is about."""

    ALL = "all", "All students"
    HIGH_NEEDS = "high_needs", "High needs"
    NON_HIGH_NEEDS = "non_high_needs", "Not high needs"
    ENGLISH_LEARNERS = "english_learners", "English learners"
    STUDENTS_WITH_DISABILITIES = "students_with_disabilities", "Students with disabilities"
    FREE_LUNCH = "free_lunch", "Free lunch"
    FREE_REDUCED_LUNCH = "free_reduced_lunch", "Free or reduced lunch"
    NOT_LUNCH_ELIGIBLE = "not_lunch_eligible", "Not eligible for lunch"


class Unit(models.TextChoices):
    DOLLARS = "usd", "US dollars"
    DOLLARS_PER_PUPIL = "usd_per_pupil", "US dollars per pupil"
    STUDENTS = "students", "students"
    PERCENT = "percent", "percent"
    INDEX = "index", "index, 0 to 100"
    INDEX_POINTS = "index_points", "points of the index"
    POINTS = "points", "points"
    FLAG = "flag", "1 where flagged"


class Topic(models.TextChoices):
    """What a page shows together, in this order."""

    MONEY = "money", "State money"
    ENROLLMENT = "enrollment", "Enrollment"
    ATTENDANCE = "attendance", "Attendance"
    TESTS = "tests", "Smarter Balanced tests, grades 3 to 8"
    GRADUATION = "graduation", "Graduation"
    SPENDING = "spending", "Spending per pupil"
    ACCOUNTABILITY = "accountability", "Accountability, 2024-25"


class Certainty(models.TextChoices):
    """How a figure came here from what the Department published; the surest first."""

    EXACT = "exact", "high: read from the published file itself"
    TIED = "tied", "high: transcribed, and tied by arithmetic to other published figures"
    TRANSCRIBED = "transcribed", "good: transcribed, with weaker checks"


@dataclass(frozen=True)
class Measure:
    key: str
    label: str
    unit: Unit
    topic: Topic
    is_computed: bool = False  # by whoever gathered the figures, from published ones
    breaks: tuple[int, ...] = ()  # first years that do not continue those before
    note: str = ""


_MONEY = (
    Measure("alliance_portion", "Alliance District money", Unit.DOLLARS, Topic.MONEY),
    Measure("ecs_entitlement", "Education Cost Sharing grant", Unit.DOLLARS, Topic.MONEY),
    Measure("non_alliance_portion", "Rest of the grant", Unit.DOLLARS, Topic.MONEY),
    Measure(
        "ecs_education_diversity_portion",
        "Education diversity portion",
        Unit.DOLLARS,
        Topic.MONEY,
        note="Shown apart in FY2024 and FY2025 only; from FY2026 it is part of the Alliance money.",
    ),
)
_YEARLY = (
    Measure("enrollment", "Students enrolled", Unit.STUDENTS, Topic.ENROLLMENT),
    Measure(
        "enrollment_share",
        "Share of the students enrolled",
        Unit.PERCENT,
        Topic.ENROLLMENT,
        is_computed=True,
        note="Lunch eligibility follows how districts certify it: no stable measure of poverty.",
    ),
    Measure(
        "chronic_absenteeism",
        "Chronic absenteeism",
        Unit.PERCENT,
        Topic.ATTENDANCE,
        breaks=(2025,),
        note="Students absent on 10% or more of their days. 2019-20 ends in mid-March; 2024-25 is"
        " indicator 4 of the accountability system.",
    ),
    Measure(
        "attendance_rate",
        "Average attendance",
        Unit.PERCENT,
        Topic.ATTENDANCE,
        note="2019-20 covers in-person days to mid-March; 2020-21 is a year with remote learning.",
    ),
    Measure(
        "sbac_ela_level3plus",
        "English language arts, level 3 or 4",
        Unit.PERCENT,
        Topic.TESTS,
        note="There was no test in 2019-20, and the sources have none for 2020-21.",
    ),
    Measure(
        "sbac_math_level3plus",
        "Mathematics, level 3 or 4",
        Unit.PERCENT,
        Topic.TESTS,
        note="There was no test in 2019-20, and the sources have none for 2020-21.",
    ),
    Measure("sbac_ela_scored", "English tests scored", Unit.STUDENTS, Topic.TESTS),
    Measure("sbac_math_scored", "Mathematics tests scored", Unit.STUDENTS, Topic.TESTS),
    Measure("sbac_ela_participation", "Took the English test", Unit.PERCENT, Topic.TESTS),
    Measure("sbac_math_participation", "Took the mathematics test", Unit.PERCENT, Topic.TESTS),
    Measure(
        "graduation_rate_4yr",
        "Graduated in four years",
        Unit.PERCENT,
        Topic.GRADUATION,
        note="The year is that in which the class was due to graduate.",
    ),
    Measure("graduation_cohort_4yr", "Students of the class", Unit.STUDENTS, Topic.GRADUATION),
    Measure(
        "per_pupil_expenditure",
        "Spending per pupil",
        Unit.DOLLARS_PER_PUPIL,
        Topic.SPENDING,
        breaks=(2018,),
        note="Of all money, not corrected for prices. From 2017-18 it is published by another"
        " report: the years before may not compare.",
    ),
)
# (key, label, points are given for it): indicators 1 to 12, in the order of the Department.
_RATES = (
    ("ela_performance_index", "1 · English performance index", True),
    ("math_performance_index", "1 · Mathematics performance index", True),
    ("science_performance_index", "1 · Science performance index", True),
    ("ela_growth_target_achieved", "2 · English growth target achieved", True),
    ("math_growth_target_achieved", "2 · Mathematics growth target achieved", True),
    ("el_growth_literacy", "2 · English learners’ growth in literacy", True),
    ("el_growth_oral", "2 · English learners’ growth in oral skills", True),
    ("accountability_participation_ela", "3 · Took the English test", False),
    ("accountability_participation_math", "3 · Took the mathematics test", False),
    ("accountability_participation_science", "3 · Took the science test", False),
    ("ccr_coursework", "5 · Courses that prepare for college and career", True),
    ("ccr_exams", "6 · Exams that show readiness", True),
    ("on_track_grade9", "7 · On track in grade 9", True),
    ("accountability_graduation_4yr", "8 · Graduated in four years, class of 2024", True),
    ("accountability_graduation_6yr", "9 · Graduated in six years", True),
    ("postsecondary_entrance", "10 · Entered college", True),
    ("physical_fitness", "11 · Physically fit", True),
    ("physical_fitness_participation", "11 · Took the fitness test", False),
    ("arts_access", "12 · Access to the arts", True),
)
_INDEXES = {f"{subject}_performance_index" for subject in ("ela", "math", "science")}
_OF_THE_SYSTEM = (
    ("accountability_index", "Accountability index", Unit.INDEX),
    ("accountability_points_earned", "Points earned", Unit.POINTS),
    ("accountability_points_possible", "Points possible", Unit.POINTS),
    ("ela_performance_gap", "Gap of high needs in English", Unit.INDEX_POINTS),
    ("math_performance_gap", "Gap of high needs in mathematics", Unit.INDEX_POINTS),
    ("science_performance_gap", "Gap of high needs in science", Unit.INDEX_POINTS),
    ("flag_achievement_gap", "Flagged for its achievement gap", Unit.FLAG),
    ("flag_graduation_gap", "Flagged for its graduation gap", Unit.FLAG),
    ("flag_participation", "Flagged for participation", Unit.FLAG),
)


def _accountability() -> list[Measure]:
    found = [Measure(key, label, unit, Topic.ACCOUNTABILITY) for key, label, unit in _OF_THE_SYSTEM]
    for key, label, _ in _RATES:
        unit = Unit.INDEX if key in _INDEXES else Unit.PERCENT
        found.append(Measure(key, label, unit, Topic.ACCOUNTABILITY))
    pointed = [(key, label) for key, label, has_points in _RATES if has_points]
    pointed.append(("chronic_absenteeism", "4 · Chronic absenteeism"))
    for key, label in pointed:
        named = f"{label}: points"
        points = Measure(
            f"points_{key}", named, Unit.POINTS, Topic.ACCOUNTABILITY, is_computed=True
        )
        found.append(points)
    return found


MEASURES = {measure.key: measure for measure in (*_MONEY, *_YEARLY, *_accountability())}

# What is published of an indicator: its own measures, or those that go further back.
OF_INDICATOR: dict[int, tuple[str, ...]] = {
    **{
        number: tuple(key for key, label, _ in _RATES if label.startswith(f"{number} ·"))
        for number in range(1, 13)
    },
    1: ("sbac_ela_level3plus", "sbac_math_level3plus", "science_performance_index"),
    4: ("chronic_absenteeism",),
    8: ("graduation_rate_4yr",),
}

_LAST_EXACT = {  # the last year taken from the published file itself, by how a measure begins
    "chronic_absenteeism": 2020,
    "graduation_": 2019,
    "enrollment": 2021,
    "per_pupil_expenditure": 2015,
    "attendance_rate": 2022,
    "sbac_": 2019,
}
_WEAKLY_TIED = ("sbac_", "per_pupil_expenditure")


def certainty_of(measure: str, group: str, fiscal_year: int) -> Certainty:
    """As districts/data/README-history.md has it under “Checks and certainty”."""
    last_exact = next((year for start, year in _LAST_EXACT.items() if measure.startswith(start)), 0)
    if measure.startswith("sbac_") and group == Group.HIGH_NEEDS:
        last_exact = 2016
        if 2017 <= fiscal_year <= 2019:
            return Certainty.TIED
    if fiscal_year <= last_exact:
        return Certainty.EXACT
    return Certainty.TRANSCRIBED if measure.startswith(_WEAKLY_TIED) else Certainty.TIED
