"""The verbs of the API's own nouns: kept answers, systems, tokens."""

from yiwu_portal.api.actions.answers import Busy, OtherBody, answer_once, api_expired_clear
from yiwu_portal.api.actions.clients import client_make, client_stop, token_end, token_issue, token_make, token_revoke

__all__ = [
    "Busy",
    "OtherBody",
    "answer_once",
    "api_expired_clear",
    "client_make",
    "client_stop",
    "token_end",
    "token_issue",
    "token_make",
    "token_revoke",
]
