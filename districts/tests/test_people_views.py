"""The pages of people: who may open them, what they show, and what each act answers."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from districts.models import Delegation, District, Membership, User
from districts.roles import Role
from districts.tests.factories import (
    DelegationFactory,
    DistrictFactory,
    MembershipFactory,
    UserFactory,
    person,
)
from notices.models import Notice

pytestmark = pytest.mark.django_db


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def errors(response) -> dict:
    return dict(response.context["form"].errors)


def page_of(user: User, name: str = "person", *more: int) -> str:
    return reverse(f"districts:{name}", args=[user.pk, *more])


@pytest.fixture
def maria():
    return person(
        Role.PLAN_COORDINATOR,
        DistrictFactory(name="Ansonia"),
        name="Maria Lopez",
        email="maria@ansonia.example.org",
    )


# Who may ----------------------------------------------------------------------------------------


def changes_of(user: User) -> list[str]:
    held = user.memberships.get()
    return [
        reverse("districts:person_add"),
        page_of(user, "person_edit"),
        page_of(user, "person_suspend"),
        page_of(user, "membership_give"),
        page_of(user, "membership_end", held.pk),
    ]


def posts_of(user: User) -> list[str]:
    return [page_of(user, "person_letter"), page_of(user, "person_reactivate")]


def test_an_admin_opens_every_page(client, admin, maria):
    client.force_login(admin)
    pages = [
        reverse("districts:people"),
        page_of(maria),
        page_of(maria, "delegation_give"),
        page_of(maria, "delegation_end", DelegationFactory(delegate=maria).pk),
        *changes_of(maria),
    ]

    assert {url: client.get(url).status_code for url in pages} == dict.fromkeys(pages, 200)


@pytest.mark.parametrize("role", ["reviewer", "fiscal_reviewer", "manager", "delegate", "auditor"])
def test_the_department_reads_and_changes_nothing(client, request, maria, role):
    client.force_login(request.getfixturevalue(role))
    delegation = DelegationFactory(delegate=maria)
    closed = [
        *changes_of(maria),
        page_of(maria, "delegation_give"),
        page_of(maria, "delegation_end", delegation.pk),
    ]

    assert client.get(reverse("districts:people")).status_code == 200
    assert client.get(page_of(maria)).status_code == 200
    assert {client.get(url).status_code for url in closed} == {403}
    assert {client.post(url).status_code for url in [*closed, *posts_of(maria)]} == {403}


@time_machine.travel("2098-12-01", tick=False)
def test_the_commissioner_gives_and_ends_delegations_and_no_more(client, commissioner, reviewer):
    client.force_login(commissioner)

    assert {client.get(url).status_code for url in changes_of(reviewer)} == {403}
    client.post(
        page_of(reviewer, "delegation_give"),
        {"first_day": "2099-01-01", "last_day": "2099-01-31", "reason": "Letter of Jan 1"},
    )
    delegation = reviewer.delegations.get()
    client.post(page_of(reviewer, "delegation_end", delegation.pk))

    delegation.refresh_from_db()
    assert (delegation.given_by, delegation.ended_by) == (commissioner, commissioner)


def test_a_district_neither_reads_nor_changes_people(client, maria):
    client.force_login(person(Role.PLAN_COORDINATOR))
    pages = [page_of(maria), page_of(maria, "delegation_give"), *changes_of(maria)[1:]]

    assert client.get(reverse("districts:people")).status_code == 403
    assert client.get(reverse("districts:person_add")).status_code == 403
    assert {client.get(url).status_code for url in pages} == {404}
    assert {client.post(url).status_code for url in posts_of(maria)} == {404}


def test_letters_and_reactivation_are_never_done_by_following_a_link(client, admin, maria):
    client.force_login(admin)

    assert [client.get(url).status_code for url in posts_of(maria)] == [405, 405]


# The list ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_person_list_query_count_does_not_grow(client, admin, rows, django_assert_num_queries):
    for _ in range(rows):
        DelegationFactory(delegate=person(Role.PROGRAM_REVIEWER, name="Sam Reviewer"))
    client.force_login(admin)

    # session, user, standing, districts, how many people, those of the page
    with django_assert_num_queries(6):
        response = client.get(reverse("districts:people"), {"q": "Sam"})

    assert len(response.context["rows"]) == rows


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Admin", "Maria Lopez", "Rob Stone"]),
        ({"q": "lopez"}, ["Maria Lopez"]),
        ({"q": "ANSONIA.example"}, ["Maria Lopez"]),
        ({"where": "department"}, ["Admin", "Rob Stone"]),
        ({"where": "ansonia"}, ["Maria Lopez"]),
        ({"where": "derby"}, []),
        ({"where": "no such place"}, ["Admin", "Maria Lopez", "Rob Stone"]),
        ({"suspended": "on", "q": "gone"}, ["Gone"]),
        ({"page": "99"}, ["Admin", "Maria Lopez", "Rob Stone"]),
    ],
)
def test_person_list_is_searched(client, maria, query, found):
    admin = person(Role.SYSADMIN, name="Admin")
    person(Role.PROGRAM_REVIEWER, name="Rob Stone")
    person(Role.PROGRAM_REVIEWER, name="Gone", is_active=False)
    DistrictFactory(name="Derby")
    client.force_login(admin)

    rows = client.get(reverse("districts:people"), query).context["rows"]

    assert [row.name for row in rows] == found


def test_person_list_leaves_out_roles_that_ended(client, admin, maria, noon):
    Membership.objects.filter(user=maria).update(ended_at=noon, ended_by=admin)
    client.force_login(admin)

    assert client.get(reverse("districts:people"), {"where": "ansonia"}).context["rows"] == []


def test_person_list_turns_pages_and_keeps_the_search(client, admin, django_assert_num_queries):
    for number in range(51):
        UserFactory(name=f"Sam {number:02}")
    client.force_login(admin)

    first = client.get(reverse("districts:people"), {"q": "Sam"})
    with django_assert_num_queries(6):
        second = client.get(reverse("districts:people"), {"q": "Sam", "page": 2})

    assert 'href="?q=Sam&amp;page=2"' in first.text
    assert [row.name for row in second.context["rows"]] == ["Sam 50"]


# A person ---------------------------------------------------------------------------------------


def test_person_detail_shows_roles_past_and_present_and_delegations(client, admin, reviewer, noon):
    former = MembershipFactory(user=reviewer, district=DistrictFactory(name="Derby"))
    Membership.objects.filter(pk=former.pk).update(ended_at=noon, ended_by=admin)
    DelegationFactory(delegate=reviewer, reason="Letter of July 1")
    client.force_login(admin)

    response = client.get(page_of(reviewer))

    assert [held.role for held in response.context["current"]] == ["program_reviewer"]
    assert [held.pk for held in response.context["ended"]] == [former.pk]
    for words in ("Letter of July 1", "In force", "Derby", "Roles that ended"):
        assert words in response.text


def test_person_detail_offers_the_delegation_only_where_a_role_carries_it(
    client, admin, maria, reviewer
):
    client.force_login(admin)

    offered = {
        user: page_of(user, "delegation_give") in client.get(page_of(user)).text
        for user in (maria, reviewer)
    }

    assert offered == {maria: False, reviewer: True}


def test_person_add_makes_someone_with_a_role_and_no_password(client, admin):
    ansonia = DistrictFactory(name="Ansonia")
    client.force_login(admin)

    response = client.post(
        reverse("districts:person_add"),
        {
            "name": "Ann Lee",
            "email": "Ann.Lee@ansonia.example.org",
            "role": "fiscal_officer",
            "district": ansonia.pk,
        },
    )

    user = User.objects.get(name="Ann Lee")
    held = user.memberships.get()
    assert (user.email, user.is_active, user.has_usable_password()) == (
        "Ann.Lee@ansonia.example.org",
        True,
        False,
    )
    assert (held.role, held.district, held.given_by) == ("fiscal_officer", ansonia, admin)
    assert (response.url, said(response)) == (
        page_of(user),
        ["Ann Lee is added. Send the letter that lets them set a password."],
    )


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        (
            {"email": "MARIA@Ansonia.example.org"},
            "email",
            "Maria Lopez has this address already. Open their page to give a role.",
        ),
        ({"email": "nowhere"}, "email", "An email address looks like maria.lopez@example.org."),
        (
            {"role": "fiscal_officer"},
            "district",
            "Fiscal officer is a district’s role. Choose the district.",
        ),
        ({"role": ""}, "role", "Nothing is chosen. Choose one."),
        ({"name": " "}, "name", "This is empty. Fill it in."),
    ],
)
def test_person_add_refuses_in_a_sentence(client, admin, maria, typed, field, sentence):
    client.force_login(admin)
    form = {"name": "New", "email": "new@example.org", "role": "auditor", "district": ""}

    response = client.post(reverse("districts:person_add"), form | typed)

    assert (response.status_code, errors(response)) == (422, {field: [sentence]})
    assert User.objects.count() == 2


def test_person_add_refuses_a_district_for_a_role_of_the_department(client, admin, maria):
    client.force_login(admin)

    response = client.post(
        reverse("districts:person_add"),
        {
            "name": "New",
            "email": "new@example.org",
            "role": "auditor",
            "district": maria.memberships.get().district_id,
        },
    )

    assert errors(response) == {
        "district": ["Auditor is a role at the Department. Choose no district."]
    }


def test_person_edit_saves_name_and_email(client, admin, maria):
    client.force_login(admin)

    response = client.post(
        page_of(maria, "person_edit"), {"name": "Maria Diaz", "email": "diaz@example.org"}
    )

    maria.refresh_from_db()
    assert (maria.name, maria.email) == ("Maria Diaz", "diaz@example.org")
    assert said(response) == ["The name and the email are saved."]


def test_person_edit_refuses_an_address_someone_has(client, admin, maria):
    UserFactory(name="Ann", email="ann@example.org")
    client.force_login(admin)

    response = client.post(
        page_of(maria, "person_edit"), {"name": "Maria", "email": "ANN@example.org"}
    )

    assert errors(response) == {"email": ["Ann has this address already."]}


def test_the_password_letter_leaves_once_however_often_the_button_is_pressed(client, admin, maria):
    client.force_login(admin)

    first = client.post(page_of(maria, "person_letter"))
    second = client.post(page_of(maria, "person_letter"))

    letter = Notice.objects.get()
    assert said(first) == ["The letter to maria@ansonia.example.org is on its way."]
    assert said(second)[-1].startswith("A letter was posted to Maria Lopez at ")
    assert (letter.to, letter.kind, letter.about, letter.subject) == (
        maria,
        "set_password",
        f"user/{maria.pk}",
        "Set your password for Alliance",
    )
    assert "Plan coordinator, Ansonia." in letter.body
    assert "maria@ansonia.example.org" in client.get(page_of(maria)).text


def test_the_link_of_the_password_letter_opens_the_page_that_sets_one(client, admin, maria):
    client.force_login(admin)
    client.post(page_of(maria, "person_letter"))
    client.logout()
    (link,) = [line for line in Notice.objects.get().body.splitlines() if "/key/" in line]

    page = client.get(link.removeprefix("http://testserver"), follow=True)

    assert (page.status_code, 'name="password1"' in page.text) == (200, True)


def test_nobody_suspended_gets_a_password_letter(client, admin, maria):
    User.objects.filter(pk=maria.pk).update(is_active=False)
    client.force_login(admin)

    response = client.post(page_of(maria, "person_letter"))

    assert said(response) == ["Maria Lopez is suspended. Reactivate them before you send a letter."]
    assert not Notice.objects.exists()


def test_person_suspend_asks_first_and_shuts_out_at_once(client, admin, maria):
    client.force_login(maria)
    session = client.cookies["sessionid"].value
    client.force_login(admin)
    asked = client.get(page_of(maria, "person_suspend"))

    client.post(page_of(maria, "person_suspend"), {"knows": "on"})

    client.cookies["sessionid"] = session
    maria.refresh_from_db()
    assert "Suspend Maria Lopez?" in asked.text
    assert not maria.is_active
    assert client.get(reverse("districts:people")).status_code == 302


def test_nobody_suspends_themselves(client, admin):
    client.force_login(admin)

    response = client.post(page_of(admin, "person_suspend"))

    admin.refresh_from_db()
    assert admin.is_active
    assert "You cannot suspend yourself. Ask another administrator." in response.text


def test_person_reactivate_lets_them_in_again(client, admin, maria):
    User.objects.filter(pk=maria.pk).update(is_active=False)
    client.force_login(admin)

    response = client.post(page_of(maria, "person_reactivate"))

    maria.refresh_from_db()
    assert (maria.is_active, said(response)) == (True, ["Maria Lopez can sign in again."])


# Roles and delegations --------------------------------------------------------------------------


def test_membership_give_sent_twice_gives_one_role(client, admin, maria):
    derby = DistrictFactory(name="Derby")
    client.force_login(admin)

    answers = [
        said(
            client.post(
                page_of(maria, "membership_give"),
                {"role": "district_viewer", "district": derby.pk},
            )
        )[-1]
        for _ in range(2)
    ]

    assert answers == ["Maria Lopez is district viewer in Derby."] * 2
    assert maria.memberships.filter(district=derby).count() == 1


def test_membership_end_asks_first_and_ends_the_role(client, admin, maria):
    held = maria.memberships.get()
    client.force_login(admin)
    url = page_of(maria, "membership_end", held.pk)

    asked = client.get(url)
    response = client.post(url, {"knows": "on"})

    held.refresh_from_db()
    assert "End this role of Maria Lopez?" in asked.text
    assert (held.ended_by, said(response)) == (
        admin,
        ["Maria Lopez is no longer plan coordinator in Ansonia."],
    )


def test_an_admin_cannot_end_their_own_admin_role(client, admin):
    held = admin.memberships.get()
    client.force_login(admin)

    response = client.post(page_of(admin, "membership_end", held.pk))

    held.refresh_from_db()
    assert held.ended_at is None
    assert "You cannot end your own administrator’s role." in response.text


def test_a_role_of_someone_else_is_not_found_here(client, admin, maria, reviewer):
    client.force_login(admin)

    url = page_of(maria, "membership_end", reviewer.memberships.get().pk)

    assert client.post(url).status_code == 404


DAYS = {"first_day": "2099-01-01", "last_day": "2099-01-31", "reason": "Letter of Jan 1"}


@time_machine.travel("2098-12-01", tick=False)
def test_delegation_give_sent_twice_gives_one(client, admin, reviewer):
    client.force_login(admin)

    answers = [said(client.post(page_of(reviewer, "delegation_give"), DAYS)) for _ in range(2)]

    assert answers[0] == [f"The Commissioner is asked to confirm {reviewer}’s delegation."]
    assert Delegation.objects.count() == 1


def test_the_commissioner_confirms_what_an_administrator_proposed(client, commissioner, reviewer):
    delegation = DelegationFactory(
        delegate=reviewer, first_day="2099-01-01", confirmed_at=None, confirmed_by=None
    )
    client.force_login(commissioner)
    page = page_of(reviewer, "delegation_confirm", delegation.pk)
    assert page in client.get(page_of(reviewer)).text

    answer = said(client.post(page))

    delegation.refresh_from_db()
    assert delegation.confirmed_by == commissioner
    assert answer[0].startswith(f"{reviewer} decides in the Commissioner’s name from January 1")
    assert page not in client.get(page_of(reviewer)).text


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"last_day": "2098-12-31"}, "last_day", "The last day is before the first."),
        (
            {"first_day": "2020-01-01", "last_day": "2020-01-02"},
            "last_day",
            "The last day is past. Write today or a later day.",
        ),
        (
            {"first_day": "2099-06-15", "last_day": "2099-07-15"},
            "first_day",
            "Sam holds a delegation from June 1, 2099 to June 30, 2099. Choose other days, or end"
            " that one.",
        ),
        ({"first_day": "soon"}, "first_day", "This is not a date. Write it as 06/30/2027."),
        ({"reason": ""}, "reason", "This is empty. Fill it in."),
    ],
)
@time_machine.travel("2098-12-01", tick=False)
def test_delegation_give_refuses_in_a_sentence(client, admin, typed, field, sentence):
    sam = person(Role.PROGRAM_MANAGER, name="Sam")
    DelegationFactory(delegate=sam, first_day="2099-06-01", last_day="2099-06-30")
    client.force_login(admin)

    response = client.post(page_of(sam, "delegation_give"), DAYS | typed)

    assert errors(response) == {field: [sentence]}
    assert sam.delegations.count() == 1


def test_delegation_is_only_for_reviewers_and_the_manager(client, admin, maria):
    client.force_login(admin)

    response = client.post(page_of(maria, "delegation_give"), DAYS)

    assert errors(response) == {
        "__all__": [
            "Maria Lopez is neither a reviewer nor a program manager. Give them that role first."
        ]
    }


def test_delegation_end_asks_first_and_ends_it(client, admin, delegate):
    delegation = delegate.delegations.get()
    client.force_login(admin)
    url = page_of(delegate, "delegation_end", delegation.pk)

    asked = client.get(url)
    client.post(url)

    delegation.refresh_from_db()
    assert f"End the delegation of {delegate}?" in asked.text
    assert (delegation.ended_by, delegation.ended_at > timezone.now() - timedelta(minutes=1)) == (
        admin,
        True,
    )


def test_an_administrator_proposes_a_delegation_and_the_commissioner_gives_it(
    client, admin, commissioner, reviewer
):
    shown = {}
    for user in (admin, commissioner):
        client.force_login(user)
        shown[user] = client.get(page_of(reviewer, "delegation_give")).text

    assert "Propose the delegation" in shown[admin]
    assert "It counts once the Commissioner has confirmed it." in shown[admin]
    assert "Give the delegation" in shown[commissioner]


def test_among_too_many_districts_to_list_one_is_named(client, admin, maria, monkeypatch):
    monkeypatch.setattr("districts.models.districts.OFFERED", 1)
    bethel, bristol = DistrictFactory(name="Bethel"), DistrictFactory(name="Bristol")
    client.force_login(admin)
    give = page_of(maria, "membership_give")
    typed = {"role": "fiscal_officer"}

    listed = client.get(give).text
    for name in ("bristol", bethel.edsight_code):
        client.post(give, typed | {"district": name})
    refused = client.post(give, typed | {"district": "Bris\0tol"})
    unknown = client.post(give, typed | {"district": "Derby"})
    District.objects.filter(pk=bristol.pk).update(retired_at=timezone.now(), retired_by=admin)
    retired = client.post(give, {"role": "plan_coordinator", "district": "Bristol"})

    held = maria.memberships.filter(role="fiscal_officer")
    assert {one.district for one in held} == {bethel, bristol}
    assert "Its name or its code of seven digits" in listed
    assert "Bristol</option>" not in listed
    for response in (unknown, retired):
        assert errors(response) == {"district": ["No district has this name or code."]}
    assert (refused.status_code, held.count()) == (422, 2)


def test_while_they_fit_districts_are_chosen_from_a_list(client, admin, maria, monkeypatch):
    monkeypatch.setattr("districts.models.districts.OFFERED", 2)  # Bristol, and Maria's own
    DistrictFactory(name="Bristol")
    client.force_login(admin)

    assert "Bristol</option>" in client.get(page_of(maria, "membership_give")).text
