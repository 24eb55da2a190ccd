"""What is kept about plans: cycles, vocabulary, plans and their versions, drafts and reviews."""

from plans.models.acts import Act, digest_is_a_hash
from plans.models.anchors import Anchored
from plans.models.carried import Carried
from plans.models.checked import FileCheck
from plans.models.content import (
    AssuranceStatement,
    Attachment,
    BudgetLine,
    BudgetNarrative,
    Collaboration,
    Cover,
    DraftRow,
    ListRow,
    LookBack,
    Milestone,
    NeedsAssessment,
    Objective,
    PerformanceTarget,
    SectionRow,
    StakeholderEngagement,
    Strategy,
    Sustainability,
)
from plans.models.cycles import Cycle, CycleChange, ReminderRule
from plans.models.extensions import AbstractExtension, ExtensionEntry
from plans.models.history import HISTORY
from plans.models.letters import PlanLetter
from plans.models.outcomes import LineOutcome, Outcome, StrategyOutcome, TargetOutcome
from plans.models.pdfs import VersionPdf
from plans.models.plans import (
    GOES_ON,
    BoardApproval,
    Plan,
    PlanEvent,
    PlanVersion,
    Signature,
    Voiding,
    about_plan,
    due_day,
    due_in_sql,
    taking_part,
)
from plans.models.questions import Question, QuestionEntry
from plans.models.reasons import VersionWarning, WarningReason
from plans.models.removals import Removal
from plans.models.review import (
    ApprovalCondition,
    Assignment,
    Comment,
    ConditionMet,
    RequiredChange,
)
from plans.models.revisions import PlanRevision, RevisionEvent
from plans.models.sharing import DraftComment, DraftShare
from plans.models.signable import (
    AbstractSignature,
    AbstractVersion,
    AbstractVoiding,
    Signable,
)
from plans.models.texts import VersionDollars, VersionPassage
from plans.models.verdicts import ChangeRound, ChangeVerdict
from plans.models.vocabulary import (
    OTHER_FOCUS_AREA,
    Assurance,
    Certainty,
    Domain,
    FocusArea,
    FormerName,
    Indicator,
    ObjectCode,
    StakeholderGroup,
)
from plans.models.withholding import WithholdingCorrection

__all__ = [
    "GOES_ON",
    "HISTORY",
    "OTHER_FOCUS_AREA",
    "AbstractExtension",
    "AbstractSignature",
    "AbstractVersion",
    "AbstractVoiding",
    "Act",
    "Anchored",
    "ApprovalCondition",
    "Assignment",
    "Assurance",
    "AssuranceStatement",
    "Attachment",
    "BoardApproval",
    "BudgetLine",
    "BudgetNarrative",
    "Carried",
    "Certainty",
    "ChangeRound",
    "ChangeVerdict",
    "Collaboration",
    "Comment",
    "ConditionMet",
    "Cover",
    "Cycle",
    "CycleChange",
    "Domain",
    "DraftComment",
    "DraftRow",
    "DraftShare",
    "ExtensionEntry",
    "FileCheck",
    "FocusArea",
    "FormerName",
    "Indicator",
    "LineOutcome",
    "ListRow",
    "LookBack",
    "Milestone",
    "NeedsAssessment",
    "ObjectCode",
    "Objective",
    "Outcome",
    "PerformanceTarget",
    "Plan",
    "PlanEvent",
    "PlanLetter",
    "PlanRevision",
    "PlanVersion",
    "Question",
    "QuestionEntry",
    "ReminderRule",
    "Removal",
    "RequiredChange",
    "RevisionEvent",
    "SectionRow",
    "Signable",
    "Signature",
    "StakeholderEngagement",
    "StakeholderGroup",
    "Strategy",
    "StrategyOutcome",
    "Sustainability",
    "TargetOutcome",
    "VersionDollars",
    "VersionPassage",
    "VersionPdf",
    "VersionWarning",
    "Voiding",
    "WarningReason",
    "WithholdingCorrection",
    "about_plan",
    "digest_is_a_hash",
    "due_day",
    "due_in_sql",
    "taking_part",
]
