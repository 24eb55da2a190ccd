"""The coverage map: which focus areas are served, which are blank, and a picture of the same."""

import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.documents.terms import FocusAreaTerm
from plans.models import NeedsAssessment
from plans.reading.coverage import coverage_map
from plans.reading.coverage_picture import LEFT, LONGEST_BAR, picture_of
from plans.tests.documents import FOCUS_AREAS, a_line, change, complete_document
from plans.tests.factories import PlanFactory, document_of, write_rows

WHOLE = complete_document()
RESIDENCY = FocusAreaTerm(number=11, short_name="Responsibilities", is_on_programme_page=False)
LINKAGE = FocusAreaTerm(number=12, short_name="Linkage", is_on_programme_page=False)


def with_areas(document, *more):
    return change(document, focus_areas=(*document.focus_areas, *more))


def row(document, number):
    (found,) = [
        one for one in coverage_map(document).rows if one.area and one.area.number == number
    ]
    return found


def test_the_ten_areas_stand_there_whatever_serves_them_and_others_once_they_are_used():
    document = with_areas(WHOLE, RESIDENCY, LINKAGE)
    used = change(document, "strategies", 1, focus_areas=(LINKAGE,))

    assert [one.area.number for one in coverage_map(used).rows] == [*range(1, 11), 12]


def test_an_area_has_its_strategies_the_targets_these_serve_and_its_lines():
    found = row(WHOLE, 4)

    assert (found.strategies, [one.number for one in found.targets]) == ("2", ["1.2", "2.1"])
    assert [(one.source, one.amount) for one in found.totals] == [("allocation", 22_000)]
    assert found.lacks == []


def test_what_an_area_lacks_is_said_in_words():
    document = change(WHOLE, "strategies", 1, focus_areas=(FOCUS_AREAS[4],), targets=())

    found = coverage_map(document)

    assert [one.name for one in found.blank] == [
        "7 Community and wraparound",
        "9 Minority recruiting",
        "10 Bilingual education",
    ]
    assert [(one.name, one.lacks) for one in found.lacking] == [
        ("1 Tiered interventions", ["no dollars"]),
        ("4 Talent and TEAM mentors", ["no target"]),
        ("5 Evaluation training", ["no dollars"]),
        ("6 Early childhood, Head Start", ["no strategy"]),
        ("8 Statewide standards", ["no dollars"]),
    ]


def test_an_amount_that_could_not_be_read_may_be_dollars():
    document = change(
        WHOLE, "lines", 1, amount=None, as_typed={"amount": "much"}, focus_area=FOCUS_AREAS[1]
    )

    assert row(document, 1).lacks == []
    assert row(document, 4).lacks == ["no dollars"]


def test_what_names_no_area_is_told_and_counts_in_the_total():
    document = change(WHOLE, lines=(*WHOLE.lines, a_line(99, 6, focus_area=None, amount=1_500)))
    document = change(document, "strategies", 0, focus_areas=())

    last = coverage_map(document).rows[-1]

    assert (last.name, last.strategies, last.dollars()) == ("No focus area named", "1", 1_500)
    assert sum(one.dollars() for one in coverage_map(document).rows) == sum(
        total.amount for total in coverage_map(document).totals
    )
    assert coverage_map(WHOLE).rows[-1].area.number == 10


def test_bars_are_as_long_as_their_dollars():
    document = change(WHOLE, "lines", 4, focus_area=FOCUS_AREAS[2], amount=82_000)  # carried

    bars = {bar.name[0]: bar for bar in picture_of(coverage_map(document), of="Ansonia").bars[:9]}

    assert (bars["2"].filled, bars["2"].framed) == (
        round(LONGEST_BAR * 918_000 / 1_000_000, 1),
        round(LONGEST_BAR * 82_000 / 1_000_000, 1),
    )
    assert bars["2"].framed_at == LEFT + bars["2"].filled
    assert bars["2"].words == "$918,000 · $82,000 carry-forward · 1 strategy · 1 target"
    assert (bars["8"].filled, bars["8"].words) == (0, "1 strategy · 1 target · no dollars")


def test_a_plan_without_a_dollar_has_a_picture_too():
    picture = picture_of(coverage_map(change(WHOLE, lines=(), strategies=())), of="Ansonia")

    assert {(bar.filled, bar.framed, bar.is_blank) for bar in picture.bars} == {(0, 0, True)}
    assert "9 Minority recruiting: no strategy · no dollars." in picture.description


@pytest.fixture
def plan(db):
    plan = PlanFactory()
    write_rows(plan, document_of(plan.district))
    return plan


def read(client, plan, who):
    client.force_login(who)
    return client.get(reverse("plans:coverage", args=[plan.district.slug, plan.cycle_id]))


def test_picture_and_table_say_the_same_figures(client, plan):
    page = read(client, plan, person(Role.PLAN_COORDINATOR, plan.district)).text
    soup = BeautifulSoup(page, "html.parser")
    rows = {
        " ".join(each.th.find(string=True).split()): each.select("td")
        for each in soup.select("main table tbody tr")
    }
    svg = soup.select_one("main svg.flow")
    names, words = svg.select("text[text-anchor=end]"), svg.select("text:not([text-anchor])")
    drawn = {
        name.text: " ".join(said.text.split()) for name, said in zip(names, words, strict=True)
    }

    assert len(rows) >= 10
    assert drawn.keys() == rows.keys()
    for name, (strategies, targets, budgeted, lacks) in rows.items():
        said = drawn[name]
        assert re.findall(r"\$[1-9][\d,]*", said) == re.findall(r"\$[1-9][\d,]*", budgeted.text)
        for cell, noun in ((strategies, "strateg"), (targets, "target")):
            lines = [line for line in cell.stripped_strings if line != "—"]
            number = re.search(rf"(\d+) {noun}", said)
            assert int(number[1] if number else 0) == len(lines)
        missing = lacks.text.strip().strip("—")
        assert missing == ", ".join(re.findall(r"no \w+", said))
    assert svg["role"] == "img"
    titled, described = svg["aria-labelledby"].split()
    assert soup.find(id=titled).text.startswith("Coverage of the focus areas, ")
    assert all(words in soup.find(id=described).text for words in drawn.values())


@pytest.mark.parametrize("times", [1, 40])
def test_the_map_asks_nothing_beyond_the_text(client, plan, django_assert_num_queries, times):
    if times > 1:
        lines = tuple(a_line(100 + n, n) for n in range(times))
        other = PlanFactory()
        write_rows(other, document_of(other.district, lines=lines))
        plan = other
    coordinator = person(Role.FISCAL_OFFICER, plan.district)
    url = reverse("plans:coverage", args=[plan.district.slug, plan.cycle_id])
    client.force_login(coordinator)

    with django_assert_num_queries(6):  # session, user, roles, plan, the draft's state, its rows
        assert client.get(url).status_code == 200
    with django_assert_num_queries(5):  # it was drawn
        assert client.get(url).status_code == 200


def test_a_reviewer_sees_the_map_of_what_was_handed_in_and_none_of_a_draft(client, plan):
    reviewer = person(Role.PROGRAM_REVIEWER)
    assert read(client, plan, reviewer).status_code == 404
    handed_in = PlanFactory(under_review=True)

    answer = read(client, handed_in, reviewer)

    assert "Of version 1" in answer.text
    review = client.get(reverse("reviews:plan", args=[handed_in.district.slug, 2027]))
    link = BeautifulSoup(review.text, "html.parser").select_one("#strategies header a")
    assert link["href"] == f"/plans/{handed_in.district.slug}/2027/coverage/"
    assert read(client, handed_in, person(Role.PLAN_COORDINATOR)).status_code == 404


def test_why_areas_need_no_strategy_stands_beside_them(client, plan):
    NeedsAssessment.objects.filter(plan=plan).update(
        unserved_areas="Area 9: the town has its own program."
    )

    page = read(client, plan, person(Role.DISTRICT_VIEWER, plan.district)).text

    assert "Area 9: the town has its own program." in page
