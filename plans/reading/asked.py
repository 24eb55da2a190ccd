"""What the Department asks of a plan, in words: where each stands, and who owes what by when."""

from datetime import date

from districts.calendar import eastern_day
from districts.roles import Role
from districts.words import days_from, weekday
from plans.models import Plan, Question, QuestionEntry
from plans.permissions import answer_questions
from plans.reports.asked_list import Listed, Stands, days_late, where_of
from plans.rules.words import count, listing
from plans.workflow import Label

LABELS = {
    Stands.DISTRICT: Label("With the district", "warn", "back"),
    Stands.DEPARTMENT: Label("Answered: with the Department", "info", "half"),
    Stands.AGAIN: Label("To be asked again", "warn", "pen"),
    Stands.ACCEPTED: Label("Accepted", "good", "done"),
    Stands.CLOSED: Label("Closed", "good", "done"),
    Stands.ENDED: Label("Ended with the plan", "", "check"),
}


def where_asked(question: Question) -> str:
    """“Strategies, Strategy 2: Tutoring, Owner”."""
    return where_of(question)


def answerers(section: str) -> str:
    """“The superintendent and the plan coordinator”: who answers a question about it."""
    held = answer_questions(section)
    named = listing(f"the {role.label.lower()}" for role in Role if role in held)
    return named[0].upper() + named[1:]


def label_of(one: Listed) -> Label:
    return LABELS[one.stands]


def owes(one: Listed, plan: Plan, today: date) -> str:
    """“The district, by Tue, June 30, 2026: 3 days left”; empty of what is settled."""
    if one.stands == Stands.DISTRICT:
        what = "an answer" if one.is_question else "an answer, with the plan handed in again"
        return f"The district: {what} by {weekday(one.due_on)} · {days_from(one.due_on, today)}"
    if one.stands == Stands.DEPARTMENT:
        what = "reads the answer" if one.is_question else "accepts the answer, or asks again"
        return f"The Department {what}; {_reviews(plan, today)}"
    if one.stands == Stands.AGAIN:
        then = "the district reads of it then"
        return f"The Department returns the plan with it, and {then}; {_reviews(plan, today)}"
    return ""


def _reviews(plan: Plan, today: date) -> str:
    due_on = plan.cycle.reviews_complete_on
    verb = "were" if due_on < today else "are"
    return f"reviews {verb} to be complete by {weekday(due_on)}"


def late_in_words(asked: QuestionEntry, answer: QuestionEntry) -> str:
    """“3 days after it was due”; empty of an answer in time."""
    late = days_late(asked, answer)
    return f"{count(late, 'day')} after it was due" if late else ""


def is_late(one: Listed) -> bool:
    """Whether what was asked has an answer that came after its day."""
    return bool(one.answered_at and eastern_day(one.answered_at) > one.due_on)


def thread_of(question: Question) -> list[tuple[QuestionEntry, str]]:
    """Each entry, with how late it is where it answers one."""
    said, asked = [], None
    for entry in question.entries.all():
        if entry.did == QuestionEntry.Did.ASKED:
            asked = entry
        answers = entry.did == QuestionEntry.Did.ANSWERED and asked is not None
        said.append((entry, late_in_words(asked, entry) if answers and asked else ""))
    return said
