"""Who reads what others rated. A default, no law: nobody rates by what a colleague found."""

from reviews.models import Recommendation
from reviews.reports.packet import Packet
from reviews.rules.gate import reviews_lacking


def reads_ratings(packet: Packet, made_as: Recommendation.As | None) -> bool:
    """Whoever gives a review reads others' once their own is in; who gives none reads them at once.

    `made_as` is the review that is theirs to give, if any. A manager's is asked for in reform
    districts alone (R36).
    """
    return made_as is None or made_as not in reviews_lacking(packet)
