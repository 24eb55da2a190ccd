"""What the decider types on an expenditure report: by line, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from districts.forms.drawing import words
from districts.forms.fields import ProseField, WholeDollarsField
from districts.forms.ruled import RuledForm
from districts.words import money
from plans.forms.handing_in import ActForm
from reviews.models import DeterminedLine
from reviews.reports.determinations import SpentLine
from reviews.services.determining import LineFound, years_to_land_in

Remedy = DeterminedLine.Remedy


class DetermineForm(ActForm):
    lands_in = forms.TypedChoiceField(
        label="A reduction lands in",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Where a line reduces a later year. What that year cannot bear goes on.",
    )
    reasons = ProseField(
        label="Reasons",
        help_text="They stand in the letter.",
        widget=words(4),
        max_length=5_000,
    )

    layout = ("lands_in", "reasons")

    def __init__(self, *args: Any, fiscal_year: int, **options: Any) -> None:
        super().__init__(*args, **options)
        years = [(str(year), f"FY{year}") for year in years_to_land_in(fiscal_year)]
        self.fields["lands_in"].choices = [("", "No reduction"), *years]  # type: ignore[attr-defined]


class LineForm(RuledForm):
    """One line with money expended. Left empty, all of it was spent as the plan says."""

    rows = [("out_of_compliance", "remedy"), ("remedied",), ("evidence",)]

    out_of_compliance = WholeDollarsField(label="Out of compliance", required=False)
    remedy = forms.ChoiceField(
        label="What follows",
        choices=[("", "Nothing"), *Remedy.choices[1:]],
        required=False,
    )
    remedied = WholeDollarsField(
        label="Of that, to repay or reduce", help_text="Empty: all of it.", required=False
    )
    evidence = ProseField(label="What shows it", widget=words(2), max_length=2_000, required=False)

    def __init__(self, data: Any = None, *, line: SpentLine) -> None:
        super().__init__(data, prefix=f"line-{line.number}")
        self.line = line

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        out = typed.get("out_of_compliance")
        if not out and "out_of_compliance" not in self.errors:
            if any(typed.get(name) for name in ("remedy", "remedied", "evidence")):
                self.add_error("out_of_compliance", "Write how much was out of compliance.")
        elif out and out > self.line.expended:
            self.add_error(
                "out_of_compliance",
                f"This is more than was expended on the line, {money(self.line.expended)}.",
            )
        elif out and (typed.get("remedied") or 0) > out:
            self.add_error("remedied", f"This is more than is out of compliance, {money(out)}.")
        if out and not typed.get("evidence") and "evidence" not in self.errors:
            self.add_error("evidence", "Say what shows it.")
        if typed.get("remedied") and not typed.get("remedy"):
            self.add_error("remedy", "Say whether it is repaid, or reduces a later year.")
        return typed

    @property
    def is_written(self) -> bool:
        """Whether it says anything, or holds what could not be read."""
        names = [self.add_prefix(name) for name in self.fields]
        return any(self.data.get(name) for name in names) if self.is_bound else False

    def found(self) -> LineFound | None:
        typed = self.cleaned_data
        out = typed["out_of_compliance"]
        if not out:
            return None
        remedy = typed["remedy"] or Remedy.NONE
        whole = 0 if remedy == Remedy.NONE else out
        remedied = typed["remedied"]
        return LineFound(
            lineage=self.line.lineage,
            out_of_compliance=out,
            remedy=str(remedy),
            remedied=whole if remedied is None else remedied,
            evidence=typed["evidence"],
        )


@dataclass(frozen=True)
class Typed:
    """The page of a determination: what is said of the whole, and of each line."""

    form: DetermineForm
    lines: list[LineForm]

    @classmethod
    def of(cls, data: Any, spent: Sequence[SpentLine], *, fiscal_year: int) -> "Typed":
        return cls(
            DetermineForm(data, fiscal_year=fiscal_year),
            [LineForm(data, line=line) for line in spent],
        )

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), *(line.is_valid() for line in self.lines)])

    def said(self) -> dict[str, Any]:
        found = [line.found() for line in self.lines]
        named = {name: self.form.cleaned_data[name] for name in ("key", "lands_in", "reasons")}
        return {"lines": [each for each in found if each is not None], **named}

    @property
    def refused(self) -> list[LineForm]:
        return [line for line in self.lines if line.errors]
