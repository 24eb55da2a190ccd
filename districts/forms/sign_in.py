"""How long people stay signed in."""

from django import forms

from districts.forms.ruled import RuledForm


class SignInRulesForm(RuledForm):
    rows = [("idle_minutes", "longest_hours")]

    idle_minutes = forms.IntegerField(
        label="Minutes without use",
        min_value=10,
        max_value=120,
        help_text="From 10 to 120. People are warned 5 minutes ahead and can stay.",
    )
    longest_hours = forms.IntegerField(
        label="Hours in all",
        min_value=4,
        max_value=24,
        help_text="From 4 to 24. After this everybody signs in again.",
    )
