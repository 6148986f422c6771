"""Opinions between departments: who was asked, who may read them, which still wait."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from approvals.models import Case, Opinion, Task
from approvals.queries.columns import list_columns
from approvals.queries.desks import desk_ids, desk_tasks
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import Role, organisation_ids

WAITING = Q(revoked_at__isnull=True, answered_at__isnull=True, task__state__in=Task.AT_WORK)


def opinions_asked(user: User) -> "QuerySet[Opinion]":
    """Every opinion asked of the departments in which this officer serves."""
    return _whole(Opinion.objects.filter(organisation_id__in=organisation_ids(user, Role.OFFICER)))


def opinions_sought(user: User) -> "QuerySet[Opinion]":
    """Every opinion the departments of this officer have asked for."""
    return _whole(Opinion.objects.filter(task__in=desk_tasks(user)))


def opinions_waiting(user: User) -> "QuerySet[Opinion]":
    """What is asked of this officer's departments and not answered yet, the earliest due first."""
    return opinions_asked(user).filter(WAITING).order_by("due_on", "id")


def opinions_seen(user: User, task: Task) -> "QuerySet[Opinion]":
    """The opinions of the case of a task this user sees: shared ones, and those that her department asked or was asked.

    Whoever comes here has a task in the case; a confidential one is for the two departments only.
    """
    mine = desk_ids(user)
    of_mine = Q(task__organisation_id__in=mine) | Q(organisation_id__in=mine)
    rows = Opinion.objects.filter(of_mine | Q(is_confidential=False), task__case_matter__case_id=_case_id(task))
    return rows.select_related("organisation", "task__organisation", "asked_by", "answered_by").order_by("id")


def opinion_totals(tasks: Iterable[Task]) -> dict[int, dict[str, int]]:
    """How many opinions each task asked for and has got; one statement, revoked ones left out."""
    rows = (
        Opinion.objects.filter(task__in=[task.pk for task in tasks], revoked_at__isnull=True)
        .order_by()
        .values("task_id")
        .annotate(asked=Count("pk"), answered=Count("answered_at"))
    )
    return {row["task_id"]: {"asked": row["asked"], "answered": row["answered"]} for row in rows}


def opinions_to_remind(last: date) -> "QuerySet[Opinion]":
    """Waiting opinions due up to a day, of which nobody was reminded yet; for the job alone."""
    return _whole(Opinion.objects.filter(WAITING, reminded_at__isnull=True, due_on__lte=last)).order_by("id")


def opinion_cases(opinions: "QuerySet[Opinion]", opinion_id: int) -> "QuerySet[Case]":
    """The case of one of the asker's opinions, to be locked first."""
    visible = opinions.filter(pk=opinion_id).values("task__case_matter__case_id")
    return Case.objects.filter(pk__in=visible)


def _whole(opinions: "QuerySet[Opinion]") -> "QuerySet[Opinion]":
    parts = ("organisation", "asked_by", "answered_by", "task__organisation", "task__step", "task__case_matter__case")
    edition = "task__case_matter__edition"
    return opinions.select_related(*parts, edition).defer(*list_columns(f"{edition}__"))


def _case_id(task: Task) -> int:
    return task.case_matter.case_id
