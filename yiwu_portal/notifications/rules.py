"""Back-off, what an error may say, and how a notice's text becomes subject and body."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

MOST_ATTEMPTS = 8
FIRST_PAUSE = 30  # seconds
LONGEST_PAUSE = 3600  # seconds
SUBJECT_LENGTH = 200
ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the n-th failed attempt: 30 s, four times as long each time, never over an hour."""
    return timedelta(seconds=min(FIRST_PAUSE * 4 ** min(max(attempts - 1, 0), 8), LONGEST_PAUSE))


def error_text(error: BaseException) -> str:
    """The error without any address in it (P1), short enough for its column."""
    return ADDRESS.sub("…@…", f"{type(error).__name__}: {error}")[:300]


def text_split(text: str) -> tuple[str, str]:
    """Subject (first line) and body of a rendered notice; raises `ValueError` when either is empty."""
    subject, _, body = text.strip().partition("\n")
    if not subject.strip() or not body.strip():
        raise ValueError("a notice has a first line, its subject, and a body below it")
    return " ".join(subject.split())[:SUBJECT_LENGTH], body.strip() + "\n"


def context_check(values: Mapping[str, Any]) -> None:
    """Raise `TypeError` for anything but plain values, so that no template ever reaches into the database."""
    for name, value in values.items():
        if not _is_plain(value):
            raise TypeError(f"{name} is a {type(value).__name__}: a notice is told in plain values")


def _is_plain(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_plain(item) for item in value.values())
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return all(_is_plain(item) for item in value)
    return value is None or isinstance(value, (str, int, float, Decimal, date, Promise))
