"""Reports of a district on its approved plan: of progress, and of expenditure."""

from progress.models.extensions import ReportExtension
from progress.models.progress import (
    Implementation,
    MilestoneProgress,
    ProgressEvent,
    ProgressReport,
    ProgressSignature,
    ProgressVersion,
    ProgressVoiding,
    StrategyProgress,
    TargetResult,
)
from progress.models.spending import (
    CodeSpending,
    ExpenditureEvent,
    ExpenditureReport,
    ExpenditureSignature,
    ExpenditureVersion,
    ExpenditureVoiding,
    LineSpending,
)

__all__ = [
    "CodeSpending",
    "ExpenditureEvent",
    "ExpenditureReport",
    "ExpenditureSignature",
    "ExpenditureVersion",
    "ExpenditureVoiding",
    "Implementation",
    "LineSpending",
    "MilestoneProgress",
    "ProgressEvent",
    "ProgressReport",
    "ProgressSignature",
    "ProgressVersion",
    "ProgressVoiding",
    "ReportExtension",
    "StrategyProgress",
    "TargetResult",
]
