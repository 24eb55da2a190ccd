"""All that was said and done about one plan, as rows: one query, each kind as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from districts.models import Conflict, Designation
from districts.statements import Among, Statement
from plans.documents.rows import JSONRows
from plans.models import (
    ApprovalCondition,
    Assignment,
    ChangeVerdict,
    Comment,
    ExtensionEntry,
    Plan,
    PlanEvent,
    PlanVersion,
    QuestionEntry,
    RequiredChange,
    RevisionEvent,
    Signature,
    VersionWarning,
)
from plans.revision_workflow import RevisionStep
from reviews.models import (
    Consensus,
    LetterTemplate,
    PreparedDecision,
    ProposedChange,
    Rating,
    Recommendation,
    ReturnDraft,
    Review,
    ThirdReviewer,
    Waiver,
)
from reviews.models.default_letters import LetterKind
from reviews.reports import last_year
from reviews.reports.handed_in import submissions

VERSION_COLUMNS = (
    "id",
    "plan_id",
    "number",
    "edition",
    "schema",
    "sha256",
    "closed_at",
    "closed_by_id",
)
AS_TEXT = "_as_text"


def said_of(plan_id: int) -> dict[str, Any]:
    """Every kind of row by its name, to be `parsed`; and what is a number or a status as it is."""
    return _read(SAID.ask(plan_id)[0])


def said_of_each(plan_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The same of several plans, in one query."""
    return {row.pop("id"): _read(row) for row in SAID_OF_EACH.ask(list(plan_ids))}


def _read(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name.removesuffix(AS_TEXT): json.loads(value) if name.endswith(AS_TEXT) else value
        for name, value in row.items()
    }


def _rows(queryset: QuerySet, *columns: str, **renamed: str) -> JSONRows:
    return JSONRows(
        queryset.annotate(**{to: F(what) for to, what in renamed.items()}), *columns, *renamed
    )


def _said(plan_id: int) -> QuerySet:
    return _all_said(Plan.objects.filter(pk=plan_id))


def _said_of_each(plan_ids: list[int]) -> QuerySet:
    return _all_said(Plan.objects.filter(Among("pk", plan_ids)), "id")


def _all_said(plans: QuerySet[Plan], *beside: str) -> QuerySet:
    of_plan = {"plan": OuterRef("pk")}
    year = OuterRef("cycle_id")
    of_district = {"district": OuterRef("district_id")}
    columns = {
        "submissions": _rows(
            submissions(OuterRef("pk")),
            *("id", "version_id"),
            version_number="version__number",
            at="taken_at",
            by="taken_by__name",
        ),
        "versions": _rows(
            PlanVersion.objects.filter(**of_plan).order_by("-pk"),
            *VERSION_COLUMNS,
            version_number="number",
            version_id="pk",
            closed_by_name="closed_by__name",
        ),
        "signatures": _rows(
            Signature.objects.filter(version__plan=OuterRef("pk")).order_by("pk"),
            *("version_id", "capacity", "name", "sha256"),
            person="signed_by_id",
            at="signed_at",
        ),
        "revision_steps": _rows(
            RevisionEvent.objects.filter(revision__plan=OuterRef("pk"))
            .exclude(step=RevisionStep.START)
            .exclude(revision__version=None)
            .order_by("-pk"),
            *("step", "made_as"),
            number="revision__number",
            version_number="version__number",
            at="taken_at",
            by="taken_by__name",
        ),
        "given": _rows(
            Assignment.objects.filter(**of_plan).order_by("-pk"),
            *("reviews_as", "assigned_at", "ended_at"),
            person="reviewer_id",
            name="reviewer__name",
            assigned_by_name="assigned_by__name",
            ended_by_name="ended_by__name",
        ),
        "third": _rows(
            ThirdReviewer.objects.current()
            .filter(**of_plan)
            .annotate(
                is_reachable=Exists(
                    ThirdReviewer.objects.reachable().filter(pk=OuterRef("pk")).order_by()
                )
            ),
            *("assigned_at", "is_reachable"),
            person="reviewer_id",
            name="reviewer__name",
        ),
        "changes": _rows(
            RequiredChange.objects.filter(**of_plan).order_by("number"),
            *("number", "section", "place", "text", "due_on", "asked_at", "event_id"),
            *("answer", "answered_at"),
            version_number="version__number",
            asked_by_name="asked_by__name",
            answered_by_name="answered_by__name",
            written_by_name="proposal__written_by__name",
        ),
        "questions": _rows(
            QuestionEntry.objects.filter(question__plan=OuterRef("pk")).order_by("pk"),
            *("number", "did", "written_at"),
            of="question__number",
            written_by_name="written_by__name",
        ),
        "time": _rows(
            ExtensionEntry.objects.filter(**of_plan).order_by("-number"),
            *("did", "until", "reason", "written_at"),
            written_by_name="written_by__name",
        ),
        "verdicts": _rows(
            ChangeVerdict.objects.filter(change__plan=OuterRef("pk"), change__undone=None).order_by(
                "pk"
            ),
            *("number", "verdict", "submission_id", "words", "due_on", "given_at"),
            of="change__number",
            given_by_name="given_by__name",
        ),
        "conditions": _rows(
            ApprovalCondition.objects.standing().filter(**of_plan).order_by("event_id", "number"),
            *("number", "text", "due_on", "watches", "written_at"),
            met_on="met__met_on",
            word="met__word",
            before="corrects__text",
            before_due="corrects__due_on",
        ),
        "proposed": _rows(
            ProposedChange.objects.filter(draft__plan=OuterRef("pk"), draft__event=None).order_by(
                "pk"
            ),
            *("lineage", "version", "section", "anchor", "text", "due_on", "as_typed"),
            *("written_at", "saved_at", "removed_at"),
            written_by_name="written_by__name",
            saved_by_name="saved_by__name",
            removed_by_name="removed_by__name",
        ),
        "words": _rows(
            ReturnDraft.objects.unsent().filter(**of_plan),
            *("version", "words", "as_typed", "saved_at"),
            saved_by_name="saved_by__name",
        ),
        "comments": _rows(
            Comment.objects.filter(**of_plan).order_by("pk"),
            *("id", "section", "audience", "text", "written_at"),
            version_number="version__number",
            written_by_name="written_by__name",
            about_kind="concern__kind",
            about="concern__lineage",
            resolved_at="concern__resolved_at",
            resolved_by_name="concern__resolved_by__name",
        ),
        "warnings": _rows(
            VersionWarning.objects.filter(version__plan=OuterRef("pk")).order_by("position"),
            *("version_id", "rule", "sentence", "citation", "reason"),
        ),
        "advice": _rows(
            Recommendation.objects.filter(**of_plan)
            .annotate(is_recused=Exists(Conflict.objects.between("made_by", "plan__district")))
            .order_by("-pk"),
            *("text", "made_at", "made_as", "submission_id", "is_recused"),
            person="made_by_id",
            version_number="version__number",
            made_by_name="made_by__name",
        ),
        "rated": _rows(
            Rating.objects.filter(review__plan=OuterRef("pk"), review__recommendation__isnull=False)
            .exclude(level="")
            .order_by("criterion__position", "pk"),
            "level",
            submission_id="review__submission_id",
            part="review__made_as",
            person="review__begun_by_id",
            about="criterion__lineage",
            title="criterion__title",
            section="criterion__section",
        ),
        "agreed": _rows(
            Consensus.objects.filter(**of_plan).order_by("pk"),
            *("submission_id", "about", "level", "words", "recorded_at"),
            recorded_by_name="recorded_by__name",
        ),
        "prepared": _rows(
            PreparedDecision.objects.filter(**of_plan).order_by("-pk"),
            *("id", "submission_id", "implementation", "implementation_reasons"),
            *("performance", "performance_reasons", "conditions", "prepared_at"),
            prepared_by_name="prepared_by__name",
        ),
        "letter_words": _rows(
            LetterTemplate.objects.filter(kind__in=[LetterKind.APPROVAL, LetterKind.CONDITIONAL])
            .order_by("kind", "-number")
            .distinct("kind"),
            *("id", "kind", "number", "text"),
        ),
        "begun": _rows(
            Review.objects.filter(**of_plan).order_by("pk"),
            *("id", "submission_id", "made_as"),
            person="begun_by_id",
        ),
        "waivers": _rows(
            Waiver.objects.filter(**of_plan).order_by("-pk"),
            *("id", "of", "grounds", "given_at", "submission_id"),
            version_number="version__number",
            given_by_name="given_by__name",
        ),
        "events": _rows(
            PlanEvent.objects.filter(**of_plan).order_by("-pk").naming(),
            *("id", "step", "reason", "by"),
            by_id="taken_by_id",
            version_number="version__number",
            at="taken_at",
        ),
        **last_year.columns(),
    }
    numbers = {
        **last_year.answers(),
        "is_reform_now": Subquery(
            Designation.objects.filter(
                first_fiscal_year__lte=year, last_fiscal_year__gte=year, **of_district
            ).values("is_reform_district")[:1]
        ),
    }
    named = {f"{name}{AS_TEXT}": rows for name, rows in columns.items()} | numbers
    return plans.order_by().annotate(**named).values(*beside, *named)


SAID = Statement(_said, -1)
SAID_OF_EACH = Statement(_said_of_each, [-1, -2])
