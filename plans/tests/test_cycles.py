"""Cycles: read at the Department, edited by its administrator; a moved date shows its reminders."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from districts.calendar import EASTERN
from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role
from districts.tests.factories import person
from plans import services
from plans.forms.cycles import DATES
from plans.models import Cycle
from plans.tests.factories import PlanFactory
from plans.tests.pages import OpenPage

pytestmark = pytest.mark.django_db

LIST = "/cycles/"
YEAR = "/cycles/2028/"
MAY = datetime(2027, 5, 20, 12, 0, tzinfo=EASTERN)


@pytest.fixture
def cycle():
    return Cycle.objects.get(pk=2028)


def typed(cycle, **changes):
    """The form as the page shows it, with some fields typed over."""
    shown = {name: getattr(cycle, name).isoformat() for name in DATES}
    return {
        **shown,
        "guidelines": cycle.guidelines,
        "stakeholder_groups": cycle.stakeholder_groups,
        "version": cycle.version,
        **changes,
    }


def edit(cycle, by, at, version=None, **values):
    return services.edit_cycle(
        fiscal_year=cycle.pk, version=version or cycle.version, values=values, by=by, at=at
    )


# The service ------------------------------------------------------------------------------------


def test_edit_changes_what_is_named_and_counts_the_edit(cycle, admin, noon):
    edit(cycle, admin, noon, decisions_on=date(2027, 9, 20), allows_indirect_costs=True)

    edited = Cycle.objects.get(pk=2028)
    assert (edited.decisions_on, edited.allows_indirect_costs, edited.version) == (
        date(2027, 9, 20),
        True,
        cycle.version + 1,
    )
    assert edited.plan_due_on == cycle.plan_due_on


def test_edit_that_changes_nothing_is_no_edit(cycle, admin, noon):
    edit(cycle, admin, noon, decisions_on=cycle.decisions_on)

    assert Cycle.objects.get(pk=2028).version == cycle.version


def test_edit_over_anothers_is_refused_and_names_theirs(cycle, admin, noon):
    edit(cycle, admin, noon, guidelines="Theirs.")

    with pytest.raises(services.StaleRow) as stale:
        edit(cycle, person(Role.SYSADMIN), noon, version=cycle.version, guidelines="Mine.")

    assert stale.value.row.guidelines == "Theirs."


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSADMIN])
def test_edit_is_for_the_administrator(cycle, role, noon):
    with pytest.raises(PermissionDenied):
        edit(cycle, person(role), noon, guidelines="Mine.")

    assert Cycle.objects.get(pk=2028).guidelines == ""


# The pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(DEPARTMENT_ROLES))
def test_everyone_at_the_department_reads_cycles(client, role):
    client.force_login(person(role))

    assert "FY2027" in client.get(LIST).text
    page = client.get(YEAR)
    assert page.status_code == 200
    assert ("Save the cycle" in page.text) is (role == Role.SYSADMIN)


@pytest.mark.parametrize("role", sorted(DISTRICT_ROLES))
def test_cycles_are_not_for_districts(client, role):
    client.force_login(person(role))

    for response in (client.get(LIST), client.get(YEAR), client.post(YEAR)):
        assert response.status_code == 403
        assert "Cycles are kept by the Department." in response.text


def test_a_year_without_a_cycle_is_not_found(client, admin):
    client.force_login(admin)

    assert client.get("/cycles/2099/").status_code == 404


@pytest.mark.parametrize("role", sorted(DEPARTMENT_ROLES - {Role.SYSADMIN}))
def test_saving_is_for_the_administrator(client, cycle, role):
    client.force_login(person(role))

    assert client.post(YEAR, typed(cycle, guidelines="Mine.")).status_code == 403
    assert Cycle.objects.get(pk=2028).guidelines == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_cycle_list_takes_four_queries(client, reviewer, django_assert_num_queries, rows):
    later = Cycle.objects.get(pk=2028)
    if rows == 3:
        Cycle.objects.create(**{**dict.fromkeys(DATES, date(2028, 1, 1)), **YEAR_2029})
    else:
        later.reminder_rules.all().delete()
        later.assurances.all().delete()
        later.delete()
    PlanFactory()
    client.force_login(reviewer)

    with django_assert_num_queries(4):  # session, user, roles, cycles
        cycles = list(client.get(LIST).context["cycles"])

    assert len(cycles) == rows
    assert {cycle.pk: cycle.plan_count for cycle in cycles}[2027] == 1


YEAR_2029 = {
    "fiscal_year": 2029,
    "opens_on": date(2027, 11, 1),
    "plan_due_on": date(2028, 6, 30),
    "reviews_complete_on": date(2028, 7, 31),
    "decisions_on": date(2028, 9, 15),
}


def test_cycle_shows_rules_words_citations_and_how_sure_we_are(client, auditor):
    client.force_login(auditor)

    page = client.get(YEAR).text

    for words in (
        "60 days before it is due",
        "Sat, May 1, 2027",
        "then every 7 days until the plan is handed in",
        "10 Bilingual education, multilingual learners",
        "Also in the statute",
        "13 FAFSA completion policy",
        "Conn. Gen. Stat. § 10-262u(d)",
        "The funds are spent only on the purposes of the approved plan.",
        "Read in the statute, 2024 edition",
        "111B Teachers",
        "not allowed in this cycle",
    ):
        assert words in page
    assert "to be confirmed" not in page  # it has been read
    assert "14 Other" not in page


def test_cycle_shows_focus_area_14_by_its_name_where_it_is_offered(client, auditor, cycle):
    Cycle.objects.update(allows_other_focus_area=True, other_focus_area_name="Arts for all")
    client.force_login(auditor)

    assert "14 Arts for all" in client.get(YEAR).text


def test_focus_area_14_is_offered_only_with_a_name(client, admin, cycle):
    client.force_login(admin)

    refused = client.post(YEAR, typed(cycle, allows_other_focus_area="on"))
    assert "Focus area 14 has no name. Write what it is, or do not offer it." in refused.text
    client.post(
        YEAR, typed(cycle, allows_other_focus_area="on", other_focus_area_name="Arts for all")
    )

    assert Cycle.objects.get(pk=2028).other_focus_area_name == "Arts for all"
    assert "Name of focus area 14: none → “Arts for all”" in client.get(YEAR).text


def test_saving_says_when_plans_are_due(client, admin, cycle):
    client.force_login(admin)

    response = client.post(
        YEAR, typed(cycle, guidelines="Write plainly.", allows_indirect_costs="on")
    )

    assert response.url == YEAR
    edited = Cycle.objects.get(pk=2028)
    assert (edited.guidelines, edited.allows_indirect_costs) == ("Write plainly.", True)
    assert "Saved. Plans for FY2028 are due Wednesday, June 30, 2027." in client.get(YEAR).text


@time_machine.travel(MAY, tick=False)
def test_a_moved_due_date_shows_its_reminders_before_it_is_saved(client, admin, cycle):
    client.force_login(admin)

    response = client.post(YEAR, typed(cycle, plan_due_on="2027-06-18"))

    assert response.status_code == 200
    assert Cycle.objects.get(pk=2028).plan_due_on == date(2027, 6, 30)
    assert "The due date moves to Friday, June 18, 2027: 10 reminders move" in response.text
    moved = response.context["moved"]
    assert [(move.was_on, move.will_be_on) for move in moved[:2]] == [
        (date(2027, 5, 1), date(2027, 4, 19)),
        (date(2027, 5, 31), date(2027, 5, 19)),
    ]
    assert "Leaves at the next 9:00 am: its day has passed" in response.text
    assert "Passed over: a later one has come due" in response.text


@time_machine.travel(MAY, tick=False)
def test_a_moved_due_date_is_saved_once_its_reminders_were_seen(client, admin, cycle):
    client.force_login(admin)
    looked_at = client.post(YEAR, typed(cycle, plan_due_on="2027-07-09")).context["form"]

    response = client.post(YEAR, looked_at.data)

    assert response.url == YEAR
    assert Cycle.objects.get(pk=2028).plan_due_on == date(2027, 7, 9)
    page = client.get(YEAR).text
    assert "Plans for FY2028 are due Friday, July 9, 2027." in page
    assert "Fri, July 2, 2027" in page  # the reminder of 7 days before


def test_another_date_than_the_one_looked_at_is_shown_again(client, admin, cycle):
    client.force_login(admin)
    data = typed(cycle, plan_due_on="2027-07-12", seen_due_on="2027-07-09")

    response = client.post(YEAR, data)

    assert "The due date moves to Monday, July 12, 2027" in response.text
    assert Cycle.objects.get(pk=2028).plan_due_on == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("field", "day", "said"),
    [
        (
            "plan_due_on",
            "2027-04-01",
            "April 1, 2027 is not after “Cycle opens”, April 1, 2027. Change one of the two.",
        ),
        (
            "reviews_complete_on",
            "2027-06-29",
            "June 29, 2027 is before “Plan or amendment due”, June 30, 2027."
            " Change one of the two.",
        ),
        (
            "decisions_on",
            "2027-07-30",
            "July 30, 2027 is before “Reviews complete”, July 31, 2027. Change one of the two.",
        ),
    ],
)
def test_dates_out_of_order_are_said_in_a_sentence(client, admin, cycle, field, day, said):
    client.force_login(admin)

    response = client.post(YEAR, typed(cycle, **{field: day}))

    assert response.status_code == 422
    (sentence,) = response.context["form"].errors[field]
    assert sentence == said
    assert "Constraint" not in response.text
    assert Cycle.objects.get(pk=2028) == cycle
    assert Cycle.objects.get(pk=2028).version == cycle.version


@pytest.mark.parametrize("text", ["", "soon", "31 June 2027"])
def test_a_date_that_cannot_be_read_is_kept_and_marked(client, admin, cycle, text):
    client.force_login(admin)

    response = client.post(YEAR, typed(cycle, decisions_on=text))

    assert response.status_code == 422
    assert response.context["form"]["decisions_on"].value() == text


def test_an_edit_over_anothers_shows_both_and_loses_neither(client, admin, cycle, noon):
    edit(cycle, person(Role.SYSADMIN), noon, guidelines="Theirs.")
    client.force_login(admin)

    response = client.post(YEAR, typed(cycle, guidelines="Mine."))

    assert response.status_code == 409
    differences = response.context["conflict"].differences
    assert [(each.theirs, each.mine) for each in differences] == [("Theirs.", "Mine.")]
    assert Cycle.objects.get(pk=2028).guidelines == "Theirs."
    again = client.post(YEAR, response.context["form"].data)
    assert again.status_code == 302
    assert Cycle.objects.get(pk=2028).guidelines == "Mine."


FORM = "form:has(#id_guidelines)"


def test_two_who_change_other_fields_of_a_cycle_are_asked_nothing(client, admin, cycle, noon):
    client.force_login(admin)
    page = OpenPage(client, YEAR, FORM)
    edit(cycle, person(Role.SYSADMIN), noon, decisions_on=date(2027, 9, 20), guidelines="Theirs.")

    response = page.write(allows_indirect_costs="on").press()

    edited = Cycle.objects.get(pk=2028)
    assert response.status_code == 302
    assert (edited.decisions_on, edited.guidelines) == (date(2027, 9, 20), "Theirs.")
    assert edited.allows_indirect_costs


def test_only_what_both_changed_of_a_cycle_is_asked_and_theirs_can_stay(client, admin, cycle, noon):
    client.force_login(admin)
    page = OpenPage(client, YEAR, FORM)
    other = person(Role.SYSADMIN, name="Ada")
    edit(cycle, other, noon, decisions_on=date(2027, 9, 20), guidelines="Theirs.")

    page.write(guidelines="Mine.", allows_indirect_costs="on")
    response = page.press("not_now")

    assert response.status_code == 409
    assert page.panels() == [
        (
            "Ada changed this cycle while you were writing",
            [("Guidelines of the State Board (optional)", "Mine.", "Theirs.")],
        )
    ]
    assert not Cycle.objects.get(pk=2028).allows_indirect_costs
    button = page.soup.select_one("button[name=theirs]")
    assert page.press("theirs", button["value"]).status_code == 302
    edited = Cycle.objects.get(pk=2028)
    assert (edited.guidelines, edited.allows_indirect_costs) == ("Theirs.", True)
    assert edited.decisions_on == date(2027, 9, 20)


def test_dates_of_two_people_that_break_their_order_together_are_not_saved(
    client, admin, cycle, noon
):
    client.force_login(admin)
    page = OpenPage(client, YEAR, FORM)
    edit(cycle, person(Role.SYSADMIN), noon, decisions_on=cycle.reviews_complete_on)

    later = (cycle.reviews_complete_on + timedelta(days=1)).isoformat()
    response = page.write(reviews_complete_on=later).press()

    assert response.status_code == 422
    assert "Change one of the two." in response.text
    assert Cycle.objects.get(pk=2028).reviews_complete_on == cycle.reviews_complete_on


def test_cycle_page_takes_the_same_queries_however_many_rules(
    client, admin, django_assert_num_queries
):
    client.force_login(admin)

    # session, user, roles, cycle, rules, changes, focus areas, assurances, codes
    with django_assert_num_queries(9):
        client.get(reverse("plans:cycle", args=[2028]))


@pytest.mark.parametrize(("day", "year"), [("2057-06-30", "2057"), ("1972-06-30", "1972")])
def test_a_slip_in_the_year_is_refused_before_reminders_are_counted_from_it(
    client, admin, cycle, day, year
):
    client.force_login(admin)
    fields = ("opens_on", "plan_due_on", "reviews_complete_on", "decisions_on")
    dates = dict.fromkeys(fields, day) | {"opens_on": "1971-01-01"}

    response = client.post(YEAR, typed(cycle, **dates))

    assert response.status_code == 422
    assert response.context["form"].errors["plan_due_on"] == [
        f"{year} is far from fiscal year 2028. Write a date in 2026 to 2029."
    ]
    assert Cycle.objects.get(pk=2028).plan_due_on == cycle.plan_due_on
