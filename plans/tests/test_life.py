"""What a district reads of the life of its plan comes from the tables that are enforced."""

import pytest

from plans.views.life import who_can
from plans.workflow import TRANSITIONS, Status, Step


def test_who_can_do_what_with_a_draft():
    assert who_can(Status.DRAFT) == [
        ("Edit", "the plan coordinator, the fiscal officer"),
        ("Sign", "the superintendent, the board chair, once it is closed for signature"),
        ("Submit", "the superintendent, the plan coordinator"),
        ("Withdraw", "the superintendent"),
    ]


def test_a_recommendation_does_not_show_in_who_can_do_what():
    assert who_can(Status.RECOMMENDED) == who_can(Status.UNDER_REVIEW)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.UNDER_REVIEW])
def test_who_can_names_every_step_that_a_district_may_know_of(status):
    known = set(Step) - {Step.RECOMMEND, Step.WITHHOLD, Step.RELEASE}
    steps = {step.label for step in known if status in TRANSITIONS[step].sources}

    assert steps <= {what for what, _ in who_can(status)}
