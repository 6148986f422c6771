"""How an entry is hashed: over its own canonical text and the digest before it, never over a database's rendering."""

import hashlib
import json
from datetime import datetime
from typing import Any

GENESIS = "0" * 64


def epoch(moment: datetime) -> str:
    """Microseconds since 1970 as text, so that no session's time zone changes a digest."""
    return str(int(moment.timestamp()) * 1_000_000 + moment.microsecond)


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
    text = json.dumps(
        [stream, seq, verb, by, subject, person_id, data, epoch(at), previous],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()
