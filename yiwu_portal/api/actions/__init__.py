"""The verbs of the API's own nouns: kept answers, systems, tokens."""

from yiwu_portal.api.actions.answers import Busy, OtherBody, answer_once, api_expired_clear
from yiwu_portal.api.actions.clients import client_make, client_stop, token_end, token_issue, token_make, token_revoke
from yiwu_portal.api.actions.webhooks import (
    call_replay,
    call_send,
    calls_sweep,
    event_tell,
    webhook_end,
    webhook_make,
)

__all__ = [
    "Busy",
    "OtherBody",
    "answer_once",
    "api_expired_clear",
    "call_replay",
    "call_send",
    "calls_sweep",
    "client_make",
    "client_stop",
    "event_tell",
    "token_end",
    "token_issue",
    "token_make",
    "token_revoke",
    "webhook_end",
    "webhook_make",
]
