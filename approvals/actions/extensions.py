"""The one extension of a matter's limit (延期): asked by the officer, approved by the head, told with its reason."""

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions.clock_letters import extension_issue
from approvals.actions.clocks import dates_recount
from approvals.actions.decisions import task_cases, task_held
from approvals.actions.routing import matters_held
from approvals.actions.staff_telling import staff_tell
from approvals.actions.telling import tell
from approvals.actions.window import lease_take
from approvals.models import CaseMatter, Extension, Task
from approvals.queries.desks import desk_tasks, head_tasks
from approvals.rules.clocks import EXTENSION_DAYS_MOST
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import Role, staff_of
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import Refused, Stale, locked, moment
from yiwu_portal.workdays import service as workdays

RUNNING = (Task.State.OPEN, Task.State.SUSPENDED)


def extension_ask(*, by: User, task_id: int, days: int, reason: str) -> Extension:
    """Ask the head for at most ten working days more, once a matter and before its time is over (ALL art. 42)."""
    if not 1 <= days <= EXTENSION_DAYS_MOST:
        raise Refused(_("An extension has between 1 and 10 working days. Nothing was changed."))
    if not reason.strip():
        raise Refused(_("Say why: the applicant is told the reason. Nothing was changed."))
    with locked(task_cases(tasks=desk_tasks(by), task_id=task_id)) as case:
        matters = matters_held(case=case)
        task = task_held(tasks=desk_tasks(by), task_id=task_id, by=by, permission="approvals.extension_ask")
        _running_require(task)
        lease_take(row=task, by=by)
        matter = matters[task.case_matter_id]
        _in_time_require(matter)
        if Extension.objects.filter(case_matter=matter).exists():
            raise Refused(_("A limit is extended once, and it was asked for already. Nothing was changed."))
        task.save(update_fields=["claimed_by", "claimed_until"])
        extension = Extension.objects.create(
            case_matter=matter,
            task=task,
            days=days,
            reason=reason.strip(),
            reason_language=by.language,
            asked_by=by,
            asked_at=moment(),
        )
        staff_tell(
            users=staff_of(task.organisation_id, Role.HEAD),
            kind="extension_asked",
            key=f"extension:{extension.pk}",
            path=f"/desk/{task.pk}/extension/approve/",
            words={"reference": lambda: case.reference, "days": lambda: days, "reason": lambda: reason},
        )
        record(
            verb="extension_ask",
            by=by,
            stream=case.stream,
            subject=task,
            person_id=case.applicant_id,
            data={"days": days},
        )
    return extension


def extension_approve(*, by: User, task_id: int) -> Extension:
    """Approve what another asked: the dates move, the applicant is told why, in writing."""
    with locked(task_cases(tasks=head_tasks(by), task_id=task_id)) as case:
        matters = matters_held(case=case)
        task = task_held(tasks=head_tasks(by), task_id=task_id, by=by, permission="approvals.extension_approve")
        _running_require(task)
        extension = _answered(task, by=by, is_approved=True)
        matter = matters[task.case_matter_id]
        before = matter.promised_due_on
        dates_recount(case=case, matters=matters, tasks=[task])
        extension_issue(case=case, matter=matter, extension=extension, by=by)
        more = {
            "days": lambda: extension.days,
            "why": lambda: extension.reason,
            "promised": lambda: (
                workdays.date_words(matter.promised_due_on, year=True) if matter.promised_due_on else ""
            ),
        }
        tell(case=case, kind="matter_extended", key=f"extension:{extension.pk}", matter=matter, more=more)
        record(
            verb="extension_approve",
            by=by,
            stream=case.stream,
            subject=task,
            person_id=case.applicant_id,
            data={"days": extension.days, "promised_before": str(before), "promised": str(matter.promised_due_on)},
        )
    return extension


def extension_refuse(*, by: User, task_id: int) -> Extension:
    """Do not approve it: the dates stay as they were promised."""
    with locked(task_cases(tasks=head_tasks(by), task_id=task_id)) as case:
        task = task_held(tasks=head_tasks(by), task_id=task_id, by=by, permission="approvals.extension_refuse")
        extension = _answered(task, by=by, is_approved=False)
        record(verb="extension_refuse", by=by, stream=case.stream, subject=task, person_id=case.applicant_id, data={})
    return extension


def _answered(task: Task, *, by: User, is_approved: bool) -> Extension:
    waiting = Extension.objects.select_for_update(of=("self",)).filter(task=task, is_approved=None)
    extension = waiting.select_related("asked_by", "task__organisation").first()
    if extension is None:
        raise Stale(_("No extension waits for an answer here (any more). Nothing was changed."))
    if extension.asked_by_id == by.pk:
        raise Refused(_("You asked for this yourself; somebody else has to approve it. Nothing was changed."))
    extension.is_approved, extension.answered_by, extension.answered_at = is_approved, by, moment()
    extension.save(update_fields=["is_approved", "answered_by", "answered_at"])
    staff_tell(
        users=[extension.asked_by],
        kind="extension_answered",
        key=f"extension:{extension.pk}",
        path=f"/desk/{task.pk}/",
        words={"reference": lambda: task.case_matter.case.reference, "is_approved": lambda: is_approved},
    )
    return extension


def _running_require(task: Task) -> None:
    if task.state not in RUNNING:
        raise Stale(_("This has already been decided, or was withdrawn. Nothing was changed."))


def _in_time_require(matter: CaseMatter) -> None:
    """Before its time is over: a limit that has ended can no longer be extended."""
    ends = [day for day in (matter.promised_due_on, matter.statutory_due_on) if day]
    if ends and max(ends) < timezone.localdate(moment()):
        raise Refused(_("The time for this matter is over; it can no longer be extended. Nothing was changed."))


def _day(matter: CaseMatter) -> str:
    return workdays.date_words(matter.promised_due_on, year=True) if matter.promised_due_on else ""
