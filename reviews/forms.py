"""What the Department types in a review. A form validates, and nothing else.

Every form carries a key made when the page was shown, so that sending it twice is one act.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.db.models import QuerySet

from districts.forms.fields import DayField, WholeDollarsField
from districts.models import User
from plans.forms.drafting import FIELD
from plans.models import Comment
from plans.sections import READABLE, SECTIONS
from reviews.models import Determination
from reviews.services.withholding import Duty, Withholding

SECTION_CHOICES = [(key.value, SECTIONS[key].title) for key in READABLE]
MOST_ROWS = 40
ROWS_AT_A_TIME = 3


class ActForm(forms.Form):
    use_required_attribute = False  # the page says what is missing, all at once

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    layout: tuple = ()

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        _say_what_is_empty(self)
        hidden = [name for name, field in self.fields.items() if field.widget.is_hidden]
        self.helper = fields_only(*hidden, *self.layout)


class JudgeForm(ActForm):
    """An act on the text itself: `version` is the number of the one that was on the page."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def _say_what_is_empty(form: forms.Form) -> None:
    for field in form.fields.values():
        field.error_messages["required"] = "This is empty. Fill it in."


def fields_only(*layout) -> FormHelper:
    """The template brings the form's tag, its token, and what is wrong with the whole of it."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.template = "components/form_fields.html"
    helper.field_template = FIELD
    helper.layout = Layout(*layout)
    return helper


def writing(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


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


class CommentForm(ActForm):
    section = forms.ChoiceField(choices=[("", "Choose a section"), *SECTION_CHOICES])
    audience = forms.ChoiceField(
        label="Who reads it", choices=Comment.Audience.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(label="Comment", widget=writing(4), max_length=5_000)

    layout = ("section", Field("audience", wrapper_class="chips"), "text")


class RecommendForm(JudgeForm):
    text = forms.CharField(
        label="Why this plan should be approved",
        help_text="The Commissioner reads it beside the gate. It never shows to the district.",
        widget=writing(6),
        max_length=5_000,
    )

    layout = ("text",)


class WaiveForm(JudgeForm):
    grounds = forms.CharField(
        label="Grounds",
        help_text="Why fewer people review or decide this version. It stays on record, "
        "and the decision names it.",
        widget=writing(4),
        max_length=2_000,
    )

    layout = ("grounds",)


class WithholdForm(ActForm):
    """It is about the funds, so it carries no version: a plan never handed in has none."""

    duty = forms.ChoiceField(
        label="What the board failed to comply with",
        choices=Duty.choices,
        widget=forms.RadioSelect,
    )
    amount = WholeDollarsField(
        label="Amount (optional)", help_text="Empty: all funds of the year.", required=False
    )
    answer_by = DayField(label="Answer by")
    grounds = forms.CharField(label="Grounds", widget=writing(4), max_length=5_000)
    cure = forms.CharField(
        label="For the funds to be released",
        help_text="What the district does. It reads this as you write it.",
        widget=writing(3),
        max_length=5_000,
    )

    layout = (
        Field("duty", wrapper_class="chips"),
        Div("amount", "answer_by", css_class="pair"),
        "grounds",
        "cure",
    )

    def __init__(self, *args, today: date, allocation: int | None, **options) -> None:
        super().__init__(*args, **options)
        self.fields["duty"].error_messages["required"] = "Nothing is chosen. Choose the duty."
        self.today, self.allocation = today, allocation

    def clean_amount(self) -> int | None:
        amount = self.cleaned_data["amount"]
        if amount == 0:
            raise forms.ValidationError("$0 withholds nothing. Leave it empty for all funds.")
        if amount is not None and self.allocation is not None and amount > self.allocation:
            raise forms.ValidationError(
                f"This is more than the allocation, ${self.allocation:,}. Leave it empty for all"
                " funds."
            )
        return amount

    def clean_answer_by(self) -> date:
        day = self.cleaned_data["answer_by"]
        if day <= self.today:
            raise forms.ValidationError("This day has come. Write a day that is still to come.")
        return day

    def terms(self) -> Withholding:
        said = ("duty", "amount", "grounds", "cure", "answer_by")
        return Withholding(**{name: self.cleaned_data[name] for name in said})


class ReleaseForm(ActForm):
    reason = forms.CharField(
        label="Reason (optional)",
        help_text="The district reads it in its letter.",
        widget=writing(3),
        max_length=5_000,
        required=False,
    )

    layout = ("reason",)


class ApproveForm(JudgeForm):
    implementation = forms.ChoiceField(
        label="Finding on implementation",
        choices=Determination.Implementation.choices,
        widget=forms.RadioSelect,
    )
    implementation_reasons = forms.CharField(
        label="Reasons: implementation", widget=writing(4), max_length=5_000
    )
    performance = forms.ChoiceField(
        label="Finding on performance",
        choices=Determination.Performance.choices,
        widget=forms.RadioSelect,
    )
    performance_reasons = forms.CharField(
        label="Reasons: performance", widget=writing(4), max_length=5_000
    )

    layout = (
        Div(
            Div(Field("implementation", wrapper_class="chips"), "implementation_reasons"),
            Div(Field("performance", wrapper_class="chips"), "performance_reasons"),
            css_class="cols cols-2",
        ),
    )


class ReturnForm(JudgeForm):
    """The act itself; what is asked for is in the ChangeForms beside it."""


class ChangeForm(forms.Form):
    """One required change. A row in which neither a section nor a text was given is no change."""

    use_required_attribute = False

    section = forms.ChoiceField(choices=[("", "Choose a section"), *SECTION_CHOICES])
    text = forms.CharField(label="What has to change", widget=writing(3), max_length=5_000)
    due_on = DayField(label="Answer due")

    def __init__(self, *args, **options) -> None:
        options["empty_permitted"] = True
        super().__init__(*args, **options)
        _say_what_is_empty(self)
        self.helper = fields_only(Div("section", "due_on", css_class="pair"), "text")

    def has_changed(self) -> bool:
        typed = self.data.get(self.add_prefix("text"), "").strip()
        return bool(typed or self.data.get(self.add_prefix("section")))


@dataclass(frozen=True)
class Fault:
    number: int
    field: forms.BoundField
    error: str


class ChangeRows:
    """The changes asked for on one page: as many rows as were shown, and some more on request."""

    def __init__(self, data: Mapping[str, str] | None, *, due_on: date) -> None:
        self.is_bound = data is not None
        self.due_on = due_on
        count = ROWS_AT_A_TIME if data is None else _number(data.get("rows", ""))
        self.forms = [self._form(data, place) for place in range(1, count + 1)]

    @property
    def count(self) -> int:
        return len(self.forms)

    def add_more(self) -> None:
        """More blank rows; what was typed so far stays as it is, unjudged."""
        typed = [form.data for form in self.forms]
        self.forms = [
            self._form(None, place, initial=self._typed(data, place))
            for place, data in enumerate(typed, start=1)
        ]
        more = min(ROWS_AT_A_TIME, MOST_ROWS - self.count)
        self.forms += [self._form(None, self.count + ahead) for ahead in range(1, more + 1)]

    def are_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms)

    def faults(self) -> list[Fault]:
        return [
            Fault(number, form[name], str(error))
            for number, form in enumerate(self.forms, start=1)
            for name, errors in form.errors.items()
            for error in errors
        ]

    def filled(self) -> list[dict]:
        return [form.cleaned_data for form in self.forms if form.has_changed()]

    def _form(self, data, place: int, **options) -> ChangeForm:
        options.setdefault("initial", {"due_on": self.due_on})
        return ChangeForm(data, prefix=f"change-{place}", **options)

    def _typed(self, data, place: int) -> dict[str, str]:
        names = ChangeForm.base_fields
        return {name: data.get(f"change-{place}-{name}", "") for name in names}


def _number(typed: str) -> int:
    """How many rows were shown: said by the page, so it may be anything."""
    rows = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
    return min(max(rows, ROWS_AT_A_TIME), MOST_ROWS)
