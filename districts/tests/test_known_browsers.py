"""A guesser keeps nobody waiting in a browser that knows them, and gains nothing by it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from districts import guesses
from districts.guesses import FREE, Guesses
from districts.known_browsers import KNOWN_FOR
from districts.models import User
from districts.roles import Role
from districts.tests.factories import PASSWORD, DistrictFactory, person

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _forget_tries():
    cache.clear()


@pytest.fixture
def user():
    return person(Role.SUPERINTENDENT, DistrictFactory())


def sign_in(client, user, password=PASSWORD):
    response = client.post(LOGIN, {"login": user.email, "password": password})
    is_in = get_user(client) == user
    client.post("/accounts/logout/")
    return response, is_in


def knows(user) -> Client:
    """A browser in which the person has signed in, and out."""
    client = Client()
    assert sign_in(client, user)[1]
    return client


def guess(user, times, client=None) -> None:
    """Somebody at the same network address."""
    client = client or Client()
    for number in range(times):
        client.post(LOGIN, {"login": user.email, "password": f"wrong {number}"})


def cookie_in(client):
    (found,) = [value for name, value in client.cookies.items() if name.startswith("known_")]
    return found


def test_a_colleague_who_guesses_keeps_nobody_waiting_in_a_browser_that_knows_them(user):
    known = knows(user)
    guess(user, FREE + 3)

    assert sign_in(Client(), user)[1] is False
    assert sign_in(known, user)[1] is True


def test_signing_in_there_gives_the_guesser_no_new_tries(user):
    known = knows(user)
    guess(user, FREE + 3)
    sign_in(known, user)

    assert sign_in(Client(), user)[1] is False


def test_a_known_browser_has_its_own_tries_and_waits_as_any_other(user):
    known = knows(user)
    guess(user, FREE + 1, known)

    assert sign_in(known, user)[1] is False
    assert sign_in(Client(), user)[1] is True


def test_signing_in_again_and_again_makes_no_second_browser_of_one(user):
    known = knows(user)
    copies = []
    for _ in range(3):
        copy = Client()
        copy.cookies[cookie_in(known).key] = cookie_in(known).value
        copies.append(copy)
        sign_in(known, user)
    guess(user, FREE + 1, copies[0])

    assert [sign_in(copy, user)[1] for copy in copies] == [False] * 3


def test_an_account_guessed_at_from_everywhere_is_open_in_a_known_browser(user, monkeypatch):
    monkeypatch.setattr(guesses, "FROM_EVERYWHERE", 3)
    known = knows(user)
    for place in range(4):
        guess(user, 1, Client(REMOTE_ADDR=f"192.0.2.{place}"))
    known.defaults["REMOTE_ADDR"] = "192.0.2.99"

    refused, is_in = sign_in(Client(REMOTE_ADDR="192.0.2.98"), user)

    assert (is_in, sign_in(known, user)[1]) == (False, True)
    assert "from many places" in refused.text


def test_the_cookie_is_closed_to_scripts_and_other_sites_and_sent_to_sign_in_alone(user, settings):
    settings.SESSION_COOKIE_SECURE = True

    cookie = cookie_in(knows(user))

    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (
        True,
        True,
        "Strict",
        LOGIN,
    )
    assert cookie["max-age"] == KNOWN_FOR.total_seconds()
    assert user.email not in f"{cookie.key}{cookie.value}"


def test_another_password_makes_the_browser_unknown(user):
    known = knows(user)
    changed = User.objects.get(pk=user.pk)
    changed.set_password("correct horse battery staple")
    changed.save()
    guess(user, FREE + 3)

    assert sign_in(known, user, "correct horse battery staple")[1] is False


def test_the_cookie_runs_out(user):
    known = knows(user)
    guess(user, FREE + 1)
    with time_machine.travel(timezone.now() + KNOWN_FOR + timedelta(seconds=1)):
        response, is_in = sign_in(known, user)

    assert (is_in, "Too many wrong passwords" in response.text) == (False, True)


@pytest.mark.parametrize("forge", ["its end", "of another", "made up"])
def test_no_other_cookie_makes_a_browser_known(user, forge):
    other = person(Role.SUPERINTENDENT, DistrictFactory())
    known, of_another = knows(user), knows(other)
    cookie = cookie_in(known)
    forged = Client()
    forged.cookies[cookie.key] = {
        "its end": f"{cookie.value[:-1]}{'a' if cookie.value[-1] != 'a' else 'b'}",
        "of another": cookie_in(of_another).value,
        "made up": "made:up:cookie",
    }[forge]
    guess(user, FREE + 3)

    assert sign_in(forged, user)[1] is False


def test_people_who_share_a_browser_are_each_known_in_it(user):
    other = person(Role.SUPERINTENDENT, DistrictFactory())
    shared = knows(user)
    sign_in(shared, other)
    for one in (user, other):
        guess(one, FREE + 3)

    assert [sign_in(shared, one)[1] for one in (user, other)] == [True, True]


# What is said ----------------------------------------------------------------------------------


def test_who_has_to_wait_reads_how_long_and_what_can_be_done(user):
    said = []
    for number in range(3):
        guess(user, FREE + 1 if number == 0 else 1)  # of which the last begins a wait
        response, _ = sign_in(Client(), user)
        said += re.findall(r"Wait (\d+ minutes?), then try", response.text)
        assert '<a href="/accounts/password/reset/">Set a new password</a>' in response.text
        _let_it_pass(user)

    assert said == ["1 minute", "2 minutes", "4 minutes"]


def _let_it_pass(user) -> None:
    pair = Guesses(address="127.0.0.1", account=user.email)
    cache.delete(f"{pair._count_of}:wait")


def test_a_wait_is_told_alike_for_an_account_that_there_is_not(user):
    said = []
    for email in (user.email, "nobody@example.org"):
        for _ in range(FREE + 2):
            response = Client().post(LOGIN, {"login": email, "password": "wrong"})
        said.append(re.findall(r"Too many.*?at once\.", response.text))

    assert said[0] == said[1] != []
