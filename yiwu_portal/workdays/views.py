"""The public working calendar."""

from django.http import HttpRequest, HttpResponse

from yiwu_portal.web.service import page
from yiwu_portal.workdays.forms import CalendarYearForm
from yiwu_portal.workdays.queries import calendar_now, years_known
from yiwu_portal.workdays.rules import year_holidays, year_months
from yiwu_portal.workdays.service import today


def workday_calendar(request: HttpRequest) -> HttpResponse:
    """A year as twelve months: worked, off, made up for; with its source, or the word provisional."""
    now, known = today(), years_known()
    choice = CalendarYearForm(request.GET or {"year": now.year})
    year = choice.cleaned_data["year"] if choice.is_valid() else now.year
    calendar = calendar_now()
    months = year_months(calendar, year)
    return page(
        request,
        "workdays/workday_calendar.html",
        {
            "year": year,
            "today": now,
            "months": months,
            "weekdays": months[0][1][1],  # a week without blanks, for the heads of the columns
            "holidays": year_holidays(calendar, year),
            "announced": known.get(year),
            "before": year - 1 if year - 1 in known else None,
            "after": year + 1 if year <= now.year else None,
        },
    )
