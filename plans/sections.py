"""The sections of a plan, in the order in which a district meets them."""

from dataclasses import dataclass
from enum import StrEnum


class SectionKey(StrEnum):
    COVER = "cover"
    PROFILE = "profile"
    NEEDS = "needs"
    LOOK_BACK = "look-back"
    OBJECTIVES = "objectives"
    STRATEGIES = "strategies"
    BUDGET = "budget"
    ENGAGEMENT = "engagement"
    SUSTAINABILITY = "sustainability"
    ASSURANCES = "assurances"
    ATTACHMENTS = "attachments"
    BOARD_APPROVAL = "board-approval"
    SIGNATURES = "signatures"


@dataclass(frozen=True)
class Section:
    key: SectionKey
    title: str

    @property
    def slug(self) -> str:
        return self.key.value


SECTIONS = {
    key: Section(key, title)
    for key, title in {
        SectionKey.COVER: "Cover and contacts",
        SectionKey.PROFILE: "District profile",
        SectionKey.NEEDS: "Needs assessment",
        SectionKey.LOOK_BACK: "Look back at last year",
        SectionKey.OBJECTIVES: "Objectives and targets",
        SectionKey.STRATEGIES: "Strategies",
        SectionKey.BUDGET: "Budget",
        SectionKey.ENGAGEMENT: "Engagement",
        SectionKey.SUSTAINABILITY: "Sustainability",
        SectionKey.ASSURANCES: "Assurances",
        SectionKey.ATTACHMENTS: "Attachments",
        SectionKey.BOARD_APPROVAL: "Local board approval",
        SectionKey.SIGNATURES: "Signatures",
    }.items()
}

# Sections whose text a reviewer reads, and on which comments and required changes can be made.
READABLE = [key for key in SECTIONS if key != SectionKey.SIGNATURES]
WRITTEN = [key for key in READABLE if key != SectionKey.PROFILE]  # which the Department fills
