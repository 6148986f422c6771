"""The start pages, and the two statements every public site owes its readers."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from yiwu_portal.programmes.service import programmes
from yiwu_portal.web.menu import doors, staff_doors
from yiwu_portal.web.service import page, public_page


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The public start page: find a service and every other way in, in one screen."""
    said: dict[str, Any] = {"lead": [], "often": [], "figures": [], "steps": []}
    for programme in programmes():
        front = programme.front() if programme.front else {}
        for key, parts in said.items():
            part = front.get(key) or []
            parts.extend([part] if key == "lead" and part else part)
    search = next((programme.search_url_name for programme in programmes() if programme.search_url_name), "")
    context = {**said, "search_url": reverse(search) if search else "", "doors": doors(), "is_front": True}
    return page(request, "web/home.html", context)


@login_required
def portal_mine(request: HttpRequest) -> HttpResponse:
    """My start page: my open business of every programme, and the desks I serve."""
    business = [row for programme in programmes() if programme.mine for row in programme.mine(request.user)]
    context = {"business": business, "desks": staff_doors(request.user), "doors": doors()}
    return page(request, "web/portal_mine.html", context)


@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """What works for whom, what does not, and whom to tell."""
    return page(request, "web/accessibility.html")


@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of a person, why, how long, and what she may ask for."""
    return page(request, "web/privacy.html")
