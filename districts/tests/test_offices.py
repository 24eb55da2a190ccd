"""The sitting chair becomes superintendent, or the reverse: who signs second is named at once."""

import re

import pytest
from django.urls import reverse

from districts import services
from districts.models import Membership, User
from districts.roles import Role
from districts.services import PeopleRefusal, Successor
from districts.tests.factories import DistrictFactory, UserFactory, person
from notices.models import Notice

pytestmark = pytest.mark.django_db

OFFICES = [(Role.BOARD_CHAIR, Role.SUPERINTENDENT), (Role.SUPERINTENDENT, Role.BOARD_CHAIR)]


@pytest.fixture
def bridgeport():
    return DistrictFactory(name="Bridgeport")


@pytest.fixture
def chair(bridgeport):
    return person(Role.BOARD_CHAIR, bridgeport, name="Cam Chair")


def holders(district) -> dict[str, list[str]]:
    held = Membership.objects.current().filter(district=district).order_by("user__name")
    roles: dict[str, list[str]] = {}
    for one in held.select_related("user"):
        roles.setdefault(one.role, []).append(one.user.name)
    return roles


def said(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(("held", "wanted"), OFFICES)
def test_giving_the_other_office_asks_who_takes_over_this_one(
    client, admin, bridgeport, held, wanted
):
    who, heir = person(held, bridgeport, name="Wil Both"), UserFactory(name="Nia Next")
    client.force_login(admin)
    give = reverse("districts:membership_give", args=[who.pk])

    asked = client.post(give, {"role": wanted, "district": bridgeport.pk}, follow=True)
    before = holders(bridgeport)
    client.post(asked.request["PATH_INFO"], {"successor": heir.pk})

    assert "Two people sign its plan" in said(asked.text)
    assert before == {held: ["Wil Both"]}
    assert holders(bridgeport) == {wanted: ["Wil Both"], held: ["Nia Next"]}


def test_somebody_new_is_invited_and_what_stops_until_then_is_read(
    client, admin, bridgeport, chair
):
    client.force_login(admin)
    url = reverse("districts:office_change", args=[chair.pk, "bridgeport", "superintendent"])
    new = {"name": "Ira Invited", "email": "ira@example.org"}

    refused = client.post(url, new)
    before = holders(bridgeport)
    client.post(url, new | {"knows": "on"})

    assert refused.status_code == 422
    assert "nobody can sign Bridgeport’s plan for the board" in said(refused.text)
    assert "Ira Invited holds the role, but has set no password yet." in said(refused.text)
    assert before == {"board_chair": ["Cam Chair"]}
    assert holders(bridgeport) == {"superintendent": ["Cam Chair"], "board_chair": ["Ira Invited"]}


def test_a_superintendent_hands_over_to_the_chair_and_the_chair_to_another(
    client, admin, bridgeport, chair
):
    chief, heir = person(Role.SUPERINTENDENT, bridgeport), UserFactory(name="Nia Next")
    client.force_login(admin)
    hand_over = reverse(
        "districts:membership_hand_over", args=[chief.pk, chief.memberships.get().pk]
    )

    asked = client.post(hand_over, {"to": chair.pk}, follow=True)
    (url, _) = asked.redirect_chain[-1]
    client.post(url, {"successor": heir.pk})

    assert f"{chief.name} no longer is." in said(asked.text)
    assert holders(bridgeport) == {"superintendent": ["Cam Chair"], "board_chair": ["Nia Next"]}


def change(chair, by, noon, **values):
    given = {
        "user_id": chair.pk,
        "role": "superintendent",
        "district_id": chair.memberships.get().district_id,
        "by": by,
        "at": noon,
        "successor": Successor(),
    }
    return services.change_office(**given | values)


def test_nothing_happens_by_halves(admin, noon, bridgeport, chair):
    person(Role.SUPERINTENDENT, bridgeport, name="Sue Super", email="sue@example.org")
    auditor, before = person(Role.AUDITOR), holders(bridgeport)
    refused = [
        Successor(user_id=chair.pk),
        Successor(user_id=auditor.pk),
        Successor(name="Sue", email="sue@example.org"),
        Successor(name="New", email="new@example.org"),  # cannot sign in, and nobody has read it
    ]

    for successor in refused:
        with pytest.raises(PeopleRefusal):
            change(chair, admin, noon, successor=successor)

    assert holders(bridgeport) == before
    assert not User.objects.filter(email="new@example.org").exists()
    assert not Notice.objects.exists()


def test_an_access_administrator_does_it_for_their_own_district_and_all_hear(
    admin, noon, bridgeport, chair
):
    keeper = person(Role.DISTRICT_ADMIN, bridgeport)
    heir = person(Role.DISTRICT_VIEWER, bridgeport, name="Nia Next")

    change(chair, keeper, noon, successor=Successor(user_id=heir.pk))

    assert set(Notice.objects.filter(to=admin).values_list("subject", flat=True)) == {
        "Bridgeport: Cam Chair is no longer board chair",
        "Bridgeport: Nia Next is now board chair",
        "Bridgeport: Cam Chair is now superintendent",
    }


def test_the_page_is_of_the_two_offices_alone(client, admin, chair):
    client.force_login(admin)

    def status(role, pk=chair.pk):
        url = reverse("districts:office_change", args=[pk, "bridgeport", role])
        return client.get(url).status_code

    assert (status("superintendent"), status("board_chair"), status("auditor")) == (200, 404, 404)
    assert status("superintendent", admin.pk) == 404
