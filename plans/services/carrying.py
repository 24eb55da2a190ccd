"""What a district makes of the rows that its amendment started with: kept, revised, retired.

Keeping says that somebody read a row, and changes no word of the plan, so it voids no signature.
A row is revised by the edit itself, and retired by removing it with a reason (`removing`).
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from districts.models import User
from plans.models import Carried, PerformanceTarget, TargetOutcome
from plans.services.drafting import RowEdit, save_rows
from plans.services.editing import open_draft
from plans.services.merging import Typed
from plans.services.starting import baseline_of
from plans.workflow import StepNotAllowed


class NoResult(StepNotAllowed):
    """There is no certified figure to begin from. The message is fit to show a user."""


@transaction.atomic
def keep(*, plan_id: int, items: Collection[int], by: User, at: datetime) -> list[Carried]:
    """Keep carried rows as they are, read by this person. Twice is one act.

    Of the `items` those are kept that nobody has kept, revised or retired meanwhile: only what
    the page showed, as it showed it.

    Raises:
        PermissionDenied, StepNotAllowed.
    """
    plan = open_draft(plan_id, by, at=at)
    found = list(plan.carried.unread().filter(pk__in=list(items)).order_by("pk"))
    for item in found:
        item.state, item.read_at, item.read_by = Carried.State.KEPT, at, by
    Carried.objects.bulk_update(found, ["state", "read_at", "read_by"])
    return found


@transaction.atomic
def begin_at_last_result(
    *, plan_id: int, row_id: int, by: User, at: datetime, seen: Collection[str] | None = None
) -> PerformanceTarget:
    """Take last year's certified result as the target's baseline, as whoever reads it decides.

    Raises:
        PermissionDenied, StepNotAllowed.
        SignedSince: as in `drafting.save_section`.
        NoResult: the target was removed, or no certified report has a figure for it.
    """
    plan = open_draft(plan_id, by, at=at)
    target = PerformanceTarget.objects.filter(plan=plan, pk=row_id).first()
    if target is None:
        raise NoResult("This target was removed meanwhile, so it has no baseline to set.")
    result = TargetOutcome.objects.filter(plan=plan.copied_from_id, lineage=target.lineage).first()
    values = baseline_of(result, {}) if result else {}
    if not values:
        raise NoResult("No certified report of last year has a result for this target yet.")
    typed = Typed(values, values.pop("as_typed"), target.version)
    (saved,) = save_rows(
        plan_id=plan.pk, edits=[RowEdit(PerformanceTarget, row_id, typed)], by=by, at=at, seen=seen
    )
    return saved.row if saved else target
