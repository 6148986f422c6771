"""What the periodic jobs of the clocks look for, and what moved a case's clock, for its pages."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from approvals.models import Case, Extension, Gap, MaterialRequirement, Suspension, Task
from approvals.queries.desks import head_tasks
from yiwu_portal.accounts.models import User


def cases_to_resume(today: date) -> "QuerySet[Case]":
    """Cases in which a clock stands still whose last told day has passed."""
    over = Suspension.objects.filter(ended_on=None, expected_on__lt=today, task__state=Task.State.SUSPENDED)
    return Case.objects.filter(pk__in=over.values("task__case_matter__case_id"))


def cases_unanswered(today: date) -> "QuerySet[Case]":
    """Cases handed in whose five days ended before today without an answer of the window."""
    return Case.objects.filter(state=Case.State.SUBMITTED, acceptance_due_on__lt=today)


def cases_uncorrected(today: date) -> "QuerySet[Case]":
    """Cases whose correction was due before today and did not come."""
    return Case.objects.filter(state=Case.State.CORRECTING, correction__due_on__lt=today)


def gaps_overdue(today: date) -> "QuerySet[Gap]":
    """Papers that were to follow, are overdue, and do not lie at the window to be checked."""
    return Gap.objects.filter(due_on__lt=today, checked_at=None, filled_at=None)


def cases_with_overdue_gap(today: date) -> "QuerySet[Case]":
    """Accepted cases in which a paper that was to follow is overdue."""
    return Case.objects.filter(state=Case.State.ACCEPTED, pk__in=gaps_overdue(today).values("case_id"))


def cases_counted() -> "QuerySet[Case]":
    """Every case in which a date still runs."""
    return Case.objects.filter(state__in=Case.OPEN_STATES)


def extension_waiting(user: User, task_id: int) -> Any:
    """An extension that waits for the head of the task's department, or None."""
    waiting = Extension.objects.filter(is_approved=None, task__in=head_tasks(user), task_id=task_id)
    return waiting.select_related(
        "asked_by", "task__step", "task__organisation", "case_matter__edition__matter", "case_matter__case__applicant"
    ).first()


def suspension_running(task: Task) -> Suspension | None:
    """The suspension that keeps a task's clock still."""
    return Suspension.objects.filter(task_id=task.pk, ended_on=None).first()


def gaps_of(case: Case) -> list[Gap]:
    """The papers of a case that may follow, by their day."""
    return list(Gap.objects.filter(case=case).select_related("requirement__evidence_type"))


def gaps_waiting(cases: "QuerySet[Case]") -> "QuerySet[Gap]":
    """Papers that wait for their applicants, in the accepted ones of these cases."""
    accepted = cases.filter(state=Case.State.ACCEPTED)
    waiting = Gap.objects.filter(case__in=accepted, checked_at=None, filled_at=None)
    return waiting.select_related("case", "requirement").order_by("due_on", "id")


def papers_among(papers: list[MaterialRequirement]) -> "QuerySet[MaterialRequirement]":
    """These papers as a queryset, for a form's choices."""
    return MaterialRequirement.objects.filter(pk__in=[paper.pk for paper in papers])
