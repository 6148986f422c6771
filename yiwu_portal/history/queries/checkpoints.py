"""Checkpoints, in the files and in the database, and what they seal."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from yiwu_portal.history.models import Checkpoint, Entry
from yiwu_portal.history.rules import retired_line

CHUNK = 5000
UNSEALED_LIMIT = timedelta(minutes=10)


def digests_after(after: int, *, upto: int) -> Iterator[list[tuple[int, str]]]:
    """(id, digest) of the entries in (after, upto], in id order, a few thousand at a time."""
    while rows := list(
        Entry.objects.filter(id__gt=after, id__lte=upto).order_by("id").values_list("id", "digest")[:CHUNK]
    ):
        yield rows
        after = rows[-1][0]


def files() -> list[Path]:
    """The checkpoint files, oldest first."""
    folder: Path = settings.CHECKPOINT_DIR
    return sorted(folder.glob("*.jsonl")) if folder.exists() else []


def file_lines() -> Iterator[tuple[str, str]]:
    """Every whole line of every checkpoint file, with its place."""
    for path in files():
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.endswith("\n"):
                    yield f"{path.name}:{number}", line.rstrip("\n")


def row_lines() -> Iterator[tuple[str, str]]:
    """Every checkpoint the database holds, with its place."""
    number = 0
    while rows := list(Checkpoint.objects.filter(number__gt=number).order_by("number")[:CHUNK]):
        for row in rows:
            yield f"checkpoint {row.number} in the database", row.line
        number = rows[-1].number


def key_retired() -> str:
    """The line by which the key in use is remembered once another replaces it (`HISTORY_SIGNING_OLD_KEYS`)."""
    newest = Checkpoint.objects.order_by("-number").values_list("number", flat=True).first() or 0
    return retired_line(settings.HISTORY_SIGNING_KEY, newest)


def unsealed_since() -> timedelta | None:
    """How long the oldest entry behind the last checkpoint has been waiting for its seal."""
    upto = Checkpoint.objects.order_by("-number").values_list("upto", flat=True).first() or 0
    oldest = Entry.objects.filter(id__gt=upto).order_by("id").values_list("at", flat=True).first()
    return timezone.now() - oldest if oldest else None
