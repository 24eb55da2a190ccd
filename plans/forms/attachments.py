"""The form of a file that is handed in with a plan."""

from typing import Any

from django import forms

from districts.forms.drawing import laid_out
from districts.forms.fields import LineField
from plans.documents.kinds import WORDS
from plans.services.contents import BY_ENDING, LARGEST, MB, NotTaken, kind_of

SAID = WORDS["attachment"]


class AttachmentForm(forms.Form):
    """A file to hand in with the plan. A file cannot be kept half, so this one may refuse."""

    title = LineField(label=SAID["title"], max_length=200)
    upload = forms.FileField(
        label=SAID["file_name"],
        allow_empty_file=True,  # said in our words below
        help_text="PDF, Word, Excel, PowerPoint, picture (PNG or JPEG), CSV or text, up to"
        f" {LARGEST // MB} MB. No information by which a student can be identified.",
        widget=forms.FileInput(attrs={"accept": ",".join(f".{each}" for each in BY_ENDING)}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = laid_out("title", "upload")

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        try:
            kind_of(upload)
        except NotTaken as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return upload
