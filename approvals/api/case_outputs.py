"""What cases, drafts and tasks look like to programs."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

from approvals.api.outputs import RequirementOut
from approvals.models import Case, CaseMaterial, CaseMatter, Task
from approvals.queries.timeline import case_clock
from yiwu_portal.api.service import Output


class MaterialOut(Output):
    """A paper given."""

    id = s.IntegerField()
    requirement = s.IntegerField(source="requirement_id")
    name = s.CharField(source="requirement.name")
    kind = s.CharField(source="requirement.evidence_type.code")
    verdict = s.ChoiceField(choices=CaseMaterial.Verdict.values)
    reason = s.CharField(source="reason.text", allow_null=True, default=None)
    was_reused = s.BooleanField()
    added_at = s.DateTimeField()


class TaskLineOut(Output):
    """A department's step."""

    id = s.IntegerField()
    step = s.CharField(source="step.name")
    department = s.CharField(source="organisation.code")
    state = s.ChoiceField(choices=Task.State.values)
    opened_at = s.DateTimeField(allow_null=True)
    due_on = s.DateField(allow_null=True)
    decided_at = s.DateTimeField(allow_null=True)


class DecisionOut(Output):
    """The decision on one matter; `document` is checked at /verify/."""

    outcome = s.ChoiceField(choices=["granted", "refused"])
    reason = s.CharField(source="reason.text")
    note = s.CharField()
    department = s.CharField(source="organisation.code")
    decided_at = s.DateTimeField()
    valid_until = s.DateField(allow_null=True)
    document = s.CharField(source="document.number")
    verification_code = s.CharField(source="document.code")


class CaseMatterOut(Output):
    """One service within a case, on the edition in force when the case began."""

    code = s.CharField(source="edition.matter.code")
    edition = s.IntegerField(source="edition.number")
    name = s.CharField(source="edition.name")
    state = s.ChoiceField(choices=CaseMatter.State.values)
    promised_due_on = s.DateField(allow_null=True)
    statutory_due_on = s.DateField(allow_null=True)
    decided_at = s.DateTimeField(allow_null=True)


class CaseMatterWholeOut(CaseMatterOut):
    """With its steps and its decision."""

    tasks = s.SerializerMethodField()
    decision = s.SerializerMethodField()

    @extend_schema_field(TaskLineOut(many=True))
    def get_tasks(self, matter: CaseMatter) -> Any:
        """Its departments' steps."""
        return TaskLineOut(matter.tasks.all(), many=True).data

    @extend_schema_field(DecisionOut(allow_null=True))
    def get_decision(self, matter: CaseMatter) -> Any:
        """What was decided; null until then."""
        decision = getattr(matter, "decision", None)
        return DecisionOut(decision).data if decision else None


class CaseOut(Output):
    """A case in a list."""

    reference = s.CharField()
    state = s.ChoiceField(choices=Case.State.values)
    department = s.CharField(source="organisation.code")
    submitted_at = s.DateTimeField(allow_null=True)
    acceptance_due_on = s.DateField(allow_null=True)
    accepted_at = s.DateTimeField(allow_null=True)
    closed_at = s.DateTimeField(allow_null=True)
    matters = CaseMatterOut(many=True, source="matters.all")


class ClockOut(Output):
    """The one public clock: what is due, by when, and how that day was computed."""

    label = s.CharField()  # type: ignore[assignment]
    due_on = s.DateField(allow_null=True)
    statutory_on = s.DateField(allow_null=True)
    used = s.IntegerField(help_text="Working days.")
    total = s.IntegerField(help_text="Working days.")
    is_provisional = s.BooleanField()
    is_late = s.BooleanField()
    explanation = s.ListField(child=s.CharField())


class CorrectionItemOut(Output):
    """One paper that was missing or not in order."""

    requirement = s.IntegerField(source="requirement_id")
    name = s.CharField(source="requirement.name")
    reason = s.CharField(source="reason.text")
    note = s.CharField()


class CorrectionOut(Output):
    """Everything that was asked for, at once."""

    requested_at = s.DateTimeField()
    due_on = s.DateField()
    answered_at = s.DateTimeField(allow_null=True)
    note = s.CharField()
    items = CorrectionItemOut(many=True, source="items.all")


class CaseWholeOut(CaseOut):
    """A case with its answers, papers, matters, clock and correction."""

    language = s.CharField()
    answers = s.DictField()
    materials = MaterialOut(many=True, source="materials.all")
    matters = CaseMatterWholeOut(many=True, source="matters.all")
    clock = s.SerializerMethodField()
    correction = s.SerializerMethodField()

    @extend_schema_field(ClockOut(allow_null=True))
    def get_clock(self, case: Case) -> Any:
        """The clock that runs; null where none does."""
        clock = case_clock(case)
        return ClockOut(clock).data if clock else None

    @extend_schema_field(CorrectionOut(allow_null=True))
    def get_correction(self, case: Case) -> Any:
        """What was asked for; null where nothing was."""
        correction = getattr(case, "correction", None)
        return CorrectionOut(correction).data if correction else None


class DraftOut(Output):
    """A draft in a list."""

    key = s.CharField()
    language = s.CharField()
    changed_at = s.DateTimeField()
    services = s.SerializerMethodField(help_text="Codes of the services applied for.")

    def get_services(self, case: Case) -> list[str]:
        """The codes."""
        return [matter.edition.matter.code for matter in case.matters.all()]


class DraftWholeOut(DraftOut):
    """A draft with its questions, the papers asked for and given, and what is still missing."""

    answers = s.DictField()
    form = s.DictField(help_text="The form definition: steps, fields, conditions; texts by language.")
    requirements = RequirementOut(many=True)
    materials = MaterialOut(many=True, source="given")
    missing = s.ListField(
        child=s.CharField(), help_text="`questions:<step>`, `you` (details of the person), `material:<requirement>`."
    )


class TaskOut(Output):
    """A task in a department's list."""

    id = s.IntegerField()
    state = s.ChoiceField(choices=Task.State.values)
    reference = s.CharField(source="case_matter.case.reference")
    service = s.CharField(source="case_matter.edition.matter.code")
    step = s.CharField(source="step.name")
    opened_at = s.DateTimeField(allow_null=True)
    due_on = s.DateField(allow_null=True)
    claimed_by = s.SerializerMethodField(help_text="Who holds it now; null when nobody does.")
    claimed_until = s.DateTimeField(allow_null=True)

    def get_claimed_by(self, task: Task) -> str | None:
        """The name, while the lease runs."""
        return str(task.claimed_by) if task.is_held else None


class ReasonOut(Output):
    """A standard reason."""

    code = s.CharField()
    use = s.CharField()
    text = s.CharField()


class TaskWholeOut(TaskOut):
    """A task with the materials its step needs, and no others (least sight)."""

    signatures = s.IntegerField(source="step.signatures", help_text="With two, propose; the head signs.")
    applicant = s.SerializerMethodField()
    answers = s.DictField(source="case_matter.case.answers")
    materials = MaterialOut(many=True)
    reasons = ReasonOut(many=True)
    results = s.ListField(child=s.CharField(), help_text="Numbers the grant must carry, by name.")

    def get_applicant(self, task: Task) -> str:
        """The applicant's name."""
        return str(task.case_matter.case.applicant)


class DoneOut(Output):
    """The draft was thrown away."""

    key = s.CharField()
