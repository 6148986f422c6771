"""The manager's board: what lies where, how late, who holds it; handing work over; ending a claim."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.actions import board, desks, window
from approvals.models import Case, Task
from approvals.queries.board import board_lines, board_tasks_listed, serving_today
from tests.approvals.rivals import at_once
from tests.approvals.states import People, print_of_rows, proposed
from tests.approvals.test_budgets import PAGE, cost
from tests.approvals.world import COM, PSE
from yiwu_portal.centre.models import Appointment
from yiwu_portal.history.service import stream_entries
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale
from yiwu_portal.notifications.models import Notice


def line(user, code):
    return next(line for line in board_lines(user, serving_today()) if line.organisation.code == code)


def partner(world, role="officer"):
    return People(world).appointed("partner@yiwu.example" if role == "officer" else "colleague@yiwu.example", role)


def text(response):
    return response.content.decode()


def test_each_department_is_counted_at_its_desk_and_its_windows(world, cast, sign_in):
    tasks = [world.task(world.accepted(cast.amira)) for _ in range(3)]
    proposed(world, cast.amira)
    world.submitted(cast.amira)
    world.accepted(cast.amira, PSE)
    desks.task_claim(by=cast.lin, task_id=tasks[0].pk)
    today = timezone.localdate()
    Task.objects.filter(pk=tasks[1].pk).update(due_on=today - timedelta(days=1))
    Task.objects.filter(pk=tasks[2].pk).update(due_on=today)
    found = line(cast.zhao, "COM")
    assert {key: found.desk[key] for key in ("open", "late", "today", "held", "proposed", "suspended")} == {
        "open": 4,
        "late": 1,
        "today": 1,
        "held": 1,
        "proposed": 1,
        "suspended": 0,
    }
    assert (found.window["open"], found.officers, found.is_unserved) == (1, 1, False)
    assert line(cast.zhao, "PSE").desk["open"] == 1
    page = text(sign_in(cast.zhao).get(reverse("board_show")))
    assert f"{reverse('board_tasks')}?view=late&amp;organisation=COM" in page


def test_the_work_behind_a_figure_shows_no_word_of_the_applicant(world, cast, sign_in):
    task = world.task(world.accepted(cast.amira))
    waiting = world.checked(cast.amira)
    zhao = sign_in(cast.zhao)
    pages = {
        reverse("board_show"): cast.chen.name,
        f"{reverse('board_tasks')}?organisation=COM": task.case_matter.case.reference,
        reverse("task_reassign", args=[task.pk]): task.case_matter.case.reference,
        f"{reverse('board_cases')}?view=held": waiting.reference,
        reverse("case_reassign", args=[waiting.reference]): cast.chen.name,
    }
    for address, shown in pages.items():
        page = text(zhao.get(address))
        assert shown in page
        for personal in ("HADDAD", "Haddad", "L898902C3", "+8613957900001"):
            assert personal not in page, address


@pytest.mark.parametrize("who", ["lin", "chen", "amira", "ines", "guo", "qiu"])
def test_the_board_is_the_managers_alone(world, cast, sign_in, who):
    user = getattr(cast, who)
    task = world.task(world.accepted(cast.amira))
    client = sign_in(user)
    for address in ("board_show", "board_tasks", "board_cases"):
        assert client.get(reverse(address)).status_code == 404
    assert not board_tasks_listed(user)
    with pytest.raises(NotYours):
        board.task_reassign(by=user, task_id=task.pk, to=cast.lin)
    with pytest.raises(NotYours):
        board.task_lease_break(by=user, task_id=task.pk)


def test_a_department_with_work_and_nobody_to_do_it_is_flagged(world, cast, sign_in):
    world.accepted(cast.amira)
    yesterday = timezone.localdate() - timedelta(days=1)
    Appointment.objects.filter(user=cast.lin).update(starts_on=yesterday, ends_on=yesterday)
    assert line(cast.zhao, "COM").is_unserved
    response = sign_in(cast.zhao).get(reverse("board_show"))
    assert [found.organisation.code for found in response.context["unserved"]] == ["COM"]
    task = Task.objects.get()
    page = sign_in(cast.zhao).get(reverse("task_reassign", args=[task.pk]))
    assert not page.context["colleagues"]


def test_a_task_is_handed_to_a_named_colleague_who_is_told(world, cast, sign_in):
    task, to = world.task(world.accepted(cast.amira)), partner(world)
    desks.task_claim(by=cast.lin, task_id=task.pk)
    url, zhao = reverse("task_reassign", args=[task.pk]), sign_in(cast.zhao)
    assert zhao.post(url, {"to": cast.gao.pk}).status_code == 422
    assert zhao.post(url, {"to": to.pk}).status_code == 302
    assert zhao.post(url, {"to": to.pk}).status_code == 302  # twice is once
    task = Task.objects.get(pk=task.pk)
    assert (task.claimed_by, task.is_held) == (to, True)
    entries = [entry for entry in stream_entries(task.case_matter.case.stream) if entry.verb == "task_reassign"]
    assert [entry.data for entry in entries] == [{"from": cast.lin.pk, "to": to.pk}]
    assert Notice.objects.filter(user=to, kind="approvals.work_handed").count() == 1
    with pytest.raises(Refused):
        desks.task_claim(by=cast.lin, task_id=task.pk)


def test_nobody_gets_work_she_may_not_do(world, cast):
    task = world.task(world.accepted(cast.amira))
    case = world.submitted(cast.amira)
    before = print_of_rows()
    for user in (cast.gao, cast.chen, cast.amira, cast.zhao):
        with pytest.raises(Refused):
            board.task_reassign(by=cast.zhao, task_id=task.pk, to=user)
    for user in (cast.wei, cast.lin, cast.amira):
        with pytest.raises(Refused):
            board.case_reassign(by=cast.zhao, reference=case.reference, to=user)
    assert print_of_rows() == before


def test_a_case_at_the_window_is_handed_over_and_its_claim_ended(world, cast, sign_in):
    case, to, zhao = world.checked(cast.amira), partner(world, "clerk"), sign_in(cast.zhao)
    assert zhao.post(reverse("case_reassign", args=[case.reference]), {"to": to.pk}).status_code == 302
    assert Case.objects.get(pk=case.pk).claimed_by == to
    for _ in range(2):
        assert zhao.post(reverse("case_lease_break", args=[case.reference])).status_code == 302
    assert Case.objects.get(pk=case.pk).claimed_by is None
    window.case_claim(by=cast.chen, reference=case.reference)
    verbs = [entry.verb for entry in stream_entries(case.stream)]
    assert verbs[-3:] == ["case_reassign", "case_lease_break", "case_claim"]


def test_what_is_decided_is_not_handed_over_and_the_page_says_so(world, cast, sign_in):
    task, to = world.task(world.granted(cast.amira)), partner(world)
    with pytest.raises(Stale):
        board.task_reassign(by=cast.zhao, task_id=task.pk, to=to)
    assert sign_in(cast.zhao).post(reverse("task_reassign", args=[task.pk]), {"to": to.pk}).status_code == 302


def test_the_board_costs_the_same_with_much_work(world, cast, sign_in, subtests):
    world.task(world.accepted(cast.amira))
    zhao = sign_in(cast.zhao)
    addresses = [reverse("board_show"), reverse("board_tasks"), reverse("board_cases")]
    world.submitted(cast.amira)
    few = {address: len(cost(zhao, address)[0]) for address in addresses}
    for code in (COM, PSE):
        for _ in range(3):
            world.accepted(cast.boris, code)
            world.submitted(cast.amira, code)
    for address in addresses:
        with subtests.test(address):
            many = len(cost(zhao, address)[0])
            print(f"{address}: {few[address]} statements with little work, {many} with much")
            assert many == few[address] <= PAGE


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_workers")
def test_handed_over_by_the_holder_and_by_the_manager_at_once_ends_with_one_of_them(world, cast):
    task, first = world.task(world.accepted(cast.amira)), partner(world)
    second = People(world).appointed("third@yiwu.example", "officer")
    desks.task_claim(by=cast.lin, task_id=task.pk)
    met = at_once(
        [
            lambda: desks.task_hand_over(by=cast.lin, task_id=task.pk, to=first),
            lambda: board.task_reassign(by=cast.zhao, task_id=task.pk, to=second),
        ]
    )
    assert {type(one) for one in met} <= {Task, Stale}
    assert Task.objects.get(pk=task.pk).claimed_by in (first, second)
