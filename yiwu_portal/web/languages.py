"""The same page in the other languages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language_from_path, get_language_info

PRIVATE_PARAMETERS = ("token", "code", "key", "signature", "state", "csrfmiddlewaretoken", "lang")


def tag(code: str) -> str:
    """The language as HTML writes it: `zh-hans` is `zh-Hans`."""
    language, _dash, script = code.partition("-")
    return f"{language}-{script.title()}" if script else language


def name(code: str) -> str:
    """The language's own name, in its own script."""
    own = get_language_info(code)["name_local"]
    return own[0].upper() + own[1:]


def languages(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """A link to this page in each language; the query string is kept, secrets in it are not."""
    query = _safe_query(request)
    prefixed = get_language_from_path(request.path_info)
    rows = []
    for code, _english in settings.LANGUAGES:
        path = f"/{code}{without_language(request)}" if prefixed else request.path
        asked = query if prefixed else _with_language(query, code)
        rows.append(
            {
                "code": code,
                "tag": tag(code),
                "name": name(code),
                "url": f"{path}?{asked}" if asked else path,
                "absolute": settings.PUBLIC_URL + path + ("" if prefixed else f"?lang={code}"),
                "current": code == current,
            }
        )
    return rows


def without_language(request: HttpRequest) -> str:
    """The path after its language; Django sends whoever comes there to the language of the browser."""
    if not get_language_from_path(request.path_info):
        return request.path
    return "/" + request.path.lstrip("/").partition("/")[2]


def _safe_query(request: HttpRequest) -> str:
    kept: QueryDict = request.GET.copy()
    for parameter in PRIVATE_PARAMETERS:
        kept.pop(parameter, None)
    return kept.urlencode()


def _with_language(query: str, code: str) -> str:
    return f"lang={code}&{query}" if query else f"lang={code}"
