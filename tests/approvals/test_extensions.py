"""The one extension: asked, approved by another, told with its reason; or refused, and everything stays."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from approvals.actions import extensions
from approvals.models import Extension
from tests.approvals.states import People
from tests.approvals.world import COM
from yiwu_portal.centre import actions as centre
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale
from yiwu_portal.notifications.models import Notice


@pytest.fixture
def task(world, cast):
    return world.task(world.accepted(cast.amira))


def ask(cast, task, days=3, reason="两位专家病假"):
    return extensions.extension_ask(by=cast.lin, task_id=task.pk, days=days, reason=reason)


def test_approved_the_dates_move_and_she_reads_why(world, cast, task):
    head = People(world).everyone()["head of the department"]
    before = task.case_matter.promised_due_on, task.due_on
    ask(cast, task)
    assert Notice.objects.filter(user=head, kind="approvals.extension_asked").count() == 1
    with pytest.raises(NotYours):
        extensions.extension_approve(by=cast.lin, task_id=task.pk)
    extensions.extension_approve(by=head, task_id=task.pk)
    with pytest.raises(Stale):
        extensions.extension_approve(by=head, task_id=task.pk)
    task = world.task(task.case_matter.case)
    assert task.case_matter.promised_computation["amount"] == 4
    assert task.case_matter.promised_due_on > before[0]
    assert task.due_on > before[1]
    assert task.case_matter.case.letters.filter(kind="extension").count() == 1
    assert "两位专家病假" in Notice.objects.get(user=cast.amira, kind="approvals.matter_extended").body
    with pytest.raises(Refused, match="once"):
        ask(cast, task)


def test_refused_nothing_moves_and_the_asker_is_told(world, cast, task):
    head = People(world).everyone()["head of the department"]
    before = task.case_matter.promised_due_on
    ask(cast, task)
    extensions.extension_refuse(by=head, task_id=task.pk)
    assert world.task(task.case_matter.case).case_matter.promised_due_on == before
    assert Notice.objects.filter(user=cast.lin, kind="approvals.extension_answered").count() == 1
    assert not Notice.objects.filter(user=cast.amira, kind="approvals.matter_extended").exists()


def test_whoever_asked_does_not_approve_though_she_heads_the_department(world, cast, task):
    centre.appointment_make(
        by=None, user=cast.lin, organisation=cast.organisation(COM[:3]), role="head", starts_on=timezone.localdate()
    )
    ask(cast, task)
    with pytest.raises(Refused, match="yourself"):
        extensions.extension_approve(by=cast.lin, task_id=task.pk)


@pytest.mark.parametrize(("days", "reason"), [(0, "x"), (11, "x"), (3, " ")])
def test_days_and_reason_are_asked_for(cast, task, days, reason):
    with pytest.raises(Refused):
        ask(cast, task, days, reason)
    assert not Extension.objects.exists()


def test_a_time_that_is_over_is_not_extended(cast, task):
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False), pytest.raises(Refused, match="over"):
        ask(cast, task)
