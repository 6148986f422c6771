"""A decision: taken once by its department, signed twice where the matter says so; everything that follows from it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions.routing import case_route, matter_stop, matters_held, result_flow, route_on, tasks_stop
from approvals.actions.telling import decision_issue, tell
from approvals.actions.window import lease_take, reason_require
from approvals.models import Case, CaseMatter, Decision, Gap, Proposal, StandardReason, Task
from approvals.queries.bundles import case_parts, places_of
from approvals.queries.desks import desk_tasks, head_tasks
from approvals.rules.results import results_read
from approvals.rules.routing import matters_stopping
from yiwu_portal.accounts.models import User
from yiwu_portal.api.service import event_tell
from yiwu_portal.facts.service import CaseClosed, publish
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale, locked, moment, move, require

Results = Mapping[str, str]


def task_grant(*, by: User, task_id: int, reason: StandardReason, note: str = "", results: Results = {}) -> Task:  # noqa: B006 - only read
    """Grant (准予), as far as this department is concerned; the last step grants the matter.

    `results` are the numbers the result carries (a new credit code), where the matter gives any.
    """
    return _answer(by=by, task_id=task_id, outcome="granted", reason=reason, note=note, results=results)


def task_refuse(*, by: User, task_id: int, reason: StandardReason, note: str = "") -> Task:
    """Refuse (不予许可): the matter is refused with this reason, its other steps stop, its bundle's rule applies."""
    return _answer(by=by, task_id=task_id, outcome="refused", reason=reason, note=note, results={})


def task_propose(
    *,
    by: User,
    task_id: int,
    outcome: str,
    reason: StandardReason,
    note: str = "",
    results: Results = {},  # noqa: B006
) -> Task:
    """Propose a decision that the head of the department signs (双签)."""
    reason_require(reason=reason, use=outcome)
    with locked(task_cases(tasks=desk_tasks(by), task_id=task_id)) as case:
        matters = matters_held(case=case)
        task = task_held(tasks=desk_tasks(by), task_id=task_id, by=by, permission="approvals.task_propose")
        matter = matters[task.case_matter_id]
        _open_require(task, matter)
        lease_take(row=task, by=by)
        checked = _results(matter, task, outcome, results)
        _gaps_require(case, matter, outcome)
        task.claimed_by = task.claimed_until = None
        move(task, "propose")
        Proposal.objects.create(
            task=task, outcome=outcome, reason=reason, note=note, results=checked, by=by, proposed_at=moment()
        )
        _note("task_propose", case, task, by, {"outcome": outcome, "reason": reason.code})
    return task


def task_sign(*, by: User, task_id: int) -> Task:
    """Sign a proposed decision: it is taken as proposed. Nobody signs her own proposal."""
    with locked(task_cases(tasks=head_tasks(by), task_id=task_id)) as case:
        matters = matters_held(case=case)
        task = task_held(tasks=head_tasks(by), task_id=task_id, by=by, permission="approvals.task_sign")
        proposal = _proposal_take(task, by=by, is_signed=True)
        matter = matters[task.case_matter_id]
        _gaps_require(case, matter, proposal.outcome)
        _note("task_sign", case, task, by, {"proposal": proposal.pk})
        _decide(case, matter, task, proposal, by=proposal.by, signed_by=by)
    return task


def task_send_back(*, by: User, task_id: int, answer: str) -> Task:
    """Send a proposal back to the department with a word on why; the task is open again."""
    if not answer.strip():
        raise Refused(_("Say why it goes back. Nothing was changed."))
    with locked(task_cases(tasks=head_tasks(by), task_id=task_id)) as case:
        task = task_held(tasks=head_tasks(by), task_id=task_id, by=by, permission="approvals.task_send_back")
        proposal = _proposal_take(task, by=by, is_signed=False, answer=answer)
        move(task, "send_back")
        _note("task_send_back", case, task, by, {"proposal": proposal.pk})
    return task


def _proposal_take(task: Task, *, by: User, is_signed: bool, answer: str = "") -> Proposal:
    waiting = task.proposals.select_for_update(of=("self",)).filter(is_signed=None)
    proposal = waiting.select_related("reason", "by").first()
    if proposal is None:
        raise Stale(_("Nothing waits for a signature here (any more). Nothing was changed."))
    if proposal.by_id == by.pk:
        raise Refused(_("You proposed this yourself; the second signature is somebody else's. Nothing was changed."))
    proposal.is_signed, proposal.answered_by, proposal.answered_at = is_signed, by, moment()
    proposal.answer = answer
    proposal.save()
    return proposal


def _answer(*, by: User, task_id: int, outcome: str, reason: StandardReason, note: str, results: Results) -> Task:
    """One task decided once, and in the same transaction all that follows from it."""
    reason_require(reason=reason, use=outcome)
    verb = "task_grant" if outcome == Decision.Outcome.GRANTED else "task_refuse"
    with locked(task_cases(tasks=desk_tasks(by), task_id=task_id)) as case:
        matters = matters_held(case=case)
        task = task_held(tasks=desk_tasks(by), task_id=task_id, by=by, permission=f"approvals.{verb}")
        matter = matters[task.case_matter_id]
        _open_require(task, matter)
        if task.step.signatures > 1:
            raise Refused(_("This needs two signatures: propose it, and the head of the department signs."))
        lease_take(row=task, by=by)
        _gaps_require(case, matter, outcome)
        proposal = Proposal(
            outcome=outcome, reason=reason, note=note, results=_results(matter, task, outcome, results), by=by
        )
        _decide(case, matter, task, proposal, by=by, signed_by=None)
    return task


def _decide(
    case: Case, matter: CaseMatter, task: Task, proposal: Proposal, *, by: User, signed_by: User | None
) -> None:
    now = moment()
    task.decided_at, task.decided_by = now, by
    task.claimed_by = task.claimed_until = None
    move(task, "decide")
    verb = "task_grant" if proposal.outcome == Decision.Outcome.GRANTED else "task_refuse"
    _note(verb, case, task, by, {"reason": proposal.reason.code, "step": task.step.code})
    if proposal.outcome == Decision.Outcome.REFUSED:
        _matter_settle(case, matter, task, proposal, "refuse", by=by, signed_by=signed_by, now=now)
    elif not route_on(matter=matter, now=now):
        _matter_settle(case, matter, task, proposal, "grant", by=by, signed_by=signed_by, now=now)


def _matter_settle(
    case: Case,
    matter: CaseMatter,
    task: Task,
    proposal: Proposal,
    transition: str,
    *,
    by: User,
    signed_by: User | None,
    now: datetime,
) -> None:
    """Decide the matter, issue its document, tell the applicant; go on with the bundle, or close the case."""
    matter.decided_at = now
    move(matter, transition)
    tasks_stop(matter=matter)
    granted = matter.state == CaseMatter.State.GRANTED
    days = matter.edition.result_validity_days
    decision = Decision(
        case_matter=matter,
        outcome=matter.state,
        reason=proposal.reason,
        note=proposal.note,
        results=proposal.results if granted else {},
        by=by,
        signed_by=signed_by,
        organisation=task.organisation,
        decided_at=now,
        valid_until=timezone.localdate(now) + timedelta(days=days) if granted and days else None,
    )
    decision.document = decision_issue(case=case, decision=decision, by=by)
    decision.save()
    kind = "matter_granted" if granted else "matter_refused"
    tell(case=case, kind=kind, key=f"matter:{matter.pk}", matter=matter, reason=proposal.reason)
    said = {"reference": case.reference, "task": task.pk, "outcome": matter.state, "document": decision.document.number}
    event_tell(kind="matter_decided", organisation_id=task.organisation_id, key=f"matter:{matter.pk}", data=said)
    record(
        verb=f"matter_{transition}",
        by=by,
        stream=case.stream,
        subject=matter,
        person_id=case.applicant_id,
        data={"document": decision.document.number},
    )
    if case.bundle_id:
        _bundle_go_on(case, matter, decision, by=by)
    _case_settle(case, by=by, now=now)


def _bundle_go_on(case: Case, matter: CaseMatter, decision: Decision, *, by: User) -> None:
    """The rest of the bundle: results flow and the next matters open, or the bundle's rule for a refusal applies."""
    if matter.state == CaseMatter.State.GRANTED:
        result_flow(case=case, matter=matter, decision=decision, by=by)
    else:
        matters = {one.pk: one for one in case.matters.all()}
        for key in matters_stopping(places_of(case_parts(case)), matter.pk):
            matter_stop(matter=matters[key])
            record(verb="matter_stop", by=by, stream=case.stream, subject=matters[key], person_id=case.applicant_id)
    case_route(case=case, by=by)


def _case_settle(case: Case, *, by: User, now: datetime) -> None:
    """Close the case after its last matter (办结)."""
    states = {matter.state for matter in case.matters.all()}
    if states & {CaseMatter.State.WAITING, CaseMatter.State.RUNNING}:
        return
    case.closed_at = now
    move(case, "close")
    record(verb="case_close", by=by, stream=case.stream, person_id=case.applicant_id)
    granted = CaseMatter.State.GRANTED
    outcome = "granted" if states == {granted} else "partly_granted" if granted in states else "refused"
    publish(CaseClosed(reference=str(case.reference), person_id=case.applicant_id or 0, outcome=outcome))


def _open_require(task: Task, matter: CaseMatter) -> None:
    if task.state == Task.State.SUSPENDED:
        raise Stale(_("The clock of this task stands still. Let it go on before you decide."))
    if task.state != Task.State.OPEN or matter.state != CaseMatter.State.RUNNING:
        raise Stale(_("This has already been decided, or was withdrawn. Nothing was changed."))


def _gaps_require(case: Case, matter: CaseMatter, outcome: str) -> None:
    """A result only after the papers that were to follow are there and in order (容缺后补)."""
    if outcome != Decision.Outcome.GRANTED:
        return
    kinds = matter.edition.materials.values("evidence_type_id")
    if Gap.objects.filter(case=case, checked_at=None, requirement__evidence_type_id__in=kinds).exists():
        raise Refused(_("A paper that was to follow is not there yet. Nothing was changed."))


def _results(matter: CaseMatter, task: Task, outcome: str, given: Results) -> dict[str, str]:
    """The numbers the result must carry, read and checked; only the last step of a granted matter gives them."""
    wanted = matter.edition.gives.get("answers", {})
    if outcome != Decision.Outcome.GRANTED or not wanted:
        return {}
    return results_read(wanted, given)


def task_cases(*, tasks: "QuerySet[Task]", task_id: int) -> "QuerySet[Case]":
    """The case of one of the asker's tasks, to be locked first."""
    visible = tasks.filter(pk=task_id).values("case_matter__case_id")
    return Case.objects.select_related("applicant", "organisation", "bundle").filter(pk__in=visible)


def task_held(*, tasks: "QuerySet[Task]", task_id: int, by: User, permission: str) -> Task:
    """The task itself, locked after its case and matters; raises `NotYours`."""
    rows = tasks.select_for_update(of=("self",))
    task = rows.select_related("step", "organisation", "claimed_by", "case_matter__case").filter(pk=task_id).first()
    if task is None:
        raise NotYours(_("This page does not exist, or is not yours to see."))
    require(by, permission, task)
    return task


def _note(verb: str, case: Case, task: Task, by: User, data: dict[str, Any]) -> None:
    record(verb=verb, by=by, stream=case.stream, subject=task, person_id=case.applicant_id, data=data)
