"""Errors as problem details (RFC 9457), in the caller's language; never a stack trace."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from yiwu_portal.documents.service import UploadRefused
from yiwu_portal.lifecycle.service import NotYours, Refused

MEDIA_TYPE = "application/problem+json"


class Problem(exceptions.APIException):
    """An error with a status, a code for programs and words for people."""

    def __init__(self, status: int, code: str, detail: Any, **more: Any) -> None:
        super().__init__(detail, code)
        self.status_code, self.more = status, more


def problem_answer(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error we know; None lets the portal's own pages of errors speak."""
    error = _as_problem(exception)
    if error is None:
        return None
    body = {"type": "about:blank", "title": _title(error.status_code), "status": error.status_code}
    detail = error.detail
    body["code"] = str(error.get_codes()) if isinstance(detail, str) else "invalid"
    body["detail"] = str(detail) if isinstance(detail, str) else _("What is wrong stands under `errors`.")
    if not isinstance(detail, str):
        body["errors"] = _errors(detail)
    body |= getattr(error, "more", {})
    answer = Response(body, status=error.status_code, content_type=MEDIA_TYPE)
    if getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if wait := getattr(error, "wait", None):
        answer["Retry-After"] = str(int(wait) + 1)
    if isinstance(error, exceptions.MethodNotAllowed):
        answer["Allow"] = ", ".join(context["view"].allowed_methods)
    return answer


def _as_problem(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404 | NotYours):
        return Problem(404, "not_found", _("This does not exist, or is not yours to see."))
    if isinstance(error, UploadRefused):
        return Problem(422, "upload_refused", str(error))
    if isinstance(error, Refused):
        missing = getattr(error, "missing", None)
        more = {"missing": missing} if missing else {}
        return Problem(409, "incomplete" if missing else "refused", str(error), **more)
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    return None


def _title(status: int) -> str:
    titles = {
        400: _("We could not read this request"),
        401: _("Sign in first"),
        403: _("This is not open to you"),
        404: _("Not found"),
        405: _("This method has no meaning here"),
        406: _("We do not speak this format"),
        409: _("This could not be done"),
        413: _("This is too large"),
        415: _("We do not read this format"),
        422: _("This could not be taken"),
        429: _("Too many requests"),
    }
    return titles.get(status, _("This could not be done"))


def _errors(detail: Any) -> Any:
    """What is wrong, by field; lists of words at the leaves."""
    if isinstance(detail, dict):
        return {str(key): _errors(value) for key, value in detail.items()}
    if isinstance(detail, list):
        return {"": [str(word) for word in detail]} if not detail else [_words(item) for item in detail]
    return [str(detail)]


def _words(item: Any) -> Any:
    return _errors(item) if isinstance(item, dict | list) else str(item)
