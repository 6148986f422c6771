"""The pure rules of the clocks: gaps, cards, and which day moved a date."""

from datetime import date

import pytest

from approvals.rules.cards import card_days
from approvals.rules.clocks import again, gap_due, limit_computed, moved_by
from yiwu_portal.workdays.service import Calendar, DayKind, Limit, Suspension, Unit, compute

# National Day 2026: 1 to 7 October off, Sunday 20 September and Saturday 10 October worked
OFF = {date(2026, 10, day): (False, "National Day") for day in range(1, 8)}
CALENDAR = Calendar(
    frozenset({2026}), OFF | {date(2026, 9, 20): (True, "National Day"), date(2026, 10, 10): (True, "National Day")}
)
PLAIN = Calendar(frozenset({2026}))


@pytest.mark.parametrize(
    ("promised", "days"),
    [(0, None), (1, None), (2, None), (3, 1), (4, 2), (7, 5), (22, 20), (23, 20), (60, 20)],
)
def test_a_paper_follows_two_days_before_the_promise_and_within_twenty(promised, days):
    start = date(2026, 9, 28)
    end = compute(CALENDAR, start, Limit(promised)).end
    due = gap_due(CALENDAR, start, end)
    assert (due.limit.amount if due else None) == days
    if due:
        assert due.end == compute(CALENDAR, start, Limit(days)).end


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2026, 9, 28), None),  # due on Wednesday 30 September, two days left
        (date(2026, 9, 29), "notice"),
        (date(2026, 9, 30), "notice"),
        (date(2026, 10, 1), "yellow"),
        (date(2026, 10, 8), "yellow"),  # the first working day after the holiday
        (date(2026, 10, 10), "yellow"),  # a make-up Saturday, the third
        (date(2026, 10, 11), "red"),
    ],
)
def test_holidays_and_make_up_days_count_for_cards_as_for_dates(today, level):
    assert card_days(CALENDAR, today).level(date(2026, 9, 30)) == level


def test_the_statute_makes_it_red_at_once_and_the_first_day_never_warns():
    days = card_days(CALENDAR, date(2026, 9, 24))
    assert days.level(date(2026, 9, 23), statutory=date(2026, 9, 23)) == "red"
    assert days.level(date(2026, 9, 25), started=date(2026, 9, 24)) is None
    assert days.level(date(2026, 9, 25), started=date(2026, 9, 23)) == "notice"


def test_a_day_that_became_a_holiday_is_named_and_nothing_else():
    before = compute(PLAIN, date(2026, 9, 28), Limit(5))
    after = again(CALENDAR, before)
    assert (before.end, after.end) == (date(2026, 10, 5), date(2026, 10, 10))
    moved = moved_by(before, after)
    assert [step.day.day for step in moved] == [1, 2, 3, 4, 5]
    assert {step.kind for step in moved} == {DayKind.HOLIDAY}
    back = moved_by(after, again(PLAIN, after))
    assert {step.kind for step in back} == {DayKind.WORKING}
    assert back[0].day == date(2026, 10, 1)
    assert moved_by(before, before) == []


@pytest.mark.parametrize("unit", list(Unit)[:3])
def test_an_extension_counts_on_behind_the_end_and_a_suspension_before_it(unit):
    start, still = date(2026, 9, 14), [Suspension(date(2026, 9, 15), date(2026, 9, 16))]
    plain = limit_computed(PLAIN, start, Limit(1, unit)).end
    more = limit_computed(PLAIN, start, Limit(1, unit), more=2).end
    assert more == compute(PLAIN, plain, Limit(2)).end
    assert limit_computed(PLAIN, start, Limit(1, unit), suspensions=still, more=2).end > more
