"""Nobody decides alone: docs/separation-of-duties.md, each row tried against the running rules."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from districts.models import standing_of
from districts.roles import Role
from districts.tests.factories import (
    ConflictFactory,
    DelegationFactory,
    DistrictFactory,
    MembershipFactory,
    person,
)
from plans import services
from plans.services import Blocked
from plans.tests.factories import PlanFactory, assign_reviewers
from plans.workflow import Status, StepNotAllowed
from reviews.models import Determination, Recommendation, Waiver
from reviews.services import (
    ChangeAsked,
    approve,
    assign,
    recommend,
    release,
    return_for_changes,
    waive,
    withhold,
)

pytestmark = pytest.mark.django_db

TABLE = Path(settings.BASE_DIR, "docs", "separation-of-duties.md")
FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": "Nineteen of 24 milestones were met.",
    "performance": "progress",
    "performance_reasons": "Four of nine targets were met.",
}


def rows() -> list[tuple[str, str, str]]:
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[1:]]
    return [row for row in cells if row[1] in {"yes", "no"}]


def reviewed(**values):
    return PlanFactory(under_review=True, reviews=True, **values)


def plan_reviewed_by(**reviewers):
    """Under review, with both reviews in, by these people."""
    plan = PlanFactory(under_review=True)
    plan.assignments.all().delete()
    assign_reviewers(plan, **reviewers)
    for one in plan.assignments.all():
        advice(plan, one.reviewer, one.reviews_as)
    return plan


def advice(plan, by, made_as):
    Recommendation.objects.create(
        plan=plan,
        version=plan.versions.get(),
        made_as=made_as,
        text="Approve it.",
        made_at=plan.submitted_at,
        made_by=by,
    )


def delegate(role=Role.PROGRAM_REVIEWER, **values):
    user = person(role)
    DelegationFactory(delegate=user, **values)
    return user


def lacking(*, but: str):
    plan = PlanFactory(under_review=True)
    one = plan.assignments.get(reviews_as=but)
    advice(plan, one.reviewer, but)
    return plan


def by_one_person():
    plan = PlanFactory(under_review=True)
    one = plan.assignments.get(reviews_as="program_reviewer").reviewer
    plan.assignments.update(reviewer=one)  # or the second review would count for nobody
    for part in ("program_reviewer", "fiscal_reviewer"):
        advice(plan, one, part)
    return plan


def reform(*, third: bool):
    district = DistrictFactory(designated=True, funded=True, designation__is_reform_district=True)
    plan = reviewed(district=district)
    if not third:
        Recommendation.objects.filter(made_as="program_manager").delete()
    return plan


def of_the_district(commissioner):
    plan = reviewed()
    MembershipFactory(user=commissioner, role=Role.DISTRICT_VIEWER, district=plan.district)
    return plan


def with_conflict(decider):
    plan = reviewed()
    ConflictFactory(person=decider, district=plan.district)
    return plan


def manager_who_recommended():
    plan, user = reviewed(), delegate(Role.PROGRAM_MANAGER)
    advice(plan, user, "program_manager")
    return plan, user


def reviewer_once():
    """Somebody else reviews in their place since."""
    plan, user = PlanFactory(under_review=True), delegate()
    plan.assignments.all().delete()
    assign_reviewers(plan, program=user, at=plan.submitted_at)
    plan.assignments.filter(reviewer=user).update(
        ended_at=plan.submitted_at, ended_by=plan.submitted_by
    )
    other = person(Role.PROGRAM_REVIEWER)
    plan.assignments.create(
        reviewer=other,
        reviews_as="program_reviewer",
        assigned_at=plan.submitted_at,
        assigned_by=plan.submitted_by,
    )
    for one in plan.assignments.current():
        advice(plan, one.reviewer, one.reviews_as)
    return plan, user


def own_review(commissioner):
    MembershipFactory(user=commissioner, role=Role.PROGRAM_REVIEWER, district=None)
    return plan_reviewed_by(program=commissioner), commissioner


def own_review_as_delegate():
    user = delegate()
    return plan_reviewed_by(program=user), user


SITUATIONS = {
    "The Commissioner, after program and fiscal review by two people": lambda c: (reviewed(), c),
    "A delegate whose delegation the Commissioner has confirmed": lambda c: (
        reviewed(),
        delegate(),
    ),
    "A reviewer whose delegation the Commissioner has not confirmed": lambda c: (
        reviewed(),
        delegate(confirmed_at=None, confirmed_by=None),
    ),
    "A delegate whose delegation is over": lambda c: (
        reviewed(),
        delegate(first_day=date(2026, 1, 5), last_day=date(2026, 11, 22)),
    ),
    "A delegate whose delegation has not begun": lambda c: (
        reviewed(),
        delegate(first_day=date(2026, 11, 24), last_day=date(2027, 1, 5)),
    ),
    "The Commissioner, while the fiscal review is missing": lambda c: (
        lacking(but="program_reviewer"),
        c,
    ),
    "The Commissioner, while the program review is missing": lambda c: (
        lacking(but="fiscal_reviewer"),
        c,
    ),
    "The Commissioner, where one person gave both reviews": lambda c: (by_one_person(), c),
    "The Commissioner, of an educational reform district, with two reviews": lambda c: (
        reform(third=False),
        c,
    ),
    "The Commissioner, of an educational reform district, with three reviews": lambda c: (
        reform(third=True),
        c,
    ),
    "The Commissioner, who was a reviewer of the plan": own_review,
    "A delegate who is a reviewer of the plan": lambda c: own_review_as_delegate(),
    "A delegate who was a reviewer of the plan, until another was assigned": lambda c: (
        reviewer_once()
    ),
    "A delegate who recommended the plan as program manager": lambda c: manager_who_recommended(),
    "The Commissioner, who holds a role in the district": lambda c: (of_the_district(c), c),
    "The Commissioner, who has a conflict of interest with the district": lambda c: (
        with_conflict(c),
        c,
    ),
    "A delegate who has a conflict of interest with the district": lambda _: (
        with_conflict(found := delegate()),
        found,
    ),
    "The program manager": lambda c: (reviewed(), person(Role.PROGRAM_MANAGER)),
    "An administrator": lambda c: (reviewed(), person(Role.SYSADMIN)),
}


def decides(plan, by, at) -> str:
    try:
        approve(plan_id=plan.pk, by=by, at=at, key=uuid4(), version=1, **FINDINGS)
    except (Blocked, PermissionDenied):
        assert not Determination.objects.exists()
        return "no"
    plan.refresh_from_db()
    assert plan.status == Status.APPROVED
    return "yes"


def test_the_table_names_every_situation_that_is_tried():
    assert [row[0] for row in rows()] == list(SITUATIONS)


@pytest.mark.parametrize(("situation", "alone", "waived"), rows())
def test_who_may_decide(situation, alone, waived, commissioner, noon):
    plan, by = SITUATIONS[situation](commissioner)
    assert decides(plan, by, noon) == alone


@pytest.mark.parametrize(("situation", "alone", "waived"), rows())
def test_who_may_decide_with_the_commissioners_waiver(situation, alone, waived, commissioner, noon):
    plan, by = SITUATIONS[situation](commissioner)
    grounds = "One reviewer of two is on leave."
    giver = commissioner
    if plan.district_id in standing_of(commissioner, at=noon).kept_from:
        with pytest.raises(PermissionDenied):
            waive(plan_id=plan.pk, version=1, grounds=grounds, by=commissioner, at=noon)
        giver = person(Role.COMMISSIONER)
    waiver = waive(plan_id=plan.pk, version=1, grounds=grounds, by=giver, at=noon)

    assert decides(plan, by, noon) == waived
    if waived == "yes":
        assert Determination.objects.get().waiver == waiver


@pytest.mark.parametrize("verb", [withhold, release])
def test_nobody_withholds_or_releases_what_they_reviewed(verb, noon):
    plan, by = own_review_as_delegate()

    with pytest.raises(Blocked, match="somebody else decides"):
        verb(plan_id=plan.pk, reason="No report.", by=by, at=noon, key=uuid4())


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.SYSADMIN, Role.PROGRAM_REVIEWER])
def test_only_the_commissioner_waives(role, noon):
    plan = reviewed()
    by = delegate(role) if role != Role.SYSADMIN else person(role)

    with pytest.raises(PermissionDenied):
        waive(plan_id=plan.pk, version=1, grounds="Small office.", by=by, at=noon)


def test_a_version_that_comes_back_unedited_is_reviewed_anew(people_of, noon, commissioner):
    """Its answers are new: reviews and a waiver from before the return no longer count."""
    plan = reviewed()
    people = people_of(plan)
    reviewers = [one.reviewer for one in plan.assignments.current()]
    waive(plan_id=plan.pk, version=1, grounds="One reviewer.", by=commissioner, at=noon)
    later = {"plan_id": plan.pk, "at": noon + timedelta(hours=1)}
    asked = [ChangeAsked("budget", "Name the grades.")]
    return_for_changes(version=1, changes=asked, key=uuid4(), by=reviewers[0], **later)
    services.answer_change(
        number=1, version=1, answer="K to 3.", by=people.plan_coordinator, **later
    )
    services.submit(key=uuid4(), by=people.superintendent, **later)
    assert decides(plan, commissioner, noon + timedelta(hours=2)) == "no"

    for by in reviewers:
        act = {"plan_id": plan.pk, "by": by, "at": noon + timedelta(hours=3)}
        recommend(version=1, text="The answer will do.", key=uuid4(), **act)
    assert decides(plan, commissioner, noon + timedelta(hours=4)) == "yes"


def test_a_reviewer_who_was_replaced_is_followed_by_another(noon, manager):
    plan = PlanFactory(under_review=True)
    first = plan.assignments.get(reviews_as="program_reviewer").reviewer
    act = {"plan_id": plan.pk, "at": noon}
    recommend(version=1, text="Yes.", key=uuid4(), by=first, **act)
    new = person(Role.PROGRAM_REVIEWER)
    MembershipFactory(user=first, role=Role.FISCAL_REVIEWER, district=None)
    assign(
        program_reviewer_id=new.pk,
        fiscal_reviewer_id=first.pk,
        by=manager,
        key=uuid4(),
        **act,
    )
    recommend(version=1, text="Yes, too.", key=uuid4(), by=first, **act)
    plan.refresh_from_db()
    assert plan.status == Status.UNDER_REVIEW

    recommend(version=1, text="Yes.", key=uuid4(), by=new, **act)
    plan.refresh_from_db()
    assert plan.status == Status.RECOMMENDED


def test_whoever_signed_for_the_district_neither_reviews_nor_decides(noon, manager):
    plan = reviewed()
    signer = plan.versions.get().signatures.first().signed_by
    MembershipFactory(user=signer, role=Role.COMMISSIONER, district=None)
    assert decides(plan, signer, noon) == "no"

    MembershipFactory(user=signer, role=Role.PROGRAM_REVIEWER, district=None)
    with pytest.raises(Blocked, match="signed this plan"):
        assign(
            plan_id=plan.pk,
            program_reviewer_id=signer.pk,
            fiscal_reviewer_id=person(Role.FISCAL_REVIEWER).pk,
            by=manager,
            at=noon,
            key=uuid4(),
        )


def test_the_page_takes_the_review_that_a_plan_recommended_before_lacks(client):
    plan = PlanFactory(recommended=True)
    Recommendation.objects.update(made_as="")
    reviewer = plan.assignments.get(reviews_as="fiscal_reviewer").reviewer
    client.force_login(reviewer)
    url = reverse("reviews:recommend", args=[plan.district.slug, 2027])
    assert url in client.get(reverse("reviews:plan", args=[plan.district.slug, 2027])).text

    assert client.get(url).status_code == 200
    client.post(url, {"key": uuid4(), "version": 1, "text": "Sound."})

    assert Recommendation.objects.filter(made_as="fiscal_reviewer", made_by=reviewer).exists()


def test_a_waiver_gives_grounds_is_given_once_and_is_for_its_version(commissioner, noon):
    plan = reviewed()
    act = {"plan_id": plan.pk, "version": 1, "by": commissioner, "at": noon}

    with pytest.raises(Blocked, match="on what grounds"):
        waive(grounds=" ", **act)
    first = waive(grounds="One reviewer.", **act)
    assert waive(grounds="One reviewer.", **act) == first
    with pytest.raises(StepNotAllowed, match="has waived this already"):
        waive(grounds="Another reason.", **act)
    assert Waiver.objects.get().version == plan.versions.get()
