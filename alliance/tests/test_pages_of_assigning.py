"""The pages on which plans are assigned and conflicts of interest declared: axe finds nothing."""

import pytest

from alliance.tests.test_pages_of_the_year import STILL, look
from districts.tests.factories import ConflictFactory
from plans.tests.factories import PlanFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_nothing_is_found_on_the_pages_of_assigning(visit, manager, reviewer, fiscal_reviewer):
    for _ in range(2):
        PlanFactory(submitted=True)
    conflict = ConflictFactory(person=reviewer)
    page = visit(manager.email, **STILL)

    faults = look(page, "/reviews/assigning/2027/", "/reviews/conflicts/", "/reviews/workload/")
    faults += look(page, f"/reviews/conflicts/{conflict.pk}/end/")
    page.goto("/reviews/assigning/2027/")
    first = page.locator("select").first
    first.select_option("")
    page.get_by_role("button", name="Assign the chosen plans").click()
    page.get_by_role("alert").wait_for()

    assert faults == []
    page.get_by_role("alert").get_by_role("link").first.click()
    assert first.evaluate("field => field === document.activeElement")
    page.context.close()
