"""How a matter's dates are computed, what a paper that may follow is due, and what moved a date."""

from collections.abc import Sequence
from datetime import date

from yiwu_portal.workdays.service import (
    Calendar,
    Computation,
    DayKind,
    Limit,
    Step,
    Suspension,
    Unit,
    compute,
    working_days_between,
)

EXTENSION_DAYS_MOST = 10  # working days, Administrative Licensing Law art. 42
SUSPENSION_DAYS_MOST = 366  # calendar days one suspension may foresee; longer is a mistake of typing
GAP_DAYS_MOST = 20  # working days after acceptance (容缺后补, local rules)
GAP_DAYS_BEFORE_END = 2  # working days before the promised end


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


def again(calendar: Calendar, before: Computation) -> Computation:
    """The same limit counted anew from the same day, by another calendar."""
    return compute(calendar, before.start, before.limit)


def gap_due(calendar: Calendar, start: date, promised_end: date) -> Computation | None:
    """When a paper that may follow is due; None when the promise is too short to allow any.

    At least two working days before the promised end, at most twenty working days after acceptance on `start`.
    """
    days = min(GAP_DAYS_MOST, working_days_between(start, promised_end, calendar=calendar) - GAP_DAYS_BEFORE_END)
    return compute(calendar, start, Limit(days)) if days >= 1 else None


def moved_by(before: Computation, after: Computation) -> list[Step]:
    """The days whose kind changed between two computations of one limit, as they are now; those that moved it first.

    A day worked after all has the kind `working`. Days beyond the old end are named only when nothing before it
    changed: further out both calendars may have agreed all along.
    """
    old, new = _kinds(before), _kinds(after)
    last = min((one.end for one in (before, after) if one.end), default=date.max)
    changed = [step for day, step in new.items() if day not in old or old[day].kind is not step.kind]
    changed += [
        Step(day, DayKind.WORKING if step.kind is DayKind.HOLIDAY else DayKind.WEEKEND, step.name)
        for day, step in old.items()
        if day not in new and day <= last
    ]
    changed.sort(key=lambda step: step.day)
    limit = before.end or date.max
    return [step for step in changed if step.day <= limit] or changed


def _kinds(computation: Computation) -> dict[date, Step]:
    told = (DayKind.HOLIDAY, DayKind.MAKE_UP)
    return {step.day: step for step in computation.steps if step.kind in told}
