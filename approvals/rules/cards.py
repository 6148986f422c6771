"""When a card of the e-supervision (红黄牌) is due: one day left, the promise passed, the statute passed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from yiwu_portal.workdays.service import Calendar, Limit, compute

NOTICE_DAYS_LEFT = 1  # working days before the end
RED_DAYS_LATE = 3  # working days behind the promise
NOTICE, YELLOW, RED = "notice", "yellow", "red"
LEVELS = (NOTICE, YELLOW, RED)  # ascending


@dataclass(frozen=True)
class CardDays:
    """The last due days that have each card on a given day; pure, and the same days select the rows."""

    today: date
    notice_until: date  # due on this day or earlier: at most one working day is left
    red_until: date  # due on this day or earlier: three working days behind it have passed as well

    def level(self, due: date, *, statutory: date | None = None, started: date | None = None) -> str | None:
        """The card of a clock that runs and is due on `due`; None while none is due.

        On the day on which it began nothing has been missed yet: a clock of one day warns on its last day only.
        """
        if (statutory is not None and statutory < self.today) or due <= self.red_until:
            return RED
        if due < self.today:
            return YELLOW
        if due <= self.notice_until and (started is None or started < self.today):
            return NOTICE
        return None


def card_days(calendar: Calendar, today: date) -> CardDays:
    """The days that decide about cards today."""
    ahead = compute(calendar, today, Limit(NOTICE_DAYS_LEFT)).end
    return CardDays(today, ahead or today, _late_since(calendar, today))


def _late_since(calendar: Calendar, today: date) -> date:
    """The last day behind which so many working days have ended before today."""
    worked = 0
    for day in _days_before(today):
        worked += calendar.is_working(day)
        if worked == RED_DAYS_LATE:
            return day - timedelta(days=1)
    return date.min


def _days_before(day: date) -> Iterator[date]:
    for number in range(1, 366):
        yield day - timedelta(days=number)
