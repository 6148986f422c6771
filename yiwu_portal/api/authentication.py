"""Who calls: a bearer token of a system or a person, or a browser's session."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from yiwu_portal.api.models import Token
from yiwu_portal.api.queries import token_live


class BearerAuthentication(BaseAuthentication):
    """A token in the Authorization header (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        """The user and the token; None where the header carries none."""
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        try:
            token = token_live(secret.strip().decode("ascii"))
        except UnicodeDecodeError:
            token = None
        if token is None:
            raise AuthenticationFailed(_("This token is not valid (any more). Ask for a new one."))
        user: Any = token.user
        user.keeps_appointments = True  # read once in this request
        return user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


class MayCall(BasePermission):
    """Somebody known, with the scope the operation needs; a session has the scopes of a person."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller may try; whose things these are is asked by the queries."""
        if not view.scope:
            return True
        if not request.user.is_authenticated:
            return False
        token: Any = request.auth
        if token is None:
            self.message = _("Only a department's system may do this.")
            return not view.for_systems
        self.message = _("Your token lacks the scope %(scope)s.") % {"scope": view.scope}
        return view.scope in token.scopes


__all__ = ["BearerAuthentication", "MayCall", "SessionAuthentication"]
