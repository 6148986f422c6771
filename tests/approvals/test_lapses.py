"""Nobody answered: deemed acceptance after five working days, and the correction that never came."""

from datetime import date

import pytest
import time_machine

from approvals.actions import applicants, lapses, window
from approvals.models import Card, Case, Task
from tests.approvals.world import PSE
from yiwu_portal.history.models import Entry
from yiwu_portal.lifecycle.service import Refused, Stale
from yiwu_portal.notifications.models import Notice

EVE = "2026-09-28T02:00:00Z"  # Monday; five working days end on Saturday 10 October, a make-up day


def test_silence_counts_as_acceptance_from_the_day_of_receipt(world, cast):
    with time_machine.travel(EVE, tick=False):
        case = world.submitted(cast.amira, PSE)
    assert case.acceptance_due_on == date(2026, 10, 10)
    with time_machine.travel("2026-10-10T15:59:59Z", tick=False):
        assert lapses.cases_deem() == 0
    with time_machine.travel("2026-10-10T16:00:01Z", tick=False):
        for verb in ("case_accept", "case_request_correction", "case_refuse_acceptance"):
            reason = {"case_refuse_acceptance": {"reason": world.reason("not_accepted")}}.get(verb, {})
            missing = {"missing": {}} if verb == "case_request_correction" else {}
            with pytest.raises(Stale, match="five days are over"):
                getattr(window, verb)(by=cast.chen, reference=case.reference, **reason, **missing)
        assert lapses.cases_deem() == 1
        assert lapses.cases_deem() == 0
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.is_deemed, case.accepted_at) == ("accepted", True, case.submitted_at)
    matter, task = case.matters.get(), Task.objects.get()
    assert matter.promised_computation["start"] == "2026-09-28" == task.due_computation["start"]
    assert matter.started_at == case.submitted_at
    assert "from the day" in str(case.letters.get(kind="acceptance").document.payload) or case.language != "en"
    entry = Entry.objects.get(stream=case.stream, verb="case_deem_accepted")
    assert (entry.by_id, entry.data["received_on"]) == (None, "2026-09-28")
    card = Card.objects.get()
    assert (card.level, card.task, card.organisation.code) == ("yellow", None, "PSE")
    assert Notice.objects.filter(user=cast.amira, kind="approvals.case_accepted").count() == 1


def test_after_a_correction_it_counts_from_the_day_that_came_in(world, cast):
    with time_machine.travel(EVE, tick=False):
        case = world.correcting(cast.amira, PSE)
    with time_machine.travel("2026-10-09T02:00:00Z", tick=False):
        world.replaced(case, cast.amira)
        applicants.case_correct(by=cast.amira, reference=case.reference)
    with time_machine.travel("2026-10-30T02:00:00Z", tick=False):  # the job had not run for days
        assert lapses.cases_deem() == 1
    assert Case.objects.get().matters.get().promised_computation["start"] == "2026-10-09"


def test_a_correction_at_the_last_second_counts_and_one_second_later_it_does_not(world, cast):
    with time_machine.travel(EVE, tick=False):
        early, late = world.correcting(cast.amira), world.correcting(cast.amira)
    with time_machine.travel("2026-09-29T02:00:00Z", tick=False):
        world.replaced(early, cast.amira)
        world.replaced(late, cast.amira)
    due = early.correction.due_on
    assert due == date(2026, 10, 16)  # ten working days, National Day left out, the 10th worked
    with time_machine.travel("2026-10-16T15:59:59Z", tick=False):
        assert applicants.case_correct(by=cast.amira, reference=early.reference).state == "submitted"
        assert lapses.corrections_lapse() == 0
    with time_machine.travel("2026-10-16T16:00:00Z", tick=False):
        with pytest.raises(Refused):
            applicants.case_correct(by=cast.amira, reference=late.reference)
        assert lapses.corrections_lapse() == 1
        assert lapses.corrections_lapse() == 0
    case = Case.objects.get(pk=late.pk)
    assert (case.state, case.matters.get().state) == ("lapsed", "stopped")
    assert case.letters.filter(kind="lapse").count() == 1
    assert Notice.objects.filter(user=cast.amira, kind="approvals.case_lapsed").count() == 1
