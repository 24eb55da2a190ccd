"""Plans for tests, each with the history that its status says it had."""

import json
import re
from datetime import date, datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import factory
from django.apps import apps
from factory.django import DjangoModelFactory

from districts.calendar import EASTERN
from districts.models import District, User
from districts.roles import Role
from districts.tests.factories import DistrictFactory, UserFactory, person
from plans.documents import SCHEMA, PlanDocument, fingerprint
from plans.documents.kinds import SINGLE
from plans.models import (
    Assignment,
    Assurance,
    BoardApproval,
    BudgetLine,
    Cycle,
    ExtensionEntry,
    Milestone,
    Objective,
    PerformanceTarget,
    Plan,
    PlanEvent,
    PlanVersion,
    Question,
    QuestionEntry,
    RequiredChange,
    Signature,
    StakeholderEngagement,
    Strategy,
)
from plans.services.closing import intent_of
from plans.tests.documents import change, complete_document
from plans.workflow import Status, Step

STARTED = datetime(2026, 5, 4, 9, 0, tzinfo=EASTERN)
CLOSED = datetime(2026, 6, 24, 15, 0, tzinfo=EASTERN)
SUBMITTED = datetime(2026, 6, 26, 10, 0, tzinfo=EASTERN)
REVIEW_STARTED = datetime(2026, 7, 6, 9, 0, tzinfo=EASTERN)
RETURNED = datetime(2026, 7, 8, 14, 0, tzinfo=EASTERN)
RECOMMENDED = datetime(2026, 7, 20, 11, 0, tzinfo=EASTERN)
APPROVED = datetime(2026, 7, 27, 16, 0, tzinfo=EASTERN)

# How a plan comes to a status: each step with its moment and the status it starts from.
_SUBMIT = (Step.SUBMIT, SUBMITTED, Status.DRAFT, Status.SUBMITTED)
_START = (Step.START_REVIEW, REVIEW_STARTED, Status.SUBMITTED, Status.UNDER_REVIEW)
_RECOMMEND = (Step.RECOMMEND, RECOMMENDED, Status.UNDER_REVIEW, Status.RECOMMENDED)
HISTORY = {
    Status.DRAFT: [],
    Status.SUBMITTED: [_SUBMIT],
    Status.UNDER_REVIEW: [_SUBMIT, _START],
    Status.RETURNED: [
        _SUBMIT,
        _START,
        (Step.RETURN, RETURNED, Status.UNDER_REVIEW, Status.RETURNED),
    ],
    Status.RECOMMENDED: [_SUBMIT, _START, _RECOMMEND],
    Status.APPROVED: [
        _SUBMIT,
        _START,
        _RECOMMEND,
        (Step.APPROVE, APPROVED, Status.RECOMMENDED, Status.APPROVED),
    ],
}


def _handed_in_as(status: Status) -> factory.Trait:
    return factory.Trait(
        status=status, submitted_at=SUBMITTED, submitted_by=factory.SubFactory(UserFactory)
    )


class PlanFactory(DjangoModelFactory):
    """A draft for FY2027, every section empty; `submitted=True`, `under_review=True` …

    A plan handed in has its signed version and its events; one under review has two reviewers,
    one returned has one required change, unanswered;
    `reviews=True`: both of its reviews are in. Its board approved it on June 9, 2026.
    """

    class Meta:
        model = Plan
        skip_postgeneration_save = True

    class Params:
        submitted = _handed_in_as(Status.SUBMITTED)
        under_review = _handed_in_as(Status.UNDER_REVIEW)
        returned = _handed_in_as(Status.RETURNED)
        recommended = _handed_in_as(Status.RECOMMENDED)
        approved = _handed_in_as(Status.APPROVED)

    district = factory.SubFactory(DistrictFactory, designated=True, funded=True)
    cycle = factory.LazyFunction(lambda: Cycle.objects.get(pk=2027))
    kind = Plan.Kind.ANNUAL_AMENDMENT
    started_at = STARTED
    started_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def sections(self, create, extracted, **values):
        for kind in SINGLE.values():
            kind.model.objects.create(plan=self)

    @factory.post_generation
    def board(self, create, extracted, **values):
        BoardApproval.objects.create(**{"plan": self, "approved_on": date(2026, 6, 9), **values})

    @factory.post_generation
    def history(self, create, extracted, **values):
        steps = HISTORY[Status(self.status)]
        if not steps:
            return
        version = closed_version(self, signed=True)
        if self.status != Status.SUBMITTED:
            assign_reviewers(self)
        for step, at, source, target in steps:
            PlanEvent.objects.create(
                plan=self,
                step=step,
                source=source,
                target=target,
                version=version,
                reason="1. Budget: Name the grades." if step == Step.RETURN else "",
                taken_at=at,
                taken_by=self.submitted_by,
            )
        if self.status == Status.RETURNED:
            RequiredChangeFactory(plan=self, version=version)
        if self.status in {Status.RECOMMENDED, Status.APPROVED}:
            recommend_by_both(self, version)

    @factory.post_generation
    def reviews(self, create, extracted, **values):
        if extracted:
            recommend_by_both(self)


class QuestionFactory(DjangoModelFactory):
    """About the budget, as the last version has it."""

    class Meta:
        model = Question

    version = factory.LazyAttribute(lambda self: self.plan.versions.order_by("number").last())
    number = factory.LazyAttribute(lambda self: self.plan.questions.count() + 1)
    section = "budget"


class ExtensionEntryFactory(DjangoModelFactory):
    """More time asked for, which has no answer."""

    class Meta:
        model = ExtensionEntry

    plan = factory.SubFactory(PlanFactory)
    number = 1
    did = ExtensionEntry.Did.ASKED
    until = date(2027, 6, 1)
    reason = "The board met late."
    key = factory.LazyFunction(uuid4)
    written_at = datetime(2026, 7, 17, 9, 0, tzinfo=EASTERN)
    written_by = factory.SubFactory(UserFactory)


class QuestionEntryFactory(DjangoModelFactory):
    """A question that waits for its answer."""

    class Meta:
        model = QuestionEntry

    question = factory.SubFactory(QuestionFactory)
    number = 1
    did = QuestionEntry.Did.ASKED
    text = "Who pays the tutors?"
    due_on = date(2026, 7, 24)
    key = factory.LazyFunction(uuid4)
    written_at = datetime(2026, 7, 17, 9, 0, tzinfo=EASTERN)
    written_by = factory.SubFactory(UserFactory)


class RequiredChangeFactory(DjangoModelFactory):
    class Meta:
        model = RequiredChange

    number = 1
    section = "budget"
    text = "Name the grades."
    due_on = date(2026, 7, 29)
    event = factory.LazyAttribute(
        lambda change: change.plan.events.filter(step=Step.RETURN).order_by("pk").last()
    )
    asked_at = RETURNED
    asked_by = factory.SubFactory(UserFactory)


def document_of(district: District, **parts) -> PlanDocument:
    """A complete document of FY2027 that names this district, with the Department's rows.

    A version closed of it says what the Department's lists say, but for what the test gives.
    """
    document = complete_document(**parts)
    asked = {row["number"]: row for row in Assurance.objects.filter(cycle=2027).values()}
    if "assurances" not in parts:
        assurances = [
            one.model_copy(update={name: asked[one.number][name] for name in ("text", "citation")})
            for one in document.assurances.assurances
            if one.number in asked
        ]
        document = change(document, "assurances", assurances=tuple(assurances))
    if "money" not in parts:
        document = change(document, "money", source="Department list", source_on=date(2026, 4, 1))
    return change(
        document,
        "district",
        name=district.name,
        slug=district.slug,
        edsight_code=district.edsight_code,
        reference_group=district.reference_group,
        is_priority_school_district=district.is_priority_school_district,
        is_reform_district=district.designations.filter(is_reform_district=True).exists(),
    )


def a_year_later(document: PlanDocument) -> PlanDocument:
    """The same text for FY2028: every day of FY2027 is a year later."""
    text = json.dumps(document.frozen())
    later = re.sub(
        r'"(2026|2027)(-(?:(?<=2026-)(?:0[7-9]|1[0-2])|(?<=2027-)0[1-6])-\d\d")',
        lambda day: f'"{int(day[1]) + 1}{day[2]}',
        text,
    )
    return PlanDocument.model_validate(json.loads(later) | {"fiscal_year": 2028})


def closed_version(
    plan: Plan, document: PlanDocument | None = None, *, signed: bool = False, at=CLOSED
) -> PlanVersion:
    """The next version of the plan, closed at its present edition; `signed=True` by both."""
    frozen = (document or document_of(plan.district, kind=plan.kind)).frozen()
    version = PlanVersion.objects.create(
        plan=plan,
        number=plan.versions.count() + 1,
        edition=plan.edition,
        schema=SCHEMA,
        document=frozen,
        sha256=fingerprint(frozen),
        closed_at=at,
        closed_by=plan.started_by,
    )
    if signed:
        sign_version(version, at=at)
    return version


def write_rows(plan: Plan, document: PlanDocument | None = None) -> PlanDocument:
    """Write the draft's rows so that they read as the document; a complete one unless given.

    The rows are written past the services, so the plan's edition stays what it was.
    """
    document = document or document_of(plan.district)
    chosen = {
        "indicator_numbers": [indicator.number for indicator in document.needs.indicators],
        "accepted_numbers": [a.number for a in document.assurances.assurances if a.accepted],
    }
    for kind in SINGLE.values():
        part = getattr(document, kind.within)
        kind.model.objects.filter(plan=plan).update(
            **{
                field.name: chosen[field.name]
                if field.name in chosen
                else getattr(part, field.name)
                for field in kind.fields
            }
        )
    _write_lists(plan, document)
    return document


def _write_lists(plan: Plan, document: PlanDocument) -> None:
    for objective in document.objectives:
        row = _row(Objective, plan, objective, without={"targets"})
        for target in objective.targets:
            indicator = target.indicator and target.indicator.number
            _row(PerformanceTarget, plan, target, objective=row, indicator_id=indicator)
    strategies = {}
    for strategy in document.strategies:
        strategies[strategy.lineage] = row = _row(
            Strategy,
            plan,
            strategy,
            without={"milestones", "focus_areas", "targets", "comes_from"},
            domain_id=strategy.domain and strategy.domain.code,
            focus_area_numbers=[area.number for area in strategy.focus_areas],
            target_lineages=[_lineage(plan, target) for target in strategy.targets],
        )
        for milestone in strategy.milestones:
            _row(Milestone, plan, milestone, strategy=row)
    for line in document.lines:
        _row(
            BudgetLine,
            plan,
            line,
            strategy=strategies.get(line.strategy),
            object_code_id=line.object_code and line.object_code.code,
            focus_area_id=line.focus_area and line.focus_area.number,
        )
    for entry in document.engagement:
        _row(StakeholderEngagement, plan, entry)


def _row(model, plan, part, *, without=frozenset(), **columns):
    """A row of a list from its part of a document; `columns` stand for terms and parents."""
    named = {name.removesuffix("_id") for name in columns}
    values = part.model_dump(exclude={"id", "lineage", "number", *named, *without})
    return model.objects.create(
        plan=plan,
        position=model.objects.filter(plan=plan).count() + 1,
        lineage=_lineage(plan, part.lineage or f"{model.__name__}-{part.id}"),
        **values,
        **columns,
    )


def _lineage(plan: Plan, name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"{plan.pk}/{name}")


def sign_version(version: PlanVersion, *, at=CLOSED, capacities=Signature.Capacity) -> None:
    for capacity in capacities:
        signer = UserFactory()
        Signature.objects.create(
            version=version,
            capacity=capacity,
            name=signer.name,
            intent=intent_of(version.plan, version, Signature.Capacity(capacity)),
            sha256=version.sha256,
            signed_at=at,
            signed_by=signer,
        )


def assign_reviewers(
    plan: Plan, *, program: User | None = None, fiscal: User | None = None, at=REVIEW_STARTED
) -> tuple[User, User]:
    """Give the plan a program and a fiscal reviewer, and say who they are."""
    program = program or person(Role.PROGRAM_REVIEWER)
    fiscal = fiscal or person(Role.FISCAL_REVIEWER)
    for reviewer, reviews_as in (
        (program, Assignment.As.PROGRAM),
        (fiscal, Assignment.As.FISCAL),
    ):
        Assignment.objects.create(
            plan=plan,
            reviewer=reviewer,
            reviews_as=reviews_as,
            assigned_at=at,
            assigned_by=plan.started_by,
        )
    return program, fiscal


def recommend_by_both(plan: Plan, version: PlanVersion | None = None, *, at=RECOMMENDED) -> None:
    """Both reviews are in; for a reform district the program manager's too (R36, R38)."""
    version = version or plan.versions.latest("number")
    made_by = {one.reviews_as: one.reviewer for one in plan.assignments.current()}
    if plan.district.designations.filter(is_reform_district=True).exists():
        made_by[Role.PROGRAM_MANAGER] = person(Role.PROGRAM_MANAGER)
    recommendation = apps.get_model("reviews", "Recommendation")  # an app above this one
    for made_as, reviewer in made_by.items():
        recommendation.objects.create(
            plan=plan,
            version=version,
            made_as=made_as,
            text="Approve it.",
            made_at=at,
            made_by=reviewer,
        )


def resubmit(plan: Plan, *, at=datetime(2026, 7, 17, 9, 0, tzinfo=EASTERN)) -> PlanVersion:
    """Answer every change, close a new version, sign it, and hand the returned plan in again."""
    plan.required_changes.filter(answered_at=None).update(
        answer="Done.", answered_at=at, answered_by=plan.started_by
    )
    plan.edition += 1
    plan.status, plan.submitted_at = Status.UNDER_REVIEW, at
    plan.save()
    version = closed_version(plan, signed=True, at=at)
    for step, source, target in (
        (Step.SUBMIT, Status.RETURNED, Status.SUBMITTED),
        (Step.START_REVIEW, Status.SUBMITTED, Status.UNDER_REVIEW),
    ):
        PlanEvent.objects.create(
            plan=plan,
            step=step,
            source=source,
            target=target,
            version=version,
            taken_at=at,
            taken_by=plan.started_by,
        )
    return version
