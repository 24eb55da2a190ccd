"""The reviewers of many plans at once: a row for each plan, proposed by us and changed by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from districts.forms.drawing import fields_only
from districts.models import User
from plans.forms.handing_in import ActForm
from plans.models import Assignment, Plan
from reviews.reports.to_assign import PAGE, Assigning, ToAssign
from reviews.rules.spreading import Proposal
from reviews.services.assigning_many import Wanted

PROGRAM, FISCAL = Assignment.As.PROGRAM, Assignment.As.FISCAL
NAMES = {PROGRAM: "program", FISCAL: "fiscal"}


@dataclass(frozen=True)
class PlanRow:
    """A plan with its fields, as the page shows them."""

    plan: Plan
    take: forms.BoundField
    program: forms.BoundField
    fiscal: forms.BoundField
    seen: forms.BoundField


def plans_sent(data: Mapping[str, Any]) -> list[int]:
    """The plans that the page had which was sent: some may want nobody by now."""
    names = [name.removeprefix("seen-") for name in data if name.startswith("seen-")]
    return [int(name) for name in names if name.isdecimal() and len(name) < 19][:PAGE]


class ThirdForm(forms.Form):
    """Who gives the third review of an educational reform district (R36)."""

    third = forms.ModelChoiceField(
        User.objects.none(),
        label="Third reviewer (optional)",
        help_text="Left empty, any program manager may give it. Department default · R36",
        required=False,
        empty_label="Any program manager",
    )

    def __init__(self, *args: Any, managers: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ModelChoiceField, self.fields["third"]).queryset = managers

    @property
    def helper(self):
        return fields_only("third")


class AssignManyForm(ActForm):
    """Every plan is taken unless its box is cleared. Who was shown as its reviewers goes along.

    Whether a person may have the plan the service says, of each by name, and does the others.
    """

    def __init__(
        self, *args: Any, assigning: Assigning, proposal: Proposal, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.assigning = assigning
        for one in assigning.plans:
            self._add_fields(one, proposal[one.plan.pk])

    def _add_fields(self, one: ToAssign, proposed: dict[Assignment.As, int]) -> None:
        pk, name = one.plan.pk, one.plan.district.name
        self.fields[f"take-{pk}"] = forms.BooleanField(
            label=f"Assign {name}",
            required=False,
            initial=True,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        )
        for part, short in NAMES.items():
            people = self.assigning.open_to(one, part)
            choices = [("", "Choose a person"), *((each.pk, each.name) for each in people)]
            self.fields[f"{short}-{pk}"] = forms.IntegerField(
                label=f"{part.label}, {name}",
                initial=proposed.get(part, ""),
                required=False,
                widget=forms.Select(choices=choices, attrs={"class": "form-select"}),
            )
        self.fields[f"seen-{pk}"] = forms.CharField(
            required=False,
            initial=" ".join(str(person) for person in sorted(one.now.values())),
            widget=forms.HiddenInput,
        )

    def plan_rows(self) -> Iterator[PlanRow]:
        for one in self.assigning.plans:
            pk = one.plan.pk
            fields = (self[f"{name}-{pk}"] for name in ("take", "program", "fiscal", "seen"))
            yield PlanRow(one.plan, *fields)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        taken = [one.plan.pk for one in self.assigning.plans if said.get(f"take-{one.plan.pk}")]
        for pk in taken:
            self._look_at(pk, said)
        if not taken:
            raise forms.ValidationError("No plan is chosen. Choose one or more.")
        return said

    def _look_at(self, pk: int, said: dict[str, Any]) -> None:
        program, fiscal = said.get(f"program-{pk}"), said.get(f"fiscal-{pk}")
        for short, person in (("program", program), ("fiscal", fiscal)):
            if person is None and f"{short}-{pk}" not in self.errors:
                self.add_error(
                    f"{short}-{pk}", "Nobody is chosen. Choose a person, or clear the plan’s box."
                )
        if program is not None and program == fiscal:
            self.add_error(f"fiscal-{pk}", "The program and the fiscal reviewer are two people.")

    def wanted(self) -> list[Wanted]:
        said = self.cleaned_data
        return [
            Wanted(
                plan_id=one.plan.pk,
                program_reviewer_id=said[f"program-{one.plan.pk}"],
                fiscal_reviewer_id=said[f"fiscal-{one.plan.pk}"],
                seen=frozenset(
                    int(part) for part in said[f"seen-{one.plan.pk}"].split() if part.isdecimal()
                ),
            )
            for one in self.assigning.plans
            if said[f"take-{one.plan.pk}"]
        ]


class MostForm(forms.Form):
    """How many plans anybody may have in hand; empty: as many as come."""

    most = forms.IntegerField(
        label="At most, plans in hand for each person (optional)",
        required=False,
        min_value=1,
        max_value=999,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
