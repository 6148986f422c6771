"""Cards of the e-supervision: a list for their owners and for whoever judges; why, appeal, answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.actions import cards as actions
from approvals.forms.clocks import CardAnswerForm, CardAppealForm, CardExplainForm
from approvals.models import Card
from approvals.queries.cards import card_seen, cards_judged, cards_listed, cards_owned
from approvals.views.guards import clock_required, judge_required, staff_required
from yiwu_portal.accounts.service import SignedIn
from yiwu_portal.centre.service import Role, departments, has_role
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.web.service import go, page, paginate


@staff_required
@require_http_methods(["GET"])
def card_list(request: SignedIn) -> HttpResponse:
    """The cards, the newest first; filters stand in the address."""
    chosen = {name: request.GET.get(name, "") for name in ("level", "appeal", "organisation")}
    judges = has_role(request.user, Role.SUPERVISOR, Role.MANAGER)
    context = {
        "cards": paginate(request, cards_listed(request.user, **chosen), 50),
        "levels": Card.Level.choices,
        "appeals": [one for one in Card.Appeal.choices if one[0]],
        "departments": departments(stationed=True) if judges else [],
        "judges": judges,
        **chosen,
    }
    return page(request, "approvals/card_list.html", context)


@clock_required
@require_http_methods(["GET", "POST"])
def card_explain(request: SignedIn, pk: int) -> HttpResponse:
    """Why are we late."""
    act = actions.card_explain
    return _asked(request, pk, CardExplainForm, act, done=_("The applicant has been told why."))


@clock_required
@require_http_methods(["GET", "POST"])
def card_appeal(request: SignedIn, pk: int) -> HttpResponse:
    """Appeal against a card."""
    act = actions.card_appeal
    return _asked(request, pk, CardAppealForm, act, done=_("A supervisor or the manager will answer."))


@judge_required
@require_http_methods(["GET", "POST"])
def card_answer(request: SignedIn, pk: int) -> HttpResponse:
    """Answer an appeal."""
    act, done = actions.card_answer, _("The answer has been given.")
    return _asked(request, pk, CardAnswerForm, act, whose=cards_judged, done=done)


def _asked(
    request: SignedIn, pk: int, form_class: Any, act: Any, *, done: str, whose: Any = cards_owned
) -> HttpResponse:
    if not whose(request.user).filter(pk=pk).exists():
        raise Http404
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(by=request.user, card_id=pk, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
        return go(request, "card_list")
    context = {"card": card_seen(request.user, pk), "form": form}
    return page(request, f"approvals/{act.__name__}.html", context, status=422 if form.is_bound else 200)
