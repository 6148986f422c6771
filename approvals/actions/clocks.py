"""Clocks that stand still (不计时) and go on; every date that hangs on them is counted anew in the same act (R42)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions.clock_letters import suspension_issue
from approvals.actions.decisions import task_cases, task_held
from approvals.actions.rounds import SECONDS, each_case
from approvals.actions.routing import dates_expected, dates_set, matters_held
from approvals.actions.staff_telling import staff_tell
from approvals.actions.telling import tell
from approvals.actions.window import lease_take
from approvals.models import Case, CaseMatter, Extension, Suspension, Task
from approvals.queries.bundles import case_parts, places_of
from approvals.queries.clocks import cases_to_resume
from approvals.queries.desks import desk_tasks
from approvals.rules.clocks import SUSPENSION_DAYS_MOST, limit_computed
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import Role, staff_of
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import Refused, Stale, locked, moment, move
from yiwu_portal.workdays import service as workdays


def task_suspend(*, by: User, task_id: int, ground: str, expected_on: date, note: str = "") -> Task:
    """Let the clock stand still on a ground of the law until a day told in writing (ALL art. 45); dates move at once.

    From today to `expected_on`, both included. Raises `Refused` for a day in the past or more than a year away.
    """
    if ground not in Suspension.Ground.values:
        raise Refused(_("Choose one of the grounds of the law. Nothing was changed."))
    with locked(task_cases(tasks=desk_tasks(by), task_id=task_id)) as case:
        matters = matters_held(case=case)
        task = task_held(tasks=desk_tasks(by), task_id=task_id, by=by, permission="approvals.task_suspend")
        if task.state != Task.State.OPEN:
            raise Stale(_("This task is not open (any more). Nothing was changed."))
        lease_take(row=task, by=by)
        today = timezone.localdate(moment())
        if not today <= expected_on <= today + timedelta(days=SUSPENSION_DAYS_MOST):
            raise Refused(_("Choose a last day from today on, at most a year away. Nothing was changed."))
        task.claimed_by = task.claimed_until = None
        move(task, "suspend")
        suspension = Suspension.objects.create(
            task=task,
            ground=ground,
            note=note,
            note_language=by.language if note else "",
            first_on=today,
            expected_on=expected_on,
            by=by,
            created_at=moment(),
        )
        matter = matters[task.case_matter_id]
        before = matter.promised_due_on
        dates_recount(case=case, matters=matters, tasks=[task])
        suspension_issue(case=case, matter=matter, suspension=suspension, by=by)
        more = {
            "ground": suspension.get_ground_display,
            "note": lambda: note,
            "until": lambda: workdays.date_words(expected_on, year=True),
            "promised": lambda: _promised(matter),
        }
        tell(case=case, kind="task_suspended", key=f"suspension:{suspension.pk}", matter=matter, more=more)
        data = {"ground": ground, "until": expected_on.isoformat(), **_moved(before, matter)}
        record(verb="task_suspend", by=by, stream=case.stream, subject=task, person_id=case.applicant_id, data=data)
    return task


def task_resume(*, by: User, task_id: int) -> Task:
    """Let the clock go on before its day: today counts again, and the dates come nearer."""
    with locked(task_cases(tasks=desk_tasks(by), task_id=task_id)) as case:
        matters = matters_held(case=case)
        task = task_held(tasks=desk_tasks(by), task_id=task_id, by=by, permission="approvals.task_resume")
        if task.state != Task.State.SUSPENDED:
            raise Stale(_("The clock of this task does not stand still (any more). Nothing was changed."))
        _go_on(case, matters, task, by=by)
    return task


def suspensions_end(*, seconds: float = SECONDS) -> int:
    """Let every clock go on whose last day of standing still has passed; returns in how many cases."""
    return each_case(cases=cases_to_resume(timezone.localdate()), act=_end_over, seconds=seconds).checked()


def _end_over(case: Case) -> bool:
    matters = matters_held(case=case)
    over = Suspension.objects.filter(ended_on=None, expected_on__lt=timezone.localdate())
    tasks = Task.objects.filter(case_matter__in=matters, state=Task.State.SUSPENDED)
    held = list(
        tasks.filter(pk__in=over.values("task_id"))
        .select_related("step")
        .select_for_update(of=("self",))
        .order_by("id")
    )
    for task in held:
        _go_on(case, matters, task, by=None)
    return bool(held)


def _go_on(case: Case, matters: Mapping[int, CaseMatter], task: Task, *, by: User | None) -> None:
    """End the running suspension: on its told day when that has passed, else yesterday, so that today counts."""
    suspension = task.suspensions.select_for_update().get(ended_on=None)
    yesterday = timezone.localdate(moment()) - timedelta(days=1)
    suspension.ended_on, suspension.ended_by = min(yesterday, suspension.expected_on), by
    suspension.save(update_fields=["ended_on", "ended_by"])
    move(task, "resume")
    matter = matters[task.case_matter_id]
    before = matter.promised_due_on
    dates_recount(case=case, matters=matters, tasks=[task])
    if matter.promised_due_on != before:
        more = {"promised": lambda: _promised(matter)}
        tell(case=case, kind="task_resumed", key=f"resumed:{suspension.pk}", matter=matter, more=more)
    if by is None:
        staff_tell(
            users=staff_of(task.organisation_id, Role.OFFICER),
            kind="desk_task_resumed",
            key=f"resumed:{suspension.pk}",
            path=f"/desk/{task.pk}/",
            words={
                "reference": lambda: case.reference,
                "due": lambda: workdays.date_words(task.due_on, year=True) if task.due_on else "",
            },
        )
    data = {"ended_on": suspension.ended_on.isoformat(), **_moved(before, matter)}
    record(verb="task_resume", by=by, stream=case.stream, subject=task, person_id=case.applicant_id, data=data)


def dates_recount(*, case: Case, matters: Mapping[int, CaseMatter], tasks: Iterable[Task]) -> None:
    """Count the dates of a case's running matters, of these tasks, and of what waits behind them; saves what changed.

    The case and its matters are held locked; `matters` are all of them, as `matters_held` gives them.
    """
    running = [matter for matter in matters.values() if matter.state == CaseMatter.State.RUNNING]
    rows = list(Suspension.objects.filter(task__case_matter__in=running).select_related("task"))
    more = {one.case_matter_id: one for one in Extension.objects.filter(case_matter__in=running, is_approved=True)}
    for matter in running:
        if matter.started_at is None:
            continue
        before = matter.promised_computation, matter.statutory_computation
        dates_set(
            matter=matter,
            start=timezone.localdate(matter.started_at),
            suspensions=[_still(row) for row in rows if row.task.case_matter_id == matter.pk],
            more=more[matter.pk].days if matter.pk in more else 0,
        )
        if before != (matter.promised_computation, matter.statutory_computation):
            matter.save()
    for task in tasks:
        extension = more.get(task.case_matter_id)
        own = [_still(row) for row in rows if row.task_id == task.pk]
        _task_recount(task, own, extension.days if extension and extension.task_id == task.pk else 0)
    if case.bundle_id:
        dates_expected(matters=matters, places=places_of(case_parts(case)))


def _task_recount(task: Task, suspensions: list[workdays.Suspension], more: int) -> None:
    if task.due_computation is None:
        return
    start = workdays.Computation.from_dict(task.due_computation).start
    limit = workdays.Limit(task.step.days, workdays.Unit.WORKING_DAY)
    due = limit_computed(workdays.calendar_now(), start, limit, suspensions=suspensions, more=more)
    if due.as_dict() != task.due_computation:
        task.due_on, task.due_computation = due.end, due.as_dict()
        task.save(update_fields=["due_on", "due_computation"])


def _still(row: Suspension) -> workdays.Suspension:
    return workdays.Suspension(row.first_on, row.ended_on or row.expected_on)


def _promised(matter: CaseMatter) -> str:
    return workdays.date_words(matter.promised_due_on, year=True) if matter.promised_due_on else ""


def _moved(before: date | None, matter: CaseMatter) -> dict[str, str]:
    after = matter.promised_due_on
    if before is None or after is None or before == after:
        return {}
    return {"promised_before": before.isoformat(), "promised": after.isoformat()}
