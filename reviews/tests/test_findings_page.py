"""What a plan came to, beside the decision and on its own page; conditions recorded as met."""

import re
from datetime import date, datetime
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import person
from plans.models import ConditionMet
from plans.services import Blocked
from plans.services.conditions import meet_watched
from plans.workflow import StepNotAllowed
from progress.tests.factories import (
    ExpenditureReportFactory,
    ProgressReportFactory,
    strategy_outcome,
    target_outcome,
)
from reviews.models import Waiver
from reviews.services import approve, record_met
from reviews.tests.years import amendment_2028, approved_2027

pytestmark = pytest.mark.django_db

SUMMER = datetime(2027, 7, 20, 12, tzinfo=EASTERN)
AUTUMN = datetime(2027, 9, 9, 12, tzinfo=EASTERN)
FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": "Six of seven strategies ran.",
    "performance": "progress",
    "performance_reasons": "Target 2.1 was missed: visits began late.",
}


@pytest.fixture
def last(db):
    return approved_2027()


@pytest.fixture
def plan(last):
    return amendment_2028(last)


def page(client, user, name, plan, *args):
    client.force_login(user)
    url = reverse(f"reviews:{name}", args=[plan.district.slug, plan.cycle_id, *args])
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.text


def words_of(text):
    return " ".join(BeautifulSoup(text, "html.parser").get_text().split())


def report_on(last):
    ProgressReportFactory(plan=last)
    ExpenditureReportFactory(plan=last)
    strategy_outcome(
        last, "strategy-31", "on_track", sentence="It runs.", milestones_due=2, milestones_kept=1
    )
    target_outcome(last, "target-21", "52", source="Smarter Balanced")
    target_outcome(last, "target-22", None, available_on=date(2027, 11, 30))
    target_outcome(last, "target-23", "20.10")


def approve_in_summer(plan, commissioner):
    ProgressReportFactory(plan=plan.copied_from, period="mid_year")
    return approve(plan_id=plan.pk, version=1, key=uuid4(), by=commissioner, at=SUMMER, **FINDINGS)


def test_the_decision_page_has_the_sheet_beside_the_findings(
    client, plan, last, commissioner, time_machine
):
    time_machine.move_to(AUTUMN)
    report_on(last)

    text = page(client, commissioner, "approve", plan)

    assert "1 of 2, 50%" in text
    assert "Nothing stands in the way" in text
    assert "1 target of FY2027 not reached: 2.1. That stops nothing by itself" in text
    assert "No report speaks of 1 strategy: counted, and not as carried out." in text
    shown = BeautifulSoup(text, "html.parser").select("#target-21 td, #target-11 td")
    assert "Met" in shown[4].get_text()
    assert "The actual figure of target 1.2 of FY2027: Grade 3 reading, High needs." in text
    assert "Target 2.1: 20.1, with 16 to reach: fell back, −0.21 of the distance." in text


def test_the_closed_gate_offers_the_commissioner_the_waiver(
    client, plan, commissioner, reviewer, time_machine
):
    time_machine.move_to(AUTUMN)

    text = page(client, commissioner, "approve", plan)

    assert "Cannot approve yet: 2 things missing" in text
    url = reverse("reviews:waive_last_year", args=[plan.district.slug, 2028])
    assert url in text
    assert url not in page(client, reviewer, "approve", plan)
    client.force_login(commissioner)
    assert "was due August 15, 2027 and is not certified" in client.get(url).text
    answer = client.post(url, {"key": uuid4(), "version": 1, "grounds": "A fire."})
    assert answer.status_code == 302
    assert Waiver.objects.get().of == "last_year"
    assert "waived this on September 9, 2027: A fire." in page(
        client, commissioner, "approve", plan
    )


def test_a_waiver_without_grounds_is_not_given(client, plan, commissioner, time_machine):
    time_machine.move_to(AUTUMN)
    client.force_login(commissioner)

    url = reverse("reviews:waive_last_year", args=[plan.district.slug, 2028])
    answer = client.post(url, {"key": uuid4(), "version": 1, "grounds": " "})

    assert (answer.status_code, Waiver.objects.count()) == (422, 0)


@pytest.mark.parametrize("who", [Role.DISTRICT_VIEWER, Role.AUDITOR])
def test_the_sheet_has_a_page_of_its_own_for_both_sides(client, last, who):
    report_on(last)
    reader = person(who, None if who == Role.AUDITOR else last.district)

    text = page(client, reader, "findings", last)

    assert "what the FY2027 plan came to" in text
    assert "It runs." in text
    assert "−0.21" in text


def test_without_a_report_the_page_says_so(client, last):
    text = page(client, person(Role.AUDITOR), "findings", last)

    assert "No report is certified yet" in text


def test_what_is_reported_shows_at_once_whatever_of_the_plan_is_kept(client, last, manager):
    """The rows of the plan are kept by its version’s hash; what was reported of them is not."""
    assert "It runs." not in page(client, manager, "findings", last)

    report_on(last)

    said = words_of(page(client, manager, "findings", last))
    assert "It runs." in said
    assert "Smarter Balanced" in said


def test_no_word_of_a_target_runs_into_the_next(client, last, manager):
    found = BeautifulSoup(page(client, manager, "findings", last), "html.parser")
    names = [" ".join(th.get_text().split()) for th in found.select("[id^=target-] th")]

    assert [name for name in names if "lower is better" in name] != []
    assert [name for name in names if re.search(r"\w\(", name)] == []


def test_a_kept_plan_is_not_read_again(client, last, manager):
    report_on(last)
    page(client, manager, "findings", last)

    with CaptureQueriesContext(connection) as asked:
        page(client, manager, "findings", last)

    assert not [one for one in asked if '"document"' in one["sql"]]


def test_of_a_plan_that_was_not_approved_there_is_no_such_page(client, plan):
    client.force_login(person(Role.AUDITOR))
    url = reverse("reviews:findings", args=[plan.district.slug, plan.cycle_id])

    assert client.get(url).status_code == 404


def test_the_page_asks_as_many_questions_for_many_rows_as_for_one(
    client, last, django_assert_num_queries
):
    client.force_login(person(Role.AUDITOR))
    url = reverse("reviews:findings", args=[last.district.slug, 2027])
    target_outcome(last, "target-21", "52")
    client.get(url)
    with django_assert_num_queries(9):
        client.get(url)
    for name in ("target-22", "target-23"):
        target_outcome(last, name, "52")
    for name in ("strategy-31", "strategy-32"):
        strategy_outcome(last, name, "on_track")
    with django_assert_num_queries(9):
        client.get(url)


def test_a_condition_is_recorded_as_met_and_both_sides_see_it(
    client, plan, commissioner, time_machine
):
    time_machine.move_to(SUMMER)
    approve_in_summer(plan, commissioner)
    client.force_login(commissioner)
    url = reverse("reviews:condition_met", args=[plan.district.slug, 2028, 1])

    assert client.get(url).status_code == 200
    answer = client.post(
        url, {"key": uuid4(), "met_on": "2027-07-19", "word": "It is in the mail."}
    )

    assert answer.status_code == 302
    said = "Met July 19, 2027: It is in the mail."
    assert said in words_of(page(client, commissioner, "plan", plan))
    client.force_login(person(Role.DISTRICT_VIEWER, plan.district))
    assert said in words_of(client.get(plan.get_absolute_url()).text)


def test_what_is_met_is_recorded_once(plan, commissioner):
    approve_in_summer(plan, commissioner)
    act = {"plan_id": plan.pk, "number": 1, "by": commissioner, "at": SUMMER}
    said = {"met_on": date(2027, 7, 19), "word": "In."}

    first = record_met(**act, **said)

    assert record_met(**act, **said) == first
    with pytest.raises(StepNotAllowed, match="recorded as met before"):
        record_met(**act, met_on=date(2027, 7, 18), word="In.")
    with pytest.raises(StepNotAllowed, match="no such condition"):
        record_met(**act | {"number": 9}, **said)
    with pytest.raises(PermissionDenied):
        record_met(**act | {"by": person(Role.AUDITOR)}, **said)
    assert ConditionMet.objects.count() == 1


def test_a_condition_is_met_by_something_and_not_tomorrow(plan, commissioner):
    approve_in_summer(plan, commissioner)

    with pytest.raises(Blocked) as refusal:
        record_met(
            plan_id=plan.pk,
            number=1,
            met_on=date(2027, 7, 21),
            word=" ",
            by=commissioner,
            at=SUMMER,
        )

    assert refusal.value.reasons == [
        "Say what shows that it is met.",
        "The day on which it was met is still to come.",
    ]


def test_a_report_that_is_certified_meets_what_waits_for_it_once(plan, last, commissioner):
    approve_in_summer(plan, commissioner)
    by = person(Role.SUPERINTENDENT, plan.district)
    certified = {
        "watches": ["progress/end_of_year", "progress/mid_year"],
        "word": "The end-of-year progress report was certified.",
        "report": "progress/7",
        "by": by,
        "at": AUTUMN,
    }

    meet_watched(last, **certified)
    meet_watched(last, **certified)
    meet_watched(approved_2027(), **certified | {"watches": ["expenditure/annual"]})

    (met,) = ConditionMet.objects.all()
    assert (met.condition.watches, met.met_on, met.report) == (
        "progress/end_of_year",
        date(2027, 9, 9),
        "progress/7",
    )
