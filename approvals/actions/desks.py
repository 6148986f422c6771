"""What a department officer does with a task before she decides: claims it, gives it back, hands it to a colleague."""

from django.utils.translation import gettext as _

from approvals.actions.board import lease_hand
from approvals.actions.decisions import task_cases, task_held
from approvals.actions.window import lease_take
from approvals.models import Task
from approvals.queries.desks import desk_tasks
from yiwu_portal.accounts.models import User
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import Stale, locked


def task_claim(*, by: User, task_id: int) -> Task:
    """Take a task as one's own for half an hour."""
    with locked(task_cases(tasks=desk_tasks(by), task_id=task_id)) as case:
        task = task_held(tasks=desk_tasks(by), task_id=task_id, by=by, permission="approvals.task_claim")
        if task.state != Task.State.OPEN:
            raise Stale(_("This task is not open (any more)."))
        renewed = task.claimed_by_id == by.pk
        lease_take(row=task, by=by)
        task.save(update_fields=["claimed_by", "claimed_until"])
        if not renewed:
            record(verb="task_claim", by=by, stream=case.stream, subject=task, person_id=case.applicant_id)
    return task


def task_release(*, by: User, task_id: int) -> Task:
    """Give a claim back."""
    with locked(task_cases(tasks=desk_tasks(by), task_id=task_id)) as case:
        task = task_held(tasks=desk_tasks(by), task_id=task_id, by=by, permission="approvals.task_release")
        if task.claimed_by_id == by.pk:
            task.claimed_by = task.claimed_until = None
            task.save(update_fields=["claimed_by", "claimed_until"])
            record(verb="task_release", by=by, stream=case.stream, subject=task, person_id=case.applicant_id)
    return task


def task_hand_over(*, by: User, task_id: int, to: User) -> Task:
    """Hand a task one holds to a colleague of the department, before an absence for instance; twice is once."""
    with locked(task_cases(tasks=desk_tasks(by), task_id=task_id)) as case:
        task = task_held(tasks=desk_tasks(by), task_id=task_id, by=by, permission="approvals.task_hand_over")
        if task.state != Task.State.OPEN:
            raise Stale(_("This task is not open (any more)."))
        if not task.is_held or task.claimed_by_id not in (by.pk, to.pk):
            raise Stale(_("You do not hold this task (any more). Take it first; nothing was changed."))
        lease_hand(verb="task_hand_over", row=task, case=case, by=by, to=to, right="approvals.task_claim")
    return task
