"""An access administrator keeps the people of their own district, and of no other (R61)."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from districts import services
from districts.models import Membership, User, standing_of
from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role
from districts.services import PeopleRefusal
from districts.tests.factories import DistrictFactory, MembershipFactory, UserFactory, person
from notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def ansonia():
    return DistrictFactory(name="Ansonia")


@pytest.fixture
def keeper(ansonia):
    return person(Role.DISTRICT_ADMIN, ansonia, name="Ada Keeper")


@pytest.fixture
def elsewhere():
    return person(Role.PLAN_COORDINATOR, DistrictFactory(name="Bristol"))


def roles_of(user: User) -> list[tuple[str, str]]:
    held = user.memberships.current().order_by("role")
    return [(one.role, one.district.name if one.district else "") for one in held]


@pytest.mark.parametrize("role", sorted(DISTRICT_ROLES))
def test_every_role_of_the_own_district_is_theirs_to_give_and_end(noon, keeper, ansonia, role):
    joiner = services.add_person(
        email="new@ansonia.example.org",
        name="New",
        role=role,
        district_id=ansonia.pk,
        by=keeper,
        at=noon,
    )
    held = joiner.memberships.get()
    services.end_membership(membership_id=held.pk, by=keeper, at=noon)

    held.refresh_from_db()
    assert (held.role, held.given_by, held.ended_by) == (role, keeper, keeper)


@pytest.mark.parametrize("role", sorted(DEPARTMENT_ROLES))
def test_no_role_of_the_department_is_theirs(noon, keeper, ansonia, role):
    colleague = person(Role.DISTRICT_VIEWER, ansonia)

    for district_id in (None, ansonia.pk):
        with pytest.raises(PermissionDenied):
            services.give_membership(
                user_id=colleague.pk, role=role, district_id=district_id, by=keeper, at=noon
            )
    assert roles_of(colleague) == [("district_viewer", "Ansonia")]


def test_nothing_of_another_district_is_theirs(noon, keeper, ansonia, elsewhere):
    held, who = elsewhere.memberships.get(), {"by": keeper, "at": noon}
    to_theirs = {"role": "district_viewer", "district_id": held.district_id}
    verbs = [
        lambda: services.add_person(email="a@example.org", name="A", **to_theirs, **who),
        lambda: services.give_membership(user_id=keeper.pk, **to_theirs, **who),
        lambda: services.give_membership(
            user_id=elsewhere.pk, role="district_viewer", district_id=ansonia.pk, **who
        ),
        lambda: services.end_membership(membership_id=held.pk, **who),
        lambda: services.hand_over_membership(
            membership_id=held.pk, to_id=person(Role.DISTRICT_VIEWER, ansonia).pk, **who
        ),
        lambda: services.send_password_letter(user_id=elsewhere.pk, link="x", **who),
    ]

    for verb in verbs:
        with pytest.raises(PermissionDenied):
            verb()
    assert roles_of(elsewhere) == [("plan_coordinator", "Bristol")]


def test_pages_of_another_districts_people_are_not_found(client, keeper, elsewhere):
    client.force_login(keeper)
    held = elsewhere.memberships.get()
    pages = [
        reverse("districts:person", args=[elsewhere.pk]),
        reverse("districts:membership_give", args=[elsewhere.pk]),
        reverse("districts:membership_end", args=[elsewhere.pk, held.pk]),
        reverse("districts:membership_hand_over", args=[elsewhere.pk, held.pk]),
    ]

    assert {client.get(url).status_code for url in pages} == {404}
    assert {client.post(url).status_code for url in pages[1:]} == {404}
    assert elsewhere.name not in client.get(reverse("districts:people")).text


def test_names_addresses_and_suspensions_stay_the_departments(noon, keeper, ansonia):
    """Whoever could change an address could have the password letter of a signer sent to it."""
    chief, who = person(Role.SUPERINTENDENT, ansonia), {"by": keeper, "at": noon}

    for verb in (
        lambda: services.edit_person(user_id=chief.pk, email="x@example.org", name="X", **who),
        lambda: services.suspend_person(user_id=chief.pk, **who),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_nobody_gives_a_role_to_themselves(noon, keeper, ansonia):
    chief = person(Role.SUPERINTENDENT, ansonia)

    with pytest.raises(services.PeopleRefusal, match="to themselves"):
        services.give_membership(
            user_id=keeper.pk, role="superintendent", district_id=ansonia.pk, by=keeper, at=noon
        )
    with pytest.raises(services.PeopleRefusal, match="to themselves"):
        services.hand_over_membership(
            membership_id=chief.memberships.get().pk, to_id=keeper.pk, by=keeper, at=noon
        )
    with pytest.raises(services.PeopleRefusal, match="to themselves"):
        services.add_person(
            email=keeper.email, name="Other", role="superintendent", district_id=ansonia.pk,
            by=keeper, at=noon,
        )  # fmt: skip
    assert roles_of(keeper) == [("district_admin", "Ansonia")]


def test_somebody_with_an_account_elsewhere_is_invited_by_their_address(
    noon, keeper, ansonia, elsewhere
):
    invited = services.add_person(
        email=elsewhere.email, name="As typed", role="superintendent", district_id=ansonia.pk,
        by=keeper, at=noon,
    )  # fmt: skip

    assert (invited, invited.name) == (elsewhere, elsewhere.name)
    assert roles_of(elsewhere) == [("plan_coordinator", "Bristol"), ("superintendent", "Ansonia")]


def test_nobody_of_another_district_is_signed_out_by_being_invited(
    client, noon, keeper, ansonia, elsewhere
):
    client.force_login(elsewhere)

    services.add_person(
        email=elsewhere.email, name="As typed", role="superintendent", district_id=ansonia.pk,
        by=keeper, at=noon,
    )  # fmt: skip

    assert elsewhere.sessions.count() == 1


def test_a_person_of_the_department_is_given_nothing(noon, keeper, ansonia, reviewer):
    with pytest.raises(services.PeopleRefusal, match="administrator at the Department"):
        services.add_person(
            email=reviewer.email, name="R", role="district_viewer", district_id=ansonia.pk,
            by=keeper, at=noon,
        )  # fmt: skip


def test_a_person_of_the_department_with_a_role_here_is_given_no_other(
    noon, keeper, ansonia, reviewer
):
    """Theirs to see, for the role; what goes beside it at the Department is not."""
    MembershipFactory(user=reviewer, role=Role.DISTRICT_VIEWER, district=ansonia)

    with pytest.raises(services.PeopleRefusal, match="An administrator at the Department has to"):
        services.give_membership(
            user_id=reviewer.pk, role=Role.PLAN_COORDINATOR, district_id=ansonia.pk, by=keeper,
            at=noon,
        )  # fmt: skip

    assert ("district_viewer", "Ansonia") in roles_of(reviewer)
    assert len(roles_of(reviewer)) == 2


def test_handing_over_ends_and_gives_at_one_moment(noon, keeper, ansonia):
    successor = person(Role.DISTRICT_VIEWER, ansonia)

    services.hand_over_membership(
        membership_id=keeper.memberships.get().pk, to_id=successor.pk, by=keeper, at=noon
    )

    assert standing_of(keeper, at=noon).in_districts == {}
    assert roles_of(successor) == [("district_admin", "Ansonia"), ("district_viewer", "Ansonia")]


def test_the_last_one_reads_what_stops_before_they_go(client, keeper):
    client.force_login(keeper)
    end = reverse("districts:membership_end", args=[keeper.pk, keeper.memberships.get().pk])

    asked = client.get(end).text
    client.post(end)
    refused = Membership.objects.current().filter(user=keeper).exists()
    client.post(end, {"knows": "on"})

    assert "nobody in Ansonia can add people, end roles or hand them over" in re.sub(
        r"\s+", " ", asked
    )
    assert refused
    assert not Membership.objects.current().filter(user=keeper).exists()


def test_a_role_that_ended_while_the_page_was_open_ends_nothing(noon, keeper, ansonia, admin):
    viewer = person(Role.DISTRICT_VIEWER, ansonia)
    standing_of(keeper)
    services.end_membership(
        membership_id=keeper.memberships.get().pk, by=admin, at=noon, knows_what_stops=True
    )

    with pytest.raises(PermissionDenied):
        services.end_membership(membership_id=viewer.memberships.get().pk, by=keeper, at=noon)


def test_two_hats_keep_their_own_district_alone(client, keeper, ansonia, elsewhere):
    MembershipFactory(user=keeper, role=Role.AUDITOR)
    viewer = person(Role.DISTRICT_VIEWER, ansonia)
    client.force_login(keeper)

    def end(user):
        url = reverse("districts:membership_end", args=[user.pk, user.memberships.get().pk])
        return client.get(url).status_code

    assert (end(viewer), end(elsewhere)) == (200, 403)


def test_the_department_and_those_concerned_hear(noon, keeper, ansonia, admin, manager):
    chief, chair = person(Role.SUPERINTENDENT, ansonia), person(Role.BOARD_CHAIR, ansonia)
    person(Role.SUPERINTENDENT, DistrictFactory())
    newcomer = UserFactory()
    MembershipFactory(user=newcomer, role=Role.DISTRICT_VIEWER, district=ansonia)

    services.give_membership(
        user_id=newcomer.pk, role="superintendent", district_id=ansonia.pk, by=keeper, at=noon
    )
    services.give_membership(
        user_id=newcomer.pk, role="fiscal_officer", district_id=ansonia.pk, by=keeper, at=noon
    )

    letters = Notice.objects.filter(kind="role_changed").order_by("pk")
    to = {}
    for letter in letters:
        to.setdefault(letter.subject, set()).add(letter.to)
    assert to == {
        f"Ansonia: {newcomer} is now superintendent": {admin, chief, chair, newcomer},
        f"Ansonia: {newcomer} is now fiscal officer": {admin, newcomer},
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_their_list_asks_as_often_for_three(
    client, keeper, ansonia, rows, django_assert_num_queries
):
    for _ in range(rows):
        person(Role.DISTRICT_VIEWER, ansonia)
    client.force_login(keeper)

    with django_assert_num_queries(5):  # session, user, roles, count, rows
        response = client.get(reverse("districts:people"))

    assert len(response.context["rows"]) == rows + 1


def test_a_joiner_and_a_leaver_in_the_browser(client, keeper, ansonia):
    client.force_login(keeper)
    client.post(
        reverse("districts:person_add"),
        {
            "name": "New Viewer",
            "email": "new@ansonia.example.org",
            "role": "district_viewer",
            "district": ansonia.pk,
        },
    )
    joiner = User.objects.get(email="new@ansonia.example.org")
    client.post(reverse("districts:person_letter", args=[joiner.pk]))
    held = joiner.memberships.get()
    client.post(reverse("districts:membership_end", args=[joiner.pk, held.pk]))

    held.refresh_from_db()
    assert held.ended_by == keeper
    assert Notice.objects.filter(kind="set_password", to=joiner).count() == 1


# Nothing an access administrator does reaches beyond their district ---------------------------


@pytest.fixture
def two_hatted(ansonia):
    """Somebody who belongs elsewhere and was given a role here, by the role they have there."""

    def _two_hatted(role, district):
        user = person(role, district)
        MembershipFactory(user=user, role=Role.DISTRICT_VIEWER, district=ansonia)
        return user

    return _two_hatted


ACTS = {
    "ended": lambda held, **who: services.end_membership(membership_id=held.pk, **who),
    "handed over": lambda held, **who: services.hand_over_membership(
        membership_id=held.pk, to_id=person(Role.FISCAL_OFFICER, held.district).pk, **who
    ),
}


@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("role", [Role.SUPERINTENDENT, Role.PROGRAM_REVIEWER])
def test_an_access_administrator_signs_out_nobody_who_belongs_elsewhere_too(
    client, noon, keeper, ansonia, two_hatted, role, act
):
    place = DistrictFactory(name="Bristol") if role in DISTRICT_ROLES else None
    user = two_hatted(role, place)
    client.force_login(user)

    ACTS[act](user.memberships.get(district=ansonia), by=keeper, at=noon)

    assert user.sessions.count() == 1
    assert ansonia.pk not in standing_of(user, at=noon).in_districts  # asked on each request
    assert client.get(reverse("home"), follow=True).context["user"] == user


@pytest.mark.parametrize("act", sorted(ACTS))
def test_whose_roles_are_all_of_the_district_is_signed_out_with_one_of_them(
    client, noon, keeper, ansonia, two_hatted, act
):
    user = two_hatted(Role.PLAN_COORDINATOR, ansonia)
    client.force_login(user)

    ACTS[act](user.memberships.get(role=Role.DISTRICT_VIEWER), by=keeper, at=noon)

    assert not user.sessions.exists()


def test_an_administrator_at_the_department_signs_out_wherever_somebody_belongs(
    client, noon, admin, ansonia, two_hatted
):
    user = two_hatted(Role.SUPERINTENDENT, DistrictFactory(name="Bristol"))
    client.force_login(user)

    ACTS["ended"](user.memberships.get(district=ansonia), by=admin, at=noon)

    assert not user.sessions.exists()


# A colleague of two hats --------------------------------------------------------------------------


@pytest.mark.parametrize("holds_role", [True, False])
def test_ending_a_colleagues_role_first_opens_their_address_to_nobody_of_the_district(
    client, noon, keeper, ansonia, holds_role
):
    """Else: end the chair's role, change the address, give it again, and sign as the chair."""
    MembershipFactory(user=keeper, role=Role.SYSADMIN)
    chair = person(Role.BOARD_CHAIR, ansonia)
    act = {"by": keeper, "at": noon}
    if not holds_role:
        services.end_membership(
            membership_id=chair.memberships.get().pk, knows_what_stops=True, **act
        )
    client.force_login(keeper)

    answers = {
        client.post(reverse(f"districts:{page}", args=[chair.pk]), typed).status_code
        for page, typed in (
            ("person_edit", {"name": "Ada", "email": "ada@example.org", "is_another": "on"}),
            ("person_suspend", {"knows": "on"}),
            ("person_reactivate", {}),
        )
    }
    with pytest.raises(PermissionDenied):
        services.edit_person(user_id=chair.pk, email="ada@example.org", name="Ada", **act)

    assert answers == {403}
    assert User.objects.get(pk=chair.pk).email == chair.email


@pytest.mark.parametrize("act", ["end", "hand over"])
def test_who_gives_up_their_own_role_lands_on_a_page_of_theirs(client, keeper, ansonia, act):
    client.force_login(keeper)
    args = [keeper.pk, keeper.memberships.get().pk]
    heir = person(Role.PLAN_COORDINATOR, ansonia)
    heir.set_password("four plain words together")
    heir.save()

    if act == "end":
        answer = client.post(
            reverse("districts:membership_end", args=args), {"knows": "on"}, follow=True
        )
    else:
        url = reverse("districts:membership_hand_over", args=args)
        typed = {"to": heir.pk, "is_confirmed": "1"}
        answer = client.post(url, typed, follow=True)

    assert not keeper.memberships.current().exists()
    assert answer.status_code == 200
    assert "access administrator" in answer.text


def test_an_administrator_takes_no_reviewer_from_the_plan_of_their_own_district(
    client, noon, keeper, ansonia, reviewer
):
    """Whoever is given a role in a district reviews and decides its plan no longer (R37)."""
    MembershipFactory(user=keeper, role=Role.SYSADMIN)
    viewer = person(Role.DISTRICT_VIEWER, ansonia).memberships.get()
    elsewhere, act = DistrictFactory(), {"by": keeper, "at": noon}
    client.force_login(keeper)
    give = reverse("districts:membership_give", args=[reviewer.pk])

    page = client.post(give, {"role": "district_viewer", "district": ansonia.pk})
    with pytest.raises(PeopleRefusal, match="has to give"):
        services.hand_over_membership(membership_id=viewer.pk, to_id=reviewer.pk, **act)
    client.post(give, {"role": "district_viewer", "district": elsewhere.pk})

    assert "has to give" in page.text
    assert ("district_viewer", "Ansonia") not in roles_of(reviewer)
    assert ("district_viewer", elsewhere.name) in roles_of(reviewer)
