"""Taking a year's calendar in, from the package of national notices or from a file; the same twice changes nothing."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from django.db import models, transaction
from django.utils.translation import gettext as _

from yiwu_portal.history.service import record
from yiwu_portal.workdays.models import CalendarDay, CalendarImport, CalendarYear
from yiwu_portal.workdays.queries import day_set, years_known

FIRST_YEAR = 2018
LOCK = 4_170_001  # one import at a time, so that versions grow in the order in which they become visible
Days = Mapping[date, tuple[bool, str]]


class CalendarRefused(ValueError):
    """The calendar cannot be taken in; says what is wrong with it. Nothing was changed."""


def calendar_import(
    *, year: int, days: Days, source: str, is_local: bool = False, by: models.Model | None = None
) -> CalendarImport | None:
    """Replace one year's exceptional days, national or the city's own; None when nothing would change.

    A national import announces the year. Raises `CalendarRefused` for a day outside the year.
    """
    if strays := sorted(day for day in days if day.year != year):
        raise CalendarRefused(
            _("%(day)s does not lie in %(year)s. Nothing was changed.") % {"day": strays[0], "year": year}
        )
    with transaction.atomic():
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if day_set(year, is_local=is_local) == dict(days) and (is_local or year in years_known()):
            return None
        CalendarDay.objects.filter(date__year=year, is_local=is_local).delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(date=day, is_local=is_local, is_working=is_working, holiday=holiday)
            for day, (is_working, holiday) in sorted(days.items())
        )
        if not is_local:
            CalendarYear.objects.update_or_create(year=year, defaults={"source": source})
        done = CalendarImport.objects.create(year=year, is_local=is_local, source=source, days=len(days))
        record(
            verb="workdays.calendar_import",
            by=by,
            stream="workdays:calendar",
            subject=done,
            data={"year": year, "is_local": is_local, "source": source, "days": len(days)},
        )
        return done


def calendar_import_package(*, year: int, by: models.Model | None = None) -> CalendarImport | None:
    """Take a year in from the package `chinesecalendar`; raises `CalendarRefused` when it does not know the year."""
    days = package_years().get(year)
    if not days:
        raise CalendarRefused(
            _("The package chinesecalendar does not know %(year)s yet. Import the notice from a file.") % {"year": year}
        )
    return calendar_import(year=year, days=days, source=_package_source(), by=by)


def calendar_import_file(*, content: str, is_csv: bool = False, by: models.Model | None = None) -> list[CalendarImport]:
    """Take in what a YAML or CSV file says; all of it or nothing. Returns the imports that changed something.

    YAML: `source`, optional `local: true`, optional `announces: [2027]`, and `days`, each with `date`, `working` and
    `holiday`. CSV: columns date, working, holiday, source, local. Raises `CalendarRefused`.
    """
    parsed = _csv_read(content) if is_csv else _yaml_read(content)
    years: dict[int, dict[date, tuple[bool, str]]] = {int(year): {} for year in parsed["announces"]}
    for day, is_working, holiday in parsed["days"]:
        years.setdefault(day.year, {})[day] = (is_working, holiday)
    with transaction.atomic():
        done = [
            calendar_import(year=year, days=days, source=parsed["source"], is_local=parsed["local"], by=by)
            for year, days in sorted(years.items())
        ]
    return [item for item in done if item]


def calendar_load_all(*, by: models.Model | None = None) -> list[CalendarImport]:
    """Take in every national year the package knows since 2018; returns the imports that changed something.

    A year that came from another source is left alone: a person imported it after reading the notice.
    """
    known = years_known()
    done = [
        calendar_import(year=year, days=days, source=_package_source(), by=by)
        for year, days in sorted(package_years().items())
        if year >= FIRST_YEAR and (year not in known or known[year].source.startswith(_PACKAGE))
    ]
    return [item for item in done if item]


_PACKAGE = "chinesecalendar"


def package_years() -> dict[int, dict[date, tuple[bool, str]]]:
    """The announced years of the package; it knows a year only once the State Council's notice is out."""
    from chinese_calendar import constants  # a third of a second: only when asked for

    years: dict[int, dict[date, tuple[bool, str]]] = {}
    for table, is_working in ((constants.holidays, False), (constants.workdays, True)):
        for day, name in table.items():
            years.setdefault(day.year, {})[day] = (is_working, name)
    return years


def _package_source() -> str:
    from importlib.metadata import version

    return f"{_PACKAGE} {version(_PACKAGE)}, from the State Council's yearly notice on public holidays (国务院办公厅)"


def _yaml_read(content: str) -> dict[str, Any]:
    try:
        parsed = yaml.safe_load(content)
        days = [_day_read(row) for row in parsed.get("days") or ()]
        source, announces = str(parsed["source"]), list(parsed.get("announces") or ())
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(error) from error
    return {"days": days, "source": source, "local": bool(parsed.get("local")), "announces": announces}


def _csv_read(content: str) -> dict[str, Any]:
    try:
        rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(content.lstrip("\ufeff"))))
        days = [_day_read(row) for row in rows]
        source, local = str(rows[0]["source"]), _yes(rows[0].get("local"))
    except (csv.Error, IndexError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(error) from error
    return {"days": days, "source": source, "local": local, "announces": []}


def _day_read(row: Mapping[str, Any]) -> tuple[date, bool, str]:
    return date.fromisoformat(str(row["date"]).strip()), _yes(row["working"]), str(row.get("holiday") or "").strip()


def _yes(value: Any) -> bool:
    text = str(value if value is not None else "no").strip().lower()
    if text not in {"yes", "true", "1", "no", "false", "0", ""}:
        raise ValueError(f"neither yes nor no: {text}")
    return text in {"yes", "true", "1"}


def _unreadable(error: Exception) -> CalendarRefused:
    return CalendarRefused(
        _("The file could not be read (%(why)s). Nothing was changed. Mend the file and import it again.")
        % {"why": str(error)[:200]}
    )
