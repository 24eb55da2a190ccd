"""A report as one document: what rules check, versions freeze, and every page reads."""

from progress.documents.progress import (
    PROGRESS,
    MilestoneResult,
    ProgressDocument,
    StrategyResult,
    TargetActual,
    progress_document,
)

__all__ = [
    "PROGRESS",
    "MilestoneResult",
    "ProgressDocument",
    "StrategyResult",
    "TargetActual",
    "progress_document",
]
