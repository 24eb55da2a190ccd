"""Reminders leave at nine in the morning, whatever made them due at another time of day.

A plan of FY2027 was due on June 30, 2026; the rule of seven days repeats each week.
"""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from districts.calendar import EASTERN, last_letter_hour, next_letter_hour
from districts.models import User
from districts.roles import Role
from districts.tests.factories import MembershipFactory, person
from notices.models import LastSweep, Notice
from notices.services import deliver_due, post_reminders
from plans import services
from plans.models import Cycle, Plan, PlanEvent, RequiredChange
from plans.reminders import ANSWERS
from plans.tests.factories import PlanFactory, closed_version
from plans.workflow import Status, Step

pytestmark = pytest.mark.django_db

AFTERNOON = datetime(2026, 7, 16, 14, 0, tzinfo=EASTERN)  # two days after the letter of 14 days
NINE = datetime(2026, 7, 17, 9, 0, tzinfo=EASTERN)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SAM, LATE = "sam@example.org", "the FY2027 amendment is 17 days late"


@pytest.fixture(autouse=True)
def _begun(db):
    Cycle.objects.filter(pk=2027).update(reminders_from=datetime(2026, 4, 1, 9, 0, tzinfo=EASTERN))


@pytest.fixture
def plan():
    plan = PlanFactory()
    person(Role.SUPERINTENDENT, plan.district, email=SAM)
    return plan


def sweep(at):
    """What beat starts every minute."""
    post_reminders(at=at)
    deliver_due(at=at)


def to_sam(mailoutbox) -> list[str]:
    return [letter.subject.partition(": ")[2] for letter in mailoutbox if letter.to == [SAM]]


# What makes a letter due: first how things stood before it, then the act. ------------------------


def _withdrawn(plan):
    Plan.objects.filter(pk=plan.pk).update(status=Status.WITHDRAWN)


def _reopen(plan):
    sam = User.objects.get(email=SAM)
    services.reopen(plan_id=plan.pk, by=sam, at=AFTERNOON, key=uuid4(), reason="Withdrawn in error")


def _handed_in(plan):
    then = {"submitted_at": AFTERNOON - HOUR, "submitted_by": plan.started_by}
    Plan.objects.filter(pk=plan.pk).update(status=Status.SUBMITTED, **then)
    PlanEvent.objects.create(
        plan=plan,
        step=Step.SUBMIT,
        source=Status.DRAFT,
        target=Status.SUBMITTED,
        taken_by=plan.started_by,
        taken_at=AFTERNOON - HOUR,
        key=uuid4(),
        version=closed_version(plan),
    )


def _recall(plan):
    sam = User.objects.get(email=SAM)
    services.recall(plan_id=plan.pk, by=sam, at=AFTERNOON, key=uuid4())


def _invited(plan):
    User.objects.filter(email=SAM).update(password="!none")


def _sign_in(plan):
    User.objects.filter(email=SAM).update(password=User.objects.exclude(email=SAM)[0].password)


def _suspended(plan):
    User.objects.filter(email=SAM).update(is_active=False)


def _restore(plan):
    User.objects.filter(email=SAM).update(is_active=True)


def _in_no_role(plan):
    User.objects.get(email=SAM).memberships.all().delete()


def _give_role(plan):
    MembershipFactory(
        user=User.objects.get(email=SAM), role=Role.PLAN_COORDINATOR, district=plan.district
    )


def _retired(plan):
    plan.district.retired_at = AFTERNOON - HOUR
    plan.district.retired_by = plan.started_by
    plan.district.save()


def _put_back(plan):
    plan.district.retired_at = plan.district.retired_by = None
    plan.district.save()


def _not_begun(plan):
    Cycle.objects.filter(pk=2027).update(reminders_from=None)


def _begin(plan):
    services.begin_reminders(fiscal_year=2027, by=person(Role.SYSADMIN), at=AFTERNOON)


def _due_later(plan):
    Cycle.objects.filter(pk=2027).update(plan_due_on=date(2026, 7, 31))


def _move_due_date(plan):
    services.edit_cycle(
        fiscal_year=2027,
        version=1,
        values={"plan_due_on": date(2026, 6, 30)},
        by=person(Role.SYSADMIN),
        at=AFTERNOON,
    )


ACTS = {
    "a withdrawn plan is opened again": (_withdrawn, _reopen),
    "a submission is recalled": (_handed_in, _recall),
    "a person sets their password": (_invited, _sign_in),
    "a person is no longer suspended": (_suspended, _restore),
    "a person is given the role": (_in_no_role, _give_role),
    "a district is restored": (_retired, _put_back),
    "the reminders of a cycle begin": (_not_begun, _begin),
    "a due date is moved and nobody had the other": (_due_later, _move_due_date),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_an_act_makes_due_leaves_at_the_next_hour_of_reminders_and_once(plan, act, mailoutbox):
    before, do = ACTS[act]
    before(plan)
    sweep(AFTERNOON - MINUTE)
    Notice.objects.all().delete()  # whatever was said before, of this nobody has had a letter
    mailoutbox.clear()

    do(plan)
    for minutes in (0, 1, 9, 10, 11, 60, 600, 1139):  # to 8:59 am
        sweep(AFTERNOON + minutes * MINUTE)
    assert to_sam(mailoutbox) == []
    for minutes in (0, 1, 60):
        sweep(NINE + minutes * MINUTE)

    assert to_sam(mailoutbox) == [LATE]
    assert Notice.objects.get(to__email=SAM, status="sent", kind="reminder").leaves_at == NINE


def test_answers_of_a_plan_that_is_released_wait_for_the_hour_too(plan, mailoutbox):
    returned = PlanFactory(returned=True)
    person(Role.SUPERINTENDENT, returned.district, email="ann@example.org")
    RequiredChange.objects.filter(plan=returned).update(due_on=AFTERNOON.date())
    Plan.objects.filter(pk=returned.pk).update(status=Status.WITHHELD)
    sweep(AFTERNOON - MINUTE)

    Plan.objects.filter(pk=returned.pk).update(status=Status.RETURNED)
    sweep(AFTERNOON + MINUTE)
    assert not Notice.objects.filter(key__contains=ANSWERS, status="sent").exists()
    sweep(NINE)

    assert Notice.objects.filter(key__contains=ANSWERS, status="sent").exists()


@pytest.mark.parametrize("back", [MINUTE, 5 * HOUR, timedelta(days=1)])
def test_letters_that_came_due_while_nothing_swept_leave_as_soon_as_it_does(plan, back, mailoutbox):
    nine = datetime(2026, 7, 14, 9, 0, tzinfo=EASTERN)  # 14 days after
    sweep(nine - MINUTE)
    mailoutbox.clear()

    sweep(nine + back)

    late = 14 + back.days
    assert to_sam(mailoutbox) == [f"the FY2027 amendment is {late} days late"]


def test_trial_of_another_day_keeps_nobody_waiting_until_then(plan, mailoutbox):
    """`send_reminders --at` of next year leaves a mark; today's sweep passes it by."""
    LastSweep.objects.create(at=NINE + timedelta(days=200))

    sweep(NINE)

    assert to_sam(mailoutbox) == [LATE]
    assert LastSweep.objects.get().at == NINE


def test_of_two_sweeps_at_once_the_one_that_comes_second_makes_nothing_due(plan, mailoutbox):
    sweep(AFTERNOON)
    mailoutbox.clear()
    Notice.objects.all().delete()

    sweep(AFTERNOON - MINUTE)

    assert (mailoutbox, LastSweep.objects.get().at) == ([], AFTERNOON)


@pytest.mark.parametrize(
    ("at", "last", "following"),
    [
        (NINE, NINE, NINE),
        (NINE - MINUTE, NINE - 24 * HOUR, NINE),
        (NINE + MINUTE, NINE, NINE + 24 * HOUR),
    ],
)
def test_hours_of_letters_around_a_moment(at, last, following):
    assert (last_letter_hour(at), next_letter_hour(at)) == (last, following)


def test_hours_of_letters_keep_to_nine_over_the_clock_change():
    eve = datetime(2027, 3, 13, 12, 0, tzinfo=EASTERN)

    assert next_letter_hour(eve).isoformat() == "2027-03-14T09:00:00-04:00"
