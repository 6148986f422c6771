"""Nobody who serves does anything before proving a second factor (ASVS 6.3.3): pages, administration and API alike."""

import logging
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from yiwu_portal.accounts.queries import factors_of_staff, session_is_demo, session_is_strong

log = logging.getLogger("yiwu_portal.security")

ALWAYS = {"account_logout", "healthz", "readyz"}
# somebody who has none yet may enrol one, and do what enrolling itself asks: verify the address, repeat the password
ENROL = ALWAYS | {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_reauthenticate",
    "account_email_verification_sent",
    "account_email",
}
# somebody who has one but opened this session without it may only prove it
PROVE = ALWAYS | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


class SecondFactorMiddleware:
    """Send staff without a proven second factor to enrol or prove one; let them reach nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """All is decided in `process_view`, where the address has its name."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Decide before the view runs.

        A visitor without a session costs nothing; nor does a public page, the same bytes for everyone.
        """
        if getattr(view, "is_public", False) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        user: Any = request.user
        user.keeps_appointments = True
        kinds = factors_of_staff(user)
        if kinds is None or session_is_demo(request):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        request.second_factor_missing = not kinds  # type: ignore[attr-defined]
        if (kinds and session_is_strong(request)) or name in (PROVE if kinds else ENROL):
            return None
        log.info("second factor missing: user %s refused %s", user.pk, name)
        return _refuse(request, kinds)


def _refuse(request: HttpRequest, kinds: set[str]) -> HttpResponse:
    if request.path.startswith("/api/"):
        said: dict[str, Any] = {
            "title": _("This is not open to you"),
            "detail": _("Sign in with your second factor first."),
        }
        said = {"type": "about:blank", **said, "status": 403, "code": "second_factor"}
        return JsonResponse(said, status=403, content_type="application/problem+json")
    if not kinds:
        return HttpResponseRedirect(reverse("mfa_index"))
    by_code = Authenticator.Type.TOTP in kinds
    address = reverse("mfa_reauthenticate" if by_code else "mfa_reauthenticate_webauthn")
    next_page = {"next": request.get_full_path()} if request.method == "GET" else {}
    return HttpResponseRedirect(f"{address}?{urlencode(next_page)}" if next_page else address)
