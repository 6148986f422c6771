"""The door of the web room: `page()` shows, `go()` sends on; no view asks whether the request is htmx."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The whole page, or its `#main` alone for htmx."""
    response = render(request, template, context or {}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def go(request: HttpRequest, name: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Send the person on to a named page, by redirect or by htmx."""
    url = resolve_url(name, *args, **kwargs)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Location": url})
    return HttpResponseRedirect(url)
