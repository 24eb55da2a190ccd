"""The next cycle opens from the last one in one step, once, and sends nothing."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from districts.calendar import a_year_later
from districts.roles import DEPARTMENT_ROLES, Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from notices.services import post_reminders
from plans import services
from plans.models import Cycle
from plans.models.cycles import COPIED, FRESH, MOVED
from plans.tests.test_concurrency import slowly

pytestmark = pytest.mark.django_db

PAGE, YEAR = "/cycles/2029/open/", "/cycles/2029/"


@pytest.fixture
def last():
    return Cycle.objects.get(pk=2028)


def opened(by, at, year=2029):
    return services.open_cycle(fiscal_year=year, by=by, at=at)


def test_every_field_of_a_cycle_moves_is_copied_or_starts_afresh():
    """A new field is put into one of the three lists, so that somebody decides."""
    names = [field.name for field in Cycle._meta.concrete_fields]

    assert sorted([*MOVED, *COPIED, *FRESH]) == sorted(names)


def test_dates_move_a_year_and_the_rest_is_copied(admin, noon, last):
    Cycle.objects.filter(pk=2028).update(
        allows_indirect_costs=True,
        allows_other_focus_area=True,
        other_focus_area_name="Arts for all",
        stakeholder_groups=["families"],
        guidelines="Write plainly.",
        reminders_from=noon,
        version=7,
    )
    last.refresh_from_db()

    cycle = opened(admin, noon)

    assert {name: getattr(cycle, name) for name in MOVED} == {
        name: a_year_later(getattr(last, name)) for name in MOVED
    }
    assert cycle.plan_due_on == date(2028, 6, 30)
    assert {name: getattr(cycle, name) for name in COPIED} == {
        name: getattr(last, name) for name in COPIED
    }
    assert (cycle.reminders_from, cycle.version) == (None, 1)


def test_assurances_and_reminder_rules_are_copied(admin, noon, last):
    cycle = opened(admin, noon)

    for rows, names in (
        ("assurances", ("number", "text", "citation", "certainty")),
        ("reminder_rules", ("days", "repeats_weekly")),
    ):
        mine = list(getattr(cycle, rows).order_by(names[0]).values(*names))
        assert mine == list(getattr(last, rows).order_by(names[0]).values(*names))
        assert mine


def test_february_29_is_the_28th_a_year_later():
    assert a_year_later(date(2028, 2, 29)) == date(2029, 2, 28)


def test_opened_twice_is_opened_once_and_what_was_changed_since_stays(admin, noon):
    opened(admin, noon)
    Cycle.objects.filter(pk=2029).update(guidelines="Changed since.")

    again = opened(person(Role.SYSADMIN), noon)

    assert again.guidelines == "Changed since."
    assert [change.made_by for change in again.changes.all()] == [admin]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSADMIN])
def test_opening_is_for_the_administrator(role, noon):
    with pytest.raises(PermissionDenied):
        opened(person(role), noon)

    assert not Cycle.objects.filter(pk=2029).exists()


def test_a_year_is_opened_from_the_year_before_only(admin, noon):
    with pytest.raises(Cycle.DoesNotExist):
        opened(admin, noon, year=2030)


def test_dates_that_fall_together_a_year_later_are_refused(client, admin, noon):
    opened(admin, noon)
    Cycle.objects.filter(pk=2029).update(opens_on=date(2028, 2, 28), plan_due_on=date(2028, 2, 29))
    client.force_login(admin)

    answer = client.post("/cycles/2030/open/")

    assert answer.status_code == 409
    assert "A year later the dates of FY2029 are no longer in their order" in answer.text
    assert not Cycle.objects.filter(pk=2030).exists()


def test_no_letter_leaves_of_a_cycle_just_opened(admin, noon):
    DesignationFactory(first_fiscal_year=2029, last_fiscal_year=2029)
    cycle = opened(admin, noon)
    Cycle.objects.filter(pk=2029).update(opens_on=date(2026, 1, 1), plan_due_on=date(2026, 6, 1))

    assert [each for each in post_reminders(at=noon).leaving if each.about == cycle.about] == []


def test_opening_is_on_record_and_is_not_taken_back(client, admin, noon):
    change = opened(admin, noon).changes.get()

    assert (change.opened_from_id, change.made_by, change.letters) == (2028, admin, 0)
    assert not change.moves_due_date
    client.force_login(admin)
    assert "Opened from FY2028: every date a year later" in client.get(YEAR).text
    with pytest.raises(services.NotTakenBack):
        services.take_back(change_id=change.pk, by=admin, at=noon)


# The page ---------------------------------------------------------------------------------------


def test_page_shows_what_will_follow_and_keeps_nothing(client, admin, last):
    for name, first, ends in (("Ansonia", 2028, 2030), ("Bristol", 2024, 2028)):
        DesignationFactory(
            district=DistrictFactory(name=name),
            first_fiscal_year=first,
            last_fiscal_year=ends,
        )
    client.force_login(admin)

    page = client.get(PAGE)

    for words in (
        "Wed, June 30, 2027",
        "Fri, June 30, 2028",
        "Falls on a weekend",
        "No letter leaves until an administrator begins the reminders",
        "The first could then leave on Monday, May 1, 2028",
        "1 district",
        "is designated for FY2029",
    ):
        assert words in page.text
    found = page.context["found"]
    assert (found.designated, found.not_designated) == (["Ansonia"], ["Bristol"])
    assert found.assurances == last.assurances.count()
    assert not Cycle.objects.filter(pk=2029).exists()


def test_list_offers_the_next_year_to_the_administrator_only(client, admin):
    for role in DEPARTMENT_ROLES:
        client.force_login(person(role))
        assert (PAGE in client.get("/cycles/").text) is (role == Role.SYSADMIN)


def test_opening_leads_to_the_cycle_and_says_so(client, admin):
    client.force_login(admin)

    answer = client.post(PAGE, follow=True)

    assert answer.redirect_chain == [(YEAR, 302)]
    assert "FY2029 is open, from FY2028. No letter leaves until its reminders are begun." in (
        answer.text
    )
    assert "The reminders of this cycle have not begun" in answer.text


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_year_that_somebody_opened_meanwhile_says_who(client, admin, noon, method):
    opened(person(Role.SYSADMIN, name="Ada"), noon)
    client.force_login(admin)

    answer = getattr(client, method)(PAGE, follow=True)

    assert answer.redirect_chain == [(YEAR, 302)]
    assert "Ada opened FY2029" in answer.text
    assert Cycle.objects.filter(pk=2029).count() == 1


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_a_year_that_was_always_there_is_open_already(client, admin, year):
    client.force_login(admin)

    answer = client.get(f"/cycles/{year}/open/", follow=True)

    assert answer.status_code == (404 if year < 2028 else 200)


def test_a_year_after_the_next_is_not_found(client, admin):
    client.force_login(admin)

    assert client.get("/cycles/2030/open/").status_code == 404
    assert client.post("/cycles/2030/open/").status_code == 404


@pytest.mark.parametrize("districts", [1, 3])
def test_page_takes_the_same_queries_however_many_districts(
    client, admin, django_assert_num_queries, districts
):
    for _ in range(districts):
        DesignationFactory(first_fiscal_year=2028, last_fiscal_year=2029)
    client.force_login(admin)

    # session, user, roles, last cycle, the year's own, designated twice, assurances, rules, areas
    with django_assert_num_queries(10):
        client.get(PAGE)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_open_one_cycle(admin, noon):
    mine = person(Role.SYSADMIN)
    with slowly(services.open_cycle, fiscal_year=2029, by=admin, at=noon):
        cycle = opened(mine, noon)

    assert [change.made_by for change in cycle.changes.all()] == [admin]
    assert cycle.assurances.count() == Cycle.objects.get(pk=2028).assurances.count()
