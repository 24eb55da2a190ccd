"""What was asked and answered about more time for a plan."""

from plans.models import ExtensionEntry, Plan


def extension_entries(plan: Plan) -> list[ExtensionEntry]:
    """The earliest first, with who wrote each."""
    return list(plan.extension_entries.select_related("written_by").order_by("number"))
