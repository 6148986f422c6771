"""Personal values in the history: only as salted digests whose salt can be erased (P1)."""

import secrets

from yiwu_portal.history.models import Salt
from yiwu_portal.history.rules import commitment_digest


def commitment(*, value: str, person_id: int) -> dict[str, str]:
    """What may stand in an entry's `data` for a personal value; keeps its salt in a table of its own."""
    row = Salt.objects.create(person_id=person_id, salt=secrets.token_hex(32))
    return {"salt": str(row.pk), "digest": commitment_digest(row.salt, value)}


def salts_erase(*, person_id: int) -> int:
    """Make every commitment of a person unreadable for good; the chains stay whole. Returns how many."""
    return Salt.objects.filter(person_id=person_id).delete()[0]
