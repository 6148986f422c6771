"""The other questions on the pages of applicants, clerks and officers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.models import CaseMaterial, MaterialRequirement, StandardReason
from approvals.queries.desks import reasons_for
from approvals.rules.references import reference_read


class MaterialAttachForm(forms.Form):
    """A paper: one the library has, or a new photograph or file."""

    evidence: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None, required=False, empty_label=None, widget=forms.RadioSelect, label=_("Use one you gave before")
    )
    file = forms.FileField(
        required=False,
        label=_("Add a photograph or a file"),
        help_text=_("JPEG, PNG or PDF, at most 10 MB. On a phone you can take the photograph now."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )
    expires_on = forms.DateField(
        required=False,
        label=_("Valid until, if it says so"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, library: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        field: Any = self.fields["evidence"]
        field.queryset = library
        field.label_from_instance = lambda evidence: evidence.name
        if not library:
            del self.fields["evidence"]

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two; a new file wins, because it was chosen last."""
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("evidence") and "file" not in self.errors:
            self.add_error("file", _("Choose a file, or one you gave before."))
        return cleaned


class CaseStatusForm(forms.Form):
    """A reference, typed from a receipt."""

    reference = forms.CharField(
        label=_("Reference number"),
        max_length=40,
        help_text=_("It stands on your receipt, like YW-2026-004417-K."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "characters", "autocomplete": "off"}),
    )

    def clean_reference(self) -> str:
        """The reference in its proper form."""
        reference = reference_read(self.cleaned_data["reference"])
        if reference is None:
            raise forms.ValidationError(_("This is not a reference of ours. Check each sign; the last one is a check."))
        return reference


class DraftSendLinkForm(forms.Form):
    """Where the link goes."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Used for this one message only. No account is made."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )


class CaseWithdrawForm(forms.Form):
    """One more yes before what cannot be undone."""

    sure = forms.BooleanField(label=_("Yes, withdraw this application. I know that it cannot be undone."))


class MaterialCheckForm(forms.Form):
    """A clerk's verdict on one paper."""

    material = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=[(v.value, v.label) for v in CaseMaterial.Verdict if v != "unchecked"])
    reason: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Standard reason")
    )
    note = forms.CharField(required=False, max_length=500, label=_("In your own words, if need be"))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["reason"].queryset = reasons_for(StandardReason.Use.CORRECTION)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A deficient paper needs its reason."""
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == CaseMaterial.Verdict.DEFICIENT and not cleaned.get("reason"):
            self.add_error("reason", _("Choose the reason, so that the applicant reads it in her language."))
        return cleaned


class CaseRequestCorrectionForm(forms.Form):
    """Everything that is missing beside what the checklist marked, and a note."""

    note = forms.CharField(
        required=False,
        max_length=1000,
        label=_("Note to the applicant, in your own words"),
        help_text=_("It is shown as you write it, untranslated; the standard reasons are already in her language."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, absent: list[MaterialRequirement], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.absent = {f"missing_{requirement.pk}": requirement for requirement in absent}
        for name, requirement in self.absent.items():
            self.fields[name] = forms.ModelChoiceField(
                queryset=reasons_for(StandardReason.Use.CORRECTION),
                required=False,
                empty_label=_("not asked for"),
                label=requirement.name,
            )

    def missing(self) -> dict[MaterialRequirement, StandardReason]:
        """The papers asked for that were never given."""
        return {
            requirement: self.cleaned_data[name]
            for name, requirement in self.absent.items()
            if self.cleaned_data.get(name)
        }


class ReasonForm(forms.Form):
    """A standard reason, and a note beside it."""

    use: str
    reason: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None, label=_("Standard reason"), empty_label=_("Choose one")
    )
    note = forms.CharField(
        required=False,
        max_length=1000,
        label=_("In your own words, if need be"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["reason"].queryset = reasons_for(self.use)  # type: ignore[attr-defined]


class CaseRefuseAcceptanceForm(ReasonForm):
    """Why the case is not accepted."""

    use = StandardReason.Use.NOT_ACCEPTED
