"""Correcting a clerical error in the document of a decision."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.actions import errata as actions
from approvals.forms.desks import DecisionCorrectForm
from approvals.queries.decisions import desk_decisions
from approvals.views.guards import officer_required
from yiwu_portal.accounts.service import SignedIn
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.web.service import go, page


@officer_required
@require_http_methods(["GET", "POST"])
def decision_correct(request: SignedIn, pk: int) -> HttpResponse:
    """Say what is corrected; the document is issued anew."""
    decision = desk_decisions(request.user).filter(pk=pk).first()
    if decision is None:
        raise Http404
    form = DecisionCorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decision_correct(by=request.user, decision_id=pk, **form.cleaned_data)
        except NotYours:
            raise  # not hers is not there
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Corrected. The new document takes the place of the old one."))
            return go(request, "decision_correct", pk)
    context = {"decision": decision, "case": decision.case_matter.case, "form": form}
    return page(request, "approvals/decision_correct.html", context, status=422 if form.is_bound else 200)
