"""Several ticked tasks granted in one act: what becomes of each is said before; all or none."""

from itertools import pairwise

import pytest
from django.urls import reverse

from approvals.actions import applicants, desks, together
from approvals.models import Case, Decision, Task
from tests.approvals.rivals import at_once
from tests.approvals.states import People, print_of_rows
from tests.approvals.world import PSE
from yiwu_portal.lifecycle.service import NotYours, Refused


def tasks(world, user, number):
    return [world.task(world.accepted(user)) for _ in range(number)]


def pks(rows):
    return [row.pk for row in rows]


def test_the_preview_says_of_each_what_becomes_of_it_and_why_not(world, cast, sign_in):
    free, held, withdrawn = tasks(world, cast.amira, 3)
    partner = People(world).appointed("partner@yiwu.example", "officer")
    desks.task_claim(by=partner, task_id=held.pk)
    applicants.case_withdraw(by=cast.amira, reference=withdrawn.case_matter.case.reference)
    lin = sign_in(cast.lin)
    before = print_of_rows()
    address = reverse("tasks_grant_together") + "?" + "&".join(f"task={pk}" for pk in pks([free, held, withdrawn]))
    response = lin.get(address + "&task=x&task=99999999")
    rows = {row.task.pk: row.problem for row in response.context["rows"]}
    assert rows[free.pk] == ""
    assert partner.name in rows[held.pk]
    assert rows[withdrawn.pk]
    assert pks(response.context["able"]) == [free.pk]
    assert print_of_rows() == before
    posted = {"task": pks(response.context["able"]), "reason": world.reason("granted").pk}
    assert lin.post(reverse("tasks_grant_together"), posted).status_code == 302
    assert pks(Task.objects.filter(state="decided")) == [free.pk]


def test_nothing_ticked_leads_back_to_the_list(world, cast, sign_in):
    response = sign_in(cast.lin).get(reverse("tasks_grant_together"))
    assert response.headers["Location"] == reverse("desk_list")


def test_when_the_third_of_ten_fails_nothing_is_changed_and_the_page_says_which_and_why(world, cast, sign_in):
    ten = tasks(world, cast.amira, 10)
    third = sorted(ten, key=lambda task: task.case_matter.case_id)[2]
    applicants.case_withdraw(by=cast.amira, reference=third.case_matter.case.reference)
    before = print_of_rows()
    posted = {"task": pks(ten), "reason": world.reason("granted").pk, "note": "As agreed."}
    response = sign_in(cast.lin).post(reverse("tasks_grant_together"), posted)
    assert response.status_code == 422
    assert print_of_rows() == before
    said = response.context["form"].non_field_errors()[0]
    assert third.case_matter.case.reference in said
    assert "withdrawn" in said
    assert "As agreed." in response.content.decode()
    assert len(response.context["able"]) == 9
    left = {"task": pks(response.context["able"]), "reason": world.reason("granted").pk}
    assert sign_in(cast.lin).post(reverse("tasks_grant_together"), left).status_code == 302
    assert Decision.objects.count() == 9


def test_another_departments_task_among_them_is_not_there_and_nothing_is_granted(world, cast):
    mine, theirs = world.task(world.accepted(cast.amira)), world.task(world.accepted(cast.amira, PSE))
    before = print_of_rows()
    for ids in ([mine.pk, theirs.pk], [mine.pk, 0]):
        with pytest.raises(NotYours):
            together.tasks_grant_together(by=cast.lin, task_ids=ids, reason=world.reason("granted"))
    for ids in ([], range(1, 60)):
        with pytest.raises(Refused):
            together.tasks_grant_together(by=cast.lin, task_ids=ids, reason=world.reason("granted"))
    with pytest.raises(Refused):
        together.tasks_grant_together(by=cast.lin, task_ids=[mine.pk], reason=world.reason("refused"))
    assert print_of_rows() == before


def test_tasks_of_two_matters_are_not_granted_with_one_reason(world, cast, sign_in):
    first = world.task(world.accepted(cast.amira))
    second = Task.objects.get(case_matter__case=world.founded(cast.amira), organisation__code="COM", state="open")
    before = print_of_rows()
    with pytest.raises(Refused, match="one matter"):
        together.tasks_grant_together(by=cast.lin, task_ids=pks([first, second]), reason=world.reason("granted"))
    assert print_of_rows() == before
    response = sign_in(cast.lin).get(f"{reverse('tasks_grant_together')}?task={first.pk}&task={second.pk}")
    assert sum(bool(row.problem) for row in response.context["rows"]) == 1


def test_a_task_posted_twice_is_granted_once_and_every_history_is_whole(world, cast):
    done = tasks(world, cast.amira, 3)
    ids = [*pks(done), done[0].pk]
    assert len(together.tasks_grant_together(by=cast.lin, task_ids=ids, reason=world.reason("granted"))) == 3
    assert Case.objects.filter(state="closed").count() == 3
    numbers = list(Decision.objects.order_by("case_matter__case_id").values_list("document__number", flat=True))
    assert all(first < second for first, second in pairwise(numbers)), "in order of their cases"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_workers")
def test_two_officers_granting_the_same_ticked_tasks_in_other_orders_never_wait_in_a_ring(world, cast):
    ids = pks(tasks(world, cast.amira, 4))
    partner = People(world).appointed("partner@yiwu.example", "officer")
    reason = world.reason("granted")
    acts = [lambda: together.tasks_grant_together(by=cast.lin, task_ids=ids, reason=reason)]
    acts += [lambda: together.tasks_grant_together(by=partner, task_ids=ids[::-1], reason=reason)]
    met = at_once(acts)
    assert sorted(type(one).__name__ for one in met) == ["Refused", "list"]
    assert Decision.objects.count() == 4
