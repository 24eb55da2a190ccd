"""Accounts that may be of one person are asked about and shown: two people are two accounts."""

import pytest
from django.urls import reverse

from districts import services
from districts.models import User
from districts.roles import Role
from districts.same_person import mailbox, may_be_one_person, perhaps_the_same
from districts.services import PeopleRefusal
from districts.tests.factories import DistrictFactory, MembershipFactory, UserFactory, person
from notices.models import Notice

pytestmark = pytest.mark.django_db

VARIANTS = ["ann.lee+second@ct.example.org", "annlee@ct.example.org", "ANN.LEE+a.b@ct.example.org"]


@pytest.fixture
def ann():
    return person(Role.PROGRAM_MANAGER, name="Ann Lee", email="ann.lee@ct.example.org")


def add(by, at, **values):
    given = {"email": "x@example.org", "name": "Xi", "role": "auditor", "district_id": None}
    return services.add_person(**given | values, by=by, at=at)


@pytest.mark.parametrize("email", [*VARIANTS, "ann.lee@ct.example.org"])
def test_database_and_python_agree_on_a_mailbox(ann, email):
    User.objects.filter(pk=ann.pk).update(email=email)

    found = perhaps_the_same(name="-", email="a.nnlee@ct.example.org", is_at_department=False)

    assert (found, mailbox(email)) == ([ann], "annlee@ct.example.org")


@pytest.mark.parametrize(
    "new",
    [*({"email": email} for email in VARIANTS), {"name": "ANN LEE"}],
)
def test_an_account_that_looks_like_another_is_asked_about_first(admin, noon, ann, new):
    with pytest.raises(PeopleRefusal, match="This may be Ann Lee"):
        add(admin, noon, **new)

    added = add(admin, noon, is_another=True, **new)

    assert added != ann


@pytest.mark.parametrize(
    "email", ["ann.lee@other.example.org", "ann_lee@ct.example.org", "ann.lee.jr@ct.example.org"]
)
def test_other_addresses_are_other_people(admin, noon, ann, email):
    assert add(admin, noon, email=email) != ann


def test_one_name_in_two_districts_is_two_people(admin, noon):
    person(Role.DISTRICT_VIEWER, name="Sam Lee")

    added = add(
        admin, noon, name="Sam Lee", role="district_viewer", district_id=DistrictFactory().pk
    )

    assert (
        perhaps_the_same(name="Sam Lee", email=added.email, is_at_department=False, but_id=added.pk)
        == []
    )


def test_a_mended_address_is_asked_about_too(admin, noon, ann):
    other = UserFactory()
    mend = {"user_id": other.pk, "name": "Other", "email": VARIANTS[0], "by": admin, "at": noon}

    with pytest.raises(PeopleRefusal, match="This may be Ann Lee"):
        services.edit_person(**mend)
    services.edit_person(**mend, is_another=True)

    other.refresh_from_db()
    assert other.email == VARIANTS[0]


@pytest.mark.usefixtures("ann")
def test_the_page_asks_and_keeps_what_was_typed(client, admin):
    client.force_login(admin)
    url, typed = reverse("districts:person_add"), {
        "name": "Ann Lee", "email": "a@example.org", "role": "auditor", "district": "",
    }  # fmt: skip

    asked = client.post(url, typed)
    done = client.post(url, typed | {"is_another": "on"}, follow=True)

    assert (asked.status_code, "This is another person" in asked.text) == (422, True)
    assert 'value="a@example.org"' in asked.text
    assert "This may be the same person as" in done.text


def test_the_pages_show_it_to_the_department_and_to_nobody_else(client, admin, ann):
    ansonia = DistrictFactory(name="Ansonia")
    twin = person(Role.SUPERINTENDENT, ansonia, email=VARIANTS[0], name="A. Lee")
    page = reverse("districts:person", args=[twin.pk])
    words = "This may be the same person as"

    client.force_login(person(Role.DISTRICT_ADMIN, ansonia))
    of_keeper = client.get(page).text
    client.force_login(admin)
    pages = [client.get(page).text, client.get(reverse("districts:person", args=[ann.pk])).text]

    assert twin.name in of_keeper and words not in of_keeper  # noqa: PT018
    assert [words in text for text in pages] == [True, True]
    assert may_be_one_person() == [[twin, ann]]
    assert "Accounts that may be of one person" in client.get(reverse("districts:empty_roles")).text


def test_an_access_administrator_is_asked_nothing_and_the_administrators_hear(admin, noon, ann):
    ansonia = DistrictFactory(name="Ansonia")
    keeper = person(Role.DISTRICT_ADMIN, ansonia)

    added = add(
        keeper,
        noon,
        email=VARIANTS[0],
        name="Ann Lee",
        role="superintendent",
        district_id=ansonia.pk,
    )

    bodies = dict(Notice.objects.filter(kind="role_changed").values_list("to", "body"))
    assert "may be of the same person as Ann Lee" in bodies[admin.pk]
    assert "may be of the same person" not in bodies[added.pk]


@pytest.mark.parametrize("rows", [1, 3])
def test_accounts_alike_are_found_in_one_query(rows, django_assert_num_queries):
    for number in range(rows):
        MembershipFactory(user=UserFactory(email=f"lee{number}@example.org"))
        MembershipFactory(user=UserFactory(email=f"lee{number}+b@example.org"))

    with django_assert_num_queries(1):
        assert len(may_be_one_person()) == rows
