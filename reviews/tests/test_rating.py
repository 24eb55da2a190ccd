"""Rating a version by its criteria: one's own, saved as one types, finished by recommending."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.roles import Role
from districts.tests.factories import person, restated
from notices.models import Notice
from plans.models import Assignment, Plan
from plans.services import Blocked
from plans.services.merging import Typed
from plans.tests.factories import PlanFactory, resubmit
from plans.workflow import Status, StepNotAllowed
from reviews.models import Consensus, Rating, Recommendation, Review, Rubric
from reviews.reports.disputes import open_disputes
from reviews.reports.packet import read_packet
from reviews.reports.rubrics import DEFAULT, rubric_for
from reviews.rules import unmet
from reviews.services import (
    ChangeAsked,
    MovedOn,
    recommend,
    record_consensus,
    return_for_changes,
    save_ratings,
    save_rubric,
)
from reviews.services.rubrics import RubricMovedOn, _asked

pytestmark = pytest.mark.django_db

PROGRAM, FISCAL = Recommendation.As.PROGRAM, Recommendation.As.FISCAL
DOLLARS = next(one for one in DEFAULT.questions if one.title.startswith("Dollars"))


def typed(level="meets", evidence="Page 4.", version=1, **more):
    return Typed({"level": level, "evidence": evidence}, {}, version, **more)


def rate(plan, by, at, ratings, **more):
    said = {"read": plan.versions.count(), "rubric": 1} | more
    return save_ratings(plan_id=plan.pk, typed=ratings, by=by, at=at, **said)


def rate_all(plan, by, at, made_as, *, dollars="meets"):
    asked = rubric_for(plan.cycle_id).of_part(made_as)
    levels = {one.lineage: "meets" for one in asked} | {DOLLARS.lineage: dollars}
    return rate(plan, by, at, {about: typed(level) for about, level in levels.items()})


def finish(plan, by, at):
    version = plan.versions.count()
    return recommend(plan_id=plan.pk, version=version, text="Sound.", key=uuid4(), by=by, at=at)


def agree(plan, by, at, about=DOLLARS.lineage, key=None, words="Line 4 is round.", **more):
    said = {"version": plan.versions.count(), "level": "partially"} | more
    return record_consensus(
        plan_id=plan.pk, about=about, words=words, key=key or uuid4(), by=by, at=at, **said
    )


@pytest.fixture
def two(under_review, program_reviewer_of, fiscal_reviewer_of):
    """The plan and its two reviewers."""
    return under_review, program_reviewer_of(under_review), fiscal_reviewer_of(under_review)


@pytest.fixture
def apart(two, noon):
    """Both reviews are in, and one criterion is rated two levels apart."""
    plan, program, fiscal = two
    rate_all(plan, program, noon, PROGRAM, dollars="meets")
    rate_all(plan, fiscal, noon, FISCAL, dollars="does_not")
    finish(plan, program, noon)
    finish(plan, fiscal, noon)
    plan.refresh_from_db()
    return two


def test_the_first_rating_begins_a_review_under_a_copy_of_the_default(two, noon):
    plan, program, fiscal = two
    rate(plan, program, noon, {DOLLARS.lineage: typed("partially")})
    rate(plan, fiscal, noon, {DOLLARS.lineage: typed("meets")})

    rubric = Rubric.objects.get()
    assert (rubric.cycle_id, rubric.number, rubric.is_copy) == (plan.cycle_id, 1, True)
    assert rubric.criteria.count() == len(DEFAULT.questions)
    assert list(
        Review.objects.order_by("pk").values_list(
            "begun_by", "made_as", "rubric", "version__number"
        )
    ) == [(program.pk, PROGRAM, rubric.pk, 1), (fiscal.pk, FISCAL, rubric.pk, 1)]
    assert list(Rating.objects.order_by("pk").values_list("level", "evidence", "saved_by")) == [
        ("partially", "Page 4.", program.pk),
        ("meets", "Page 4.", fiscal.pk),
    ]


def test_two_pages_of_one_reviewer_lose_no_word(two, noon):
    plan, program, _ = two
    rate(plan, program, noon, {DOLLARS.lineage: typed("meets", "First.")})

    saved = rate(plan, program, noon, {DOLLARS.lineage: typed("meets", "Other.", filled_from={})})

    [one] = saved.values()
    assert one.conflicts == ("evidence",)
    assert Rating.objects.get().evidence == "First."


@pytest.mark.parametrize("who", ["commissioner", "stranger", "reviewer elsewhere"])
def test_who_gives_no_review_rates_nothing(who, two, noon, request):
    plan, *_ = two
    by = {
        "commissioner": lambda: request.getfixturevalue("commissioner"),
        "stranger": lambda: person(Role.PLAN_COORDINATOR, plan.district),
        "reviewer elsewhere": lambda: person(Role.PROGRAM_REVIEWER),
    }[who]()
    with pytest.raises(PermissionDenied):
        rate(plan, by, noon, {DOLLARS.lineage: typed()})
    assert not Review.objects.exists()


def test_nobody_rates_what_is_not_of_their_part_or_another_version(two, noon):
    plan, program, _ = two
    adds = next(one for one in DEFAULT.questions if one.rated_by == "fiscal")
    with pytest.raises(MovedOn, match="does not rate"):
        rate(plan, program, noon, {adds.lineage: typed()})
    with pytest.raises(MovedOn, match="handed in version 1"):
        rate(plan, program, noon, {DOLLARS.lineage: typed()}, read=2)
    assert not Rating.objects.exists()


def test_a_review_that_rates_some_is_finished_once_it_rates_all_with_evidence(two, noon):
    plan, program, _ = two
    rate(plan, program, noon, {DOLLARS.lineage: typed("does_not", " ")})

    with pytest.raises(Blocked) as refused:
        finish(plan, program, noon)
    said = refused.value.reasons
    asked = rubric_for(plan.cycle_id).of_part(PROGRAM)
    assert len(said) == len(asked)
    assert "is not rated" in said[0]
    assert any("Dollars match" in one and "Say what in the plan shows it" in one for one in said)
    assert not Recommendation.objects.exists()

    rate(plan, program, noon, {one.lineage: typed(version=9, filled_from={}) for one in asked[1:2]})
    rate_all_from_anew(plan, program, noon, asked)
    finish(plan, program, noon)
    assert Review.objects.get().recommendation == Recommendation.objects.get()
    with pytest.raises(StepNotAllowed, match="is in, so its ratings stand"):
        rate(plan, program, noon, {DOLLARS.lineage: typed("meets")})


def rate_all_from_anew(plan, by, at, asked):
    """Over whatever is stored, as a page opened just now."""
    stored = {one.criterion.lineage: one.version for one in Rating.objects.all()}
    rate(
        plan,
        by,
        at,
        {one.lineage: typed(version=stored.get(one.lineage, 1)) for one in asked},
    )


def test_a_rubric_that_asks_for_all_lets_no_review_go_without(two, noon, manager):
    plan, program, _ = two
    save_rubric(
        fiscal_year=plan.cycle_id,
        read=0,
        asks_for_all=True,
        criteria=[_asked(one) for one in DEFAULT.questions],
        by=manager,
        at=noon,
    )
    with pytest.raises(Blocked, match="No criterion is rated yet"):
        finish(plan, program, noon)
    rate_all(plan, program, noon, PROGRAM)
    finish(plan, program, noon)
    assert Recommendation.objects.count() == 1


def test_two_levels_apart_wait_for_what_their_reviewers_agree_on(
    manager, apart, noon, commissioner
):
    plan, program, fiscal = apart
    told = Notice.objects.filter(kind="consensus_needed")
    assert {one.to_id for one in told} == {program.pk, fiscal.pk, manager.pk}
    assert "two levels apart on 1 criterion of the rubric" in told[0].body
    assert DOLLARS.title not in told[0].body  # whose review is to come reads nobody's (ADR 94)
    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    assert plan.status == Status.UNDER_REVIEW
    assert [one.about for one in open_disputes(packet)] == [DOLLARS.lineage]
    sentence = next(one for one in unmet(packet, on=noon.date()) if "two levels apart" in one)
    assert "“Dollars match the work described”" in sentence

    agreed = agree(plan, program, noon)

    assert agreed.status == Status.RECOMMENDED
    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    assert open_disputes(packet) == []
    assert not [one for one in unmet(packet, on=noon.date()) if "apart" in one]
    levels = {one.level for one in Rating.objects.filter(criterion__lineage=DOLLARS.lineage)}
    assert levels == {"meets", "does_not"}  # nobody's own rating was changed


def test_one_level_apart_asks_for_nothing(two, noon):
    plan, program, fiscal = two
    rate_all(plan, program, noon, PROGRAM, dollars="meets")
    rate_all(plan, fiscal, noon, FISCAL, dollars="partially")
    finish(plan, program, noon)
    assert finish(plan, fiscal, noon).status == Status.RECOMMENDED


def test_the_same_consensus_sent_twice_is_one(apart, noon):
    plan, program, fiscal = apart
    key = uuid4()
    agree(plan, program, noon, key=key)
    agree(plan, program, noon, key=key)
    with pytest.raises(StepNotAllowed, match="agreed already"):
        agree(plan, fiscal, noon)
    assert Consensus.objects.count() == 1


def test_who_agrees_has_a_review_in_and_says_why(two, noon, manager, commissioner):
    plan, program, fiscal = two
    restated(plan.district.designations.get(), is_reform_district=True)
    rate_all(plan, program, noon, PROGRAM, dollars="meets")
    rate_all(plan, fiscal, noon, FISCAL, dollars="does_not")
    finish(plan, program, noon)
    finish(plan, fiscal, noon)

    with pytest.raises(PermissionDenied):
        agree(plan, commissioner, noon)
    with pytest.raises(StepNotAllowed, match="Your own review comes first"):
        agree(plan, manager, noon)
    with pytest.raises(Blocked) as refused:
        agree(plan, program, noon, words=" ", level="")
    assert len(refused.value.reasons) == 2
    assert agree(plan, program, noon).status == Status.UNDER_REVIEW  # the third is not in


def test_what_lies_apart_is_told_once(manager, apart, noon):
    plan, *_ = apart
    restated(plan.district.designations.get(), is_reform_district=True)
    rate_all(plan, manager, noon, Recommendation.As.MANAGER, dollars="partially")

    finish(plan, manager, noon)

    assert Notice.objects.filter(kind="consensus_needed").count() == 3


def test_a_review_given_later_may_ask_for_another_consensus(apart, noon, manager):
    plan, program, _ = apart
    later = noon.replace(hour=18)
    agree(plan, program, noon)
    plan.refresh_from_db()
    assert plan.status == Status.RECOMMENDED
    new = person(Role.FISCAL_REVIEWER)
    plan.assignments.filter(reviews_as=Assignment.As.FISCAL).update(ended_at=noon, ended_by=manager)
    Assignment.objects.create(
        plan=plan, reviewer=new, reviews_as=FISCAL.value, assigned_at=noon, assigned_by=manager
    )
    rate_all(plan, new, later, FISCAL, dollars="does_not")
    finish(plan, new, later)

    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    assert [one.about for one in open_disputes(packet)] == [DOLLARS.lineage]
    agree(plan, new, later)
    assert not open_disputes(read_packet(Plan.objects.filter(pk=plan.pk)))


def test_what_comes_back_is_rated_anew(two, noon):
    plan, program, fiscal = two
    rate_all(plan, program, noon, PROGRAM)
    return_for_changes(
        plan_id=plan.pk,
        version=1,
        changes=[ChangeAsked("budget", "Say more.", None)],
        key=uuid4(),
        by=fiscal,
        at=noon,
    )
    with pytest.raises(StepNotAllowed):
        rate(plan, program, noon, {DOLLARS.lineage: typed()})
    resubmit(plan, at=noon.replace(hour=20))

    later = noon.replace(hour=21)
    rate(plan, program, later, {DOLLARS.lineage: typed("does_not")})
    assert [one.ratings.count() for one in Review.objects.order_by("pk")] == [9, 1]


def test_a_rubric_is_changed_by_its_next_version_and_not_under_a_review(two, noon, manager):
    plan, program, _ = two
    rate(plan, program, noon, {DOLLARS.lineage: typed()})
    first = Rubric.objects.get()
    criteria = [_asked(one) for one in DEFAULT.questions[:3]]
    said = {"fiscal_year": plan.cycle_id, "asks_for_all": False, "by": manager, "at": noon}

    second = save_rubric(read=1, criteria=criteria, **said)
    assert save_rubric(read=1, criteria=criteria, **said) == second  # the same is no version
    assert (second.number, second.criteria.count()) == (2, 3)
    with pytest.raises(RubricMovedOn, match="saved version 2"):
        save_rubric(read=1, criteria=criteria[:1], **said)
    with pytest.raises(Blocked, match="one criterion at least"):
        save_rubric(read=2, criteria=[], **said)
    with pytest.raises(PermissionDenied):
        save_rubric(read=2, criteria=criteria[:1], **(said | {"by": program}))

    rate(plan, program, noon, {DOLLARS.lineage: typed("partially", version=2)})
    assert Review.objects.get().rubric == first
    assert Rating.objects.get().level == "partially"


def test_a_year_without_a_rubric_goes_by_that_of_the_year_before(noon, manager):
    plan = PlanFactory(under_review=True)
    save_rubric(
        fiscal_year=plan.cycle_id,
        read=0,
        asks_for_all=True,
        criteria=[_asked(DOLLARS)],
        by=manager,
        at=noon,
    )
    found = rubric_for(plan.cycle_id + 1)
    assert (found.number, found.of_year, found.asks_for_all) == (0, plan.cycle_id, True)
    assert [one.lineage for one in found.questions] == [DOLLARS.lineage]
    assert rubric_for(plan.cycle_id - 1) == DEFAULT
