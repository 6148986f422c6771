"""How entries are hashed and sealed: over their own canonical text, never over a database's rendering of it."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.utils.functional import Promise

GENESIS = "0" * 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, unescaped."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def epoch(moment: datetime) -> str:
    """Microseconds since 1970 as text, so that no session's time zone changes a digest."""
    return str((moment - _EPOCH) // timedelta(microseconds=1))


def plain(value: Any) -> Any:
    """The value as the database will give it back: numbers with fractions, dates and ids as text.

    Raises `TypeError` for anything else, a row for instance.
    """
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, (float, Decimal, UUID, Promise, date)):
        return value.isoformat() if isinstance(value, date) else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    raise TypeError(f"history keeps codes and ids, not a {type(value).__name__}")


def digest(
    *,
    stream: str,
    seq: int,
    verb: str,
    by: int | None,
    subject: str,
    person_id: int | None,
    data: dict[str, Any],
    at: datetime,
    previous: str,
) -> str:
    """SHA-256 of the entry, hexadecimal."""
    text = canonical([stream, seq, verb, by, subject, person_id, data, epoch(at), previous])
    return hashlib.sha256(text.encode()).hexdigest()


def digest_parts(
    *,
    stream: str,
    verb: str,
    by: int | None,
    subject: str,
    person_id: int | None,
    data: dict[str, Any],
    at: datetime,
) -> tuple[str, str, str]:
    """The text `digest` hashes, cut where the number stands and where the digest of the entry before stands."""
    middle = canonical([verb, by, subject, person_id, data, epoch(at)])[1:-1]
    return f"[{canonical(stream)},", f',{middle},"', '"]'


def commitment_digest(salt: str, value: str) -> str:
    """SHA-256 of a personal value with its salt: proves the value while the salt exists, tells nothing after."""
    return hashlib.sha256(f"{salt}:{value}".encode()).hexdigest()


@dataclass(frozen=True)
class Seal:
    """What one checkpoint says of the entries with ids in (after, upto]: how many, which ids are missing, their root.

    The gaps are the ids of acts that were rolled back; keeping them lets a verifier name the row that was taken away
    or slipped in. `previous` is the hash of the signed line before.
    """

    number: int
    at: str
    after: int
    upto: int
    count: int
    gaps: tuple[tuple[int, int], ...]
    root: str
    previous: str
    signature: str = ""

    def unsigned(self) -> bytes:
        """What is signed."""
        return canonical({name: value for name, value in asdict(self).items() if name != "signature"}).encode()

    def line(self) -> str:
        """The signed seal as one line of the checkpoint file."""
        return canonical(asdict(self))

    @classmethod
    def read(cls, line: str) -> "Seal":
        """The seal of a line; raises `ValueError` for a line that is none."""
        try:
            values = json.loads(line)
            return cls(**{**values, "gaps": tuple((first, last) for first, last in values["gaps"])})
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError("not a checkpoint") from error


class Sealer:
    """Takes (id, digest) in id order and grows a seal: count, gaps and root."""

    def __init__(self, after: int) -> None:
        self.last, self.count = after, 0
        self.gaps: list[tuple[int, int]] = []
        self._hash = hashlib.sha256()

    def add(self, entries: Iterable[tuple[int, str]]) -> None:
        """Take the next entries in."""
        for pk, entry_digest in entries:
            self.gap_to(pk)
            self._hash.update(f"{pk}:{entry_digest}\n".encode())
            self.last, self.count = pk, self.count + 1

    def gap_to(self, pk: int) -> None:
        """Note the ids missing before this one."""
        if pk > self.last + 1:
            self.gaps.append((self.last + 1, pk - 1))

    def seal(self, *, number: int, at: str, after: int, previous: str) -> Seal:
        """The unsigned seal over everything taken in."""
        return Seal(number, at, after, self.last, self.count, tuple(self.gaps), self._hash.hexdigest(), previous)


def line_hash(line: str) -> str:
    """SHA-256 of a signed line: binds the next one to it."""
    return hashlib.sha256(line.encode()).hexdigest()


def signing_key(seed: str) -> Ed25519PrivateKey:
    """The key from its base64 seed; raises `ValueError` when it is not 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))


def seal_sign(seal: Seal, key: Ed25519PrivateKey) -> Seal:
    """The seal with its signature."""
    return replace(seal, signature=base64.b64encode(key.sign(seal.unsigned())).decode())


@dataclass(frozen=True)
class Keyring:
    """Whose signature is ours: the key in use, and for the checkpoints of their time the ones it replaced."""

    current: Ed25519PublicKey
    retired: tuple[tuple[int, Ed25519PublicKey], ...] = ()

    def signed(self, seal: Seal) -> bool:
        """Whether the signature is ours; a retired key signs nothing later than its last checkpoint."""
        known = [self.current, *(key for upto, key in self.retired if seal.number <= upto)]
        return any(_is_signed(seal, key) for key in known)


def keyring(seed: str, retired: Iterable[str]) -> Keyring:
    """The ring of the key in use and of lines `<last checkpoint>:<public key>`; raises `ValueError` for a bad line."""
    return Keyring(signing_key(seed).public_key(), tuple(map(_retired_read, retired)))


def retired_line(seed: str, upto: int) -> str:
    """How a key is named once another has replaced it: the last checkpoint it signed, and its public half."""
    raw = signing_key(seed).public_key().public_bytes_raw()
    return f"{upto}:{base64.b64encode(raw).decode()}"


def _retired_read(line: str) -> tuple[int, Ed25519PublicKey]:
    upto, _colon, key = line.strip().partition(":")
    return int(upto), Ed25519PublicKey.from_public_bytes(base64.b64decode(key))


def _is_signed(seal: Seal, key: Ed25519PublicKey) -> bool:
    """Whether this key signed it."""
    try:
        key.verify(base64.b64decode(seal.signature), seal.unsigned())
    except (InvalidSignature, ValueError):
        return False
    return True
