"""What a field says of what it cannot take, in the house's words and not in Django's.

They take the place of Django's own defaults as the project starts, so that they hold in every
form there is, in a library's too; a field that knows better says so itself.
"""

from django import forms

EMPTY = "This is empty. Fill it in."
NOT_CHOSEN = "Nothing is chosen. Choose one."
NOT_OFFERED = "This is not one of the choices. Choose one of those on the page."
TOO_LONG = "This has %(show_value)d characters, and %(limit_value)d fit. Shorten it."
NOT_A_NUMBER = "This is not a number. Write digits, such as 46.1."
NOT_A_DAY = "This is not a date. Write it as 06/30/2027."
FROM_ANOTHER_PAGE = "This came from another page. Open this one again."

SENTENCES: dict[type, dict[str, str]] = {
    forms.Field: {
        "required": EMPTY,
        "max_length": TOO_LONG,
        "min_length": "This has %(show_value)d characters. Write at least %(limit_value)d.",
        "max_value": "This is more than %(limit_value)s. Write %(limit_value)s or less.",
        "min_value": "This is less than %(limit_value)s. Write %(limit_value)s or more.",
        "null_characters_not_allowed": "This holds a character that is none. Type it again.",
    },
    forms.IntegerField: {"invalid": "This is not a whole number. Write digits alone."},
    forms.FloatField: {"invalid": NOT_A_NUMBER},
    forms.DecimalField: {
        "invalid": NOT_A_NUMBER,
        "max_digits": "This number has too many digits: %(max)s fit. Count them again.",
        "max_whole_digits": "This number is too large: %(max)s digits fit before the dot.",
        "max_decimal_places": "This number has too many decimals: %(max)s fit. Round it.",
    },
    forms.DateField: {"invalid": NOT_A_DAY},
    forms.EmailField: {
        "invalid": "This is not an email address. Write it like maria.lopez@example.org."
    },
    forms.UUIDField: {"invalid": FROM_ANOTHER_PAGE},
    forms.BooleanField: {"required": "This is not ticked. Tick it to go on."},
    forms.ChoiceField: {"required": NOT_CHOSEN, "invalid_choice": NOT_OFFERED},
    forms.ModelChoiceField: {"required": NOT_CHOSEN, "invalid_choice": NOT_OFFERED},
    forms.MultipleChoiceField: {
        "required": "Nothing is chosen. Choose one or more.",
        "invalid_choice": "“%(value)s” is not one of the choices. Choose among those on the page.",
        "invalid_list": FROM_ANOTHER_PAGE,
    },
    forms.FileField: {
        "required": "No file is chosen. Choose one.",
        "invalid": "No file came. Choose it again.",
        "missing": "No file came. Choose it again.",
        "empty": "This file is empty. Choose the one you mean.",
        "max_length": "The name of this file has %(length)d characters, and %(max)d fit."
        " Give it a shorter name, and choose it again.",
        "contradiction": "A file is chosen, and it is ticked to have none. Do one of the two.",
    },
}


def say_them() -> None:
    """Give each class of field its sentences; a field reads them as it is made."""
    for kind, said in SENTENCES.items():
        kind.default_error_messages = {**vars(kind).get("default_error_messages", {}), **said}  # type: ignore[attr-defined]
