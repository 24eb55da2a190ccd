"""The rubric that Alliance comes with. No statute has one: a default, until managers write theirs.

§ 10-262u(d) says what a plan contains; how well it does that is the Department's to judge (R38).
"""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from plans.sections import SectionKey

_OURS = uuid5(NAMESPACE_URL, "alliance:default-rubric")


@dataclass(frozen=True)
class DefaultCriterion:
    """One question, as the first rubric of a year is made of it."""

    key: str
    section: SectionKey
    title: str
    rated_by: str  # as Criterion.By
    meets: str
    partially: str
    does_not: str

    @property
    def lineage(self) -> UUID:
        return uuid5(_OURS, self.key)


DEFAULT_CRITERIA = [
    DefaultCriterion(
        "needs",
        SectionKey.NEEDS,
        "Needs are shown by data",
        "program",
        "Each need names a figure, its year, its source and the students it is about.",
        "Most needs do; one or more rest on an opinion or name no students.",
        "Needs are stated without figures.",
    ),
    DefaultCriterion(
        "look-back",
        SectionKey.LOOK_BACK,
        "Last year is looked at honestly",
        "program",
        "What did not work is named, with its reason, and something is changed for it.",
        "What did not work is named; little follows from it.",
        "Only what worked is told, or nothing of last year.",
    ),
    DefaultCriterion(
        "targets",
        SectionKey.OBJECTIVES,
        "Targets can be measured and are worth reaching",
        "program",
        "Each has a baseline, a value and a day, and closes a part of a gap that the needs show.",
        "Most do; one or more lack a baseline, or ask for little beyond it.",
        "Targets cannot be measured, or stay at the baseline.",
    ),
    DefaultCriterion(
        "strategies",
        SectionKey.STRATEGIES,
        "Strategies follow from the needs",
        "program",
        "Each strategy answers a need that is shown, and serves a target.",
        "Most do; one or more serve no need that is shown.",
        "Strategies and needs are about different things.",
    ),
    DefaultCriterion(
        "evidence",
        SectionKey.STRATEGIES,
        "The evidence fits the students",
        "program",
        "Each strategy names evidence from students like those it serves.",
        "Evidence is named; for one or more it is of other students.",
        "No evidence is named.",
    ),
    DefaultCriterion(
        "milestones",
        SectionKey.STRATEGIES,
        "Milestones can be checked at mid-year",
        "program",
        "Each milestone names a figure or a document that exists on its day.",
        "Most do; one or more say only that something was done.",
        "Milestones count meetings or actions, not what came of them.",
    ),
    DefaultCriterion(
        "dollars",
        SectionKey.BUDGET,
        "Dollars match the work described",
        "both",
        "Each line pays for what a strategy describes, in the amount that it takes.",
        "Most lines do; one or more are larger or smaller than the work described.",
        "What lines pay for is not described, or is not the work described.",
    ),
    DefaultCriterion(
        "worked-out",
        SectionKey.BUDGET,
        "Lines are worked out",
        "fiscal",
        "Quantity, unit cost and object code of each line can be followed to its amount.",
        "Most can; one or more are round sums, or stand under another code.",
        "Amounts cannot be followed.",
    ),
    DefaultCriterion(
        "adds",
        SectionKey.BUDGET,
        "The money adds to what the district pays",
        "fiscal",
        "No line pays for what local funds paid before, or the plan says why.",
        "One or more lines may; the reason given is thin.",
        "Lines take the place of local funds, and nothing is said of it.",
    ),
    DefaultCriterion(
        "heard",
        SectionKey.ENGAGEMENT,
        "Those it concerns were heard",
        "program",
        "Families, staff and others were asked, and the plan says what changed because of them.",
        "They were asked; what came of it is not told.",
        "They were told, or not asked.",
    ),
    DefaultCriterion(
        "goes-on",
        SectionKey.SUSTAINABILITY,
        "It goes on when the money ends",
        "both",
        "Says who pays for what lasts, from which year, and what ends.",
        "Says what should last; who pays for it is open.",
        "Says nothing of the time after.",
    ),
]
