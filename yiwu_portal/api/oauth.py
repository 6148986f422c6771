"""OAuth2 client credentials (RFC 6749 §4.4), revocation (RFC 7009) and introspection (RFC 7662), spoken by oauthlib."""

import hmac
from base64 import b64decode
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

from oauthlib.oauth2 import BackendApplicationServer, RequestValidator

from yiwu_portal.api.actions import token_end, token_issue
from yiwu_portal.api.models import Client
from yiwu_portal.api.queries import client_by_id, token_live
from yiwu_portal.api.rules import SYSTEM_TOKEN_SECONDS, digest_of


class Registry(RequestValidator):
    """What oauthlib asks us: who is this client, what may it, keep this token."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """By HTTP Basic, or by fields of the body; compared in constant time."""
        client_id, secret = _credentials(request)
        client = client_by_id(client_id)
        kept = client.secret_digest if client else digest_of("nobody")
        if not hmac.compare_digest(kept, digest_of(secret)) or client is None:
            return False
        client_of_oauthlib: Any = client
        request.client = client_of_oauthlib
        return True

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Every client has a secret."""
        return True

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Client, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Client credentials, and nothing else."""
        return grant_type == "client_credentials"

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Client, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Only what the client was given."""
        return set(scopes) <= set(client.scopes)

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """Everything the client was given, where it asks for nothing in particular."""
        return list(request.client.scopes)

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """Already kept when it was made."""

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """End a token of the client's own."""
        token_end(client=request.client, secret=token)

    def introspect_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any) -> Any:
        """What a client's own token may, and until when; of others nothing is said."""
        row = token_live(token)
        if row is None or row.client_id != request.client.pk:
            return None
        return {
            "scope": " ".join(row.scopes),
            "client_id": request.client.client_id,
            "exp": int(row.expires_at.timestamp()),
        }


def _credentials(request: Any) -> tuple[str, str]:
    scheme, _space, value = (request.headers.get("Authorization") or "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _colon, secret = b64decode(value, validate=True).decode().partition(":")
        except ValueError:
            return "", ""
        return unquote_plus(client_id), unquote_plus(secret)
    return str(request.client_id or ""), str(request.client_secret or "")


def _issue(request: Any, refresh_token: bool = False) -> str:
    return token_issue(client=request.client, scopes=request.scopes)


@cache
def server() -> BackendApplicationServer:
    """The authorisation server; made once."""
    return BackendApplicationServer(Registry(), token_generator=_issue, token_expires_in=SYSTEM_TOKEN_SECONDS)
