"""The letter that sets a password stays here once its link would not."""

from datetime import timedelta

import pytest
from django.conf import settings

from districts.services.letters import why_not
from districts.tests.factories import UserFactory
from notices.models import Notice
from notices.services import deliver_due, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(noon):
    user = UserFactory(email="ana@example.org")
    return post(
        key="set_password/user-5",
        kind="set_password",
        to=user,
        subject="Set your password",
        body="https://…/5-secret/",
        about=user.about,
        why="Someone sent it",
        at=noon,
    )


def test_letter_leaves_while_its_link_works(letter, noon):
    assert why_not(letter, at=noon + timedelta(days=2)) == ""


def test_letter_older_than_its_link_is_withdrawn(letter, noon, mailoutbox):
    deliver_due(at=noon + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))

    letter.refresh_from_db()
    assert (letter.status, letter.outcome, mailoutbox) == (
        Notice.Status.WITHDRAWN,
        "The link in this letter has run out.",
        [],
    )


def test_letter_to_a_former_address_is_withdrawn(letter, noon, mailoutbox):
    letter.to.email = "ana.lopez@example.org"
    letter.to.save()

    deliver_due(at=noon)

    letter.refresh_from_db()
    assert (letter.status, letter.outcome, mailoutbox) == (
        Notice.Status.WITHDRAWN,
        "The person’s address has changed, so the link in this letter works no more.",
        [],
    )
