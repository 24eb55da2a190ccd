"""What one reviewer rated of the version that is read, and what others found, once that is theirs.

Blind until one's own is in (ADR 94): nobody rates by what a colleague found.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from reviews.models import Level, Rating, Recommendation, Review
from reviews.reports.packet import Packet
from reviews.reports.rubrics import Question, RubricShown, rubric_for, shown_of

NOT_RATED = {"level": "", "evidence": "", "as_typed": {}, "version": 1, "saved_at": None}


@dataclass(frozen=True)
class OwnReview:
    """`rows` are ratings as a form is filled from them, by the lineage of the criterion."""

    made_as: Recommendation.As
    rubric: RubricShown
    questions: list[Question]
    rows: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    is_in: bool = False

    @property
    def rated(self) -> int:
        return sum(self.level_of(one) != "" for one in self.questions)

    @property
    def asked(self) -> int:
        return len(self.questions)

    @property
    def saved_at(self) -> datetime | None:
        return max((row["saved_at"] for row in self.rows.values() if row["saved_at"]), default=None)

    @property
    def is_to_rate(self) -> bool:
        """Whether something is left that has to be rated before the review is finished."""
        is_begun = self.rated > 0 or self.rubric.asks_for_all
        return not self.is_in and is_begun and self.rated < self.asked

    def row(self, question: Question) -> dict[str, Any]:
        return self.rows.get(question.lineage, NOT_RATED)

    def level_of(self, question: Question) -> str:
        level: str = self.row(question)["level"]
        return level

    def of_section(self, key: str) -> list[Question]:
        return [one for one in self.questions if one.section == key]


@dataclass(frozen=True)
class Found:
    """What a finished review says of one criterion."""

    about: UUID
    part: str
    by: str
    level: Level
    evidence: str


def own_review(
    packet: Packet, *, person: int, made_as: Recommendation.As, anew: bool = False
) -> OwnReview:
    """Three queries at most: the review, else the rubric of now; its criteria; its ratings.

    `anew`: it may have been begun since the packet was read.
    """
    review = _begun(packet, person, made_as) if anew or packet.has_begun(person, made_as) else None
    year = packet.plan.cycle_id
    is_in = any(
        one.person == person
        and one.made_as == made_as
        and one.submission_id == packet.submission.id
        for one in packet.advice
    )
    if review is None:
        rubric = rubric_for(year)
        return OwnReview(made_as, rubric, rubric.of_part(made_as), is_in=is_in)
    rubric = shown_of(review.rubric, of_cycle=year)
    rows = {
        row.pop("criterion__lineage"): row
        for row in review.ratings.values(
            *("criterion__lineage", "level", "evidence", "as_typed", "version", "saved_at")
        )
    }
    return OwnReview(made_as, rubric, rubric.of_part(made_as), rows, is_in)


def _begun(packet: Packet, person: int, made_as: Recommendation.As) -> Review | None:
    found = Review.objects.filter(submission=packet.submission.id, begun_by=person, made_as=made_as)
    return found.select_related("rubric__made_by").first()


def found_by_reviews(packet: Packet) -> list[Found]:
    """Of every review that counts. One query."""
    counts = {(one.made_as, one.person) for one in packet.reviews.values()}
    ratings = (
        Rating.objects.filter(
            review__submission=packet.submission.id, review__recommendation__isnull=False
        )
        .exclude(level="")
        .select_related("review__begun_by", "criterion")
        .order_by("criterion__position", "review__recommendation")
    )
    return [
        Found(
            one.criterion.lineage,
            Recommendation.As(one.review.made_as).label,
            one.review.begun_by.name,
            Level(one.level),
            one.evidence,
        )
        for one in ratings
        if (one.review.made_as, one.review.begun_by_id) in counts
    ]
