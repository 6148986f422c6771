"""What is asked when a clock stands still, is extended or is late, and when papers may follow."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.models import CaseMaterial, MaterialRequirement, StandardReason, Suspension
from approvals.queries.clocks import papers_among
from approvals.queries.desks import reasons_for
from approvals.rules.clocks import EXTENSION_DAYS_MOST


class TaskSuspendForm(forms.Form):
    """Why the clock stands still, and until when."""

    ground = forms.ChoiceField(label=_("Ground of the law"), choices=Suspension.Ground.choices)
    expected_on = forms.DateField(
        label=_("Last day that does not count"),
        help_text=_("Today does not count either. The clock goes on by itself on the day after."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    note = forms.CharField(
        required=False,
        max_length=1000,
        label=_("In your own words, if need be"),
        help_text=_("The applicant reads it as you write it, untranslated."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExtensionAskForm(forms.Form):
    """How many working days more, and why."""

    days = forms.IntegerField(label=_("Working days more"), min_value=1, max_value=EXTENSION_DAYS_MOST)
    reason = forms.CharField(
        max_length=1000,
        label=_("Reason, told to the applicant"),
        help_text=_("The applicant reads it as you write it, untranslated."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CaseAcceptForm(forms.Form):
    """Which papers may follow; all that are open have to be named."""

    gaps: "forms.ModelMultipleChoiceField[Any]" = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        label=_("These papers may follow later"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, papers: list[MaterialRequirement], **kw: Any) -> None:
        super().__init__(*args, **kw)
        field: Any = self.fields["gaps"]
        field.queryset = papers_among(papers)
        field.label_from_instance = lambda paper: paper.name


class GapCheckForm(forms.Form):
    """Whether a paper that followed is in order."""

    verdict = forms.ChoiceField(
        label=_("Is it in order?"),
        choices=[(v.value, v.label) for v in CaseMaterial.Verdict if v != "unchecked"],
        widget=forms.RadioSelect,
    )
    reason: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Standard reason, when it is deficient"), empty_label=_("Choose one")
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


class CardExplainForm(forms.Form):
    """Why are we late."""

    why = forms.CharField(
        max_length=1000,
        label=_("Why is it late?"),
        help_text=_("The applicant reads it as you write it, untranslated."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CardAppealForm(forms.Form):
    """Why the card should go."""

    reason = forms.CharField(
        max_length=1000, label=_("Why should the card go?"), widget=forms.Textarea(attrs={"rows": 4})
    )


class CardAnswerForm(forms.Form):
    """Whether the card goes, and why."""

    lifted = forms.TypedChoiceField(
        label=_("Your answer"),
        choices=[("yes", _("the card is lifted")), ("no", _("the card stays"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(max_length=1000, label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))
