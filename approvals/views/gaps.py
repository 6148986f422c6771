"""Papers that follow: accepted without, handed in by the applicant, checked at the window."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.actions import gaps as actions
from approvals.actions import window
from approvals.actions.following import papers_to_follow
from approvals.forms.clocks import CaseAcceptForm, GapCheckForm
from approvals.models import Case, Gap
from approvals.queries.cases import requirements_asked
from approvals.queries.clocks import gaps_of
from approvals.views.applicants import case_get
from approvals.views.drafts import material_form
from approvals.views.guards import clerk_required
from approvals.views.window import window_get
from yiwu_portal.accounts.service import SignedIn
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.web.service import go, page


@clerk_required
@require_http_methods(["GET", "POST"])
def case_accept(request: SignedIn, reference: str) -> HttpResponse:
    """Accept (受理), or accept with papers to follow (容缺受理): the page names them, the button accepts."""
    case = window_get(request, reference)
    papers = papers_to_follow(requirements=requirements_asked(case), given=case.materials.all())
    form = CaseAcceptForm(request.POST if request.method == "POST" else None, papers=papers)
    if request.method == "POST" and form.is_valid():
        try:
            window.case_accept(by=request.user, reference=reference, gaps=list(form.cleaned_data["gaps"]))
        except NotYours:
            raise
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Accepted. The departments have begun, the applicant has been told."))
        return go(request, "window_case", reference)
    context = {"case": case, "form": form, "papers": papers}
    return page(request, "approvals/case_accept.html", context, status=422 if form.is_bound else 200)


@clerk_required
@require_http_methods(["GET", "POST"])
def gap_check(request: SignedIn, reference: str, pk: int) -> HttpResponse:
    """Whether a paper that followed is in order."""
    case = window_get(request, reference)
    gap = _gap(case, pk)
    kind = gap.requirement.evidence_type_id
    form = GapCheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.gap_check(by=request.user, reference=reference, gap_id=pk, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The applicant has been told."))
        return go(request, "window_case", reference)
    material = next((one for one in case.materials.all() if one.requirement.evidence_type_id == kind), None)
    context = {"case": case, "gap": gap, "form": form, "material": material}
    return page(request, "approvals/gap_check.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def gap_fill(request: SignedIn, reference: str, pk: int) -> HttpResponse:
    """Hand in a paper that was to follow."""
    case = case_get(request, reference)
    gap = _gap(case, pk)
    if case.state != Case.State.ACCEPTED or gap.checked_at:
        messages.error(request, _("This paper is not waited for (any more). Nothing was changed."))
        return go(request, "case_show", reference)
    try:
        form, done = material_form(request, case, gap.requirement, reference, gap_id=pk)
    except NotYours:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return go(request, "case_show", reference)
    if done:
        messages.success(request, _("The paper is with us. The window checks it and tells you."))
        return go(request, "case_show", reference)
    context = {"case": case, "gap": gap, "requirement": gap.requirement, "form": form}
    return page(request, "approvals/gap_fill.html", context, status=422 if form.is_bound else 200)


def _gap(case: Case, pk: int) -> Gap:
    gap = next((one for one in gaps_of(case) if one.pk == pk), None)
    if gap is None:
        raise Http404
    return gap
