"""What changes whenever public pages would say something else."""

from django.db.models import Count, Model, QuerySet, Subquery, Value

from districts.models import RosterChange
from districts.statements import Statement
from library.models import Publication, TakenDown
from plans.models import Cycle, CycleChange, PlanEvent, RevisionEvent, TargetOutcome

TOLD_OF = (Publication, PlanEvent, RevisionEvent, TargetOutcome, CycleChange, RosterChange)


def mark_of_public() -> str:
    """Another one after each publication and removal, each step, each certified report on progress
    and each change of the calendar or the roster.

    Publications and removals are counted: of two that come at once the first number may be the
    last to be seen. Of the rest the last one counts, so a step can go unseen until the next, or
    until a kept page's few minutes are over. One query.
    """
    return str([list(row.values()) for row in MARK.ask()])


def _mark() -> QuerySet:
    marks = [_count(Publication), _count(TakenDown)]
    marks += [_last(model) for model in TOLD_OF]
    named = {f"mark_{place}": each for place, each in enumerate(marks)}
    return Cycle.objects.order_by("pk").values(**named)[:1]


def _count(model: type[Model]) -> Subquery:
    rows = model._default_manager.order_by().annotate(all=Value(1)).values("all")
    return Subquery(rows.annotate(how_many=Count("pk")).values("how_many"))


def _last(model: type[Model]) -> Subquery:
    return Subquery(model._default_manager.order_by("-pk").values("pk")[:1])


MARK = Statement(_mark)
