"""The reads of the history: entries, checkpoints, and the verification of both."""

from yiwu_portal.history.queries.checkpoints import digests_after, file_lines, files, row_lines, unsealed_since
from yiwu_portal.history.queries.entries import commitment_matches, entries_by_stream, looks_at, stream_entries
from yiwu_portal.history.queries.verification import history_verify

__all__ = [
    "commitment_matches",
    "digests_after",
    "entries_by_stream",
    "file_lines",
    "files",
    "history_verify",
    "looks_at",
    "row_lines",
    "stream_entries",
    "unsealed_since",
]
