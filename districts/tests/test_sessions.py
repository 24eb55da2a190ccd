"""How long a session lasts, what keeps it alive, and what ends it."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session as FormerSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from districts import services
from districts.accounts import set_password_url
from districts.models import Session, SignInRules, User
from districts.roles import Role
from districts.tests.factories import DistrictFactory, MembershipFactory, person

pytestmark = pytest.mark.django_db

WORDS = "Copper lanterns drift upstream"
BY_SCRIPT = {"Sec-Fetch-Mode": "cors"}
AHEAD = {"Sec-Purpose": "prefetch", "Sec-Fetch-Mode": "navigate"}


def signed_in(user, **headers) -> Client:
    client = Client(headers=headers)
    client.force_login(user)
    return client


def is_in(client: Client, **headers) -> bool:
    return client.get(reverse("districts:people"), headers=headers).status_code == 200


def test_a_session_ends_after_half_an_hour_of_nothing(admin, noon):
    with time_machine.travel(noon, tick=False) as clock:
        client = signed_in(admin)
        clock.shift(timedelta(minutes=29))
        before = is_in(client)
        clock.shift(timedelta(minutes=29))
        used = is_in(client)
        clock.shift(timedelta(minutes=31))

        assert (before, used, is_in(client)) == (True, True, False)


def test_the_department_chooses_how_long(admin, noon):
    SignInRules.objects.create(
        pk=1, idle_minutes=60, longest_hours=12, changed_at=noon, changed_by=admin
    )
    with time_machine.travel(noon, tick=False) as clock:
        client = signed_in(admin)
        clock.shift(timedelta(minutes=59))

        assert is_in(client)


def test_a_session_ends_twelve_hours_after_sign_in_however_busy(admin, noon):
    with time_machine.travel(noon, tick=False) as clock:
        client = signed_in(admin)
        for _ in range(35):
            clock.shift(timedelta(minutes=20))
            busy = is_in(client)
        clock.shift(timedelta(minutes=21))

        assert (busy, is_in(client)) == (True, False)


@pytest.mark.parametrize("headers", [BY_SCRIPT, AHEAD])
def test_what_asks_by_itself_keeps_no_session_alive(admin, noon, headers):
    with time_machine.travel(noon, tick=False) as clock:
        client = signed_in(admin)
        for _ in range(4):
            clock.shift(timedelta(minutes=7))
            before = is_in(client, **headers)
        clock.shift(timedelta(minutes=7))

        assert (before, is_in(client, **headers)) == (True, False)


def test_a_session_knows_whose_it_is_and_from_where(admin):
    client = signed_in(admin)
    client.get(reverse("districts:people"))

    session = Session.objects.get()
    assert (session.user, session.started_at is not None) == (admin, True)


def test_use_is_written_once_a_minute_and_no_more(admin, noon, django_assert_num_queries):
    with time_machine.travel(noon, tick=False) as clock:
        client = signed_in(admin)
        clock.shift(timedelta(minutes=2))
        url = reverse("districts:person_add")
        with django_assert_num_queries(5):  # session, user, the use, roles, districts
            client.get(url)
        with django_assert_num_queries(4):
            client.get(url)


# What ends every session of a person ----------------------------------------------------------


def ends(name):
    def act(user, admin, at):
        held = user.memberships.get()
        who = {"by": admin, "at": at}
        if name == "suspended":
            services.suspend_person(user_id=user.pk, knows_what_stops=True, **who)
        elif name == "role ended":
            services.end_membership(membership_id=held.pk, knows_what_stops=True, **who)
        elif name == "role given":
            services.give_membership(
                user_id=user.pk, role="fiscal_officer", district_id=held.district_id, **who
            )
        else:
            services.hand_over_membership(
                membership_id=held.pk, to_id=person(Role.DISTRICT_VIEWER, held.district).pk, **who
            )

    return act


@pytest.mark.parametrize("what", ["suspended", "role ended", "role given", "role handed over"])
def test_a_change_of_standing_ends_every_session_of_that_person(admin, noon, what):
    user = person(Role.PLAN_COORDINATOR, DistrictFactory())
    signed_in(user), signed_in(user)
    signed_in(admin)

    ends(what)(user, admin, noon)

    assert [session.user for session in Session.objects.all()] == [admin]


def test_who_changes_their_own_roles_stays_signed_in(admin, noon):
    held = MembershipFactory(user=admin, role=Role.PROGRAM_MANAGER)
    signed_in(admin)

    services.end_membership(membership_id=held.pk, by=admin, at=noon, knows_what_stops=True)

    assert Session.objects.get().user == admin


def test_sessions_that_are_over_are_cleared(admin, noon):
    with time_machine.travel(noon, tick=False):
        signed_in(admin)
    signed_in(admin)

    cleared = services.clear_sessions(at=timezone.now())

    assert (cleared, Session.objects.count()) == (1, 1)


def test_sessions_of_a_former_release_go_once_they_are_over(noon):
    """Not sooner: that release serves while the tables are brought up to date."""
    for key, ends in (("over", noon), ("open", noon + timedelta(hours=1))):
        FormerSession.objects.create(session_key=key, session_data="", expire_date=ends)

    services.clear_sessions(at=noon)

    assert [each.session_key for each in FormerSession.objects.all()] == ["open"]


# Pages ----------------------------------------------------------------------------------------


def test_an_owner_sees_and_ends_their_sessions_and_nobody_elses(admin, manager):
    here, there, other = signed_in(admin), signed_in(admin), signed_in(manager)
    rows = here.get(reverse("districts:sessions")).context["rows"]
    name = next(name for name, _, _, is_this in rows if not is_this)

    by_another = other.post(reverse("districts:session_end", args=[name])).status_code
    here.post(reverse("districts:session_end", args=[name]))

    assert (len(rows), by_another) == (2, 404)
    assert (is_in(here), is_in(there), is_in(other)) == (True, False, True)


WINDOWS, MAC = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10",
)
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"{WINDOWS}; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Windows"),
        (f"{WINDOWS}) {WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
        (f"{MAC}_15_7) {WEBKIT} Chrome/131.0.0.0 Safari/537.36", "Chrome on a Mac"),
        (f"{MAC}_15_7) {WEBKIT} Version/18.1 Safari/605.1.15", "Safari on a Mac"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) CriOS/131.0 Mobile/15E148 Safari/604.1",
            "Chrome on an iPhone",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14; SM-S921B) {WEBKIT} SamsungBrowser/26.0"
            " Chrome/122.0.0.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        (f"Mozilla/5.0 (X11; CrOS x86_64) {WEBKIT} Chrome/131 Safari/537", "Chrome on ChromeOS"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/131 Safari/537", "Chrome on Linux"),
        ("curl/8.10.1", "Another browser"),
        ("<script>alert(1)</script> Windows", "Another browser on Windows"),
        ("", "Browser not known"),
    ],
)
def test_a_session_says_in_words_which_browser_it_is_and_never_what_the_browser_sent(
    admin, said, words
):
    client = signed_in(admin, **{"User-Agent": said})
    Session.objects.update(browser=said)

    page = client.get(reverse("districts:sessions")).text

    assert f"{words} (this one)" in page
    assert not said or said not in page
    assert "Mozilla" not in page


def test_a_new_password_ends_every_session_and_leaves_none_on_the_list(admin):
    elsewhere, there = signed_in(admin), Client()
    form = there.get(set_password_url(admin), follow=True)

    there.post(form.redirect_chain[-1][0], dict.fromkeys(["password1", "password2"], WORDS))

    admin.refresh_from_db()
    assert admin.check_password(WORDS)
    assert Session.objects.filter(user=admin).count() == 0
    assert not is_in(elsewhere)


def test_no_page_shows_the_key_of_a_session(admin):
    client = signed_in(admin)

    assert client.session.session_key not in client.get(reverse("districts:sessions")).text


def test_asking_how_long_is_left_keeps_nothing_alive_and_staying_does(admin, noon):
    time = reverse("districts:session_time")
    with time_machine.travel(noon, tick=False) as clock:
        client = signed_in(admin)
        clock.shift(timedelta(minutes=26))
        asked = client.get(time, headers=BY_SCRIPT).json()
        client.post(time, headers=BY_SCRIPT)
        stayed = client.get(time, headers=BY_SCRIPT).json()

    assert (asked["seconds"], stayed["seconds"]) == (4 * 60, 30 * 60)
    assert (asked["user"], asked["is_last"]) == (admin.pk, False)


def test_the_administrator_sets_how_long(client, admin):
    client.force_login(admin)
    url = reverse("districts:sign_in_rules")

    too_long = client.post(url, {"idle_minutes": "1e9", "longest_hours": 48})
    client.post(url, {"idle_minutes": 45, "longest_hours": 10})

    assert (too_long.status_code, set(too_long.context["form"].errors)) == (
        422,
        {"idle_minutes", "longest_hours"},
    )
    rules = SignInRules.objects.get()
    assert (rules.idle_minutes, rules.longest_hours, rules.changed_by) == (45, 10, admin)


# Keys ------------------------------------------------------------------------------------------


def test_keys_are_switched_by_a_person_for_their_own_account_on_its_page_and_by_script(client):
    reviewer, other = person(Role.PROGRAM_REVIEWER), person(Role.PROGRAM_REVIEWER)
    client.force_login(reviewer)
    page, switch = reverse("districts:sessions"), reverse("districts:keys")
    assert "Switch keys off" in client.get(page).text

    assert client.post(switch, {"off": "yes"}).url == page
    told = client.get(page).text
    assert "The keys of the review screen are off for you." in told
    assert "Switch keys on" in told

    assert client.post(switch, {"off": ""}, headers={"HX-Request": "true"}).status_code == 204
    assert "Switch keys off" in client.get(page).text
    client.post(switch, {"off": "yes"})
    assert list(User.objects.order_by("pk").values_list("keys_are_off", flat=True)) == [True, False]
    assert other.pk > reviewer.pk
    client.force_login(person(Role.SUPERINTENDENT, DistrictFactory()))
    assert "Switch keys" not in client.get(page).text  # no page of theirs has any
