"""The arithmetic of days, by the real calendar of 2018–2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwu_portal.workdays.actions import package_years
from yiwu_portal.workdays.rules import (
    Calendar,
    Computation,
    DayKind,
    Limit,
    Suspension,
    Unit,
    add_working_days,
    compute,
    explain,
    working_days_between,
)

YEARS = {year: days for year, days in package_years().items() if year >= 2018}
CHINA = Calendar(frozenset(YEARS), {day: kind for days in YEARS.values() for day, kind in days.items()})
D = date.fromisoformat


def test_the_package_knows_2026_and_its_make_up_saturday_after_national_day():
    assert max(YEARS) == 2026
    assert CHINA.kind(D("2026-10-10")) is DayKind.MAKE_UP
    assert CHINA.kind(D("2026-09-20")) is DayKind.MAKE_UP
    assert CHINA.kind(D("2026-10-03")) is DayKind.HOLIDAY
    assert 2027 not in CHINA.announced


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-11-27", 1, "2026-11-30"),  # a Friday
        ("2026-11-28", 1, "2026-11-30"),  # begins on a Saturday
        ("2026-11-23", 20, "2026-12-21"),
        ("2026-09-30", 1, "2026-10-08"),  # over National Day
        ("2026-09-30", 2, "2026-10-09"),
        ("2026-09-30", 3, "2026-10-10"),  # a make-up Saturday counts
        ("2026-09-30", 4, "2026-10-12"),  # the Sunday after it does not
        ("2026-09-18", 1, "2026-09-20"),  # a make-up Sunday
        ("2026-09-24", 1, "2026-09-28"),  # Mid-autumn
        ("2026-02-13", 1, "2026-02-14"),  # make-up Saturday before Spring Festival
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-14", 5, "2026-02-28"),  # and the one after it
        ("2026-04-30", 1, "2026-05-06"),
        ("2026-05-06", 3, "2026-05-09"),
        ("2026-06-18", 1, "2026-06-22"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-09-30", 3, "2025-10-11"),
        ("2025-01-24", 1, "2025-01-26"),
        ("2024-12-31", 1, "2025-01-02"),
        ("2025-12-31", 1, "2026-01-04"),  # New Year with a make-up Sunday
        ("2020-01-23", 1, "2020-02-03"),
        ("2018-09-28", 2, "2018-09-30"),
        ("2026-10-10", 0, "2026-10-10"),  # the same day: a make-up Saturday is open
        ("2026-10-11", 0, "2026-10-12"),
        ("2026-10-01", 0, "2026-10-08"),
        ("2026-11-23", 0, "2026-11-23"),
    ],
)
def test_working_days_end_where_the_notice_says(start, days, end):
    computation = add_working_days(CHINA, D(start), days)
    assert computation.end == D(end)
    assert not computation.is_provisional


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-11-23", 30, "calendar_day", "2026-12-23"),
        ("2026-11-20", 1, "calendar_day", "2026-11-23"),  # Saturday moves on to Monday
        ("2026-09-21", 10, "calendar_day", "2026-10-08"),  # into National Day
        ("2026-09-30", 10, "calendar_day", "2026-10-10"),  # a make-up Saturday stays
        ("2026-01-31", 1, "month", "2026-02-28"),  # no 31 February; the 28th is worked
        ("2026-05-19", 1, "month", "2026-06-22"),  # Dragon Boat Festival
        ("2024-01-29", 1, "month", "2024-02-29"),
        ("2025-11-23", 12, "month", "2026-11-23"),
        ("2026-11-22", 0, "calendar_day", "2026-11-23"),
    ],
)
def test_calendar_days_and_months_end_on_a_working_day(start, amount, unit, end):
    assert compute(CHINA, D(start), Limit(amount, unit)).end == D(end)


def test_no_limit_has_no_end_and_says_so():
    computation = compute(CHINA, D("2026-11-23"), Limit(0, Unit.NONE))
    assert computation.end is None
    assert explain(computation, "en") == ["No limit is set."]


def test_a_date_in_a_year_not_announced_is_provisional_and_says_so():
    computation = add_working_days(CHINA, D("2026-12-21"), 10)
    assert computation.end == D("2027-01-04")
    assert computation.is_provisional
    assert any("provisional" in line for line in explain(computation, "en"))
    assert not add_working_days(CHINA, D("2026-12-21"), 8).is_provisional


def test_suspended_days_are_not_counted_first_and_last_included():
    hearing = Suspension(D("2026-11-25"), D("2026-11-26"))
    computation = add_working_days(CHINA, D("2026-11-23"), 3, [hearing])
    assert computation.end == D("2026-11-30")
    assert "Wednesday 25 November to Thursday 26 November were not counted: the clock stood still." in explain(
        computation, "en"
    )
    assert compute(CHINA, D("2026-11-23"), Limit(3, "calendar_day"), [hearing]).end == D("2026-11-30")
    assert compute(CHINA, D("2026-11-23"), Limit(1, "month"), [hearing]).end == D("2026-12-25")


def test_a_clock_that_stands_still_has_no_date_until_it_goes_on():
    computation = add_working_days(CHINA, D("2026-11-23"), 3, [Suspension(D("2026-11-25"))])
    assert computation.end is None
    assert computation.stands_still_since == D("2026-11-25")
    assert "standing still since Wednesday 25 November 2026" in explain(computation, "en")[0]
    # a suspension that begins after the end does not touch it
    assert add_working_days(CHINA, D("2026-11-23"), 1, [Suspension(D("2026-11-25"))]).end == D("2026-11-24")


def test_the_explanation_is_short_and_names_holiday_and_make_up_day():
    lines = explain(add_working_days(CHINA, D("2026-09-30"), 5), "en")
    assert lines == [
        "5 working days: until closing time on Tuesday 13 October 2026.",
        "It began on Wednesday 30 September 2026; counting starts the day after.",
        "Thursday 1 October to Wednesday 7 October were not counted: National Day.",
        "Saturday 10 October counts: it is a make-up working day.",
        "1 weekend day was not counted.",
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans", "ar", "ru", "fr", "es"])
def test_every_language_gets_its_sentences_and_the_callers_language_is_left_alone(language):
    from django.utils import translation

    with translation.override("fr"):
        assert explain(add_working_days(CHINA, D("2026-09-30"), 5), language)
        assert translation.get_language() == "fr"


def test_a_limit_nobody_can_mean_is_refused():
    for amount in (-1, 3_001):
        with pytest.raises(ValueError, match="limit"):
            Limit(amount)
    with pytest.raises(ValueError, match="stopped"):
        compute(CHINA, D("2026-11-23"), Limit(1), [Suspension(D("2026-11-24"), D("2999-01-01"))])
    with pytest.raises(ValueError, match="too far"):
        working_days_between(CHINA, date.min, date.max)


DATES = st.dates(D("2018-01-01"), D("2027-12-31"))
DAYS = st.integers(0, 90)
SUSPENSIONS = st.lists(
    st.tuples(DATES, st.integers(0, 30)).map(lambda pair: Suspension(pair[0], pair[0] + timedelta(days=pair[1]))),
    max_size=3,
)
LIMITS = st.builds(Limit, DAYS, st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY]))


@settings(max_examples=80, deadline=None)
@given(DATES, DAYS, DAYS, SUSPENSIONS)
def test_more_days_never_end_earlier(start, few, more, suspensions):
    few, more = sorted((few, more))
    assert add_working_days(CHINA, start, few, suspensions).end <= add_working_days(CHINA, start, more, suspensions).end


@settings(max_examples=80, deadline=None)
@given(DATES, st.integers(1, 60), st.integers(1, 60), SUSPENSIONS)
def test_adding_twice_is_adding_the_sum(start, some, others, suspensions):
    halfway = add_working_days(CHINA, start, some, suspensions).end
    assert (
        add_working_days(CHINA, halfway, others, suspensions).end
        == add_working_days(CHINA, start, some + others, suspensions).end
    )


@settings(max_examples=80, deadline=None)
@given(DATES, st.integers(1, 90), SUSPENSIONS)
def test_counting_back_finds_the_same_number(start, days, suspensions):
    end = add_working_days(CHINA, start, days, suspensions).end
    assert working_days_between(CHINA, start, end, suspensions) == days
    assert working_days_between(CHINA, end, start, suspensions) == -days


@settings(max_examples=80, deadline=None)
@given(DATES, LIMITS, SUSPENSIONS)
def test_it_always_ends_on_a_working_day_that_is_not_suspended(start, limit, suspensions):
    computation = compute(CHINA, start, limit, suspensions)
    assert CHINA.is_working(computation.end)
    assert not any(computation.end in suspension for suspension in suspensions)
    assert start <= computation.end


@settings(max_examples=60, deadline=None)
@given(DATES, LIMITS, SUSPENSIONS)
def test_every_day_is_either_counted_or_said_to_be_left_out(start, limit, suspensions):
    computation = compute(CHINA, start, limit, suspensions)
    assert Computation.from_dict(computation.as_dict()) == computation
    if limit.unit is Unit.WORKING_DAY and limit.amount:
        left_out = sum(step.kind is not DayKind.MAKE_UP for step in computation.steps)
        assert (computation.end - start).days == left_out + limit.amount
