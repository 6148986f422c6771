"""Acts, and who looked at what."""

from collections.abc import Iterator

from django.db.models import QuerySet

from yiwu_portal.history.models import Entry, Salt
from yiwu_portal.history.rules import commitment_digest

CHUNK = 5000


def stream_entries(stream: str) -> "QuerySet[Entry]":
    """All acts of one stream in order; the caller has already asked who may see it."""
    return Entry.objects.filter(stream=stream).select_related("by").order_by("seq")


def looks_at(person_id: int) -> "QuerySet[Entry]":
    """Who looked at a person's data, newest first: for herself."""
    return Entry.objects.filter(person_id=person_id, verb="look").select_related("by").order_by("-at")


def commitment_matches(kept: dict[str, str], value: str) -> bool | None:
    """Whether a commitment is of this value; None once its salt was erased."""
    salt = Salt.objects.filter(pk=kept["salt"]).values_list("salt", flat=True).first()
    return None if salt is None else commitment_digest(salt, value) == kept["digest"]


def entries_by_stream() -> Iterator[Entry]:
    """Every entry, stream by stream and in order within each, by keyset so that no cursor is held."""
    # an index-only place to go on from: PostgreSQL compares the pair as one key
    place = ("", 0)
    while rows := list(
        Entry.objects.extra(where=["(stream, seq) > (%s, %s)"], params=list(place)).order_by("stream", "seq")[:CHUNK]
    ):
        yield from rows
        place = (rows[-1].stream, rows[-1].seq)
