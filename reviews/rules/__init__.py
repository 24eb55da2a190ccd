"""What must hold before the Commissioner approves: each condition with its citation and number."""

from reviews.rules.blind import reads_ratings
from reviews.rules.conditions import (
    PRACTICE,
    STATUTE_ON_CHANGES,
    STATUTE_ON_LOCAL_FUNDS,
    STATUTE_ON_MAGNETS,
    STATUTE_ON_MONEY,
    STATUTE_ON_RENEWAL,
    STATUTE_ON_SPENDING,
    Condition,
)
from reviews.rules.gate import (
    OWN_HAND,
    Permit,
    decider_has_not_reviewed,
    gate,
    moved_digest,
    permits_needed,
    reviews_asked_for,
    reviews_lacking,
    since_closing,
    unmet,
)
from reviews.rules.last_year import ToCome, missed_targets, to_come
from reviews.rules.readiness import Readiness, readiness_of, reasons_of

__all__ = [
    "OWN_HAND",
    "PRACTICE",
    "STATUTE_ON_CHANGES",
    "STATUTE_ON_LOCAL_FUNDS",
    "STATUTE_ON_MAGNETS",
    "STATUTE_ON_MONEY",
    "STATUTE_ON_RENEWAL",
    "STATUTE_ON_SPENDING",
    "Condition",
    "Permit",
    "Readiness",
    "ToCome",
    "decider_has_not_reviewed",
    "gate",
    "missed_targets",
    "moved_digest",
    "permits_needed",
    "readiness_of",
    "reads_ratings",
    "reasons_of",
    "reviews_asked_for",
    "reviews_lacking",
    "since_closing",
    "to_come",
    "unmet",
]
