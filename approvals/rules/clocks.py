"""How a matter's dates are computed: its limit, one extension, and the days on which its clock stood still."""

from collections.abc import Sequence
from datetime import date

from yiwu_portal.workdays.service import Calendar, Computation, Limit, Suspension, Unit, compute


def limit_computed(
    calendar: Calendar, start: date, limit: Limit, *, suspensions: Sequence[Suspension] = (), more: int = 0
) -> Computation:
    """The end of a limit counted from `start`, with `more` working days behind it (one extension, ALL art. 42).

    A limit in working days grows by them; after one in another unit they are counted on from its end.
    """
    if not more:
        return compute(calendar, start, limit, suspensions)
    if limit.unit is Unit.WORKING_DAY:
        return compute(calendar, start, Limit(limit.amount + more), suspensions)
    first = compute(calendar, start, limit, suspensions)
    return first if first.end is None else compute(calendar, first.end, Limit(more), suspensions)
