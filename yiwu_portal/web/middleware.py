"""Private pages are never stored; refusals and a missing database become pages that say what to do."""

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.web.views import errors

PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


class PortalLocaleMiddleware(LocaleMiddleware):
    """The language comes from the path; an address without one (verification) takes `?lang=`, else the browser's."""

    def process_request(self, request: HttpRequest) -> None:
        """Settle the language before anything speaks."""
        super().process_request(request)
        asked = request.GET.get("lang", "")
        if asked in dict(settings.LANGUAGES) and not translation.get_language_from_path(request.path_info):
            translation.activate(asked)
            request.LANGUAGE_CODE = translation.get_language()


class DatabaseMiddleware:
    """A database that is gone is a 503 wherever it was missed: in a session, in a right, in the saving of a session.

    Django answers what a middleware raises before any other middleware sees it; so the error is noted on the request
    when it happens, and the answer is put right on its way out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        got_request_exception.connect(_note, dispatch_uid="yiwu_portal.web.database_gone")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a 500 that came of the missing database becomes its 503."""
        response = self.get_response(request)
        gone = getattr(request, "database_gone", None)
        return errors.unavailable(request, gone) if gone and response.status_code == 500 else response


def _note(request: HttpRequest | None = None, **signal: Any) -> None:
    error = sys.exc_info()[1]
    if request is not None and isinstance(error, OperationalError | InterfaceError):
        request.database_gone = error  # type: ignore[attr-defined]


class PrivatePagesMiddleware:
    """Say `no-store` on every answer that did not say otherwise, and what the page may use of the device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then say how long and where the answer may be kept."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class MethodsMiddleware:
    """Pages are read and posted; what else is sent to one is answered 405, before a view takes it for either."""

    KNOWN = ("GET", "HEAD", "OPTIONS", "POST")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """All is decided in `process_view`, after the check of the token."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Decide before the view runs; the API's views say themselves what they take."""
        if request.method in self.KNOWN or request.path.startswith("/api/"):
            return None
        return HttpResponseNotAllowed(self.KNOWN)


class RefusalsMiddleware:
    """A refusal raised by an action becomes its page: not yours is not there, anything else is said in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; refusals are caught below."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of a refusal or a missing database; `None` for everything else."""
        if isinstance(exception, NotYours):
            return errors.not_found(request, exception)
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        if isinstance(exception, ValueError) and "NUL (0x00)" in str(exception):  # the driver takes no such text
            return errors.bad_request(request, exception)
        if isinstance(exception, OperationalError | InterfaceError):
            return errors.unavailable(request, exception)
        return None
