"""The draft of a plan, as a page reads it for somebody who may."""

from plans.documents import Draft, draft_of
from plans.documents.rows import plan_with_state


def read_draft(slug: str, fiscal_year: int) -> Draft:
    plan = plan_with_state(slug, fiscal_year)
    assert plan is not None
    return draft_of(plan)
