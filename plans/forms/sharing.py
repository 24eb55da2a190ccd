"""What is typed to share a draft, and to comment on one that is shared."""

from typing import Any

from django import forms

from districts.forms.fields import ProseField
from districts.forms.ruled import RuledForm
from districts.models import User
from plans.forms.handing_in import ActForm


class ShareForm(RuledForm):
    """With whom of the Department. The people are those it could be shared with now."""

    rows = [("reader",)]

    reader = forms.ChoiceField(
        label="Your liaison at the Department",
        help_text="This person reads the draft and comments on it. Only people you name here do.",
        error_messages={
            "required": "Choose whom to share the draft with.",
            "invalid_choice": "This person cannot read drafts now. Choose another.",
        },
    )

    def __init__(self, *args: Any, people: list[User], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(each.pk), each.name) for each in people]
        self.fields["reader"].choices = [("", "Choose a person"), *choices]  # type: ignore[attr-defined]


class DraftCommentForm(ActForm):
    """A comment on one section; each section of the page has one."""

    section = forms.CharField(widget=forms.HiddenInput)
    text = ProseField(
        label="Comment for the district",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5_000,
        error_messages={"required": "Write the comment."},
    )
