"""What is typed about districts, designations and money, and the file that states them all."""

from typing import cast

from crispy_forms.layout import Div
from django import forms
from django.core.validators import RegexValidator

from districts.forms.drawing import fields_only
from districts.forms.fields import (
    DayField,
    FiscalYearField,
    LineField,
    ProseField,
    WholeDollarsField,
    reason_field,
)
from districts.forms.ruled import EditForm, RuledForm
from districts.models import TOWNS, Allocation
from districts.services import DistrictFacts, Grounds, Money, RosterFile, Run, Settled

LARGEST_FILE = 1_000_000  # bytes; the whole State has 169 towns


class RosterFilterForm(forms.Form):
    q = LineField(label="District or code", required=False, max_length=100)
    year = forms.TypedChoiceField(label="Fiscal year", coerce=int, required=False)
    retired = forms.BooleanField(label="Show retired", required=False)

    def __init__(self, *args, years: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = fields_only("q", "year", Div("retired", css_class="small"))
        self.fields["q"].widget.input_type = "search"
        cast(forms.ChoiceField, self.fields["year"]).choices = [
            (year, f"FY{year}") for year in years
        ]


class DistrictForm(EditForm):
    rows = [
        ("name",),
        ("edsight_code", "town_code"),
        ("reference_group",),
        ("is_priority_school_district",),
        ("profile_source",),
        ("profile_on",),
    ]

    name = LineField(label="District", max_length=100)
    edsight_code = LineField(
        validators=[RegexValidator("^[0-9]{7}$")],
        label="EdSight code",
        help_text="Seven digits; leading zeros count. Ansonia is 0020011.",
        error_messages={"invalid": "An EdSight code has seven digits, such as 0020011."},
    )
    town_code = forms.IntegerField(
        label="Town number",
        required=False,
        min_value=1,
        max_value=TOWNS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="Connecticut’s number of the town, 1 to 169. None for a district of several.",
        error_messages={
            "invalid": "A town number has digits only, 1 to 169.",
            "min_value": "Town numbers go from 1 to 169.",
            "max_value": "Town numbers go from 1 to 169.",
        },
    )
    reference_group = forms.ChoiceField(
        label="District Reference Group (optional)",
        required=False,
        choices=[("", "Not known"), *((letter, letter) for letter in "ABCDEFGHI")],
    )
    is_priority_school_district = forms.BooleanField(
        label="Receives the Priority School District grant", required=False
    )
    profile_source = LineField(
        label="Source of the group and the grant (optional)", required=False, max_length=200
    )
    profile_on = DayField(label="Date of that source (optional)", required=False)

    def facts(self) -> DistrictFacts:
        return DistrictFacts(**self.values())


class DesignationForm(EditForm):
    rows = [
        ("first_fiscal_year", "last_fiscal_year", "cohort"),
        ("is_reform_district",),
        ("basis",),
        ("source",),
        ("source_on",),
        ("reason",),
    ]

    first_fiscal_year = FiscalYearField(label="First fiscal year")
    last_fiscal_year = FiscalYearField(
        label="Last fiscal year", help_text="A designation is for five years, § 10-262u(b)."
    )
    cohort = FiscalYearField(
        label="First ever designated", help_text="The fiscal year of the very first designation."
    )
    is_reform_district = forms.BooleanField(
        label="Educational reform district, by the Department’s list", required=False
    )
    basis = LineField(
        label="Basis", max_length=200, help_text="Why the district is designated, § 10-262u(a)."
    )
    source = LineField(label="Source", max_length=300, help_text="The list or letter this is from.")
    source_on = DayField(label="Date of the source")
    reason = reason_field()

    def run(self) -> Run:
        return Run(**self.values())


class SettleDesignationForm(EditForm):
    """What becomes of a designation that would end: decided elsewhere, and stated here."""

    rows = [
        ("settled",),
        ("last_fiscal_year",),
        ("basis",),
        ("source", "source_on"),
        ("reason",),
    ]

    settled = forms.ChoiceField(
        label="What was decided",
        choices=Settled.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is extended, renewed or ended."},
    )
    last_fiscal_year = FiscalYearField(
        label="Last fiscal year now", help_text="A designation is for five years, § 10-262u(b)."
    )
    basis = LineField(
        label="Basis",
        max_length=200,
        help_text="On what it is extended, renewed or ended: the designation, or the statute.",
    )
    source = LineField(label="Source", max_length=300, help_text="The list or letter this is from.")
    source_on = DayField(label="Date of the source")
    reason = reason_field()

    def grounds(self) -> Grounds:
        values = self.cleaned_data
        return Grounds(values["reason"], values["source"], values["source_on"])


class AllocationForm(EditForm):
    rows = [("amount",), ("source",), ("source_on",), ("reason",)]

    amount = WholeDollarsField(
        label="Amount",
        help_text="Whole US dollars, as the Department’s list has it. $0 is an allocation too.",
    )
    source = LineField(label="Source", max_length=300, help_text="The list or letter this is from.")
    source_on = DayField(label="Date of the source")
    reason = reason_field()

    def money(self) -> Money:
        values = self.values()
        return Money(values["amount"], values["source"], values["source_on"])


class NewAllocationForm(AllocationForm):
    rows = [("fiscal_year", "stage"), *AllocationForm.rows]

    fiscal_year = FiscalYearField(label="Fiscal year")
    stage = forms.ChoiceField(label="Stage", choices=Allocation.Stage.choices)


class GroundsForm(RuledForm):
    """Why a district is retired or restored, and the paper that rests on."""

    rows = [("reason",), ("source",), ("source_on",)]

    reason = reason_field()
    source = LineField(
        label="Source (optional)",
        required=False,
        max_length=300,
        help_text="The letter or list this is from.",
    )
    source_on = DayField(label="Date of the source (optional)", required=False)

    def grounds(self) -> Grounds:
        return Grounds(**self.cleaned_data)


class RosterFileForm(RuledForm):
    rows = [("file",), ("fiscal_year", "list_date"), ("every_district",), ("reason",)]

    file = forms.FileField(
        label="Roster file",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
        help_text="As CSV, separated by commas, semicolons or tabs, with the columns named above.",
        error_messages={"empty": "This file is empty. Choose the list as it was saved."},
    )
    fiscal_year = FiscalYearField(
        label="Fiscal year (optional)",
        help_text="The year whose allocations a file of the whole roster has. A file of"
        " allocations says its own.",
        required=False,
    )
    list_date = DayField(
        label="Date of the payment list",
        help_text="The day that stands on the Department’s list. FY2027’s is known.",
        required=False,
    )
    every_district = forms.BooleanField(
        label="Every district of a whole roster, not only those of the program page",
        required=False,
    )
    reason = reason_field()

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                f"This file has {file.size / 1_000_000:.1f} MB. A roster has less than 1 MB:"
                " check that it is the right one."
            )
        return file

    def roster_file(self) -> RosterFile:
        asked = self.cleaned_data
        return RosterFile(
            name=asked["file"].name,
            raw=asked["file"].read(),
            fiscal_year=asked["fiscal_year"],
            every_district=asked["every_district"],
            list_date=asked["list_date"],
        )


class RefusalForm(RuledForm):
    rows = [("refusal",)]

    refusal = ProseField(
        label="Why it is refused",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whoever asked for it reads this.",
    )


class TakeBackForm(RefusalForm):
    """The same word on a change that one asked for oneself: nobody is refused."""

    refusal = ProseField(
        label="Why you take it back",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The record keeps it beside what you asked for.",
    )
