"""What is public, and what was made public before it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Now

from districts.models import User, standing_of
from districts.statements import Among
from library.documents import Passage
from library.models import Publication
from library.reports.in_pages import Asked, InPages
from library.reports.kept_back import kept_back_of
from library.reports.submitted import came_at
from plans.documents.cache import document_of
from plans.models import Plan, PlanVersion
from reviews.models import Determination

WITH_PLAN = ("plan__district", "plan__cycle", "version", "determination")


def in_view() -> QuerySet[Publication]:
    """What anybody may read, the latest year first, without the texts.

    Each with `came_at`, and with `is_held`: whether its approval can still be called back.
    """
    return (
        Publication.objects.in_view()
        .annotate(
            came_at=came_at("version"),
            is_held=Case(When(plan__determination__leaves_at__gt=Now(), then=True), default=False),
        )
        .select_related(*WITH_PLAN)
        .defer("version__document")
        .order_by("-plan__cycle", "plan__district__name")
    )


def publication_of(slug: str, fiscal_year: int) -> Publication | None:
    """That of a plan that is in view. One query."""
    return in_view().filter(plan__district__slug=slug, plan__cycle=fiscal_year).first()


def is_in_view(slug: str, fiscal_year: int) -> bool:
    of_plan = Publication.objects.filter(plan__district__slug=slug, plan__cycle=fiscal_year)
    return of_plan.in_view().exists()


def in_view_beside(user: User) -> Asked:
    """Keys for who publishes: those in view, the last first, but of their own districts."""
    return IN_VIEW_BESIDE.of(list(standing_of(user).kept_from))


def _in_view_beside(own: list[int]) -> QuerySet[Publication]:
    others = Publication.objects.in_view().filter(~Q(Among("plan__district", own)))
    return others.order_by("-pk")


IN_VIEW_BESIDE = InPages(_in_view_beside, [-1])


def named(publications: Collection[int]) -> list[Publication]:
    """These, the last published first, each with its district and the number of its version."""
    found = Publication.objects.filter(pk__in=publications).order_by("-pk")
    return list(found.select_related("plan__district", "version").defer("version__document"))


def record_of(plan: Plan) -> QuerySet[Publication]:
    """Every publication of a plan, the latest first, with who did it. One query."""
    return (
        Publication.objects.filter(plan=plan)
        .select_related("version", "published_by", "taken_down", "taken_down__taken_by")
        .defer("version__document")
        .order_by("-pk")
    )


def decision_on(plan: Plan, *, at: datetime) -> Determination | None:
    """There is one at most, and none while its letter is held: it may still be called back.

    A revision goes on with it, so its version may be an earlier one.
    """
    return Determination.objects.filter(plan=plan).told(at).first()


def years_in_view() -> list[int]:
    """Fiscal years of which anything is public, the latest first."""
    years = Publication.objects.in_view().order_by("-plan__cycle").values_list("plan__cycle")
    return [year for (year,) in years.distinct()]


def other_years(plan: Plan) -> QuerySet[Publication]:
    return in_view().filter(plan__district=plan.district_id).exclude(plan=plan)


def public_record_of(shown: Publication) -> list[Publication]:
    """When the public read what of its plan, the latest first: of a removal its day and no more.

    One that is only previewed is the first.
    """
    before = (
        Publication.objects.filter(plan=shown.plan_id)
        .select_related("version", "taken_down")
        .only("passages", "published_at", "version__number", "taken_down__taken_at", "plan")
        .order_by("-pk")
    )
    return [*([] if shown.pk else [shown]), *before]


def previewed(
    plan: Plan, version: PlanVersion, passages: Sequence[Passage], *, by: User, at: datetime
) -> Publication:
    """As `in_view` would answer with it, were it published now; it is not. Seven queries."""
    came = PlanVersion.objects.filter(pk=version.pk).annotate(came=came_at("pk"))
    held = Determination.objects.filter(plan=plan, leaves_at__gt=at)
    found = Publication(
        plan=plan,
        version=version,
        determination=decision_on(plan, at=at),
        passages=[each._asdict() for each in passages],
        kept_back=kept_back_of(plan, document_of(version)),
        published_at=at,
        published_by=by,
    )
    found.latest_number = version.number
    found.came_at = came.values_list("came", flat=True).get()
    found.is_held = held.exists()
    return found


def texts_of(versions: Collection[int]) -> dict[int, PlanVersion]:
    """Versions with their whole texts. One query, and none where none is asked for."""
    return PlanVersion.objects.in_bulk(versions) if versions else {}
