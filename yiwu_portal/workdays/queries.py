"""Reading the calendar: public, so nobody is asked who they are. Cached for a process until the next import."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from django.db import connection
from django.utils import timezone

from yiwu_portal.programmes.service import Counted
from yiwu_portal.workdays.models import CalendarDay, CalendarImport, CalendarYear
from yiwu_portal.workdays.rules import Calendar

_cached: tuple[int, Calendar] | None = None


def calendar_now() -> Calendar:
    """The calendar as last imported; one query, three after an import."""
    global _cached  # noqa: PLW0603  the calendar of this process, replaced as a whole
    with connection.cursor() as cursor:  # asked by every page with a clock: a fifth of the same through the ORM
        cursor.execute("SELECT coalesce(max(id), 0) FROM workdays_calendarimport")
        version = int(cursor.fetchone()[0])
    if _cached is None or _cached[0] != version:
        # read after the version: what is cached under it is never older than it
        _cached = (version, _calendar_read())
    return _cached[1]


def years_known() -> dict[int, CalendarYear]:
    """The announced years with their sources."""
    return {row.year: row for row in CalendarYear.objects.order_by("year")}


def day_set(year: int, *, is_local: bool) -> dict[date, tuple[bool, str]]:
    """The exceptional days of one year from one side, nation or city."""
    return {
        row.date: (row.is_working, row.holiday)
        for row in CalendarDay.objects.filter(date__year=year, is_local=is_local)
    }


def is_empty() -> bool:
    """Whether no calendar was ever imported."""
    return not CalendarImport.objects.exists()


def _calendar_read() -> Calendar:
    # the city's days come last and so win
    rows = CalendarDay.objects.order_by("is_local", "date")
    exceptions: Mapping[date, tuple[bool, str]] = {row.date: (row.is_working, row.holiday) for row in rows}
    announced = frozenset(CalendarYear.objects.values_list("year", flat=True))
    return Calendar(announced, MappingProxyType(dict(exceptions)))


def calendar_audit() -> Iterator[str]:
    """Broken when the running year was not announced, or the next one is still missing a week before it begins."""
    today, known = timezone.localdate(), set(CalendarYear.objects.values_list("year", flat=True))
    yield Counted(f"workdays: {len(known)} years announced, the last {max(known, default='none')}")
    if today.year not in known:
        yield f"workdays: the calendar of {today.year} was never imported, every date in it is provisional"
    if (today + timedelta(days=7)).year not in known | {today.year}:
        yield f"workdays: {today.year + 1} begins in a week and its calendar was not imported"
