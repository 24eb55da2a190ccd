"""Comments on a section of the version handed in, or on a row of it: for colleagues, or for the
district. Whether one is settled is said among reviewers alone."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import Comment
from plans.sections import READABLE, SectionKey
from plans.services import Blocked, digest_of, is_same, locked_plan
from plans.workflow import OPEN_TO_COMMENTS, Status, StepNotAllowed
from reviews.models import Concern
from reviews.permissions import may_comment
from reviews.services.turns import version_to_judge

ROWS_OF = {
    SectionKey.STRATEGIES.value: "strategy",
    SectionKey.OBJECTIVES.value: "target",
    SectionKey.BUDGET.value: "line",
}


@transaction.atomic
def comment(
    *,
    plan_id: int,
    section: str,
    audience: str,
    text: str,
    about: str = "",
    key: UUID,
    by: User,
    at: datetime,
) -> Comment:
    """Write a comment. The same form sent twice is one; sent again with other words, another.

    `about` is the lineage of the strategy, target or line that it is about, where it is about one.
    Of all acts this one alone refuses no other words: it adds, and takes nobody's away.

    Raises:
        PermissionDenied: takes no part in the review of this plan.
        StepNotAllowed: the plan is not handed in, or is decided.
        Blocked: nothing is said, or not about a section of the plan.
    """
    plan = locked_plan(plan_id)
    said = {"plan_id": plan.pk, "section": section, "audience": audience, "text": text.strip()}
    digest = digest_of(**said, **({"about": about} if about else {}))
    if (written := Comment.objects.filter(key=key).first()) is not None:
        if is_same(written, digest):
            return written
        key = uuid4()
    if not may_comment(by, plan, at=at):
        raise PermissionDenied
    if plan.status not in OPEN_TO_COMMENTS:
        raise StepNotAllowed(
            f"This plan is {Status(plan.status).label.lower()} now, so it takes no comments."
        )
    if reasons := _what_is_missing(section, audience, text, about):
        raise Blocked(reasons)
    written = Comment.objects.create(
        version=version_to_judge(plan),
        **said,
        key=key,
        digest=digest,
        written_at=at,
        written_by=by,
    )
    if about:
        Concern.objects.create(comment=written, kind=ROWS_OF[section], lineage=about)
    return written


@transaction.atomic
def resolve_comment(
    *, plan_id: int, comment_id: int, is_resolved: bool, by: User, at: datetime
) -> Concern:
    """Say that what a comment is about is settled, or open it again. Said twice, it is said once.

    The district reads nothing of it (R60).

    Raises:
        PermissionDenied: takes no part in the review of this plan.
        Comment.DoesNotExist: the plan has no such comment.
    """
    plan = locked_plan(plan_id)
    if not may_comment(by, plan, at=at):
        raise PermissionDenied
    written = Comment.objects.get(pk=comment_id, plan=plan)
    concern, _ = Concern.objects.get_or_create(comment=written)
    if (concern.resolved_at is not None) != is_resolved:
        concern.resolved_at, concern.resolved_by = (at, by) if is_resolved else (None, None)
        concern.save(update_fields=["resolved_at", "resolved_by"])
    return concern


def _what_is_missing(section: str, audience: str, text: str, about: str) -> list[str]:
    reasons = []
    if section not in READABLE:
        reasons.append("Say which section the comment is about.")
    if about and section not in ROWS_OF:
        reasons.append("The row that the comment is about is not in that section.")
    if audience not in Comment.Audience:
        reasons.append("Say whether the comment is internal or to the district.")
    if not text.strip():
        reasons.append("The comment has no text.")
    return reasons
