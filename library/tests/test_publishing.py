"""Publishing: by whom, of which version, without what; once, on the record, and back from view."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from districts.roles import Role
from districts.tests.factories import MembershipFactory, person
from library.documents import Passage, public_document
from library.models import Publication, TakenDown, Why
from library.rules import findings_in
from library.services import publish, take_down
from library.tests.checked import PUBLISHED, decide, published, resubmit, submitted_plan
from plans.documents.cache import document_of
from plans.services import Blocked, SentBefore
from plans.tests.documents import complete_document
from plans.tests.factories import PlanFactory
from plans.workflow import StepNotAllowed

pytestmark = pytest.mark.django_db
RUIZ = Passage("Ana Ruiz", Why.PERSONAL_DATA)


def taken_down(publication, **values):
    said = {
        "publication": publication.pk,
        "reason": "It names a student.",
        "key": uuid4(),
        "by": person(Role.SYSADMIN),
        "at": PUBLISHED,
    }
    return take_down(plan_id=publication.plan_id, **said | values)


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.SYSADMIN])
def test_who_runs_the_office_publishes(role):
    publication = published(submitted_plan(), by=person(role))

    assert list(Publication.objects.in_view()) == [publication]


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.COMMISSIONER, Role.AUDITOR])
def test_nobody_else_of_the_department_does(role):
    with pytest.raises(PermissionDenied):
        published(submitted_plan(), by=person(role))


def test_nobody_publishes_the_plan_of_their_own_district():
    plan = submitted_plan()
    manager = person(Role.PROGRAM_MANAGER)
    MembershipFactory(user=manager, role=Role.DISTRICT_VIEWER, district=plan.district)

    with pytest.raises(PermissionDenied):
        published(plan, by=manager)


def test_a_draft_is_never_published():
    with pytest.raises(StepNotAllowed):
        publish(
            plan_id=PlanFactory().pk,
            version=1,
            after=None,
            key=uuid4(),
            by=person(Role.SYSADMIN),
            at=PUBLISHED,
        )


def test_the_same_form_sent_twice_is_one_publication():
    plan, key, by = submitted_plan(), uuid4(), person(Role.SYSADMIN)
    first = published(plan, key=key, by=by)

    assert published(plan, key=key, by=by, after=None, reason="") == first
    with pytest.raises(SentBefore):
        published(plan, RUIZ, key=key, by=by, after=None, reason="")
    assert Publication.objects.count() == 1


def test_what_is_public_already_is_not_published_again():
    plan = submitted_plan()
    published(plan)

    with pytest.raises(StepNotAllowed):
        published(plan)


def test_who_checked_before_another_published_puts_nothing_back_into_view():
    plan = submitted_plan()
    published(plan, RUIZ)

    with pytest.raises(StepNotAllowed, match="meanwhile"):
        published(plan, after=None)


def test_a_version_that_is_no_longer_the_latest_is_not_published():
    plan = submitted_plan()
    resubmit(plan, "The second.")

    with pytest.raises(StepNotAllowed, match="Version 2"):
        published(plan, version=1)


def test_an_earlier_version_stays_in_view_until_the_later_was_checked():
    plan = submitted_plan()
    published(plan)
    resubmit(plan, "The second.")

    (in_view,) = Publication.objects.in_view()

    assert (in_view.version.number, in_view.latest_number) == (1, 2)
    published(plan)
    assert [one.version.number for one in Publication.objects.in_view()] == [2]


def test_the_decision_is_another_publication_with_its_letter():
    plan = submitted_plan(submitted=False, approved=True)
    first = published(plan)
    decided = decide(plan)

    second = published(plan, reason="")

    assert (first.determination, second.determination) == (None, decided)


def test_a_revision_goes_on_with_the_letter_of_the_decision():
    plan = submitted_plan(submitted=False, approved=True)
    decided = decide(plan)
    published(plan)
    resubmit(plan, "As revised.")

    assert published(plan).determination == decided


def test_a_correction_says_why():
    plan = submitted_plan()
    published(plan)

    with pytest.raises(Blocked, match="Say why"):
        published(plan, RUIZ, reason=" ")
    assert published(plan, RUIZ).reason == "A parent wrote to us."


def test_a_passage_stands_in_the_text_and_is_long_enough():
    plan = submitted_plan()

    with pytest.raises(Blocked, match="does not stand in"):
        published(plan, Passage("Nobody Here", Why.PERSONAL_DATA))
    with pytest.raises(Blocked, match="too short"):
        published(plan, Passage("An", Why.PERSONAL_DATA))


def test_every_finding_is_decided():
    plan = submitted_plan()
    resubmit(plan, "Ask Mr. Otis Lake about 3 students, 0123456789, o@example.org, 203-555-0101.")

    with pytest.raises(Blocked) as refusal:
        published(plan, passages=[Passage("Mr. Otis Lake", Why.PERSONAL_DATA)])

    assert len(refusal.value.reasons) == 4
    assert published(plan)


def test_the_letter_is_looked_into_as_well():
    plan = submitted_plan(submitted=False, approved=True)
    decide(plan)

    with pytest.raises(Blocked, match="Ada Whitlock"):
        published(plan, passages=[])


def test_what_was_taken_back_is_out_of_view_until_it_is_published_with_a_reason():
    plan = submitted_plan()
    first = published(plan)

    taken_down(first)

    assert not Publication.objects.in_view().exists()
    with pytest.raises(Blocked, match="Say why"):
        published(plan, reason="")
    published(plan)
    assert Publication.objects.in_view().count() == 1


def test_taking_back_is_done_once_with_a_reason_and_by_who_publishes():
    plan = submitted_plan()
    publication, key, by = published(plan), uuid4(), person(Role.SYSADMIN)

    with pytest.raises(Blocked):
        taken_down(publication, reason=" ")
    with pytest.raises(PermissionDenied):
        taken_down(publication, by=person(Role.PROGRAM_REVIEWER))
    first = taken_down(publication, key=key, by=by)
    assert taken_down(publication, key=key, by=by) == first
    with pytest.raises(StepNotAllowed):
        taken_down(publication)
    assert TakenDown.objects.count() == 1


def test_a_version_recalled_since_is_out_of_view():
    plan = submitted_plan()
    published(plan)
    came = plan.events.get(step="submit")
    came.pk, came.step, came.key = None, "recall", uuid4()
    came.source, came.target = "submitted", "draft"
    came.save(force_insert=True)

    assert not Publication.objects.in_view().exists()


def test_publications_are_never_changed_or_deleted():
    publication = published(submitted_plan())

    for change in (
        lambda: Publication.objects.update(reason="Other."),
        lambda: Publication.objects.filter(pk=publication.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_removed_passages_are_gone_whatever_their_case_and_their_blanks():
    document = complete_document()
    cover = document.cover.model_copy(
        update={"summary": "ana\nruiz and Ana  Ruiz read.", "as_typed": {"summary": "ANA RUIZ"}}
    )
    document = document.model_copy(update={"cover": cover})

    text = public_document(document, [RUIZ]).model_dump_json().lower()

    assert "ruiz" not in text
    assert text.count("[removed: personal data]") == 4


def test_contact_details_are_never_public():
    text = public_document(complete_document(), []).model_dump_json()

    assert "Ana Ruiz" in text
    assert "aruiz@" not in text
    assert "203-555-0100" not in text


def test_a_small_count_as_baseline_is_suppressed():
    document = complete_document()
    objective = document.objectives[0]
    target = objective.targets[0].model_copy(update={"baseline": Decimal(4), "unit": "students"})
    document = document.model_copy(
        update={"objectives": (objective.model_copy(update={"targets": (target,)}),)}
    )

    (shown,) = public_document(document, []).targets

    assert (shown.baseline, shown.is_suppressed("baseline")) == (None, True)


def with_baselines(*counts, unit="students"):
    document = complete_document()
    objective = document.objectives[0]
    targets = tuple(
        objective.targets[0].model_copy(update={"baseline": baseline, "unit": unit})
        for baseline in counts
    )
    of_these = (objective.model_copy(update={"targets": targets}),)
    return document.model_copy(update={"objectives": of_these})


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((4, 9, 13), ["<6", "*", 13]),  # 13 - 9 would tell the 4
        ((4, 13), ["<6", 13]),  # of two neither tells the other
        ((4, 3, 20, 27), ["<6", "<6", 20, 27]),  # two are left out already
        ((6, 9, 15), [6, 9, 15]),
        ((0, 9, 9), [0, 9, 9]),
        ((4, 0, 9, 13), ["<6", 0, "*", 13]),  # leaving out a 0 would protect nobody
    ],
)
def test_a_count_by_which_a_left_out_one_could_be_worked_out_is_left_out_too(counts, told):
    shown = public_document(with_baselines(*map(Decimal, counts)), []).targets

    assert [
        one.as_typed["baseline"] if one.is_suppressed("baseline") else one.baseline for one in shown
    ] == told


def test_a_rate_is_no_count_and_is_not_suppressed_by_its_figure():
    shown = public_document(with_baselines(Decimal(4), Decimal(9), unit="percent"), []).targets

    assert [one.baseline for one in shown] == [4, 9]


def test_the_public_text_of_a_plan_without_removals_says_what_was_signed():
    plan = submitted_plan()
    document = document_of(plan.versions.get())

    shown = public_document(document, [])

    assert shown.strategies == document.strategies
    assert shown.lines == document.lines


def test_the_contact_is_no_finding():
    assert findings_in(complete_document()) == []
