"""The example wordings of required changes that are in use."""

from collections.abc import Sequence

from reviews.models import Wording


def wordings_in_use() -> Sequence[Wording]:
    """By section and name; those of any section first. One query."""
    return Wording.objects.in_use().select_related("saved_by").order_by("section", "name")


def wording_in_use(pk: int) -> Wording | None:
    return Wording.objects.in_use().select_related("saved_by").filter(pk=pk).first()
