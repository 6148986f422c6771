"""Public pages: the same bytes for every visitor, so that browsers, CDNs and we ourselves may keep them a minute."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """Show the page to nobody in particular: no user, no name, no token; kept for `PUBLIC_PAGE_SECONDS`.

    Inside, `request.user` is anonymous whoever asks. Forms on such a page work by GET; a page that touched a session or
    needed a token after all is not kept.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.is_public = True  # type: ignore[attr-defined]
        request.user = AnonymousUser()
        keeping = request.method in {"GET", "HEAD"} and settings.PUBLIC_PAGE_SECONDS and not settings.DEBUG
        key = _key(request)
        kept = caches["pages"].get(key) if keeping else None
        if kept is None:
            response = view(request, *args, **kwargs)
            if not _is_the_same_for_all(request, response):
                return response
            kept = _keep(response)
            if keeping:
                caches["pages"].set(key, kept, settings.PUBLIC_PAGE_SECONDS)
        return _answer(kept)

    shown.is_public = True  # type: ignore[attr-defined]  # nobody in particular: no second factor is asked for
    return shown


def _key(request: HttpRequest) -> str:
    asked = f"{get_language()} {bool(getattr(request, 'htmx', False))} {request.get_full_path()}"
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
