"""Suspensions: the clock stands still on a ground of the law and goes on, by hand or by the job, over holidays too."""

from datetime import date, timedelta

import pytest
import time_machine

from approvals.actions import clocks, decisions
from approvals.models import Case, Suspension, Task
from tests.approvals.world import PSE
from yiwu_portal.documents.models import IssuedDocument
from yiwu_portal.history.models import Entry
from yiwu_portal.lifecycle.service import Refused, Stale
from yiwu_portal.notifications.models import Notice

MORNING = "2026-09-14T02:00:00Z"  # a Monday, ten in Yiwu


def still(world, cast, expected_on=date(2026, 9, 18), ground="expert", **kw):
    """A residence permit accepted on Monday 14 September, promised for the 23rd, suspended at once."""
    task = world.task(world.accepted(cast.amira, PSE))
    return clocks.task_suspend(by=cast.gao, task_id=task.pk, ground=ground, expected_on=expected_on, **kw)


def dates(task):
    task = Task.objects.select_related("case_matter").get(pk=task.pk)
    return task.state, task.case_matter.promised_due_on, task.case_matter.statutory_due_on


def test_every_date_moves_by_the_days_that_do_not_count_and_she_is_told_in_writing(world, cast):
    with time_machine.travel(MORNING, tick=False):
        task = world.task(world.accepted(cast.amira, PSE))
        before = dates(task)
        due = task.due_on
        clocks.task_suspend(
            by=cast.gao, task_id=task.pk, ground="expert", expected_on=date(2026, 9, 18), note="两位专家"
        )
    # a make-up Sunday, the 20th, is worked before National Day 2026
    assert before == ("open", date(2026, 9, 22), date(2026, 10, 10))
    assert dates(task) == ("suspended", date(2026, 9, 29), date(2026, 10, 15))
    assert Task.objects.get(pk=task.pk).due_on > due
    case = task.case_matter.case
    letter = case.letters.get(kind="suspension").document
    facts = {fact["label"]["zh"]: fact["value"]["lang"] for fact in letter.payload["facts"]}
    assert letter.payload["legal"]
    assert len(facts) >= 7
    assert letter.organisation.code == "PSE"
    notice = Notice.objects.get(user=cast.amira, kind="approvals.task_suspended")
    assert notice.language == "ar"
    assert "两位专家" in notice.body
    entry = Entry.objects.get(stream=case.stream, verb="task_suspend")
    assert entry.data["promised"] == "2026-09-29"
    assert entry.data["ground"] == "expert"


def test_going_on_sooner_brings_the_dates_nearer_and_today_counts_again(world, cast):
    with time_machine.travel(MORNING, tick=False):
        task = still(world, cast)
    with time_machine.travel("2026-09-16T02:00:00Z", tick=False):
        clocks.task_resume(by=cast.gao, task_id=task.pk)
    assert Suspension.objects.get().ended_on == date(2026, 9, 15)
    assert dates(task)[:2] == ("open", date(2026, 9, 23))  # the 14th is day 0 anyway: one working day did not count
    assert Notice.objects.filter(user=cast.amira, kind="approvals.task_resumed").count() == 1


def test_suspended_and_resumed_on_one_day_nothing_moves(world, cast):
    with time_machine.travel(MORNING, tick=False):
        task = still(world, cast)
        clocks.task_resume(by=cast.gao, task_id=task.pk)
    assert dates(task)[:2] == ("open", date(2026, 9, 22))


def test_a_ground_that_ends_on_a_holiday_goes_on_with_the_next_working_day(world, cast):
    """The 3rd of October lies in National Day; the clock goes on by itself, and no date moves any more."""
    with time_machine.travel(MORNING, tick=False):
        task = still(world, cast, expected_on=date(2026, 10, 3))
    told = dates(task)
    for moment, ended in (("2026-10-03T15:59:59Z", 0), ("2026-10-03T16:00:01Z", 1), ("2026-10-04T02:00:00Z", 0)):
        with time_machine.travel(moment, tick=False):
            assert clocks.suspensions_end() == ended
    assert dates(task) == ("open", *told[1:])
    suspension = Suspension.objects.get()
    assert (suspension.ended_on, suspension.ended_by) == (date(2026, 10, 3), None)
    computed = Task.objects.get(pk=task.pk).case_matter.promised_computation
    assert date.fromisoformat(computed["end"]) > date(2026, 10, 8)
    assert Notice.objects.filter(user=cast.gao, kind="approvals.desk_task_resumed").count() == 1
    assert not Notice.objects.filter(kind="approvals.task_resumed").exists()


def test_a_job_that_was_late_for_days_changes_no_date(world, cast):
    with time_machine.travel(MORNING, tick=False):
        task = still(world, cast)
    told = dates(task)
    with time_machine.travel("2026-09-24T02:00:00Z", tick=False):
        assert clocks.suspensions_end() == 1
        assert clocks.suspensions_end() == 0
    assert dates(task) == ("open", *told[1:])
    assert Suspension.objects.get().ended_on == date(2026, 9, 18)


def test_a_clock_that_jumps_back_an_hour_or_a_day_ends_nothing_and_breaks_nothing(world, cast):
    with time_machine.travel(MORNING, tick=False):
        task = still(world, cast)
    with time_machine.travel("2026-09-13T01:00:00Z", tick=False):
        assert clocks.suspensions_end() == 0
        clocks.task_resume(by=cast.gao, task_id=task.pk)
    assert dates(task)[:2] == ("open", date(2026, 9, 22))


def test_spring_festival_and_the_unpublished_year_are_provisional(world, cast):
    with time_machine.travel("2026-12-28T02:00:00Z", tick=False):
        task = still(world, cast, expected_on=date(2027, 2, 10))
    matter = Task.objects.get(pk=task.pk).case_matter
    assert matter.promised_computation["is_provisional"]
    assert matter.promised_due_on > date(2027, 2, 10)


def test_nothing_is_decided_while_the_clock_stands_still_and_twice_is_refused(world, cast):
    with time_machine.travel(MORNING, tick=False):
        task = still(world, cast)
        with pytest.raises(Stale):
            decisions.task_grant(by=cast.gao, task_id=task.pk, reason=world.reason("granted"))
        with pytest.raises(Stale):
            clocks.task_suspend(by=cast.gao, task_id=task.pk, ground="hearing", expected_on=date(2026, 9, 18))
    assert Suspension.objects.count() == 1


@pytest.mark.parametrize(("ground", "days"), [("expert", -1), ("expert", 400), ("lunch", 3)])
def test_a_day_that_cannot_be_or_a_ground_not_in_the_law_is_refused(world, cast, ground, days):
    with time_machine.travel(MORNING, tick=False):
        task = world.task(world.accepted(cast.amira, PSE))
        before = IssuedDocument.objects.count()
        with pytest.raises(Refused):
            clocks.task_suspend(
                by=cast.gao, task_id=task.pk, ground=ground, expected_on=date(2026, 9, 14) + timedelta(days=days)
            )
    assert dates(task)[0] == "open"
    assert IssuedDocument.objects.count() == before


def test_a_case_withdrawn_while_its_clock_stands_still_is_left_alone_by_the_job(world, cast):
    from approvals.actions.applicants import case_withdraw

    with time_machine.travel(MORNING, tick=False):
        task = still(world, cast)
        case_withdraw(by=cast.amira, reference=task.case_matter.case.reference)
    with time_machine.travel("2026-10-20T02:00:00Z", tick=False):
        assert clocks.suspensions_end() == 0
    assert Case.objects.get().state == "withdrawn"
