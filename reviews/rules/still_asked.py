"""What was asked of the district and is not settled: worth knowing before a decision (R40a, R41).

It stops nothing: the law asks for no answer, and the decision ends what is open.
"""

from datetime import date

from plans.models import QuestionEntry
from plans.rules.words import count
from reviews.reports.packet import Packet
from reviews.rules.conditions import PRACTICE, Condition


def what_is_asked_is_settled(packet: Packet, on: date) -> Condition | None:
    """Questions that are open, changes to be asked again, answers that nobody has accepted."""
    last = [one.did for one in packet.open_questions.values()]
    waiting = last.count(QuestionEntry.Did.ASKED)
    unjudged = len(packet.answers_in - packet.judged.keys())
    open_now = [
        (waiting, "question has no answer yet", "questions have no answer yet"),
        (
            len(last) - waiting,
            "answered question is not closed",
            "answered questions are not closed",
        ),
        (len(packet.reopened), "change is to be asked again", "changes are to be asked again"),
        (unjudged, "answer to a change is not accepted", "answers to changes are not accepted"),
    ]
    said = [count(number, one, many) for number, one, many in open_now if number]
    if not said:
        return None
    sentence = f"Still open: {', '.join(said)}. It stops nothing; a decision ends it."
    return Condition(sentence, PRACTICE, "R40a", is_met=True, is_warning=True)
