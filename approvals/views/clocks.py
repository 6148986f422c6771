"""The clock of a task: let it stand still, let it go on, ask for more days, approve them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.actions import clocks as actions
from approvals.actions import extensions
from approvals.forms.clocks import ExtensionAskForm, TaskSuspendForm
from approvals.queries.clocks import extension_waiting
from approvals.views.desks import task_get
from approvals.views.guards import head_required, officer_required
from yiwu_portal.accounts.service import SignedIn
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.web.service import go, page


@officer_required
@require_http_methods(["GET", "POST"])
def task_suspend(request: SignedIn, pk: int) -> HttpResponse:
    """Let the clock stand still (不计时)."""
    return _asked(request, pk, TaskSuspendForm, actions.task_suspend, _("The clock stands still; the applicant knows."))


@officer_required
@require_POST
def task_resume(request: SignedIn, pk: int) -> HttpResponse:
    """Let the clock go on."""
    task_get(request, pk)
    _act(request, lambda: actions.task_resume(by=request.user, task_id=pk), _("The clock goes on."))
    return go(request, "task_show", pk)


@officer_required
@require_http_methods(["GET", "POST"])
def extension_ask(request: SignedIn, pk: int) -> HttpResponse:
    """Ask the head for more days (延期)."""
    return _asked(request, pk, ExtensionAskForm, extensions.extension_ask, _("The head of the department was asked."))


@head_required
@require_http_methods(["GET", "POST"])
def extension_approve(request: SignedIn, pk: int) -> HttpResponse:
    """What the officer asks for; the button approves it."""
    extension = _waiting(request, pk)
    if request.method == "POST":
        act = lambda: extensions.extension_approve(by=request.user, task_id=pk)  # noqa: E731
        _act(request, act, _("Approved. The dates have moved, and the applicant has been told why."))
        return go(request, "home")
    context = {"extension": extension, "task": extension.task, "case": extension.case_matter.case}
    return page(request, "approvals/extension_approve.html", context)


@head_required
@require_POST
def extension_refuse(request: SignedIn, pk: int) -> HttpResponse:
    """No more days."""
    _waiting(request, pk)
    act = lambda: extensions.extension_refuse(by=request.user, task_id=pk)  # noqa: E731
    _act(request, act, _("Not approved. The dates stay as they were promised."))
    return go(request, "home")


def _waiting(request: SignedIn, pk: int) -> Any:
    extension = extension_waiting(request.user, pk)
    if extension is None:
        raise Http404
    return extension


def _asked(request: SignedIn, pk: int, form_class: Any, act: Any, done: str) -> HttpResponse:
    task = task_get(request, pk)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _act(request, lambda: act(by=request.user, task_id=pk, **form.cleaned_data), done)
        return go(request, "task_show", pk)
    context = {"task": task, "case": task.case_matter.case, "form": form}
    return page(request, f"approvals/{act.__name__}.html", context, status=422 if form.is_bound else 200)


def _act(request: SignedIn, act: Any, done: str) -> None:
    try:
        act()
    except NotYours:
        raise  # not hers is not there
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
