"""What the manager of the centre does: hands work to a named colleague, ends a claim that nobody works on."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from rules import has_perm

from approvals.actions.decisions import task_cases, task_held
from approvals.models import Case, Task
from approvals.queries.board import board_cases, board_tasks
from approvals.rules.routing import LEASE
from yiwu_portal.accounts.models import User
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import Refused, Stale, locked, moment, require
from yiwu_portal.notifications.service import notify


def task_reassign(*, by: User, task_id: int, to: User) -> Task:
    """Hand a department's open task to a named officer of it, whoever held it; twice is once."""
    with locked(task_cases(tasks=board_tasks(by), task_id=task_id)) as case:
        task = task_held(tasks=board_tasks(by), task_id=task_id, by=by, permission="approvals.task_reassign")
        if task.state != Task.State.OPEN:
            raise Stale(_("This task is not open (any more). Nothing was changed."))
        lease_hand(verb="task_reassign", row=task, case=case, by=by, to=to, right="approvals.task_claim")
    return task


def case_reassign(*, by: User, reference: str, to: User) -> Case:
    """Hand a case that waits at the window to a named clerk who serves it; twice is once."""
    with locked(board_cases(by), reference=reference) as case:
        require(by, "approvals.case_reassign", case)
        if case.state != Case.State.SUBMITTED:
            raise Stale(_("This case no longer waits at the window. Nothing was changed."))
        lease_hand(verb="case_reassign", row=case, case=case, by=by, to=to, right="approvals.case_claim")
    return case


def task_lease_break(*, by: User, task_id: int) -> Task:
    """End the claim on a task, so that anyone of the department can take it; a second time changes nothing."""
    with locked(task_cases(tasks=board_tasks(by), task_id=task_id)) as case:
        task = task_held(tasks=board_tasks(by), task_id=task_id, by=by, permission="approvals.task_lease_break")
        _break("task_lease_break", task, case, by)
    return task


def case_lease_break(*, by: User, reference: str) -> Case:
    """End the claim on a case at the window; a second time changes nothing."""
    with locked(board_cases(by), reference=reference) as case:
        require(by, "approvals.case_lease_break", case)
        _break("case_lease_break", case, case, by)
    return case


def lease_hand(*, verb: str, row: Any, case: Case, by: User, to: User, right: str) -> None:
    """Give the claim on a locked row to somebody who may have it, record it and tell her; twice is once."""
    if not has_perm(right, to, row):
        raise Refused(_("%(name)s does not serve there today. Nothing was changed.") % {"name": to})
    if row.is_held and row.claimed_by_id == to.pk:
        return
    before = row.claimed_by_id if row.is_held else None
    row.claimed_by, row.claimed_until = to, moment() + LEASE
    row.save(update_fields=["claimed_by", "claimed_until"])
    entry = record(
        verb=verb,
        by=by,
        stream=case.stream,
        subject=row,
        person_id=case.applicant_id,
        data={"from": before, "to": to.pk},
    )
    if to.pk != by.pk:
        _tell(row, case, by, to, key=f"{verb}:{entry.pk}")


def _break(verb: str, row: Any, case: Case, by: User) -> None:
    if not row.is_held:
        return
    data = {"from": row.claimed_by_id}
    row.claimed_by = row.claimed_until = None
    row.save(update_fields=["claimed_by", "claimed_until"])
    record(verb=verb, by=by, stream=case.stream, subject=row, person_id=case.applicant_id, data=data)


def _tell(row: Any, case: Case, by: User, to: User, *, key: str) -> None:
    path = f"/desk/{row.pk}/" if isinstance(row, Task) else f"/window/{case.reference}/"
    with translation.override(to.language):
        context = {"reference": case.reference, "who": str(by)}
    notify(kind="approvals.work_handed", user=to, key=key, context=context, path=path)
