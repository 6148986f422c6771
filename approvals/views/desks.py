"""The department's desk: a work list by clock, a task with the papers its step needs, grant or refuse."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.actions import decisions
from approvals.actions import desks as actions
from approvals.forms.cases import TaskGrantForm, TaskRefuseForm
from approvals.models import Case, Task
from approvals.queries.cases import material_of
from approvals.queries.clocks import suspension_running
from approvals.queries.desks import desk_counts, desk_inbox, task_materials, task_whole
from approvals.queries.pictures import case_picture
from approvals.queries.timeline import case_clock, case_timeline
from approvals.views.drafts import answers_shown
from approvals.views.guards import officer_required
from yiwu_portal.accounts.service import SignedIn
from yiwu_portal.documents.service import paper_response
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.people.service import person_look
from yiwu_portal.web.service import go, page, paginate
from yiwu_portal.workdays import service as workdays


@officer_required
@require_http_methods(["GET"])
def desk_list(request: SignedIn) -> HttpResponse:
    """Open tasks of the officer's departments, the earliest due first."""
    view = request.GET.get("view", "all")
    today = workdays.today()
    tasks = paginate(request, desk_inbox(request.user, mine=view == "mine"), 50)
    context = {"tasks": tasks, "counts": desk_counts(request.user, today), "view": view, "today": today}
    return page(request, "approvals/desk_list.html", context)


@officer_required
@require_http_methods(["GET"])
def task_show(request: SignedIn, pk: int) -> HttpResponse:
    """One task: what was applied for, the papers this step needs, and the two verdicts."""
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
        "suspension": suspension_running(task) if task.state == Task.State.SUSPENDED else None,
        "extension": getattr(task.case_matter, "extension", None),
    }
    return page(request, "approvals/task_show.html", context)


@officer_required
@require_POST
def task_claim(request: SignedIn, pk: int) -> HttpResponse:
    """Take the task."""
    return _act(request, pk, lambda: actions.task_claim(by=request.user, task_id=pk))


@officer_required
@require_POST
def task_release(request: SignedIn, pk: int) -> HttpResponse:
    """Give the task back."""
    return _act(request, pk, lambda: actions.task_release(by=request.user, task_id=pk))


@officer_required
@require_http_methods(["GET", "POST"])
def task_grant(request: SignedIn, pk: int) -> HttpResponse:
    """Grant (准予)."""
    return _verdict(request, pk, TaskGrantForm, decisions.task_grant, _("Granted."))


@officer_required
@require_http_methods(["GET", "POST"])
def task_refuse(request: SignedIn, pk: int) -> HttpResponse:
    """Refuse (不予许可)."""
    return _verdict(request, pk, TaskRefuseForm, decisions.task_refuse, _("Refused."))


@officer_required
@require_http_methods(["GET"])
def desk_material(request: SignedIn, pk: int, material: int) -> HttpResponse:
    """A paper this task needs; the look is recorded."""
    task = task_get(request, pk)
    paper = material_of(task_materials(task), material)
    if paper is None:
        raise Http404
    person_look(by=request.user, person_id=paper.evidence.person_id, task="task_review")
    return paper_response(paper.evidence.upload, paper.evidence.document)


def task_get(request: SignedIn, pk: int) -> Task:
    """A task of the asker's department, or 404."""
    task = task_whole(request.user, pk)
    if task is None:
        raise Http404
    return task


def _matter_form(task: Task) -> Any:
    """The form of the task's own matter, out of the matters that were read with their forms."""
    matters = task.case_matter.case.matters.all()
    return next(matter.edition.form for matter in matters if matter.pk == task.case_matter_id)


def _verdict(request: SignedIn, pk: int, form_class: Any, act: Any, done: str) -> HttpResponse:
    task = task_get(request, pk)
    if task.state != Task.State.OPEN or task.case_matter.case.state != Case.State.ACCEPTED:
        messages.error(request, _("This has already been decided, or was withdrawn. Nothing was changed."))
        return go(request, "task_show", pk)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _act(request, pk, lambda: act(by=request.user, task_id=pk, **form.cleaned_data), done=done)
    context = {"task": task, "case": task.case_matter.case, "form": form}
    return page(request, f"approvals/{act.__name__}.html", context, status=422 if form.is_bound else 200)


def _act(request: SignedIn, pk: int, act: Any, done: str = "") -> HttpResponse:
    try:
        act()
    except NotYours:
        raise  # not hers is not there
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if done:
            messages.success(request, done)
    return go(request, "task_show", pk)
