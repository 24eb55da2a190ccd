"""Two people publish at once, or one while the district hands in: the second is told."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection, transaction

from districts.roles import Role
from districts.tests.factories import person
from library.documents import Passage
from library.models import Publication, Why
from library.tests.checked import published, resubmit, submitted_plan
from plans.services import locked_plan
from plans.workflow import StepNotAllowed

pytestmark = pytest.mark.django_db(transaction=True)
RUIZ = Passage("Ana Ruiz", Why.PERSONAL_DATA)


@pytest.fixture
def meanwhile():
    """Start one act in a transaction that stays open a while, and give the way to wait for it."""
    pool = ThreadPoolExecutor(max_workers=1)

    def _meanwhile(act):
        row_is_held = Event()

        def slowly():
            try:
                with transaction.atomic():
                    act()
                    row_is_held.set()
                    time.sleep(0.3)
            finally:
                row_is_held.set()
                connection.close()

        running = pool.submit(slowly)
        row_is_held.wait(timeout=5)
        return running.result

    yield _meanwhile
    pool.shutdown()


def test_of_two_who_publish_at_once_the_second_puts_nothing_back_into_view(meanwhile):
    plan, first, second = submitted_plan(), person(Role.SYSADMIN), person(Role.PROGRAM_MANAGER)
    wait = meanwhile(lambda: published(plan, RUIZ, by=first))

    with pytest.raises(StepNotAllowed, match="meanwhile"):
        published(plan, after=None, by=second)

    wait()
    assert Publication.objects.get().removed == [RUIZ._asdict()]


def test_the_same_form_sent_at_once_is_one_publication(meanwhile):
    plan, by, key = submitted_plan(), person(Role.SYSADMIN), uuid4()
    wait = meanwhile(lambda: published(plan, key=key, by=by, after=None, reason=""))

    again = published(plan, key=key, by=by, after=None, reason="")

    assert wait() is None
    assert Publication.objects.get() == again


def test_a_version_that_comes_in_meanwhile_is_checked_first(meanwhile):
    plan, by = submitted_plan(), person(Role.SYSADMIN)

    def hand_in():
        locked_plan(plan.pk)
        resubmit(plan, "The second.")

    wait = meanwhile(hand_in)
    with pytest.raises(StepNotAllowed, match="Version 2"):
        published(plan, version=1, passages=[], by=by)

    wait()
    assert not Publication.objects.exists()
