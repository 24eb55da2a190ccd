"""The forms of a progress report’s rows: they never refuse, as those of a plan do not."""

from typing import Any

from django import forms

from districts.forms.drawing import chips, pair, words
from districts.forms.fields import DayField, LineField, ProseField
from plans.documents.fields import Field, fields_of
from plans.documents.parts import Row
from plans.forms.drafting import KeptForm
from plans.forms.fields import NumberField, SchoolYearField, typed_choice
from progress.documents import MilestoneResult, StrategyResult, TargetActual
from progress.models import Implementation, MilestoneProgress, StrategyProgress, TargetResult


def _said(part: type[Row]) -> dict[str, dict[str, Any]]:
    """Label and help of each field, from the one place where they are said."""
    said: dict[str, Field] = {field.name: field for field in fields_of(part)}
    return {name: {"label": f.label, "help_text": f.help} for name, f in said.items()}


_STRATEGY, _MILESTONE = _said(StrategyResult), _said(MilestoneResult)
_TARGET = _said(TargetActual)


class StrategyProgressForm(KeptForm):
    model = StrategyProgress
    layout = (chips("status"), "sentence", "evidence")

    status = typed_choice(
        Implementation.choices, empty_value="", widget=forms.RadioSelect, **_STRATEGY["status"]
    )
    sentence = ProseField(widget=words(2), **_STRATEGY["sentence"])
    evidence = ProseField(widget=words(2), **_STRATEGY["evidence"])


class MilestoneProgressForm(KeptForm):
    model = MilestoneProgress
    layout = (pair("done_on", "moved_to", "note"),)

    done_on = DayField(**_MILESTONE["done_on"])
    moved_to = DayField(**_MILESTONE["moved_to"])
    note = LineField(**_MILESTONE["note"])


class TargetResultForm(KeptForm):
    model = TargetResult
    layout = (pair("actual", "measured_in"), pair("source", "available_on"))

    actual = NumberField(
        max_digits=9, decimal_places=2, may_be_suppressed=True, **_TARGET["actual"]
    )
    measured_in = SchoolYearField(**_TARGET["measured_in"])
    source = LineField(**_TARGET["source"])
    available_on = DayField(**_TARGET["available_on"])


FORMS: dict[str, type[KeptForm]] = {
    "strategy": StrategyProgressForm,
    "milestone": MilestoneProgressForm,
    "target": TargetResultForm,
}
