"""Reads what admins type about districts and people. A form checks its own fields and no more:
what the roster already holds is for the services to say."""

import re
from typing import cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.http import QueryDict

from districts.calendar import EARLIEST, LATEST
from districts.models import Allocation, District, User
from districts.reports import DEPARTMENT
from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role
from districts.services import DistrictFacts, Grounds, Money, RosterFile, Run
from districts.services.dollars import NotDollars, whole_dollars

LARGEST_FILE = 1_000_000  # bytes; the whole State has 169 towns
FIRST_YEAR, LAST_YEAR = 2013, 2099  # the first designations; a year past this is a slip


class WholeDollarsField(forms.Field):
    """Whole US dollars as an int, from `1,204,000`, `$1204000` or a cell pasted from a sheet."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": "“%(typed)s” is not an amount. Write whole dollars, such as 1,204,000.",
        "unclear": "“%(typed)s” can be read in two ways. Write whole dollars with commas, such as"
        " %(whole)s if that is meant.",
        "cents": "“%(typed)s” has cents. Write whole dollars, such as %(whole)s.",
        "negative": "“%(typed)s” is below zero. Write $0 or more.",
        "too_much": "“%(typed)s” is a billion dollars or more. Count its digits again.",
    }

    def to_python(self, value) -> int | None:
        if value in self.empty_values:
            return None
        typed = " ".join(str(value).split())  # a pasted cell brings tabs and line ends
        if not typed:
            return None
        try:
            return whole_dollars(typed)
        except NotDollars as fault:
            whole = "" if fault.whole is None else f"{fault.whole:,}"
            raise self._error(fault.fault, typed, whole=whole) from None

    def prepare_value(self, value):
        return f"{value:,}" if isinstance(value, int) else value

    def widget_attrs(self, widget) -> dict:
        return {"inputmode": "numeric", "autocomplete": "off"}

    def _error(self, code: str, typed: str, **params) -> forms.ValidationError:
        return forms.ValidationError(
            self.error_messages[code], code=code, params={"typed": typed, **params}
        )


class FiscalYearField(forms.Field):
    """A fiscal year as an int, from `2027` or `FY2027`; named by the year it ends in."""

    widget = forms.TextInput

    def to_python(self, value) -> int | None:
        if value in self.empty_values:
            return None
        match = re.fullmatch(r"(?:FY)?\s*([0-9]{4})", str(value).strip(), re.IGNORECASE)
        if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            raise forms.ValidationError(
                f"“{value}” is not a fiscal year. Write the year it ends in, FY{FIRST_YEAR} or"
                " later, such as FY2027."
            )
        return int(match[1])

    def prepare_value(self, value):
        return f"FY{value}" if isinstance(value, int) else value

    def widget_attrs(self, widget) -> dict:
        return {"autocomplete": "off"}


def reason_field() -> forms.CharField:
    return forms.CharField(
        label="Reason (optional)",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why this changes. Needed where a plan is filed or decided, on record for ever.",
    )


DATE_FORMATS = [
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%d %B %Y",
]


class DayField(forms.DateField):
    """A day, from a browser's date picker or typed as people type it, in this century or the last.

    What is counted from a date, a year or thirty days, must exist too.
    """

    default_error_messages = {
        "invalid": "This is not a date. Write it as 06/30/2027.",
        "far": f"Write a year from {EARLIEST.year} to {LATEST.year}.",
    }

    def __init__(self, **options) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(input_formats=DATE_FORMATS, **options)

    def to_python(self, value):
        day = super().to_python(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(self.error_messages["far"], code="far")
        return day


class RuledForm(forms.Form):
    """The look all forms of this app share: fields in pairs where they belong together."""

    use_required_attribute = False  # our own sentences, not the browser's
    rows: list[tuple[str, ...]] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = "This is empty. Fill it in."

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_tag = False
        helper.template = "components/form_fields.html"
        paired = [
            Div(*row, css_class="pair") if len(row) > 1 else Field(row[0]) for row in self.rows
        ]
        hidden = [name for name, field in self.fields.items() if field.widget.is_hidden]
        helper.layout = Layout(*paired, *hidden)
        return helper


class EditForm(RuledForm):
    """Changes a row. `seen` says which text of it the form was filled from."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def values(self) -> dict:
        """What was typed of the row itself."""
        beside = {"seen", "reason"}
        return {name: value for name, value in self.cleaned_data.items() if name not in beside}

    def look_again(self, edition: str) -> None:
        """Keep what was typed; saving once more replaces the text that is there now."""
        data = cast(QueryDict, self.data).copy()
        data["seen"] = edition
        self.data = data


# The roster -------------------------------------------------------------------------------------


class RosterFilterForm(forms.Form):
    q = forms.CharField(label="District or code", required=False, max_length=100)
    year = forms.TypedChoiceField(label="Fiscal year", coerce=int, required=False)
    retired = forms.BooleanField(label="Show retired", required=False)

    def __init__(self, *args, years: list[int], **kwargs):
        super().__init__(*args, **kwargs)
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

    name = forms.CharField(label="District", max_length=100)
    edsight_code = forms.RegexField(
        "^[0-9]{7}$",
        label="EdSight code",
        help_text="Seven digits; leading zeros count. Ansonia is 0020011.",
        error_messages={"invalid": "An EdSight code has seven digits, such as 0020011."},
    )
    town_code = forms.IntegerField(
        label="Town number",
        min_value=1,
        max_value=169,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="Connecticut’s number of the town, 1 to 169.",
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
    profile_source = forms.CharField(
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
    basis = forms.CharField(
        label="Basis", max_length=200, help_text="Why the district is designated, § 10-262u(a)."
    )
    source = forms.CharField(
        label="Source", max_length=300, help_text="The list or letter this is from."
    )
    source_on = DayField(label="Date of the source")
    reason = reason_field()

    def run(self) -> Run:
        return Run(**self.values())


class AllocationForm(EditForm):
    rows = [("amount",), ("source",), ("source_on",), ("reason",)]

    amount = WholeDollarsField(
        label="Amount",
        help_text="Whole US dollars, as the Department’s list has it. $0 is an allocation too.",
    )
    source = forms.CharField(
        label="Source", max_length=300, help_text="The list or letter this is from."
    )
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
    source = forms.CharField(
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
        help_text="The Department’s list as CSV, parted by commas, semicolons or tabs.",
        error_messages={"empty": "This file is empty. Choose the list as it was saved."},
    )
    fiscal_year = FiscalYearField(
        label="Fiscal year", help_text="The year whose allocations the file has."
    )
    list_date = DayField(label="Date of the payment list (optional)", required=False)
    every_district = forms.BooleanField(
        label="Every district of the file, not only those of the program page", required=False
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

    refusal = forms.CharField(
        label="Why it is refused",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whoever asked for it reads this.",
    )


# People -----------------------------------------------------------------------------------------


def email_field() -> forms.EmailField:
    return forms.EmailField(
        label="Work email",
        max_length=254,
        help_text="They sign in with it.",
        error_messages={"invalid": "An email address looks like maria.lopez@example.org."},
    )


def role_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Role",
        choices=[
            ("", "Choose a role"),
            ("In a district", [(role, role.label) for role in Role if role in DISTRICT_ROLES]),
            (
                "At the Department",
                [(role, role.label) for role in Role if role in DEPARTMENT_ROLES],
            ),
        ],
    )


def district_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        District.objects.active().order_by("name"),
        label="District",
        required=False,
        empty_label="None: the Department",
        help_text="For a role in a district.",
    )


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label="Name or email", required=False, max_length=100)
    where = forms.ChoiceField(label="Where", required=False)
    suspended = forms.BooleanField(label="Show suspended", required=False)

    def __init__(self, *args, districts: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        cast(forms.ChoiceField, self.fields["where"]).choices = [
            ("", "Everywhere"),
            (DEPARTMENT, "The Department"),
            ("Districts", districts),
        ]


class KeptRolesForm(RuledForm):
    """Gives a role: any, or those of the districts whose people the reader keeps."""

    def __init__(self, *args, kept=None, **kwargs):
        super().__init__(*args, **kwargs)
        if kept is not None:
            own = [(role, role.label) for role in Role if role in DISTRICT_ROLES]
            cast(forms.ChoiceField, self.fields["role"]).choices = [("", "Choose a role"), *own]
            self.fields["district"] = forms.ModelChoiceField(
                kept, label="District", empty_label=None, initial=kept.first()
            )


class NewPersonForm(KeptRolesForm):
    rows = [("name",), ("email",), ("role", "district")]

    name = forms.CharField(label="Name", max_length=150)
    email = email_field()
    role = role_field()
    district = district_field()


class HandOverForm(RuledForm):
    rows = [("to",)]

    to = forms.ModelChoiceField(
        User.objects.none(),
        label="Hand over to",
        empty_label="Choose a person",
        help_text="Somebody who is not listed is added first, on the page of people.",
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people


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


class KnowingForm(RuledForm):
    rows = [("knows",)]

    knows = forms.BooleanField(
        label="I have read what stops, and end the role all the same", required=False
    )


class PersonForm(RuledForm):
    rows = [("name",), ("email",)]

    name = forms.CharField(label="Name", max_length=150)
    email = email_field()


class MembershipForm(KeptRolesForm):
    rows = [("role", "district")]

    role = role_field()
    district = district_field()


class DelegationForm(RuledForm):
    rows = [("first_day", "last_day"), ("reason",)]

    first_day = DayField(label="First day")
    last_day = DayField(label="Last day", help_text="Both days are included.")
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="The Commissioner’s letter or order, and its date.",
    )
