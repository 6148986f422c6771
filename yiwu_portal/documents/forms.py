"""What the public types to verify a document."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yiwu_portal.documents import rules


class DocumentVerifyForm(forms.Form):
    """A verification code, as it stands on paper; clean data is its normal form."""

    code = forms.CharField(
        label=gettext_lazy("Verification code"),
        help_text=gettext_lazy(
            "Ten letters and digits beside the QR code, like ABCDE-FGHJK. "
            "Small letters, spaces and dashes don't matter."
        ),
        max_length=100,
        error_messages={"required": gettext_lazy("Type the code that stands beside the QR code of the document.")},
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        """The code in its normal form, or what to look at again."""
        code = rules.code_normal(self.cleaned_data["code"])
        if problem := rules.code_problem(code):
            raise forms.ValidationError(problem_text(problem), code=problem)
        return code


class DocumentCompareForm(forms.Form):
    """A file to be compared with the issued one by its fingerprint."""

    file = forms.FileField(
        label=gettext_lazy("PDF file"),
        help_text=gettext_lazy("The file is compared by its fingerprint (SHA-256) and not kept."),
        error_messages={
            "required": gettext_lazy("Choose the PDF file you received."),
            "empty": gettext_lazy("This file is empty. Choose the PDF file you received."),
        },
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "compare")
        super().__init__(*args, **kwargs)


def problem_text(problem: str) -> str:
    """What to do about a code that can't be one of ours (`rules.code_problem`)."""
    return {
        "empty": _("Type the code that stands beside the QR code of the document."),
        "letters": _(
            "Our codes have no letters I and O and no digits 0 and 1. Look again: it may be J or L, D or Q, 7 or 8."
        ),
        "length": _("A code has ten letters and digits, like ABCDE-FGHJK. Compare it with the document."),
        "check": _(
            "This code looks mistyped: its last character does not fit the others. Compare it with the document."
        ),
    }[problem]
