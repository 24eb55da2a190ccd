"""How a form that was refused is answered, on whatever page of whatever app."""

from http import HTTPStatus

import pytest
from django import forms

from districts.requests import refuse, status_of


class Act(forms.Form):
    reason = forms.CharField()

    def clean(self):
        if self.cleaned_data.get("reason") == "Neither.":
            self.add_error(None, "Say one or the other.")


@pytest.mark.parametrize("beside", [None, "reason"])
@pytest.mark.parametrize(
    ("typed", "refused_for", "status"),
    [
        (None, None, HTTPStatus.OK),
        ({"reason": "It came."}, None, HTTPStatus.OK),
        ({"reason": ""}, None, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"reason": "It came."}, "The plan has moved on.", HTTPStatus.CONFLICT),
        ({"reason": "Neither."}, None, HTTPStatus.UNPROCESSABLE_ENTITY),
    ],
)
def test_a_field_that_is_not_read_is_422_and_an_act_that_is_refused_409(
    typed, refused_for, status, beside
):
    form = Act(typed)
    if refused_for:
        refuse(form, refused_for, beside=beside)

    assert status_of(form) == status
