"""Two acts at once wait for each other in one order, and never each for the other.

The kind: an act holds a person and then names a district, another holds the district and then
names the person: PostgreSQL ends one of the two.
"""

from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction

from districts.models import District, User
from districts.roles import Role
from districts.services import give_membership
from districts.tests.factories import DistrictFactory, person
from notices.tests.factories import NoticeFactory
from plans.models import Plan
from plans.services import start_plan
from plans.tests.test_concurrency import slowly

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


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
