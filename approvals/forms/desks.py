"""The questions on the pages of the departments' desks: verdicts, proposals, opinions, corrections, handing over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.forms.cases import ReasonForm
from approvals.models import Decision, StandardReason, Task
from approvals.rules.opinions import due_problem
from approvals.rules.results import result_label, result_read
from yiwu_portal.centre.service import departments
from yiwu_portal.lifecycle.service import Refused
from yiwu_portal.workdays import service as workdays

OPINION_DAYS = 3  # working days, the usual time to answer another department


class VerdictForm(ReasonForm):
    """A verdict on a task: its reason, and the numbers its result carries, where the matter gives any."""

    def __init__(self, *args: Any, task: Task, outcome: str, **kw: Any) -> None:
        self.use = outcome
        super().__init__(*args, **kw)
        gives = task.case_matter.edition.gives.get("answers", {}) if outcome == Decision.Outcome.GRANTED else {}
        self.wanted = {f"result_{key}": (key, kind) for key, kind in gives.items()}
        for name, (key, _kind) in self.wanted.items():
            self.fields[name] = forms.CharField(
                required=False,  # its absence is told by its own check
                max_length=40,
                label=result_label(key),
                help_text=_("It is printed on the result, and the matters that follow take it from there."),
                widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}),
            )
        self.order_fields([*self.wanted, "reason", "note"])

    def clean(self) -> dict[str, Any]:
        """Every number in its proper form, or its error at its field."""
        cleaned = super().clean() or {}
        for name, (_key, kind) in self.wanted.items():
            try:
                cleaned[name] = result_read(kind, cleaned.get(name, ""))
            except Refused as refusal:
                self.add_error(name, str(refusal))
        return cleaned

    def given(self) -> dict[str, Any]:
        """What the act is told."""
        given = {name: self.cleaned_data[name] for name in ("reason", "note")}
        if self.wanted:
            given["results"] = {key: self.cleaned_data[name] for name, (key, _kind) in self.wanted.items()}
        return given


class TaskSendBackForm(forms.Form):
    """Why a proposal goes back."""

    answer = forms.CharField(
        max_length=1000,
        label=_("Why it goes back"),
        help_text=_("Only the department reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OpinionAskForm(forms.Form):
    """A question to other departments."""

    organisations: "forms.ModelMultipleChoiceField[Any]" = forms.ModelMultipleChoiceField(
        queryset=None, label=_("Departments to ask"), widget=forms.CheckboxSelectMultiple
    )
    question = forms.CharField(
        max_length=2000,
        label=_("Question"),
        help_text=_(
            "They see the matter and this question, nothing of the applicant. Write so that it can be answered alone."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    due_on = forms.DateField(
        label=_("Answer asked for by"),
        help_text=_("Your own clock goes on meanwhile. They are reminded the working day before."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),  # what browsers read, in every language
    )
    is_confidential = forms.BooleanField(
        required=False,
        label=_("Confidential: only for your department and theirs"),
        help_text=_("Otherwise every department with a task in this case reads question and answer."),
    )

    def __init__(self, *args: Any, task: Task, **kw: Any) -> None:
        super().__init__(*args, **kw)
        usual = workdays.due(workdays.today(), workdays.Limit(OPINION_DAYS, workdays.Unit.WORKING_DAY))
        self.initial["due_on"] = usual.end
        self.fields["organisations"].queryset = departments().exclude(pk=task.organisation_id)  # type: ignore[attr-defined]

    def clean_due_on(self) -> Any:
        """A working day to come."""
        due_on = self.cleaned_data["due_on"]
        if problem := due_problem(due_on, today=workdays.today(), is_working=workdays.is_working(due_on)):
            raise forms.ValidationError(problem)
        return due_on

    def given(self) -> dict[str, Any]:
        """What the act is told."""
        given = dict(self.cleaned_data)
        return given | {"organisation_ids": [one.pk for one in given.pop("organisations")]}


class OpinionAnswerForm(forms.Form):
    """The answer of the department that was asked."""

    answer = forms.CharField(max_length=4000, label=_("Answer"), widget=forms.Textarea(attrs={"rows": 6}))


class DecisionCorrectForm(forms.Form):
    """What was wrong in a document, and what is right."""

    note = forms.CharField(
        max_length=600,
        label=_("What is corrected"),
        help_text=_("Name what stood there and what is right. It is printed on the new document as you write it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TasksGrantTogetherForm(ReasonForm):
    """One reason for all that were ticked."""

    use = StandardReason.Use.GRANTED


class HandOverForm(forms.Form):
    """To whom work is handed."""

    to: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None, label=_("Hand over to"), empty_label=_("Choose one")
    )

    def __init__(self, *args: Any, colleagues: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]
