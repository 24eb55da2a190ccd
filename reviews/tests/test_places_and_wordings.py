"""A required change points to a row or field; example wordings are kept and inserted."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.documents.places import Place
from plans.models import QuestionEntry, RequiredChange
from plans.reading.asked_there import there
from plans.services import Blocked
from plans.tests.documents import change
from plans.tests.factories import (
    PlanFactory,
    QuestionEntryFactory,
    RequiredChangeFactory,
    document_of,
)
from plans.workflow import StepNotAllowed
from reviews import services
from reviews.models import ProposedChange, Wording

pytestmark = pytest.mark.django_db

YEAR = 2027


@pytest.fixture
def case(under_review, program_reviewer_of, client, noon):
    case = SimpleNamespace(
        plan=under_review, reviewer=program_reviewer_of(under_review), client=client, at=noon
    )
    case.document = document_of(under_review.district, kind=under_review.kind)
    client.force_login(case.reviewer)
    return case


def url(case, name, *more):
    return reverse(f"reviews:{name}", args=[case.plan.district.slug, YEAR, *more])


def strategy(case):
    return case.document.strategies[0]


def place(case, field="owner"):
    return f"strategy/{strategy(case).lineage}/{field}"


def send(case, anchor):
    """A change that points there, drafted and returned."""
    row = services.save_change(
        plan_id=case.plan.pk,
        lineage=uuid4(),
        version=0,
        values={"section": "strategies", "anchor": anchor, "text": "Who?", "due_on": None},
        as_typed={},
        by=case.reviewer,
        at=case.at,
    )
    services.send_return(
        plan_id=case.plan.pk,
        version=1,
        seen=services.Seen(words=1, changes={row.lineage: 1}),
        key=uuid4(),
        by=case.reviewer,
        at=case.at,
    )
    case.plan.refresh_from_db()
    return RequiredChange.objects.get()


def test_links_lead_from_a_section_to_a_row_to_a_field_and_back_to_the_question(case):
    section = case.client.get(url(case, "places"), {"for": "question", "section": "strategies"})
    row = case.client.get(
        url(case, "places"), {"for": "question", "row": f"strategy/{strategy(case).lineage}/"}
    )
    asks = case.client.get(url(case, "ask"), {"place": place(case)})

    title = f"Strategy 1: {strategy(case).title}"
    assert title in section.text
    assert title in row.text
    assert f"{title}, " in asks.text
    assert asks.context["form"]["section"].value() == "strategies"


def test_a_row_that_the_version_has_not_is_not_found_and_asked_of_nothing(case):
    elsewhere = f"strategy/{uuid4()}/owner"

    missing = case.client.get(url(case, "places"), {"for": "question", "row": elsewhere})

    assert missing.status_code == 404
    with pytest.raises(Blocked, match="has no such row or field"):
        send(case, elsewhere)


def test_a_question_keeps_what_its_place_was_called(case):
    case.client.post(
        url(case, "ask"),
        {
            "key": uuid4(),
            "version": 1,
            "place": place(case),
            "section": "strategies",
            "text": "Who?",
            "due_on": "",
        },
    )

    asked = QuestionEntry.objects.select_related("question").get().question
    assert (asked.row_kind, asked.row, asked.field) == ("strategy", strategy(case).lineage, "owner")
    assert asked.place.startswith(f"Strategy 1: {strategy(case).title}, ")


def test_a_place_of_another_section_than_is_chosen_is_none(case):
    asked = services.ask_question(
        plan_id=case.plan.pk,
        version=1,
        section="budget",
        text="Who?",
        due_on=None,
        place=Place.read(place(case)),
        key=uuid4(),
        by=case.reviewer,
        at=case.at,
    )

    assert (asked.section, asked.row, asked.place) == ("budget", "", "")


def test_a_place_chosen_for_a_drafted_change_goes_into_its_row(case):
    drafted = case.client.post(
        url(case, "return"),
        {
            "key": uuid4(),
            "version": 1,
            "rows": 1,
            "point": "1",
            "change-1-id": (lineage := str(uuid4())),
            "change-1-version": 0,
            "change-1-section": "strategies",
            "change-1-text": "Who?",
            "change-1-due_on": "",
        },
    )
    page = case.client.get(url(case, "return"), {"place": place(case), "into": lineage})

    assert drafted.url == f"{url(case, 'places')}?for=change&section=strategies&into={lineage}"
    assert ProposedChange.objects.get().text == "Who?"
    assert page.context["rows"][0].where.startswith("Strategy 1: ")
    assert page.context["rows"][0].form.in_words("anchor") == place(case)


@pytest.mark.parametrize("field", ["owner", ""])
def test_what_the_district_deleted_is_shown_as_it_was_and_answered(case, field):
    asked = send(case, place(case, field))
    gone = strategy(case)  # the draft holds no strategy at all
    coordinator = person(Role.PLAN_COORDINATOR, case.plan.district)
    case.client.force_login(coordinator)
    page = reverse("plans:changes", args=[case.plan.district.slug, YEAR])

    shown = case.client.get(page)
    case.client.post(page, {"change-1-version": 1, "change-1-answer": "We ended it."})

    assert asked.place.startswith("Strategy 1: ")
    assert "is no longer in the plan. It is shown as it was in version" in " ".join(
        shown.text.split()
    )
    assert gone.owner in shown.text
    asked.refresh_from_db()
    assert asked.answer == "We ended it."


def test_the_difference_beside_an_answer_is_of_that_field_alone(case):
    after = change(case.document, "strategies", 0, owner="Dana Fox", description="Other words.")

    of_field = there(case.document, after, "strategies", Place.read(place(case)))
    of_row = there(case.document, after, "strategies", Place.read(place(case, "")))
    elsewhere = there(case.document, after, "strategies", Place.read(place(case, "schools")))

    assert [field.now for field in of_field.rows[0].fields] == ["Dana Fox"]
    assert len(of_row.rows[0].fields) == 2
    assert elsewhere.is_same


# Example wordings ------------------------------------------------------------------------------


@pytest.fixture
def manager():
    return person(Role.PROGRAM_MANAGER)


def add(manager, at, **said):
    wording = {"name": "Grades", "section": "budget", "text": "Name the grades."}
    return services.add_wording(**wording | said, by=manager, at=at)


def test_a_wording_is_inserted_into_the_first_row_left_empty_without_a_script(case, manager):
    wording = add(manager, case.at)
    page = url(case, "return")
    sent = {"key": uuid4(), "version": 1, "rows": 2, "insert": "1", "wording": wording.pk}
    first = {"change-1-id": uuid4(), "change-1-version": 0, "change-1-section": "needs"}
    second = {"change-2-id": uuid4(), "change-2-version": 0, "change-2-section": ""}
    texts = {"change-1-text": "Mine.", "change-2-text": ""}
    days = {"change-1-due_on": "", "change-2-due_on": ""}

    case.client.post(page, sent | first | second | texts | days)
    case.client.post(page, {**sent, "wording": ""})

    drafted = ProposedChange.objects.order_by("pk").values_list("section", "text")
    assert list(drafted) == [("needs", "Mine."), ("budget", "Name the grades.")]


def test_managers_alone_keep_wordings(case, manager):
    with pytest.raises(PermissionDenied):
        add(case.reviewer, case.at)

    wording = add(manager, case.at)
    assert add(manager, case.at) == wording  # the same form sent twice
    saved = services.save_wording(
        wording_id=wording.pk,
        version=1,
        name="Grades",
        section="",
        text="Which grades?",
        by=manager,
        at=case.at,
    )

    assert (saved.version, saved.section, saved.text) == (2, "", "Which grades?")


def test_a_wording_saved_meanwhile_is_not_written_over(case, manager):
    wording = add(manager, case.at)
    said = {"wording_id": wording.pk, "version": 1, "name": "Grades", "section": "budget"}
    services.save_wording(**said, text="Theirs.", by=manager, at=case.at)

    with pytest.raises(StepNotAllowed, match="saved this wording on"):
        services.save_wording(**said, text="Mine.", by=person(Role.PROGRAM_MANAGER), at=case.at)
    with pytest.raises(StepNotAllowed, match="saved this wording on"):
        services.retire_wording(wording_id=wording.pk, version=1, by=manager, at=case.at)

    assert Wording.objects.get().text == "Theirs."


def test_one_that_is_retired_is_offered_no_longer_and_frees_its_name(case, manager):
    wording = add(manager, case.at)
    with pytest.raises(Blocked, match="Another wording in use is called"):
        add(manager, case.at, text="Other words.")

    services.retire_wording(wording_id=wording.pk, version=1, by=manager, at=case.at)
    add(manager, case.at, text="Other words.")

    page = case.client.get(url(case, "return"))
    assert [one.text for one in page.context["wordings"]] == ["Other words."]


# The list --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_however_long(client, rows, django_assert_num_queries):
    plan = PlanFactory(returned=True)
    for number in range(2, rows + 1):
        event = plan.events.order_by("pk").last()
        RequiredChangeFactory(plan=plan, number=number, event=event, version=event.version)
    for _ in range(rows):
        QuestionEntryFactory(question__plan=plan)
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    page = reverse("plans:asked", args=[plan.district.slug, YEAR])

    # session, user, roles, plan, changes, verdicts, rounds, questions, their entries
    with django_assert_num_queries(9):
        response = client.get(page)

    assert len(response.context["rows"]) == 2 * rows
