"""Who has a conflict of interest with a district takes no part in its reviews (R37)."""

from http import HTTPStatus
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from districts.models import Conflict, standing_of
from districts.permissions import visible_letters
from districts.roles import Role
from districts.tests.factories import (
    ConflictFactory,
    DelegationFactory,
    DistrictFactory,
    MembershipFactory,
    person,
)
from notices.models import Notice
from plans.models import Cycle, Plan
from plans.permissions import parts_of
from plans.reports.sharing import liaisons_for
from plans.services import Blocked
from plans.services.letters import managers
from plans.services.truth import why_not
from plans.tests.factories import PlanFactory
from plans.workflow import Status, StepNotAllowed
from reviews import services
from reviews.models import Recommendation, ReturnDraft
from reviews.permissions import may_waive, readable_plans, visible_conflicts
from reviews.reports.packet import read_packet
from reviews.reports.queue import read_queue
from reviews.reports.queue_rows import Standing
from reviews.reports.reviewers import reviewers_holding
from reviews.reports.turns import Duties
from reviews.rules.gate import reviews_lacking

pytestmark = pytest.mark.django_db

PAGE = reverse("reviews:conflicts")
WHAT = "My sister teaches at the high school."
WORDS = "Copper lanterns drift upstream"


def declare(who, district, *, by=None, at=None, what=WHAT, key=None):
    return services.declare_conflict(
        district_id=district.pk,
        person_id=who.pk,
        what=what,
        key=key or uuid4(),
        by=by or who,
        at=at or timezone.now(),
    )


def end(conflict, by, because="She has moved."):
    return services.end_conflict(conflict_id=conflict.pk, because=because, by=by, at=timezone.now())


def acts_of(plan, by):
    """Everything a reviewer, manager or decider does with a plan in review."""
    act = {"plan_id": plan.pk, "by": by, "at": timezone.now()}
    findings = dict.fromkeys(("implementation", "performance"), "")
    findings |= {f"{name}_reasons": "" for name in findings}
    change = services.ChangeAsked("budget", "Name the grades.")
    return {
        "comment": lambda: services.comment(
            section="budget", audience="internal", text="So.", key=uuid4(), **act
        ),
        "return": lambda: services.return_for_changes(
            version=1, changes=[change], key=uuid4(), **act
        ),
        "recommend": lambda: services.recommend(version=1, text="So.", key=uuid4(), **act),
        "approve": lambda: services.approve(version=1, key=uuid4(), **findings, **act),
        "withhold": lambda: services.withhold(reason="So.", key=uuid4(), **act),
        "assign": lambda: services.assign(
            program_reviewer_id=1, fiscal_reviewer_id=2, key=uuid4(), **act
        ),
    }


@pytest.mark.parametrize("act", ["comment", "return", "recommend", "approve", "withhold", "assign"])
@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.COMMISSIONER])
def test_who_has_one_does_nothing_in_the_districts_reviews(under_review, role, act):
    who = person(role)
    DelegationFactory(delegate=who)
    declare(who, under_review.district)

    with pytest.raises(PermissionDenied):
        acts_of(under_review, who)[act]()

    under_review.refresh_from_db()
    assert (under_review.status, parts_of(who, under_review)) == (Status.UNDER_REVIEW, set())


def test_it_counts_for_its_district_alone(under_review, manager):
    declare(manager, DistrictFactory())

    acts_of(under_review, manager)["comment"]()

    assert under_review.comments.get().written_by == manager
    assert readable_plans(manager).get() == under_review


def test_an_assignment_ends_by_it_and_each_program_manager_hears(
    under_review, program_reviewer_of, manager
):
    reviewer, other = program_reviewer_of(under_review), person(Role.PROGRAM_MANAGER)
    apart = person(Role.PROGRAM_MANAGER)
    ConflictFactory(person=apart, district=under_review.district)

    conflict = declare(reviewer, under_review.district)

    ended = under_review.assignments.get(reviewer=reviewer)
    assert (ended.ended_at, ended.ended_by) == (conflict.declared_at, reviewer)
    letters = Notice.objects.order_by("to")
    assert [(one.kind, one.to) for one in letters] == [
        ("reviewer_recused", manager),
        ("reviewer_recused", other),
    ]
    assert "wants a program reviewer" in letters[0].subject
    assert WHAT not in letters[0].body
    assert f"/reviews/{under_review.district.slug}/2027/assign/" in letters[0].body


def test_the_queue_shows_the_plan_as_the_managers_to_assign(
    under_review, program_reviewer_of, manager
):
    cycle = Cycle.objects.get(pk=2027)
    asked = {"reader_id": manager.pk, "duties": Duties.of(manager), "at": timezone.now()}
    before = read_queue(cycle, **asked).rows[0]

    declare(program_reviewer_of(under_review), under_review.district)

    after = read_queue(cycle, **asked).rows[0]
    assert (before.is_mine, after.is_mine, after.program) == (False, True, None)


def test_who_has_one_reads_their_row_as_the_district_does(under_review, fiscal_reviewer_of):
    reviewer = fiscal_reviewer_of(under_review)
    declare(reviewer, under_review.district)
    cycle, now = Cycle.objects.get(pk=2027), timezone.now()

    row = read_queue(cycle, reader_id=reviewer.pk, duties=Duties.of(reviewer), at=now).rows[0]

    assert (row.standing, row.program, row.fiscal) == (Standing.CONFLICT, None, None)
    assert (row.is_mine, row.lacks) == (False, ())


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.AUDITOR, Role.COMMISSIONER])
def test_who_has_one_opens_no_page_of_the_review(client, under_review, role):
    reader, slug = person(role), under_review.district.slug
    client.force_login(reader)
    before = client.get(f"/reviews/{slug}/2027/").status_code

    declare(reader, under_review.district)

    pages = ["", "comment/", "return/", "recommend/", "approve/", "withhold/", "assign/"]
    answers = {client.get(f"/reviews/{slug}/2027/{page}").status_code for page in pages}
    assert (before, answers) == (HTTPStatus.OK, {HTTPStatus.NOT_FOUND})


def test_they_read_no_letters_about_it_but_their_own(under_review, manager, noon):
    declare(person(Role.AUDITOR), under_review.district)
    declare(under_review.assignments.first().reviewer, under_review.district)
    auditor = Conflict.objects.earliest("pk").person

    assert Notice.objects.get(kind="reviewer_recused").to == manager
    assert not visible_letters(auditor).filter(kind="reviewer_recused").exists()
    assert visible_letters(manager).filter(kind="reviewer_recused").exists()


def test_they_are_offered_for_nothing_of_the_district(under_review, reviewer, manager):
    other = DistrictFactory()
    for who in (reviewer, manager):
        declare(who, under_review.district)

    holding = reviewers_holding(Role.PROGRAM_REVIEWER, district=under_review.district)
    assert reviewer not in holding
    assert reviewer in reviewers_holding(Role.PROGRAM_REVIEWER, district=other)
    assert reviewer not in liaisons_for(under_review)
    assert manager not in managers(under_review)
    assert not may_waive(manager, under_review)


def test_they_are_not_assigned(reviewer, fiscal_reviewer, manager):
    plan = PlanFactory(submitted=True)
    declare(reviewer, plan.district)

    with pytest.raises(Blocked) as refusal:
        services.assign(
            plan_id=plan.pk,
            program_reviewer_id=reviewer.pk,
            fiscal_reviewer_id=fiscal_reviewer.pk,
            key=uuid4(),
            by=manager,
            at=timezone.now(),
        )

    assert refusal.value.reasons == [
        "The person named as program reviewer has a conflict of interest with "
        f"{plan.district.name}, so somebody else reviews its plan."
    ]


def test_a_manager_records_one_of_another_who_hears_of_it(
    under_review, manager, fiscal_reviewer_of
):
    reviewer = fiscal_reviewer_of(under_review)

    conflict = declare(reviewer, under_review.district, by=manager)

    letter = Notice.objects.get()  # who recorded it knows which plan wants a reviewer
    assert (letter.kind, letter.to) == ("conflict_changed", reviewer)
    assert WHAT not in letter.body
    assert under_review.assignments.get(reviewer=reviewer).ended_by == manager
    assert visible_conflicts(reviewer).get() == conflict


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.COMMISSIONER, Role.SYSADMIN])
def test_nobody_but_a_manager_records_anothers(role, reviewer):
    with pytest.raises(PermissionDenied):
        declare(reviewer, DistrictFactory(), by=person(role))


def test_a_manager_who_is_kept_from_the_district_records_no_others(manager, reviewer):
    district = DistrictFactory()
    MembershipFactory(user=manager, role=Role.DISTRICT_VIEWER, district=district)

    with pytest.raises(PermissionDenied):
        declare(reviewer, district, by=manager)


def test_one_is_recorded_of_nobody_but_the_department(manager):
    district = DistrictFactory()

    with pytest.raises(Blocked, match="not of the Department"):
        declare(person(Role.SUPERINTENDENT, district), district, by=manager)


def test_the_same_page_sent_again_is_one_declaration(reviewer):
    district, key = DistrictFactory(), uuid4()
    first = declare(reviewer, district, key=key)

    assert declare(reviewer, district, key=key) == first
    with pytest.raises(StepNotAllowed, match="with other words, and those stand"):
        declare(reviewer, district, key=key, what="Another reason.")
    with pytest.raises(StepNotAllowed, match="is on record since"):
        declare(reviewer, district)
    assert Conflict.objects.count() == 1


def test_ended_with_a_reason_it_counts_no_longer(under_review, reviewer, manager):
    conflict = declare(reviewer, under_review.district)
    assert not standing_of(reviewer, at=timezone.now()).reads_as_department(
        under_review.district_id
    )

    ended = end(conflict, manager)

    assert (ended.ended_by, ended.ended_because) == (manager, "She has moved.")
    assert standing_of(reviewer, at=timezone.now()).reads_as_department(under_review.district_id)
    assert Notice.objects.get().to == reviewer
    assert end(conflict, manager) == ended  # sent twice
    with pytest.raises(StepNotAllowed, match=f"{manager} ended it on"):
        end(conflict, person(Role.COMMISSIONER))
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.COMMISSIONER])
def test_nobody_ends_their_own(role):
    who = person(role)

    with pytest.raises(PermissionDenied):
        end(declare(who, DistrictFactory()), who)


def test_a_reviewer_ends_none(reviewer):
    with pytest.raises(PermissionDenied):
        end(ConflictFactory(), reviewer)


def test_the_letter_stays_where_somebody_was_assigned_meanwhile(
    under_review, program_reviewer_of, fiscal_reviewer_of, reviewer, manager
):
    declare(program_reviewer_of(under_review), under_review.district)
    letter, now = Notice.objects.get(), timezone.now()
    before = why_not(letter, at=now)

    services.assign(
        plan_id=under_review.pk,
        program_reviewer_id=reviewer.pk,
        fiscal_reviewer_id=fiscal_reviewer_of(under_review).pk,
        key=uuid4(),
        by=manager,
        at=now,
    )

    assert (before, why_not(letter, at=now)) == ("", "Somebody else was assigned since.")


@pytest.mark.parametrize("name", ["comment", "recommend", "return", "approve"])
def test_a_declaration_while_something_is_written_loses_no_words(
    client, under_review, program_reviewer_of, name
):
    reviewer = program_reviewer_of(under_review)
    client.force_login(reviewer)
    declare(reviewer, under_review.district)

    page = client.post(
        reverse(f"reviews:{name}", args=[under_review.district.slug, 2027]),
        {"key": uuid4(), "version": 1, "text": WORDS, "change-1-text": WORDS},
    )

    assert (page.status_code, WORDS in page.text) == (HTTPStatus.NOT_FOUND, True)
    assert f"Your conflict of interest with {under_review.district} is on record" in page.text


def test_what_they_proposed_in_a_shared_return_stays_for_the_others(
    under_review, program_reviewer_of
):
    reviewer = program_reviewer_of(under_review)
    services.save_change(
        plan_id=under_review.pk,
        lineage=uuid4(),
        version=0,
        values={"section": "budget", "text": WORDS, "due_on": None},
        as_typed={},
        by=reviewer,
        at=timezone.now(),
    )

    declare(reviewer, under_review.district)

    assert ReturnDraft.objects.get().changes.get().text == WORDS


def test_who_ends_them_reads_those_of_others_and_everybody_their_own(manager, reviewer):
    own, others = ConflictFactory(person=reviewer), ConflictFactory()
    of_managers_district = ConflictFactory()
    ConflictFactory(person=manager, district=of_managers_district.district)

    assert set(visible_conflicts(reviewer)) == {own}
    assert {own, others} <= set(visible_conflicts(manager))
    assert of_managers_district not in visible_conflicts(manager)
    assert not visible_conflicts(person(Role.SUPERINTENDENT, own.district)).exists()


def test_the_page_declares_and_the_page_ends(client, reviewer, manager):
    district = DistrictFactory()
    client.force_login(reviewer)
    client.post(PAGE, {"key": uuid4(), "district": district.pk, "what": WHAT})
    conflict = Conflict.objects.get()
    assert (conflict.person, conflict.declared_by) == (reviewer, reviewer)
    assert WHAT in client.get(PAGE).text

    client.force_login(manager)
    url = reverse("reviews:conflict_end", args=[conflict.pk])
    assert url in client.get(PAGE).text
    client.post(url, {"key": uuid4(), "because": "She has moved."})

    conflict.refresh_from_db()
    assert conflict.ended_by == manager
    assert "She has moved." in client.get(PAGE).text


def test_a_district_finds_no_such_page(client):
    conflict = ConflictFactory()
    client.force_login(person(Role.SUPERINTENDENT, conflict.district))

    assert client.get(PAGE).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_has_a_fixed_number_of_queries(client, manager, django_assert_num_queries, number):
    client.force_login(manager)
    client.get(PAGE)
    ConflictFactory.create_batch(number)
    for ended in ConflictFactory.create_batch(number):
        end(ended, manager)

    with django_assert_num_queries(9):
        client.get(PAGE)


def test_the_managers_review_of_a_reform_district_counts_no_longer(manager):
    district = DistrictFactory(designated=True, designation__is_reform_district=True)
    plan = PlanFactory(under_review=True, reviews=True, district=district)
    given = plan.recommendations.get(made_as="program_manager")
    other, now = manager, timezone.now()
    asked = {"reader_id": other.pk, "duties": Duties.of(other), "at": now}
    before = read_queue(Cycle.objects.get(pk=2027), **asked).rows[0]

    declare(given.made_by, district)

    after = read_queue(Cycle.objects.get(pk=2027), **asked).rows[0]
    assert (before.is_ready, before.lacks) == (True, ())
    assert (after.is_ready, after.is_mine, after.lacks) == (False, True, ("program_manager",))
    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    assert reviews_lacking(packet) == {Recommendation.As.MANAGER}
