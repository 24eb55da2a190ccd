"""Which allocation of a year counts: one for each district, the final one once it is known."""

import pytest

from districts.models import Allocation
from districts.tests.factories import AllocationFactory, DistrictFactory

pytestmark = pytest.mark.django_db
FINAL, PRELIMINARY = Allocation.Stage.FINAL, Allocation.Stage.PRELIMINARY


def in_force(fiscal_year, **only):
    found = Allocation.objects.in_force(fiscal_year).filter(**only)
    return {one.district.name: (one.stage, one.amount) for one in found}


@pytest.mark.parametrize("stages", [(FINAL, PRELIMINARY), (PRELIMINARY, FINAL)])
def test_a_final_allocation_counts_whichever_was_stated_first(stages):
    district = DistrictFactory(name="Ansonia")
    amounts = {FINAL: 2_000_000, PRELIMINARY: 1_000_000}
    for stage in stages:
        AllocationFactory(district=district, stage=stage, amount=amounts[stage])

    assert in_force(2027) == {"Ansonia": (FINAL, 2_000_000)}


def test_a_preliminary_allocation_counts_until_there_is_a_final_one():
    AllocationFactory(district=DistrictFactory(name="Ansonia"), stage=PRELIMINARY, amount=0)

    assert in_force(2027) == {"Ansonia": (PRELIMINARY, 0)}


def test_each_district_and_year_has_its_own():
    ansonia, derby = DistrictFactory(name="Ansonia"), DistrictFactory(name="Derby")
    AllocationFactory(district=ansonia, stage=PRELIMINARY, amount=1)
    AllocationFactory(district=derby, stage=FINAL, amount=2)
    AllocationFactory(district=ansonia, fiscal_year=2026, stage=FINAL, amount=3)

    assert in_force(2027) == {"Ansonia": (PRELIMINARY, 1), "Derby": (FINAL, 2)}
    assert in_force(2027, district=derby) == {"Derby": (FINAL, 2)}
    assert in_force(2028) == {}
