"""More time for a plan, in words: where the asking stands, and what was said."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils import timezone

from districts.calendar import eastern_day
from districts.requests import status_of
from plans.models import AbstractExtension, Plan
from plans.workflow import Label

Did = AbstractExtension.Did

LABELS = {
    Did.ASKED: Label("Asked: with the Department", "info", "half"),
    Did.GRANTED: Label("Granted", "good", "done"),
    Did.REFUSED: Label("Not granted", "warn", "back"),
    Did.WITHDRAWN: Label("Taken back", "", "back"),
}
CAME_IN = Label("Ended: it came in", "", "check")


@dataclass(frozen=True)
class TimeSaid:
    """All that was asked and answered about more time, and where it stands."""

    entries: list[Any]  # the earliest first
    why_over: str  # why none is given any more; empty while it can be

    @property
    def last(self) -> Any:
        return self.entries[-1] if self.entries else None

    @property
    def seen(self) -> int:
        """The number of what was said last, as a form is to send it back."""
        return self.last.number if self.last else 1

    @property
    def label(self) -> Label | None:
        return label_of_extension(self.last, is_to_come=not self.why_over) if self.last else None

    @property
    def waits(self) -> bool:
        return not self.why_over and self.last is not None and self.last.did == Did.ASKED

    @property
    def may_be_asked(self) -> bool:
        return not self.why_over and not self.waits


def said_of_time(what: Any, plan: Plan) -> TimeSaid:
    """`what` is the `TimeFor` that is asked about."""
    return TimeSaid(list(what.said(plan).select_related("written_by")), what.why_over(plan))


def time_context(
    what: Any, plan: Plan, said: TimeSaid, forms: Any, *, is_theirs: bool
) -> dict[str, Any]:
    """What the district's page of it shows; `forms` are its `TimeForms`."""
    asks = forms.ask.is_bound or said.may_be_asked
    return {
        "plan": plan,
        "noun": what.noun,
        "due_on": what.due_on(plan),
        "entries": said.entries,
        "label": said.label,
        "why_over": said.why_over,
        "waits": said.waits,
        "ask": forms.ask if is_theirs and asks else None,
        "back": forms.take_back if is_theirs and said.waits else None,
        "errors": forms.sent,
        "today": eastern_day(timezone.now()),
    }


def time_status(forms: Any) -> int:
    return HTTPStatus.OK if forms.sent is None else status_of(forms.sent)


def label_of_extension(last: Any, *, is_to_come: bool) -> Label:
    """`is_to_come`: whether it is still to come in, so that an answer can follow."""
    if last.did == Did.ASKED and not is_to_come:
        return CAME_IN
    return LABELS[Did(last.did)]
