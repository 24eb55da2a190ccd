"""What each row of a plan said before: every save and removal, kept by PostgreSQL's own triggers.

So nothing that writes a row, an update of many at once or a migration, can leave its history out.
An event holds the row as it was left; who wrote it stands in the row itself (`saved_by`), and in
`pgh_context` who asked for it, or which task.
"""

from django.db import models
from pghistory import (
    ContextJSONField,
    DeleteEvent,
    InsertEvent,
    ManualEvent,
    ObjForeignKey,
    UpdateEvent,
    create_event_model,
)

from plans.models.content import (
    AssuranceStatement,
    Attachment,
    BudgetLine,
    BudgetNarrative,
    Collaboration,
    Cover,
    LookBack,
    Milestone,
    NeedsAssessment,
    Objective,
    PerformanceTarget,
    StakeholderEngagement,
    Strategy,
    Sustainability,
)
from plans.models.plans import BoardApproval

ADDED, CHANGED, REMOVED = "insert", "update", "delete"
NOT_CHOSEN = "not_chosen"  # what somebody typed and left for a colleague's words

KEPT: tuple[type[models.Model], ...] = (
    Cover,
    NeedsAssessment,
    LookBack,
    BudgetNarrative,
    Collaboration,
    Sustainability,
    AssuranceStatement,
    Objective,
    PerformanceTarget,
    Strategy,
    Milestone,
    BudgetLine,
    StakeholderEngagement,
    Attachment,
    BoardApproval,
)


def _history_of(model: type[models.Model]) -> type[models.Model]:
    """Read by plan and row. An event is never changed, nor does it go with what it points at."""
    by_row = models.Index("plan", "pgh_obj", name=f"{model._meta.model_name}_history")
    return create_event_model(
        model,
        *(InsertEvent(), UpdateEvent(), DeleteEvent(), ManualEvent(NOT_CHOSEN)),
        context_field=ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]
        obj_field=ObjForeignKey(db_index=False),
        exclude=["file"],  # whose hash is kept; a restore may give it another place
        meta={"indexes": [by_row]},
        append_only=True,
        abstract=False,
        model_name=f"{model.__name__}Event",
    )


HISTORY: dict[type[models.Model], type[models.Model]] = {
    model: _history_of(model) for model in KEPT
}
