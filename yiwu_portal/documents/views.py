"""`/verify/`: anyone checks a document by its QR or typed code. No cookie, no account; of the holder only a mask."""

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_from_request, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from yiwu_portal.documents import queries, rules
from yiwu_portal.documents.queries import Verification
from yiwu_portal.web.service import page


@require_safe
def document_verify_form(request: HttpRequest) -> HttpResponse:
    """Where a code is typed; a whole code leads on to its page."""
    typed = request.GET.get("code", "")[:100]
    found = Verification("unknown", problem=rules.code_problem(rules.code_normal(typed)))
    if typed and not found.problem:
        query = f"?lang={_chosen(request)}" if _chosen(request) else ""
        return HttpResponseRedirect(reverse("document_verify", args=[rules.code_normal(typed)]) + query)
    with translation.override(_language(request)):
        context = {"typed": typed, "error": _problem(found.problem) if "code" in request.GET else ""}
        return _answer(request, "documents/document_verify_form.html", context)


@csrf_exempt  # its POST compares a file and changes nothing, so there is no session to protect
def document_verify(request: HttpRequest, code: str) -> HttpResponse:
    """How the document with this code stands; by POST, whether a file is the one that was issued."""
    found = queries.document_verify(code[:100])
    with translation.override(_language(request)):
        if found.document is None:
            context: dict[str, Any] = {"typed": code[:100] if found.problem else rules.code_grouped(found.code)}
            context |= {"error": _problem(found.problem), "is_unknown": not found.problem}
            return _answer(request, "documents/document_verify_form.html", context, status=404)
        return _answer(request, "documents/document_verify.html", {"found": found, **_shown(found, request)})


def _shown(found: Verification, request: HttpRequest) -> dict[str, Any]:
    """What the public may see of a document."""
    document = found.document
    assert document is not None  # noqa: S101 - its caller looked
    title = document.payload.get("title", {})
    language = translation.get_language() or ""
    holder = document.person
    name = f"{holder.given_names} {holder.surname}".strip() or holder.native_name if holder else ""
    return {
        "document": document,
        "code": rules.code_grouped(found.code),
        "title_zh": title.get("zh", ""),
        "title": title.get("lang", "") if language == document.language else "",
        "holder": rules.name_masked(name),
        "compared": _compared(request, document.sha256),
    }


def _compared(request: HttpRequest, sha256: str) -> str:
    """`same`, `different`, `later` (no PDF made yet) or nothing asked."""
    file = request.FILES.get("file")
    if request.method != "POST" or file is None:
        return ""
    if not sha256:
        return "later"
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return "same" if digest.hexdigest() == sha256 else "different"


def _problem(code: str) -> str:
    """What to do about a code that can't be one of ours."""
    return {
        "empty": _("Type the code that stands beside the QR code of the document."),
        "letters": _(
            "Our codes have no letters I and O and no digits 0 and 1. Look again: it may be J or L, D or Q, 7 or 8."
        ),
        "length": _("A code has ten letters and digits, like ABCDE-FGHJK. Compare it with the document."),
        "check": _(
            "This code looks mistyped: its last character does not fit the others. Compare it with the document."
        ),
    }.get(code, "")


def _chosen(request: HttpRequest) -> str:
    """The language asked for in the address, if it is one of ours."""
    asked = request.GET.get("lang", "").lower()
    return asked if asked in dict(settings.LANGUAGES) else ""


def _language(request: HttpRequest) -> str:
    """The language of the address, else of the browser; no cookie, so that the page is the same for everyone."""
    request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
    return _chosen(request) or get_language_from_request(request)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    languages = [(code, get_language_info(code)["name_local"], _tag(code)) for code, name in settings.LANGUAGES]
    context |= {"languages": languages, "lang": translation.get_language(), "chosen": _chosen(request)}
    response = page(request, template, context, status=status)
    response["Content-Language"] = _tag(translation.get_language() or "en")
    response["X-Robots-Tag"] = "noindex"
    return response


def _tag(code: str) -> str:
    return {"zh-hans": "zh-Hans"}.get(code, code)
