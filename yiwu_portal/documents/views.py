"""`/verify/`: anyone checks a document by its QR or typed code. No cookie, no account; of the holder only a mask."""

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from yiwu_portal.accounts.service import limit
from yiwu_portal.documents import queries, rules
from yiwu_portal.documents.forms import DocumentCompareForm, DocumentVerifyForm
from yiwu_portal.documents.queries import Verification
from yiwu_portal.web.service import page, public_page

CHECKS_A_MINUTE = 30  # from one address: a counter's queue may check, a machine may not try codes


@require_safe
@public_page
def document_verify_form(request: HttpRequest) -> HttpResponse:
    """Where a code is typed; a whole code leads on to its page."""
    form = DocumentVerifyForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        asked = {"lang": request.GET["lang"]} if "lang" in request.GET else {}
        address = reverse("document_verify", args=[form.cleaned_data["code"]])
        return HttpResponseRedirect(f"{address}?{urlencode(asked)}" if asked else address)
    return page(request, "documents/document_verify_form.html", {"form": form})


@csrf_exempt  # its POST compares a file and changes nothing, so there is no session to protect
@require_http_methods(["GET", "HEAD", "POST"])
def document_verify(request: HttpRequest, code: str) -> HttpResponse:
    """How the document with this code stands; by POST, whether a file is the one that was issued."""
    request.is_public = True  # type: ignore[attr-defined]  # shown to nobody in particular, but never kept
    request.user = AnonymousUser()
    if stopped := limit(request, "verify", per_minute=CHECKS_A_MINUTE):
        return stopped
    found = queries.document_verify(code[:100])
    if found.document is None:
        return _unknown(request, found, code[:100])
    compare = DocumentCompareForm(request.POST, request.FILES) if request.method == "POST" else DocumentCompareForm()
    compared = _compared(compare, found.document.sha256)
    context = {"found": found, "compare": compare, "compared": compared, **_shown(found)}
    return _unindexed(page(request, "documents/document_verify.html", context))


document_verify.is_public = True  # type: ignore[attr-defined]  # no second factor is asked for


def _unknown(request: HttpRequest, found: Verification, typed: str) -> HttpResponse:
    """A code that is mistyped, or of no document of ours."""
    form = DocumentVerifyForm({"code": typed if found.problem else rules.code_grouped(found.code)})
    context = {"form": form, "unknown": "" if found.problem else rules.code_grouped(found.code)}
    return _unindexed(page(request, "documents/document_verify_form.html", context, status=404))


def _shown(found: Verification) -> dict[str, Any]:
    """What the public may see of a document."""
    document = found.document
    assert document is not None  # noqa: S101 - its caller looked
    title = document.payload.get("title", {})
    holder = document.person
    name = f"{holder.given_names} {holder.surname}".strip() or holder.native_name if holder else ""
    return {
        "document": document,
        "code": rules.code_grouped(found.code),
        "title_zh": title.get("zh", ""),
        "title": title.get("lang", "") if translation.get_language() == document.language else "",
        "organisation_zh": document.payload["organisation"]["zh"],
        "holder": rules.name_masked(name),
    }


def _compared(form: DocumentCompareForm, sha256: str) -> str:
    """`same`, `different`, `later` (no PDF made yet), or nothing asked."""
    if not form.is_bound or not form.is_valid():
        return ""
    if not sha256:
        return "later"
    digest = hashlib.sha256()
    for chunk in form.cleaned_data["file"].chunks():
        digest.update(chunk)
    return "same" if digest.hexdigest() == sha256 else "different"


def _unindexed(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response
