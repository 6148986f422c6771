"""The one door to addresses others gave us: resolved, checked, connected to as checked; no redirects (SSRF)."""

import socket
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from yiwu_portal.api.rules import address_is_public
from yiwu_portal.lifecycle.service import Refused

SECONDS = 5  # for each step of a call


class Pinned(HTTPConnection):
    """A connection to the very address that was checked, whatever the name says a moment later."""

    def __init__(self, host: str, port: int, address: str, *, is_secure: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self.address, self.is_secure = address, is_secure
        self.default_port = HTTPSConnection.default_port if is_secure else HTTPConnection.default_port

    def connect(self) -> None:
        """Connect; with TLS the certificate must be the name's."""
        self.sock: Any = socket.create_connection((self.address, self.port), self.timeout)
        if self.is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def url_check(url: str) -> None:
    """Raise `Refused` unless a webhook may go there: https on the open network; loopback when developing."""
    if _way(url) is None:
        text = _("A webhook goes to an https address on the open network. Nothing was kept; name another address.")
        raise Refused(text)


def call_post(url: str, body: bytes, headers: dict[str, str]) -> str:
    """Post to an address somebody gave; returns what went wrong, or nothing. A redirect is an answer like any other."""
    way = _way(url)
    if way is None:
        return "address not allowed"
    host, port, address, path = way
    connection = Pinned(host, port, address, is_secure=url.lower().startswith("https:"))
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:
        return type(error).__name__
    finally:
        connection.close()
    return "" if 200 <= status < 300 else f"answered {status}"


def _way(url: str) -> tuple[str, int, str, str] | None:
    """Host, port, checked address and path; None when any of it is not allowed. Every address of the name must be."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        found = {str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (ValueError, OSError):
        return None
    is_plain = parts.scheme == "http" and settings.DEBUG and all(one in ("127.0.0.1", "::1") for one in found)
    if not host or parts.username or (parts.scheme != "https" and not is_plain) or not url.isascii() or " " in url:
        return None
    if not found or not all(address_is_public(one, loopback_allowed=settings.DEBUG) for one in found):
        return None
    return host, port, sorted(found)[0], (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
