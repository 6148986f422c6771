"""What a department officer does with a task; routing, the document and the end of the case follow from it."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions.telling import decision_issue, tell
from approvals.actions.window import lease_take, task_open
from approvals.models import Case, CaseMatter, Decision, StandardReason, Task
from approvals.queries.desks import desk_tasks
from approvals.rules.routing import steps_ready
from yiwu_portal.accounts.models import User
from yiwu_portal.facts.service import CaseClosed, publish
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale, locked, moment, move, require


def task_claim(*, by: User, task_id: int) -> Task:
    """Take a task as one's own for half an hour."""
    with locked(_cases(by, task_id)) as case:
        task = _task(by, task_id, "approvals.task_claim")
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
    with locked(_cases(by, task_id)) as case:
        task = _task(by, task_id, "approvals.task_release")
        if task.claimed_by_id == by.pk:
            task.claimed_by = task.claimed_until = None
            task.save(update_fields=["claimed_by", "claimed_until"])
            record(verb="task_release", by=by, stream=case.stream, subject=task, person_id=case.applicant_id)
    return task


def task_grant(*, by: User, task_id: int, reason: StandardReason, note: str = "") -> Task:
    """Grant (准予), as far as this department is concerned; the last step grants the matter."""
    return _decide(by=by, task_id=task_id, outcome=Decision.Outcome.GRANTED, reason=reason, note=note)


def task_refuse(*, by: User, task_id: int, reason: StandardReason, note: str = "") -> Task:
    """Refuse (不予许可): the matter is refused with this reason, its other steps stop."""
    return _decide(by=by, task_id=task_id, outcome=Decision.Outcome.REFUSED, reason=reason, note=note)


def _decide(*, by: User, task_id: int, outcome: str, reason: StandardReason, note: str) -> Task:
    """One task decided once, and in the same transaction all that follows from it."""
    verb = "task_grant" if outcome == Decision.Outcome.GRANTED else "task_refuse"
    if reason.use != outcome:
        raise Refused(_("This reason is not one for this decision; nothing was changed."))
    with locked(_cases(by, task_id)) as case:
        # of itself alone: with the edition locked too, everybody's decisions and drafts on that matter would queue up
        matters = CaseMatter.objects.select_for_update(of=("self",)).select_related("edition__matter")
        matter = matters.get(tasks__pk=task_id)
        task = _task(by, task_id, f"approvals.{verb}")
        if task.state != Task.State.OPEN:
            raise Stale(_("This has already been decided, or was withdrawn. Nothing was changed."))
        lease_take(row=task, by=by)
        now = moment()
        task.decided_at, task.decided_by = now, by
        task.claimed_by = task.claimed_until = None
        move(task, "decide")
        record(
            verb=verb,
            by=by,
            stream=case.stream,
            subject=task,
            person_id=case.applicant_id,
            data={"reason": reason.code, "step": task.step.code},
        )
        if outcome == Decision.Outcome.REFUSED:
            _matter_settle(case, matter, task, "refuse", by=by, reason=reason, note=note, now=now)
        elif not _route_on(matter, now):
            _matter_settle(case, matter, task, "grant", by=by, reason=reason, note=note, now=now)
    return task


def _route_on(matter: CaseMatter, now: datetime) -> bool:
    """Open every step whose prerequisites are now met; False when no step is left."""
    tasks = list(matter.tasks.select_for_update(of=("self",)).select_related("step").order_by("id"))
    prerequisites = {
        task.step_id: list(task.step.depends_on.values_list("pk", flat=True))
        for task in tasks
        if task.state == Task.State.WAITING
    }
    decided = {task.step_id for task in tasks if task.state == Task.State.DECIDED}
    ready = set(steps_ready(prerequisites, decided, set()))
    for task in tasks:
        if task.step_id in ready:
            task_open(task=task, now=now)
    return any(task.state in (Task.State.WAITING, Task.State.OPEN) for task in tasks)


def _matter_settle(
    case: Case,
    matter: CaseMatter,
    task: Task,
    transition: str,
    *,
    by: User,
    reason: StandardReason,
    note: str,
    now: datetime,
) -> None:
    """Decide the matter, issue its document, tell the applicant, and close the case after its last matter."""
    matter.decided_at = now
    move(matter, transition)
    for other in matter.tasks.select_for_update().filter(state__in=[Task.State.WAITING, Task.State.OPEN]):
        move(other, "stop")
    granted = matter.state == CaseMatter.State.GRANTED
    days = matter.edition.result_validity_days
    decision = Decision(
        case_matter=matter,
        outcome=matter.state,
        reason=reason,
        note=note,
        by=by,
        organisation=task.organisation,
        decided_at=now,
        valid_until=timezone.localdate(now) + timedelta(days=days) if granted and days else None,
    )
    decision.document = decision_issue(case=case, decision=decision, by=by)
    decision.save()
    kind = "matter_granted" if granted else "matter_refused"
    tell(case=case, kind=kind, key=f"matter:{matter.pk}", matter=matter, reason=reason)
    record(
        verb=f"matter_{transition}",
        by=by,
        stream=case.stream,
        subject=matter,
        person_id=case.applicant_id,
        data={"document": decision.document.number},
    )
    if not case.matters.filter(state__in=[CaseMatter.State.WAITING, CaseMatter.State.RUNNING]).exists():
        case.closed_at = now
        move(case, "close")
        record(verb="case_close", by=by, stream=case.stream, person_id=case.applicant_id)
        publish(CaseClosed(reference=str(case.reference), person_id=case.applicant_id or 0, outcome=matter.state))


def _cases(by: User, task_id: int) -> "QuerySet[Case]":
    """The case of a task of the officer's own department, to be locked first."""
    visible = desk_tasks(by).filter(pk=task_id).values("case_matter__case_id")
    return Case.objects.select_related("applicant", "organisation").filter(pk__in=visible)


def _task(by: User, task_id: int, permission: str) -> Task:
    """The task itself, locked after its case."""
    task = (
        desk_tasks(by)
        .select_for_update(of=("self",))
        .select_related("step", "organisation", "claimed_by", "case_matter__case")
        .filter(pk=task_id)
        .first()
    )
    if task is None:
        raise NotYours(_("This page does not exist, or is not yours to see."))
    require(by, permission, task)
    return task
