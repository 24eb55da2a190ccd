"""The letters of a question: one to the district as it is asked, one to the asker as answered."""

from districts.models import User, gets_letters
from notices.pages import Page
from plans.models import Plan, Question, QuestionEntry
from plans.permissions import REVIEWS, answer_questions, parts_of
from plans.reports.asked_list import days_late, where_of
from plans.services.letters import managers, outside_district, people_of, post_letter, reviewers_of


def post_question_asked(plan: Plan, question: Question, asked: QuestionEntry) -> None:
    """To who answers it. Who asked is not named, as nowhere on the district's side."""
    post_letter(
        plan,
        kind="question_asked",
        occasion=f"question-{question.number}-{asked.number}",
        to=people_of(plan, answer_questions(question.section)),
        why="The Department asks about the plan",
        at=asked.written_at,
        page=_page("plan_question", plan, question),
        question=question,
        where=where_of(question),
        text=asked.text,
        due_on=asked.due_on,
        is_further=asked.number > 1,
    )


def post_question_answered(
    plan: Plan, question: Question, *, asked: QuestionEntry, answer: QuestionEntry
) -> None:
    """To who asked; where they take part no longer, to the reviewers or who assigns them."""
    at = answer.written_at
    asker = User.objects.filter(gets_letters(), pk=asked.written_by_id)
    to = [one for one in asker if parts_of(one, plan, at=at) & REVIEWS]
    post_letter(
        plan,
        kind="question_answered",
        occasion=f"question-{question.number}-{answer.number}",
        to=outside_district(plan, to) or reviewers_of(plan) or managers(plan),
        why="The district answered a question",
        at=at,
        page=_page("review_question", plan, question),
        question=question,
        where=where_of(question),
        late=days_late(asked, answer),
    )


def _page(kind: str, plan: Plan, question: Question) -> Page:
    return Page(kind, (plan.district.slug, plan.cycle_id, question.number))
