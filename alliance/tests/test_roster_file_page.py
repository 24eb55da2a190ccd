"""A year's allocations by one uploaded file: compared, shown, confirmed by a second person."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.tests.demo import load_roster
from districts.models import Allocation, District, RosterChange
from districts.roles import Role
from districts.tests.factories import DistrictFactory, person
from notices.models import Notice
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db

FILE = Path(settings.BASE_DIR) / "districts/data/alliance_districts.csv"
TEXT = FILE.read_text()
NEXT_YEAR = TEXT.replace("alliance_portion_fy2027", "alliance_portion_fy2028")
URL = reverse("districts:file")


class Pages:
    """A browser that counts what it loads: each page asked for, each form sent, each way on."""

    def __init__(self, client):
        self.client, self.loads = client, 0

    def get(self, address):
        self.loads += 1
        return self.client.get(address)

    def post(self, address, typed):
        response = self.client.post(address, typed)
        self.loads += 1
        return self.get(response.url) if response.status_code == 302 else response


def typed(text: str, year="2028", **more) -> dict:
    raw = text.encode() if isinstance(text, str) else text
    return {"file": SimpleUploadedFile("list.csv", raw), "fiscal_year": year} | more


def test_thirty_three_allocations_are_one_act_of_two_people(client, admin, manager):
    """Four page loads of who uploads it, three of who confirms it."""
    load_roster()
    uploading, confirming = Pages(client), Pages(client)

    client.force_login(admin)
    uploading.get(reverse("districts:list"))
    uploading.get(URL)
    shown = uploading.post(URL, typed(NEXT_YEAR, list_date="2027-04-30"))
    change = RosterChange.objects.get(proposed_by=admin)
    assert not Allocation.objects.filter(fiscal_year=2028).exists()
    client.force_login(manager)
    confirming.get(change.get_absolute_url())
    done = confirming.post(reverse("districts:change_confirm", args=[change.pk]), {})

    total = Allocation.objects.filter(fiscal_year=2027).aggregate(all=Sum("amount"))["all"]
    made = Allocation.objects.filter(fiscal_year=2028)
    assert (made.count(), made.aggregate(all=Sum("amount"))["all"]) == (33, total)
    assert set(made.values_list("source", "stated_in")) == {
        ("CSDE payment list, April 30, 2027", change.pk)
    }
    assert f"${total:,}" in shown.text
    assert "Confirmed: it is in effect" in done.text
    assert (uploading.loads, confirming.loads) == (4, 3)


def test_the_difference_says_what_is_new_changed_missing_and_unchanged(client, admin):
    load_roster()
    DistrictFactory(name="Zoar", edsight_code="9990011", designated=True)
    lines = TEXT.replace("6300685,6300685", "6300685,7300685").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("Derby,"))
    client.force_login(admin)

    page = client.post(URL, typed(text, "2027", every_district="on"), follow=True)

    change = RosterChange.objects.get(proposed_by=admin)
    before = Allocation.objects.filter(fiscal_year=2027).aggregate(all=Sum("amount"))["all"]
    assert change.totals["added"] == ["Enfield", "Plainfield", "Stratford"]
    assert [line for line in change.totals["changes"] if "allocation" in line] == [
        "Ansonia (0020011): FY2027 final allocation: $6,300,685 → $7,300,685"
    ]
    assert change.totals["missing"] == ["Derby", "Zoar"]
    assert (change.totals["districts"], change.totals["unchanged"]) == (35, 31)
    assert change.totals["before"] == before
    assert "Derby, Zoar. They stay as they are." in page.text
    assert "Enfield: new on the roster" in page.text


def test_a_file_that_touches_a_year_on_record_needs_a_reason_and_tells_both_sides(
    client, admin, manager
):
    load_roster()
    ansonia = District.objects.get(slug="ansonia")
    PlanFactory(district=ansonia, approved=True)
    superintendent = person(Role.SUPERINTENDENT, ansonia)
    elsewhere = person(Role.SUPERINTENDENT, District.objects.get(slug="bristol"))
    text = TEXT.replace("6300685,6300685", "6300685,7300685")
    client.force_login(admin)

    refused = client.post(URL, typed(text, "2027"))
    client.post(URL, typed(text, "2027", reason="A corrected list."))
    change = RosterChange.objects.get(proposed_by=admin)
    client.force_login(manager)
    client.post(reverse("districts:change_confirm", args=[change.pk]))

    assert refused.status_code == 422
    assert "Ansonia’s plan for FY2027, approved" in refused.text
    assert ansonia.allocations.get(fiscal_year=2027).amount == 7_300_685
    told = {notice.to for notice in Notice.objects.filter(kind="roster_changed")}
    assert superintendent in told
    assert elsewhere not in told
    letter = Notice.objects.get(kind="roster_changed", to=superintendent).body
    assert "$6,300,685 → $7,300,685" in letter
    assert "Bristol" not in letter


def test_a_file_compared_with_another_roster_than_there_is_now_is_not_made(client, admin, manager):
    load_roster()
    client.force_login(admin)
    client.post(URL, typed(NEXT_YEAR, list_date="2027-04-30"))
    first = RosterChange.objects.get(proposed_by=admin)
    other = NEXT_YEAR.replace("6300685,6300685", "6300685,7300685")
    client.post(URL, typed(other, list_date="2027-04-30"))
    second = RosterChange.objects.filter(proposed_by=admin).latest("pk")
    client.force_login(manager)
    client.post(reverse("districts:change_confirm", args=[first.pk]))

    refused = client.post(reverse("districts:change_confirm", args=[second.pk]))

    assert refused.status_code == 409
    assert "The roster has changed since this file was compared with it" in refused.text
    assert Allocation.objects.filter(fiscal_year=2028, amount=7_300_685).count() == 0


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (TEXT.encode("utf-16"), "this is UTF-16 text"),
        (b"PK\x03\x04 a workbook", "this is an Excel workbook"),
        (TEXT.replace("6300685", "6.300.685").encode(), "money that reads in one way only"),
        (TEXT.replace("Ansonia", "An\0sonia").encode(), "it holds a NUL byte"),
        (b"", "This file is empty"),
        (b"x" * 1_000_001, "A roster has less than 1 MB"),
    ],
    ids=["UTF-16", "Excel", "dots", "NUL", "empty", "too big"],
)
def test_a_file_that_cannot_be_read_is_said_on_the_page_and_changes_nothing(
    client, admin, raw, said
):
    client.force_login(admin)

    page = client.post(URL, typed(raw, "2027", reason="Typed once."))

    assert (page.status_code, RosterChange.objects.count()) == (422, 0)
    assert said in page.text
    assert "Typed once." in page.text


def test_a_file_that_changes_nothing_asks_nobody(client, admin):
    load_roster()
    client.force_login(admin)

    page = client.post(URL, typed(TEXT, "2027"))

    assert "There is nothing to confirm." in page.text
    assert not RosterChange.objects.filter(proposed_by=admin).exists()


# From the shell ---------------------------------------------------------------------------------


def test_the_first_load_is_one_act_and_names_who_ran_it(capsys):
    call_command("load_roster", str(FILE), "--fiscal-year", "2027")

    change = RosterChange.objects.get()
    assert (change.needs_second, change.proposed_by) == (False, None)
    assert change.run_as
    assert f"On record as loaded by {change.run_as}." in capsys.readouterr().out
    assert change.source_on == date(2026, 4, 30)


def test_the_shell_asks_for_a_reason_where_a_year_is_on_record(tmp_path, manager):
    load_roster()
    ansonia = District.objects.get(slug="ansonia")
    PlanFactory(district=ansonia, submitted=True)
    file = tmp_path / "roster.csv"
    file.write_text(TEXT.replace("6300685,6300685", "6300685,7300685"))
    load = ("load_roster", str(file), "--fiscal-year", "2027")

    with pytest.raises(CommandError, match=r"Ansonia’s plan for FY2027.*Give it with --reason"):
        call_command(*load)
    assert ansonia.allocations.get().amount == 6_300_685
    call_command(*load, "--reason", "A corrected list.")

    assert ansonia.allocations.get().amount == 7_300_685
    assert RosterChange.objects.latest("pk").reason == "A corrected list."
    assert Notice.objects.filter(kind="roster_changed", to=manager).exists()


def test_the_same_figures_from_another_list_are_no_news(client, admin):
    load_roster()
    client.force_login(admin)

    client.post(URL, typed(NEXT_YEAR, list_date="2027-04-30"))

    lines = RosterChange.objects.get(proposed_by=admin).summary
    assert lines
    assert [line for line in lines if "allocation" not in line] == []


def test_lists_of_changes_read_no_file_of_theirs(client, admin, noon):
    """A file is kept whole, up to 1 MB, and fifty of them are on a page."""
    district = DistrictFactory(name="Derby", edsight_code="0370011", designated=True)
    for number in range(2):
        RosterChange.objects.create(
            kind="file",
            districts_in_file=[district.pk],
            asked={"fiscal_year": 2028, "name": "list.csv", "text": "A whole file."},
            summary=[f"Derby (0370011): FY2028 final allocation ${number}, new"],
            lines_of={district.pk: [f"Derby (0370011): FY2028 final allocation ${number}, new"]},
            needs_second=True,
            proposed_by=admin,
            asked_at=noon,
        )
    client.force_login(admin)

    for url in (reverse("districts:changes"), district.get_absolute_url()):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url).text
        assert "FY2028" in page
        read = [query["sql"] for query in asked if "districts_rosterchange" in query["sql"]]
        assert read
        assert not any('"asked",' in sql or '"asked" FROM' in sql for sql in read)
