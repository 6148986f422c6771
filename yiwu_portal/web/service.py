"""The door of the web room: `page()` shows, `go()` sends on, `public_page` marks what everyone sees alike.

No view asks whether the request is htmx. A form or link that wants only the middle of the page replaced says
`hx-target="#main" hx-swap="outerHTML"`; `page()` then answers with `<main id="main">` and the title.
"""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseLocation

from yiwu_portal.web.forms import CameraInput
from yiwu_portal.web.public import public_page


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
        return HttpResponseLocation(url, target="#main", swap="outerHTML")
    return HttpResponseRedirect(url)


def paginate(request: HttpRequest, rows: Any, per_page: int) -> Page[Any]:
    """The page of a list the address asks for; a number that is none, or out of range, gives the nearest page."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


__all__ = ["CameraInput", "go", "page", "paginate", "public_page"]
