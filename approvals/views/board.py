"""The manager's board: every department and window, the work behind each figure, and handing work over."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.actions import board as actions
from approvals.forms.desks import HandOverForm
from approvals.models import Case, Task
from approvals.queries import board as queries
from approvals.views.guards import manager_required
from yiwu_portal.accounts.service import SignedIn
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.web.service import go, page, paginate
from yiwu_portal.workdays import service as workdays

LISTED = 50


@manager_required
@require_http_methods(["GET"])
def board_show(request: SignedIn) -> HttpResponse:
    """All departments and windows at a glance."""
    serving = queries.serving_today()
    lines = queries.board_lines(request.user, serving)
    context = {
        "lines": lines,
        "unserved": [line for line in lines if line.is_unserved],
        "windows": queries.board_windows(request.user, serving),
        "today": workdays.today(),
    }
    return page(request, "approvals/board_show.html", context)


@manager_required
@require_http_methods(["GET"])
def board_tasks(request: SignedIn) -> HttpResponse:
    """The departments' tasks behind a figure."""
    return _list(request, queries.board_tasks_listed, "approvals/board_tasks.html")


@manager_required
@require_http_methods(["GET"])
def board_cases(request: SignedIn) -> HttpResponse:
    """The windows' cases behind a figure."""
    return _list(request, queries.board_cases_listed, "approvals/board_cases.html")


@manager_required
@require_http_methods(["GET", "POST"])
def task_reassign(request: SignedIn, pk: int) -> HttpResponse:
    """Hand a task to a colleague of its department."""
    task = queries.board_task(request.user, pk)
    if task is None:
        raise Http404
    hand = partial(actions.task_reassign, by=request.user, task_id=pk)
    back = ("board_tasks", task.organisation.code)
    context = {"task": task, "holder": task, "reference": task.case_matter.case.reference}
    return _hand(request, queries.officers_for(task), hand, back, context, is_open=task.state == Task.State.OPEN)


@manager_required
@require_http_methods(["GET", "POST"])
def case_reassign(request: SignedIn, reference: str) -> HttpResponse:
    """Hand a case to a clerk of its windows."""
    case = queries.board_case(request.user, reference)
    if case is None:
        raise Http404
    hand = partial(actions.case_reassign, by=request.user, reference=reference)
    back = ("board_cases", case.organisation.code)
    context = {"case": case, "holder": case, "reference": reference}
    return _hand(request, queries.clerks_for(case), hand, back, context, is_open=case.state == Case.State.SUBMITTED)


@manager_required
@require_POST
def task_lease_break(request: SignedIn, pk: int) -> HttpResponse:
    """End the claim on a task."""
    return _do(request, partial(actions.task_lease_break, by=request.user, task_id=pk), "task_reassign", pk)


@manager_required
@require_POST
def case_lease_break(request: SignedIn, reference: str) -> HttpResponse:
    """End the claim on a case."""
    verb = partial(actions.case_lease_break, by=request.user, reference=reference)
    return _do(request, verb, "case_reassign", reference)


def _list(request: SignedIn, listed: Any, template: str) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("view", "organisation")}
    context = {
        "rows": paginate(request, listed(request.user, **asked), LISTED),
        "today": workdays.today(),
        **asked,
    }
    return page(request, template, context)


def _hand(
    request: SignedIn, colleagues: Any, verb: Any, back: tuple[str, str], context: dict[str, Any], *, is_open: bool
) -> HttpResponse:
    form = HandOverForm(request.POST or None, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        return _do(request, partial(verb, **form.cleaned_data), *_here(context), done=_("Handed over."))
    context |= {"form": form, "colleagues": colleagues, "is_open": is_open, "back": back}
    return page(request, "approvals/work_reassign.html", context, status=422 if form.is_bound else 200)


def _here(context: dict[str, Any]) -> tuple[Any, ...]:
    return ("task_reassign", context["task"].pk) if "task" in context else ("case_reassign", context["reference"])


def _do(request: SignedIn, verb: Any, name: str, *args: Any, done: str = "") -> HttpResponse:
    try:
        verb()
    except NotYours:
        raise  # not hers is not there
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done or _("The claim is ended; anyone who serves there can take it."))
    return go(request, name, *args)
