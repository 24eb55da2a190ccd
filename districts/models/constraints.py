"""Constraints that several models state in the same way."""

from django.db.models import CheckConstraint, Q


def paired(model: str, verb: str) -> CheckConstraint:
    """`<verb>_at` and `<verb>_by` are both set or both empty."""
    at, by = f"{verb}_at", f"{verb}_by"
    return CheckConstraint(
        name=f"{model}_{verb}_at_and_by_go_together",
        condition=Q(**{f"{at}__isnull": True, f"{by}__isnull": True})
        | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
    )
