"""Sums of lines: never of two funds at once, and never silent about an amount nobody could read."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.reading.document import budget_by_strategy, coverage, reading_context
from plans.reading.sums import Total, totals_of
from plans.rules import section_states
from plans.tests.documents import a_line, change, check, complete_document
from plans.tests.factories import PlanFactory, write_rows

TAGS = re.compile(r"<[^>]+>")
UNREAD = {"amount": None, "as_typed": {"amount": "about 5"}}
SAYS = "1 amount not read"


def words_of(page):
    return " ".join(TAGS.sub(" ", page).split())


def of_all_funds():
    """Lines of strategy 1: $18,000 of the allocation, $7,500 carried forward, $400 of others."""
    document = change(complete_document(), "lines", 0, **UNREAD)
    line = a_line(46, 6, amount=400, funding_source="other")
    return document.model_copy(update={"lines": (*document.lines, line)})


def test_each_funding_source_has_a_sum_of_its_own():
    assert totals_of(of_all_funds().lines) == [
        Total("allocation", 100_000, (1,)),
        Total("carry_forward", 7_500),
        Total("other", 400),
    ]


def test_no_sum_of_a_read_plan_mixes_funds():
    document = of_all_funds()
    whole = {total.source: total.amount for total in budget_by_strategy(document).totals}
    assert whole == {"allocation": 100_000, "carry_forward": 7_500, "other": 400}

    groups = [group.totals for group in budget_by_strategy(document).groups]
    areas = [row.totals for row in coverage(document)]
    strategies = [strategy.budget for strategy in reading_context(document)["read_strategies"]]
    for found in (groups, areas, strategies):
        summed: dict[str, int] = {}
        for total in (total for totals in found for total in totals):
            summed[total.source] = summed.get(total.source, 0) + total.amount
        assert summed == whole


@pytest.mark.parametrize(
    ("template", "times"),
    [
        ("plans/document/budget.html", 3),  # budgeted, the strategy's, and at the foot
        ("plans/document/strategies.html", 2),  # the strategy's, and the focus area's
        ("reviews/_on_one_page.html", 2),
    ],
)
def test_every_sum_that_is_read_says_what_it_lacks(template, times):
    context = reading_context(of_all_funds())

    page = words_of(render_to_string(template, context))

    assert page.count(SAYS) == times
    assert "$18,000 current allocation" not in page
    assert "$7,500 carry-forward" in page
    assert "$400 other funds (shown only)" in page


def test_every_sum_says_nothing_where_all_is_read():
    context = reading_context(complete_document())

    for template in ("plans/document/budget.html", "reviews/_on_one_page.html"):
        page = words_of(render_to_string(template, context))
        assert "$922,000" not in page
        assert "not read" not in page
        assert "Total, current allocation" in page


def test_the_sections_state_says_what_its_sum_lacks():
    document = change(complete_document(), "lines", 0, **UNREAD)
    (budget,) = [s for s in section_states(document, check(document)) if s.key == "budget"]

    assert budget.words == "Needs attention · $900,000 left, 1 amount not read"


@pytest.fixture
def budget_page(client):
    """The budget of a draft as its fiscal officer sees it, and its overview."""

    def get(document):
        plan = PlanFactory()
        write_rows(plan, document)
        client.force_login(person(Role.FISCAL_OFFICER, plan.district))
        slug, year = plan.district.slug, plan.cycle_id
        budget = client.get(reverse("plans:section", args=[slug, year, "budget"]))
        return budget.content.decode(), client.get(plan.get_absolute_url()).content.decode()

    return get


@pytest.mark.django_db
def test_a_drafts_budget_says_what_its_sums_lack(budget_page):
    for page in budget_page(of_all_funds()):
        assert SAYS in words_of(page)
        assert 'id="to-fix"' not in page  # what a form of the page could not read, and none did


@pytest.mark.django_db
def test_more_than_the_allocation_is_red_with_its_mark_and_words(budget_page):
    document = change(complete_document(), "lines", 0, amount=900_000_000)
    budget, overview = budget_page(document)

    for page, words in ((budget, "$899,100,000 too much"), (overview, "Over the allocation")):
        (marked,) = re.findall(r'class="over"[^>]*>(.*?)</(?:b|dt)>', page, re.DOTALL)
        assert "<svg" in marked  # never by colour alone
        assert words_of(marked) == words
