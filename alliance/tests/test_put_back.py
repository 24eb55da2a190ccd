"""After a test that commits the database holds what migrations loaded, and nothing else."""

import pytest

from alliance.tests.backups import AS_MIGRATED, connected_to, everything
from alliance.tests.put_back import AsMigrated
from plans.models import Indicator, Signature
from plans.tests.factories import PlanFactory, closed_version


def test_what_was_committed_is_gone_and_what_was_deleted_is_back(transactional_db):
    as_migrated = AsMigrated()
    closed_version(PlanFactory(), signed=True)  # of rows that a trigger keeps from being deleted
    Indicator.objects.filter(number=4).delete()
    Indicator.objects.filter(number=5).update(name="Another")

    as_migrated.put_back()

    after = everything()
    with connected_to(AS_MIGRATED):
        before = everything()
    assert after | {"sequences": ()} == before | {"sequences": ()}


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_that_commits_finds_nothing_of_the_one_before(transactional_db, time):
    assert (Signature.objects.count(), Indicator.objects.filter(number=4).count()) == (0, 1)

    closed_version(PlanFactory(), signed=True)
    Indicator.objects.filter(number=4).delete()
