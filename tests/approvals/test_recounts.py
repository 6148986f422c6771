"""The calendar changes: open cases counted anew, the applicant told which day moved which date; twice is once."""

from datetime import date, timedelta

import time_machine

from approvals.actions.recounts import SECOND_AFTER, clocks_recompute
from approvals.models import Case, Recount, Task
from tests.approvals.states import accepted_with_gap, later
from tests.approvals.world import PSE
from yiwu_portal.history.models import Entry
from yiwu_portal.notifications.models import Notice
from yiwu_portal.workdays.actions import calendar_import

YEAR_END = "2026-12-29T02:00:00Z"  # Tuesday; what ends in 2027 is provisional
OFF = {date(2027, 1, day): (False, "New Year's Day") for day in (1, 4, 5)}


def announced(days=OFF):
    return calendar_import(year=2027, days=days, source="a notice of the State Council")


def settled():
    """Both rounds of the newest calendar."""
    done = clocks_recompute()
    with time_machine.travel(Recount.objects.latest("version").first_done_at + SECOND_AFTER, tick=False):
        again = clocks_recompute()
        assert clocks_recompute() == 0
    return done, again


def test_an_announced_holiday_moves_every_open_date_once_and_says_why(world, cast, folder):
    later(folder)
    with time_machine.travel(YEAR_END, tick=False):
        case = accepted_with_gap(world, cast.amira)
        waiting = world.submitted(cast.amira, PSE)
        correcting = world.correcting(cast.amira)
        closed = world.refused(cast.amira)
        assert settled() == (0, 0)
        before = case.matters.get()
        assert before.promised_computation["is_provisional"]
        announced()
        assert settled() == (3, 0)
    matter, task = Case.objects.get(pk=case.pk).matters.get(), Task.objects.get(case_matter__case=case)
    assert matter.promised_due_on == before.promised_due_on + timedelta(days=5)  # three days, over a weekend
    assert not matter.promised_computation["is_provisional"]
    assert task.due_computation["steps"]
    assert Case.objects.get(pk=waiting.pk).acceptance_due_on > waiting.acceptance_due_on
    assert Case.objects.get(pk=correcting.pk).correction.due_on > correcting.correction.due_on
    told = Notice.objects.filter(user=cast.amira, kind="approvals.case_recomputed")
    assert told.count() == 3
    entry = Entry.objects.get(stream=case.stream, verb="case_recompute")
    whats = [one["what"].split(":")[0] for one in entry.data["moved"]]
    assert whats == ["promised", "statutory", "gap"]
    assert ["2027-01-04", "holiday"] in entry.data["moved"][0]["days"]
    assert not Entry.objects.filter(stream=closed.stream, verb="case_recompute").exists()


def test_the_words_name_the_day_and_the_date(world, cast):
    cast.amira.language = "en"
    cast.amira.save()
    with time_machine.travel(YEAR_END, tick=False):
        world.submitted(cast.amira, PSE)
        announced()
        settled()
    body = Notice.objects.get(kind="approvals.case_recomputed").body
    assert "Monday 4 January 2027 became a holiday (New Year's Day)" in body
    assert "Answer about acceptance: Tuesday 5 January → Friday 8 January 2027" in body, body


def test_two_calendars_at_once_and_a_day_without_the_job_end_at_the_same_dates(world, cast):
    with time_machine.travel(YEAR_END, tick=False):
        case = world.accepted(cast.amira, PSE)
        announced()
        announced(OFF | {date(2027, 1, 9): (True, "New Year's Day")})
    with time_machine.travel("2026-12-31T02:00:00Z", tick=False):
        assert settled() == (1, 0)
    assert str(case.matters.get().promised_due_on) == "2027-01-11"
    assert Recount.objects.filter(second_done_at=None).count() == 0
    assert Entry.objects.filter(stream=case.stream, verb="case_recompute").count() == 1


def test_a_holiday_taken_back_never_shortens_the_applicants_own_days(world, cast):
    with time_machine.travel(YEAR_END, tick=False):
        announced()
        case = world.correcting(cast.amira)
        due = case.correction.due_on
        announced({})
        settled()
    assert Case.objects.get(pk=case.pk).correction.due_on == due


def test_without_a_change_nothing_is_scanned(world, cast, django_assert_max_num_queries):
    with time_machine.travel(YEAR_END, tick=False):
        world.accepted(cast.amira, PSE)
        settled()
        with time_machine.travel("2027-02-01T02:00:00Z", tick=False), django_assert_max_num_queries(2):
            assert clocks_recompute() == 0


def test_a_count_cut_short_goes_on_where_it_was(world, cast):
    with time_machine.travel(YEAR_END, tick=False):
        world.submitted(cast.amira, PSE)
        settled()
        announced()
        assert clocks_recompute(seconds=-1) == 0
        assert not Recount.objects.latest("version").first_done_at
        assert settled()[0] == 1
