"""The letter of a decision as a PDF: of its frozen words, once it has left."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from districts.roles import Role
from districts.tests.factories import person
from plans.services import hash_of, make_pdf, passing_pdf
from plans.services.pdfs import Job
from plans.tests.factories import PlanFactory
from plans.tests.tagged import faults_of
from reviews import services
from reviews.reading.letter_paper import letter_paper
from reviews.tests.test_since_closing import FINDINGS

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(commissioner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    plan = PlanFactory(recommended=True)
    at = timezone.now() - timedelta(hours=1)
    return services.approve(
        plan_id=plan.pk, version=1, key=uuid4(), by=commissioner, at=at, **FINDINGS
    )


def test_the_paper_says_the_letter_word_for_word(decided):
    paper = letter_paper(decided.plan, decided)

    said = "\n\n".join(
        "".join(part.get("text", "\n") for part in each["parts"])
        for each in paper["front"]
        if each["kind"] == "paragraph"
    )
    assert said == decided.letter.strip()
    assert sha256(decided.letter.encode()).hexdigest() in str(paper["front"][-1])


def test_it_is_made_and_downloaded_by_the_district_and_by_nobody_before_it_left(
    client, decided, commissioner, monkeypatch
):
    plan = decided.plan
    here = [plan.district.slug, plan.cycle_id]
    page, file = (reverse(f"reviews:decision_pdf{end}", args=here) for end in ("", "_file"))
    monkeypatch.setattr("plans.services.pdfs.wake", lambda *_, **__: True)
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    assert "The PDF is being made" in client.get(page).text
    assert client.get(file).status_code == 302
    paper = hash_of(letter_paper(plan, decided))
    make_pdf(str(Job("determination", decided.pk, paper)))
    assert "Download the PDF" in client.get(page).text
    made = b"".join(client.get(file).streaming_content)
    assert faults_of(made) == []
    assert passing_pdf(decided, paper).size == len(made)

    held = services.approve(
        plan_id=PlanFactory(recommended=True).pk,
        version=1,
        key=uuid4(),
        by=commissioner,
        at=timezone.now(),
        **FINDINGS,
    )
    client.force_login(commissioner)
    there = [held.plan.district.slug, held.plan.cycle_id]
    assert client.get(reverse("reviews:decision_pdf", args=there)).status_code == 404
    assert client.get(page).status_code == 200
    client.force_login(person(Role.SUPERINTENDENT, held.plan.district))
    assert client.get(page).status_code == 404
