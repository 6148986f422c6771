"""What a department officer does with a task before she decides: claims it and gives it back."""

from django.utils.translation import gettext as _

from approvals.actions.decisions import task_cases, task_held
from approvals.actions.window import lease_take
from approvals.models import Task
from approvals.queries.desks import desk_tasks
from yiwu_portal.accounts.models import User
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import Stale, locked


def task_claim(*, by: User, task_id: int) -> Task:
    """Take a task as one's own for half an hour."""
    with locked(task_cases(desk_tasks(by), task_id)) as case:
        task = task_held(desk_tasks(by), task_id, by=by, permission="approvals.task_claim")
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
    with locked(task_cases(desk_tasks(by), task_id)) as case:
        task = task_held(desk_tasks(by), task_id, by=by, permission="approvals.task_release")
        if task.claimed_by_id == by.pk:
            task.claimed_by = task.claimed_until = None
            task.save(update_fields=["claimed_by", "claimed_until"])
            record(verb="task_release", by=by, stream=case.stream, subject=task, person_id=case.applicant_id)
    return task
