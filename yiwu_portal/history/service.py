"""The door of the history: record an act or a look, read a stream, verify all of it."""

from yiwu_portal.history.actions import look_record, record
from yiwu_portal.history.queries import looks_at, stream_entries

__all__ = ["look_record", "looks_at", "record", "stream_entries"]
