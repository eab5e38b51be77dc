"""Files that come with a form: each looked at before anything is received, so that nothing is half taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize.accounts.forms import Form
from zhize.cases.attaching import FILES, FORMATS, MOST, Found, examine
from zhize.kernel.errors import Refusal

ACCEPT = ",".join(sorted({f.type for f in FORMATS}))
HINT = _("照片、录音或者 PDF，一次至多 6 个。照片里记着的拍摄地点用作事发地点，然后连同别的隐藏信息一起删去。")


class Picker(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True, "accept": ACCEPT})


class Files(forms.FileField):
    """Several files; cleaned they are what `examine` found, in order, each once."""

    widget = Picker

    def __init__(self, **kwargs: Any) -> None:
        said: dict[str, Any] = {"required": False, "label": _("照片、录音、文件"), "help_text": HINT}
        super().__init__(**said | kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Found]:
        sent = [f for f in data or [] if isinstance(f, UploadedFile)]
        if len(sent) > FILES:
            raise forms.ValidationError(gettext("一次至多 6 个附件。"))
        if not sent and self.required:
            raise forms.ValidationError(gettext("请选择文件。"))
        found, wrong = {}, []
        for file in sent:
            try:
                one = examine(file.name or "", _read(file))
                found[one.sent_digest] = one
            except Refusal as refusal:
                wrong.append(forms.ValidationError(refusal.sentence(gettext)))
        if wrong:
            raise forms.ValidationError(wrong)
        return list(found.values())


def _read(file: UploadedFile) -> bytes:
    """One byte more than any file may have is enough to refuse it."""
    return file.read(max(MOST.values()) + 1)


class AttachForm(Form):
    sent = Files(required=True)
