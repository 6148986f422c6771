"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from yiwu_portal.web.languages import languages, tag, without_language
from yiwu_portal.web.menu import counted, menu


def portal(request: HttpRequest) -> dict[str, Any]:
    """The frame: languages, menu, and whether this page is the same for everyone."""
    is_public = getattr(request, "is_public", False)
    code = get_language() or settings.LANGUAGE_CODE
    return {
        "base": "web/base.html",
        "fragment": _wants_fragment(request),
        "public_page": is_public,
        "messages_shown": not is_public,
        "demo": settings.DEMO,
        "lang_tag": tag(code),
        "lang_dir": "rtl" if get_language_bidi() else "ltr",
        "languages": SimpleLazyObject(lambda: languages(request, code)),
        "canonical": settings.PUBLIC_URL + request.path,
        "default_url": settings.PUBLIC_URL + without_language(request),
        "home_url": SimpleLazyObject(lambda: reverse("home")),
        "menu": SimpleLazyObject(lambda: menu(request, is_public=is_public)),
        "badges": SimpleLazyObject(lambda: [] if is_public else counted(request.user)),
    }


def _wants_fragment(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request and not htmx.boosted
