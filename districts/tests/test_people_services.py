"""What holds whoever asks: roles, delegations, and two admins at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from districts import services
from districts.models import Membership, User, standing_of
from districts.roles import Role
from districts.tests.factories import (
    PASSWORD,
    DelegationFactory,
    DistrictFactory,
    MembershipFactory,
    UserFactory,
    person,
)
from notices.models import Notice

pytestmark = pytest.mark.django_db


def test_every_verb_on_people_refuses_whoever_is_no_admin(noon, manager, reviewer):
    held = reviewer.memberships.get()
    who = {"by": manager, "at": noon}
    verbs = [
        lambda: services.add_person(
            email="a@example.org", name="A", role="auditor", district_id=None, **who
        ),
        lambda: services.edit_person(user_id=reviewer.pk, email="b@example.org", name="B", **who),
        lambda: services.suspend_person(user_id=reviewer.pk, **who),
        lambda: services.reactivate_person(user_id=reviewer.pk, **who),
        lambda: services.send_password_letter(user_id=reviewer.pk, link="x", **who),
        lambda: services.give_membership(
            user_id=reviewer.pk, role="auditor", district_id=None, **who
        ),
        lambda: services.end_membership(membership_id=held.pk, **who),
        lambda: services.give_delegation(
            user_id=reviewer.pk, first_day=date(2027, 1, 1), last_day=date(2027, 1, 2),
            reason="R", **who
        ),
        lambda: services.end_delegation(
            delegation_id=DelegationFactory(delegate=reviewer).pk, **who
        ),
    ]  # fmt: skip

    for verb in verbs:
        with pytest.raises(PermissionDenied):
            verb()


def test_ending_the_role_it_rests_on_ends_a_delegation(noon, admin, delegate):
    held = delegate.memberships.get()

    services.end_membership(membership_id=held.pk, by=admin, at=noon, knows_what_stops=True)

    delegation = delegate.delegations.get()
    assert (delegation.ended_at, delegation.ended_by) == (noon, admin)


def test_a_delegation_stays_while_another_role_carries_it(noon, admin, delegate):
    held = delegate.memberships.get()
    MembershipFactory(user=delegate, role=Role.PROGRAM_MANAGER)

    services.end_membership(membership_id=held.pk, by=admin, at=noon, knows_what_stops=True)

    assert delegate.delegations.get().ended_at is None


def test_ending_a_role_twice_keeps_the_first_end(noon, admin, reviewer):
    held = reviewer.memberships.get()

    for hours in range(2):
        services.end_membership(
            membership_id=held.pk,
            by=admin,
            at=noon + timedelta(hours=hours),
            knows_what_stops=True,
        )

    held.refresh_from_db()
    assert held.ended_at == noon


def test_a_role_that_ended_can_be_given_again(noon, admin, reviewer):
    services.end_membership(
        membership_id=reviewer.memberships.get().pk, by=admin, at=noon, knows_what_stops=True
    )

    services.give_membership(
        user_id=reviewer.pk, role="program_reviewer", district_id=None, by=admin, at=noon
    )

    assert reviewer.memberships.current().count() == 1


def test_no_role_is_given_in_a_retired_district(noon, admin):
    gone = DistrictFactory(name="Gone", retired_at=noon, retired_by=admin)

    with pytest.raises(services.PeopleRefusal, match="Gone is retired"):
        services.give_membership(
            user_id=UserFactory().pk, role="superintendent", district_id=gone.pk, by=admin, at=noon
        )


def test_a_delegate_decides_on_the_days_of_the_delegation_and_no_others(
    noon, commissioner, reviewer
):
    services.give_delegation(
        user_id=reviewer.pk,
        first_day=date(2026, 11, 23),
        last_day=date(2026, 11, 24),
        reason="Letter of Nov 20",
        by=commissioner,
        at=noon,
    )

    decides = [
        standing_of(User.objects.get(pk=reviewer.pk), at=noon + timedelta(days=day)).may_decide
        for day in (-1, 0, 1, 2)
    ]

    assert decides == [False, True, True, False]


def test_a_delegation_may_follow_one_that_was_ended(noon, admin, delegate):
    services.end_delegation(delegation_id=delegate.delegations.get().pk, by=admin, at=noon)

    services.give_delegation(
        user_id=delegate.pk,
        first_day=noon.date(),
        last_day=noon.date(),
        reason="Again",
        by=admin,
        at=noon,
    )

    assert delegate.delegations.count() == 2


def test_another_password_letter_may_follow_after_ten_minutes(noon, admin, reviewer):
    for minutes in (0, 10):
        services.send_password_letter(
            user_id=reviewer.pk,
            link="https://example.org/key/",
            by=admin,
            at=noon + timedelta(minutes=minutes),
        )

    assert Notice.objects.filter(to=reviewer).count() == 2


# Two admins at once -----------------------------------------------------------------------------


def _slowly(verb, held: Event):
    """Run the verb in a transaction that stays open long enough for a second person to come."""
    try:
        with transaction.atomic():
            verb()
            held.set()
            time.sleep(0.2)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_end_each_others_role_leave_one_admin(noon):
    first, second = person(Role.SYSADMIN), person(Role.SYSADMIN)
    of_first, of_second = first.memberships.get(), second.memberships.get()
    held = Event()

    with ThreadPoolExecutor(max_workers=1) as pool:
        slow = pool.submit(
            _slowly,
            lambda: services.end_membership(membership_id=of_second.pk, by=first, at=noon),
            held,
        )
        assert held.wait(timeout=5)
        with pytest.raises(PermissionDenied):
            services.end_membership(membership_id=of_first.pk, by=second, at=noon)
        slow.result()

    assert list(Membership.objects.current().values_list("user", flat=True)) == [first.pk]


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_add_the_same_address_add_one_person(noon):
    first, second = person(Role.SYSADMIN), person(Role.SYSADMIN)
    held = Event()

    def add(email, by):
        return services.add_person(
            email=email, name=f"By {by.pk}", role="auditor", district_id=None, by=by, at=noon
        )

    with ThreadPoolExecutor(max_workers=1) as pool:
        slow = pool.submit(_slowly, lambda: add("ann@example.org", first), held)
        assert held.wait(timeout=5)
        with pytest.raises(services.PeopleRefusal, match="has this address already"):
            add("ANN@example.org", second)
        slow.result()

    assert User.objects.filter(email__iexact="ann@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_designate_a_district_are_kept_from_overlapping(noon):
    first, second = person(Role.SYSADMIN), person(Role.SYSADMIN)
    district = DistrictFactory(designated=True)
    held = Event()

    def designate(last, by):
        run = services.Run(2028, last, 2013, False, "Basis", "Letter", date(2027, 5, 1))  # noqa: FBT003
        return services.add_designation(district_id=district.pk, run=run, by=by, at=noon)

    with ThreadPoolExecutor(max_workers=1) as pool:
        slow = pool.submit(_slowly, lambda: designate(2032, first), held)
        assert held.wait(timeout=5)
        with pytest.raises(services.RosterRefusal, match="already designated for FY2028 to FY2032"):
            designate(2030, second)
        slow.result()

    assert district.designations.count() == 2


# People of the demo -----------------------------------------------------------------------------


def ensure(noon, **changes):
    values = {
        "email": "coordinator@ansonia.example.org",
        "name": "Ansonia plan coordinator",
        "role": Role.PLAN_COORDINATOR,
        "district": None,
        "at": noon,
    }
    return services.ensure_person(**(values | changes))


def test_ensure_person_makes_them_once(noon):
    ansonia = DistrictFactory()

    people = {ensure(noon, district=ansonia), ensure(noon, district=ansonia, name="Other")}

    (user,) = people
    assert (user.name, user.has_usable_password(), user.memberships.count()) == (
        "Ansonia plan coordinator",
        False,
        1,
    )


def test_ensure_person_of_a_demo_gives_the_password_and_leaves_one_they_chose(noon, settings):
    settings.DEMO = True
    user = ensure(noon, role=Role.AUDITOR, password=PASSWORD)
    has_demo_password = user.check_password(PASSWORD)
    user.set_password("one of their own")
    user.save()

    again = ensure(noon, role=Role.AUDITOR, password=PASSWORD)

    assert (has_demo_password, again.check_password("one of their own")) == (True, True)


def test_ensure_person_gives_no_password_outside_a_demo(noon):
    with pytest.raises(services.PasswordNotGiven):
        ensure(noon, role=Role.AUDITOR, password=PASSWORD)

    assert not User.objects.exists()


def test_a_delegation_that_an_administrator_gives_waits_for_the_commissioner(
    admin, commissioner, reviewer, noon
):
    days = {"first_day": noon.date(), "last_day": noon.date() + timedelta(days=30)}
    proposed = services.give_delegation(
        user_id=reviewer.pk, reason="Away", by=admin, at=noon, **days
    )
    assert standing_of(reviewer, at=noon).delegation_id is None
    assert list(Notice.objects.values_list("kind", "to")) == [
        ("delegation_proposed", commissioner.pk)
    ]

    services.confirm_delegation(delegation_id=proposed.pk, by=commissioner, at=noon)
    assert standing_of(reviewer, at=noon).delegation_id == proposed.pk


def test_a_delegation_lasts_a_year_at_most(commissioner, reviewer, noon):
    with pytest.raises(services.DelegationRefusal, match="a year at most"):
        services.give_delegation(
            user_id=reviewer.pk,
            first_day=noon.date(),
            last_day=date(2099, 12, 31),
            reason="Away",
            by=commissioner,
            at=noon,
        )


def test_the_commissioner_who_gives_what_was_proposed_confirms_it(
    admin, commissioner, reviewer, noon
):
    days = {"first_day": date(2027, 1, 1), "last_day": date(2027, 1, 2), "reason": "R"}
    services.give_delegation(user_id=reviewer.pk, **days, by=admin, at=noon)

    services.give_delegation(user_id=reviewer.pk, **days, by=commissioner, at=noon)

    assert reviewer.delegations.get().confirmed_by == commissioner


def test_a_delegation_begins_within_a_year(commissioner, reviewer, noon):
    day = noon.date() + timedelta(days=400)

    with pytest.raises(services.DelegationRefusal, match="more than a year ahead"):
        services.give_delegation(
            user_id=reviewer.pk, first_day=day, last_day=day, reason="R",
            by=commissioner, at=noon
        )  # fmt: skip


def unconfirmed(delegate, last_day):
    return DelegationFactory(
        delegate=delegate,
        first_day=date(2026, 11, 1),
        last_day=last_day,
        confirmed_at=None,
        confirmed_by=None,
    )


@pytest.mark.parametrize(
    ("last_day", "why"),
    [(date(2099, 12, 31), "a year at most"), (date(2026, 11, 22), "This delegation is over")],
)
def test_a_proposal_that_could_not_be_given_now_is_not_confirmed(
    commissioner, reviewer, noon, last_day, why
):
    """Such as one until 2099, given before delegations were confirmed."""
    proposed = unconfirmed(reviewer, last_day)

    with pytest.raises(services.DelegationRefusal, match=why):
        services.confirm_delegation(delegation_id=proposed.pk, by=commissioner, at=noon)

    proposed.refresh_from_db()
    assert proposed.confirmed_at is None


def test_nobody_confirms_a_delegation_to_themselves(commissioner, noon):
    proposed = unconfirmed(commissioner, date(2026, 12, 31))

    with pytest.raises(services.DelegationRefusal, match="to themselves"):
        services.confirm_delegation(delegation_id=proposed.pk, by=commissioner, at=noon)
