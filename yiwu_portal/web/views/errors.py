"""Pages for what went wrong: what happened, what was kept, what to do next. None of them reads the database."""

import logging
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)
RETRY_SECONDS = 30


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: we could not read what was sent."""
    return _error(
        request,
        status=400,
        title=_("We could not read this request"),
        lines=[
            _("Something in the address or in what was sent is not in order. Nothing was changed."),
            _("Go back, reload the page and try again."),
        ],
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known, but not allowed."""
    return _error(
        request,
        status=403,
        title=_("This page is not open to you"),
        lines=[
            _("Your account has no right to do this. Nothing was changed."),
            _("If you should have it, ask the person who manages your organisation's accounts."),
        ],
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not yours; from outside the two are the same."""
    return _error(
        request,
        status=404,
        title=_("Page not found"),
        lines=[
            _("This page does not exist, or is not yours to see."),
            _("Check the address. If you followed a link from us, sign in with the account it was sent to."),
        ],
    )


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """409: the act came too late or cannot be done; the exception says why in the person's language."""
    return _error(
        request,
        status=409,
        title=_("This could not be done"),
        lines=[str(exception), _("Go back and reload the page to see how it stands now.")],
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form came without its token."""
    return _error(
        request,
        status=403,
        title=_("Please send the form again"),
        lines=[
            _("The page had been open too long, or your browser keeps no cookies, so we could not be sure it was you."),
            _("Nothing was saved. Go back, reload the page, and send the form once more."),
            _("If it happens again, allow cookies for this site."),
        ],
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: our mistake."""
    return _bare(
        request,
        status=500,
        title=_("Something went wrong on our side"),
        lines=[
            _("What you sent just now was not saved. Everything you were told was received is safe."),
            _("We have been told. Try again in a few minutes."),
        ],
    )


def unavailable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """503: the database does not answer; nothing is lost that was confirmed."""
    log.error("database unavailable: %s", exception)
    # asked anew: the answer may be given outside of the middleware that settles the language
    with translation.override(translation.get_language_from_request(request, check_path=True)):
        response = _bare(
            request,
            status=503,
            title=_("The portal cannot answer just now"),
            lines=[
                _("What you sent just now was not confirmed. Look it up before you send it again."),
                _("Everything you were told was received is safe. Try again in a minute."),
            ],
        )
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _error(request: HttpRequest, **said: Any) -> HttpResponse:
    """An error within the portal's frame, which then shows no name."""
    if request.path.startswith("/api/"):
        return _problem(**said)
    request.is_public = True  # type: ignore[attr-defined]
    request.user = AnonymousUser()
    return render(request, "web/error.html", {**said, "no_index": True}, status=said["status"])


def _bare(request: HttpRequest, **said: Any) -> HttpResponse:
    """An error that leans on nothing: no menu, no user, no context processor."""
    if request.path.startswith("/api/"):
        return _problem(**said)
    response = HttpResponse(render_to_string("web/bare.html", said), status=said["status"])
    response.headers["Cache-Control"] = "no-store"
    return response


def _problem(*, status: int, title: str, lines: list[str]) -> HttpResponse:
    """The same as problem details (RFC 9457), for programs."""
    body = {"type": "about:blank", "status": status, "title": title, "detail": " ".join(lines)}
    return JsonResponse(body, status=status, content_type="application/problem+json")
