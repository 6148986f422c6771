"""Counting days by the Chinese working calendar (工作日): day 0 is the day it starts, counting begins the day after.

A limit of n working days ends at closing time of the n-th working day after the start. Make-up Saturdays and Sundays
(调休上班日) are working days. A limit of 0 days ends at closing time of the day it starts, or of the next working day
when that day is none. Calendar days and months end on the next working day when their last day is none. Suspended
days are never counted; the first and the last day of a suspension both belong to it.
"""

import calendar as months
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

CLOSING_TIME = time(17, 0)  # the counters close; Asia/Shanghai
LONGEST_LIMIT = 3_000  # days, working days or months a limit may have
LONGEST_SPAN = 366 * 300  # calendar days any computation may walk over; a mistake stops there instead of running on
ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Unit(StrEnum):
    """What a limit is counted in; none means that no law and no promise sets one."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    NONE = "none"


class DayKind(StrEnum):
    """What a day is, and what became of it in a computation."""

    WORKING = "working"
    MAKE_UP = "make_up"  # a weekend day that is worked
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Limit:
    """How long something may take, with its unit; raises `ValueError` for an amount nobody can mean."""

    amount: int
    unit: Unit = Unit.WORKING_DAY

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        if not 0 <= self.amount <= LONGEST_LIMIT:
            raise ValueError(f"a limit has between 0 and {LONGEST_LIMIT} days or months, not {self.amount}")


@dataclass(frozen=True)
class Suspension:
    """Days on which the clock stands still (不计时), first and last included; without a last day it does yet."""

    first: date
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: weekdays, but for the exceptions of announced years."""

    announced: frozenset[int] = frozenset()
    exceptions: Mapping[date, tuple[bool, str]] = field(default_factory=lambda: MappingProxyType({}))

    def is_working(self, day: date) -> bool:
        """Whether the day is worked; an unannounced year knows weekends only."""
        exception = self.exceptions.get(day)
        return exception[0] if exception else day.weekday() < SATURDAY

    def holiday(self, day: date) -> str:
        """The English name of the holiday an exceptional day belongs to, else nothing."""
        return self.exceptions.get(day, (True, ""))[1]

    def kind(self, day: date) -> DayKind:
        """What the day is."""
        exception = self.exceptions.get(day)
        if exception is None:
            return DayKind.WORKING if day.weekday() < SATURDAY else DayKind.WEEKEND
        if not exception[0]:
            return DayKind.HOLIDAY
        return DayKind.MAKE_UP if day.weekday() >= SATURDAY else DayKind.WORKING

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether any year between two days has not been announced."""
        return any(year not in self.announced for year in range(first.year, last.year + 1))


@dataclass(frozen=True)
class Step:
    """A day that was left out, or counted although it is a weekend day."""

    day: date
    kind: DayKind
    name: str = ""


@dataclass(frozen=True)
class Computation:
    """A date and how it came about; `end` is None when there is no limit or while the clock stands still."""

    start: date
    limit: Limit
    end: date | None
    steps: tuple[Step, ...] = ()
    is_provisional: bool = False
    stands_still_since: date | None = None
    last_day: date | None = None  # last day of the count, before it moved on to a working day

    def as_dict(self) -> dict[str, Any]:
        """The computation as plain values, to be kept beside the date it explains."""
        return {
            "start": self.start.isoformat(),
            "amount": self.limit.amount,
            "unit": str(self.limit.unit),
            "end": _text(self.end),
            "steps": [[step.day.isoformat(), str(step.kind), step.name] for step in self.steps],
            "is_provisional": self.is_provisional,
            "stands_still_since": _text(self.stands_still_since),
            "last_day": _text(self.last_day),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Computation":
        """The computation that `as_dict` wrote."""
        return cls(
            start=date.fromisoformat(values["start"]),
            limit=Limit(values["amount"], Unit(values["unit"])),
            end=_date(values["end"]),
            steps=tuple(
                Step(date.fromisoformat(day), DayKind(kind), name) for day, kind, name in values.get("steps", ())
            ),
            is_provisional=values.get("is_provisional", False),
            stands_still_since=_date(values.get("stands_still_since")),
            last_day=_date(values.get("last_day")),
        )


class _StandsStill(Exception):
    """The count walked into a suspension that has no end yet."""


@dataclass
class _Walk:
    """One walk forward, day by day, that notes what it leaves out."""

    calendar: Calendar
    suspensions: Sequence[Suspension]
    steps: list[Step] = field(default_factory=list)

    def suspended(self, day: date) -> bool:
        """Whether the clock stands still; raises `_StandsStill` when it will not go on by itself."""
        for suspension in self.suspensions:
            if day in suspension:
                if suspension.last is None:
                    raise _StandsStill(max(day, suspension.first))
                return True
        return False

    def left_out(self, day: date, *, off_days_count: bool) -> bool:
        """Whether the day is not counted; notes why, and notes a make-up day that is."""
        if self.suspended(day):
            self.steps.append(Step(day, DayKind.SUSPENDED))
            return True
        kind = self.calendar.kind(day)
        if off_days_count or kind is DayKind.WORKING:
            return False
        self.steps.append(Step(day, kind, self.calendar.holiday(day)))
        return kind is not DayKind.MAKE_UP

    def forward(self, day: date, count: int, *, off_days_count: bool = False) -> date:
        """The `count`-th counted day after `day`."""
        for following in _days_after(day):
            if count == 0:
                break
            day = following
            count -= not self.left_out(day, off_days_count=off_days_count)
        return day

    def roll(self, day: date) -> date:
        """The day itself when it is worked and not suspended, else the next such day."""
        if self.left_out(day, off_days_count=False):
            return self.forward(day, 1)
        return day


def compute(calendar: Calendar, start: date, limit: Limit, suspensions: Sequence[Suspension] = ()) -> Computation:
    """The day a limit ends on, with every day that was left out."""
    if limit.unit is Unit.NONE:
        return Computation(start, limit, None)
    walk = _Walk(calendar, suspensions)
    try:
        last_day = _last_day(walk, start, limit)
        end = last_day if limit.unit is Unit.WORKING_DAY and limit.amount else walk.roll(last_day)
    except _StandsStill as stop:
        since: date = stop.args[0]
        return Computation(
            start, limit, None, tuple(walk.steps), calendar.is_provisional(start, since), stands_still_since=since
        )
    return Computation(start, limit, end, tuple(walk.steps), calendar.is_provisional(start, end), last_day=last_day)


def add_working_days(calendar: Calendar, start: date, days: int, suspensions: Sequence[Suspension] = ()) -> Computation:
    """The end of the `days`-th working day after `start`; 0 is `start` itself, or the next working day."""
    return compute(calendar, start, Limit(days, Unit.WORKING_DAY), suspensions)


def working_days_between(calendar: Calendar, first: date, last: date, suspensions: Sequence[Suspension] = ()) -> int:
    """Working days after `first` up to and including `last`, without suspended ones; negative backwards."""
    if last < first:
        return -working_days_between(calendar, last, first, suspensions)
    if (last - first).days > LONGEST_SPAN:
        raise ValueError("the two days lie too far apart to be counted")
    return sum(
        calendar.is_working(day) and not any(day in suspension for suspension in suspensions)
        for day in (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    )


def _last_day(walk: _Walk, start: date, limit: Limit) -> date:
    """The last day of the count, before it moves on to a working day."""
    if limit.unit is Unit.WORKING_DAY:
        return walk.forward(start, limit.amount)
    if limit.unit is Unit.CALENDAR_DAY:
        return walk.forward(start, limit.amount, off_days_count=True)
    # a month ends on the same date, or on its last day when it has no such date (Civil Code 202); the days it stood
    # still are counted on behind it
    natural = (_month_after(start, limit.amount) - start).days
    return walk.forward(start, natural, off_days_count=True)


def _month_after(day: date, amount: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _days_after(day: date) -> Iterator[date]:
    for _ in range(LONGEST_SPAN):
        day += ONE_DAY
        yield day
    raise ValueError("the computation was stopped: the limit or a suspension is too long")


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class CalendarCell:
    """A day as the calendar page shows it; `day` is None for the blanks before the first and after the last."""

    day: date | None
    kind: DayKind | None = None
    holiday: str = ""


def year_months(calendar: Calendar, year: int) -> list[tuple[date, list[list[CalendarCell]]]]:
    """Twelve months of weeks of days, Monday first."""

    def cell(day: date, month: int) -> CalendarCell:
        if day.month != month:
            return CalendarCell(None)
        return CalendarCell(day, calendar.kind(day), calendar.holiday(day))

    weeks = months.Calendar(firstweekday=0)
    return [
        (
            date(year, month, 1),
            [[cell(day, month) for day in week] for week in weeks.monthdatescalendar(year, month)],
        )
        for month in range(1, 13)
    ]
