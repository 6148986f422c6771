"""Decisions as the departments that took them see them."""

from django.db.models import QuerySet

from approvals.models import Case, Decision, Task
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import Role, organisation_ids


def desk_decisions(user: User) -> "QuerySet[Decision]":
    """Every decision of the departments in which this officer serves."""
    return Decision.objects.filter(organisation_id__in=organisation_ids(user, Role.OFFICER)).select_related(
        "document",
        "reason",
        "organisation",
        "case_matter__edition__matter",
        "case_matter__case__applicant",
    )


def decision_cases(user: User, decision_id: int) -> "QuerySet[Case]":
    """The case of one of the asker's decisions, to be locked first."""
    visible = desk_decisions(user).filter(pk=decision_id).values("case_matter__case_id")
    return Case.objects.select_related("applicant", "organisation", "travel_document", "submitted_by").filter(
        pk__in=visible
    )


def decision_of_task(task: Task) -> Decision | None:
    """The decision on the matter of a task the asker sees, when its department took it."""
    rows = Decision.objects.select_related("document")
    return rows.filter(case_matter_id=task.case_matter_id, organisation_id=task.organisation_id).first()
