"""Constraints that several models state in the same way."""

from django.db.models import CheckConstraint, F, Q


def paired(model: str, verb: str) -> CheckConstraint:
    """`<verb>_at` and `<verb>_by` are both set or both empty."""
    at, by = f"{verb}_at", f"{verb}_by"
    return CheckConstraint(
        name=f"{model}_{verb}_at_and_by_go_together",
        condition=Q(**{f"{at}__isnull": True, f"{by}__isnull": True})
        | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
    )


def in_order(model: str, earlier: str, later: str) -> CheckConstraint:
    """`later` is not before `earlier`, where both are set."""
    return CheckConstraint(
        name=f"{model}_{later}_is_not_before_{earlier}",
        condition=Q(**{f"{later}__gte": F(earlier)})
        | Q(**{f"{earlier}__isnull": True})
        | Q(**{f"{later}__isnull": True}),
    )
