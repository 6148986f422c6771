"""The verbs of the history: entries, seals and the salts of commitments."""

from yiwu_portal.history.actions.commitments import commitment, salts_erase
from yiwu_portal.history.actions.entries import look_record, record, record_many
from yiwu_portal.history.actions.seals import history_seal

__all__ = ["commitment", "history_seal", "look_record", "record", "record_many", "salts_erase"]
