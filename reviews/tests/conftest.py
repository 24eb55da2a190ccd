"""Plans under review, and the people of their districts."""

from types import SimpleNamespace

import pytest

from districts.roles import DISTRICT_ROLES
from districts.tests.factories import person
from plans.models import Assignment
from plans.tests.factories import PlanFactory


@pytest.fixture
def under_review(db):
    return PlanFactory(under_review=True)


@pytest.fixture
def people_of():
    """One person in each role of a plan's district, by the role's name."""

    def _people_of(plan):
        return SimpleNamespace(
            **{str(role): person(role, plan.district) for role in DISTRICT_ROLES}
        )

    return _people_of


@pytest.fixture
def program_reviewer_of():
    def _program_reviewer_of(plan):
        return plan.assignments.current().get(reviews_as=Assignment.As.PROGRAM).reviewer

    return _program_reviewer_of


@pytest.fixture
def fiscal_reviewer_of():
    def _fiscal_reviewer_of(plan):
        return plan.assignments.current().get(reviews_as=Assignment.As.FISCAL).reviewer

    return _fiscal_reviewer_of
