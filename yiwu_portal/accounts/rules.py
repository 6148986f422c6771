"""Pure computation of the accounts: whose address it is, how secrets are sealed, whether two factors were proven."""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet

STRONG_METHOD = "mfa"  # allauth's word for a proven second factor (or a passkey with user verification)
DEMO_TYPE = "demo"


def client_address(*, remote: str, forwarded_for: str, behind_proxy: bool) -> str:
    """The client's address, an IPv6 one cut to its /64.

    X-Forwarded-For counts only behind our own proxy, and only the hop our proxy itself wrote: the last one.
    """
    text = remote
    if behind_proxy and forwarded_for:
        text = forwarded_for.rsplit(",", 1)[-1]
    text = text.strip()
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def asker_hash(text: str, *, key: str) -> str:
    """A keyed hash that names an asker without telling who it is, 64 hexadecimal characters."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def window_of(now: float, *, seconds: int) -> tuple[int, int]:
    """The number of the window of `seconds` in which `now` (seconds since 1970) lies, and when it ends."""
    number = int(now // seconds)
    return number, (number + 1) * seconds


def is_strong(records: Iterable[Mapping[str, Any]], *, demo_allowed: bool) -> bool:
    """Whether a session's record of authentications holds a second factor; the demo's stamp counts only in the demo."""
    return any(
        record.get("method") == STRONG_METHOD and (demo_allowed or record.get("type") != DEMO_TYPE)
        for record in records
    )


@lru_cache(maxsize=4)
def _box(secrets: tuple[str, ...], salts: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(
                    hashlib.pbkdf2_hmac("sha256", secret.encode(), b"second-factor:" + salt.encode(), 100_000)
                )
            )
            for secret in secrets
            for salt in salts
        ]
    )


def secret_seal(text: str, *, secrets: Iterable[str], salts: Iterable[str]) -> str:
    """Encrypt a second factor's secret for storage; the first secret and salt encrypt, all decrypt."""
    return _box(tuple(secrets), tuple(salts)).encrypt(text.encode()).decode()


def secret_open(text: str, *, secrets: Iterable[str], salts: Iterable[str]) -> str:
    """Decrypt what `secret_seal` made; raises `cryptography.fernet.InvalidToken`."""
    return _box(tuple(secrets), tuple(salts)).decrypt(text.encode()).decode()
