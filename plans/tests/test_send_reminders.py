from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from districts.models import District
from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from notices.models import Notice
from plans.models import Cycle
from plans.tests.factories import PlanFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminders_begun")]


def district_owing(name: str) -> District:
    """A district that is to file for FY2028, with the two people who hear of it."""
    district = DistrictFactory(name=name)
    DesignationFactory(district=district, first_fiscal_year=2028, last_fiscal_year=2032)
    person(Role.PLAN_COORDINATOR, district, email=f"coordinator@{district.slug}.example.org")
    person(Role.SUPERINTENDENT, district, email=f"superintendent@{district.slug}.example.org")
    return district


@pytest.fixture(autouse=True)
def _ansonia():
    district_owing("Ansonia")


def run(*arguments) -> tuple[list[str], list[str]]:
    out, err = StringIO(), StringIO()
    call_command("send_reminders", *arguments, stdout=out, stderr=err, no_color=True)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


def test_dry_run_lists_a_letter_a_line_writes_nothing_and_says_the_same_again():
    filed = district_owing("Bristol")
    PlanFactory(district=filed, cycle=Cycle.objects.get(pk=2028), submitted=True)
    DesignationFactory(
        district=DistrictFactory(name="Derby"), first_fiscal_year=2028, last_fiscal_year=2032
    )

    first = run("--at", "2027-06-23T13:00:00Z", "--dry-run")
    second = run("--at", "2027-06-23T13:00:00Z", "--dry-run")

    assert (
        first
        == second
        == (
            [
                "coordinator@ansonia.example.org\tAnsonia\tdue-7\t2027-06-30",
                "superintendent@ansonia.example.org\tAnsonia\tdue-7\t2027-06-30",
            ],
            [
                "2 letters would leave; 6 earlier passed over.",
                "Nobody to write to. Derby, FY2028 plan: nobody who can sign in is plan"
                " coordinator or superintendent.",
            ],
        )
    )
    assert not Notice.objects.exists()


@pytest.mark.services
def test_send_reminders_sends_for_the_moment_and_only_once(mail_server):
    mail_server.refuses["superintendent@ansonia.example.org"] = "550 5.1.1 No such person here"

    first = run("--at", "2027-06-23T13:00:00Z")
    second = run("--at", "2027-06-23T13:00:00Z")

    assert first == (
        ["coordinator@ansonia.example.org\tAnsonia\tdue-7\t2027-06-30"],
        [
            "1 letter left; 6 earlier passed over.",
            "Not sent, failed: superintendent@ansonia.example.org. 550 5.1.1 No such person here",
        ],
    )
    assert second == ([], ["0 letters left; 0 earlier passed over."])
    assert mail_server.addresses == ["coordinator@ansonia.example.org"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("next week", "“next week” is no moment. Write it like 2027-06-23T13:00:00Z."),
        (
            "2027-06-23T13:00",
            "“2027-06-23T13:00” does not say its time zone. Write it like 2027-06-23T13:00:00Z.",
        ),
    ],
)
def test_send_reminders_says_what_is_wrong_with_the_moment(text, sentence):
    with pytest.raises(CommandError) as refusal:
        run("--at", text, "--dry-run")

    assert str(refusal.value) == sentence
