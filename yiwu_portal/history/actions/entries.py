"""Writing the history: always inside the transaction of the act itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from yiwu_portal.history.models import Entry
from yiwu_portal.history.rules import GENESIS, canonical, digest, plain
from yiwu_portal.lifecycle.service import moment


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
    act = {"verb": verb, "by": by, "stream": stream, "subject": subject, "person_id": person_id, "data": data}
    # every act of the portal comes through here: two plain statements cost a quarter of the same through the ORM
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, digest FROM history_entry WHERE stream = %s ORDER BY seq DESC LIMIT 1", [stream])
        entry = _chained(act, cursor.fetchone() or (0, GENESIS))
        cursor.execute(
            "INSERT INTO history_entry (stream, seq, verb, by_id, subject, person_id, data, at, previous, digest)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s) RETURNING id",
            [
                *(entry.stream, entry.seq, entry.verb, entry.by_id, entry.subject, entry.person_id),
                *(canonical(entry.data), entry.at, entry.previous, entry.digest),
            ],
        )
        entry.pk = cursor.fetchone()[0]
    entry._state.adding, entry._state.db = False, connection.alias
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
    with transaction.atomic():
        # one stream a day and looker: looks at one file never wait for one another
        stream = f"look:{by.pk}:{timezone.localdate():%Y%m%d}"
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [stream])
        return record(verb="look", by=by, stream=stream, subject=subject, person_id=person_id, data={"task": task})


def _chained(act: Mapping[str, Any], head: tuple[int, str]) -> Entry:
    by, subject = act.get("by"), act.get("subject")
    values: dict[str, Any] = {
        "stream": act["stream"],
        "seq": head[0] + 1,
        "verb": act["verb"],
        "by": by.pk if by else None,
        "subject": subject if isinstance(subject, str) else _name(subject) if subject else act["stream"],
        "person_id": act.get("person_id"),
        "data": plain(act.get("data") or {}),
        "at": act.get("at") or moment(),
        "previous": head[1],
    }
    signed = digest(**values)
    return Entry(by_id=values.pop("by"), digest=signed, **values)


def _inside_a_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("history is written in the transaction of the act")


def _name(row: models.Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"
