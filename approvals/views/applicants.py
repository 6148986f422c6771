"""My applications: follow, correct, withdraw, read the letters; and the public status by reference."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.actions import applicants as actions
from approvals.forms.cases import CaseStatusForm, CaseWithdrawForm
from approvals.models import Case
from approvals.queries.cases import (
    case_by_reference,
    case_whole,
    cases_listed,
    cases_of,
    drafts_of,
    material_of,
    materials_of_cases,
)
from approvals.queries.pictures import case_picture
from approvals.queries.timeline import case_clock, case_letters, case_timeline
from approvals.rules.references import reference_read
from approvals.views.drafts import answers_shown, draft_keys, material_form
from yiwu_portal.accounts.service import SignedIn, limit
from yiwu_portal.documents.service import document_response, paper_response
from yiwu_portal.lifecycle.service import Refused
from yiwu_portal.web.service import go, page, paginate


@login_required
@require_http_methods(["GET"])
def case_list(request: SignedIn) -> HttpResponse:
    """My applications and drafts, the newest first."""
    cases = paginate(request, cases_listed(cases_of(request.user)).order_by("-id"), 20)
    drafts = cases_listed(drafts_of(request.user, draft_keys(request))).order_by("-changed_at")[:20]
    return page(request, "approvals/case_list.html", {"cases": cases, "drafts": drafts})


@login_required
@require_http_methods(["GET"])
def case_show(request: SignedIn, reference: str) -> HttpResponse:
    """One application: who has it, until when, what happened, what comes next."""
    case = case_get(request, reference)
    context = {
        "case": case,
        "clock": case_clock(case),
        "picture": case_picture(case),
        "timeline": case_timeline(case),
        "letters": case_letters(case),
        "answers": answers_shown(case),
        "can_withdraw": case.state in Case.OPEN_STATES,
    }
    return page(request, "approvals/case_show.html", context)


@login_required
@require_http_methods(["GET"])
def case_receipt(request: SignedIn, reference: str) -> HttpResponse:
    """Handed in: the reference, when the answer comes and how that day was computed, what happens next."""
    case = case_get(request, reference)
    return page(
        request,
        "approvals/case_receipt.html",
        {"case": case, "clock": case_clock(case), "letters": case_letters(case)},
    )


@login_required
@require_http_methods(["GET", "POST"])
def case_correct(request: SignedIn, reference: str) -> HttpResponse:
    """What the window asked for, all at once; each paper replaced, then handed in again."""
    case = case_get(request, reference)
    if case.state != Case.State.CORRECTING:
        if request.method == "POST":
            messages.error(request, _("This case does not wait for a correction (any more)."))
        return go(request, "case_show", reference)
    missing = {requirement.pk for requirement in actions.correction_missing(case=case)}
    if request.method == "POST":
        try:
            actions.case_correct(by=request.user, reference=reference)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return go(request, "case_correct", reference)
        messages.success(request, _("Your correction is in. The window answers within five working days."))
        return go(request, "case_show", reference)
    items = [{"item": item, "done": item.requirement_id not in missing} for item in case.correction.items.all()]
    return page(request, "approvals/case_correct.html", {"case": case, "items": items, "ready": not missing})


@login_required
@require_http_methods(["GET", "POST"])
def material_replace(request: SignedIn, reference: str, requirement: int) -> HttpResponse:
    """One paper of a correction."""
    case = case_get(request, reference)
    if case.state != Case.State.CORRECTING:
        return go(request, "case_show", reference)
    item = next((one for one in case.correction.items.all() if one.requirement_id == requirement), None)
    if item is None:
        raise Http404
    form, done = material_form(request, case, item.requirement, reference)
    if done:
        return go(request, "case_correct", reference)
    return page(
        request,
        "approvals/material_attach.html",
        {"case": case, "requirement": item.requirement, "item": item, "form": form},
        status=422 if form.is_bound else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def case_withdraw(request: SignedIn, reference: str) -> HttpResponse:
    """Withdraw, after one more yes."""
    case = case_get(request, reference)
    form = CaseWithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.case_withdraw(by=request.user, reference=reference)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your application is withdrawn."))
        return go(request, "case_show", reference)
    return page(
        request, "approvals/case_withdraw.html", {"case": case, "form": form}, status=422 if form.is_bound else 200
    )


@login_required
@require_http_methods(["GET"])
def case_letter(request: SignedIn, reference: str, number: str) -> HttpResponse:
    """A letter or decision of the case as PDF."""
    case = case_get(request, reference)
    letter = next((one for one in case_letters(case) if one.document.number == number), None)
    if letter is None:
        raise Http404
    return document_response(letter.document)


@login_required
@require_http_methods(["GET"])
def material_show(request: SignedIn, reference: str, pk: int) -> HttpResponse:
    """A paper the applicant gave herself."""
    material = material_of(materials_of_cases(cases_of(request.user).filter(reference=reference)), pk)
    if material is None:
        raise Http404
    return paper_response(material.evidence.upload, material.evidence.document)


@require_http_methods(["GET"])
def case_status(request: HttpRequest) -> HttpResponse:
    """Follow an application by its reference, without an account; nothing personal is shown."""
    form = CaseStatusForm(request.GET if "reference" in request.GET else None)
    if form.is_bound and form.is_valid():
        return go(request, "case_status_show", form.cleaned_data["reference"])
    return page(request, "approvals/case_status.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET"])
def case_status_show(request: HttpRequest, reference: str) -> HttpResponse:
    """State and clock of the case with this reference, or that there is none."""
    if (refused := limit(request, "case_status", per_minute=30)) is not None:
        return refused
    proper = reference_read(reference)
    case = case_by_reference(proper) if proper else None
    context: dict[str, Any] = {"reference": reference, "case": case}
    if case is not None:
        context |= {"clock": case_clock(case), "picture": case_picture(case)}
    return page(request, "approvals/case_status_show.html", context, status=200 if case else 404)


def case_get(request: SignedIn, reference: str) -> Case:
    """The asker's own case, or 404."""
    case = case_whole(cases_of(request.user), reference=reference)
    if case is None:
        raise Http404
    return case
