"""The door of the history: record an act or a look, read a stream, seal and verify all of it."""

from yiwu_portal.history.actions import commitment, history_seal, look_record, record, record_many, salts_erase
from yiwu_portal.history.queries import commitment_matches, history_verify, looks_at, stream_entries

__all__ = [
    "commitment",
    "commitment_matches",
    "history_seal",
    "history_verify",
    "look_record",
    "looks_at",
    "record",
    "record_many",
    "salts_erase",
    "stream_entries",
]
