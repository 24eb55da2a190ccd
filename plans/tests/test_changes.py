"""The page of required changes: each answered by itself, nothing lost, nothing internal shown."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role
from districts.tests.factories import person
from plans.models import Comment
from plans.tests.factories import PlanFactory, RequiredChangeFactory

pytestmark = pytest.mark.django_db

WRITERS = [Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER]
OTHERS = [Role.SUPERINTENDENT, Role.BOARD_CHAIR, Role.DISTRICT_VIEWER, Role.DISTRICT_ADMIN]
SECRET = "Internal: their numbers look made up."


@pytest.fixture
def plan():
    return PlanFactory(returned=True)


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district, name="Cora Coordinator")


@pytest.fixture
def fiscal_officer(plan):
    return person(Role.FISCAL_OFFICER, plan.district, name="Fay Fiscal")


def changes_url(plan):
    return reverse("plans:changes", args=[plan.district.slug, plan.cycle_id])


def answer(client, plan, text="Grades K–3, on line 4.", *, number=1, version=1):
    return client.post(
        reverse("plans:change", args=[plan.district.slug, plan.cycle_id, number]),
        {"answer": text, "version": version},
    )


def comment(plan, by, audience, text, section="budget"):
    return Comment.objects.create(
        plan=plan,
        version=plan.versions.first(),
        section=section,
        audience=audience,
        text=text,
        key=uuid4(),
        written_at=plan.submitted_at,
        written_by=by,
    )


def another_change(plan, number, text="Say who hires the coaches.", section="strategies"):
    return RequiredChangeFactory(
        plan=plan, version=plan.versions.first(), number=number, text=text, section=section
    )


def test_each_change_is_numbered_with_section_text_due_date_and_form(client, plan, coordinator):
    another_change(plan, 2)
    client.force_login(coordinator)

    page = client.get(changes_url(plan)).text

    assert "2 open · 0 answered" in page
    for words in (
        "Change 1",
        "Name the grades.",
        "due Wed, July 29, 2026",
        reverse("plans:section", args=[plan.district.slug, 2027, "budget"]),
        "Change 2",
        "Say who hires the coaches.",
        reverse("plans:section", args=[plan.district.slug, 2027, "strategies"]),
        "Your answer to change 2",
    ):
        assert words in page


def test_an_answer_is_kept_and_the_page_says_who_gave_it(client, plan, coordinator):
    client.force_login(coordinator)

    response = answer(client, plan)

    assert response.url == f"{changes_url(plan)}#change-1"
    page = client.get(changes_url(plan)).text
    assert "Change 1 is answered." in page
    assert "0 open · 1 answered" in page
    assert "Cora Coordinator" in page
    assert plan.required_changes.get().answer == "Grades K–3, on line 4."


def test_all_answered_says_what_is_next(client, plan, coordinator):
    client.force_login(coordinator)
    answer(client, plan)

    untouched = client.get(changes_url(plan)).text
    plan.edition += 1
    plan.save()
    edited = client.get(changes_url(plan)).text

    assert reverse("plans:submit", args=[plan.district.slug, 2027]) in untouched
    assert "Next: close the plan for signature again" in edited
    assert reverse("plans:close", args=[plan.district.slug, 2027]) in edited


def test_an_empty_answer_opens_the_change_again(client, plan, coordinator):
    client.force_login(coordinator)
    answer(client, plan)

    answer(client, plan, "", version=2)

    page = client.get(changes_url(plan)).text
    assert "Change 1 is open: it has no answer." in page
    assert "1 open · 0 answered" in page


def test_an_answer_over_anothers_shows_both_and_loses_neither(
    client, plan, coordinator, fiscal_officer
):
    client.force_login(fiscal_officer)
    answer(client, plan, "Theirs: K–3.")
    client.force_login(coordinator)

    response = answer(client, plan, "Mine: K–2.")

    assert response.status_code == 409
    assert "Fay Fiscal answered this while you were writing." in response.text
    page = BeautifulSoup(response.text, "html.parser")
    assert page.textarea.text.strip() == "Mine: K–2."
    for hidden in page.select(".clash .visually-hidden"):
        hidden.decompose()
    beside = [" ".join(words.text.split()) for words in page.select(".clash .words")]
    assert beside == ["Mine: K–2.", "Theirs: K–3."]
    assert plan.required_changes.get().answer == "Theirs: K–3."


def test_keeping_mine_is_pressing_the_button_again(client, plan, coordinator, fiscal_officer):
    client.force_login(fiscal_officer)
    answer(client, plan, "Theirs.")
    client.force_login(coordinator)
    form = answer(client, plan, "Mine.").context["asked"][0].form

    answer(client, plan, form["answer"].value(), version=form["version"].value())

    change = plan.required_changes.get()
    assert (change.answer, change.answered_by) == ("Mine.", coordinator)


def test_two_forms_on_a_page_do_not_share_their_typing(client, plan, coordinator, fiscal_officer):
    another_change(plan, 2)
    client.force_login(fiscal_officer)
    answer(client, plan, "Theirs.")
    client.force_login(coordinator)

    asked = answer(client, plan, "Mine.").context["asked"]

    assert [each.form["answer"].value() for each in asked] == ["Mine.", ""]
    assert [each.conflict and each.conflict.differences[0].theirs for each in asked] == [
        "Theirs.",
        None,
    ]
    ids = [each.form["answer"].id_for_label for each in asked]
    assert len(set(ids)) == 2


def test_what_was_typed_is_shown_when_the_plan_has_moved_on(client, plan, coordinator):
    plan.status = "under_review"
    plan.save()
    client.force_login(coordinator)

    response = answer(client, plan, "Too late, and still mine.")

    assert response.status_code == 409
    assert "Answers can be changed only while the plan is with you." in response.text
    assert "Too late, and still mine." in response.text
    assert plan.required_changes.get().answer == ""


@pytest.mark.parametrize("slip", [{"version": "x"}, {"version": ""}])
def test_a_form_that_cannot_be_read_keeps_what_was_typed(client, plan, coordinator, slip):
    client.force_login(coordinator)

    response = answer(client, plan, "Kept.", **slip)

    assert response.status_code == 422
    assert "Kept." in response.text


def test_nothing_asked_says_what_will_be_here(client):
    plan = PlanFactory()
    client.force_login(person(Role.DISTRICT_VIEWER, plan.district))

    page = client.get(changes_url(plan)).text

    assert "No changes are asked of you" in page
    assert reverse("plans:read", args=[plan.district.slug, 2027]) in page


@pytest.mark.parametrize("role", OTHERS)
def test_others_of_the_district_read_and_do_not_answer(client, plan, role):
    client.force_login(person(role, plan.district))

    assert "Name the grades." in client.get(changes_url(plan)).text
    assert "<textarea" not in client.get(changes_url(plan)).text
    assert answer(client, plan).status_code == 403
    assert not plan.required_changes.get().is_answered


@pytest.mark.parametrize("stage", ["under_review", "approved"])
def test_answers_are_read_once_the_plan_is_away(client, coordinator, plan, stage):
    plan.required_changes.update(
        answer="Grades K–3.", answered_at=plan.submitted_at, answered_by=coordinator
    )
    plan.status = stage
    plan.save()
    client.force_login(coordinator)

    page = client.get(changes_url(plan)).text

    assert "Grades K–3." in page
    assert "<textarea" not in page


@pytest.mark.parametrize("role", [*sorted(DEPARTMENT_ROLES), Role.PLAN_COORDINATOR])
def test_people_elsewhere_find_nothing(client, plan, role):
    client.force_login(person(role))

    assert client.get(changes_url(plan)).status_code == 404
    assert answer(client, plan).status_code == 404


def test_a_change_that_was_never_asked_is_not_found(client, plan, coordinator):
    client.force_login(coordinator)

    assert answer(client, plan, number=7).status_code == 404
    assert (
        client.get(reverse("plans:change", args=[plan.district.slug, 2027, 1])).status_code == 405
    )


def test_comments_to_the_district_are_shown_by_section(client, plan, coordinator, reviewer):
    for section, text in (("budget", "Budget, first."), ("needs", "Needs."), ("budget", "Then.")):
        comment(plan, reviewer, "district", text, section)
    client.force_login(coordinator)

    shown = client.get(changes_url(plan)).context["comments"]

    assert [(each.section, [one.text for one in each.comments]) for each in shown] == [
        ("Needs assessment", ["Needs."]),
        ("Budget", ["Budget, first.", "Then."]),
    ]


@pytest.mark.parametrize("stage", ["returned", "under_review", "recommended", "approved"])
@pytest.mark.parametrize("role", sorted(DISTRICT_ROLES))
def test_an_internal_comment_reaches_no_page_of_the_district(client, reviewer, role, stage):
    plan = PlanFactory(**{stage: True})
    for section in ("budget", "needs"):
        comment(plan, reviewer, "internal", SECRET, section)
    comment(plan, reviewer, "district", "To the district.")
    client.force_login(person(role, plan.district))
    here = [plan.district.slug, plan.cycle_id]

    pages = {
        name: client.get(reverse(f"plans:{name}", args=here), follow=True)
        for name in ("overview", "read", "changes", "signatures", "close", "submit", "recall")
    }
    pages["version"] = client.get(reverse("plans:version", args=[*here, 1]))

    assert "To the district." in pages["changes"].text
    assert [name for name, page in pages.items() if SECRET in page.text] == []
    assert [name for name, page in pages.items() if "made up" in page.text] == []


def test_an_internal_comment_is_not_in_the_answer_to_a_clash(
    client, plan, coordinator, fiscal_officer, reviewer
):
    comment(plan, reviewer, "internal", SECRET)
    client.force_login(fiscal_officer)
    answer(client, plan, "Theirs.")
    client.force_login(coordinator)

    assert SECRET not in answer(client, plan, "Mine.").text


@pytest.mark.parametrize("rows", [1, 3])
def test_changes_take_the_same_queries_however_many(
    client, plan, coordinator, reviewer, django_assert_num_queries, rows
):
    for number in range(2, rows + 1):
        another_change(plan, number)
    for _ in range(rows):
        comment(plan, reviewer, "district", "Well done.")
    client.force_login(coordinator)

    # session, user, roles, plan, changes, their verdicts, their rounds, the draft and the version
    # returned, whether it is closed, comments
    with django_assert_num_queries(11):
        response = client.get(changes_url(plan))

    assert len(response.context["asked"]) == rows


def test_an_answer_that_was_handed_in_is_shown_without_a_form(client, plan, coordinator):
    plan.events.create(
        step="submit",
        source="returned",
        target="submitted",
        version=plan.versions.get(),
        taken_at=plan.required_changes.get().asked_at + timedelta(days=1),
        taken_by=plan.started_by,
    )
    later = plan.required_changes.get().asked_at + timedelta(days=2)
    plan.events.create(
        step="return",
        source="submitted",
        target="returned",
        reason="2. Budget: Name the grades.",
        taken_at=later,
        taken_by=plan.started_by,
    )
    RequiredChangeFactory(plan=plan, version=plan.versions.get(), number=2, asked_at=later)
    client.force_login(coordinator)

    asked = client.get(changes_url(plan)).context["asked"]

    assert [each.form is not None for each in asked] == [False, True]
