"""What the demo's plans say: true of their districts, and no two alike. Read from their files."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from alliance.demo import content
from alliance.tests.demo import ROSTER

RUN = 8  # words
AT_MOST = 15  # runs that two districts share: the Department's own terms, never a paragraph
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
TERMS = {"measure", "data_source", "student_group", "unit"}  # named by the State, alike everywhere
NAMES = set(re.findall(r"[a-z]+", " ".join(content.plan_names())))


@pytest.fixture(scope="module")
def plans() -> dict[str, content.Content]:
    return {name: content.plan(name) for name in content.plan_names()}


@pytest.fixture(scope="module")
def roster() -> dict[str, dict[str, str]]:
    with ROSTER.open(newline="") as file:
        return {row["district"].lower().replace(" ", "-"): row for row in csv.DictReader(file)}


def prose(value: Any) -> Iterator[str]:
    """Every text of a dozen words or more."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in TERMS:
                yield from prose(part)
    elif isinstance(value, list):
        for part in value:
            yield from prose(part)
    elif isinstance(value, str) and len(value.split()) >= 12:
        yield value


def runs(value: Any) -> set[tuple[str, ...]]:
    """Runs of words, with every number and every district's name taken for any other."""
    found = set()
    for text in prose(value):
        words = [
            "#" if word[0].isdigit() else "@" if word in NAMES else word
            for word in re.findall(r"\d[\d,.]*|[a-z']+", text.lower())
        ]
        found |= {
            tuple(words[start : start + RUN])
            for start in range(len(words) - RUN + 1)
            if sum(word not in "#@" for word in words[start : start + RUN]) >= RUN - 2
        }
    return found


def test_no_two_districts_write_alike(plans):
    runs_of = {name: runs(plan) for name, plan in plans.items()}
    shared = {
        (one, other): len(runs_of[one] & runs_of[other])
        for one, other in combinations(plans, 2)
        if plans[one]["district"] != plans[other]["district"]
    }

    assert min(map(len, runs_of.values())) > RUN
    assert {pair: count for pair, count in shared.items() if count > AT_MOST} == {}


def test_a_paragraph_copied_with_names_and_numbers_changed_would_be_found(plans):
    summary = plans["windham-2027"]["cover"]["summary"]
    copied = re.sub(r"\d", "7", summary.replace("Windham", "Norwich"))

    assert copied != summary
    assert len(runs({"summary": copied}) & runs(plans["windham-2027"])) > AT_MOST
    assert len(runs({"summary": copied}) & runs(plans["norwich-2027"])) <= AT_MOST


def test_no_two_strategies_have_the_same_title(plans):
    titles = Counter(
        strategy["title"] for plan in plans.values() for strategy in plan.get("strategies", [])
    )

    assert len(titles) > 30
    assert [title for title, times in titles.items() if times > 1] == []


def test_plans_of_this_year_say_what_the_roster_says(plans, roster):
    """Enrollment and accountability index, to the last digit."""
    wrong = {}
    for name, plan in plans.items():
        if plan["fiscal_year"] != 2027:
            continue
        row = roster[plan["district"]]
        said = " ".join([plan["cover"]["summary"], plan["needs"]["narrative"]])
        facts = [
            f"{int(row['enrolment_2025_26']):,}",
            f"{float(row['accountability_index_2024_25']):.2f}",
        ]
        wrong[name] = [fact for fact in facts if fact not in said]

    assert len(wrong) >= 33
    assert {name: facts for name, facts in wrong.items() if facts} == {}


def test_all_schools_of_a_strategy_are_as_many_as_the_roster_counts(plans, roster):
    counted = [
        (name, NUMBERS.index(found[1]) if found[1] in NUMBERS else int(found[1]))
        for name, plan in plans.items()
        for strategy in plan.get("strategies", [])
        if (found := re.match(r"All (\w+) schools", strategy.get("schools", "")))
        if found[1] in NUMBERS or found[1].isdigit()
    ]

    assert len({name for name, _ in counted}) > 20
    assert [
        (name, schools)
        for name, schools in counted
        if schools != int(roster[plans[name]["district"]]["schools_2024_25"])
    ] == []
