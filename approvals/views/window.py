"""The window: an inbox of what needs an answer, the checklist beside the papers, four verdicts."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.actions import window as actions
from approvals.forms.cases import CaseRefuseAcceptanceForm, CaseRequestCorrectionForm, MaterialCheckForm
from approvals.models import Case, CaseMaterial, StandardReason
from approvals.queries.cases import material_of, materials_of_cases, requirements_wanting
from approvals.queries.desks import (
    case_at_window,
    earlier_cases,
    reasons_for,
    requirements_absent,
    results_waiting,
    window_cases,
    window_counts,
    window_inbox,
    window_next,
)
from approvals.queries.pictures import case_picture
from approvals.queries.timeline import case_clock, case_letters, case_timeline
from approvals.views.drafts import answers_shown
from approvals.views.guards import clerk_required
from yiwu_portal.accounts.service import SignedIn
from yiwu_portal.documents.service import document_response, paper_response
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.people.service import person_look
from yiwu_portal.web.service import go, page, paginate
from yiwu_portal.workdays import service as workdays


@clerk_required
@require_http_methods(["GET"])
def window_list(request: SignedIn) -> HttpResponse:
    """What needs the window's answer now, the oldest due first."""
    view, q = request.GET.get("view", "all"), request.GET.get("q", "").strip()[:60]
    cases = paginate(request, window_inbox(request.user, mine=view == "mine", q=q), 50)
    counts = window_counts(request.user, workdays.today())
    context = {"cases": cases, "counts": counts, "view": view, "q": q, "today": workdays.today()}
    return page(request, "approvals/window_list.html", context)


@clerk_required
@require_POST
def window_take_next(request: SignedIn) -> HttpResponse:
    """One key: claim the case that has waited longest, and open it."""
    for _attempt in range(5):  # another clerk may take it in between
        case = window_next(request.user)
        if case is None:
            messages.info(request, _("Nothing waits. Well done."))
            return go(request, "window_list")
        try:
            actions.case_claim(by=request.user, reference=str(case.reference))
        except Refused:
            continue
        return go(request, "window_case", case.reference)
    return go(request, "window_list")


@clerk_required
@require_http_methods(["GET"])
def window_case(request: SignedIn, reference: str) -> HttpResponse:
    """One case: papers beside checklist, what was typed, earlier cases of the person."""
    case = window_get(request, reference)
    person_look(by=request.user, person=case.owner, task="case_review")
    return page(request, "approvals/window_case.html", _case_context(request, case))


@clerk_required
@require_POST
def case_claim(request: SignedIn, reference: str) -> HttpResponse:
    """Take the case."""
    return _act(request, reference, lambda: actions.case_claim(by=request.user, reference=reference))


@clerk_required
@require_POST
def case_release(request: SignedIn, reference: str) -> HttpResponse:
    """Give the case back."""
    _act(request, reference, lambda: actions.case_release(by=request.user, reference=reference))
    return go(request, "window_list")


@clerk_required
@require_POST
def material_check(request: SignedIn, reference: str) -> HttpResponse:
    """The verdict on one paper."""
    case = window_get(request, reference)
    form = MaterialCheckForm(request.POST)
    if not form.is_valid():
        problems = [str(error) for errors in form.errors.values() for error in errors]
        context = _case_context(request, case) | {"problems": problems}
        return page(request, "approvals/window_case.html", context, status=422)
    data = form.cleaned_data
    return _act(
        request,
        reference,
        lambda: actions.material_check(
            by=request.user,
            reference=reference,
            material_id=data["material"],
            verdict=data["verdict"],
            reason=data["reason"],
            note=data["note"],
        ),
    )


@clerk_required
@require_POST
def case_accept(request: SignedIn, reference: str) -> HttpResponse:
    """Accept (受理)."""
    window_get(request, reference)
    return _act(
        request,
        reference,
        lambda: actions.case_accept(by=request.user, reference=reference),
        done=_("Accepted. The departments have begun, the applicant has been told."),
    )


@clerk_required
@require_http_methods(["GET", "POST"])
def case_request_correction(request: SignedIn, reference: str) -> HttpResponse:
    """Ask for corrections, everything at once."""
    case = window_get(request, reference)
    form = CaseRequestCorrectionForm(request.POST or None, absent=requirements_wanting(case))
    if request.method == "POST" and form.is_valid():
        return _act(
            request,
            reference,
            lambda: actions.case_request_correction(
                by=request.user, reference=reference, missing=form.missing(), note=form.cleaned_data["note"]
            ),
            done=_("The applicant has been told everything that is missing."),
        )
    deficient = [one for one in case.materials.all() if one.verdict == CaseMaterial.Verdict.DEFICIENT]
    context = {"case": case, "form": form, "deficient": deficient}
    return page(request, "approvals/case_request_correction.html", context, status=422 if form.is_bound else 200)


@clerk_required
@require_http_methods(["GET", "POST"])
def case_refuse_acceptance(request: SignedIn, reference: str) -> HttpResponse:
    """Refuse to accept (不予受理)."""
    case = window_get(request, reference)
    form = CaseRefuseAcceptanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _act(
            request,
            reference,
            lambda: actions.case_refuse_acceptance(by=request.user, reference=reference, **form.cleaned_data),
            done=_("Not accepted. The applicant has been told why, in writing."),
        )
    context = {"case": case, "form": form}
    return page(request, "approvals/case_refuse_acceptance.html", context, status=422 if form.is_bound else 200)


@clerk_required
@require_http_methods(["GET"])
def window_material(request: SignedIn, reference: str, pk: int) -> HttpResponse:
    """A paper of the case; the look is recorded."""
    material = material_of(materials_of_cases(window_cases(request.user).filter(reference=reference)), pk)
    if material is None:
        raise Http404
    person_look(by=request.user, person_id=material.evidence.person_id, task="material_check")
    return paper_response(material.evidence.upload, material.evidence.document)


@clerk_required
@require_http_methods(["GET"])
def window_letter(request: SignedIn, reference: str, number: str) -> HttpResponse:
    """A letter of the case, to print at the window."""
    case = window_get(request, reference)
    letter = next((one for one in case_letters(case) if one.document.number == number), None)
    if letter is None:
        raise Http404
    return document_response(letter.document)


@clerk_required
@require_http_methods(["GET"])
def result_list(request: SignedIn) -> HttpResponse:
    """Results waiting at the counter."""
    results = paginate(request, results_waiting(request.user), 50)
    return page(request, "approvals/result_list.html", {"results": results})


@clerk_required
@require_POST
def result_hand_over(request: SignedIn, pk: int) -> HttpResponse:
    """Handed over to the applicant in person."""
    try:
        actions.result_hand_over(by=request.user, decision_id=pk)
    except Refused as refusal:
        raise Http404 from refusal
    messages.success(request, _("Handed over, and recorded."))
    return go(request, "result_list")


def window_get(request: SignedIn, reference: str) -> Case:
    """A case of the windows the asker serves, or 404."""
    case = case_at_window(request.user, reference)
    if case is None:
        raise Http404
    return case


def _act(request: SignedIn, reference: str, act: Any, done: str = "") -> HttpResponse:
    """Do it, or say why not; either way show how the case stands now. What is not hers is not there."""
    try:
        act()
    except NotYours:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if done:
            messages.success(request, done)
    return go(request, "window_case", reference)


def _case_context(request: SignedIn, case: Case) -> dict[str, Any]:
    materials = list(case.materials.all())
    return {
        "case": case,
        "materials": materials,
        "absent": requirements_absent(case),
        "shown": next(
            (m for m in materials if str(m.pk) == request.GET.get("paper")), materials[0] if materials else None
        ),
        "reasons": reasons_for(StandardReason.Use.CORRECTION),
        "answers": answers_shown(case),
        "clock": case_clock(case),
        "timeline": case_timeline(case),
        "picture": case_picture(case),
        "letters": case_letters(case),
        "earlier": earlier_cases(case),
        "all_ok": bool(materials) and all(m.verdict == CaseMaterial.Verdict.OK for m in materials),
        "was_corrected": hasattr(case, "correction"),
    }
