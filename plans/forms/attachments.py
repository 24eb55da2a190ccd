"""The form of a file that is handed in with a plan."""

from typing import Any

from django import forms

from districts.forms.drawing import laid_out
from districts.forms.fields import LineField
from plans.documents.kinds import WORDS

SAID = WORDS["attachment"]


class AttachmentForm(forms.Form):
    """A file to hand in with the plan. A file cannot be kept half, so this one may refuse."""

    MAX_BYTES = 10 * 1024 * 1024
    ALLOWED = ("pdf", "docx", "xlsx", "pptx", "png", "jpg", "jpeg", "csv", "txt")
    title = LineField(label=SAID["title"], max_length=200)
    upload = forms.FileField(
        label=SAID["file_name"],
        max_length=150,
        help_text="PDF, Word, Excel, PowerPoint, picture, CSV or text, up to 10 MB. "
        "No information by which a student can be identified.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = laid_out("title", "upload")

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        ending = upload.name.rsplit(".", 1)[-1].lower() if "." in upload.name else ""
        if ending not in self.ALLOWED:
            raise forms.ValidationError(
                f"“{upload.name}” is not one of the kinds taken: {', '.join(self.ALLOWED)}."
            )
        if upload.size > self.MAX_BYTES:
            raise forms.ValidationError(
                f"The file is {upload.size / 1024 / 1024:.1f} MB; up to 10 MB are taken."
            )
        return upload
