"""What is typed about people: who they are, which role they hold and who holds it after them."""

from typing import cast

from crispy_forms.layout import Div
from django import forms
from django.db.models import Q

from districts.forms.drawing import fields_only
from districts.forms.fields import AddressField, DayField, LineField
from districts.forms.ruled import RuledForm
from districts.models import District, User
from districts.reports import DEPARTMENT
from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role


def email_field() -> AddressField:
    return AddressField(
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
    q = LineField(label="Name or email", required=False, max_length=100)
    where = forms.ChoiceField(label="Where", required=False)
    suspended = forms.BooleanField(label="Show suspended", required=False)

    def __init__(self, *args, districts: list[tuple[str, str]], is_department: bool, **kwargs):
        super().__init__(*args, **kwargs)
        asked = ["q", "where"] if is_department else ["q"]
        self.helper = fields_only(*asked, Div("suspended", css_class="small"))
        self.fields["q"].widget.input_type = "search"
        cast(forms.ChoiceField, self.fields["where"]).choices = [
            ("", "Everywhere"),
            (DEPARTMENT, "The Department"),
            ("Districts", districts),
        ]


class NamedDistrictField(LineField):
    """A district by its name or its code: there are too many to choose from a list."""

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return None
        named = Q(name__iexact=typed) | Q(edsight_code=typed)
        if found := District.objects.active().filter(named).first():
            return found
        raise forms.ValidationError("No district has this name or code.")


class KeptRolesForm(RuledForm):
    """Gives a role: any, or those of the districts whose people the reader keeps."""

    def __init__(self, *args, kept=None, **kwargs):
        super().__init__(*args, **kwargs)
        if kept is None:
            self._offer_all()
        else:
            own = [(role, role.label) for role in Role if role in DISTRICT_ROLES]
            cast(forms.ChoiceField, self.fields["role"]).choices = [("", "Choose a role"), *own]
            self.fields["district"] = forms.ModelChoiceField(
                kept, label="District", empty_label=None, initial=kept.first()
            )

    def _offer_all(self) -> None:
        districts = District.objects.to_choose_from()
        if districts is not None:
            field = cast(forms.ModelChoiceField, self.fields["district"])
            named = [(district.pk, district.name) for district in districts]
            field.choices = [("", field.empty_label), *named]
            return
        self.fields["district"] = NamedDistrictField(
            label="District",
            required=False,
            max_length=100,
            help_text="Its name or its code of seven digits, for a role in a district.",
        )


class AskedIfAnotherForm(RuledForm):
    """Asks, once somebody was found who looks the same, whether this is another person."""

    def ask_if_another(self) -> None:
        self.fields["is_another"] = forms.BooleanField(
            label="This is another person", required=False
        )
        self.rows = [*self.rows, ("is_another",)]


class NewPersonForm(KeptRolesForm, AskedIfAnotherForm):
    rows = [("name",), ("email",), ("role", "district")]

    name = LineField(label="Name", max_length=150)
    email = email_field()
    role = role_field()
    district = district_field()


class KnowingForm(RuledForm):
    """Confirms that the reader knows what stops, where something does."""

    rows = [("knows",)]

    knows = forms.BooleanField()

    def __init__(self, *args, act: str, stops: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["knows"].label = f"I have read what stops, and {act} all the same"
        self.fields["knows"].error_messages["required"] = "Read what stops, and tick this."
        if not stops:
            del self.fields["knows"]


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
        to = cast(forms.ModelChoiceField, self.fields["to"])
        to.queryset = people
        to.label_from_instance = _with_password  # type: ignore[method-assign]


def _with_password(person: User) -> str:
    return person.name if person.has_usable_password() else f"{person.name} (no password yet)"


class SuccessorForm(KnowingForm):
    """Who takes over the other office: somebody known, or somebody to invite."""

    rows = [("successor",), ("name", "email"), ("knows",)]

    successor = forms.ModelChoiceField(
        User.objects.none(),
        label="Somebody who has an account",
        required=False,
        empty_label="Choose a person",
    )
    name = LineField(label="Or somebody new: name", max_length=150, required=False)
    email = email_field()

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, act="go on", **kwargs)
        successor = cast(forms.ModelChoiceField, self.fields["successor"])
        successor.queryset = people
        successor.label_from_instance = _with_password  # type: ignore[method-assign]
        self.fields["email"].required = False
        if "knows" not in self.fields:
            self.rows = self.rows[:-1]
        self.order_fields(["successor", "name", "email", "knows"])

    def clean(self):
        typed = super().clean()
        new = [typed.get("name"), typed.get("email")]
        if self.errors:
            return typed
        if typed.get("successor") and any(new):
            self.add_error(None, "Choose a person, or write a new one’s name and email; not both.")
        elif not typed.get("successor") and not all(new):
            self.add_error(None, "Choose a person, or write the name and the email of a new one.")
        return typed

    def heir(self) -> User:
        """Who it will be; somebody to be invited has no password."""
        if found := self.cleaned_data["successor"]:
            return found
        heir = User(name=self.cleaned_data["name"], email=self.cleaned_data["email"])
        heir.set_unusable_password()
        return heir


class HandOverKnowingForm(KnowingForm):
    """The same, once somebody is chosen."""

    to = forms.IntegerField(widget=forms.HiddenInput)
    is_confirmed = forms.BooleanField(widget=forms.HiddenInput, initial=True)


class PersonForm(AskedIfAnotherForm):
    rows = [("name",), ("email",)]

    name = LineField(label="Name", max_length=150)
    email = email_field()


class MembershipForm(KeptRolesForm):
    rows = [("role", "district")]

    role = role_field()
    district = district_field()


class DelegationForm(RuledForm):
    rows = [("first_day", "last_day"), ("reason",)]

    first_day = DayField(label="First day")
    last_day = DayField(label="Last day", help_text="Both days are included.")
    reason = LineField(
        label="Reason",
        max_length=300,
        help_text="The Commissioner’s letter or order, and its date.",
    )
