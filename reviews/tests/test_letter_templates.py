"""The words of decision letters: versions, what they must hold, and letters that never change."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans.services import Blocked
from plans.tests.factories import PlanFactory
from reviews import services
from reviews.models import DecisionLetter, LetterTemplate
from reviews.models.default_letters import DEFAULT_LETTERS, LetterKind
from reviews.reports.letter_templates import words_for
from reviews.services import MovedOn, Stipulation
from reviews.services.letter_words import fill
from reviews.tests.test_since_closing import FINDINGS

pytestmark = pytest.mark.django_db
APPROVAL = DEFAULT_LETTERS[LetterKind.APPROVAL]
OURS = APPROVAL.replace("I have approved", "With thanks I have approved")


def save(by, at, text=OURS, **given):
    said = {"kind": LetterKind.APPROVAL, "read": 0, "text": text, "by": by, "at": at}
    return services.save_words_of_letter(**said | given)


def approve(by, at, **given):
    plan = PlanFactory(recommended=True)
    person(Role.SUPERINTENDENT, plan.district)
    said = {"plan_id": plan.pk, "version": 1, "key": uuid4(), "by": by, "at": at}
    return services.approve(**said, **FINDINGS, **given)


def test_a_letter_is_written_from_what_stands_and_stays_as_it_left(commissioner, noon):
    first = approve(commissioner, noon)
    save(commissioner, noon)
    second = approve(commissioner, noon)
    save(commissioner, noon, APPROVAL, read=1)

    assert "With thanks" not in first.letter
    assert "With thanks I have approved" in second.letter
    for decided, number in ((first, None), (second, 1)):
        decided.refresh_from_db()
        kept = DecisionLetter.objects.get(determination=decided)
        assert (kept.text, kept.kind) == (decided.letter, LetterKind.APPROVAL)
        assert kept.sha256 == sha256(decided.letter.encode()).hexdigest()
        assert getattr(kept.template, "number", None) == number
        told = Notice.objects.get(kind="plan_approved", about=decided.plan.about)
        assert told.body.startswith(decided.letter.strip())
    assert "version 1 of the words of “approval”" in kept.written_from
    due = [Stipulation("Name the tutors.", noon.date() + timedelta(days=9))]
    third = approve(commissioner, noon, conditions=due)
    assert third.frozen_letter.kind == LetterKind.CONDITIONAL
    for row in (LetterTemplate.objects.first(), kept):
        with pytest.raises(InternalError), transaction.atomic():
            row.save()


def test_each_letter_of_the_funds_and_of_a_return_is_kept_with_its_words(commissioner, noon):
    plan = PlanFactory(under_review=True)
    person(Role.SUPERINTENDENT, plan.district)
    text = DEFAULT_LETTERS[LetterKind.RETURN].replace("returns it", "gives it back")
    save(commissioner, noon, text, kind=LetterKind.RETURN)
    act = {"plan_id": plan.pk, "by": commissioner, "at": noon}
    services.withhold(**act, reason="No report.", key=uuid4())
    services.release(**act, key=uuid4())
    services.return_for_changes(
        **act, version=1, changes=[services.ChangeAsked("needs", "Say why.")], key=uuid4()
    )

    kept = {one.kind: one for one in DecisionLetter.objects.select_related("event", "template")}
    assert {kind: one.event.step for kind, one in kept.items()} == {
        "withholding": "withhold",
        "release": "release",
        "return": "return",
    }
    for kind, told in (
        ("withholding", "plan_withheld"),
        ("release", "plan_released"),
        ("return", "plan_returned"),
    ):
        assert Notice.objects.get(kind=told).body == kept[kind].text
    assert "and gives it back. One change is asked" in kept["return"].text
    assert (kept["return"].template.number, kept["release"].template) == (1, None)


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        ("approval", APPROVAL + "\n{treasurer}", "{treasurer}: nothing is known by that name"),
        ("approval", APPROVAL.replace("{signature}", "J. Doe"), "cannot leave without {signature}"),
        ("approval", APPROVAL + "\n{% now %}", "A brace stands by itself"),
        ("approval", APPROVAL + "\n{ district }", "A brace stands by itself"),
        ("approval", APPROVAL + "\nhttps://example.org", "The words hold an address"),
        ("approval", APPROVAL + "x" * 10_000, "there is room for 10,000"),
        ("approval", "", "cannot leave without {date}, {district}"),
        ("return", DEFAULT_LETTERS[LetterKind.RETURN] + "{link}", "{link} stands more than once"),
        (
            "release",
            DEFAULT_LETTERS[LetterKind.RELEASE].replace("10-262u", "10"),
            "Name § 10-262u(f) in it",
        ),
    ],
)
def test_words_that_no_letter_can_be_written_from(commissioner, noon, kind, text, fault):
    with pytest.raises(Blocked) as refusal:
        save(commissioner, noon, text, kind=LetterKind(kind))
    assert any(fault in reason for reason in refusal.value.reasons)
    assert not LetterTemplate.objects.exists()


@pytest.mark.parametrize("kind", LetterKind)
def test_the_default_can_be_saved_as_it_is_and_writes_nothing(commissioner, noon, kind):
    text = DEFAULT_LETTERS[kind]
    assert services.faults_in_words(kind, text) == []
    assert save(commissioner, noon, text.replace("\n", "\r\n"), kind=kind).number == 0


def test_of_two_who_save_the_second_is_told_who_was_first(commissioner, noon):
    save(commissioner, noon)

    assert save(commissioner, noon, read=1).number == 1  # as it stands: no other version
    with pytest.raises(MovedOn, match=f"{commissioner.name} saved version 1"):
        save(person(Role.PROGRAM_MANAGER), noon, OURS.replace("thanks", "joy"))
    assert words_for(LetterKind.APPROVAL).text == OURS.strip()


def test_what_somebody_typed_is_never_read_as_a_name():
    said = {"what": "{signature} {district}", "signature": "R. T."}
    assert fill("{what}\n\n{signature}", said) == "{signature} {district}\n\nR. T.\n"
    assert fill("A\n\n{what}\n\nB {what}.", {"what": ""}) == "A\n\nB .\n"


def test_the_page_shows_the_words_on_a_real_plan_and_loses_nothing_typed(
    client, commissioner, noon, django_assert_num_queries
):
    decided = approve(commissioner, noon)
    url = reverse("reviews:letter_template", args=["approval"])
    client.force_login(person(Role.PROGRAM_MANAGER))
    page = client.get(url)
    assert page.context["example"].plan == decided.plan
    assert "\n\n".join("".join(each) for each in page.context["preview"]) == decided.letter.strip()

    typed = {"read": "0", "text": (OURS + "{treasurer}").replace("\n", "\r\n")}  # as browsers do
    before = len(page.context["preview"])
    page = client.post(url, typed | {"preview": "1"})
    assert len(page.context["preview"]) == before
    assert "These words cannot be saved yet." in page.text
    assert page.context["form"]["text"].value() == typed["text"]
    assert any("With thanks" in "".join(each) for each in page.context["preview"])
    assert client.post(url, typed).status_code == 409
    assert not LetterTemplate.objects.exists()
    answer = client.post(url, {"read": "0", "text": OURS}, follow=True)
    assert "are written from version 1. Those that left stay." in answer.text
    assert "0 letters" in answer.text
    for kind in LetterKind:
        shown = client.get(reverse("reviews:letter_template", args=[kind.value]))
        assert shown.context["example"].plan.district.name in shown.text
    assert client.get(reverse("reviews:letter_template", args=["poem"])).status_code == 404

    client.force_login(person(Role.AUDITOR))
    page = client.get(url)
    assert "Save the words" not in page.text
    assert "With thanks I have approved" in page.text
    client.get(reverse("reviews:letter_templates"))
    with django_assert_num_queries(4):
        assert "Version 1" in client.get(reverse("reviews:letter_templates")).text
