"""Signing in, being refused, and setting a password by mail."""

import re
from smtplib import SMTPServerDisconnected

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from districts import accounts
from districts.models import User
from districts.roles import Role
from districts.tests.factories import PASSWORD, UserFactory, person

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
RESET = "/accounts/password/reset/"
NEW = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _forget_tries():
    """The counts of wrong passwords live in the cache, which outlives a test."""
    cache.clear()


def sign_in(client, user, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": user.email, "password": password, **more})


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def test_sign_in_leads_home(client):
    user = person(Role.PLAN_COORDINATOR)

    response = sign_in(client, user)

    assert (response.status_code, response.url) == (302, "/home/")
    assert get_user(client) == user


@pytest.mark.parametrize("kept", ["casey@example.org", "Casey@Example.org"])
def test_sign_in_and_reset_take_the_address_in_any_case(client, kept):
    user = person(Role.PLAN_COORDINATOR, email=kept)

    client.post(RESET, {"email": "cASEY@example.org"})
    client.post(LOGIN, {"login": " CASEY@example.org", "password": PASSWORD})

    assert [letter.subject for letter in mail.outbox] == ["Set a new password for Alliance"]
    assert get_user(client) == user


def test_sign_in_goes_on_to_the_page_that_was_asked_for(client):
    user = person(Role.SYSADMIN)

    assert sign_in(client, user, next="/districts/").url == "/districts/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_sign_in_never_leads_elsewhere(client, elsewhere):
    user = person(Role.SYSADMIN)

    assert sign_in(client, user, next=elsewhere).url == "/home/"


def test_page_keeps_where_one_was_going(client):
    assert '<input type="hidden" name="next" value="/districts/"' in (
        client.get(f"{LOGIN}?next=/districts/").text
    )


def test_sign_in_with_a_wrong_password_is_refused_without_naming_what_is_wrong(client):
    known = sign_in(client, UserFactory(), "wrong")
    unknown = client.post(LOGIN, {"login": "nobody@example.org", "password": "wrong"})

    for response in (known, unknown):
        assert accounts.ClosedAccountAdapter.error_messages["email_password_mismatch"] in (
            words_of(response)
        )
    assert not get_user(client).is_authenticated


def test_sixth_try_is_refused_even_with_the_right_password(client):
    user = UserFactory()
    for _ in range(5):
        sign_in(client, user, "wrong")

    response = sign_in(client, user)

    assert "Wait five minutes, then try again." in words_of(response)
    assert not get_user(client).is_authenticated


def test_sign_in_of_someone_switched_off_says_so(client):
    user = UserFactory(is_active=False)

    response = sign_in(client, user)

    assert response.url == reverse("account_inactive")
    assert "This account is switched off" in words_of(client.get(response.url))
    assert not get_user(client).is_authenticated


def test_someone_switched_off_while_signed_in_is_out_at_once(client):
    user = person(Role.PLAN_COORDINATOR)
    sign_in(client, user)

    User.objects.filter(pk=user.pk).update(is_active=False)

    assert not get_user(client).is_authenticated


def test_sign_in_of_someone_without_a_role_says_so(client):
    response = sign_in(client, UserFactory())

    assert "You hold no role now" in words_of(client.get(response.url))


def test_former_address_no_longer_signs_in(client):
    user = UserFactory(email="before@example.org")
    accounts.set_password_url(user)  # allauth notes the address it knows
    User.objects.filter(pk=user.pk).update(email="after@example.org")

    client.post(LOGIN, {"login": "before@example.org", "password": PASSWORD})

    assert not get_user(client).is_authenticated


def test_former_address_gets_no_link(client):
    user = UserFactory(email="before@example.org")
    accounts.set_password_url(user)
    User.objects.filter(pk=user.pk).update(email="after@example.org")

    client.post(RESET, {"email": "before@example.org"})

    assert [letter.subject for letter in mail.outbox] == ["No Alliance account has this address"]


def test_sign_out_is_a_post(client):
    sign_in(client, person(Role.PLAN_COORDINATOR))

    asked = client.get("/accounts/logout/")
    still_in = get_user(client).is_authenticated
    done = client.post("/accounts/logout/")

    assert (asked.status_code, still_in) == (200, True)
    assert (done.url, get_user(client).is_authenticated) == ("/", False)


def test_signing_in_says_nothing_and_signing_out_says_so(client):
    user = person(Role.PLAN_COORDINATOR)

    signed_in = sign_in(client, user)
    client.post("/accounts/logout/")

    assert "messages" not in signed_in.cookies
    assert "You are signed out." in words_of(client.get("/"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_sign_up_is_closed(client, method):
    answer = {"email": "new@example.org", "password1": NEW}

    response = getattr(client, method)("/accounts/signup/", answer)

    assert "Sign-up is closed" in words_of(response)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "email/",
        "confirm-email/",
        "confirm-email/key/",
        "password/change/",
        "password/set/",
        "reauthenticate/",
        "login/code/",
        "login/code/confirm/",
    ],
)
def test_what_is_not_offered_cannot_be_reached(client, path):
    client.force_login(person(Role.SYSADMIN))

    assert client.get(f"/accounts/{path}").status_code == 404


def test_new_password_by_mail(client):
    user = person(Role.PLAN_COORDINATOR)

    asked = client.post(RESET, {"email": user.email})
    (letter,) = mail.outbox
    (link,) = re.findall(r"http://testserver(/\S+)", letter.body)
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0]
    done = client.post(form, {"password1": NEW, "password2": NEW}, follow=True)
    again = client.get(link, follow=True)

    assert asked.url == reverse("account_reset_password_done")
    assert "Look in your mail" in words_of(client.get(asked.url))
    assert (letter.to, letter.subject) == ([user.email], "Set a new password for Alliance")
    assert "Set your password" in words_of(page)
    assert "Your password is set" in words_of(done)
    assert "This link no longer works" in words_of(again)
    assert not get_user(client).is_authenticated
    assert sign_in(client, user, NEW).url == "/home/"


def test_new_password_must_be_long_and_typed_twice(client):
    user = UserFactory()
    form = client.get(_path(accounts.set_password_url(user)), follow=True).redirect_chain[-1][0]

    short = client.post(form, {"password1": "short", "password2": "short"})
    differing = client.post(form, {"password1": NEW, "password2": NEW + "!"})

    assert "at least 12 characters" in words_of(short)
    assert "same password each time" in words_of(differing)
    assert User.objects.get().check_password(PASSWORD)


def test_letter_to_an_unknown_address_says_so_and_the_page_does_not(client):
    response = client.post(RESET, {"email": "nobody@example.org"}, follow=True)

    assert "Look in your mail" in words_of(response)
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["nobody@example.org"], "No Alliance account has this address")
    ]


def test_reset_while_the_mail_server_is_away_says_that_nothing_left(client, monkeypatch):
    def hang_up(self, *args, **kwargs):
        raise SMTPServerDisconnected

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", hang_up)

    response = client.post(RESET, {"email": UserFactory().email}, follow=True)

    assert response.redirect_chain == [(RESET, 302)]
    assert "no letter left" in words_of(response)


def test_too_many_letters_to_one_address_are_refused(client):
    for _ in range(5):
        client.post(RESET, {"email": "nobody@example.org"})

    response = client.post(RESET, {"email": "nobody@example.org"})

    assert response.status_code == 429
    assert "Too many tries in a short time" in words_of(response)
    assert len(mail.outbox) == 5


def test_set_password_url_lets_a_new_person_set_the_first_password(client):
    user = person(Role.FISCAL_OFFICER, password="!")

    url = accounts.set_password_url(user)
    form = client.get(_path(url), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})

    assert url.startswith("http://testserver/accounts/password/reset/key/")
    assert sign_in(client, user, NEW).url == "/home/"


def test_made_up_link_is_refused(client):
    response = client.get("/accounts/password/reset/key/1-abc-123/")

    assert "This link no longer works" in words_of(response)


def _path(url: str) -> str:
    return url.removeprefix("http://testserver")
