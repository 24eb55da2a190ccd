"""What an administrator types into a cycle."""

from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django import forms
from django.http import QueryDict

from districts.forms.drawing import laid_out, pair, ticks
from districts.forms.fields import DayField, LineField, ProseField
from districts.words import day
from plans.forms.drafting import read_carried, write_carried
from plans.models import Cycle, StakeholderGroup
from plans.models.cycles import COPIED, MOVED
from plans.services.merging import Side, digest_of, side_of

DATES = list(MOVED)


GROUPS = [choice for choice in StakeholderGroup.choices if choice[0] != StakeholderGroup.OTHER]


class CycleForm(forms.ModelForm):
    """`seen_due_on` and `seen_opens_on` are the dates whose letters were on the page.

    `was` carries what each field was filled from.
    """

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen_due_on = DayField(widget=forms.HiddenInput, required=False)
    seen_opens_on = DayField(widget=forms.HiddenInput, required=False)
    stakeholder_groups = forms.MultipleChoiceField(
        label="Stakeholder groups that every plan must have asked",
        choices=GROUPS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "No group is named. Choose at least one."},
        help_text="§ 10-262u(d): the key stakeholders, as the Commissioner identifies them. The"
        " first four are our default.",
    )

    class Meta:
        model = Cycle
        fields = [*DATES, *COPIED]
        field_classes = dict.fromkeys(DATES, DayField) | {
            "other_focus_area_name": LineField,
            "guidelines": ProseField,
        }
        labels = {
            "allows_indirect_costs": "Indirect costs are allowed",
            "allows_other_focus_area": "Focus area 14, of the Commissioner’s own, is offered",
            "other_focus_area_name": "What focus area 14 is (where it is offered)",
            "guidelines": "Guidelines of the State Board (optional)",
        }
        help_texts = {
            "allows_other_focus_area": "",
            "other_focus_area_name": "§ 10-262u(d)(14): a category or goal that the Commissioner"
            " determines. Districts read it in their forms by this name.",
            "guidelines": "§ 10-262u(e), 2024 edition.",
        }
        widgets = {"guidelines": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = laid_out(
            "version",
            "was",
            "seen_due_on",
            "seen_opens_on",
            *(pair(*DATES[at : at + 3]) for at in range(0, len(DATES), 3)),
            "allows_indirect_costs",
            "allows_other_focus_area",
            "other_focus_area_name",
            ticks("stakeholder_groups"),
            "guidelines",
        )

    def clean(self) -> dict[str, Any]:
        """The order that the database keeps too, said beside the date that breaks it."""
        dates = super().clean() or self.cleaned_data
        self._refuse_slips_in_the_year(dates)
        self._ask_for_the_name(dates)
        for earlier, later, wrong in (
            ("opens_on", "plan_due_on", "not after"),
            ("plan_due_on", "reviews_complete_on", "before"),
            ("reviews_complete_on", "decisions_on", "before"),
        ):
            first, second = dates.get(earlier), dates.get(later)
            if not first or not second or second > first:
                continue
            if second < first or wrong == "not after":
                self.add_error(
                    later,
                    f"{day(second)} is {wrong} “{self.fields[earlier].label}”, {day(first)}."
                    " Change one of the two.",
                )
        return dates

    def _refuse_slips_in_the_year(self, dates: dict[str, Any]) -> None:
        """A cycle is over within three years; reminders are counted in days from its dates."""
        first, last = self.instance.pk - 2, self.instance.pk + 1
        for name in DATES:
            if dates.get(name) and not first <= dates[name].year <= last:
                self.add_error(
                    name,
                    f"{dates[name].year:04} is far from fiscal year {self.instance.pk}."
                    f" Write a date in {first} to {last}.",
                )

    def _ask_for_the_name(self, values: dict[str, Any]) -> None:
        if values.get("allows_other_focus_area") and values.get("other_focus_area_name") == "":
            self.add_error(
                "other_focus_area_name",
                "Focus area 14 has no name. Write what it is, or do not offer it.",
            )

    @classmethod
    def of_cycle(cls, cycle: Cycle) -> Self:
        return cls(instance=cycle, initial={"version": cycle.version, "was": filled_from(cycle)})

    def letters_were_seen(self) -> bool:
        """Whether the page has shown what leaves on account of these very dates."""
        return all(
            self.cleaned_data[name] == self.initial[name]
            or self.cleaned_data[name] == self.cleaned_data[f"seen_{seen}"]
            for name, seen in (("plan_due_on", "due_on"), ("opens_on", "opens_on"))
        )

    def values(self) -> dict[str, Any]:
        """What the cycle is to hold."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


@dataclass(frozen=True)
class Rebased:
    """What was typed, over what is stored now: fields that were not touched hold that.

    `conflicts` are the fields that somebody else changed too. Dates hold in an order and move
    letters, so they are merged before they are judged, and nothing is saved while one is asked.
    """

    data: QueryDict
    conflicts: tuple[str, ...] = ()


def rebased(data: QueryDict, cycle: Cycle) -> Rebased:
    carried, typed = read_carried(data.get("was") or None), data.copy()
    if carried is None:
        return Rebased(typed)
    form, conflicts = CycleForm(data, instance=copy(cycle)), []
    left = data.get("theirs", "").split()
    for name in CycleForm.Meta.fields:
        mine, theirs = _digest_typed(form, name), digest_of(getattr(cycle, name))
        side = side_of(mine, theirs=theirs, was=carried.get(name, ""))
        if name in left or (side == Side.THEIRS and mine != theirs):
            typed.setlist(name, _as_sent(getattr(cycle, name)))
        elif side == Side.BOTH_CHANGED:
            conflicts.append(name)
    typed["version"], typed["was"] = str(cycle.version), filled_from(cycle)
    return Rebased(typed, tuple(conflicts))


def filled_from(cycle: Cycle) -> str:
    names = CycleForm.Meta.fields
    return write_carried({name: digest_of(getattr(cycle, name)) for name in names})


def _digest_typed(form: CycleForm, name: str) -> str:
    typed = form[name].data
    try:
        return digest_of(form.fields[name].clean(typed))
    except forms.ValidationError:
        return digest_of(None, str(typed))


def _as_sent(value: object) -> list[str]:
    """A stored value as the form's widget would send it."""
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, list):
        return [str(each) for each in value]
    return [value.isoformat() if isinstance(value, date) else str(value)]
