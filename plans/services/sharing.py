"""A district shares its draft with a liaison at the Department, who reads it and comments (R59)."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import DraftComment, DraftShare, Plan
from plans.permissions import may_help, may_settle_comments, may_share
from plans.reports.sharing import liaisons_for
from plans.sections import READABLE
from plans.services.acts import digest_of, is_same
from plans.services.locking import locked_plan
from plans.services.sharing_letters import post_commented, post_shared
from plans.workflow import StepNotAllowed, said_to_district


@transaction.atomic
def share_draft(*, plan_id: int, reader_id: int, by: User, at: datetime) -> DraftShare:
    """Let this person of the Department read the draft. Shared with them already, nothing is new.

    Raises:
        PermissionDenied: not the superintendent or the plan coordinator.
        StepNotAllowed: nothing of the plan is being written now, or this person helps nobody: no
            reviewer or program manager of the Department, or of the district themselves.
    """
    plan = locked_plan(plan_id)
    if not may_share(by, plan, at=at):
        raise PermissionDenied
    if not plan.is_editable:
        raise StepNotAllowed(
            f"This plan is {said_to_district(plan.status)} now, so there is no draft to share."
        )
    reader = liaisons_for(plan).filter(pk=reader_id).first()
    if reader is None:
        raise StepNotAllowed(
            "This person is no reviewer or program manager of the Department now. Choose another."
        )
    if held := plan.shares.current().filter(reader=reader).first():
        return held
    share = DraftShare.objects.create(plan=plan, reader=reader, shared_at=at, shared_by=by)
    post_shared(share, at=at)
    return share


@transaction.atomic
def end_share(*, plan_id: int, share_id: int, by: User, at: datetime) -> DraftShare:
    """The person reads the draft no longer. Ended already, it stays as it was ended.

    Raises:
        PermissionDenied: not the superintendent or the plan coordinator.
        DraftShare.DoesNotExist: the plan was never shared so.
    """
    plan = locked_plan(plan_id)
    if not may_share(by, plan, at=at):
        raise PermissionDenied
    share = plan.shares.select_related("reader").get(pk=share_id)
    if share.ended_at is None:
        share.ended_at, share.ended_by = at, by
        share.save(update_fields=["ended_at", "ended_by"])
    return share


def end_shares(plan: Plan, *, by: User, at: datetime) -> None:
    """What was handed in is read by the whole Department; a later draft is shared anew, or not.

    Whoever calls holds the plan's lock and has asked permission.
    """
    plan.shares.current().update(ended_at=at, ended_by=by)


@transaction.atomic
def comment_on_draft(
    *, plan_id: int, section: str, text: str, key: UUID, by: User, at: datetime
) -> DraftComment:
    """Say something of a section. The same form sent twice is one; with other words, another.

    It adds and takes nobody's words away, so no other words are refused (ADR 47).

    Raises:
        PermissionDenied: no reviewer or program manager of the Department, or of the district.
        StepNotAllowed: the draft is not shared with them now, or nothing is said.
    """
    plan = locked_plan(plan_id)
    said = {"plan_id": plan.pk, "section": section, "text": text.strip()}
    digest = digest_of(**said)
    if written := DraftComment.objects.filter(key=key).first():
        if is_same(written, digest):
            return written
        key = uuid4()
    if not may_help(by, plan, at=at):
        raise PermissionDenied
    share = plan.shares.current().filter(reader=by).first() if plan.is_editable else None
    if share is None:
        raise StepNotAllowed(
            f"{plan.district.name} does not share this draft with you now, so the comment was not"
            " sent."
        )
    if section not in READABLE or not said["text"]:
        raise StepNotAllowed("Say something about a section of the plan.")
    comment = DraftComment.objects.create(
        share=share, **said, key=key, digest=digest, written_at=at, written_by=by
    )
    post_commented(share, at=at)
    return comment


@transaction.atomic
def settle_comment(
    *, plan_id: int, comment_id: int, is_done: bool, by: User, at: datetime
) -> DraftComment:
    """Say that a comment is done, or open again. It stays on record as it was written.

    Raises:
        PermissionDenied: neither writes the plan nor shares it.
        DraftComment.DoesNotExist: nobody said that of this plan.
    """
    plan = locked_plan(plan_id)
    if not may_settle_comments(by, plan, at=at):
        raise PermissionDenied
    comment = plan.draft_comments.get(pk=comment_id)
    if is_done != (comment.done_at is not None):
        comment.done_at, comment.done_by = (at, by) if is_done else (None, None)
        comment.save(update_fields=["done_at", "done_by"])
    return comment
