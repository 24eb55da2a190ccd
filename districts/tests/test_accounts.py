"""Signing in, being refused, and setting a password by mail."""

import re
import socket
import time

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from districts import accounts
from districts import guesses as guesses_module
from districts.guesses import FREE, TOLD_AT, Guesses
from districts.models import User
from districts.passwords import DEMO_PASSWORD
from districts.roles import Role
from districts.tests.factories import PASSWORD, UserFactory, person
from notices.models import Notice
from notices.services import deliver_due

pytestmark = pytest.mark.django_db

HASHERS = settings.PASSWORD_HASHERS  # those of tests are faster
LOGIN = "/accounts/login/"
RESET = "/accounts/password/reset/"
NEW = "correct horse battery staple"
RESET_SUBJECT = "Set a new password for Alliance"


@pytest.fixture(autouse=True)
def _forget_tries():
    """The counts of wrong passwords live in the cache, which outlives a test."""
    cache.clear()


def sign_in(client, user, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": user.email, "password": password, **more})


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def sources_with(pattern: str) -> list[str]:
    return sorted(
        str(path.relative_to(settings.BASE_DIR))
        for app in ("districts", "notices", "plans", "reviews", "alliance")
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if "tests" not in path.parts and re.search(pattern, path.read_text())
    )


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

    assert [letter.subject for letter in Notice.objects.all()] == [RESET_SUBJECT]
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


# Addresses that only look like somebody's ------------------------------------------------------

LOOKALIKES = [
    "coordinator@br\u0131stol.example.org",  # the capital of a dotless i is I
    "coord\u0131nator@bristol.example.org",
    "\u0441oordinator@bristol.example.org",  # a Cyrillic letter
    "coordinator@br\u0456stol.example.org",
    "coordinator@bri\u017ftol.example.org.",
    "coordinator@xn--brstol-q4a.example.org",
]


@pytest.fixture
def coordinator():
    return person(Role.PLAN_COORDINATOR, email="coordinator@bristol.example.org")


@pytest.mark.parametrize("typed", LOOKALIKES)
def test_what_only_looks_like_an_address_is_nobodys(client, coordinator, typed):
    client.post(RESET, {"email": typed})
    client.post(LOGIN, {"login": typed, "password": PASSWORD})

    assert not User.objects.with_address(typed).exists()
    assert not Notice.objects.exists()
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize(
    "typed", ["COORDINATOR@Bristol.example.org", " coordinator@BRISTOL.example.org "]
)
def test_a_letter_goes_to_the_address_on_record_however_it_was_typed(client, coordinator, typed):
    client.post(RESET, {"email": typed})

    (letter,) = Notice.objects.all()
    assert (letter.to, letter.address) == (coordinator, "coordinator@bristol.example.org")


def test_addresses_are_compared_in_one_place():
    """`iexact`, `lower` and collations take some letters for others."""
    told = (
        r"(email|address)\w*__i(exact|regex)|(Lower|Upper)\(.{0,20}(email|address)"
        r"|(email|address)\S*\.(lower|upper|casefold)\("
    )
    comparing = [path for path in sources_with(told) if "/migrations/" not in path]

    asks_only = ["districts/same_person.py"]  # about accounts on record; nobody gets in by it
    assert comparing == ["districts/models/addresses.py", "districts/models/people.py", *asks_only]


# Guessing ---------------------------------------------------------------------------------------


def guess(client, user, times, *, start=0, **more):
    for number in range(start, start + times):
        sign_in(client, user, f"wrong {number}", **more)


def elsewhere(client, place):
    client.defaults["REMOTE_ADDR"] = place
    return client


def test_whoever_guesses_waits_and_the_person_elsewhere_does_not(client):
    user = person(Role.PLAN_COORDINATOR)
    guess(elsewhere(client, "192.0.2.1"), user, FREE + 1)

    refused = sign_in(client, user)
    assert "Too many wrong passwords were tried" in words_of(refused)
    assert not get_user(client).is_authenticated

    sign_in(elsewhere(client, "192.0.2.2"), user)
    assert get_user(client) == user


def test_whoever_shares_an_address_with_a_guesser_signs_in(client):
    colleagues = [person(Role.PLAN_COORDINATOR) for _ in range(3)]
    for guessed_at in [person(Role.FISCAL_OFFICER) for _ in range(5)]:
        guess(client, guessed_at, FREE + 2)

    for colleague in colleagues:
        sign_in(client, colleague)
        assert get_user(client) == colleague
        client.logout()


def test_many_right_sign_ins_from_one_address_are_no_guesses(client):
    user = person(Role.PLAN_COORDINATOR)
    for _ in range(40):
        sign_in(client, user)
        assert get_user(client) == user
        client.logout()


def test_the_wait_rises_and_impatience_does_not_lengthen_it():
    guesses = Guesses(address="192.0.2.1", account="casey@example.org")
    waits = []
    for _ in range(FREE):
        assert guesses.let_try()
    for _ in range(6):
        assert guesses.let_try()
        waits.append(round(_seconds_left(guesses), -1))
        assert not any(guesses.let_try() for _ in range(20))
        cache.delete(f"{guesses._count_of}:wait")  # it is over

    assert waits == [60, 120, 240, 480, 900, 900]


def _seconds_left(guesses) -> float:
    return cache._cache.get_client().ttl(cache.make_key(f"{guesses._count_of}:wait"))


def test_a_right_password_ends_the_count(client):
    user = person(Role.PLAN_COORDINATOR)
    guess(client, user, FREE)
    sign_in(client, user)
    client.logout()

    guess(client, user, FREE)
    sign_in(client, user)

    assert get_user(client) == user


def test_a_person_hears_once_a_day_that_their_password_is_guessed(client):
    user = person(Role.PLAN_COORDINATOR)
    for place in range(2 * TOLD_AT):
        guess(elsewhere(client, f"192.0.2.{place}"), user, 1)

    (letter,) = Notice.objects.filter(kind="wrong_passwords")
    assert (letter.to, letter.address) == (user, user.email)
    assert f"{TOLD_AT} wrong passwords were tried" in letter.body


def test_an_account_guessed_at_from_everywhere_is_open_to_whom_it_knows(client, monkeypatch):
    monkeypatch.setattr(guesses_module, "FROM_EVERYWHERE", 5)
    user = person(Role.PLAN_COORDINATOR)
    sign_in(elsewhere(client, "192.0.2.1"), user)
    client.logout()
    for place in range(2, 7):
        guess(elsewhere(client, f"192.0.2.{place}"), user, 1)

    sign_in(elsewhere(client, "192.0.2.99"), user)
    assert not get_user(client).is_authenticated
    sign_in(elsewhere(client, "192.0.2.1"), user)
    assert get_user(client) == user
    client.logout()

    link = accounts.set_password_url(User.objects.get(pk=user.pk))
    form = client.get(_path(link), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    sign_in(elsewhere(client, "192.0.2.99"), user, NEW)
    assert get_user(client) == user


def test_one_machine_of_ipv6_is_one_address():
    first, second = (
        Guesses(address=address, account="casey@example.org")
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")
    )
    assert first._pair == second._pair


def test_addresses_of_ipv4_written_as_ipv6_are_each_their_own():
    first, second, plain = (
        Guesses(address=address, account="casey@example.org")
        for address in ("::ffff:192.0.2.1", "::ffff:192.0.2.2", "192.0.2.1")
    )
    assert first._pair != second._pair
    assert first._pair == plain._pair


def test_a_new_password_lets_in_whoever_had_to_wait(client):
    user = person(Role.PLAN_COORDINATOR)
    guess(client, user, FREE + 2)
    sign_in(client, user)
    assert not get_user(client).is_authenticated

    link = accounts.set_password_url(User.objects.get(pk=user.pk))
    form = client.get(_path(link), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    sign_in(client, user, NEW)

    assert get_user(client) == user


@pytest.mark.parametrize("sent", ["", "nonsense", "192.0.2.1"])
def test_no_page_fails_for_an_address_that_cannot_be_found(client, settings, sent):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    client.defaults["HTTP_X_FORWARDED_FOR"] = sent
    user = person(Role.PLAN_COORDINATOR)

    assert client.get("/health/").status_code == 200
    assert client.get(LOGIN).status_code == 200
    sign_in(client, user)

    assert get_user(client) == user


def test_a_failed_sign_in_is_an_event_of_the_log_without_the_address(client, caplog):
    user = person(Role.PLAN_COORDINATOR)

    sign_in(client, user, "wrong")
    client.post(LOGIN, {"login": "nobody@example.org", "password": "wrong"})

    said = [record.getMessage() for record in caplog.records if "Sign-in" in record.getMessage()]
    assert said == [f"Sign-in failed: user {user.pk}", "Sign-in failed: no such account"]
    assert "@" not in " ".join(said)


def test_sign_in_of_someone_switched_off_says_so(client):
    user = UserFactory(is_active=False)

    response = sign_in(client, user)

    assert response.url == reverse("account_inactive")
    assert "This account is suspended" in words_of(client.get(response.url))
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
    assert not Notice.objects.exists()

    client.post(RESET, {"email": "after@example.org"})
    assert [letter.address for letter in Notice.objects.all()] == ["after@example.org"]


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
    (letter,) = Notice.objects.all()
    (link,) = re.findall(r"http://testserver(/\S+)", letter.body)
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0]
    done = client.post(form, {"password1": NEW, "password2": NEW}, follow=True)
    again = client.get(link, follow=True)

    assert asked.url == reverse("account_reset_password_done")
    assert "Look in your mail" in words_of(client.get(asked.url))
    assert (letter.address, letter.subject) == (user.email, RESET_SUBJECT)
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
    assert "no-store" in short["Cache-Control"]
    assert "The two passwords differ. Type the same one twice." in words_of(differing)
    assert User.objects.get().check_password(PASSWORD)


def test_a_stranger_sends_no_mail_and_the_page_tells_nothing(client):
    known = client.post(RESET, {"email": UserFactory(email="known@example.org").email}, follow=True)
    unknown = client.post(RESET, {"email": "nobody@example.org"}, follow=True)

    assert "Look in your mail" in words_of(unknown)
    assert words_of(known) == words_of(unknown)
    assert [letter.address for letter in Notice.objects.all()] == ["known@example.org"]


def test_asking_again_within_minutes_posts_no_second_letter(client):
    user = UserFactory()
    client.post(RESET, {"email": user.email})
    client.post(RESET, {"email": user.email})
    assert Notice.objects.count() == 1

    Notice.objects.update(status="failed", closed_at=timezone.now(), body="")
    client.post(RESET, {"email": user.email})
    assert Notice.objects.count() == 2


def test_a_link_that_was_used_keeps_nobody_waiting_for_a_new_one(client):
    user = UserFactory()
    client.post(RESET, {"email": user.email})
    form = client.get(_path(accounts.set_password_url(user)), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    client.logout()

    client.post(RESET, {"email": user.email})
    client.post(RESET, {"email": user.email})

    assert Notice.objects.filter(kind="set_password").count() == 2


def test_a_letter_to_a_former_address_keeps_nobody_waiting_for_a_new_one(client):
    user = UserFactory(email="former@example.org")
    client.post(RESET, {"email": user.email})
    user.email = "ana@example.org"
    user.save()

    client.post(RESET, {"email": "ana@example.org"})

    letters = Notice.objects.order_by("pk").values_list("address", flat=True)
    assert list(letters) == ["former@example.org", "ana@example.org"]


def test_no_letter_leaves_within_a_request(client, monkeypatch):
    """A mail server that hangs would hold a worker: letters leave by the outbox alone."""

    def hang(self, *args, **kwargs):
        raise AssertionError("A letter left within the request.")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", hang)

    response = client.post(RESET, {"email": UserFactory().email}, follow=True)

    assert "Look in your mail" in words_of(response)
    assert Notice.objects.get().status == "waiting"


def test_a_mail_server_that_hangs_keeps_no_page_waiting(client, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, says nothing
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 5
        began = time.monotonic()
        for _ in range(3):
            client.post(RESET, {"email": UserFactory().email})
        took = time.monotonic() - began
        settings.EMAIL_TIMEOUT = 0.2
        left = deliver_due(at=timezone.now())

    assert took < 5
    assert left == []
    assert sorted(Notice.objects.values_list("status", "attempts")) == [
        ("waiting", 0),
        ("waiting", 0),
        ("waiting", 1),
    ]


def test_only_the_outbox_sends_mail():
    assert sources_with("(from|import) django.core.mail") == [
        "notices/services/delivery.py",
        "notices/services/postman.py",
    ]


def test_too_many_letters_to_one_address_are_refused(client):
    for _ in range(5):
        client.post(RESET, {"email": "nobody@example.org"})

    response = client.post(RESET, {"email": "nobody@example.org"})

    assert response.status_code == 429
    assert "Too many tries in a short time" in words_of(response)


# How passwords are kept, and which are refused ---------------------------------------------------


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("alliance-demo", "published password"),
        ("Alliance-Demo", "published password"),
        ("password1234", "too easily guessed"),
        ("qwertyuiopas", "too easily guessed"),
        ("aaaaaaaaaaaaaaaa", "too easily guessed"),
        ("Maria.Lopez.2026", "too easily guessed"),
        ("alliancedistrict", "too easily guessed"),
        ("longer than it may be " * 6, "at most 128"),
    ],
)
def test_a_password_that_anybody_would_try_is_refused(client, password, told):
    user = UserFactory(name="Maria Lopez", email="maria.lopez@example.org")
    form = client.get(_path(accounts.set_password_url(user)), follow=True).redirect_chain[-1][0]

    response = client.post(form, {"password1": password, "password2": password})

    assert told in words_of(response)
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    "password", [NEW, "velvet harbor nine turnips", "x7!Kq-9mZr2&Lw", "é" * 7 + " naïve ½ quay"]
)
def test_a_long_password_is_taken_whatever_its_signs(password):
    validate_password(password, UserFactory())


def test_the_demos_password_opens_nothing_outside_a_demonstration(client, settings):
    user = person(Role.AUDITOR)
    user.set_password(DEMO_PASSWORD)
    user.save()

    sign_in(client, user, DEMO_PASSWORD)
    assert not get_user(client).is_authenticated

    settings.DEMO = True
    sign_in(client, user, DEMO_PASSWORD)
    assert get_user(client) == user


def test_a_password_is_kept_as_argon2id_and_an_old_hash_is_renewed_at_sign_in(client, settings):
    settings.PASSWORD_HASHERS = HASHERS
    user = person(Role.AUDITOR, password=PBKDF2PasswordHasher().encode(NEW, "salt", 1000))

    sign_in(client, user, NEW)

    assert get_user(client) == user
    assert User.objects.get().password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    client.logout()
    sign_in(client, user, NEW)
    assert get_user(client) == user


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
