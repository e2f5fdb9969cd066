"""The form by which a questionnaire comes in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chemsec.platform.files.public import StoredFileField

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class XlsformForm(forms.Form):
    file = StoredFileField(label=_("XLSForm workbook"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("XLSX, up to 10 MB, as the portal or another tool makes them.")
        self.fields["file"].widget.attrs["accept"] = ".xlsx"

    def clean_file(self) -> bytes:
        given = self.cleaned_data["file"]
        if given.media_type != XLSX:
            raise forms.ValidationError(_("This isn’t a workbook. Save it as XLSX, and give that."))
        content: bytes = given.content
        return content
