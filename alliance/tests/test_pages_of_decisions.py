"""The pages on which plans are signed off together and called back: axe finds nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from alliance.tests.test_pages_of_the_year import STILL, look
from districts.roles import Role
from districts.tests.factories import person
from plans.models import BoardApproval
from plans.tests.factories import PlanFactory
from reviews import services
from reviews.tests.test_since_closing import FINDINGS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_nothing_is_found_where_plans_are_signed_off_and_called_back(visit, commissioner, manager):
    now = timezone.now()
    clean, another, lacking, _ = [PlanFactory(recommended=True) for _ in range(4)]
    person(Role.SUPERINTENDENT, clean.district)
    BoardApproval.objects.filter(plan=lacking).update(approved_on=None)
    for plan in (clean, another):
        services.prepare_decision(plan_id=plan.pk, version=1, by=manager, at=now, **FINDINGS)
    page = visit(commissioner.email, **STILL)

    faults = look(page, "/decisions/")
    page.get_by_role("checkbox", name=f"Sign {another.district.name}").uncheck()
    page.get_by_role("button", name="Sign off the chosen plans").click()
    page.get_by_role("heading", name="Sign off 1 plan").wait_for()
    faults += look(page, page.url.partition("/decisions")[1] + page.url.partition("/decisions")[2])
    page.get_by_role("button", name="Approve 1 plan").click()
    page.get_by_role("heading", name="Approved, letters held").wait_for()
    faults += look(page, "/decisions/")
    page.get_by_role("link", name="Call back the approval").click()
    page.get_by_role("heading", name="Call the approval back").wait_for()
    faults += look(page, f"/reviews/{clean.district.slug}/{clean.cycle_id}/call-back/")
    page.get_by_label("Why it is called back").fill("Another plan was meant.")
    page.get_by_role("button", name="Call the approval back").click()
    page.get_by_text("is called back. No letter of it left.").wait_for()

    decided = PlanFactory(recommended=True)
    services.approve(
        plan_id=decided.pk,
        version=1,
        key=uuid4(),
        by=commissioner,
        at=now - timedelta(hours=1),
        conditions=[services.Stipulation("Name the tutors.", now.date() + timedelta(days=9))],
        **FINDINGS,
    )
    faults += look(page, f"/reviews/{decided.district.slug}/{decided.cycle_id}/correct/")
    page.get_by_role("button", name="Correct the approval").click()
    page.get_by_role("alert").wait_for()
    faults += look(page, "/decisions/conditions/")

    assert faults == []
    clean.refresh_from_db()
    assert clean.status == "recommended"
    page.context.close()
