"""The contract for programs, and a page of it for people; both the same for every visitor."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from yiwu_portal.web.service import page, public_page


@cache
def contract() -> dict[str, Any]:
    """The contract, made once in the life of a process; in English, like the names in it."""
    with translation.override("en"):
        generator = SchemaGenerator(api_version="1")
        return json.loads(json.dumps(generator.get_schema(request=None, public=True), default=str))


@require_safe
@public_page
def schema(request: HttpRequest) -> HttpResponse:
    """The contract as OpenAPI 3.1."""
    return HttpResponse(json.dumps(contract(), ensure_ascii=False), content_type="application/vnd.oai.openapi+json")


@require_safe
@public_page
def documentation(request: HttpRequest) -> HttpResponse:
    """The contract as a page to read."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in contract()["paths"].items():
        for method, operation in methods.items():
            shown = {"path": path, "method": method.upper(), "anchor": operation["operationId"], **operation}
            shown["body"] = next(iter(operation.get("requestBody", {}).get("content", {}) or [""]))
            groups.setdefault(operation["tags"][0], []).append(shown)
    return page(request, "api/documentation.html", {"groups": groups})
