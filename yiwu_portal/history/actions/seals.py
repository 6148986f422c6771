"""Sealing the history every minute: a signed line in the database and in a file outside it.

Entries of running transactions may still appear below the newest id. So the newest id is read first and then every
transaction that holds the table's write lock is waited for, without blocking anybody: all ids up to it are settled.
"""

import fcntl
import os
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from yiwu_portal.history.models import Checkpoint, Entry
from yiwu_portal.history.queries import digests_after, file_lines, files
from yiwu_portal.history.rules import GENESIS, Seal, Sealer, keyring, line_hash, seal_sign, signing_key

LOCK = 4_170_002
PATIENCE = 8.0  # seconds to wait for running transactions; then the next tick tries again
MOST_SEALED = 200_000  # entries in one checkpoint, so that a run stays short


def history_seal(*, patience: float = PATIENCE) -> Seal | None:
    """Seal every settled entry since the last checkpoint and bring the file up to date; None when there is nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return None
        _rows_restore()
        seal = _seal_next(patience)
    _files_catch_up()
    return seal


def _seal_next(patience: float) -> Seal | None:
    last = Checkpoint.objects.order_by("-number").first()
    newest: int = Entry.objects.aggregate(newest=Max("id"))["newest"] or 0
    after = last.upto if last else 0
    if newest <= after or not _settled(patience):
        return None
    # a new statement sees everything those transactions committed
    sealer = Sealer(after)
    for entries in digests_after(after, upto=newest):
        sealer.add(entries)
        if sealer.count >= MOST_SEALED:
            break
    seal = sealer.seal(
        number=last.number + 1 if last else 1,
        at=timezone.now().isoformat(),
        after=after,
        previous=line_hash(last.line) if last else GENESIS,
    )
    seal = seal_sign(seal, signing_key(settings.HISTORY_SIGNING_KEY))
    Checkpoint.objects.create(
        number=seal.number, upto=seal.upto, sealed_at=datetime.fromisoformat(seal.at), line=seal.line()
    )
    return seal


def _settled(patience: float) -> bool:
    """Wait until every transaction that is writing history now has ended; False when one takes too long."""
    end, writers = time.monotonic() + patience, _writers()
    while writers:
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
        writers &= _writers()
    return True


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock'"
            " AND relation = 'history_entry'::regclass AND granted AND pid <> pg_backend_pid()"
        )
        return {row[0] for row in cursor.fetchall()}


def _rows_restore() -> None:
    """Bring back checkpoints that stand in the file and no longer in the database (a restored backup, or a thief)."""
    known = Checkpoint.objects.aggregate(newest=Max("number"))["newest"] or 0
    ours = keyring(settings.HISTORY_SIGNING_KEY, settings.HISTORY_SIGNING_OLD_KEYS)
    missing = [seal for seal in map(Seal.read, _tail_lines(known)) if ours.signed(seal)]
    Checkpoint.objects.bulk_create(
        Checkpoint(number=seal.number, upto=seal.upto, sealed_at=datetime.fromisoformat(seal.at), line=seal.line())
        for seal in missing
    )


def _tail_lines(known: int) -> list[str]:
    newest = files()[-1:]
    last = _last_number(newest[0]) if newest else 0
    return [] if last <= known else [line for _, line in file_lines() if Seal.read(line).number > known]


def _files_catch_up() -> None:
    """Append what the file lacks, one file a month, each line on the disk before the next."""
    folder: Path = settings.CHECKPOINT_DIR
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one writer on this machine; another machine has files of its own
        known = files()
        last = _last_number(known[-1]) if known else 0
        _append(folder, list(Checkpoint.objects.filter(number__gt=last).order_by("number")))


def _append(folder: Path, rows: Sequence[Checkpoint]) -> None:
    for row in rows:
        path = folder / f"{row.sealed_at:%Y-%m}.jsonl"
        with path.open("a", encoding="utf-8") as file:
            file.write(row.line + "\n")
            file.flush()
            os.fsync(file.fileno())


def _last_number(path: Path) -> int:
    """The number of a file's last whole line; a line cut by a crash is cut off, it stands in the database."""
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - 1_000_000)
        file.seek(start)
        tail = file.read()
        whole = tail.rfind(b"\n") + 1
        if whole < len(tail):
            file.truncate(start + whole)
    lines = tail[:whole].splitlines()
    return Seal.read(lines[-1].decode()).number if lines else 0
