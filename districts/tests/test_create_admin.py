"""The command that makes the first administrator of an installation."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from districts.models import User
from districts.roles import Role
from districts.tests.factories import person

pytestmark = pytest.mark.django_db


def create(*arguments) -> list[str]:
    out = StringIO()
    call_command("create_admin", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_first_admin_is_made_and_the_link_sets_their_password(client):
    said, hint, link = create("maria@csde.example.org", "--name", "Maria Lopez")
    form = client.get(link.removeprefix("http://testserver"), follow=True)
    client.post(
        form.redirect_chain[-1][0],
        {"password1": "four words in a row", "password2": "four words in a row"},
    )

    signed_in = client.login(email="maria@csde.example.org", password="four words in a row")

    assert (said, hint) == (
        "Maria Lopez (maria@csde.example.org) is an administrator now.",
        "The link works once, within three days:",
    )
    assert signed_in
    assert client.get(reverse("districts:list")).status_code == 200


def test_running_it_again_says_so_and_gives_a_link_again():
    create("maria@csde.example.org")

    said, _, link = create("MARIA@csde.example.org")

    assert said == "Administrator (maria@csde.example.org) is an administrator already."
    assert link.startswith("http://testserver/accounts/password/reset/key/")
    assert User.objects.get().memberships.count() == 1


def test_someone_suspended_is_let_in_again():
    maria = person(Role.SYSADMIN, email="maria@csde.example.org", is_active=False)

    create("maria@csde.example.org")

    maria.refresh_from_db()
    assert maria.is_active


def test_someone_known_is_given_the_role():
    maria = person(Role.PROGRAM_REVIEWER, email="maria@csde.example.org", name="Maria")

    said, *_ = create("maria@csde.example.org", "--name", "Someone else")

    assert said == "Maria (maria@csde.example.org) is an administrator now."
    assert set(maria.memberships.values_list("role", flat=True)) == {"program_reviewer", "sysadmin"}


@pytest.mark.parametrize("arguments", [["nowhere"], ["a@example.org", "--name", " "]])
def test_what_makes_no_person_is_refused(arguments):
    with pytest.raises(CommandError):
        create(*arguments)

    assert not User.objects.exists()
