"""Accounts that nobody uses: who hears, who is suspended, who is not, and the way back."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from districts import accounts, services, tasks
from districts.models import Session, User, last_use_of
from districts.roles import Role
from districts.services import idle
from districts.tests.factories import PASSWORD, DistrictFactory, MembershipFactory, person
from notices.models import Notice
from notices.services import deliver_due

pytestmark = pytest.mark.django_db

LOGIN, RESET = "/accounts/login/", "/accounts/password/reset/"
NEW = "correct horse battery staple"
OTHERS = [Role.SYSADMIN, Role.COMMISSIONER]


@pytest.fixture(autouse=True)
def _forget_tries():
    cache.clear()


@pytest.fixture
def office(noon):
    """Those without whom the Department stands still; they signed in this morning."""
    return [person(role, last_login=noon - timedelta(hours=3)) for role in OTHERS]


def last_seen(days, at, role=Role.BOARD_CHAIR, district=None, **values) -> User:
    """Somebody who signed in for the last time so many days ago, and was given the role before."""
    long_before = at - timedelta(days=days + 300)
    used = at - timedelta(days=days)
    user = person(role, district, last_login=used, added_at=long_before, **values)
    user.memberships.update(given_at=long_before)
    return user


def each_day(first, days):
    """As the beat does: the letters written a day leave on it."""
    for day in range(days):
        at = first + timedelta(days=day)
        services.look_after_idle_accounts(at=at)
        deliver_due(at=at)


def suspended(at, days=90, **values) -> User:
    """Somebody whom the daily task suspended at that moment."""
    user = last_seen(days, at, **values)
    each_day(at - timedelta(days=14), 14)
    services.look_after_idle_accounts(at=at)
    user.refresh_from_db()
    assert (user.is_active, user.is_idle) == (False, True)
    return user


def letters_to(user):
    return list(Notice.objects.filter(to=user).order_by("pk").values_list("kind", flat=True))


# When ------------------------------------------------------------------------------------------


def test_an_idle_account_is_written_to_a_fortnight_ahead_and_then_suspended(office, noon):
    user = last_seen(0, noon)
    found = {}
    for day in range(95):
        each_day(noon + timedelta(days=day), 1)
        found[day] = (letters_to(user), User.objects.get(pk=user.pk).is_active)

    assert found[75] == ([], True)
    assert found[76] == (["idle_account"], True)
    assert found[89] == (["idle_account"], True)
    assert found[90] == found[94] == (["idle_account", "idle_suspended"], False)
    letter = Notice.objects.get(kind="idle_account")
    assert (letter.names_due_on - noon.date()).days == 90
    assert letter.names_due_on.strftime("%B %-d, %Y") in letter.body


def test_run_twice_or_late_it_does_nothing_more(office, noon):
    user = last_seen(90, noon)
    for _ in range(3):
        services.look_after_idle_accounts(at=noon)
    deliver_due(at=noon)
    later = noon + timedelta(days=20)
    for _ in range(3):
        services.look_after_idle_accounts(at=later)
    deliver_due(at=later)

    assert letters_to(user) == ["idle_account", "idle_suspended"]
    assert user.suspensions.count() == 1


def test_who_was_idle_for_years_hears_first_all_the_same(office, noon):
    """An installation goes on to this release: nobody is suspended on its first day."""
    user = last_seen(700, noon)

    each_day(noon, 14)
    before = User.objects.get(pk=user.pk).is_active
    letter = Notice.objects.get(to=user)
    assert letter.names_due_on == (noon + timedelta(days=14)).date()
    each_day(noon + timedelta(days=14), 1)

    assert (before, User.objects.get(pk=user.pk).is_active) == (True, False)


def test_a_letter_that_left_late_gives_its_reader_the_whole_time(office, noon):
    user = last_seen(76, noon)
    services.look_after_idle_accounts(at=noon)
    each_day(noon + timedelta(days=6), 13)  # the mail server was away till the sixth day
    before = User.objects.get(pk=user.pk).is_active
    each_day(noon + timedelta(days=20), 1)

    assert (before, User.objects.get(pk=user.pk).is_active) == (True, False)


def test_a_letter_that_waits_suspends_nobody(office, noon):
    user = last_seen(90, noon)
    for day in (0, 30):
        services.look_after_idle_accounts(at=noon + timedelta(days=day))

    assert User.objects.get(pk=user.pk).is_active


def test_signing_in_keeps_the_account_and_withdraws_the_letter(office, noon):
    user = last_seen(80, noon)
    services.look_after_idle_accounts(at=noon)
    User.objects.filter(pk=user.pk).update(last_login=noon)

    each_day(noon + timedelta(minutes=5), 20)

    assert User.objects.get(pk=user.pk).is_active
    assert Notice.objects.get(to=user).status == "withdrawn"


def test_each_time_of_idleness_has_its_own_letter(office, noon):
    user = last_seen(80, noon)
    each_day(noon, 1)
    User.objects.filter(pk=user.pk).update(last_login=noon)
    each_day(noon + timedelta(days=76), 1)

    assert letters_to(user) == ["idle_account"] * 2
    assert User.objects.get(pk=user.pk).is_active


def test_what_somebody_does_while_signed_in_counts_and_a_role_given_does(noon):
    user = last_seen(200, noon)
    Client().force_login(user)
    User.objects.filter(pk=user.pk).update(last_login=noon - timedelta(days=200))
    Session.objects.update(seen_at=noon)
    other = last_seen(200, noon)
    MembershipFactory(user=other, given_at=noon)

    assert (last_use_of(user), last_use_of(other)) == (noon, noon)


def test_who_never_signed_in_counts_from_the_invitation(office, noon):
    user = last_seen(0, noon, password="!", name="Ana")
    User.objects.filter(pk=user.pk).update(last_login=None, added_at=noon)
    user.memberships.update(given_at=noon)

    each_day(noon + timedelta(days=75), 1)
    before = letters_to(user)
    each_day(noon + timedelta(days=76), 15)

    assert before == []
    assert letters_to(user) == ["idle_account", "idle_suspended"]
    letter = Notice.objects.filter(to=user).earliest("pk")
    assert "have not set a password yet" in letter.body
    assert RESET in letter.body


def test_the_days_are_settings(office, noon, settings):
    settings.IDLE_DAYS, settings.IDLE_LETTER_DAYS = 30, 7
    user = last_seen(23, noon)

    each_day(noon, 7)
    before = User.objects.get(pk=user.pk).is_active
    each_day(noon + timedelta(days=7), 1)

    assert (before, User.objects.get(pk=user.pk).is_active) == (True, False)


def test_in_a_demonstration_nothing_happens_by_itself(office, noon, settings):
    settings.DEMO = True
    user = last_seen(90, noon)
    each_day(noon, 15)
    tasks.look_after_idle_accounts()

    assert (letters_to(user), User.objects.get(pk=user.pk).is_active) == ([], True)


def test_beat_looks_after_idle_accounts_once_a_day(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["look-after-idle-accounts"]

    assert entry["task"] == tasks.look_after_idle_accounts.name
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({7}, {0})


def test_the_number_of_queries_is_that_of_the_accounts_that_are_idle(
    office, noon, django_assert_num_queries
):
    for _ in range(10):
        last_seen(10, noon)
    with django_assert_num_queries(1):
        services.look_after_idle_accounts(at=noon)


# Whom it would cripple -------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.COMMISSIONER, Role.DISTRICT_ADMIN])
def test_the_last_of_a_kind_that_nobody_can_stand_in_for_is_left_as_they_are(role, noon):
    district = DistrictFactory() if role == Role.DISTRICT_ADMIN else None
    first, last = (last_seen(days, noon, role, district) for days in (400, 300))

    each_day(noon, 40)

    assert not User.objects.get(pk=first.pk).is_active
    assert User.objects.get(pk=last.pk).is_active


@pytest.mark.parametrize("values", [{"is_active": False}, {"password": "!"}])
def test_who_cannot_sign_in_stands_in_for_nobody(noon, values):
    person(Role.SYSADMIN, last_login=noon, **values)
    last = last_seen(300, noon, Role.SYSADMIN)

    each_day(noon, 40)

    assert User.objects.get(pk=last.pk).is_active


def test_the_access_administrator_of_another_district_stands_in_for_nobody(office, noon):
    person(Role.DISTRICT_ADMIN, DistrictFactory(), last_login=noon)
    last = last_seen(300, noon, Role.DISTRICT_ADMIN, DistrictFactory())
    retired = DistrictFactory(retired_at=noon, retired_by=office[0])
    of_retired = last_seen(300, noon, Role.DISTRICT_ADMIN, retired)

    each_day(noon, 40)

    assert User.objects.get(pk=last.pk).is_active
    assert not User.objects.get(pk=of_retired.pk).is_active


# As by an administrator ------------------------------------------------------------------------


def test_suspension_ends_sessions_and_leaves_its_trace_whoever_does_it(admin, office, noon):
    by_hand, by_itself = last_seen(1, noon), last_seen(90, noon)
    Client().force_login(by_hand)
    services.suspend_person(user_id=by_hand.pk, by=admin, at=noon, knows_what_stops=True)
    each_day(noon, 14)
    Session.objects.create(
        session_key="x", user=by_itself, seen_at=noon - timedelta(days=90), expire_date=noon
    )
    each_day(noon + timedelta(days=14), 1)

    assert not Session.objects.exists()
    assert by_hand.suspensions.get().administrator == admin
    assert by_itself.suspensions.get().administrator is None
    assert letters_to(by_hand) == []
    assert letters_to(by_itself) == ["idle_account", "idle_suspended"]


def test_an_administrator_lets_an_idle_person_in_and_the_days_begin_anew(admin, office, noon):
    user = suspended(noon)

    services.reactivate_person(user_id=user.pk, by=admin, at=noon)
    each_day(noon, 75)

    user.refresh_from_db()
    assert (user.is_active, user.is_idle) == (True, False)
    assert (user.suspensions.get().lifted_by, last_use_of(user)) == (admin, noon)


def test_nobody_is_idle_and_active_at_once():
    with pytest.raises(IntegrityError, match="user_idle_is_suspended"), transaction.atomic():
        person(Role.AUDITOR, is_idle=True)


# The way back ----------------------------------------------------------------------------------


def link_in(letter) -> str:
    return re.findall(r"http://testserver(/\S+/key/\S+)", letter.body)[0]


def set_password(client, link):
    form = client.get(link, follow=True).redirect_chain[-1][0]
    return client.post(form, {"password1": NEW, "password2": NEW}, follow=True)


def sign_in(client, user, password=NEW):
    return client.post(LOGIN, {"login": user.email, "password": password})


def ask_for_link(client, user):
    client.post(RESET, {"email": user.email})
    return Notice.objects.filter(to=user, kind="set_password").first()


def test_a_new_password_by_mail_brings_back_who_was_idle(client, office, noon):
    user = suspended(noon)
    refused = sign_in(client, user, PASSWORD)
    page = client.get(refused.url)
    letter = ask_for_link(client, user)
    assert "Setting the password opens it\nagain." in letter.body
    assert deliver_due(at=timezone.now(), kind="set_password") == [letter]

    set_password(client, link_in(letter))
    sign_in(client, user)

    assert RESET in page.text
    assert get_user(client) == user
    suspension = user.suspensions.get()
    assert (suspension.lifted_by, suspension.lifted_at is not None) == (user, True)


def test_no_letter_brings_back_whom_an_administrator_keeps_out(client, admin, office, noon):
    link = re.sub("http://testserver", "", accounts.set_password_url(person(Role.AUDITOR)))
    user = User.objects.latest("pk")
    services.suspend_person(user_id=user.pk, by=admin, at=noon)

    letter = ask_for_link(client, user)
    set_password(client, link)  # one that was on its way before
    sign_in(client, user)

    assert letter is None
    assert not User.objects.get(pk=user.pk).is_active
    assert not get_user(client).is_authenticated


def test_an_administrator_can_keep_out_who_was_idle(client, admin, office, noon):
    user = suspended(noon)
    link = link_in(ask_for_link(client, user))
    services.suspend_person(user_id=user.pk, by=admin, at=noon)

    set_password(client, link)
    user.refresh_from_db()

    assert (user.is_active, user.is_idle) == (False, False)
    assert [each.administrator for each in user.suspensions.order_by("pk")] == [None, admin]
    assert deliver_due(at=timezone.now(), kind="set_password") == []


@pytest.mark.parametrize("when", ["before the letter", "before the password"])
def test_nobody_comes_back_whose_roles_have_ended(client, admin, office, noon, when):
    user = suspended(noon)
    link = None if when == "before the letter" else link_in(ask_for_link(client, user))
    services.end_membership(membership_id=user.memberships.get().pk, by=admin, at=noon)

    if link:
        set_password(client, link)
    else:
        assert ask_for_link(client, user) is None

    assert not User.objects.get(pk=user.pk).is_active


def test_the_page_that_asks_for_a_link_says_the_same_of_everybody(client, office, noon):
    user = suspended(noon)
    said = [
        re.sub(r"<[^>]+>", " ", client.post(RESET, {"email": email}, follow=True).text)
        for email in (user.email, "nobody@example.org")
    ]

    assert said[0] == said[1]


def test_the_access_administrator_sends_the_letter_that_brings_somebody_back(office, noon):
    user = suspended(noon)
    keeper = person(Role.DISTRICT_ADMIN, user.memberships.get().district)

    link = accounts.set_password_url(user)
    letter = services.send_password_letter(user_id=user.pk, link=link, by=keeper, at=noon)

    assert letter.to == user


def test_setting_a_password_writes_nothing_else_of_the_person(client):
    """The row may have changed since it was read: an administrator keeps them out meanwhile."""
    user = person(Role.AUDITOR)
    read_before = User.objects.get(pk=user.pk)
    User.objects.filter(pk=user.pk).update(is_active=False, name="Somebody")

    accounts.ClosedAccountAdapter().set_password(read_before, NEW)

    user.refresh_from_db()
    assert (user.is_active, user.name, user.check_password(NEW)) == (False, "Somebody", True)


# At the same moment ----------------------------------------------------------------------------


def test_who_signs_in_while_the_task_waits_for_the_row_is_not_suspended(office, noon, monkeypatch):
    user = last_seen(90, noon)
    each_day(noon - timedelta(days=14), 1)

    def signs_in(what):
        User.objects.filter(pk=user.pk).update(last_login=noon)

    monkeypatch.setattr(idle, "hold", signs_in)
    services.look_after_idle_accounts(at=noon)

    assert User.objects.get(pk=user.pk).is_active


def test_who_is_suspended_while_they_sign_in_is_told_so(client, office, noon, monkeypatch):
    user = last_seen(90, noon)
    authenticate = accounts.PresentAddressBackend.authenticate

    def suspends(*args, **kwargs):
        found = authenticate(*args, **kwargs)
        User.objects.filter(pk=user.pk).update(is_active=False, is_idle=True)
        return found

    monkeypatch.setattr(accounts.PresentAddressBackend, "authenticate", suspends)
    response = sign_in(client, user, PASSWORD)

    assert response.url == reverse("account_inactive")
    assert not Session.objects.filter(user=user).exists()


def test_a_link_to_an_address_corrected_while_it_is_used_sets_nothing(client, office, noon):
    """Whoever reads the former address neither comes back with it nor sets the password."""
    user = suspended(noon)
    link = link_in(ask_for_link(client, user))
    form = client.get(link, follow=True).redirect_chain[-1][0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(idle, "hold", lambda what: _correct_address_of(user))
        answer = client.post(form, {"password1": NEW, "password2": NEW})

    assert answer.url.endswith(link)  # which then says that it works no longer
    user.refresh_from_db()
    assert (user.is_active, user.check_password(NEW)) == (False, False)


def _correct_address_of(user):
    User.objects.filter(pk=user.pk).update(email="corrected@example.org")


# Pages -----------------------------------------------------------------------------------------


def test_the_page_of_somebody_idle_says_why_and_what_can_be_done(client, admin, office, noon):
    user = suspended(noon)
    client.force_login(admin)
    url = reverse("districts:person", args=[user.pk])

    before = client.get(url).text
    asks = client.get(reverse("districts:person_suspend", args=[user.pk])).text
    client.post(reverse("districts:person_suspend", args=[user.pk]))
    after = client.get(url).text

    assert "because nobody used the account" in before
    assert "can come back by setting a new password" in before
    assert f"Keep {user.name} out" in before
    assert "A new password no longer lets them in." in asks
    assert f"by {admin.name}" in after
    assert "gets no letters" in after
    assert f"Keep {user.name} out" not in after


def test_the_list_of_people_shows_who_is_idle_and_hides_whom_somebody_keeps_out(
    client, admin, office, noon
):
    suspended(noon, name="Ana Idle")
    person(Role.AUDITOR, is_active=False, name="Bob Barred")
    client.force_login(admin)

    page = client.get(reverse("districts:people")).text

    assert "Ana Idle" in page
    assert "Bob Barred" not in page
