"""Rating a plan, and agreeing where two ratings lie far apart."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from districts.forms.drawing import chips, words
from districts.forms.fields import ProseField
from plans.forms.drafting import KeptForm
from reviews.forms.judging import JudgeForm
from reviews.models import Level, Rating
from reviews.reports.own_review import OwnReview
from reviews.reports.rubrics import Question

NOT_YET = ("", "Not rated")


class RatingForm(KeptForm):
    """One criterion, as its reviewer rates it: a level, and what in the plan shows it."""

    model = Rating

    level = forms.ChoiceField(choices=[*Level.choices, NOT_YET], widget=forms.RadioSelect)
    evidence = ProseField(label="What shows it", widget=words(2), max_length=5_000)

    @classmethod
    def of(cls, review: OwnReview, question: Question, **options: Any) -> "RatingForm":
        return cls.of_row(review.row(question), prefix=prefix_of(question), **options)


def prefix_of(question: Question) -> str:
    return f"c{question.lineage.hex[:12]}"


def typed_ratings(data: QueryDict, questions: list[Question]) -> dict[UUID, RatingForm]:
    """Those that the page had, by the lineage of the criterion."""
    forms_sent = {
        each.lineage: RatingForm(data, prefix=prefix_of(each), auto_id="id_%s")
        for each in questions
    }
    return {lineage: form for lineage, form in forms_sent.items() if form.was_name in data}


class ConsensusForm(JudgeForm):
    about = forms.UUIDField(widget=forms.HiddenInput)
    level = forms.ChoiceField(
        label="What you agree on", choices=Level.choices, widget=forms.RadioSelect
    )
    words = ProseField(label="Why, in the words of all of you", widget=words(3), max_length=5_000)

    layout = (chips("level"), "words", "about")
