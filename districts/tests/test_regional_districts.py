"""A district of several towns has no town's number: its code of seven digits tells it apart."""

import pytest
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.urls import reverse

from districts.models import District
from districts.models.districts import TOWNS
from districts.services.roster_as_file import roster_as_file
from districts.services.roster_file import read_roster
from districts.tests.factories import DistrictFactory
from districts.tests.test_roster_file import ANSONIA, GROTON, HEADER, faults_of, file_of
from districts.tests.test_roster_load import changed, load
from districts.tests.test_roster_views import DISTRICT, errors

pytestmark = pytest.mark.django_db

REGION_1 = GROTON.replace("Groton,59,0590011", "Regional School District 1,,2010012")
REGION_4 = GROTON.replace("Groton,59,0590011", "Regional School District 4,,2040012")


def test_there_may_be_more_districts_than_towns():
    DistrictFactory.create_batch(TOWNS)
    DistrictFactory.create_batch(2, regional=True)

    assert District.objects.filter(town_code=None).count() == 2
    assert District.objects.count() == TOWNS + 2


@pytest.mark.parametrize("number", [0, TOWNS + 1])
def test_a_number_that_no_town_has_is_refused(number):
    with pytest.raises(IntegrityError, match="is_a_town"), transaction.atomic():
        DistrictFactory(town_code=number, edsight_code="2010012")


def test_two_districts_of_one_town_are_refused():
    DistrictFactory(town_code=2, edsight_code="0020011")

    with pytest.raises(IntegrityError, match="town_code"), transaction.atomic():
        DistrictFactory(town_code=2, edsight_code="0020012")


def test_a_regional_district_is_added_and_its_page_says_that_it_has_no_town(client, admin):
    DistrictFactory(regional=True)  # that it has no number either is no reason to refuse one
    client.force_login(admin)

    client.post(
        reverse("districts:add"),
        DISTRICT | {"name": "Region 1", "edsight_code": "2010012", "town_code": ""},
    )

    added = District.objects.get(name="Region 1")
    assert added.town_code is None
    page = client.get(added.get_absolute_url()).text
    assert "<dt>Town number</dt> <dd>none: of several towns</dd>" in page


def test_a_regional_district_is_told_by_its_code(client, admin):
    DistrictFactory(name="Region 1", town_code=None, edsight_code="2010012")
    client.force_login(admin)

    response = client.post(
        reverse("districts:add"),
        DISTRICT | {"name": "Region 2", "edsight_code": "2010012", "town_code": ""},
    )

    assert errors(response) == {"edsight_code": ["Region 1 has the code 2010012."]}


def test_a_file_has_regional_districts_and_they_share_no_number():
    rows = read_roster(file_of(HEADER, ANSONIA, REGION_1, REGION_4), fiscal_year=2027)

    assert [row.town_code for row in rows] == [2, None, None]


def test_a_town_that_is_on_two_lines_of_a_file_is_found_still():
    (fault,) = faults_of(file_of(HEADER, ANSONIA, GROTON.replace(",59,", ",2,"), REGION_1))

    assert str(fault) == "Line 3, column town_code: “2” is on line 2 too. Expected each only once."


def test_a_regional_district_is_loaded_and_given_back_without_a_number(tmp_path):
    file = changed(tmp_path, ("Ansonia,2,0020011", "Region 1,,2010012"))
    DistrictFactory(regional=True)

    *_, summary = load(file)
    *_, again = load(file)

    assert (summary, again) == ("33 districts, 33 new.", "33 districts, nothing changed.")
    assert District.objects.get(name="Region 1").town_code is None
    assert "Region 1,,2010012," in roster_as_file(2027)


def test_a_file_that_parts_a_district_from_its_town_says_old_and_new(tmp_path):
    load()

    said = load(changed(tmp_path, ("Ansonia,2,0020011", "Ansonia,,0020011")))

    assert said == ["Ansonia (0020011): town number 2 → none", "33 districts, 1 change."]


def test_a_name_on_the_roster_without_a_number_is_told_with_its_code(tmp_path):
    DistrictFactory(name="Region 1", town_code=None, edsight_code="2010012")

    file = changed(tmp_path, ("Ansonia,2,0020011", "Region 1,,2020012"))
    said = "Region 1 .2020012. in the file and Region 1 .2010012. on the roster share a name"

    with pytest.raises(CommandError, match=said):
        load(file)


@pytest.mark.parametrize(
    ("asked", "offered"),
    [("", ["Ansonia"]), ("bristol", ["Ansonia", "Bristol"]), ("bris\0tol", ["Ansonia"])],
)
def test_people_are_sought_in_the_first_districts_and_the_one_asked_for(
    client, admin, monkeypatch, asked, offered
):
    monkeypatch.setattr("districts.models.districts.OFFERED", 1)
    for name in ("Ansonia", "Bristol"):
        DistrictFactory(name=name)
    client.force_login(admin)

    form = client.get(reverse("districts:people"), {"where": asked}).context["form"]

    assert [label for _, label in dict(form.fields["where"].choices)["Districts"]] == offered
