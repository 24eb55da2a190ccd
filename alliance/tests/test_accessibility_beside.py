"""Beside the crawler: pages that no link leads to, since something went wrong, and the roles it
does not follow. Nothing is found there either.
"""

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from alliance.demo.people import DEPARTMENT_ROLES, DISTRICT_ROLES
from alliance.tests.test_accessibility import VISITORS, all_faults_of
from alliance.tests.world import DEPARTMENT_PEOPLE, DISTRICT_PEOPLE, World
from districts.roles import Role
from plans import services
from plans.models import Cover, Plan
from plans.workflow import Status

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
STILL = {"reduced_motion": "reduce"}  # as in test_accessibility.py
COVER = "/plans/ansonia/2027/edit/cover/"


@pytest.fixture
def world(db, noon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return World(at=noon)


def send(page: Page, button: str, *, status: int) -> None:
    with (
        page.expect_event("load"),
        page.expect_response(lambda answer: answer.request.method == "POST") as answer,
    ):
        page.locator("main").get_by_role("button", name=button, exact=True).first.click()
    assert answer.value.status == status


def test_nothing_is_found_where_the_other_roles_arrive(visit, world):
    world.bring_to("returned for changes")
    seen = {(DISTRICT_ROLES | DEPARTMENT_ROLES)[email.partition("@")[0]] for email in VISITORS}
    others = {
        role: who for who, role in (DISTRICT_PEOPLE | DEPARTMENT_PEOPLE).items() if role not in seen
    }
    assert seen | set(others) == set(Role)

    faults = []
    for who in others.values():
        page = visit(world.people[who].email, **STILL)
        page.goto("/plans/ansonia/2027/")  # theirs, or what the Department reads of it
        faults += all_faults_of(page)
        page.context.close()

    assert faults == []


def test_nothing_is_found_where_a_plan_is_published_and_taken_back(visit, world):
    world.bring_to("approved")
    page = visit(world.people["manager"].email, **STILL)
    page.goto("/plans/ansonia/2027/publish/")
    page.get_by_label("Passage 2 (optional)").fill("Words that stand nowhere.")
    send(page, "Publish version 1", status=422)  # nobody has decided about it
    faults = all_faults_of(page)

    page.get_by_label("What happens to passage 2").select_option("personal_data")
    send(page, "Publish version 1", status=409)
    faults += all_faults_of(page)

    page.get_by_role("button", name="Preview the public page").click()
    page.wait_for_url("**/publish/")
    page.get_by_role("button", name="Go on checking").wait_for()
    faults += all_faults_of(page)
    page.get_by_role("button", name="Go on checking").click()
    page.get_by_label("Passage 2 (optional)").wait_for()
    assert page.get_by_label("Passage 2 (optional)").input_value() == "Words that stand nowhere."
    faults += all_faults_of(page)

    page.goto("/plans/ansonia/2027/publish/take-down/")
    send(page, "Take back from view", status=422)
    faults += all_faults_of(page)

    assert faults == []


def test_nothing_is_found_where_a_district_is_refused(visit, world):
    world.bring_to("draft")
    page = visit(world.people["coordinator"].email, **STILL)
    assert page.goto("/plans/nowhere/2027/").status == 404
    faults = all_faults_of(page)
    assert page.goto("/cycles/").status == 403
    faults += all_faults_of(page)

    page.goto(COVER)
    Cover.objects.update(summary="Somebody else's words.", version=7)
    page.get_by_label("The plan in a paragraph").fill("Mine.")
    send(page, "Save and next", status=409)
    faults += all_faults_of(page)

    page.goto(COVER)
    Plan.objects.update(status=Status.WITHDRAWN)
    page.get_by_label("The plan in a paragraph").fill("Too late.")
    send(page, "Save and next", status=409)
    faults += all_faults_of(page)

    assert faults == []


def test_nothing_is_found_where_a_form_is_refused(visit, world):
    world.bring_to("under review")
    page = visit(world.people["assigned reviewer"].email, **STILL)
    faults = []
    for act, button, status in [
        ("comment", "Add the comment", 422),
        ("return", "Return the plan", 409),
    ]:
        page.goto(f"/reviews/ansonia/2027/{act}/")
        if act == "return":
            page.get_by_label("What has to change").first.fill("Which section is it of?")
        send(page, button, status=status)
        faults += all_faults_of(page)

    superintendent = visit(world.people["superintendent"].email, **STILL)
    Plan.objects.update(status=Status.DRAFT)
    superintendent.goto("/plans/ansonia/2027/withdraw/")
    superintendent.get_by_label("Why the plan is withdrawn").fill("No.")
    superintendent.get_by_label("Type the district’s name").fill("Somewhere else")
    send(superintendent, "Withdraw the plan", status=422)
    faults += all_faults_of(superintendent)

    assert faults == []


def test_nothing_is_found_where_a_withholding_is_corrected_or_ends(visit, world):
    world.bring_to("withheld")
    page = visit(world.people["commissioner"].email, **STILL)
    assert page.goto("/reviews/ansonia/2027/release/").status == 200
    faults = all_faults_of(page)
    assert page.goto("/reviews/ansonia/2027/withhold/correct/").status == 200
    faults += all_faults_of(page)

    assert faults == []


def test_nothing_is_found_where_a_removal_or_a_return_is_undone(visit, world):
    world.bring_to("returned for changes")
    page = visit(world.people["coordinator"].email, **STILL)
    faults = []
    for asks in ("removed/", f"attachments/{world.lineage}/remove/"):
        assert page.goto(f"/plans/ansonia/2027/{asks}").status == 200
        faults += all_faults_of(page)

    page = visit(world.people["assigned reviewer"].email, **STILL)
    assert page.goto("/reviews/ansonia/2027/return/undo/").status == 200
    faults += all_faults_of(page)

    assert faults == []


def test_nothing_is_found_where_earlier_words_are_read_and_put_back(visit, world):
    world.bring_to("draft")
    cover = Cover.objects.get(plan=world.plan)
    for words in ("A summary of one line.", "Another."):
        services.save_section(
            plan_id=world.plan.pk,
            model=Cover,
            version=1,
            values={},
            as_typed={},
            left={"summary": words},
            by=world.people["coordinator"],
            at=timezone.now(),
        )
        Cover.objects.filter(plan=world.plan).update(summary=words)
    page = visit(world.people["coordinator"].email, **STILL)
    assert page.goto(f"{COVER.replace('cover/', f'cover/{cover.pk}/history/')}").status == 200
    faults = all_faults_of(page)
    with page.expect_event("load"):
        page.get_by_role("link", name="Put this back into the form").first.click()
    assert "holds what it said before" in page.locator("main").inner_text()
    faults += all_faults_of(page)

    assert faults == []


def test_nothing_is_found_on_a_shared_draft_and_beside_its_comments(visit, world):
    world.bring_to("draft")
    page = visit(world.people["reviewer"].email, **STILL)
    page.goto("/plans/ansonia/2027/shared/")
    faults = all_faults_of(page)
    page.locator("summary", has_text="Cover and contacts").last.click()
    send(page, "Send the comment on Cover and contacts", status=422)
    faults += all_faults_of(page)

    page = visit(world.people["coordinator"].email, **STILL)
    for path in ("", "sharing/", "edit/budget/", "edit/budget/lines/"):
        page.goto(f"/plans/ansonia/2027/{path}")
        assert page.get_by_text("Which grades?").count()
        faults += all_faults_of(page)

    assert faults == []
