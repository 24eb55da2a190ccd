"""What single lines need from the decider is given by itself, recorded, and named in the letter."""

from uuid import uuid4

import pytest
from django.urls import reverse

from plans.models import Plan
from plans.services import Blocked
from plans.tests.documents import a_line, complete_document, object_code
from plans.tests.factories import PlanFactory, closed_version, document_of, recommend_by_both
from plans.workflow import Status, Step
from reviews.models import Determination
from reviews.rules import permits_needed
from reviews.services import approve

pytestmark = pytest.mark.django_db

FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": "Nineteen of 24 milestones were met.",
    "performance": "progress",
    "performance_reasons": "Four of nine targets were met.",
}
BEFORE = (
    "line 1, Psychologists, $900,000",
    "Under section 10-262u(c)(2) I specifically approve, though it was paid from local funds"
    " before: line 1, Psychologists, $900,000.",
)
MAGNET = (
    "line 2, Places at the magnet school, $100,000",
    "Under section 10-262u(d) I permit this payment of magnet school tuition:"
    " line 2, Places at the magnet school, $100,000.",
)


def lines():
    return (
        a_line(
            41,
            1,
            description="Psychologists",
            previously_locally_funded=True,
            supplanting_explanation="The town cut them.",
        ),
        a_line(
            42,
            2,
            description="Places at the magnet school",
            line_kind="magnet_tuition",
            object_code=object_code("560", "Tuition"),
            amount=100_000,
        ),
    )


@pytest.fixture
def plan():
    """Both of its reviews are in, and its two lines each need something by themselves."""
    plan = PlanFactory(under_review=True)
    plan.edition += 1
    plan.save()
    version = closed_version(plan, document_of(plan.district, lines=lines()), signed=True)
    plan.events.create(
        step=Step.SUBMIT,
        source=Status.DRAFT,
        target=Status.SUBMITTED,
        version=version,
        taken_at=plan.submitted_at,
        taken_by=plan.submitted_by,
    )
    recommend_by_both(plan, version)
    return plan


def approved_with(plan, by, at, *permits, **also):
    act = {"key": uuid4(), "version": 2, **FINDINGS, **also}
    return approve(plan_id=plan.pk, by=by, at=at, permits=permits, **act)


def page_of(plan):
    return reverse("reviews:approve", args=[plan.district.slug, plan.cycle_id])


def test_each_line_needs_it_by_itself():
    document = complete_document(lines=lines())

    assert [permit.key for permit in permits_needed(document)] == ["R27/1", "R28/2"]
    assert permits_needed(complete_document()) == []


def test_what_is_given_is_recorded_and_named_in_the_letter(plan, commissioner, noon):
    determination = approved_with(plan, commissioner, noon, "R27/1", "R28/2")

    determination.refresh_from_db()
    assert determination.permits == [
        {"rule": "R27", "line": 1, "description": "Psychologists", "amount": 900_000},
        {
            "rule": "R28",
            "line": 2,
            "description": "Places at the magnet school",
            "amount": 100_000,
        },
    ]
    assert [sentence in determination.letter for _, sentence in (BEFORE, MAGNET)] == [True, True]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ((), [BEFORE, MAGNET]),
        (("R28/2",), [BEFORE]),
        (("R27/1",), [MAGNET]),
        (("R27/2", "R28/1", "R28/2"), [BEFORE]),  # of other lines
    ],
)
def test_without_one_of_them_the_plan_is_not_approved(plan, commissioner, noon, given, missing):
    with pytest.raises(Blocked) as refused:
        approved_with(plan, commissioner, noon, *given)

    for what, _ in missing:
        named = what[0].upper() + what[1:]
        assert any(reason.startswith(named) for reason in refused.value.reasons)
    assert len(refused.value.reasons) == len(missing)
    assert not Determination.objects.filter(plan=plan).exists()


def test_nothing_is_recorded_where_no_line_needs_it(commissioner, noon):
    plan = PlanFactory(recommended=True)

    determination = approved_with(plan, commissioner, noon, "R28/2", version=1)

    assert determination.permits == []
    assert "I permit" not in determination.letter
    assert "the board of education may spend" in determination.letter


def test_the_decider_gives_each_on_the_page(client, plan, commissioner):
    client.force_login(commissioner)
    page = client.get(page_of(plan)).text
    for what, sentence in (BEFORE, MAGNET):
        assert what in page
        assert sentence not in page

    typed = {"key": str(uuid4()), "version": "2", **FINDINGS, "permits": ["R28/2"]}
    preview = client.post(page_of(plan), typed | {"preview": "1"}).text
    assert MAGNET[1] in preview
    assert BEFORE[1] not in preview

    refused = client.post(page_of(plan), typed)
    assert not Determination.objects.filter(plan=plan).exists()
    assert f"Not given: {BEFORE[0]}. Give it, or return the plan for a change." in refused.text

    client.post(page_of(plan), typed | {"permits": ["R27/1", "R28/2"]})
    assert Plan.objects.get(pk=plan.pk).status == Status.APPROVED
    assert [each["line"] for each in plan.determination.permits] == [1, 2]
