"""Reading the history."""

from django.db.models import QuerySet

from yiwu_portal.history.models import Entry


def stream_entries(stream: str) -> "QuerySet[Entry]":
    """All acts of one stream in order; the caller has already asked who may see it."""
    return Entry.objects.filter(stream=stream).select_related("by").order_by("seq")


def looks_at(person_id: int) -> "QuerySet[Entry]":
    """Who looked at a person's data, newest first: for herself."""
    return Entry.objects.filter(person_id=person_id, verb="look").select_related("by").order_by("-at")
