"""What the operations of the programme take; nothing is saved here."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers as s

from approvals.models import Case, Task
from approvals.queries.desks import reasons_for
from yiwu_portal.api.service import Choice, Day, Input, PageQuery, Problem, Text


class CaseQuery(PageQuery):
    """What my cases are narrowed by."""

    state = Choice(required=False, choices=[value for value in Case.State.values if value != "draft"])


class TaskQuery(PageQuery):
    """What the department's tasks are narrowed by."""

    state = Choice(required=False, choices=[str(state) for state in Task.AT_WORK])
    service = Text(required=False, max_length=12, help_text="Code of a service.")
    due_before = Day(required=False, help_text="Due before this day.")


class DraftStartIn(Input):
    """What is applied for: a service or a bundle."""

    service = Text(required=False, max_length=12, help_text="Code of a service; or")
    bundle = Text(required=False, max_length=60, help_text="code of a bundle.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two."""
        if len(attrs) != 1:
            raise Problem(422, "one_of_two", _("Name a service or a bundle."))
        return attrs


class AnswersIn(Input):
    """Answers by the key of the question; those not named stay as they are."""

    answers = s.DictField(child=s.JSONField(allow_null=True), allow_empty=False)


class MaterialIn(Input):
    """A paper: a file, or one the library has."""

    requirement = s.IntegerField(min_value=1, help_text="Id of the requirement, from the draft or the correction.")
    file = s.FileField(required=False, help_text="JPEG, PNG or PDF, at most 10 MB.")
    evidence = s.IntegerField(required=False, min_value=1, help_text="Id of a paper in the person's library.")
    expires_on = s.DateField(required=False, help_text="Until when a new paper is valid, if it says so.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of file and evidence."""
        if ("file" in attrs) == ("evidence" in attrs):
            raise Problem(422, "one_of_two", _("Choose a file, or one you gave before."))
        return attrs


class DecisionIn(Input):
    """A standard reason, and a note beside it."""

    use = ""
    reason = Text(max_length=40, help_text="Code of a standard reason, from the task.")
    note = Text(required=False, allow_blank=True, max_length=1000, help_text="In your own words, if need be.")

    def validate_reason(self, code: str) -> Any:
        """The reason of that code."""
        reason = reasons_for(self.reason_use()).filter(code=code.replace("\x00", "")).first()
        if reason is None:
            raise Problem(409, "no_such_reason", _("This reason is not one for this decision; nothing was changed."))
        return reason

    def reason_use(self) -> str:
        """What the reason must be for."""
        return self.use


class GrantIn(DecisionIn):
    """Why it is granted."""

    use = "granted"
    results = s.DictField(
        child=Text(max_length=200, allow_blank=True), required=False, help_text="Numbers the result carries, by name."
    )


class RefuseIn(DecisionIn):
    """Why it is refused."""

    use = "refused"


class ProposeIn(GrantIn):
    """What is proposed, and why."""

    outcome = Choice(choices=["granted", "refused"])

    def reason_use(self) -> str:
        """The outcome's."""
        return str(self.initial_data.get("outcome", ""))
