"""Which steps may open: those whose prerequisites are all decided (R41)."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

LEASE = timedelta(minutes=30)  # how long a claim holds without a new act
ACCEPTANCE_WORKING_DAYS = 5  # Administrative Licensing Law art. 32(4): all deficiencies told within five days
CORRECTION_WORKING_DAYS = 10  # the house's own term for an answer; it stands in the notice


def steps_ready(prerequisites: Mapping[int, Iterable[int]], decided: set[int], opened: set[int]) -> list[int]:
    """Steps not yet opened whose prerequisites are all decided, in ascending order."""
    return sorted(step for step, needed in prerequisites.items() if step not in opened and set(needed) <= decided)
