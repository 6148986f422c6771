"""Applying: from the start page of a matter to its receipt, one short step after another."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.actions import drafts as actions
from approvals.forms.answers import CaseAnswerForm, answer_shown
from approvals.forms.cases import MaterialAttachForm
from approvals.models import Case, MaterialRequirement
from approvals.queries.bundles import bundle_guide, case_form
from approvals.queries.cases import case_whole, draft_progress, drafts_of, edition_in_force
from approvals.rules.answers import step_is_answered, steps_asked
from approvals.rules.questions import is_asked, text
from approvals.views.guards import DRAFTS, typed_before, typed_kept
from yiwu_portal.accounts.service import SignedIn
from yiwu_portal.documents.service import UploadRefused, upload_receive
from yiwu_portal.people import service as people
from yiwu_portal.web.service import go, page
from yiwu_portal.workdays import service as workdays

KEYS_AT_MOST = 20


@require_http_methods(["GET", "POST"])
def case_start(request: HttpRequest, code: str) -> HttpResponse:
    """Before you start: what it takes; the button begins a draft, with or without an account."""
    edition = edition_in_force(code)
    if edition is None:
        raise Http404
    if request.method == "POST":
        case = actions.case_start(
            user=request.user, keys=draft_keys(request), edition=edition, language=get_language() or "en"
        )
        return _begun(request, case)
    return page(request, "approvals/case_start.html", {"edition": edition})


@require_http_methods(["GET", "POST"])
def bundle_start(request: HttpRequest, code: str) -> HttpResponse:
    """Before you start with several matters at once (一件事); the button begins one draft for all of them."""
    guide = bundle_guide(code)
    if guide is None:
        raise Http404
    if request.method == "POST":
        case = actions.bundle_start(
            user=request.user, keys=draft_keys(request), bundle=guide.bundle, language=get_language() or "en"
        )
        return _begun(request, case)
    return page(request, "approvals/bundle_start.html", {"guide": guide, "bundle": guide.bundle})


def _begun(request: HttpRequest, case: Case) -> HttpResponse:
    if case.applicant_id is None:
        draft_keep(request, case.key)
    return go(request, "draft_show", case.key)


@require_http_methods(["GET"])
@typed_kept
def draft_show(request: HttpRequest, key: str) -> HttpResponse:
    """The task list of a draft."""
    case = draft_get(request, key)
    return page(request, "approvals/draft_show.html", _task_list(request, case))


@require_http_methods(["GET", "POST"])
@typed_kept
def case_answer(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """One step of questions."""
    case = draft_get(request, key)
    definition = case_form(case)
    asked = steps_asked(definition, case.answers)
    position = next((n for n, one in enumerate(asked) if one["key"] == step), None)
    if position is None:
        raise Http404
    language = get_language() or "en"
    typed = request.POST or typed_before(request)
    form = CaseAnswerForm(typed, step=asked[position], language=language, answers=case.answers)
    if request.method == "POST" and form.is_valid():
        case = actions.case_answer(user=request.user, keys=draft_keys(request), key=key, answers=form.answers())
        if "from_check" in request.GET:
            return go(request, "case_submit", key)
        later = steps_asked(definition, case.answers)[position + 1 :]
        open_step = next((one for one in later if not step_is_answered(one, case.answers)), None)
        return go(request, "case_answer", key, open_step["key"]) if open_step else go(request, "draft_show", key)
    return page(
        request,
        "approvals/case_answer.html",
        {
            "case": case,
            "form": form,
            "title": text(asked[position]["title"], language),
            "intro": text(asked[position].get("intro"), language),
            "number": position + 1,
            "total": len(asked),
        },
        status=422 if request.method == "POST" and form.is_bound else 200,
    )


@login_required
@require_http_methods(["GET"])
def case_identify(request: SignedIn, key: str) -> HttpResponse:
    """About you: what we already know, and what is missing of it."""
    case = draft_get(request, key)
    return page(
        request,
        "approvals/case_identify.html",
        {
            "case": case,
            "person": case.applicant,
            "document": people.travel_document_current(case.applicant) if case.applicant else None,
            "gaps": people.person_gaps(case.applicant) if case.applicant else [],
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def material_attach(request: SignedIn, key: str, requirement: int) -> HttpResponse:
    """One paper: reuse what the library has, or add a photograph or file."""
    case = draft_get(request, key)
    progress = draft_progress(case)
    wanted = next((one for one in progress.requirements if one.pk == requirement), None)
    if wanted is None or case.applicant is None:
        raise Http404
    form, done = material_form(request, case, wanted)
    if done:
        rest = [one for one in progress.missing if one.pk != wanted.pk]
        if "from_check" in request.GET:
            return go(request, "case_submit", key)
        return go(request, "material_attach", key, rest[0].pk) if rest else go(request, "draft_show", key)
    return page(
        request,
        "approvals/material_attach.html",
        {"case": case, "requirement": wanted, "given": progress.given.get(wanted.pk), "form": form},
        status=422 if form.is_bound else 200,
    )


def material_form(
    request: SignedIn, case: Case, requirement: MaterialRequirement, reference: str = ""
) -> tuple[MaterialAttachForm, bool]:
    """The form of one paper, and whether it was given just now (to a draft, or to a correction by reference)."""
    from approvals.actions.applicants import material_replace

    library = people.evidence_of(case.owner, type_code=requirement.evidence_type.code, usable_on=workdays.today())
    form = MaterialAttachForm(request.POST or None, request.FILES or None, library=library)
    if request.method != "POST" or not form.is_valid():
        return form, False
    chosen: dict[str, Any] = {"requirement": requirement}
    try:
        if form.cleaned_data.get("file"):
            chosen["upload"] = upload_receive(by=request.user, file=form.cleaned_data["file"])
            chosen["expires_on"] = form.cleaned_data.get("expires_on")
        else:
            chosen["evidence"] = form.cleaned_data["evidence"]
        if reference:
            material_replace(by=request.user, reference=reference, **chosen)
        else:
            actions.material_attach(by=request.user, keys=draft_keys(request), key=case.key, **chosen)
    except UploadRefused as refusal:
        form.add_error("file", str(refusal))
        return form, False
    return form, True


@login_required
@require_http_methods(["GET", "POST"])
def case_submit(request: SignedIn, key: str) -> HttpResponse:
    """Check your answers; the button hands the case in."""
    if request.method == "POST":
        try:
            case = actions.case_submit(by=request.user, key=key)
        except actions.Incomplete as gap:
            messages.error(request, str(gap))
            return go(request, "draft_show", key)
        return go(request, "case_receipt", case.reference)
    case = draft_get(request, key)
    context = _task_list(request, case)
    if context["missing"]:
        messages.info(request, _("Some parts are still open. Finish them first; everything you entered is kept."))
        return go(request, "draft_show", key)
    context |= {"document": people.travel_document_current(case.owner), "answers": answers_shown(case)}
    return page(request, "approvals/case_submit.html", context)


@require_http_methods(["GET", "POST"])
@typed_kept
def case_discard(request: HttpRequest, key: str) -> HttpResponse:
    """Throw a draft away, after one more question."""
    case = draft_get(request, key)
    if request.method == "POST":
        actions.case_discard(user=request.user, keys=draft_keys(request), key=key)
        messages.success(request, _("The draft is gone. Your papers are still in your library."))
        return go(request, "case_list" if request.user.is_authenticated else "service_list")
    return page(request, "approvals/case_discard.html", {"case": case})


def draft_keys(request: HttpRequest) -> list[str]:
    """The drafts begun in this browser."""
    return request.session.get(DRAFTS, [])


def draft_keep(request: HttpRequest, key: str) -> None:
    """Let this browser go on with a draft of nobody yet."""
    others = [other for other in draft_keys(request) if other != key]
    request.session[DRAFTS] = [key, *others][:KEYS_AT_MOST]


def draft_get(request: HttpRequest, key: str) -> Case:
    """The asker's draft with its matters; what was begun before signing in becomes hers now. Or 404."""
    keys = draft_keys(request)
    if request.user.is_authenticated and keys:
        actions.drafts_adopt(user=request.user, keys=keys)
        del request.session[DRAFTS]
    case = case_whole(drafts_of(request.user, keys), key=key)
    if case is None:
        raise Http404
    return case


def answers_shown(case: Case, definition: Any = None) -> list[dict[str, Any]]:
    """Steps with their questions and answers, as the reader's language writes them; all of the case, or of one form."""
    language = get_language() or "en"
    shown = []
    for step in steps_asked(case_form(case) if definition is None else definition, case.answers):
        rows = [
            {
                "label": text(field["label"], language),
                "value": answer_shown(field, case.answers.get(field["key"]), language),
            }
            for field in step["fields"]
            if is_asked(field, case.answers)
        ]
        shown.append({"key": step["key"], "title": text(step["title"], language), "rows": rows})
    return shown


def _task_list(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What is done and what is open, in the order in which it is best done."""
    progress = draft_progress(case)
    missing = actions.draft_missing(
        case=case,
        papers=[requirement.pk for requirement in progress.missing],
        document=people.travel_document_current(case.applicant) if case.applicant else None,
    )
    language = get_language() or "en"
    steps = [
        {
            "key": step["key"],
            "title": text(step["title"], language),
            "done": f"questions:{step['key']}" not in missing,
        }
        for step in steps_asked(case_form(case), case.answers)
    ]
    papers = [
        {"requirement": requirement, "given": progress.given.get(requirement.pk)}
        for requirement in progress.requirements
    ]
    return {
        "case": case,
        "steps": steps,
        "papers": papers,
        "missing": missing,
        "you_done": "you" not in missing,
        "reused": sum(1 for material in progress.given.values() if material.was_reused),
        "saved": progress.saved,
    }
