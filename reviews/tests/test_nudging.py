"""A nudge leaves once in seven days, to who can act on it, and is on record."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import ConflictFactory, DistrictFactory, MembershipFactory, person
from notices.models import Notice
from plans.models import Cycle
from plans.services import Blocked
from plans.services.truth import why_not
from plans.tests.factories import PlanFactory
from plans.workflow import Status, StepNotAllowed
from reviews.models import Nudge
from reviews.services import nudge
from reviews.tests.at_once import behind

__all__ = ["behind"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return person(Role.PROGRAM_MANAGER)


@pytest.fixture
def ansonia():
    district = DistrictFactory(name="Ansonia", slug="ansonia", designated=True)
    for role in (Role.PLAN_COORDINATOR, Role.SUPERINTENDENT, Role.BOARD_CHAIR):
        person(role, district)
    return district


@pytest.fixture
def act(ansonia, manager, noon):
    return {"district_id": ansonia.pk, "fiscal_year": 2027, "by": manager, "at": noon}


def test_a_nudge_writes_to_coordinator_and_superintendent_and_is_on_record(act, ansonia, manager):
    done = nudge(key=uuid4(), **act)

    assert (done.sent_by, done.district) == (manager, ansonia)
    letters = Notice.objects.filter(kind="quiet_nudge")
    roles = {letter.to.memberships.get().role for letter in letters}
    assert roles == {Role.PLAN_COORDINATOR, Role.SUPERINTENDENT}
    assert {letter.subject for letter in letters} == {"Ansonia: can we help with the FY2027 plan?"}
    assert all("has been started here" in letter.body for letter in letters)
    assert all(letter.body.count("http") == 1 for letter in letters)


def test_the_letter_says_where_the_plan_is(act, ansonia):
    PlanFactory(district=ansonia, returned=True)
    nudge(key=uuid4(), **act)

    bodies = set(Notice.objects.filter(kind="quiet_nudge").values_list("body", flat=True))
    assert all("the Department asked for changes" in body for body in bodies)
    assert not any("It is due on" in body for body in bodies)  # each change has its own day


def test_the_letter_does_not_leave_once_the_plan_is_handed_in(act, ansonia, noon):
    plan = PlanFactory(district=ansonia)
    nudge(key=uuid4(), **act)
    letter = Notice.objects.filter(kind="quiet_nudge").first()
    assert why_not(letter, at=noon) == ""

    plan.status, plan.submitted_at, plan.submitted_by = Status.SUBMITTED, noon, plan.started_by
    plan.save()

    assert why_not(letter, at=noon) == "The plan is submitted now."


def test_a_nudge_leaves_once_in_seven_days(act, noon):
    key = uuid4()
    first = nudge(key=key, **act)
    assert nudge(key=key, **act) == first  # the same form sent again

    with pytest.raises(StepNotAllowed, match=r"nudged Ansonia on .* The next nudge can leave on"):
        nudge(key=uuid4(), **act | {"at": noon + timedelta(days=6, hours=23)})
    nudge(key=uuid4(), **act | {"at": noon + timedelta(days=7)})

    assert Nudge.objects.count() == 2
    assert Notice.objects.filter(kind="quiet_nudge").count() == 4


@pytest.mark.parametrize("status", ["submitted", "under_review", "approved"])
def test_nobody_is_nudged_who_owes_nothing(act, ansonia, status):
    PlanFactory(district=ansonia, **{status: True})

    with pytest.raises(Blocked, match="nothing is owed"):
        nudge(key=uuid4(), **act)


def test_nobody_is_nudged_before_the_year_opens_or_without_a_designation(act, ansonia):
    opens_on = Cycle.objects.get(pk=2027).opens_on
    with pytest.raises(Blocked, match="nothing is owed before"):
        nudge(key=uuid4(), **act | {"at": act["at"].replace(year=opens_on.year - 1)})
    with pytest.raises(Blocked, match="it owes no plan"):
        nudge(key=uuid4(), **act | {"district_id": DistrictFactory().pk})


def test_a_district_without_people_is_not_nudged(act):
    empty = DistrictFactory(name="Bristol", designated=True)

    with pytest.raises(Blocked, match="Nobody in Bristol is coordinator or superintendent"):
        nudge(key=uuid4(), **act | {"district_id": empty.pk})
    assert Nudge.objects.count() == 0


def test_who_is_kept_from_the_district_or_reviews_nothing_nudges_nobody(act, ansonia):
    of_both = person(Role.PROGRAM_REVIEWER)
    MembershipFactory(user=of_both, role=Role.PLAN_COORDINATOR, district=ansonia)
    with_conflict = person(Role.FISCAL_REVIEWER)
    ConflictFactory(person=with_conflict, district=ansonia)

    for reader in (of_both, with_conflict, person(Role.AUDITOR), person(Role.COMMISSIONER)):
        with pytest.raises(PermissionDenied):
            nudge(key=uuid4(), **act | {"by": reader})


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_nudges_and_the_other_reads_so(act, behind):
    other = person(Role.PROGRAM_REVIEWER)

    said = behind(
        lambda: nudge(key=uuid4(), **act), lambda: nudge(key=uuid4(), **act | {"by": other})
    )

    assert "nudged Ansonia on" in str(said)
    assert Nudge.objects.count() == 1
    assert Notice.objects.filter(kind="quiet_nudge").count() == 2


def test_the_page_says_to_whom_before_and_why_not_after(client, act, ansonia, manager):
    client.force_login(manager)
    url = reverse("reviews:nudge", args=["ansonia", 2027])
    page = client.get(url)
    names = ansonia.memberships.filter(role=Role.PLAN_COORDINATOR).values_list("user__name")
    assert names[0][0] in page.text

    sent = client.post(url, {"key": str(uuid4())}, follow=True)
    assert "A letter goes to the plan coordinator" in sent.text
    again = client.post(url, {"key": str(uuid4())})
    assert again.status_code == 409
    assert "The next nudge can leave on" in again.text
