"""Writing the history: always inside the transaction of the act itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from yiwu_portal.history.models import Entry
from yiwu_portal.history.rules import GENESIS, canonical, digest, digest_parts, plain
from yiwu_portal.lifecycle.service import moment

LOOKS_AT_ONCE = 50  # of one person; each attempt lets another of them through
# every act of the portal comes through here: a plain statement costs a quarter of the same through the ORM
APPEND = """
    WITH head AS (
        SELECT seq, digest FROM history_entry WHERE stream = %s ORDER BY seq DESC LIMIT 1
    ), place AS (
        SELECT coalesce(max(seq), 0) + 1 AS seq, coalesce(max(digest), %s) AS previous FROM head
    )
    INSERT INTO history_entry (previous, seq, digest, stream, verb, by_id, subject, person_id, data, at)
    SELECT previous, seq,
        encode(sha256(convert_to(%s || seq || %s || previous || %s, 'UTF8')), 'hex'),
        %s, %s, %s, %s, %s, %s::jsonb, %s
    FROM place
    ON CONFLICT (stream, seq) DO NOTHING
    RETURNING id, seq, previous, digest
"""


def record(
    *,
    verb: str,
    by: models.Model | None,
    stream: str,
    subject: models.Model | str | None = None,
    person_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> Entry:
    """Append one act to a stream, whose head the caller holds locked (the row of the noun it belongs to).

    `data` holds codes and ids, never personal values. Raises `IntegrityError` when two writers race on one stream.
    """
    _inside_a_transaction()
    entry = _appended(
        {"verb": verb, "by": by, "stream": stream, "subject": subject, "person_id": person_id, "data": data}
    )
    if entry is None:
        raise IntegrityError(f"two writers at once in the history of {stream}")
    return entry


def record_many(*, acts: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Append many acts, each the arguments of `record` and optionally its moment `at`, in two statements a thousand.

    For bulk work (simulation, imports); the caller holds every stream's head locked, or just made it.
    """
    _inside_a_transaction()
    acts = list(acts)
    heads: dict[str, tuple[int, str]] = defaultdict(lambda: (0, GENESIS))
    streams = sorted({act["stream"] for act in acts})
    for start in range(0, len(streams), 1000):
        newest = (
            Entry.objects.filter(stream__in=streams[start : start + 1000])
            .order_by("stream", "-seq")
            .distinct("stream")
            .values_list("stream", "seq", "digest")
        )
        heads.update({stream: (seq, head) for stream, seq, head in newest})
    entries = []
    for act in acts:
        entry = _chained(act, heads[act["stream"]])
        heads[entry.stream] = (entry.seq, entry.digest)
        entries.append(entry)
    return Entry.objects.bulk_create(entries, batch_size=1000)


def look_record(*, by: models.Model, person_id: int, task: str, subject: models.Model | str) -> Entry:
    """Record that somebody saw a person's data for a named task; she can see it herself (P1)."""
    # one stream a day and looker: looks at one file never wait for one another, and a rival is this same person's other
    # window; whoever came second finds the new head at the next attempt
    stream = f"look:{by.pk}:{timezone.localdate():%Y%m%d}"
    act = {
        "verb": "look",
        "by": by,
        "stream": stream,
        "subject": subject,
        "person_id": person_id,
        "data": {"task": task},
    }
    for _attempt in range(LOOKS_AT_ONCE):
        entry = _appended({**act, "data": {"task": task}})
        if entry is not None:
            return entry
    raise IntegrityError(f"too many writers at once in the history of {stream}")


def _appended(act: Mapping[str, Any]) -> Entry | None:
    """One act at the head of its stream, in one statement; None when another writer was there first.

    The head is read, and the digest computed from it, where both lie: the text that is hashed is the one `digest`
    hashes, but for number and predecessor, which the statement puts in.
    """
    values = _values(act)
    before, between, after = digest_parts(**values)
    with connection.cursor() as cursor:
        cursor.execute(
            APPEND,
            [
                *(values["stream"], GENESIS, before, between, after),
                *(values["stream"], values["verb"], values["by"], values["subject"], values["person_id"]),
                *(canonical(values["data"]), values["at"]),
            ],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    entry = Entry(by_id=values.pop("by"), **values)
    entry.pk, entry.seq, entry.previous, entry.digest = row
    entry._state.adding, entry._state.db = False, connection.alias
    return entry


def _chained(act: Mapping[str, Any], head: tuple[int, str]) -> Entry:
    values = {**_values(act), "seq": head[0] + 1, "previous": head[1]}
    signed = digest(**values)
    return Entry(by_id=values.pop("by"), digest=signed, **values)


def _values(act: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of an entry before its place in the stream."""
    by, subject = act.get("by"), act.get("subject")
    return {
        "stream": act["stream"],
        "verb": act["verb"],
        "by": by.pk if by else None,
        "subject": subject if isinstance(subject, str) else _name(subject) if subject else act["stream"],
        "person_id": act.get("person_id"),
        "data": plain(act.get("data") or {}),
        "at": act.get("at") or moment(),
    }


def _inside_a_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("history is written in the transaction of the act")


def _name(row: models.Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"
