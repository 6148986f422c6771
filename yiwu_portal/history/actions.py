"""Writing the history: always inside the transaction of the act itself."""

from typing import Any

from django.db import models, transaction
from django.utils import timezone

from yiwu_portal.history.models import Entry
from yiwu_portal.history.rules import GENESIS, digest


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
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("history is written in the transaction of the act")
    head = Entry.objects.filter(stream=stream).order_by("-seq").values_list("seq", "digest").first() or (0, GENESIS)
    values: dict[str, Any] = {
        "stream": stream,
        "seq": head[0] + 1,
        "verb": verb,
        "by": by.pk if by else None,
        "subject": subject if isinstance(subject, str) else _name(subject) if subject else stream,
        "person_id": person_id,
        "data": data or {},
        "at": timezone.now(),
        "previous": head[1],
    }
    fields = {**values, "by_id": values["by"], "digest": digest(**values)}
    del fields["by"]
    return Entry.objects.create(**fields)


def look_record(*, by: models.Model, person_id: int, task: str, subject: models.Model | str) -> Entry:
    """Record that somebody saw a person's data for a named task; she can see it herself (P1)."""
    with transaction.atomic():
        # one stream a day and looker: looks at one file never wait for one another
        stream = f"look:{by.pk}:{timezone.localdate():%Y%m%d}"
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [stream])
        return record(verb="look", by=by, stream=stream, subject=subject, person_id=person_id, data={"task": task})


def _name(row: models.Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"
