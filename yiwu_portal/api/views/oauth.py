"""The addresses at which a system asks for a token, ends one, or asks what one may."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yiwu_portal.accounts.service import address_of, limit
from yiwu_portal.api.oauth import server

TRIES_A_MINUTE = 30  # from one address


@csrf_exempt  # no session is read: the client's own secret comes with the request
@require_POST
def oauth_token(request: HttpRequest) -> HttpResponse:
    """A token for a quarter of an hour."""
    return _answer(request, "create_token_response")


@csrf_exempt
@require_POST
def oauth_revoke(request: HttpRequest) -> HttpResponse:
    """End a token; one that is unknown is as good as ended."""
    return _answer(request, "create_revocation_response")


@csrf_exempt
@require_POST
def oauth_introspect(request: HttpRequest) -> HttpResponse:
    """What a token of one's own may."""
    return _answer(request, "create_introspect_response")


def _answer(request: HttpRequest, name: str) -> HttpResponse:
    asker = f"address:{address_of(request)}"
    if stopped := limit(request, "oauth", per_minute=TRIES_A_MINUTE, key=asker):
        return stopped
    body: Any = request.body.decode("utf-8", "replace") if _is_form(request) else ""
    said = {"Authorization": request.headers.get("Authorization", ""), "Content-Type": request.content_type or ""}
    headers, text, status = getattr(server(), name)(request.build_absolute_uri(request.path), "POST", body, said)
    answer = HttpResponse(text or "", status=status, content_type="application/json")
    for header, value in headers.items():
        answer[header] = value
    answer["Cache-Control"] = "no-store"
    return answer


def _is_form(request: HttpRequest) -> bool:
    return request.content_type == "application/x-www-form-urlencoded"
