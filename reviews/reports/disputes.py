"""Where the reviews that count lie two levels apart, and nothing is agreed yet (R38).

Of all plans of a year the queue asks the same in SQL: `reviews.reports.turns.disputed`.
"""

from dataclasses import dataclass
from uuid import UUID

from reviews.models import Level
from reviews.reports.packet import Packet
from reviews.reports.said_lines import Advice, Agreed, Rated


@dataclass(frozen=True)
class Dispute:
    """One criterion that two finished reviews find met and not met."""

    about: UUID  # the lineage of the criterion
    title: str
    section: str
    agreed: Agreed | None  # since both reviews were in

    @property
    def is_open(self) -> bool:
        return self.agreed is None


def disputes(packet: Packet) -> list[Dispute]:
    """Every criterion that was disputed between reviews that count, settled or not, in order."""
    counts = {(one.made_as, one.person): one for one in packet.reviews.values()}
    by_criterion: dict[UUID, list[tuple[Rated, Advice]]] = {}
    for rated in packet.rated:
        review = counts.get((rated.part, rated.person))
        if review is not None and rated.submission_id == packet.submission.id:
            by_criterion.setdefault(rated.about, []).append((rated, review))
    return [_dispute(packet, found) for found in by_criterion.values() if _are_apart(found)]


def open_disputes(packet: Packet) -> list[Dispute]:
    return [one for one in disputes(packet) if one.is_open]


def _are_apart(found: list[tuple[Rated, Advice]]) -> bool:
    return {Level.MEETS, Level.DOES_NOT} <= {rated.level for rated, _ in found}


def _dispute(packet: Packet, found: list[tuple[Rated, Advice]]) -> Dispute:
    first = found[0][0]
    ends = [each for each in found if each[0].level != Level.PARTIALLY]
    since = max(review.made_at for _, review in ends)
    agreed = [
        one
        for one in packet.agreed
        if one.about == first.about
        and one.submission_id == packet.submission.id
        and one.recorded_at >= since
    ]
    return Dispute(first.about, first.title, first.section, agreed[-1] if agreed else None)
