"""The letters about a draft that is shared: to the liaison, and back to the district."""

from datetime import datetime, timedelta

from districts.models import User, standing_of
from districts.roles import Role
from plans.models import DraftShare
from plans.services.letters import deadline_of, page_of, people_of, post_letter

HEAR_COMMENTS = [Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER]  # who mend what is commented on


def post_shared(share: DraftShare, *, at: datetime) -> None:
    post_letter(
        share.plan,
        kind="draft_shared",
        occasion=f"share-{share.pk}",
        to=[share.reader],
        why="A district shared its draft",
        at=at,
        page=page_of(share.plan, "shared_draft"),
        by=share.shared_by,
        deadline=deadline_of(share.plan, at=at),
    )


def post_commented(share: DraftShare, *, at: datetime) -> None:
    """To who writes the plan, and who shared it: one letter for all that is said within an hour.

    It leaves as the hour ends, so that no comment comes after the letter that tells of it.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    post_letter(
        share.plan,
        kind="draft_commented",
        occasion=f"share-{share.pk}-{hour:%Y-%m-%dT%H%z}",
        to=_writers(share, at=at),
        why="The liaison commented on the draft",
        at=at,
        leaves_at=hour + timedelta(hours=1),
        page=page_of(share.plan, "plan_sharing"),
        by=share.reader,
    )


def _writers(share: DraftShare, *, at: datetime) -> list[User]:
    people = people_of(share.plan, HEAR_COMMENTS)
    belongs = standing_of(share.shared_by, at=at).in_district(share.plan.district_id)
    return people if share.shared_by in people or not belongs else [*people, share.shared_by]
