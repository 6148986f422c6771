"""Pure computation: which day a limit ends on, and the sentences that say why."""

from yiwu_portal.workdays.rules.calendar import (
    CLOSING_TIME,
    LONGEST_LIMIT,
    Calendar,
    Computation,
    DayKind,
    Limit,
    Step,
    Suspension,
    Unit,
    add_working_days,
    compute,
    working_days_between,
    year_months,
)
from yiwu_portal.workdays.rules.wording import date_words, explain, holiday_name, limit_words, year_holidays

__all__ = [
    "CLOSING_TIME",
    "LONGEST_LIMIT",
    "Calendar",
    "Computation",
    "DayKind",
    "Limit",
    "Step",
    "Suspension",
    "Unit",
    "add_working_days",
    "compute",
    "date_words",
    "explain",
    "holiday_name",
    "limit_words",
    "working_days_between",
    "year_holidays",
    "year_months",
]
