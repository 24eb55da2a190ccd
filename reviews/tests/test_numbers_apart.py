"""No number runs into the words beside it, on any page of the Department that shows a plan."""

import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from plans.tests import factories
from plans.tests.documents import change, complete_document
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db

SEATS = "156 seats filled"


@pytest.fixture
def plan(monkeypatch):
    """Each of its rows begins with a number of its own."""

    def written(**parts):
        document = complete_document(**parts)
        document = change(document, "objectives", 0, "targets", 0, measure=SEATS)
        document = change(document, "strategies", 0, title=SEATS)
        document = change(document, "strategies", 0, "milestones", 0, title=SEATS)
        return change(document, "lines", 0, description=SEATS)

    monkeypatch.setattr(factories, "complete_document", written)
    return PlanFactory(recommended=True)


@pytest.mark.parametrize("page", ["plan", "approve", "return"])
def test_no_number_runs_into_the_words_of_its_row(client, plan, commissioner, page):
    reviewer = plan.assignments.get(reviews_as="program_reviewer").reviewer
    client.force_login(commissioner if page == "approve" else reviewer)
    answer = client.get(reverse(f"reviews:{page}", args=[plan.district.slug, plan.cycle_id]))

    shown = BeautifulSoup(answer.text, "html.parser")
    for cell in shown.select("th, td"):
        cell.insert(0, " | ")  # what a column parts needs no mark
    text = " ".join(shown.text.split())

    assert answer.status_code == 200
    assert not re.search(r"\d 156 seats", text)
    if page in {"plan", "approve"}:
        assert f"· {SEATS}" in text
