"""What is typed of a conflict of interest: with whom, what it is, and why it is over."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from districts.forms.drawing import words
from districts.forms.fields import ProseField
from districts.models import District, User
from plans.forms.handing_in import ActForm


class DeclareForm(ActForm):
    """Of oneself, unless there are `people` to choose from whose it is."""

    district = forms.ModelChoiceField(
        District.objects.none(),
        empty_label="Choose a district",
        error_messages={"required": "No district is chosen. Choose one."},
    )
    person = forms.ModelChoiceField(
        User.objects.none(),
        label="Whose it is",
        empty_label=None,
        error_messages={"required": "Nobody is chosen. Choose a person."},
    )
    what = ProseField(
        label="What it is, in a sentence",
        help_text="For example: my sister teaches at the high school. It stays with the Department"
        " and never shows to a district.",
        widget=words(3),
        max_length=1_000,
    )

    def __init__(
        self,
        *args: Any,
        districts: QuerySet[District],
        people: QuerySet[User] | None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        cast(forms.ModelChoiceField, self.fields["district"]).queryset = districts
        if people is None:
            del self.fields["person"]
        else:
            cast(forms.ModelChoiceField, self.fields["person"]).queryset = people


class EndConflictForm(ActForm):
    because = ProseField(
        label="Why it is no conflict any longer",
        help_text="It stays on record beside the declaration.",
        widget=words(3),
        max_length=1_000,
    )
