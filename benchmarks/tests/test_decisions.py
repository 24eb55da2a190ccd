"""The soak of decisions sees what is done twice or fails; ten times it finds nothing."""

import os
import subprocess
import sys
from uuid import uuid4

import pytest
from django.conf import settings

from benchmarks.decisions import Answer, judged
from notices.models import About
from notices.tests.factories import NoticeFactory
from plans.models import PlanEvent
from plans.tests.factories import PlanFactory
from plans.workflow import Step

DONE = [Answer(302, ""), Answer(409, "<h1>It was returned meanwhile</h1>")]


@pytest.fixture
def returned(db):
    """A plan that was returned, with a letter of it."""
    plan = PlanFactory(returned=True)
    code = plan.district.edsight_code
    NoticeFactory(about=About("plan", district_code=code, fiscal_year=plan.cycle_id))
    return plan


def test_one_outcome_is_in_order(returned):
    assert judged(returned.pk, DONE) == ("returned", [])


def test_an_act_done_twice_is_seen(returned):
    event = returned.events.get(step=Step.RETURN)
    event.pk, event.key = None, uuid4()
    PlanEvent.objects.bulk_create([event])

    assert judged(returned.pk, DONE)[1] == ["2 events end the review"]


def test_an_approval_of_which_nothing_is_left_is_seen(db):
    plan = PlanFactory(approved=True)

    assert judged(plan.pk, DONE)[1] == [
        "there is not one determination for the approval",
        "no letter was written",
    ]


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ([*DONE, Answer(500, "<h1>Something went wrong</h1>")], "500: Something went wrong"),
        (DONE[1:], "nobody was told that it is done"),
    ],
)
def test_an_answer_that_is_none_is_seen(returned, answers, fault):
    assert judged(returned.pk, answers)[1] == [fault]


@pytest.mark.long
def test_of_ten_who_decide_a_plan_at_once_one_has_decided_it():
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak", "decisions", "--times", "10"],
        cwd=settings.BASE_DIR,
        env={name: os.environ[name] for name in ("PATH", "HOME")},  # nothing of the tests
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    assert (told.returncode, told.stdout.count("10 plans")) == (0, 1), told.stdout + told.stderr
    assert told.stdout.endswith(" 0 faults.\n")
