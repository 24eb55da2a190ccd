"""What the Department types in a review. A form validates, and nothing else.

Every form carries a key made when the page was shown, so that sending it twice is one act.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from crispy_forms.layout import Div
from django import forms
from django.db.models import QuerySet

from districts.forms.drawing import chips, pair, ticks, words
from districts.forms.fields import DayField, ProseField
from districts.models import User
from plans.forms.handing_in import ActForm
from plans.models import Comment
from plans.sections import READABLE, SECTIONS
from reviews.models import Determination
from reviews.rules import Permit
from reviews.services.conditions import MOST_CONDITIONS, Stipulation
from reviews.services.permits import question_of

SECTION_CHOICES = [(key.value, SECTIONS[key].title) for key in READABLE]
CONDITIONS = [
    (f"condition_{number}", f"condition_{number}_due") for number in range(1, MOST_CONDITIONS + 1)
]  # each with its date


def read_so_far(form: forms.Form, name: str) -> Any:
    """What stands in a field, sent or not; none where it cannot be read."""
    try:
        return form.fields[name].clean(form[name].value())
    except forms.ValidationError:
        return None


class JudgeForm(ActForm):
    """An act on the text itself: `version` is the number of the one that was on the page."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ReviewerField(forms.ModelChoiceField):
    """A person by name, with how many plans they have in hand."""

    def label_from_instance(self, user) -> str:
        plans = user.plans_in_hand
        return f"{user.name} ({plans} plan{'' if plans == 1 else 's'} in hand)"


class AssignForm(ActForm):
    layout = ("program_reviewer", "fiscal_reviewer")

    def __init__(
        self,
        *args,
        program_reviewers: QuerySet[User],
        fiscal_reviewers: QuerySet[User],
        **options,
    ) -> None:
        super().__init__(*args, **options)
        for name, people in (
            ("program_reviewer", program_reviewers),
            ("fiscal_reviewer", fiscal_reviewers),
        ):
            self.fields[name] = ReviewerField(
                people,
                empty_label="Choose a person",
                error_messages={"required": "Nobody is chosen. Choose a person."},
            )


DRAWN = forms.Select(attrs={"class": "form-select"})  # also where no crispy form draws it


class CommentForm(ActForm):
    section = forms.ChoiceField(choices=[("", "Choose a section"), *SECTION_CHOICES], widget=DRAWN)
    audience = forms.ChoiceField(
        label="Who reads it", choices=Comment.Audience.choices, widget=forms.RadioSelect
    )
    about = forms.ChoiceField(label="About (optional)", required=False, widget=DRAWN)
    text = ProseField(label="Comment", widget=words(4), max_length=5_000)

    layout: tuple = ("section", "about", chips("audience"), "text")

    def __init__(self, *args: Any, rows: Sequence[tuple[str, str]] = (), **options: Any) -> None:
        """`rows` are the strategies, targets and lines that it can be about, by their lineage."""
        super().__init__(*args, **options)
        if rows:
            cast(forms.ChoiceField, self.fields["about"]).choices = [
                ("", "The whole section"),
                *rows,
            ]
        else:
            del self.fields["about"]
            self.layout = ("section", chips("audience"), "text")


class RecommendForm(JudgeForm):
    text = ProseField(
        label="Why this plan should be approved",
        help_text="The Commissioner reads it beside the gate. It never shows to the district.",
        widget=words(6),
        max_length=5_000,
    )

    layout = ("text",)


class JudgeRevisionForm(JudgeForm):
    """What is said of a revision, whichever of the three is done with it."""

    text = ProseField(widget=words(5), max_length=5_000)

    layout = ("text",)

    def __init__(self, *args: Any, asks: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = asks


class WaiveForm(JudgeForm):
    grounds = ProseField(
        label="Grounds",
        help_text="Why fewer people review or decide this version. It stays on record, "
        "and the decision names it.",
        widget=words(4),
        max_length=2_000,
    )

    layout = ("grounds",)


class WaiveLastYearForm(WaiveForm):
    grounds = ProseField(
        label="Grounds",
        help_text="Why this version is decided without what last year’s plan or reports lack. It"
        " stays on record, and the letter names it.",
        widget=words(4),
        max_length=2_000,
    )


class MetForm(ActForm):
    """What shows that a condition of an approval is met, and since when."""

    met_on = DayField(label="Met on")
    word = ProseField(
        label="What shows it",
        help_text="The district reads this beside the condition.",
        widget=words(3),
        max_length=2_000,
    )

    layout = ("met_on", "word")

    def __init__(self, *args, today: date, **options) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_met_on(self) -> date:
        day = self.cleaned_data["met_on"]
        if day > self.today:
            raise forms.ValidationError("This day is still to come. Write the day it was met.")
        return day

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("met_on", "word")}


class UndoReturnForm(ActForm):
    """`returned` is the return that was on the page."""

    returned = forms.IntegerField(widget=forms.HiddenInput)
    reason = ProseField(
        label="Why it is undone",
        help_text="The district reads it in its letter.",
        widget=words(3),
        max_length=5_000,
    )

    layout = ("reason",)


class FindingsForm(ActForm):
    """What a decision finds of the year before, and of what was reached (§ 10-262u(f))."""

    implementation = forms.ChoiceField(
        label="Finding on implementation",
        choices=Determination.Implementation.choices,
        widget=forms.RadioSelect,
    )
    implementation_reasons = ProseField(
        label="Reasons: implementation", widget=words(4), max_length=5_000
    )
    performance = forms.ChoiceField(
        label="Finding on performance",
        choices=Determination.Performance.choices,
        widget=forms.RadioSelect,
    )
    performance_reasons = ProseField(
        label="Reasons: performance", widget=words(4), max_length=5_000
    )


class ApproveForm(FindingsForm, JudgeForm):
    layout = (
        Div(
            Div(chips("implementation"), "implementation_reasons"),
            Div(chips("performance"), "performance_reasons"),
            css_class="cols cols-2",
        ),
        *(pair(*names) for names in CONDITIONS),
    )

    def __init__(
        self, *args, today: date, needed: Sequence[Permit] = (), moved: str = "", **options
    ) -> None:
        """`moved` is the digest of what the gate lists as changed; the tick is of just that."""
        super().__init__(*args, **options)
        self.today, self.needed, self.moved = today, needed, moved
        if needed:
            self.fields["permits"] = forms.MultipleChoiceField(
                label="What these lines need by themselves",
                help_text="Each is recorded with the decision and named in the letter. Without one"
                " of them the plan is not approved: return it for a change.",
                choices=[(permit.key, question_of(permit)) for permit in needed],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
            self.layout = (self.layout[0], ticks("permits"), *self.layout[1:])
        if moved:
            self.fields[self.read] = forms.BooleanField(
                label="I have read what changed since the plan was closed for signature",
                help_text="The gate above lists it. It is kept with the decision.",
                error_messages={"required": "Read what changed since closing, and tick this."},
            )
            self.layout = (self.read, *self.layout)
        for number, (text, due_on) in enumerate(CONDITIONS, start=1):
            self.fields[text] = ProseField(
                label=f"Condition {number} (optional)",
                help_text="What the district does or shows after the approval, in one sentence."
                if number == 1
                else "",
                widget=words(2),
                max_length=1_000,
                required=False,
            )
            self.fields[due_on] = DayField(label=f"Condition {number}: due", required=False)

    def clean(self) -> dict[str, Any]:
        """A condition is a sentence with a date to come: one without the other is asked for."""
        typed = super().clean() or self.cleaned_data
        for permit in self.needed:
            if permit.key not in typed.get("permits", ()):
                self.add_error(
                    "permits",
                    f"Not given: {permit.what}. Give it, or return the plan for a change.",
                )
        for number, (text, due_on) in enumerate(CONDITIONS, start=1):
            words, day = typed.get(text, ""), typed.get(due_on)
            if words and day is None and due_on not in self.errors:
                self.add_error(due_on, f"Condition {number} has no date. Write when it is due.")
            if day is not None and not words and text not in self.errors:
                self.add_error(
                    text, f"Condition {number} has a date alone. Write it, or take the date out."
                )
            if day is not None and day <= self.today:
                self.add_error(due_on, "This day has come. Write a day that is still to come.")
        return typed

    def conditions(self) -> list[Stipulation]:
        """Those written so far, with the days that can be read."""
        return [
            Stipulation(read_so_far(self, text) or "", read_so_far(self, due_on))
            for text, due_on in CONDITIONS
            if self._is_written(text) or self._is_written(due_on)
        ]

    def permits(self) -> list[Permit]:
        """Those that are given so far."""
        chosen = (self["permits"].value() or ()) if self.needed else ()
        return [permit for permit in self.needed if permit.key in chosen]

    def _is_written(self, name: str) -> bool:
        """Whether it holds anything: a blank that nobody sees is nothing, what is unread is."""
        try:
            return bool(self.fields[name].clean(self[name].value()))
        except forms.ValidationError:
            return True

    @property
    def read(self) -> str:
        """The name of the tick: what is listed later has another, which nobody has ticked yet."""
        return f"read-{self.moved}"

    def decision(self) -> dict[str, Any]:
        """What is decided: the findings, and the conditions in place of their fields."""
        beside = {name for names in CONDITIONS for name in names} | {self.read}
        said = {name: value for name, value in self.cleaned_data.items() if name not in beside}
        given = [permit.key for permit in self.permits()]
        read = self.moved if self.cleaned_data.get(self.read) else ""
        return said | {"conditions": self.conditions(), "permits": given, "read": read}
