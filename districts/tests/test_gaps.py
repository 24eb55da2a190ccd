"""Who is the last in a role leaves once what stops was read, and that shows until it is mended."""

import re

import pytest
from django.urls import reverse

from districts import services
from districts.duties import READS_ONLY
from districts.gaps import (
    MAY_BE_EMPTY,
    NEEDED,
    STOPS,
    gaps_at_department,
    gaps_without,
    lacking_with_holders,
)
from districts.models import Membership, User
from districts.roles import DISTRICT_ROLES, Role
from districts.services import PeopleRefusal
from districts.tests.factories import DistrictFactory, MembershipFactory, UserFactory, person

pytestmark = pytest.mark.django_db

STOP = sorted(role for role in Role if role not in READS_ONLY)
ENDED_BY_AN_ADMIN = [role for role in STOP if role != Role.SYSADMIN]  # who acts is one more


@pytest.fixture
def bridgeport():
    return DistrictFactory(name="Bridgeport")


def last(role: Role, district) -> Membership:
    who = person(role, district if role in DISTRICT_ROLES else None, name="Lee Last")
    return who.memberships.get()


def invited(**values) -> User:
    user = UserFactory(name="Ira Invited", **values)
    user.set_unusable_password()
    user.save()
    return user


LEAVES = {
    "ended": lambda held, **who: services.end_membership(membership_id=held.pk, **who),
    "suspended": lambda held, **who: services.suspend_person(user_id=held.user_id, **who),
    "handed over to somebody invited": lambda held, **who: services.hand_over_membership(
        membership_id=held.pk, to_id=invited().pk, **who
    ),
}


def is_gone(held: Membership) -> bool:
    held = Membership.objects.select_related("user").get(pk=held.pk)
    return held.ended_at is not None or not held.user.is_active


def said(text: str) -> str:
    return re.sub(r"\s+", " ", text)


# The table --------------------------------------------------------------------------------------


def test_every_role_says_what_stops_without_it_or_only_reads():
    assert set(STOPS) == set(Role)
    assert {role for role in Role if not STOPS[role]} == READS_ONLY
    assert set(Role) - READS_ONLY - MAY_BE_EMPTY == NEEDED


# Before -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", LEAVES)
@pytest.mark.parametrize("role", ENDED_BY_AN_ADMIN)
def test_the_last_one_in_a_role_leaves_once_somebody_has_read_what_stops(
    admin, noon, bridgeport, role, way
):
    held = last(role, bridgeport)

    with pytest.raises(PeopleRefusal, match="Until there is another") as refused:
        LEAVES[way](held, by=admin, at=noon)
    assert not is_gone(held)
    assert STOPS[role].format(place="Bridgeport") in str(refused.value)
    assert admin.name in str(refused.value)  # who can mend it

    LEAVES[way](held, by=admin, at=noon, knows_what_stops=True)
    assert is_gone(held)


@pytest.mark.parametrize("way", ["ended", "suspended"])
@pytest.mark.parametrize("role", STOP)
def test_who_is_not_the_last_leaves_without_more_ado(admin, noon, bridgeport, role, way):
    held = last(role, bridgeport)
    MembershipFactory(role=role, district=held.district)

    LEAVES[way](held, by=admin, at=noon)

    assert is_gone(held)


@pytest.mark.parametrize("role", sorted(READS_ONLY))
def test_nothing_stops_without_somebody_who_only_reads(admin, noon, bridgeport, role):
    held = last(role, bridgeport)

    LEAVES["ended"](held, by=admin, at=noon)

    assert is_gone(held)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"is_active": False}, "is suspended"),
        ({"password": "!unusable"}, "has set no password yet"),
    ],
)
def test_who_cannot_sign_in_does_not_count_as_another(admin, noon, bridgeport, other, why):
    held = last(Role.SUPERINTENDENT, bridgeport)
    MembershipFactory(
        role=held.role, district=bridgeport, user=UserFactory(name="Nora Name", **other)
    )

    with pytest.raises(PeopleRefusal, match=f"Nora Name holds the role, but {why}"):
        LEAVES["ended"](held, by=admin, at=noon)


def test_a_suspension_names_every_role_that_stands_empty_then(admin, noon, bridgeport):
    held = last(Role.SUPERINTENDENT, bridgeport)
    MembershipFactory(user=held.user, role=Role.PLAN_COORDINATOR, district=bridgeport)

    gaps = gaps_without(held.user.memberships.order_by("pk"))

    assert [gap.role for gap in gaps] == [Role.SUPERINTENDENT, Role.PLAN_COORDINATOR]


def test_nothing_stops_in_a_district_that_has_retired(admin, noon, bridgeport):
    held = last(Role.SUPERINTENDENT, bridgeport)
    bridgeport.retired_at, bridgeport.retired_by = noon, admin
    bridgeport.save()

    LEAVES["ended"](held, by=admin, at=noon)

    assert is_gone(held)


def test_who_can_mend_it_is_named_and_never_who_leaves(admin, bridgeport):
    keeper = last(Role.DISTRICT_ADMIN, bridgeport)
    person(Role.DISTRICT_ADMIN, DistrictFactory(), name="Una Elsewhere")
    chief = person(Role.SUPERINTENDENT, bridgeport).memberships.get()

    assert [gap.keepers for gap in gaps_without([keeper])] == [()]
    (gap,) = gaps_without([chief])
    assert gap.mend == (
        "Lee Last, access administrator there, or an administrator at the Department"
        f" ({admin.name}) can give the role to somebody."
    )


def pages_of(held: Membership) -> dict[str, str]:
    return {
        "ended": reverse("districts:membership_end", args=[held.user_id, held.pk]),
        "suspended": reverse("districts:person_suspend", args=[held.user_id]),
        "handed over": reverse("districts:membership_hand_over", args=[held.user_id, held.pk]),
    }


@pytest.mark.parametrize("way", ["ended", "suspended"])
def test_the_page_says_what_stops_and_asks_for_a_tick(client, admin, bridgeport, way):
    held = last(Role.SUPERINTENDENT, bridgeport)
    client.force_login(admin)
    url = pages_of(held)[way]

    asked, refused = client.get(url), client.post(url)

    assert "Lee Last is the last superintendent of Bridgeport who can sign in." in asked.text
    assert "nobody can sign Bridgeport’s plan as superintendent" in said(asked.text)
    assert (refused.status_code, is_gone(held)) == (422, False)
    assert "Read what stops, and tick this." in refused.text
    assert client.post(url, {"knows": "on"}).status_code == 302
    assert is_gone(held)


def test_the_tick_is_asked_for_where_the_other_left_while_the_page_was_open(
    client, admin, bridgeport
):
    held = last(Role.SUPERINTENDENT, bridgeport)
    other = MembershipFactory(role=held.role, district=bridgeport)
    client.force_login(admin)
    url = pages_of(held)["ended"]
    assert "who can sign in" not in client.get(url).text
    User.objects.filter(pk=other.user_id).update(is_active=False)

    late = client.post(url)

    assert (late.status_code, is_gone(held)) == (422, False)
    assert 'name="knows"' in late.text


# Handing over -----------------------------------------------------------------------------------


def test_handing_over_says_who_is_what_afterwards_and_asks(client, admin, bridgeport):
    held, heir = last(Role.BOARD_CHAIR, bridgeport), UserFactory(name="Nia Next")
    client.force_login(admin)
    url = pages_of(held)["handed over"]

    asked = client.post(url, {"to": heir.pk})
    before = is_gone(held)
    client.post(url, {"to": heir.pk, "is_confirmed": "on"})

    assert "Hand over from Lee Last to Nia Next?" in asked.text
    assert "Nia Next is board chair in Bridgeport from now on, and Lee Last no longer is." in said(
        asked.text
    )
    assert (before, is_gone(held)) == (False, True)
    assert heir.memberships.current().get().role == "board_chair"


def test_handing_over_to_somebody_invited_says_they_have_no_password(client, admin, bridgeport):
    held, heir = last(Role.BOARD_CHAIR, bridgeport), invited()
    client.force_login(admin)
    url, sent = pages_of(held)["handed over"], {"to": heir.pk, "is_confirmed": "on"}

    choice, asked = client.get(url), client.post(url, {"to": heir.pk})
    refused = client.post(url, sent)
    before = is_gone(held)
    done = client.post(url, sent | {"knows": "on"}, follow=True)

    assert "Ira Invited (no password yet)" in choice.text
    assert "Ira Invited has set no password yet and cannot sign in." in said(asked.text)
    assert "nobody can sign Bridgeport’s plan for the board" in said(asked.text)
    assert (refused.status_code, before, is_gone(held)) == (422, False, True)
    assert done.request["PATH_INFO"] == reverse("districts:person", args=[heir.pk])


# Afterwards -------------------------------------------------------------------------------------


def staffed(district, *, without: Role | None = None) -> None:
    for role in sorted(NEEDED & DISTRICT_ROLES):
        if role != without:
            person(role, district)


@pytest.fixture
def department(admin):
    for role in sorted(NEEDED - DISTRICT_ROLES - {Role.SYSADMIN}):
        person(role)


@pytest.mark.usefixtures("department")
@pytest.mark.parametrize("role", sorted(NEEDED & DISTRICT_ROLES))
def test_the_districts_home_shows_the_gap_until_it_is_mended(client, bridgeport, role):
    staffed(bridgeport, without=role)
    client.force_login(person(Role.DISTRICT_VIEWER, bridgeport))
    missing = f"Bridgeport has no {role.label.lower()}."

    before = said(client.get(reverse("home")).text)
    person(role, bridgeport)
    after = client.get(reverse("home")).text

    assert missing in before
    assert STOPS[role].format(place="Bridgeport") in before
    assert "Bridgeport has no" not in after


@pytest.mark.usefixtures("department")
def test_the_departments_pages_show_the_gap_until_it_is_mended(client, admin, bridgeport):
    staffed(bridgeport, without=Role.SUPERINTENDENT)
    User.objects.filter(memberships__role=Role.FISCAL_REVIEWER).update(is_active=False)
    client.force_login(admin)
    pages = [reverse("districts:list"), reverse("reviews:queue")]

    told = ["Roles stand empty" in client.get(page).text for page in pages]
    listed = said(client.get(reverse("districts:empty_roles")).text)
    of_district = client.get(bridgeport.get_absolute_url()).text
    person(Role.FISCAL_REVIEWER), person(Role.SUPERINTENDENT, bridgeport)

    assert told == [True, True]
    assert "The Department has no fiscal reviewer." in listed
    assert "Bridgeport has no superintendent." in listed
    assert "Bridgeport has no superintendent." in of_district
    assert ["Roles stand empty" in client.get(page).text for page in pages] == [False, False]
    assert (gaps_at_department(), list(lacking_with_holders())) == ([], [])


@pytest.mark.usefixtures("department")
def test_districts_that_lack_somebody_are_listed_a_page_at_a_time(client, admin, monkeypatch):
    monkeypatch.setattr("districts.views.people.PAGE_LENGTH", 1)
    for name in ("Ansonia", "Bristol"):
        staffed(DistrictFactory(name=name), without=Role.BOARD_CHAIR)
    User.objects.filter(memberships__role=Role.FISCAL_REVIEWER).update(is_active=False)
    client.force_login(admin)

    first, second = (
        client.get(reverse("districts:empty_roles"), {"page": page}) for page in (1, 2)
    )

    assert [gap.title for gap in first.context["gaps"]] == [
        "The Department has no fiscal reviewer.",
        "Ansonia has no board chair.",
    ]
    assert [gap.title for gap in second.context["gaps"]] == ["Bristol has no board chair."]
    assert "Page 2 of 2" in second.text


@pytest.mark.usefixtures("department")
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_empty_roles_asks_as_often_for_three(
    client, admin, rows, django_assert_num_queries
):
    for _ in range(rows):
        staffed(DistrictFactory(), without=Role.BOARD_CHAIR)
    client.force_login(admin)

    with django_assert_num_queries(7):  # session, user, roles, gaps (2), pairs, accounts
        response = client.get(reverse("districts:empty_roles"))

    assert len(response.context["gaps"]) == rows
