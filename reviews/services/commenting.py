"""Comments on a section of the version handed in: for colleagues, or for the district."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import Comment
from plans.sections import READABLE
from plans.services import Blocked, digest_of, is_same, locked_plan
from plans.workflow import OPEN_TO_COMMENTS, Status, StepNotAllowed
from reviews.permissions import may_comment
from reviews.services.turns import version_to_judge


@transaction.atomic
def comment(
    *,
    plan_id: int,
    section: str,
    audience: str,
    text: str,
    key: UUID,
    by: User,
    at: datetime,
) -> Comment:
    """Write a comment. The same form sent twice is one; sent again with other words, another.

    Of all acts this one alone refuses no other words: it adds, and takes nobody's away.

    Raises:
        PermissionDenied: takes no part in the review of this plan.
        StepNotAllowed: the plan is not handed in, or is decided.
        Blocked: nothing is said, or not about a section of the plan.
    """
    plan = locked_plan(plan_id)
    said = {"plan_id": plan.pk, "section": section, "audience": audience, "text": text.strip()}
    digest = digest_of(**said)
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
    if reasons := _what_is_missing(section, audience, text):
        raise Blocked(reasons)
    return Comment.objects.create(
        version=version_to_judge(plan),
        **said,
        key=key,
        digest=digest,
        written_at=at,
        written_by=by,
    )


def _what_is_missing(section: str, audience: str, text: str) -> list[str]:
    reasons = []
    if section not in READABLE:
        reasons.append("Say which section the comment is about.")
    if audience not in Comment.Audience:
        reasons.append("Say whether the comment is internal or to the district.")
    if not text.strip():
        reasons.append("The comment has no text.")
    return reasons
