"""The pages of a person's own file: details, passports, papers, mandates, and who has seen them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwu_portal.accounts.service import limit
from yiwu_portal.documents.service import UploadRefused, paper_response, upload_receive
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.people import actions, queries
from yiwu_portal.people.forms import EvidenceForm, MandateGiveForm, MrzForm, PersonForm, TravelDocumentForm
from yiwu_portal.programmes.service import programmes
from yiwu_portal.web.service import go, page

LOOKS_A_PAGE = 50


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever signed in; what is not hers is not there; what she typed stays out of every error report."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotYours as error:
            raise Http404(str(error)) from error

    return login_required(sensitive_post_parameters()(guarded))


def _back(request: HttpRequest) -> dict[str, str]:
    """Where she came from (`?next=`, a path of our own only), and the query that carries it on."""
    path = request.GET.get("next", "")
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return {"back": path, "query": "?" + urlencode({"next": path})} if is_ours else {"back": "", "query": ""}


def _home(request: HttpRequest) -> HttpResponse:
    return go(request, _back(request)["back"] or "person_me")


@private
@require_GET
def person_me(request: HttpRequest) -> HttpResponse:
    """Her details and passports on one page."""
    person = queries.person_of(request.user)
    documents = list(queries.travel_documents_of(person)) if person else []
    return page(request, "people/person_me.html", {"person": person, "documents": documents, **_back(request)})


@private
@require_http_methods(["GET", "POST"])
def person_update(request: HttpRequest) -> HttpResponse:
    """Change details; the button `read` fills the form from the two lines of the passport and saves nothing."""
    person = queries.person_of(request.user)
    reading = MrzForm(request.POST if "read" in request.POST else None)
    if "read" in request.POST:
        typed = {name: request.POST[name] for name in PersonForm.Meta.fields if name in request.POST}
        said = reading.details() if reading.is_valid() else {}
        form = PersonForm(instance=person, initial={**typed, **said})
    else:
        form = PersonForm(request.POST or None, instance=person)
        if request.method == "POST" and form.is_valid():
            person = actions.person_ensure(user=request.user)
            actions.person_update(by=request.user, person=person, **form.cleaned_data)
            messages.success(request, _("Your details are saved."))
            return _home(request)
    is_read = reading.is_bound and reading.is_valid()
    context = {"form": form, "reading": reading, "is_read": is_read, **_back(request)}
    return page(request, "people/person_update.html", context)


@private
@require_http_methods(["GET", "POST"])
def travel_document_add(request: HttpRequest) -> HttpResponse:
    """A new passport: the old one is kept, and still finds her."""
    person = queries.person_of(request.user)
    form = TravelDocumentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = actions.person_ensure(user=request.user)
        try:
            actions.travel_document_add(by=request.user, person=person, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your passport is saved. Earlier ones still lead to you."))
            return _home(request)
    document = queries.travel_document_current(person) if person else None
    return page(request, "people/travel_document_add.html", {"form": form, "document": document, **_back(request)})


@private
@require_GET
def evidence_list(request: HttpRequest, person_id: int | None = None) -> HttpResponse:
    """Her papers by kind, or those of a person she acts for."""
    person = queries.person_actable(request.user, person_id) if person_id else queries.person_of(request.user)
    if person and person_id:
        actions.client_look(by=request.user, person=person, subject=person)
    shelves = queries.evidence_shelves(person) if person else []
    clients = queries.persons_actable(request.user).exclude(user=request.user.pk)
    return page(
        request,
        "people/evidence_list.html",
        {"person": person, "shelves": shelves, "clients": clients, "of": person_id},
    )


@private
@require_http_methods(["GET", "POST"])
def evidence_add(request: HttpRequest, person_id: int | None = None) -> HttpResponse:
    """Put a paper into the library."""
    person = queries.person_actable(request.user, person_id) if person_id else queries.person_of(request.user)
    user: Any = request.user
    initial = {"type": request.GET.get("type", "")}
    form = EvidenceForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            upload = upload_receive(file=form.cleaned_data["file"], by=user)
            actions.evidence_add(
                by=request.user,
                person=person or actions.person_ensure(user=request.user),
                type_code=form.cleaned_data["type"].code,
                upload=upload,
                expires_on=form.cleaned_data["expires_on"],
            )
        except NotYours:
            raise
        except UploadRefused as refusal:
            form.add_error("file", str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The paper is in your library. You need not send it again."))
            return go(request, "evidence_list", *([person_id] if person_id else []))
    return page(request, "people/evidence_add.html", {"form": form, "person": person, "of": person_id})


@private
@require_GET
def evidence_get(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself, shown, or downloaded with `?download=1`."""
    evidence = queries.evidence_actable(request.user, pk)
    actions.client_look(by=request.user, person=evidence.person, subject=evidence)
    try:
        return paper_response(evidence.upload, evidence.document, download="download" in request.GET)
    except Refused as refusal:
        return page(request, "people/evidence_unserved.html", {"evidence": evidence, "refusal": refusal}, status=409)


@private
@require_http_methods(["GET", "POST"])
def evidence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paper out, after asking once."""
    evidence = queries.evidence_actable(request.user, pk)
    is_own = evidence.person.user_id == request.user.pk
    list_url = reverse("evidence_list", args=[] if is_own else [evidence.person_id])
    if request.method == "POST":
        actions.evidence_remove(by=request.user, evidence=evidence)
        messages.success(request, _("The paper is out of your library. Applications that used it keep it."))
        return go(request, list_url)
    return page(request, "people/evidence_remove.html", {"evidence": evidence, "list_url": list_url})


@private
@require_GET
def person_looks(request: HttpRequest) -> HttpResponse:
    """Who has seen her file, when and for what."""
    person = queries.person_of(request.user)
    seen: Any = queries.person_looks(person) if person else []
    looks: Paginator[Any] = Paginator(seen, LOOKS_A_PAGE)
    return page(request, "people/person_looks.html", {"looks": looks.get_page(request.GET.get("page"))})


@private
@require_POST
def person_export(request: HttpRequest) -> HttpResponse:
    """A copy of everything kept of her, in one JSON file (PIPL art. 45)."""
    person = queries.person_of(request.user)
    if person is None:
        raise Http404
    actions.person_export_record(by=request.user, person=person)
    rows = queries.person_export(person)
    rows.update({programme.slug: programme.export(person) for programme in programmes() if programme.export})
    answer = JsonResponse(rows, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@private
@require_GET
def mandate_list(request: HttpRequest) -> HttpResponse:
    """Who may act for her, and for whom she may act."""
    person = queries.person_of(request.user)
    rows = queries.mandates_shown(person) if person else []
    context = {
        "given": [row for row in rows if row.is_given],
        "held": [row for row in rows if not row.is_given],
    }
    return page(request, "people/mandate_list.html", context)


@private
@require_http_methods(["GET", "POST"])
def mandate_give(request: HttpRequest) -> HttpResponse:
    """Let somebody with an account act for her; few tries, so that nobody learns by them who has one."""
    form = MandateGiveForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        if (refused := limit(request, "mandate_give", per_hour=5, per_day=10)) is not None:
            return refused
        try:
            actions.mandate_give_to_address(by=request.user, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("The mandate is given. The person has been told; you can end it at any time."))
            return go(request, "mandate_list")
    return page(request, "people/mandate_give.html", {"form": form}, status=422 if form.errors else 200)


@private
@require_http_methods(["GET", "POST"])
def mandate_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a mandate at once, by either side, after one more question."""
    mandate = queries.mandate_of(request.user, pk)
    if request.method == "POST":
        actions.mandate_revoke(by=request.user, mandate=mandate)
        messages.success(request, _("The mandate is ended, from this moment on."))
        return go(request, "mandate_list")
    is_given = mandate.agent.user_id != request.user.pk
    return page(request, "people/mandate_revoke.html", {"mandate": mandate, "is_given": is_given})
