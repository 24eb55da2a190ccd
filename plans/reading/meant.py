"""Which rows and cells of a list the findings mean: said in the list itself, in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from districts.words import Label
from plans.documents.kinds import KINDS
from plans.documents.shape import PlanDocument
from plans.rules import Finding

FIELD_WORDS = {(key, each.name): each.words for key, kind in KINDS.items() for each in kind.fields}
Place = tuple[str, int]  # the kind of row, and its key in the draft


@dataclass(frozen=True)
class Meant:
    """What is found of one row, and of what belongs to it."""

    stops: int
    warnings: int
    fields: frozenset[str]  # of the row itself
    words: str  # of these fields, and of what belongs to it

    @property
    def before(self) -> str:
        """What stands before a cell that is meant, for who does not see its icon."""
        return "To mend:" if self.stops else "Warning:"

    @property
    def label(self) -> Label:
        """“2 to mend, 1 warning: Owner, Milestone 3”."""
        counts = [f"{self.stops} to mend"] if self.stops else []
        if self.warnings:
            counts.append(f"{self.warnings} warning{'' if self.warnings == 1 else 's'}")
        said = f"{', '.join(counts)}: {self.words}" if self.words else ", ".join(counts)
        return Label(said, "bad" if self.stops else "warn", "stop" if self.stops else "warn")


def meant_in(document: PlanDocument, findings: Iterable[Finding]) -> dict[Place, Meant]:
    """By row what is found of it; what is found of a milestone is its strategy's as well."""
    within = {
        ("milestone", part.id): (("strategy", strategy.id or 0), f"Milestone {part.number}")
        for strategy in document.strategies
        for part in strategy.milestones
    }
    found: dict[Place, list[tuple[Finding, str]]] = defaultdict(list)
    for finding in findings:
        if not (finding.place and finding.row_id):
            continue
        place = (finding.place, finding.row_id)
        found[place].append((finding, FIELD_WORDS.get((finding.place, finding.field), "")))
        if place in within:
            parent, called = within[place]
            found[parent].append((finding, called))
    return {place: _meant(place, said) for place, said in found.items()}


def _meant(place: Place, said: list[tuple[Finding, str]]) -> Meant:
    own = {finding.field for finding, _ in said if (finding.place, finding.row_id) == place}
    words = dict.fromkeys(words for _, words in said if words)
    return Meant(
        stops=sum(finding.stops for finding, _ in said),
        warnings=sum(not finding.stops for finding, _ in said),
        fields=frozenset(own - {""}),
        words=", ".join(words),
    )


def of_row(meant: Mapping[Place, Meant], kind: str, row_id: int | None) -> Meant | None:
    return meant.get((kind, row_id or 0))
