"""Pure computation of the API: scopes, digests of tokens, fingerprints of requests."""

import hashlib
import hmac
import ipaddress
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

PERSON_SCOPES = ("cases:read", "cases:write")
SYSTEM_SCOPES = ("tasks:read", "tasks:decide", "webhooks")
EVENTS = ("case_accepted", "task_opened", "matter_decided", "case_withdrawn")
CALL_ATTEMPTS = 8
KEPT_FOR = timedelta(hours=24)  # how long the answer of a write is kept (F3)
SYSTEM_TOKEN_SECONDS = 900  # a system's token: a quarter of an hour, asked for anew
PERSON_TOKEN_DAYS = 90
KEY_MAX = 200  # characters of an idempotency key
TOKEN_BYTES = 32  # 256 random bits


def secret_new(prefix: str) -> str:
    """A fresh secret, recognisable by its prefix when it leaks into a file."""
    return f"{prefix}_{secrets.token_urlsafe(TOKEN_BYTES)}"


def digest_of(secret: str) -> str:
    """What is kept of a secret: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def fingerprint_of(method: str, path: str, fields: Any, files: Mapping[str, tuple[str, str]]) -> str:
    """A fingerprint of what a write asks for, the same whatever the order of its fields or its multipart boundary.

    `files` maps field names to (file name, digest of the content).
    """
    said = json.dumps([method, path, fields, files], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def scopes_read(text: str) -> list[str]:
    """The scopes of a space-separated list, each once, in order."""
    return list(dict.fromkeys(text.split()))


def signature_of(secret: str, at: int, body: bytes) -> str:
    """What a webhook is signed with: HMAC-SHA256 over the moment (seconds since 1970), a dot, and the body."""
    return "sha256=" + hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the n-th failed call: 30 s, four times as long each time, never over an hour."""
    return timedelta(seconds=min(30 * 4 ** min(max(attempts - 1, 0), 8), 3600))


def address_is_public(address: str, *, loopback_allowed: bool) -> bool:
    """Whether a webhook may go to this IP address: the open network only, so that nobody reaches into ours (SSRF)."""
    one = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    one = getattr(one, "ipv4_mapped", None) or one
    return (loopback_allowed and one.is_loopback) or (one.is_global and not one.is_multicast)
