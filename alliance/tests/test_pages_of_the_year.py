"""The pages between two years, which the demo's plans do not reach: axe finds nothing there."""

from datetime import date

import pytest

from alliance.tests.test_accessibility import all_faults_of
from districts.roles import Role
from districts.tests.factories import person
from plans.models import Plan
from plans.workflow import Status
from progress.tests.factories import (
    ExpenditureReportFactory,
    ProgressReportFactory,
    line_outcome,
    strategy_outcome,
    target_outcome,
)
from reviews.services import Stipulation, approve
from reviews.tests.test_determining import determine_by, found
from reviews.tests.test_gate_of_last_year import FINDINGS, SUMMER, noon_of
from reviews.tests.years import amendment_2028, approved_2027

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
STILL = {"reduced_motion": "reduce"}


def look(page, *paths):
    faults = []
    for path in paths:
        assert page.goto(path).status == 200, path
        faults += all_faults_of(page)
        page.set_viewport_size({"width": 320, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{path} is wider than 320 pixels"
    return faults


def test_nothing_is_found_on_the_pages_between_two_years(visit, commissioner):
    last = approved_2027()
    slug = last.district.slug
    strategy_outcome(last, "strategy-31", "on_track", sentence="It runs.", milestones_due=2)
    target_outcome(last, "target-21", "52", source="Smarter Balanced")
    target_outcome(last, "target-23", "20.10")
    for name in ("line-41", "line-42"):
        line_outcome(last, name, 20_000)
    plan = amendment_2028(last)
    page = visit(commissioner.email, **STILL)

    Plan.objects.filter(pk=last.pk).update(status=Status.WITHHELD)
    faults = look(page, f"/reviews/{slug}/2028/waive-last-year/", f"/reviews/{slug}/2028/approve/")
    Plan.objects.filter(pk=last.pk).update(status=Status.APPROVED)

    ProgressReportFactory(plan=last)
    report = ExpenditureReportFactory(plan=last, accepted=True)
    faults += look(page, f"/reviews/{slug}/2027/determine/", "/reviews/determinations/")
    faults += look(page, f"/plans/{slug}/2027/came-to/")
    determine_by(commissioner, report, found(out=5), reasons="As the invoices say.")
    faults += look(page, f"/plans/{slug}/2027/determination/", "/reviews/determinations/")
    approve(
        plan_id=plan.pk,
        version=1,
        key="5b3c2f0e-8a2b-4c8e-9d7e-000000000001",
        by=commissioner,
        at=noon_of(SUMMER),
        conditions=[Stipulation("Name the partner.", date(2027, 12, 1))],
        **FINDINGS,
    )
    faults += look(page, f"/reviews/{slug}/2028/conditions/1/", f"/reviews/{slug}/2028/")

    assert faults == []
    page.context.close()
    district = visit(person(Role.SUPERINTENDENT, last.district).email, **STILL)
    assert look(district, f"/plans/{slug}/2027/", f"/plans/{slug}/2027/determination/") == []
