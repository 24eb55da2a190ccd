from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import (
    DesignationFactory,
    DistrictFactory,
    MembershipFactory,
    person,
)
from notices.models import Notice
from notices.services import send_again
from notices.tests.factories import POSTED_AT, AddresseeFactory, NoticeFactory
from plans.models import Cycle, ReminderRule
from plans.services.truth import TERMS
from progress.services.truth import TERMS as TERMS_OF_REPORTS
from reviews.words import KINDS_OF_LETTER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminders_begun")]


@pytest.fixture
def _no_rules():
    """Without reminder rules the ledger shows nothing but its letters."""
    ReminderRule.objects.all().delete()


@pytest.mark.parametrize("rows", [1, 3])
def test_letter_list_query_count_does_not_grow(client, reviewer, rows, django_assert_num_queries):
    for _ in range(rows):
        DesignationFactory(district=DistrictFactory(), last_fiscal_year=2032)
    NoticeFactory.create_batch(rows)
    Cycle.objects.filter(pk=2028).update(opens_on=POSTED_AT.date() - timedelta(days=900))
    client.force_login(reviewer)

    # session, user, roles, districts, counts, letters, reminders to come, failed
    with django_assert_num_queries(8):
        response = client.get(reverse("reviews:letters"))

    assert len(response.context["ledger"].letters) == rows


@pytest.mark.parametrize("role", [Role.SUPERINTENDENT, Role.DISTRICT_ADMIN])
def test_ledger_is_closed_to_districts(client, role):
    notice = NoticeFactory(failed=True)
    client.force_login(person(role))

    answers = [
        client.get(reverse("reviews:letters")),
        client.get(reverse("reviews:letter", args=[notice.pk])),
        client.post(reverse("reviews:letter_send_again", args=[notice.pk])),
    ]

    assert [answer.status_code for answer in answers] == [403, 404, 404]


@pytest.mark.parametrize(
    "role",
    [Role.FISCAL_REVIEWER, Role.PROGRAM_MANAGER, Role.COMMISSIONER, Role.SYSADMIN, Role.AUDITOR],
)
def test_ledger_is_open_to_every_role_of_the_department(client, role):
    notice = NoticeFactory(sent=True)
    client.force_login(person(role))

    answers = [
        client.get(reverse("reviews:letters")),
        client.get(reverse("reviews:letter", args=[notice.pk])),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.usefixtures("_no_rules")
def test_letters_about_ones_own_district_are_not_for_its_people_at_the_department(client, reviewer):
    district = DistrictFactory()
    MembershipFactory(user=reviewer, role=Role.DISTRICT_VIEWER, district=district)
    about = f"plan/{district.edsight_code}/2027"
    advice = NoticeFactory(about=about, subject="Recommended for approval")
    receipt = NoticeFactory(about=about, subject="Handed in", to=reviewer)
    other = NoticeFactory(subject="About another district")
    client.force_login(reviewer)

    ledger = client.get(reverse("reviews:letters")).context["ledger"]
    opened = {
        letter.subject: client.get(reverse("reviews:letter", args=[letter.pk])).status_code
        for letter in (advice, receipt, other)
    }

    assert {letter.subject for letter in ledger.letters} == {receipt.subject, other.subject}
    assert opened == {advice.subject: 404, receipt.subject: 200, other.subject: 200}


@pytest.mark.usefixtures("_no_rules")
def test_tabs_count_each_state_and_show_only_it(client, manager):
    NoticeFactory()
    NoticeFactory.create_batch(2, sent=True)
    NoticeFactory(failed=True, subject="The one that failed")
    NoticeFactory(status=Notice.Status.PASSED_OVER, outcome="A later reminder was due by then")
    client.force_login(manager)

    response = client.get(reverse("reviews:letters"), {"status": "failed"})

    ledger = response.context["ledger"]
    assert [(tab.label, tab.count, tab.is_current) for tab in response.context["tabs"]] == [
        ("All", 5, False),
        ("Scheduled", None, False),
        ("Waiting", 1, False),
        ("Sent", 2, False),
        ("Failed", 1, True),
        ("Withdrawn", 0, False),
        ("Passed over", 1, False),
    ]
    assert [letter.subject for letter in ledger.letters] == ["The one that failed"]
    assert "550 No such person" in response.text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ansonia", ["ana@example.org"]),
        ("0020011", ["ana@example.org"]),
        ("bo@", ["bo@example.org"]),
        ("Boris", ["bo@example.org"]),
        ("borís", ["bo@example.org"]),
        ("Bori\u0301s", ["bo@example.org"]),
        ("ansónia", ["ana@example.org"]),
        ("  ", ["ana@example.org", "bo@example.org"]),
        ("nobody", []),
    ],
)
@pytest.mark.usefixtures("_no_rules")
def test_search_goes_by_district_person_or_address(client, manager, words, found):
    DistrictFactory(name="Ansonia", edsight_code="0020011")
    NoticeFactory(to=AddresseeFactory(email="bo@example.org", name="Boris"), about="user/5")
    NoticeFactory(to=AddresseeFactory(email="ana@example.org"), about="plan/0020011/2028")
    client.force_login(manager)

    response = client.get(reverse("reviews:letters"), {"q": words})

    assert [letter.address for letter in response.context["ledger"].letters] == found


@pytest.mark.usefixtures("_no_rules")
def test_ledger_shows_the_newest_first_in_pages_that_keep_the_search(client, manager):
    NoticeFactory.create_batch(50, sent=True)
    oldest = NoticeFactory(sent=True, leaves_at=POSTED_AT - timedelta(days=1))
    client.force_login(manager)

    first = client.get(reverse("reviews:letters"), {"status": "sent", "q": "example"})
    last = client.get(reverse("reviews:letters"), {"status": "sent", "q": "example", "page": "2"})

    assert 'href="?status=sent&amp;q=example&amp;page=2"' in first.text
    assert last.context["ledger"].letters == [oldest]


def test_ledger_says_what_the_rules_send_next(client, manager, time_machine):
    time_machine.move_to(datetime(2027, 6, 24, 12, 0, tzinfo=UTC), tick=False)
    district = DistrictFactory()
    DesignationFactory(district=district, first_fiscal_year=2028, last_fiscal_year=2032)
    person(Role.SUPERINTENDENT, district)
    client.force_login(manager)

    response = client.get(reverse("reviews:letters"))

    assert [
        (letters.occurrence.rule, letters.districts, letters.people)
        for letters in response.context["ledger"].upcoming
    ] == [("due-3", 1, 1), ("due-1", 1, 1), ("due-0", 1, 1)]
    assert "1 person in 1 district" in response.text


@pytest.fixture
def two_districts(time_machine):
    """A week before the FY2028 plans are due: neither Ansonia nor Bristol has started."""
    time_machine.move_to(datetime(2027, 6, 24, 12, 0, tzinfo=UTC), tick=False)
    for name in ("Bristol", "Ansonia"):
        district = DistrictFactory(name=name)
        DesignationFactory(district=district, first_fiscal_year=2028, last_fiscal_year=2032)
        person(Role.SUPERINTENDENT, district, name=f"Sam {name}")


@pytest.mark.usefixtures("two_districts")
def test_scheduled_letters_are_listed_each_with_its_reason(client, manager):
    client.force_login(manager)

    response = client.get(reverse("reviews:letters"), {"status": "scheduled"})

    ledger = response.context["ledger"]
    assert [
        (one.occurrence.rule, one.owed.district.name, one.person.name)
        for one in ledger.scheduled[:3]
    ] == [
        ("due-3", "Ansonia", "Sam Ansonia"),
        ("due-3", "Bristol", "Sam Bristol"),
        ("due-1", "Ansonia", "Sam Ansonia"),
    ]
    assert [(tab.label, tab.count) for tab in response.context["tabs"] if tab.is_current] == [
        ("Scheduled", 12)
    ]
    for words in (
        "Ansonia: the FY2028 plan is due in 3 days",
        "Reminder · 3 days before it is due: the FY2028 plan is due on June 30, 2027, and has not"
        " been started.",
        "7 days after it is due: the FY2028 plan was due on June 30, 2027, and has not been"
        " started. Then every week.",
    ):
        assert words in response.text


@pytest.mark.parametrize(
    ("asked", "offered", "shown"),
    [
        ("", ["Ansonia"], {"Ansonia", "Bristol"}),
        ("ansonia", ["Ansonia"], {"Ansonia"}),
        ("bristol", ["Ansonia", "Bristol"], {"Bristol"}),
        ("bris\0tol", ["Ansonia"], {"Ansonia", "Bristol"}),
    ],
)
def test_a_district_past_those_offered_is_still_found(
    client, manager, monkeypatch, asked, offered, shown
):
    monkeypatch.setattr("districts.models.districts.OFFERED", 1)
    for name in ("Ansonia", "Bristol"):
        code = DistrictFactory(name=name).edsight_code
        NoticeFactory(subject=name, about=f"plan/{code}/2027")
    client.force_login(manager)

    ledger = client.get(reverse("reviews:letters"), {"district": asked}).context["ledger"]

    assert [district.name for district in ledger.districts] == offered
    assert {letter.subject for letter in ledger.letters} == shown


@pytest.mark.usefixtures("two_districts")
@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"district": "bristol"}, {"Bristol"}),
        ({"q": "sam ans"}, {"Ansonia"}),
        ({"kind": "reminder"}, {"Ansonia", "Bristol"}),
        ({"kind": "plan_receipt"}, set()),
        ({"district": "nowhere", "kind": "nothing"}, {"Ansonia", "Bristol"}),
    ],
)
def test_scheduled_letters_are_filtered(client, manager, asked, names):
    client.force_login(manager)

    response = client.get(reverse("reviews:letters"), {"status": "scheduled", **asked})

    found = {one.owed.district.name for one in response.context["ledger"].scheduled}
    assert found == names


@pytest.mark.usefixtures("two_districts")
@pytest.mark.parametrize("rows", [1, 3])
def test_scheduled_letters_take_a_fixed_number_of_queries_and_come_in_pages(
    client, manager, rows, django_assert_num_queries
):
    district = DistrictFactory()
    DesignationFactory(district=district, first_fiscal_year=2028, last_fiscal_year=2032)
    for _ in range(rows * 5):
        person(Role.SUPERINTENDENT, district)
    client.force_login(manager)

    # session, user, roles, districts, counts, six of reminders, failed
    with django_assert_num_queries(13):
        response = client.get(reverse("reviews:letters"), {"status": "scheduled"})

    ledger = response.context["ledger"]
    total = 6 * (2 + rows * 5)
    assert (len(ledger.scheduled), ledger.page.paginator.count) == (min(total, 50), total)


@pytest.mark.usefixtures("_no_rules")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"district": "ansonia"}, ["receipt", "reminder"]),
        ({"district": "ansonia", "kind": "reminder"}, ["reminder"]),
        ({"kind": "set_password"}, ["password"]),
        ({"kind": "reminder", "status": "sent"}, []),
        ({"kind": "nothing known"}, ["of Bristol", "password", "receipt", "reminder"]),
    ],
)
def test_letters_are_filtered_by_district_kind_and_state(client, manager, asked, found):
    DistrictFactory(name="Ansonia", slug="ansonia", edsight_code="0020011")
    NoticeFactory(subject="receipt", kind="plan_receipt", sent=True)
    NoticeFactory(subject="reminder", kind="reminder", about="plan/0020011/2029")
    NoticeFactory(subject="password", kind="set_password", about="user/5")
    NoticeFactory(subject="of Bristol", about="plan/0170011/2028")
    client.force_login(manager)

    context = client.get(reverse("reviews:letters"), asked).context

    assert sorted(letter.subject for letter in context["ledger"].letters) == found
    assert sum(tab.count for tab in context["tabs"][2:]) == context["tabs"][0].count


def test_every_kind_of_letter_has_a_name_in_the_ledger():
    of_the_roster = {"roster_proposed", "roster_changed", "roster_refused"}

    of_people = {"set_password", "wrong_passwords", "role_changed", "delegation_proposed"}
    of_people |= {"conflict_changed"}
    of_idle_accounts = {"idle_account", "idle_suspended"}

    of_reports = set(TERMS_OF_REPORTS)

    assert set(KINDS_OF_LETTER) == {
        *TERMS,
        *of_the_roster,
        *of_people,
        *of_idle_accounts,
        *of_reports,
    }


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.SYSADMIN])
def test_failed_letters_are_told_to_those_who_can_send_them_again(client, role, time_machine):
    time_machine.move_to(POSTED_AT + timedelta(days=6), tick=False)
    NoticeFactory.create_batch(2, failed=True)
    NoticeFactory(failed=True, closed_at=POSTED_AT - timedelta(days=2))  # known for long
    client.force_login(person(role))

    home = client.get(reverse("home"), follow=True).text

    assert "2 letters failed in the last 7 days." in home
    assert f"{reverse('reviews:letters')}?status=failed" in home


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.AUDITOR])
def test_failed_letters_are_not_told_to_others(client, role, time_machine):
    time_machine.move_to(POSTED_AT, tick=False)
    NoticeFactory(failed=True)
    client.force_login(person(role))

    assert "failed in the last 7 days" not in client.get(reverse("home"), follow=True).text


def test_password_letter_that_failed_is_not_offered_to_be_sent_again(client, manager):
    notice = NoticeFactory(failed=True, kind="set_password", body="")
    client.force_login(manager)

    page = client.get(reverse("reviews:letter", args=[notice.pk])).text

    assert "Send the letter again" not in page


def test_letter_page_shows_the_letter_and_its_proof(client, auditor):
    notice = NoticeFactory(sent=True, outcome="250 2.0.0 Ok: queued as 0001")
    client.force_login(auditor)

    page = client.get(reverse("reviews:letter", args=[notice.pk])).text

    for words in (
        "The Department has your plan.",
        "250 2.0.0 Ok: queued as 0001",
        notice.address,
        notice.key,
    ):
        assert words in page
    assert "Send the letter again" not in page


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.SYSADMIN])
def test_letter_that_sets_a_password_is_never_shown(client, role):
    link = "https://alliance.example.org/accounts/password/reset/key/5-secret/"
    notice = NoticeFactory(kind="set_password", subject="Set your password", body=link)
    client.force_login(person(role))

    pages = [
        client.get(reverse("reviews:letter", args=[notice.pk])).text,
        client.get(reverse("reviews:letters")).text,
    ]

    assert [("secret" in page, "Set your password" in page) for page in pages] == [
        (False, True),
        (False, True),
    ]


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.SYSADMIN])
def test_failed_letter_is_sent_again(client, role):
    notice = NoticeFactory(failed=True)
    user = person(role)
    client.force_login(user)
    offer = client.get(reverse("reviews:letter", args=[notice.pk])).text

    response = client.post(reverse("reviews:letter_send_again", args=[notice.pk]), follow=True)

    notice.refresh_from_db()
    assert (notice.status, notice.sent_again_by) == (Notice.Status.WAITING, user)
    assert "Send the letter again" in offer
    assert f"The letter to {notice.address} is on its way again." in response.text


def test_pages_of_a_letter_that_waits_name_the_corrected_address_and_the_failed_try(
    client, manager
):
    notice = NoticeFactory(to__email="ana@example.org", address="former@example.org", attempts=1)
    notice.failed_tries.create(
        tried_at=POSTED_AT, address="former@example.org", answer="452 4.2.2 Mailbox full"
    )
    client.force_login(manager)

    page = client.get(reverse("reviews:letter", args=[notice.pk])).text
    found = client.get(reverse("reviews:letters"), {"q": "ana@example.org"}).text

    assert "ana@example.org" in page
    assert "former@example.org: 452 4.2.2 Mailbox full" in page
    assert notice.subject in found
    assert "former@example.org" not in found


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.SYSADMIN])
def test_failure_that_needs_nobody_is_dismissed_and_stays_on_record(client, role, time_machine):
    time_machine.move_to(POSTED_AT + timedelta(hours=1), tick=False)
    notice = NoticeFactory(failed=True)
    user = person(role)
    client.force_login(user)
    assert "1 letter failed in the last 7 days." in client.get(reverse("reviews:letters")).text

    response = client.post(reverse("reviews:letter_dismiss", args=[notice.pk]), follow=True)
    again = client.post(reverse("reviews:letter_dismiss", args=[notice.pk]), follow=True)

    notice.refresh_from_db()
    assert (notice.status, notice.dismissed_by) == (Notice.Status.FAILED, user)
    assert "This failure no longer counts." in response.text
    assert f"{user.name} dismissed this failure" in again.text
    assert "failed in the last 7 days" not in client.get(reverse("reviews:letters")).text
    send_again(notice_id=notice.pk, by=user, at=POSTED_AT)
    notice.refresh_from_db()
    assert notice.dismissed_at is None


def test_only_a_failed_letter_is_dismissed(client, manager):
    notice = NoticeFactory(sent=True)
    client.force_login(manager)

    response = client.post(reverse("reviews:letter_dismiss", args=[notice.pk]), follow=True)

    assert "This letter is sent. Only a failed one is dismissed." in response.text


def test_page_of_a_password_letter_that_failed_leads_to_a_new_one(client, admin):
    notice = NoticeFactory(failed=True, kind="set_password", body="")
    client.force_login(admin)

    page = client.get(reverse("reviews:letter", args=[notice.pk])).text

    assert reverse("districts:person", args=[notice.to_id]) in page
    assert "Dismiss this failure" in page


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.COMMISSIONER, Role.AUDITOR])
def test_sending_again_is_for_the_manager_and_the_administrator(client, role):
    notice = NoticeFactory(failed=True)
    client.force_login(person(role))

    response = client.post(reverse("reviews:letter_send_again", args=[notice.pk]))

    notice.refresh_from_db()
    assert (response.status_code, notice.status) == (403, Notice.Status.FAILED)
    assert (
        "Send the letter again" not in client.get(reverse("reviews:letter", args=[notice.pk])).text
    )


def test_letter_that_left_is_not_sent_again_and_the_page_says_so(client, manager):
    notice = NoticeFactory(sent=True)
    client.force_login(manager)

    response = client.post(reverse("reviews:letter_send_again", args=[notice.pk]), follow=True)

    notice.refresh_from_db()
    assert notice.status == Notice.Status.SENT
    assert "This letter is sent. Only a failed one is sent again." in response.text


def test_page_of_a_failed_letter_says_to_which_corrected_address_it_would_go(client, manager):
    notice = NoticeFactory(failed=True, to__email="ana@example.org", address="former@example.org")
    client.force_login(manager)

    page = client.get(reverse("reviews:letter", args=[notice.pk])).text

    assert "Sent again, it goes to ana@example.org" in page


def test_sending_again_by_get_is_refused(client, manager):
    notice = NoticeFactory(failed=True)
    client.force_login(manager)

    response = client.get(reverse("reviews:letter_send_again", args=[notice.pk]))

    assert response.status_code == 405


@pytest.mark.parametrize("words", ["\0", "%", "_", "\\"])
def test_search_takes_characters_that_mean_something_to_the_database(client, manager, words):
    letter = NoticeFactory()
    client.force_login(manager)

    ledger = client.get(reverse("reviews:letters"), {"q": words}).context["ledger"]

    assert ledger.letters == ([letter] if words == "\0" else [])
