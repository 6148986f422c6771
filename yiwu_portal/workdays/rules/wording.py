"""The sentences that say how a date came about, in a person's language."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.utils import dateformat, translation
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext

from yiwu_portal.workdays.rules.calendar import Calendar, Computation, DayKind, Step, Unit

# the names the national notice uses; an unknown one (a city's own closing) is shown as it was imported
HOLIDAYS = (
    gettext_noop("New Year's Day"),
    gettext_noop("Spring Festival"),
    gettext_noop("Tomb-sweeping Day"),
    gettext_noop("Labour Day"),
    gettext_noop("Dragon Boat Festival"),
    gettext_noop("Mid-autumn Festival"),
    gettext_noop("National Day"),
    gettext_noop("Anti-Fascist 70th Day"),
)


def holiday_name(name: str) -> str:
    """The holiday in the active language."""
    return gettext(name) if name else ""


def date_words(day: date, *, year: bool = False) -> str:
    """A date with its weekday in the active language."""
    # Translators: Django's date letters, for example "l j F Y" or "Y年n月j日（l）"; take E for a month in the genitive
    long, short = pgettext("date with weekday and year", "l j F Y"), pgettext("date with weekday", "l j F")
    return dateformat.format(day, long if year else short)


def explain(computation: Computation, language: str) -> list[str]:
    """How the date came about: a summary line, then what was left out and what counted although it looks free."""
    with translation.override(language):
        return list(_sentences(computation))


def _sentences(computation: Computation) -> Iterator[str]:
    yield _summary(computation)
    if computation.limit.unit is Unit.NONE:
        return
    yield _beginning(computation)
    weekend_days = 0
    for group in _groups(computation.steps):
        if group[0].kind is DayKind.WEEKEND:
            weekend_days += len(group)
        else:
            yield _group(group)
    if weekend_days:
        yield ngettext(
            "%(count)s weekend day was not counted.", "%(count)s weekend days were not counted.", weekend_days
        ) % {"count": weekend_days}
    if computation.last_day and computation.end and computation.last_day != computation.end:
        yield gettext("%(day)s is not a working day, so the limit ends on the next one.") % {
            "day": date_words(computation.last_day)
        }
    if computation.is_provisional:
        yield gettext(
            "This date is provisional: the holidays of that time have not been announced yet. "
            "It will be computed anew when they are."
        )


def _summary(computation: Computation) -> str:
    limit = limit_words(computation)
    if computation.limit.unit is Unit.NONE:
        return gettext("No limit is set.")
    if computation.end is None:
        since = computation.stands_still_since
        return gettext("%(limit)s: the clock has been standing still since %(day)s, so there is no date yet.") % {
            "limit": limit,
            "day": date_words(since, year=True) if since else "",
        }
    return gettext("%(limit)s: until closing time on %(day)s.") % {
        "limit": limit,
        "day": date_words(computation.end, year=True),
    }


def limit_words(computation: Computation) -> str:
    """The limit in words: "20 working days"."""
    amount = computation.limit.amount
    patterns = {
        Unit.WORKING_DAY: ngettext("%(count)s working day", "%(count)s working days", amount),
        Unit.CALENDAR_DAY: ngettext("%(count)s calendar day", "%(count)s calendar days", amount),
        Unit.MONTH: ngettext("%(count)s month", "%(count)s months", amount),
        Unit.NONE: gettext("no limit"),
    }
    if amount == 0 and computation.limit.unit is not Unit.NONE:
        return gettext("The same day")
    return patterns[computation.limit.unit] % {"count": amount}


def _beginning(computation: Computation) -> str:
    start = date_words(computation.start, year=True)
    if computation.limit.amount == 0:
        return gettext("It began on %(day)s.") % {"day": start}
    return gettext("It began on %(day)s; counting starts the day after.") % {"day": start}


def _group(steps: list[Step]) -> str:
    first, last, name = steps[0].day, steps[-1].day, holiday_name(steps[0].name)
    values = {"first": date_words(first), "last": date_words(last), "name": name}
    if steps[0].kind is DayKind.MAKE_UP:
        return gettext("%(first)s counts: it is a make-up working day.") % values
    if steps[0].kind is DayKind.SUSPENDED:
        if first == last:
            return gettext("%(first)s was not counted: the clock stood still.") % values
        return gettext("%(first)s to %(last)s were not counted: the clock stood still.") % values
    if first == last:
        return gettext("%(first)s was not counted: %(name)s.") % values
    return gettext("%(first)s to %(last)s were not counted: %(name)s.") % values


def _groups(steps: tuple[Step, ...]) -> Iterator[list[Step]]:
    """Neighbouring days of one kind and name together."""
    if not steps:
        return
    group = [steps[0]]
    for before, step in pairwise(steps):
        belongs = step.kind == before.kind and step.name == before.name and step.day - before.day == timedelta(days=1)
        if belongs and step.kind is not DayKind.MAKE_UP:
            group.append(step)
        else:
            yield group
            group = [step]
    yield group


def year_holidays(calendar: Calendar, year: int) -> list[dict[str, str]]:
    """The holidays of a year in order: name, days closed, days worked instead; in the active language."""
    table: dict[str, tuple[list[str], list[str]]] = {}
    for day, (is_working, name) in sorted(calendar.exceptions.items()):
        if day.year == year:
            table.setdefault(name, ([], []))[is_working].append(date_words(day))
    separator = pgettext("between the items of a list", ", ")
    return [
        {"name": holiday_name(name), "closed": separator.join(closed), "worked": separator.join(worked)}
        for name, (closed, worked) in table.items()
    ]
