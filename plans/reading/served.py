"""Which strategies serve which targets, read both ways. All of it is read from the document."""

from collections.abc import Iterable

from plans.documents import PlanDocument
from plans.documents.shape import ObjectivePart, StrategyPart, TargetPart

Serving = dict[str, list[StrategyPart]]  # by the lineage of a target


def serving(document: PlanDocument) -> Serving:
    """The strategies that serve each target, in the order of the plan."""
    found: Serving = {target.lineage: [] for target in document.targets}
    for strategy in document.strategies:
        for lineage in strategy.targets:
            if lineage in found:
                found[lineage].append(strategy)
    return found


def served_by(document: PlanDocument, strategy: StrategyPart) -> list[TargetPart]:
    """The targets that a strategy serves, in the order of the plan."""
    return [target for target in document.targets if target.lineage in strategy.targets]


def of_objective(objective: ObjectivePart, served: Serving) -> list[StrategyPart]:
    """The strategies that serve any target of it, in the order of the plan."""
    found = {each.lineage: each for target in objective.targets for each in served[target.lineage]}
    return sorted(found.values(), key=lambda strategy: strategy.number)


def unserved(targets: Iterable[TargetPart], served: Serving) -> list[TargetPart]:
    return [target for target in targets if not served[target.lineage]]
