"""Roles that one person cannot hold together are refused in a sentence, by every way of giving."""

import pytest
from django.urls import reverse

from districts import services
from districts.duties import forbidden, held_together
from districts.models import Membership
from districts.roles import DISTRICT_ROLES, Role
from districts.services import PeopleRefusal
from districts.tests.factories import DistrictFactory, MembershipFactory, UserFactory, person
from notices.models import Notice

pytestmark = pytest.mark.django_db

READS_ONLY = {Role.AUDITOR, Role.DISTRICT_VIEWER}


@pytest.mark.parametrize("role", [role for role in Role if role not in READS_ONLY])
def test_an_auditor_holds_no_role_that_writes(role):
    assert forbidden(role, Role.AUDITOR, same_district=False)
    assert forbidden(Role.AUDITOR, role, same_district=False)


@pytest.mark.parametrize("role", sorted(DISTRICT_ROLES))
def test_the_commissioner_holds_no_role_in_a_district(role):
    assert forbidden(role, Role.COMMISSIONER, same_district=False)


def test_both_signatures_of_one_district_are_of_two_people(admin, noon):
    chair = person(Role.BOARD_CHAIR)
    district = chair.memberships.get().district
    given = {"user_id": chair.pk, "role": "superintendent", "by": admin, "at": noon}

    with pytest.raises(PeopleRefusal, match="two people: both sign its plan"):
        services.give_membership(district_id=district.pk, **given)
    services.give_membership(district_id=DistrictFactory().pk, **given)

    assert chair.memberships.current().count() == 2


def test_a_role_handed_over_is_refused_the_same_way_and_stays(admin, noon):
    chair = person(Role.BOARD_CHAIR)
    held = MembershipFactory(role=Role.SUPERINTENDENT, district=chair.memberships.get().district)

    with pytest.raises(PeopleRefusal, match="cannot be superintendent beside it"):
        services.hand_over_membership(membership_id=held.pk, to_id=chair.pk, by=admin, at=noon)

    assert Membership.objects.current().filter(pk=held.pk).exists()


@pytest.mark.parametrize("role", list(Role))
def test_an_administrator_gives_no_role_to_themselves(admin, noon, role):
    district_id = DistrictFactory().pk if role in DISTRICT_ROLES else None
    if role == Role.SYSADMIN:
        return

    with pytest.raises(PeopleRefusal, match="Nobody gives a role to themselves"):
        services.give_membership(
            user_id=admin.pk, role=role, district_id=district_id, by=admin, at=noon
        )

    assert admin.memberships.count() == 1


def test_nobody_is_commissioner_and_administrator(admin, noon):
    other = person(Role.SYSADMIN)

    with pytest.raises(PeopleRefusal, match="does not say who may do what"):
        services.give_membership(
            user_id=other.pk, role="commissioner", district_id=None, by=admin, at=noon
        )


@pytest.mark.parametrize("role", ["commissioner", "sysadmin", "program_manager"])
def test_a_new_decider_or_confirmer_is_told_to_the_others(admin, noon, role):
    heard = {person(Role.COMMISSIONER), person(Role.SYSADMIN), new := UserFactory()}

    services.give_membership(user_id=new.pk, role=role, district_id=None, by=admin, at=noon)

    letters = Notice.objects.filter(kind="role_changed")
    assert {letter.to_id for letter in letters} == {each.pk for each in heard}
    assert "at the Department on" in letters[0].body


# Given before the rule ---------------------------------------------------------------------------


def test_pairs_from_before_the_rule_are_listed_for_administrators(client, admin):
    chair = person(Role.BOARD_CHAIR, DistrictFactory(name="Bridgeport"), name="Bo Both")
    district = chair.memberships.get().district
    MembershipFactory(user=chair, role=Role.SUPERINTENDENT, district=district)
    elsewhere = person(Role.BOARD_CHAIR)
    MembershipFactory(user=elsewhere, role=Role.SUPERINTENDENT)
    client.force_login(admin)

    page = client.get(reverse("districts:empty_roles")).text

    assert [pair.user for pair in held_together()] == [chair]
    assert "Roles that cannot go together" in page
    assert "Board chair, Bridgeport; Superintendent, Bridgeport" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_pairs_are_found_in_one_query(rows, django_assert_num_queries):
    for _ in range(rows):
        auditor = person(Role.AUDITOR)
        MembershipFactory(user=auditor, role=Role.SYSADMIN)
        MembershipFactory(user=auditor, role=Role.DISTRICT_VIEWER)

    with django_assert_num_queries(1):
        pairs = held_together()

    assert [pair.why for pair in pairs] == [
        "An auditor reads everything and changes nothing."
    ] * rows
