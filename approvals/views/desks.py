"""The department's desk: a work list by clock, a task with the papers its step needs, grant, refuse or propose."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.actions import decisions
from approvals.actions import desks as actions
from approvals.forms.desks import HandOverForm, TaskSendBackForm, VerdictForm
from approvals.models import Case, Decision, Task
from approvals.queries.board import officers_for
from approvals.queries.cases import material_of
from approvals.queries.decisions import decision_of_task
from approvals.queries.desks import (
    desk_counts,
    desk_inbox,
    desk_matters,
    task_materials,
    task_proposals,
    task_whole,
)
from approvals.queries.opinions import opinion_totals, opinions_seen, opinions_waiting
from approvals.queries.pictures import case_picture
from approvals.queries.timeline import case_clock, case_timeline
from approvals.rules.results import result_label
from approvals.views.drafts import answers_shown
from approvals.views.guards import desk_required, head_required, officer_required
from yiwu_portal.accounts.service import SignedIn
from yiwu_portal.centre.service import Role, has_role
from yiwu_portal.documents.service import paper_response
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.people.service import person_look
from yiwu_portal.web.service import go, page, paginate
from yiwu_portal.workdays import service as workdays

VIEWS = ("all", "mine", "proposed", "suspended", "late")
ASKED_LISTED = 20  # questions of other departments above the work list


@desk_required
@require_http_methods(["GET"])
def desk_list(request: SignedIn) -> HttpResponse:
    """What the departments of the asker work on, the earliest due first; a head's list begins with what she signs."""
    is_officer = has_role(request.user, Role.OFFICER)
    asked = {name: request.GET.get(name, "").strip() for name in ("view", "matter", "q")}
    view = asked["view"] if asked["view"] in VIEWS else "all" if is_officer else "proposed"
    tasks = paginate(request, desk_inbox(request.user, **asked | {"view": view}), 50)
    today, totals = workdays.today(), opinion_totals(tasks)
    for task in tasks:
        task.opinion_total = totals.get(task.pk)
    context = {
        **asked,
        "view": view,
        "tasks": tasks,
        "today": today,
        "counts": desk_counts(request.user, today),
        "matters": desk_matters(request.user),
        "opinions": opinions_waiting(request.user)[:ASKED_LISTED] if is_officer else [],
        "is_officer": is_officer,
    }
    return page(request, "approvals/desk_list.html", context)


@desk_required
@require_http_methods(["GET"])
def task_show(request: SignedIn, pk: int) -> HttpResponse:
    """One task: what was applied for, the papers this step needs, what others said, and the verdicts."""
    task = task_get(request, pk)
    case = task.case_matter.case
    person_look(by=request.user, person=case.owner, task="task_review")
    materials = list(task_materials(task))
    context = {
        "task": task,
        "case": case,
        "materials": materials,
        "shown": next(
            (m for m in materials if str(m.pk) == request.GET.get("paper")), materials[0] if materials else None
        ),
        # least sight: what this matter asks, not what its neighbours in a bundle ask
        "answers": answers_shown(case, _matter_form(task)),
        "picture": case_picture(case),
        "clock": case_clock(case),
        "timeline": case_timeline(case),
        "opinions": opinions_seen(request.user, task) if task.has_opinions else [],  # type: ignore[attr-defined]
        "proposals": _proposals_shown(task),
        "decision": decision_of_task(task) if task.state == Task.State.DECIDED else None,
        "is_officer": has_role(request.user, Role.OFFICER, organisation_id=task.organisation_id),
        "is_head": has_role(request.user, Role.HEAD, organisation_id=task.organisation_id),
    }
    return page(request, "approvals/task_show.html", context)


def _proposals_shown(task: Task) -> list[Any]:
    proposals = task_proposals(task)
    for proposal in proposals:
        rows = [(result_label(key), value) for key, value in proposal.results.items()]
        proposal.results_shown = rows  # type: ignore[attr-defined]
    return proposals


@officer_required
@require_POST
def task_claim(request: SignedIn, pk: int) -> HttpResponse:
    """Take the task."""
    return act(request, pk, lambda: actions.task_claim(by=request.user, task_id=pk))


@officer_required
@require_POST
def task_release(request: SignedIn, pk: int) -> HttpResponse:
    """Give the task back."""
    return act(request, pk, lambda: actions.task_release(by=request.user, task_id=pk))


@officer_required
@require_http_methods(["GET", "POST"])
def task_hand_over(request: SignedIn, pk: int) -> HttpResponse:
    """Hand the task to a colleague."""
    task = task_get(request, pk, Role.OFFICER)
    colleagues = officers_for(task).exclude(pk=request.user.pk)
    form = HandOverForm(request.POST or None, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        hand = partial(actions.task_hand_over, by=request.user, task_id=pk, **form.cleaned_data)
        return act(request, pk, hand, done=_("Handed over."))
    context = {"task": task, "case": task.case_matter.case, "form": form, "colleagues": colleagues}
    return page(request, "approvals/task_hand_over.html", context, status=422 if form.is_bound else 200)


@officer_required
@require_http_methods(["GET", "POST"])
def task_grant(request: SignedIn, pk: int) -> HttpResponse:
    """Grant (准予)."""
    return _verdict(request, pk, Decision.Outcome.GRANTED, decisions.task_grant, _("Granted."))


@officer_required
@require_http_methods(["GET", "POST"])
def task_refuse(request: SignedIn, pk: int) -> HttpResponse:
    """Refuse (不予许可)."""
    return _verdict(request, pk, Decision.Outcome.REFUSED, decisions.task_refuse, _("Refused."))


@officer_required
@require_http_methods(["GET", "POST"])
def task_propose(request: SignedIn, pk: int) -> HttpResponse:
    """Propose a decision, where two sign (双签); `?outcome=` says which."""
    refused = request.GET.get("outcome") == Decision.Outcome.REFUSED
    outcome = Decision.Outcome.REFUSED if refused else Decision.Outcome.GRANTED
    propose = partial(decisions.task_propose, outcome=outcome)
    done = _("Proposed. The head of the department signs it, or sends it back.")
    return _verdict(request, pk, outcome, propose, done, template="approvals/task_propose.html")


@head_required
@require_POST
def task_sign(request: SignedIn, pk: int) -> HttpResponse:
    """Sign what was proposed."""
    sign = partial(decisions.task_sign, by=request.user, task_id=pk)
    return act(request, pk, sign, done=_("Signed. The decision is issued."))


@head_required
@require_http_methods(["GET", "POST"])
def task_send_back(request: SignedIn, pk: int) -> HttpResponse:
    """Send what was proposed back to the department."""
    task = task_get(request, pk, Role.HEAD)
    form = TaskSendBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        send_back = partial(decisions.task_send_back, by=request.user, task_id=pk, **form.cleaned_data)
        return act(request, pk, send_back, done=_("Sent back to the department."))
    context = {"task": task, "case": task.case_matter.case, "form": form}
    return page(request, "approvals/task_send_back.html", context, status=422 if form.is_bound else 200)


@desk_required
@require_http_methods(["GET"])
def desk_material(request: SignedIn, pk: int, material: int) -> HttpResponse:
    """A paper this task needs; the look is recorded."""
    task = task_get(request, pk)
    paper = material_of(task_materials(task), material)
    if paper is None:
        raise Http404
    person_look(by=request.user, person_id=paper.evidence.person_id, task="task_review")
    return paper_response(paper.evidence.upload, paper.evidence.document)


def task_get(request: SignedIn, pk: int, role: str = "") -> Task:
    """A task of the asker's department, in which she has the role where one is named, or 404."""
    task = task_whole(request.user, pk)
    if task is None or (role and not has_role(request.user, role, organisation_id=task.organisation_id)):
        raise Http404
    return task


def _matter_form(task: Task) -> Any:
    """The form of the task's own matter, out of the matters that were read with their forms."""
    matters = task.case_matter.case.matters.all()
    return next(matter.edition.form for matter in matters if matter.pk == task.case_matter_id)


def _verdict(request: SignedIn, pk: int, outcome: str, verb: Any, done: str, *, template: str = "") -> HttpResponse:
    task = task_get(request, pk, Role.OFFICER)
    if task.state != Task.State.OPEN or task.case_matter.case.state != Case.State.ACCEPTED:
        messages.error(request, _("This has already been decided, or was withdrawn. Nothing was changed."))
        return go(request, "task_show", pk)
    form = VerdictForm(request.POST or None, task=task, outcome=outcome)
    if request.method == "POST" and form.is_valid():
        return act(request, pk, partial(verb, by=request.user, task_id=pk, **form.given()), done=done)
    context = {"task": task, "case": task.case_matter.case, "form": form, "outcome": outcome}
    template = template or f"approvals/{verb.__name__}.html"
    return page(request, template, context, status=422 if form.is_bound else 200)


def act(request: SignedIn, pk: int, verb: Any, done: str = "") -> HttpResponse:
    """Do it, say what became of it, and show the task again."""
    try:
        verb()
    except NotYours:
        raise  # not hers is not there
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if done:
            messages.success(request, done)
    return go(request, "task_show", pk)
