"""Two at once on what a withholding or a letter says: one is written, the other is told."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.models import Membership
from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans.models import WithholdingCorrection
from plans.workflow import StepNotAllowed
from reviews import services
from reviews.models import LetterTemplate
from reviews.services import MovedOn
from reviews.tests.at_once import behind
from reviews.tests.test_correcting_withholding import case, correct
from reviews.tests.test_letter_templates import OURS, save

__all__ = ["behind", "case"]  # fixtures

# Rows that data migrations made are put back after each of these tests.
pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_corrections_one_stands_with_one_set_of_letters(case, behind):
    refusal = behind(lambda: correct(case), lambda: correct(case, what="Something else."))

    assert isinstance(refusal, MovedOn)
    assert WithholdingCorrection.objects.get().number == 1
    assert Notice.objects.filter(kind="withholding_corrected").count() == 4


def test_what_is_released_meanwhile_is_not_corrected(case, behind):
    def release():
        services.release(
            plan_id=case.plan.pk, reason="It came.", by=case.by, at=case.at, key=uuid4()
        )

    refusal = behind(release, lambda: correct(case))

    assert isinstance(refusal, StepNotAllowed)
    assert not WithholdingCorrection.objects.exists()


def test_whose_role_ends_while_they_wait_corrects_nothing(case, behind):
    def another_corrects_and_the_role_ends():
        correct(case, by=other)
        Membership.objects.filter(user=case.by).update(ended_at=case.at, ended_by=other)

    other = person(Role.COMMISSIONER)
    refusal = behind(another_corrects_and_the_role_ends, lambda: correct(case))

    assert isinstance(refusal, PermissionDenied)
    assert WithholdingCorrection.objects.get().corrected_by == other


@pytest.mark.parametrize("read", [0, 1])
def test_of_two_who_save_words_of_a_letter_the_second_is_told(commissioner, noon, behind, read):
    if read:
        save(commissioner, noon)
    other = person(Role.PROGRAM_MANAGER)
    joy, sorrow = (OURS.replace("thanks", each) for each in ("joy", "sorrow"))

    refusal = behind(
        lambda: save(commissioner, noon, joy, read=read),
        lambda: save(other, noon, sorrow, read=read),
    )

    assert isinstance(refusal, MovedOn)
    assert [one.text for one in LetterTemplate.objects.filter(number=read + 1)] == [joy.strip()]
