"""The form by which anyone asks whether a fingerprint, or a file, is that of a filed plan."""

import hashlib
import re
from typing import Any

from django import forms

from districts.forms.drawing import laid_out
from districts.forms.fields import LineField

MAX_BYTES = 10 * 1024 * 1024  # no PDF of ours is nearly as large
A_HASH = re.compile(r"[0-9a-f]{64}")
BETWEEN = re.compile(r"[\s:-]")  # a line's end, or what a mail program put in


class VerifyForm(forms.Form):
    """A fingerprint, or a file; of a file only the fingerprint is taken."""

    code = LineField(
        label="Fingerprint (SHA-256)",
        required=False,
        help_text="The 64 letters and digits that the receipt and the PDF name.",
    )
    upload = forms.FileField(
        label="Or the PDF itself",
        required=False,
        max_length=255,
        help_text="Up to 10 MB. It is looked at and not kept.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = laid_out("code", "upload")

    def clean_code(self) -> str:
        code = BETWEEN.sub("", self.cleaned_data["code"]).lower()
        if code and not A_HASH.fullmatch(code):
            raise forms.ValidationError(
                f"A fingerprint has 64 characters, 0 to 9 and a to f; this has {len(code)}"
                f"{'' if len(code) != 64 else ', and others among them'}. Copy the whole of it."
            )
        return code

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload and upload.size > MAX_BYTES:
            raise forms.ValidationError(
                f"The file is {upload.size / 1024 / 1024:.1f} MB; up to 10 MB are taken. Give its"
                " fingerprint in place of it."
            )
        return upload

    def clean(self) -> dict[str, Any]:
        given = [name for name in ("code", "upload") if self.cleaned_data.get(name)]
        if len(given) != 1 and not self.errors:
            raise forms.ValidationError("Give a fingerprint or a file, one of the two.")
        return self.cleaned_data

    @property
    def sha256(self) -> str:
        """Of what was given."""
        if self.cleaned_data["code"]:
            return self.cleaned_data["code"]
        digest = hashlib.sha256()
        for chunk in self.cleaned_data["upload"].chunks():
            digest.update(chunk)
        return digest.hexdigest()
