"""The door of the working calendar: when is it due, why, and which days are worked."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from yiwu_portal.workdays.actions import (
    CalendarRefused,
    calendar_import,
    calendar_import_file,
    calendar_import_package,
    calendar_load_all,
)
from yiwu_portal.workdays.queries import calendar_now, calendar_version
from yiwu_portal.workdays.rules import (
    CLOSING_TIME,
    Calendar,
    Computation,
    DayKind,
    Limit,
    Step,
    Suspension,
    Unit,
    compute,
    date_words,
    explain,
    holiday_name,
)
from yiwu_portal.workdays.rules import working_days_between as _between

YIWU = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """The date in Yiwu."""
    return timezone.localdate(timezone=YIWU)


def due(start: date, limit: Limit, *, suspensions: Sequence[Suspension] = ()) -> Computation:
    """When a limit that begins on `start` ends, by the calendar as last imported."""
    return compute(calendar_now(), start, limit, suspensions)


def working_days_between(
    first: date, last: date, *, suspensions: Sequence[Suspension] = (), calendar: Calendar | None = None
) -> int:
    """Working days after `first` up to and including `last`; negative when `last` comes before.

    Whoever asks several times gives the calendar along, to read it once.
    """
    return _between(calendar or calendar_now(), first, last, suspensions)


def is_working(day: date) -> bool:
    """Whether the counters work on the day."""
    return calendar_now().is_working(day)


def closes_at(day: date) -> datetime:
    """Closing time of a day, the moment a date that is due ends."""
    return datetime.combine(day, CLOSING_TIME, tzinfo=YIWU)


__all__ = [
    "Calendar",
    "CalendarRefused",
    "Computation",
    "DayKind",
    "Limit",
    "Step",
    "Suspension",
    "Unit",
    "calendar_import",
    "calendar_import_file",
    "calendar_import_package",
    "calendar_load_all",
    "calendar_now",
    "calendar_version",
    "closes_at",
    "compute",
    "date_words",
    "due",
    "explain",
    "holiday_name",
    "is_working",
    "today",
    "working_days_between",
]
