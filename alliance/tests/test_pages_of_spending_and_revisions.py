"""The pages of spending and of revisions: axe finds nothing there, wide, narrow, light or dark."""

import pytest
import time_machine

from alliance.tests.test_pages_of_the_year import STILL, look
from districts.roles import Role
from districts.tests.factories import person
from plans.tests.test_revising import cora as cora
from plans.tests.test_revising import hand_in, move_between_lines, sign, start
from plans.tests.test_revising import plan as plan
from plans.tests.test_revising import signers as signers
from progress.tests.spending import AUGUST, Office, approved_plan
from reviews.tests.test_revisions import reviewers_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def in_august():
    with time_machine.travel(AUGUST):
        yield


def test_nothing_is_found_on_the_pages_of_spending(visit, in_august):
    office = Office.of(approved_plan())
    spending = f"/reports/{office.plan.district.slug}/2027/spending/"
    quarter, annual = f"{spending}q3/", f"{spending}annual/"
    filed = office.file({"111B": 500_000, "611": 90_000}, "q3")
    report = office.start()
    officer = visit(office.officer.email, **STILL)
    faults = look(officer, spending, annual, f"{annual}bring-in/", quarter, f"{quarter}correct/")
    office.write(report, {"111B": 850_000, "611": {"expended": 150_000, "over_reason": "Books."}})
    office.close(report)
    faults += look(officer, annual)
    superintendent = visit(office.superintendent.email, **STILL)
    faults += look(superintendent, f"{annual}certify/")
    manager = visit(person(Role.PROGRAM_MANAGER).email, **STILL)
    faults += look(manager, "/certified-reports/", "/spending/2027/", quarter)
    faults += look(manager, f"{quarter}accept/", f"{quarter}return/")
    office.correct(filed, {"111B": 510_000, "611": 90_000})
    faults += look(officer, f"{spending}superseded/{filed.pk}/", quarter)

    assert faults == []


def test_a_year_that_nobody_can_report_on_is_closed_on_a_page_without_a_fault(visit, in_august):
    district = approved_plan().district
    district.plans.update(status="returned")
    manager = visit(person(Role.PROGRAM_MANAGER).email, **STILL)

    assert look(manager, f"/spending/2027/{district.slug}/close/") == []


def test_nothing_is_found_on_the_pages_of_a_revision(visit, plan, cora, signers, commissioner):
    ours, theirs = (
        f"/plans/{plan.district.slug}/2027/revision/",
        (f"/reviews/{plan.district.slug}/2027/revision/"),
    )
    coordinator = visit(cora.email, **STILL)
    faults = look(coordinator, ours, f"{ours}start/")
    start(plan, cora)
    faults += look(coordinator, f"{ours}record/", f"{ours}withdraw/")
    move_between_lines(plan, cora, 60_000)
    sign(plan, signers, cora)
    faults += look(coordinator, ours, f"{ours}hand-in/")
    hand_in(plan, cora)
    reviewer = visit(reviewers_of(plan)[0].email, **STILL)
    faults += look(reviewer, theirs, f"{theirs}recommend/", f"{theirs}return/")
    decider = visit(commissioner.email, **STILL)
    faults += look(decider, theirs, f"{theirs}approve/")

    assert faults == []
