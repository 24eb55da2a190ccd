"""What a district types to ask for more time, and to ask for it no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from districts.forms.drawing import words
from districts.forms.fields import DayField, ProseField
from districts.words import day
from plans import services
from plans.forms.attempts import attempt
from plans.forms.handing_in import ActForm
from plans.models import Plan
from plans.services.extensions import TimeFor

TAKE_BACK = "take_back"  # the button of the second form


class AskForTimeForm(ActForm):
    until = DayField(help_text="The day ends at 11:59 pm Eastern Time.")
    reason = ProseField(
        label="Why more time is needed",
        help_text="The Department reads it as you send it. It is a record, and is not changed.",
        widget=words(4),
        max_length=5_000,
    )

    layout = ("until", "reason")

    def __init__(self, *args: Any, asks: str, **kwargs: Any) -> None:
        """`asks`: what stands over the day."""
        super().__init__(*args, **kwargs)
        self.fields["until"].label = asks


class TakeBackForm(ActForm):
    """`seen` is the number of what was asked, as the page had it."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    layout = ()


@dataclass(frozen=True)
class TimeForms:
    """Both forms of the page; one of them was sent, or neither."""

    ask: AskForTimeForm
    take_back: TakeBackForm

    @classmethod
    def of(cls, typed: Mapping[str, Any], what: TimeFor, *, seen: int) -> "TimeForms":
        takes_back = TAKE_BACK in typed
        return cls(
            AskForTimeForm(None if takes_back else typed or None, asks=what.asks),
            TakeBackForm(typed if takes_back else None, initial={"seen": seen}),
        )

    @property
    def sent(self) -> AskForTimeForm | TakeBackForm | None:
        return next((form for form in (self.ask, self.take_back) if form.is_bound), None)

    def do(self, plan: Plan, what: TimeFor, **act: Any) -> str:
        """Do what was sent. What to tell of it; empty where nothing was sent or it was refused."""
        form = self.sent
        if form is None or not form.is_valid():
            return ""
        due_on = f"the {what.noun} is due {day(what.due_on(plan))}."
        act |= {"plan_id": plan.pk, "what": what, **form.cleaned_data}
        if isinstance(form, TakeBackForm):
            is_done = attempt(form, lambda: services.ask_no_more(**act))
            return f"You ask for no more time: {due_on}" if is_done else ""
        if not attempt(form, lambda: services.ask_for_time(**act)):
            return ""
        until = day(form.cleaned_data["until"])
        return f"The Department is asked for time until {until}. Until it answers, {due_on}"
