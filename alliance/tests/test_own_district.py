"""Over a district they belong to, nobody of the Department has more say than the district gave.

The kind: a right of the Department's that one with two hats turns on their own district: its money
and standing, its signers' roles and addresses, the letters about it.
"""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from districts import services
from districts.models import RosterChange
from districts.roles import DISTRICT_ROLES, Role
from districts.services import Grounds, Money, RosterRefusal, Run
from districts.services.roster import DistrictFacts
from districts.services.roster_confirming import confirm_change, refuse_change
from districts.tests.factories import (
    DelegationFactory,
    DistrictFactory,
    MembershipFactory,
    UserFactory,
    person,
)
from notices.models import Notice
from notices.tests.factories import NoticeFactory
from plans.tests.factories import PlanFactory
from reviews.services.letters import send_again

pytestmark = pytest.mark.django_db

PAPER = {"source": "Corrected list", "source_on": date(2026, 11, 20)}
RUN = Run(2028, 2032, 2013, is_reform_district=False, basis="Index", **PAPER)
FACTS = {
    "reference_group": "I",
    "is_priority_school_district": False,
    "profile_source": "",
    "profile_on": None,
}


@pytest.fixture
def ansonia():
    return DistrictFactory(name="Ansonia", designated=True, funded=True)


def of_both(district, role=Role.SYSADMIN, district_role=Role.PLAN_COORDINATOR):
    user = person(role)
    MembershipFactory(user=user, role=district_role, district=district)
    return user


def asked(district, **values):
    return RosterChange.objects.create(
        kind=RosterChange.Kind.RETIREMENT,
        district=district,
        asked={},
        summary=["On the roster → retired"],
        needs_second=True,
        **values,
    )


# The roster -------------------------------------------------------------------------------------


def _facts(district):
    codes = {"town_code": district.town_code, "edsight_code": district.edsight_code}
    return DistrictFacts(name=district.name, **codes, **FACTS)


PROPOSALS = {
    "edit_district": lambda d: {"district_id": d.pk, "seen": "", "facts": _facts(d)},
    "retire_district": lambda d: {"district_id": d.pk, "grounds": Grounds("It closes.")},
    "restore_district": lambda d: {"district_id": d.pk, "grounds": Grounds("It opens.")},
    "add_designation": lambda d: {"district_id": d.pk, "run": RUN},
    "edit_designation": lambda d: {
        "designation_id": d.designations.get().pk,
        "seen": services.edition(d.designations.get()),
        "run": RUN,
    },
    "set_allocation": lambda d: {
        "district_id": d.pk,
        "fiscal_year": 2028,
        "stage": "final",
        "money": Money(17_000_000, **PAPER),
        "seen": "",
    },
}


@pytest.mark.parametrize("district_role", sorted(DISTRICT_ROLES))
@pytest.mark.parametrize("verb", PROPOSALS)
def test_nobody_asks_for_a_change_of_a_district_they_belong_to(noon, ansonia, verb, district_role):
    by = of_both(ansonia, district_role=district_role)

    with pytest.raises(RosterRefusal, match="You hold a role in Ansonia"):
        getattr(services, verb)(**PROPOSALS[verb](ansonia), by=by, at=noon)

    assert not RosterChange.objects.exists()


@pytest.mark.parametrize("verb", [confirm_change, refuse_change])
def test_nobody_settles_one_either(noon, ansonia, admin, verb):
    change = asked(ansonia, proposed_by=admin, asked_at=noon)
    more = {"why": "It suits us better."} if verb is refuse_change else {}

    with pytest.raises(RosterRefusal, match="You hold a role in Ansonia"):
        verb(change_id=change.pk, by=of_both(ansonia, Role.PROGRAM_MANAGER), at=noon, **more)

    change.refresh_from_db()
    assert change.is_waiting


def test_what_they_asked_for_before_they_belonged_is_for_others_to_settle(noon, ansonia, admin):
    change = asked(ansonia, proposed_by=admin, asked_at=noon)
    MembershipFactory(user=admin, role=Role.BOARD_CHAIR, district=ansonia)

    with pytest.raises(RosterRefusal, match="You hold a role in Ansonia"):
        refuse_change(change_id=change.pk, why="Taken back.", by=admin, at=noon)


@pytest.mark.parametrize(
    "page",
    ["edit", "retire", "restore", "designation_add", "designation_edit", "allocation_add"],
)
def test_the_page_says_so_before_anything_is_typed(client, ansonia, page):
    client.force_login(of_both(ansonia))
    more = [ansonia.designations.get().pk] if page == "designation_edit" else []

    response = client.get(reverse(f"districts:{page}", args=[ansonia.slug, *more]))

    assert response.status_code == 403
    assert "You hold a role in Ansonia" in response.text


def test_their_own_districts_page_offers_no_change_and_anothers_does(client, ansonia):
    other = DistrictFactory()
    client.force_login(of_both(ansonia))

    own, others = (client.get(district.get_absolute_url()).text for district in (ansonia, other))

    assert "Add an allocation" not in own
    assert "Add an allocation" in others


def test_the_page_of_a_file_names_the_district_that_cannot_be_in_it(client, ansonia, admin):
    client.force_login(of_both(ansonia))
    assert "You hold a role in Ansonia" in client.get(reverse("districts:file")).text

    client.force_login(admin)
    assert "You hold a role" not in client.get(reverse("districts:file")).text


def test_whoever_belongs_to_the_district_is_asked_for_no_second_word(noon, ansonia):
    PlanFactory(district=ansonia, submitted=True)
    asking, second = person(Role.SYSADMIN), person(Role.PROGRAM_MANAGER)
    of_both(ansonia, Role.PROGRAM_MANAGER)

    change = services.retire_district(
        district_id=ansonia.pk, grounds=Grounds("It closes."), by=asking, at=noon
    )

    asked_of = Notice.objects.filter(kind="roster_proposed").values_list("to", flat=True)
    assert (list(asked_of), list(services.confirmers(change))) == ([second.pk], [second])


# Its people -------------------------------------------------------------------------------------


@pytest.mark.parametrize("district_role", sorted(DISTRICT_ROLES - {Role.DISTRICT_ADMIN}))
def test_an_administrator_gives_and_ends_no_role_where_they_hold_one(noon, ansonia, district_role):
    by = of_both(ansonia, district_role=district_role)
    friend, chair = UserFactory(), person(Role.BOARD_CHAIR, ansonia)
    [held] = chair.memberships.all()
    there = {"district_id": ansonia.pk, "role": Role.SUPERINTENDENT}
    verbs = [
        lambda: services.give_membership(user_id=friend.pk, **there, by=by, at=noon),
        lambda: services.add_person(email="new@example.org", name="New", **there, by=by, at=noon),
        lambda: services.end_membership(membership_id=held.pk, by=by, at=noon),
        lambda: services.hand_over_membership(
            membership_id=held.pk, to_id=friend.pk, by=by, at=noon
        ),
    ]

    for verb in verbs:
        with pytest.raises(services.PeopleRefusal, match="You hold a role in Ansonia"):
            verb()


def test_the_districts_own_access_administrator_does_whatever_else_they_are(noon, ansonia):
    by = of_both(ansonia, district_role=Role.DISTRICT_ADMIN)
    friend = UserFactory()

    services.give_membership(
        user_id=friend.pk, role=Role.BOARD_CHAIR, district_id=ansonia.pk, by=by, at=noon
    )

    assert friend.memberships.get().given_by == by


def test_an_administrator_changes_no_address_and_lets_in_nobody_of_their_own_district(
    noon, ansonia
):
    """Whoever could have a signer's password letter sent to themselves could sign as them."""
    by, signer = of_both(ansonia), person(Role.SUPERINTENDENT, ansonia)
    other = person(Role.SUPERINTENDENT)
    act = {"by": by, "at": noon}

    for verb, more in (
        (services.edit_person, {"email": "mine@example.org", "name": "Mine"}),
        (services.suspend_person, {"knows_what_stops": True}),
        (services.reactivate_person, {}),
        (services.send_password_letter, {"link": "https://example.org/"}),
    ):
        with pytest.raises(PermissionDenied):
            verb(user_id=signer.pk, **more, **act)
        verb(user_id=other.pk, **more, **act)

    services.edit_person(user_id=by.pk, email="new@example.org", name="Still me", **act)


def test_their_pages_offer_none_of_it(client, ansonia):
    signer, other = person(Role.SUPERINTENDENT, ansonia), person(Role.SUPERINTENDENT)
    client.force_login(of_both(ansonia))

    for user, status in ((signer, 403), (other, 200)):
        for page in ("person_edit", "person_suspend"):
            url = reverse(f"districts:{page}", args=[user.pk])
            shown = url in client.get(reverse("districts:person", args=[user.pk])).text
            assert (client.get(url).status_code, shown) == (status, status == 200)


def test_nobody_confirms_their_own_delegation(noon, client):
    """It would outlive the Commissioner's role that needs none."""
    commissioner = person(Role.COMMISSIONER)
    MembershipFactory(user=commissioner, role=Role.PROGRAM_REVIEWER, district=None)
    proposed = DelegationFactory(
        delegate=commissioner,
        first_day=date(2026, 11, 1),
        last_day=date(2027, 10, 1),
        confirmed_at=None,
        confirmed_by=None,
    )

    with pytest.raises(services.DelegationRefusal, match="to themselves"):
        services.confirm_delegation(delegation_id=proposed.pk, by=commissioner, at=noon)

    client.force_login(commissioner)
    page = client.get(reverse("districts:person", args=[commissioner.pk])).text
    assert "Not confirmed yet" in page
    assert reverse("districts:delegation_confirm", args=[commissioner.pk, proposed.pk]) not in page


# Letters ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.PROGRAM_MANAGER])
def test_a_letter_about_their_own_district_is_for_others_to_send_again(noon, ansonia, role):
    plan = PlanFactory(district=ansonia, submitted=True)
    letter = NoticeFactory(failed=True, about=plan.about, to=person(Role.PROGRAM_MANAGER))

    with pytest.raises(PermissionDenied):
        send_again(notice_id=letter.pk, by=of_both(ansonia, role), at=noon)

    send_again(notice_id=letter.pk, by=person(role), at=noon)
    letter.refresh_from_db()
    assert letter.status == Notice.Status.WAITING
