"""Opinions between departments: asking several at once, answering, taking a question back."""

from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.actions import opinions as actions
from approvals.forms.desks import OpinionAnswerForm, OpinionAskForm
from approvals.models import Opinion, Task
from approvals.queries.opinions import opinions_asked, opinions_sought
from approvals.views.desks import act, task_get
from approvals.views.guards import officer_required
from yiwu_portal.accounts.service import SignedIn
from yiwu_portal.centre.service import Role
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.web.service import go, page


@officer_required
@require_http_methods(["GET", "POST"])
def opinion_ask(request: SignedIn, pk: int) -> HttpResponse:
    """Ask other departments; a refusal keeps what was typed."""
    task = task_get(request, pk, Role.OFFICER)
    form = OpinionAskForm(request.POST or None, task=task)
    if request.method == "POST" and form.is_valid():
        ask = partial(actions.opinion_ask, by=request.user, task_id=pk, **form.given())
        if _done(form, ask):
            messages.success(request, _("Asked. The answers appear on this page; your clock goes on."))
            return go(request, "task_show", pk)
    context = {"task": task, "case": task.case_matter.case, "form": form}
    return page(request, "approvals/opinion_ask.html", context, status=422 if form.is_bound else 200)


@officer_required
@require_http_methods(["GET", "POST"])
def opinion_answer(request: SignedIn, pk: int) -> HttpResponse:
    """What the asked department sees: the matter, the question, its own answer. What was typed is never lost."""
    opinion = opinions_asked(request.user).filter(pk=pk).first()
    if opinion is None:
        raise Http404
    form = OpinionAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = partial(actions.opinion_answer, by=request.user, opinion_id=pk, **form.cleaned_data)
        if _done(form, answer):
            messages.success(request, _("Answered. The department that asked is told."))
            return go(request, "opinion_answer", pk)
        opinion = opinions_asked(request.user).get(pk=pk)
    context = {"opinion": opinion, "form": form, "is_waiting": _is_waiting(opinion)}
    return page(request, "approvals/opinion_answer.html", context, status=422 if form.is_bound else 200)


@officer_required
@require_POST
def opinion_revoke(request: SignedIn, pk: int) -> HttpResponse:
    """Take a question back."""
    opinion = opinions_sought(request.user).filter(pk=pk).first()
    if opinion is None:
        raise Http404
    revoke = partial(actions.opinion_revoke, by=request.user, opinion_id=pk)
    return act(request, opinion.task_id, revoke, done=_("Taken back."))


def _is_waiting(opinion: Opinion) -> bool:
    is_open = opinion.revoked_at is None and opinion.answered_at is None
    return is_open and opinion.task.state in Task.AT_WORK


def _done(form: forms.Form, verb: Callable[[], object]) -> bool:
    """Do it; a refusal stands above the form, which keeps what was typed."""
    try:
        verb()
    except NotYours:
        raise  # not hers is not there
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
