"""The portal's own pages."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.db import connection

from yiwu_portal.web.service import page


def home(request: HttpRequest) -> HttpResponse:
    """The public start page."""
    return page(request, "web/home.html")


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: the database answers too."""
    connection.ensure_connection()
    return JsonResponse({"status": "ok"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without its token: say so, keep nothing."""
    return page(request, "web/error.html", {"status": 403}, status=403)
