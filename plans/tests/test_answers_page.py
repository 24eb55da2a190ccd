"""One Save for all answers to required changes: none of them drops another."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans.tests.factories import PlanFactory, RequiredChangeFactory
from plans.tests.pages import OpenPage

pytestmark = pytest.mark.django_db

FORM = "form[action$='/changes/']"


@pytest.fixture
def plan():
    plan = PlanFactory(returned=True)
    for number, text in [(2, "Say who hires the coaches."), (3, "Name the schools.")]:
        version = plan.versions.first()
        RequiredChangeFactory(
            plan=plan, version=version, number=number, text=text, section="strategies"
        )
    return plan


@pytest.fixture
def url(plan):
    return reverse("plans:changes", args=[plan.district.slug, plan.cycle_id])


def opened_by(plan, role, name, url):
    client = Client()
    client.force_login(person(role, plan.district, name=name))
    return OpenPage(client, url, FORM)


@pytest.fixture
def cora(plan, url):
    return opened_by(plan, Role.PLAN_COORDINATOR, "Cora Coordinator", url)


@pytest.fixture
def fay(plan, url):
    return opened_by(plan, Role.FISCAL_OFFICER, "Fay Fiscal", url)


def write(page, **answers):
    """one="…" answers change 1."""
    numbers = {"one": 1, "two": 2, "three": 3}
    return page.write(**{f"change-{numbers[n]}-answer": said for n, said in answers.items()})


def answers(plan):
    return list(plan.required_changes.order_by("number").values_list("answer", flat=True))


def test_one_save_keeps_every_answer_of_the_page(plan, cora, url):
    response = write(cora, one="Grades K–3.", two="The principal.").press()

    assert response.url == f"{url}#change-1"
    assert answers(plan) == ["Grades K–3.", "The principal.", ""]
    page = cora.client.get(url).text
    assert "Changes 1 and 2 are answered." in page
    assert "1 open · 2 answered" in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"one": "", "two": "So."}, "Change 2 is answered. Change 1 is open: it has no answer."),
        ({}, "No answer was changed."),
        ({"one": "", "two": ""}, "Change 1 is open: it has no answer."),
        ({"one": "a", "two": "b", "three": "c"}, "Changes 1, 2 and 3 are answered."),
    ],
)
def test_the_page_says_which_answers_it_kept(cora, url, typed, told):
    write(cora, one="Once answered.").press()
    cora.read(cora.client.get(url))

    write(cora, **typed).press()

    assert told in cora.client.get(url).text


def test_the_same_page_sent_twice_says_the_same(cora, url):
    write(cora, one="Grades K–3.").press()

    cora.press()

    assert "Change 1 is answered." in cora.client.get(url).text


def test_an_answer_left_alone_does_not_take_back_a_colleagues(plan, cora, fay):
    write(cora, one="Cora's.").press()

    response = write(fay, two="Fay's.").press()

    assert response.status_code == 302
    assert answers(plan) == ["Cora's.", "Fay's.", ""]


def test_a_conflict_in_one_answer_stops_no_other_and_is_settled_by_saving_again(plan, cora, fay):
    write(cora, one="Cora's.").press()

    response = write(fay, one="Fay's.", two="The principal.").press()

    assert response.status_code == 409
    assert fay.panels() == [
        (
            "Cora Coordinator answered this while you were writing.",
            [("Your answer to change 1", "Fay's.", "Cora's.")],
        )
    ]
    assert answers(plan) == ["Cora's.", "The principal.", ""]
    assert fay.buttons() == ["Save", "Keep theirs", "Save the answers"]
    assert fay.press().status_code == 302
    assert answers(plan) == ["Fay's.", "The principal.", ""]


def test_keeping_theirs_drops_that_answer_alone(plan, cora, fay):
    write(cora, one="Cora's.").press()
    write(fay, one="Fay's.").press()
    button = fay.soup.select_one("button[name=theirs]")

    write(fay, three="Mead School.").press("theirs", button["value"])

    assert answers(plan) == ["Cora's.", "", "Mead School."]


def test_an_answer_taken_back_while_it_was_rewritten_is_asked_about(plan, cora, url):
    write(cora, one="Once answered.").press()
    first, second = (OpenPage(cora.client, url, FORM) for _ in range(2))
    write(first, one="").press()

    response = write(second, one="Better.").press()

    assert response.status_code == 409
    assert [title for title, _ in second.panels()] == [
        "Somebody took this answer back while you were writing."
    ]
    assert answers(plan)[0] == ""


def test_what_is_too_long_is_marked_and_stops_no_other(plan, cora):
    response = write(cora, one="x" * 10_001, two="The principal.").press()

    assert response.status_code == 422
    assert cora.fields["change-1-answer"] == "x" * 10_001
    assert answers(plan) == ["", "The principal.", ""]


def test_every_answer_is_given_back_when_the_plan_has_moved_on(plan, cora):
    plan.status = "under_review"
    plan.save()

    response = write(cora, one="An hour’s work", two="And a minute’s").press()

    assert response.status_code == 409
    assert "An hour’s work" in response.text
    assert "And a minute’s" in response.text
    assert response.text.count("What you typed was not saved") == 2  # change 3 was left alone


def test_an_answer_handed_in_stands_and_the_others_are_given_back(plan, cora):
    change = plan.required_changes.get(number=1)
    plan.events.create(
        step="submit",
        source="returned",
        target="submitted",
        version=plan.versions.get(),
        taken_at=change.asked_at + timedelta(days=1),
        taken_by=plan.started_by,
    )

    response = write(cora, one="Too late.", two="The principal.").press()

    assert response.status_code == 409
    assert "The answer to change 1 was handed in, so it stands." in response.text
    assert "The principal." in response.text
    assert answers(plan) == ["", "", ""]


def test_the_last_answers_given_at_once_send_one_letter_to_each(plan, cora):
    person(Role.PROGRAM_MANAGER)
    write(cora, one="a", two="b").press()
    assert not Notice.objects.filter(kind="changes_answered").exists()
    cora.read(cora.client.get(cora.url))

    write(cora, three="c").press()

    letters = Notice.objects.filter(kind="changes_answered")
    assert letters.count() == letters.values("to").distinct().count() > 0


@pytest.mark.parametrize("number", [7, 0, 9999])
def test_an_answer_to_what_was_never_asked_is_not_found(plan, cora, number):
    response = cora.client.post(cora.url, {f"change-{number}-answer": "So."})

    assert response.status_code == 404
