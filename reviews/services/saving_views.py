"""A person's own views of the lists: a name for what an address asks, and nothing else."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.services import Blocked
from reviews.models import SavedView
from reviews.permissions import may_read_reviews


@transaction.atomic
def save_view(*, list_name: str, name: str, query: str, by: User, at: datetime) -> SavedView:
    """Keep it under this name; a view of theirs that had the name shows this from now on.

    Raises:
        PermissionDenied: not of the Department.
        Blocked: no name, one that is too long, or as many views as there may be.
    """
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)  # two at once, one after the other
    if not may_read_reviews(by, at=at):
        raise PermissionDenied
    name = " ".join(name.replace("\0", "").split())
    query = query.replace("\0", "").lstrip("?")
    views = SavedView.objects.filter(person=by, list=list_name)
    if not name:
        raise Blocked(["The view has no name. Give it one."])
    if len(name) > SavedView.LONGEST_NAME:
        raise Blocked([f"The name is longer than {SavedView.LONGEST_NAME} characters. Shorten it."])
    if len(query) > SavedView.LONGEST_QUERY:
        raise Blocked(["What the list is searched for is too long to be kept. Shorten it."])
    if not views.filter(name=name).exists() and views.count() >= SavedView.MOST:
        raise Blocked([f"You have {SavedView.MOST} views of this list. Remove one first."])
    view, _ = SavedView.objects.update_or_create(
        person=by, list=list_name, name=name, defaults={"query": query, "saved_at": at}
    )
    return view


@transaction.atomic
def drop_view(*, view_id: int, by: User, at: datetime) -> None:
    """Forget one of their own; one that is gone already is gone.

    Raises:
        PermissionDenied: another's, or not of the Department.
    """
    view = SavedView.objects.select_for_update(of=("self",)).filter(pk=view_id).first()
    if not may_read_reviews(by, at=at) or (view is not None and view.person_id != by.pk):
        raise PermissionDenied
    if view is not None:
        view.delete()
