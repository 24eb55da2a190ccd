"""The letters of an extension: one to the Department as it is asked, one back as it is decided."""

from plans.models import ExtensionEntry, Plan
from plans.services.letters import (
    RECEIPT_GOES_TO,
    SUBMITS,
    managers,
    page_of,
    people_of,
    post_letter,
    reviewers_of,
)


def post_extension_asked(plan: Plan, asked: ExtensionEntry) -> None:
    """To the reviewers; a plan that was never handed in has none, so to who assigns them."""
    post_letter(
        plan,
        kind="extension_asked",
        occasion=f"extension-{asked.number}",
        to=reviewers_of(plan) or managers(plan),
        why="The district asks for more time",
        at=asked.written_at,
        page=page_of(plan, "review_extension"),
        asked=asked,
    )


def post_extension_decided(plan: Plan, *, asked: ExtensionEntry, decided: ExtensionEntry) -> None:
    """To who hands the plan in; of another day the board chair hears too.

    Who decided is not named, as nowhere on the district's side.
    """
    is_granted = decided.did == ExtensionEntry.Did.GRANTED
    post_letter(
        plan,
        kind="extension_granted" if is_granted else "extension_refused",
        occasion=f"extension-{decided.number}",
        to=people_of(plan, RECEIPT_GOES_TO if is_granted else SUBMITS),
        why=f"The Department {'granted' if is_granted else 'refused'} more time",
        at=decided.written_at,
        page=page_of(plan, "plan_extension"),
        names_due_date=True,
        asked=asked,
        decided=decided,
    )
