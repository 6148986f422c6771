"""When an opinion asked of another department may be due, and when it is reminded of; days are working days."""

from datetime import date

from django.utils.translation import gettext as _


def due_problem(due_on: date, *, today: date, is_working: bool) -> str:
    """What is wrong with the day an opinion is asked for by; empty when nothing is."""
    if due_on <= today:
        return _("Give the other department at least until tomorrow.")
    if not is_working:
        return _("Nobody works on that day; choose a working day.")
    return ""


def reminder_is_due(*, asked_on: date, today: date, days_left: int) -> bool:
    """Whether today is the working day before the day it is due, or later; the day it was asked needs no reminder."""
    return days_left <= 1 and asked_on < today
