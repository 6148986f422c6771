"""Papers that may follow (容缺后补): accepted without, handed in, checked, or overdue."""

from datetime import date

import pytest
import time_machine
import yaml

from approvals.actions import decisions, gaps, lapses, window
from approvals.models import Case, Gap, Task
from tests.approvals.states import accepted_with_gap, later
from tests.approvals.world import PSE, upload_of
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale
from yiwu_portal.notifications.models import Notice

MORNING = "2026-09-14T02:00:00Z"  # a Monday; promised for Tuesday 22 September, two days before: Sunday 20, worked


@pytest.fixture
def gap(world, cast, folder):
    later(folder)
    with time_machine.travel(MORNING, tick=False):
        case = accepted_with_gap(world, cast.amira)
    return Gap.objects.select_related("case", "requirement").get(case=case)


def fill(cast, gap, name="late.jpg"):
    upload = upload_of(cast.amira, name)
    return gaps.gap_fill(by=cast.amira, reference=gap.case.reference, gap_id=gap.pk, upload=upload)


def check(cast, gap, verdict="ok", reason=None):
    return gaps.gap_check(by=cast.chen, reference=gap.case.reference, gap_id=gap.pk, verdict=verdict, reason=reason)


def test_the_acceptance_names_the_paper_and_its_day_and_nothing_is_granted_before(world, cast, gap):
    assert gap.due_on == date(2026, 9, 20)
    payload = gap.case.letters.get(kind="acceptance").document.payload
    assert any(gap.requirement.name_zh_hans in fact["label"]["zh"] for fact in payload["facts"])
    assert "2026" in Notice.objects.get(user=cast.amira, kind="approvals.case_accepted").body
    task = world.task(gap.case)
    with pytest.raises(Refused):
        decisions.task_grant(by=cast.gao, task_id=task.pk, reason=world.reason("granted"))
    with time_machine.travel("2026-09-15T02:00:00Z", tick=False):
        fill(cast, gap)
        with pytest.raises(Refused):
            decisions.task_grant(by=cast.gao, task_id=task.pk, reason=world.reason("granted"))
        check(cast, gap)
        with pytest.raises(Stale):
            check(cast, gap)
        decisions.task_grant(by=cast.gao, task_id=task.pk, reason=world.reason("granted"))
    assert Case.objects.get().state == "closed"


def test_a_deficient_paper_is_asked_for_again_by_the_same_day(world, cast, gap):
    with time_machine.travel("2026-09-15T02:00:00Z", tick=False):
        with pytest.raises(Stale):
            check(cast, gap)
        fill(cast, gap)
        with pytest.raises(Refused):
            check(cast, gap, "deficient")
        check(cast, gap, "deficient", world.reason("correction"))
        assert Notice.objects.filter(user=cast.amira, kind="approvals.gap_deficient").count() == 1
        fill(cast, gap, "again.jpg")
        check(cast, gap)
    gap.refresh_from_db()
    assert gap.due_on == date(2026, 9, 20)
    assert gap.checked_at


def test_the_last_second_counts_and_one_second_later_the_acceptance_is_revoked(world, cast, gap):
    with time_machine.travel("2026-09-20T16:00:00Z", tick=False), pytest.raises(Stale):
        fill(cast, gap)
    with time_machine.travel("2026-09-20T15:59:59Z", tick=False):
        assert lapses.gaps_lapse() == 0
        fill(cast, gap)
    with time_machine.travel("2026-09-21T02:00:00Z", tick=False):
        assert lapses.gaps_lapse() == 0  # it lies at the window: that is not her time
        check(cast, gap, "deficient", world.reason("correction"))
        assert lapses.gaps_lapse() == 1
        assert lapses.gaps_lapse() == 0
    case = Case.objects.get()
    assert (case.state, case.matters.get().state, Task.objects.get().state) == ("lapsed", "stopped", "stopped")
    assert case.letters.filter(kind="lapse").count() == 1
    assert Notice.objects.filter(user=cast.amira, kind="approvals.case_lapsed").count() == 1


def test_others_neither_fill_nor_check(world, cast, gap):
    upload = upload_of(cast.boris, "his.jpg")
    with pytest.raises(NotYours):
        gaps.gap_fill(by=cast.boris, reference=gap.case.reference, gap_id=gap.pk, upload=upload)
    fill_by_gao = {"by": cast.gao, "reference": gap.case.reference, "gap_id": gap.pk, "verdict": "ok"}
    with pytest.raises(NotYours):
        gaps.gap_check(**fill_by_gao)


def test_a_needed_paper_cannot_be_left_open_and_no_gap_goes_unnamed(world, cast, folder):
    case = world.checked(cast.amira, PSE)
    needed = case.materials.first().requirement
    with pytest.raises(Refused, match="left open"):
        window.case_accept(by=cast.chen, reference=case.reference, gaps=[needed])
    assert Case.objects.get().state == "submitted"
    assert not Gap.objects.exists()


def test_no_gap_goes_unnamed(world, cast, folder, monkeypatch):
    later(folder)
    real = window.case_accept
    monkeypatch.setattr(window, "case_accept", lambda **kw: real(**kw | {"gaps": ()}))
    with pytest.raises(Refused, match="Still missing"):
        accepted_with_gap(world, cast.amira)
    assert Case.objects.get().state == "submitted"


def test_a_promise_under_three_days_allows_no_gap(world, cast, folder):
    path = folder / "matters" / f"{PSE}.yaml"
    data = yaml.safe_load(path.read_text())
    data["promised"]["amount"] = 2
    for step in data["steps"]:
        step["days"] = 1
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
    later(folder)
    with pytest.raises(Refused, match="too short"):
        accepted_with_gap(world, cast.amira)
    assert Case.objects.get().state == "submitted"
