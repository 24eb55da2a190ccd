"""The kinds of row a plan is made of, each declared once: every list of them is made of this one.

What is said of each field stands beside its type in `shape.py`; forms attach by key. To add a
field: its column (`plans/models/content.py`, and a migration), its line in `shape.py`, and the new
schema (`stored.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Model

from plans.documents.fields import Control, Field, fields_of
from plans.documents.parts import Row
from plans.documents.shape import (
    AssurancesPart,
    AttachmentPart,
    BudgetNarrativePart,
    CollaborationPart,
    CoverPart,
    EngagementPart,
    LinePart,
    LookBackPart,
    MilestonePart,
    NeedsPart,
    ObjectivePart,
    PlanDocument,
    StrategyPart,
    SustainabilityPart,
    TargetPart,
    VotePart,
)
from plans.models import (
    AssuranceStatement,
    Attachment,
    BoardApproval,
    BudgetLine,
    BudgetNarrative,
    Collaboration,
    Cover,
    ListRow,
    LookBack,
    Milestone,
    NeedsAssessment,
    Objective,
    PerformanceTarget,
    StakeholderEngagement,
    Strategy,
    Sustainability,
)
from plans.sections import SectionKey


@dataclass(frozen=True)
class Kind:
    """A section of which a plan has one, or a row of which it has as many as it needs."""

    key: str  # of its rows in a draft, of its form, and of its address
    model: type[Model]
    part: type[Row]
    section: SectionKey
    within: str  # where the document, or the part of its parent, has it; none where it is beside
    title: str = ""  # of a row
    called_by: str = ""  # the column that tells one row from the others in a few words
    parent: str = ""  # the kind of row it belongs to
    only: Mapping[str, Any] = field(default_factory=dict)  # which rows are in the draft
    carried_if: Mapping[str, Any] = field(default_factory=dict)  # which an amendment starts with

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(fields_of(self.part))

    @cached_property
    def written(self) -> tuple[Field, ...]:
        """The fields of its form."""
        return tuple(each for each in self.fields if each.control is not Control.NONE)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The fields a plan is complete only with, as the document names them."""
        return tuple(each.part_name for each in self.written if each.is_asked)

    @cached_property
    def carried(self) -> tuple[Field, ...]:
        """The fields an amendment starts with from last year's plan."""
        return tuple(each for each in self.fields if each.carried)

    @property
    def is_list(self) -> bool:
        return issubclass(self.model, ListRow)

    @property
    def columns(self) -> tuple[str, ...]:
        """What the draft reads of its rows, beside what every row has."""
        named = [self.model._meta.get_field(each.name).attname for each in self.fields]  # type: ignore[union-attr]
        parent = [f"{self.parent}_id"] if self.parent else []
        return (*(["position"] if self.is_list else []), *parent, *named)

    @cached_property
    def children(self) -> tuple["Kind", ...]:
        return tuple(kind for kind in KINDS.values() if kind.parent == self.key)

    def parts_of(self, whole: PlanDocument | Row) -> Iterator[Row]:
        """Its parts in the document, or in one part of its parent, each before its own children."""
        found = getattr(whole, self.within)
        for part in found if isinstance(found, tuple) else (found,):
            yield part
            for child in self.children:
                yield from child.parts_of(part)


def _by_key(kinds: Iterable[Kind]) -> dict[str, Kind]:
    return {kind.key: kind for kind in kinds}


KINDS = _by_key(  # parents before their children, as a district meets them
    [
        Kind("cover", Cover, CoverPart, SectionKey.COVER, "cover"),
        Kind("needs", NeedsAssessment, NeedsPart, SectionKey.NEEDS, "needs"),
        Kind("look_back", LookBack, LookBackPart, SectionKey.LOOK_BACK, "look_back"),
        Kind(
            "objective",
            *(Objective, ObjectivePart, SectionKey.OBJECTIVES, "objectives"),
            title="Objective",
            called_by="statement",
        ),
        Kind(
            "target",
            *(PerformanceTarget, TargetPart, SectionKey.OBJECTIVES, "targets"),
            title="Performance target",
            called_by="measure",
            parent="objective",
        ),
        Kind(
            "strategy",
            *(Strategy, StrategyPart, SectionKey.STRATEGIES, "strategies"),
            title="Strategy",
            called_by="title",
        ),
        Kind(
            "milestone",
            *(Milestone, MilestonePart, SectionKey.STRATEGIES, "milestones"),
            title="Milestone",
            called_by="description",
            parent="strategy",
        ),
        Kind(
            "narrative",
            *(BudgetNarrative, BudgetNarrativePart, SectionKey.BUDGET, "budget_narrative"),
        ),
        Kind(
            "line",
            *(BudgetLine, LinePart, SectionKey.BUDGET, "lines"),
            title="Budget line",
            called_by="description",
            carried_if={"funding_source": BudgetLine.FundingSource.ALLOCATION},
        ),
        Kind(
            "collaboration",
            *(Collaboration, CollaborationPart, SectionKey.ENGAGEMENT, "collaboration"),
        ),
        Kind(
            "engagement",
            *(StakeholderEngagement, EngagementPart, SectionKey.ENGAGEMENT, "engagement"),
            title="Engagement",
            called_by="group",
        ),
        Kind(
            "sustainability",
            *(Sustainability, SustainabilityPart, SectionKey.SUSTAINABILITY, "sustainability"),
        ),
        Kind("statement", AssuranceStatement, AssurancesPart, SectionKey.ASSURANCES, "assurances"),
        Kind(
            "attachment",
            *(Attachment, AttachmentPart, SectionKey.ATTACHMENTS, "attachments"),
            title="Attachment",
            called_by="title",
            only={"removed_at": None},
        ),
        Kind("vote", BoardApproval, VotePart, SectionKey.BOARD_APPROVAL, ""),
    ]
)
IN_DOCUMENT = _by_key(kind for kind in KINDS.values() if kind.within)
SINGLE = _by_key(kind for kind in IN_DOCUMENT.values() if not kind.is_list)
WORDS = {  # by kind, and by the document's name of the field
    key: {each.part_name: each.words for each in kind.fields} for key, kind in KINDS.items()
}
LISTED = _by_key(kind for kind in IN_DOCUMENT.values() if kind.is_list and kind.written)
CARRIED = _by_key(kind for kind in IN_DOCUMENT.values() if kind.carried)


def kind_of(part: Row | None) -> Kind | None:
    """The kind of a row of a list; none for a section's own part, and for a file."""
    return None if part is None else BY_PART.get(type(part))


def parts_of(section: SectionKey, document: PlanDocument) -> Iterator[Row]:
    """What the district wrote in a section, in the order in which it is read."""
    for kind in IN_DOCUMENT.values():
        if kind.section == section and not kind.parent:
            yield from kind.parts_of(document)


BY_PART = {kind.part: kind for kind in LISTED.values()}
