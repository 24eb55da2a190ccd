"""Two acts at once wait for each other in one order, and never each for the other.

The kind: an act holds a person and then names a district, another holds the district and then
names the person: PostgreSQL ends one of the two.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import OperationalError, connection, transaction

from districts.models import District, User
from districts.roles import Role
from districts.services import give_membership
from districts.tests.factories import DistrictFactory, person
from notices.tests.factories import NoticeFactory
from plans.models import Plan
from plans.services import start_plan
from plans.tests.test_concurrency import LONG_ENOUGH, slowly
from progress.tests.factories import ExpenditureReportFactory, line_outcome
from progress.tests.spending import Office, approved_plan
from progress.workflow import ReportStatus
from reviews.models import SpendingDetermination
from reviews.tests.test_determining import determine_by
from reviews.tests.test_determining import found as a_line_found
from reviews.tests.years import approved_2027

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def waiting_for_nobody():
    """What is done inside fails at once where it would have to wait for another transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '20ms'")
        yield


@pytest.fixture
def district():
    return DistrictFactory(designated=True, funded=True)


def test_a_role_is_given_to_whoever_starts_a_plan_just_now(district, admin, noon):
    coordinator = person(Role.PLAN_COORDINATOR, district)
    starting = slowly(
        start_plan, district_id=district.pk, fiscal_year=2027, by=coordinator, at=noon
    )

    with starting, waiting_for_nobody():
        give_membership(
            user_id=coordinator.pk,
            role=Role.FISCAL_OFFICER,
            district_id=district.pk,
            by=admin,
            at=noon,
        )

    assert coordinator.memberships.current().count() == 2
    assert Plan.objects.count() == 1


def test_a_letter_is_written_to_whoever_is_given_a_role_just_now(district, admin, noon):
    chair = person(Role.BOARD_CHAIR, district)
    giving = slowly(
        give_membership,
        user_id=chair.pk,
        role=Role.DISTRICT_ADMIN,
        district_id=district.pk,
        by=admin,
        at=noon,
    )

    with giving, waiting_for_nobody():
        NoticeFactory(to=chair)

    assert chair.notices.count() >= 1


@pytest.mark.parametrize("model", [District, User])
def test_two_who_hold_the_same_row_still_wait_for_each_other(model, district, admin):
    row = district if model is District else admin

    with (
        slowly(lambda: list(model.objects.select_for_update().filter(pk=row.pk))),
        pytest.raises(OperationalError, match="could not obtain lock"),
        transaction.atomic(),
    ):
        model.objects.select_for_update(nowait=True).get(pk=row.pk)


@contextmanager
def the_roster_changes(plan: Plan):
    """Somebody holds the district now, and its plans a little later, as every such change does."""
    has_district = Event()

    def change():
        try:
            with transaction.atomic():
                District.objects.select_for_update().get(pk=plan.district_id)
                has_district.set()
                time.sleep(LONG_ENOUGH)
                of_district = Plan.objects.filter(district=plan.district_id)
                list(of_district.select_for_update(of=("self",)))
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        other = pool.submit(change)
        assert has_district.wait(timeout=10)
        yield
        other.result()


def test_a_report_is_certified_while_the_roster_changes():
    office = Office.of(approved_plan())
    report = office.start()
    office.write(report, {"111B": 800_000})
    office.close(report)

    with the_roster_changes(office.plan):
        office.certify(report)

    report.refresh_from_db()
    assert report.status == ReportStatus.CERTIFIED


def test_a_determination_is_made_while_the_roster_changes(commissioner):
    plan = approved_2027()
    line_outcome(plan, "line-41", 500_000)
    report = ExpenditureReportFactory(plan=plan, accepted=True)

    with the_roster_changes(plan):
        determine_by(commissioner, report, a_line_found(remedy="reduce"))

    assert SpendingDetermination.objects.get().report == report
