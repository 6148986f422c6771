"""Links by which a draft of nobody yet goes on in another browser: the draft's key, when it was made, a signature."""

from django.core import signing

LINK_DAYS = 14  # how long a link opens its draft
_SALT = "approvals.draft_resume"


def link_make(key: str) -> str:
    """The token of a link to the draft with this key, signed now."""
    return signing.TimestampSigner(salt=_SALT, sep=".").sign(key)


def link_read(token: str) -> str | None:
    """The key in a token that we signed within `LINK_DAYS`; None for any other."""
    try:
        return signing.TimestampSigner(salt=_SALT, sep=".").unsign(token, max_age=LINK_DAYS * 86400)
    except signing.BadSignature:
        return None
