"""Who could help with a draft, who reads it now, and what was said of it."""

from django.db.models import QuerySet

from districts.models import Conflict, Membership, User, gets_letters
from plans.models import DraftComment, DraftShare, Plan
from plans.permissions import HELPERS


def liaisons_for(plan: Plan) -> QuerySet[User]:
    """The Department's reviewers and program managers, but for those of the district itself.

    Nor who has a conflict of interest with it: they are not offered, and nothing says why (R37).
    """
    belong = Membership.objects.current().filter(district=plan.district_id)
    declared = Conflict.objects.in_force().filter(district=plan.district_id)
    return (
        User.objects.filter(
            gets_letters(),
            memberships__role__in=HELPERS,
            memberships__district=None,
            memberships__ended_at=None,
        )
        .exclude(pk__in=belong.values("user"))
        .exclude(pk__in=declared.values("person"))
        .distinct()
        .order_by("name", "pk")
    )


def last_liaison(plan: Plan) -> int | None:
    """With whom the district shared a draft last, of this plan or an earlier one."""
    shares = DraftShare.objects.filter(plan__district=plan.district_id).order_by("-pk")
    return shares.values_list("reader", flat=True).first()


def comments_on_draft(plan: Plan, *, by: User | None = None) -> list[DraftComment]:
    """What was said of the drafts of this plan, the latest first; of one liaison, their own."""
    found = plan.draft_comments.select_related("written_by", "done_by").order_by("-pk")
    return list(found.filter(written_by=by) if by else found)


def was_shared_with(plan: Plan, user: User) -> bool:
    """Whether they ever could read a draft of it."""
    return plan.shares.filter(reader=user).exists()


def shared_with(user: User | int) -> QuerySet[DraftShare]:
    """The shares that let this person read a draft, the latest first."""
    return DraftShare.objects.current().filter(reader=user).order_by("-pk")
