"""Where the forms of rows stand, and where a save of one leads."""

from typing import Any

from django.urls import reverse

from plans.documents import Draft
from plans.views.editor import row_url, section_url
from plans.views.kinds import Kind

ON_THE_PAGE_OF = {"strategy": "milestone"}  # rows whose forms stand on another row's page


def add_url(draft: Draft, kind: Kind, parent_id: int | None) -> str:
    address = [draft.plan.district.slug, draft.plan.cycle_id, kind.key]
    if parent_id:
        return reverse("plans:row_add_to", args=[*address, parent_id])
    return reverse("plans:row_add", args=address)


def parent_of(kind: Kind, row: Any) -> int | None:
    return getattr(row, f"{kind.parent}_id") if kind.parent else None


def own_page(draft: Draft, kind: Kind, row: Any) -> str:
    """The page where its form stands: a milestone's stands on its strategy's."""
    if kind.key in ON_THE_PAGE_OF.values():
        return after_save(draft, kind, row).partition("#")[0]
    return row_url(draft, kind.key, row.pk)


def after_save(draft: Draft, kind: Kind, row: Any) -> str:
    """A strategy goes on to its milestones, a milestone back to it, others to their list."""
    if kind.key == "strategy":
        return row_url(draft, "strategy", row.pk)
    if kind.key == "milestone":
        return row_url(draft, "strategy", row.strategy_id) + "#milestones"
    return section_url(draft, kind.section)
