"""How each edit of a draft begins and ends: whether it may be made now, and what it voids."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Model

from districts.models import User
from plans.documents.kinds import KINDS, Kind
from plans.documents.naming import called
from plans.documents.rows import columns_of
from plans.models import Carried, DraftRow, ListRow, Plan
from plans.permissions import may_edit
from plans.sections import SECTIONS
from plans.services import signing
from plans.services.letters import post_signatures_void
from plans.services.locking import locked_plan
from plans.workflow import StepNotAllowed, said_to_district

BY_MODEL: dict[type[Model], Kind] = {kind.model: kind for kind in KINDS.values()}


class SignedSince(StepNotAllowed):
    """The page was opened before somebody signed, so it could not say what the edit voids."""

    def __init__(self) -> None:
        super().__init__(
            "The plan was signed after you opened this page, and an edit voids that."
            " Nothing was changed yet."
        )


def open_draft(
    plan_id: int, by: User, *, at: datetime, touching: Iterable[type[Model]] = ()
) -> Plan:
    """The plan with its row held, once this person may write rows of these kinds and now is the
    time.

    Raises:
        PermissionDenied: not one of the district's drafters.
        StepNotAllowed: the plan is not with the district, or its revision is not of that part.
    """
    plan = locked_plan(plan_id)
    if not may_edit(by, plan, at=at):
        raise PermissionDenied
    if not plan.is_editable:
        raise StepNotAllowed(
            f"This plan is {said_to_district(plan.status)} now, so it cannot be edited."
        )
    refuse_other_parts(plan, touching)
    return plan


def refuse_other_parts(plan: Plan, models: Iterable[type[Model]]) -> None:
    """Of a plan that is revised only the parts that the revision names are written (R44).

    Raises:
        StepNotAllowed: these rows are of another part.
    """
    for section in {BY_MODEL[model].section for model in models}:
        if not plan.is_open_in(section):
            raise StepNotAllowed(
                f"The revision being written is not of “{SECTIONS[section].title}”, so that part"
                " of the plan stays as it was approved."
            )


def edited(
    plan: Plan,
    changes: Callable[[], list[str]],
    *,
    by: User,
    at: datetime,
    seen: Collection[str] | None = None,
) -> None:
    """The text is another now. Whoever had signed it hears that, and what `changes` says.

    Only the first edit after a closing voids anything, so only then is it asked. `seen` are the
    signatures of which the page had told before the edit was made; none where no page was open.

    Raises:
        SignedSince: it would void others too. Nothing of the edit is kept.
    """
    version = signing.new_edition(plan, by=by, at=at)
    if version is None:
        return
    if seen is not None and not signing.signatures_on(version) <= set(seen):
        raise SignedSince
    post_signatures_void(plan, version=version, changes=changes(), by=by, at=at)


def revised(plan: Plan, rows: Iterable[DraftRow], *, by: User, at: datetime) -> None:
    """What came from last year's plan is another now, which whoever changed it has read."""
    if plan.copied_from_id is not None:
        plan.carried.of_rows(rows).update(state=Carried.State.REVISED, read_at=at, read_by=by)


def section_changed(model: type[Model]) -> list[str]:
    """That a section was written, by its title."""
    return [f"Changed: {SECTIONS[BY_MODEL[model].section].title}"]


def rows_named(plan: Plan, did: str, rows: Iterable[ListRow]) -> list[str]:
    """What was done to rows that are in the draft, each by what it is called."""
    stored = columns_of(plan.pk)[1]
    return [f"{did}: {called(BY_MODEL[type(row)], row.pk, stored).words}" for row in rows]
