"""A task handed to a colleague by whoever holds it, before an absence for instance."""

import pytest
from django.urls import reverse

from approvals.actions import desks
from approvals.models import Task
from tests.approvals.states import People, print_of_rows
from yiwu_portal.history.service import stream_entries
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale
from yiwu_portal.notifications.models import Notice


def test_the_holder_hands_her_task_to_a_colleague_who_is_told(world, cast, sign_in):
    task = world.task(world.accepted(cast.amira))
    to = People(world).appointed("partner@yiwu.example", "officer")
    desks.task_claim(by=cast.lin, task_id=task.pk)
    lin, url = sign_in(cast.lin), reverse("task_hand_over", args=[task.pk])
    assert url in lin.get(reverse("task_show", args=[task.pk])).content.decode()
    assert lin.post(url, {"to": cast.gao.pk}).status_code == 422
    for _ in range(2):  # twice is once
        assert lin.post(url, {"to": to.pk}).status_code == 302
    assert Task.objects.get(pk=task.pk).claimed_by == to
    verbs = [entry.verb for entry in stream_entries(task.case_matter.case.stream)]
    assert verbs.count("task_hand_over") == 1
    assert Notice.objects.filter(user=to, kind="approvals.work_handed").count() == 1


def test_whoever_does_not_hold_it_hands_over_nothing(world, cast):
    task = world.task(world.accepted(cast.amira))
    to = People(world).appointed("partner@yiwu.example", "officer")
    before = print_of_rows()
    with pytest.raises(Stale):
        desks.task_hand_over(by=cast.lin, task_id=task.pk, to=to)
    for user in (cast.gao, cast.amira, cast.zhao):
        with pytest.raises(NotYours):
            desks.task_hand_over(by=user, task_id=task.pk, to=to)
    assert print_of_rows() == before
    desks.task_claim(by=to, task_id=task.pk)
    with pytest.raises(Stale):
        desks.task_hand_over(by=cast.lin, task_id=task.pk, to=cast.lin if to == cast.lin else cast.gao)


def test_nobody_of_another_department_is_handed_a_task(world, cast):
    task = world.task(world.accepted(cast.amira))
    desks.task_claim(by=cast.lin, task_id=task.pk)
    before = print_of_rows()
    for user in (cast.gao, cast.chen, cast.amira, cast.zhao):
        with pytest.raises(Refused):
            desks.task_hand_over(by=cast.lin, task_id=task.pk, to=user)
    assert print_of_rows() == before
