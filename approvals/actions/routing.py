"""Routing: what opens, what stops and what is due, in the transaction of the act it follows from (R41-R43)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from approvals.models import Case, CaseMaterial, CaseMatter, MaterialRequirement, RouteStep, Task
from approvals.queries.bundles import case_parts, places_of
from approvals.rules.bundles import Place
from approvals.rules.clocks import limit_computed
from approvals.rules.routing import in_order, matters_ready, steps_ready
from yiwu_portal.accounts.models import User
from yiwu_portal.api.service import event_tell
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import moment, move
from yiwu_portal.people import service as people
from yiwu_portal.workdays import service as workdays


def case_route(*, case: Case, by: User | None, start: date | None = None) -> None:
    """Run every matter whose turn has come, and count the dates of those still to come; the case is held locked.

    `start` is the day the clocks begin, today unless told: an application nobody answered began when it was received.
    """
    matters = matters_held(case=case)
    parts = places_of(case_parts(case))
    now = moment()
    for key in matters_ready(parts):
        matter_run(matter=matters[key], now=now, start=start or timezone.localdate(now))
        if case.bundle_id:
            record(verb="matter_run", by=by, stream=case.stream, subject=matters[key], person_id=case.applicant_id)
    if case.bundle_id:
        dates_expected(matters=matters, places=parts)


def matters_held(*, case: Case) -> dict[int, CaseMatter]:
    """The matters of a case, locked in order of their ids; `case.matters` shows the same rows from then on."""
    # of themselves alone: with the editions locked too, everybody's decisions on one matter would queue up
    list(CaseMatter.objects.select_for_update().filter(case=case).order_by("id").values_list("pk"))
    getattr(case, "_prefetched_objects_cache", {}).pop("matters", None)  # what was read before the lock may be old
    rows = CaseMatter.objects.select_related("edition__matter").order_by("id")
    prefetch_related_objects([case], Prefetch("matters", rows))
    return {matter.pk: matter for matter in case.matters.all()}


def matter_run(*, matter: CaseMatter, now: datetime, start: date) -> None:
    """Start a matter's clock and create its tasks, open where nothing comes before them."""
    matter.started_at = now
    dates_set(matter=matter, start=start)
    move(matter, "run")
    steps = list(RouteStep.objects.filter(edition=matter.edition_id).prefetch_related("depends_on"))
    ready = set(steps_ready({step.pk: [d.pk for d in step.depends_on.all()] for step in steps}, set(), set()))
    for step in steps:
        task = Task(case_matter=matter, step=step, organisation_id=step.organisation_id)
        if step.pk in ready:
            task_open(task=task, now=now, start=start)
        else:
            task.save()


def task_open(*, task: Task, now: datetime, start: date) -> None:
    """Open a task and say when the department is due."""
    task.opened_at = now
    due = workdays.due(start, workdays.Limit(task.step.days, workdays.Unit.WORKING_DAY))
    task.due_on, task.due_computation = due.end, due.as_dict()
    move(task, "open")
    said = {"task": task.pk, "due_on": str(task.due_on)}
    event_tell(kind="task_opened", organisation_id=task.organisation_id, key=f"task:{task.pk}", data=said)


def dates_set(*, matter: CaseMatter, start: date, suspensions: Iterable[Any] = (), more: int = 0) -> None:
    """Count what is promised and what the law allows, from `start`; the caller saves the row."""
    edition, calendar, still = matter.edition, workdays.calendar_now(), list(suspensions)

    def counted(amount: int, unit: str) -> workdays.Computation:
        limit = workdays.Limit(amount, workdays.Unit(unit))
        return limit_computed(calendar, start, limit, suspensions=still, more=more)

    promised = counted(edition.promised_amount, edition.promised_unit)
    matter.promised_due_on, matter.promised_computation = promised.end, promised.as_dict()
    if edition.statutory_amount is not None:
        statutory = counted(edition.statutory_amount, edition.statutory_unit)
        matter.statutory_due_on, matter.statutory_computation = statutory.end, statutory.as_dict()


def dates_expected(*, matters: Mapping[int, CaseMatter], places: Mapping[int, Place]) -> None:
    """Count the dates of matters that still wait, each from the promised end of those before it."""
    for key in in_order(places):
        matter = matters[key]
        if matter.state != CaseMatter.State.WAITING:
            continue
        ends = [matters[one].promised_due_on for one in places[key].after]
        before, expected = matter.promised_computation, max(end for end in ends if end)
        dates_set(matter=matter, start=expected)
        if matter.promised_computation != before:
            matter.save()


def route_on(*, matter: CaseMatter, now: datetime) -> bool:
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
            task_open(task=task, now=now, start=timezone.localdate(now))
    return any(task.state not in (Task.State.DECIDED, Task.State.STOPPED) for task in tasks)


def matter_stop(*, matter: CaseMatter) -> None:
    """Stop an undecided matter and what its departments still work on."""
    move(matter, "stop")
    tasks_stop(matter=matter)


def tasks_stop(*, matter: CaseMatter) -> None:
    """Stop every task of a matter that is not decided."""
    for task in matter.tasks.select_for_update().order_by("id"):
        if task.state == Task.State.WAITING or task.state in Task.AT_WORK:
            task.claimed_by = task.claimed_until = None
            move(task, "stop")


def result_flow(*, case: Case, matter: CaseMatter, decision: Any, by: User) -> None:
    """Hand what a granted matter gives on to the matters after it: its document as evidence, its numbers as answers."""
    gives = matter.edition.gives
    if answers := {key: decision.results[key] for key in gives.get("answers", {}) if key in decision.results}:
        case.answers = {**case.answers, **answers}
        case.save(update_fields=["answers", "changed_at"])
    code = gives.get("evidence_type")
    if not code or case.applicant is None:
        return
    evidence = people.evidence_issued(person=case.applicant, type_code=code, document=decision.document)
    others = [one.edition_id for one in case.matters.all() if one.pk != matter.pk]
    wanted = MaterialRequirement.objects.filter(edition_id__in=others, evidence_type__code=code).order_by("id").first()
    if wanted is None:
        return
    material = CaseMaterial.objects.create(
        case=case,
        requirement=wanted,
        evidence=evidence,
        was_reused=True,
        verdict=CaseMaterial.Verdict.OK,
        checked_by=by,
    )
    record(
        verb="result_flow",
        by=by,
        stream=case.stream,
        subject=material,
        person_id=case.applicant_id,
        data={"evidence_type": code, "document": decision.document.number},
    )
