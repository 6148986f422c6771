"""Public pages: the same bytes for every visitor, so that browsers, CDNs and we ourselves may keep them a minute.

A page with its language in the address is kept whole, as it left, by `PublicPagesMiddleware`, the first of the stack:
asked for again it is answered before session, language or view were thought of. Other public pages (their language
depends on the visitor), and fragments, are kept by `public_page` around the view.
"""

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

View = Callable[..., HttpResponse]
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")
OF_THE_BODY = {"content-type", "content-length", "content-language"}  # what a 304 does not repeat


class PublicPagesMiddleware:
    """Answer a public page that is kept, or its `If-None-Match`, first of all; keep those that pass by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.languages = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page as it left before, or whatever the rest of the stack answers."""
        key = self._key(request)
        if not key:
            return self.get_response(request)
        kept = caches["pages"].get(key)
        if kept is not None:
            headers, content = kept
            return _conditional(request, HttpResponse(content, headers=headers))
        # the stack answers whole, so that there is something to keep; what was asked on condition is settled here
        conditions = {name: request.META.pop(name) for name in CONDITIONS if name in request.META}
        request.is_kept_outside = True  # type: ignore[attr-defined]
        response = self.get_response(request)
        request.META.update(conditions)
        until = getattr(response, "public_until", None)
        # a cookie set on the way out is for one visitor alone
        if until and response.status_code == 200 and not response.cookies and isinstance(response, HttpResponse):
            caches["pages"].set(key, (dict(response.items()), response.content), until - time.time())
        return _conditional(request, response)

    def _key(self, request: HttpRequest) -> str:
        """All the answer depends on; empty when it depends on more: the visitor's language, a part asked by htmx."""
        asked = request.META
        if request.method not in {"GET", "HEAD"} or "HTTP_HX_REQUEST" in asked or not _is_keeping():
            return ""
        if request.path_info[1:].partition("/")[0] not in self.languages:
            return ""
        # host and scheme: only a request that passed their checks was kept; HEAD's answer may lack a body
        parts = (request.method, request.is_secure(), asked.get("HTTP_HOST"), request.path, asked.get("QUERY_STRING"))
        return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _conditional(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer, or 304 (or 412) where the visitor's condition says so; with the guards of the whole answer."""
    etag = response.headers.get("ETag")
    if response.status_code != 200 or not etag or not any(name in request.META for name in CONDITIONS):
        return response
    answer: HttpResponseBase = get_conditional_response(request, etag=etag, response=response)  # type: ignore[assignment, arg-type]
    if answer is not response:
        for name, value in response.items():
            if name.lower() not in OF_THE_BODY:
                answer.headers[name] = value
    return answer


def public_page(view: View) -> View:
    """Show the page to nobody in particular: no user, no name, no token; kept for `PUBLIC_PAGE_SECONDS`.

    Inside, `request.user` is anonymous whoever asks. Forms on such a page work by GET; a page that touched a session or
    needed a token after all is not kept.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.is_public = True  # type: ignore[attr-defined]
        request.user = AnonymousUser()
        outside = request.method in {"GET", "HEAD"} and getattr(request, "is_kept_outside", False)
        keeping = request.method in {"GET", "HEAD"} and _is_keeping() and not outside
        key = _key(request) if keeping else ""
        kept = caches["pages"].get(key) if keeping else None
        if kept is None:
            response = view(request, *args, **kwargs)
            if not _is_the_same_for_all(request, response):
                return response
            kept = _keep(response)
            if keeping:
                caches["pages"].set(key, kept, settings.PUBLIC_PAGE_SECONDS)
        response = _answer(kept)
        if outside:
            response.public_until = time.time() + settings.PUBLIC_PAGE_SECONDS  # type: ignore[attr-defined]
        return response

    shown.is_public = True  # type: ignore[attr-defined]  # nobody in particular: no second factor is asked for
    return shown


def _is_keeping() -> bool:
    return bool(settings.PUBLIC_PAGE_SECONDS) and not settings.DEBUG


def _key(request: HttpRequest) -> str:
    htmx = getattr(request, "htmx", None)
    part = bool(htmx) and (htmx.boosted, htmx.history_restore_request)  # type: ignore[union-attr]
    asked = f"{get_language()} {part} {request.get_full_path()}"
    return hashlib.sha256(asked.encode()).hexdigest()


def _is_the_same_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    session = getattr(request, "session", None)
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and not getattr(session, "accessed", False)
    )


def _keep(response: HttpResponse) -> dict[str, Any]:
    return {
        "content": response.content,
        "content_type": response.headers["Content-Type"],
        "headers": {
            "ETag": f'"{hashlib.sha256(response.content).hexdigest()[:32]}"',
            "Vary": response.headers.get("Vary", "HX-Request"),
            "Cache-Control": f"public, max-age={settings.PUBLIC_PAGE_SECONDS}",
        },
    }


def _answer(kept: dict[str, Any]) -> HttpResponse:
    return HttpResponse(kept["content"], content_type=kept["content_type"], headers=kept["headers"])
