"""A designation that would end is extended, renewed or ended, with its basis and its source."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from districts import services
from districts.models import Designation, RosterChange
from districts.roles import Role
from districts.services import Grounds, Settled
from districts.tests.factories import DesignationFactory, DistrictFactory, person

pytestmark = pytest.mark.django_db

LIST_ON = date(2026, 11, 2)


@pytest.fixture
def run():
    return DesignationFactory(
        district=DistrictFactory(name="Ansonia", slug="ansonia"),
        first_fiscal_year=2023,
        last_fiscal_year=2027,
        cohort=2013,
        is_reform_district=True,
        basis="Among the lowest accountability indexes",
    )


def page_of(run):
    return f"/districts/ansonia/designations/{run.pk}/settle/"


def settle(run, settled, until, by, at, **more):
    return services.settle_designation(
        designation_id=run.pk,
        seen=more.get("seen", services.edition(run)),
        settled=settled,
        last_fiscal_year=until,
        basis="Designated again by the Commissioner",
        grounds=Grounds("", "Letter of the Commissioner", LIST_ON),
        by=by,
        at=at,
    )


def standing(run):
    columns = ("first_fiscal_year", "last_fiscal_year", "cohort", "is_reform_district", "basis")
    runs = Designation.objects.filter(district=run.district).order_by("first_fiscal_year")
    return list(runs.values_list(*columns))


def test_extending_moves_the_end_of_the_run_with_its_basis(run, admin, noon):
    change = settle(run, Settled.EXTENDED, 2030, admin, noon)

    assert standing(run) == [(2023, 2030, 2013, True, "Designated again by the Commissioner")]
    held = Designation.objects.get(district=run.district)
    assert (held.source, held.source_on) == ("Letter of the Commissioner", LIST_ON)
    assert (change.kind, change.proposed_by) == (RosterChange.Kind.DESIGNATION, admin)
    assert change.summary[0] == "Designation: FY2023 to FY2027 → FY2023 to FY2030"


def test_renewing_begins_a_run_the_year_after_and_leaves_the_first(run, admin, noon):
    settle(run, Settled.RENEWED, 2032, admin, noon)

    assert standing(run) == [
        (2023, 2027, 2013, True, "Among the lowest accountability indexes"),
        (2028, 2032, 2013, True, "Designated again by the Commissioner"),
    ]


def test_ending_keeps_why_it_was_made_and_says_what_ends_it(run, admin, noon):
    change = settle(run, Settled.ENDED, 2026, admin, noon)

    assert standing(run) == [
        (2023, 2026, 2013, True, "Among the lowest accountability indexes"),
    ]
    assert change.reason == "Designated again by the Commissioner"
    assert change.source == "Letter of the Commissioner"


@pytest.mark.parametrize(
    ("settled", "until", "said"),
    [
        (Settled.EXTENDED, 2027, "It goes to FY2027 already. Write a later year, or end it."),
        (Settled.RENEWED, 2026, "It goes to FY2027 already. Write a later year, or end it."),
        (
            Settled.ENDED,
            2027,
            "It ends with FY2027 by itself. Write an earlier year, or extend or renew it.",
        ),
        (Settled.ENDED, 2022, "FY2022 is before FY2023, the first year."),
    ],
)
def test_a_year_that_settles_nothing_is_refused_beside_its_field(
    client, run, admin, settled, until, said
):
    client.force_login(admin)

    answer = client.post(page_of(run), typed(run, settled, until))

    assert answer.status_code == 422
    assert answer.context["form"].errors["last_fiscal_year"] == [said]
    assert answer.context["form"]["basis"].value() == "Act"
    assert standing(run)[0][:2] == (2023, 2027)


def test_renewed_twice_is_refused(run, admin, noon):
    settle(run, Settled.RENEWED, 2032, admin, noon)

    with pytest.raises(services.RosterRefusal) as refusal:
        settle(run, Settled.RENEWED, 2031, admin, noon)

    assert "already designated for FY2028 to FY2032" in str(refusal.value.sentences)


def test_a_run_that_somebody_changed_meanwhile_is_not_settled(run, admin, noon):
    with pytest.raises(services.StaleEdit):
        settle(run, Settled.EXTENDED, 2030, admin, noon, seen="another")

    assert standing(run)[0][:2] == (2023, 2027)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSADMIN])
def test_settling_is_for_administrators(run, role, noon):
    with pytest.raises(PermissionDenied):
        settle(run, Settled.EXTENDED, 2030, person(role), noon)


def typed(run, settled=Settled.EXTENDED, until=2030, **more):
    return {
        "seen": services.edition(run),
        "settled": settled,
        "last_fiscal_year": until,
        "basis": "Act",
        "source": "Letter",
        "source_on": "2026-11-02",
        **more,
    }


def test_page_settles_and_says_so(client, run, admin):
    client.force_login(admin)
    assert page_of(run) in client.get("/districts/ansonia/").text
    assert "starts no plan of a later year" in client.get(page_of(run)).text

    answer = client.post(page_of(run), typed(run), follow=True)

    assert "The designation of Ansonia is extended, until FY2030." in answer.text
    assert standing(run)[0][:2] == (2023, 2030)


@pytest.mark.parametrize("missing", ["settled", "basis", "source", "source_on"])
def test_basis_and_source_are_asked_for(client, run, admin, missing):
    client.force_login(admin)

    answer = client.post(page_of(run), typed(run, **{missing: ""}))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [missing]
    assert standing(run)[0][:2] == (2023, 2027)


def test_stale_page_shows_what_is_kept_and_keeps_what_was_typed(client, run, admin):
    client.force_login(admin)

    answer = client.post(page_of(run), typed(run, seen="another"))

    assert answer.status_code == 409
    assert answer.context["form"]["basis"].value() == "Act"
    assert client.post(page_of(run), answer.context["form"].data).status_code == 302
