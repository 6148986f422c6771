"""How a paper of the library stands on a day."""

from datetime import date, timedelta
from enum import StrEnum

SOON = timedelta(days=30)


class Standing(StrEnum):
    """Whether a paper can still be given to an office."""

    GOOD = "good"
    SOON = "soon"
    EXPIRED = "expired"
    OLD_PASSPORT = "old_passport"


def paper_standing(*, good_until: date | None, today: date, is_of_old_passport: bool = False) -> Standing:
    """Good through its last day; `SOON` in its last 30 days; a page of a replaced passport is good no more."""
    if is_of_old_passport:
        return Standing.OLD_PASSPORT
    if good_until is None or good_until > today + SOON:
        return Standing.GOOD
    return Standing.SOON if good_until >= today else Standing.EXPIRED
