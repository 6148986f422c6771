"""Two signatures (双签): an officer proposes, the head of her department signs or sends back, each on her own page."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from approvals.actions import decisions
from approvals.models import Case, Decision, Proposal, Task
from tests.approvals.rivals import at_once
from tests.approvals.world import CREDIT_CODE
from yiwu_portal.history.service import stream_entries
from yiwu_portal.lifecycle.service import Stale


def foreign_exchange(world, cast):
    """The task of a matter that asks for two signatures."""
    case = world.founded(cast.amira)
    return Task.objects.select_related("step").get(case_matter__case=case, organisation__code="FEX")


def text(response):
    return response.content.decode()


def told(response):
    return [said.message for said in get_messages(response.wsgi_request)]


def test_the_officer_is_offered_to_propose_where_two_sign(world, cast, sign_in):
    task = foreign_exchange(world, cast)
    jin = sign_in(cast.jin)
    page = text(jin.get(reverse("task_show", args=[task.pk])))
    assert "?outcome=refused" in page
    assert reverse("task_propose", args=[task.pk]) in page
    assert reverse("task_grant", args=[task.pk]) not in page
    response = jin.post(reverse("task_grant", args=[task.pk]), {"reason": world.reason("granted").pk})
    assert "two signatures" in told(response)[0]
    assert Task.objects.get(pk=task.pk).state == Task.State.OPEN


def test_a_proposal_waits_on_the_heads_list_is_signed_and_becomes_the_decision(world, cast, sign_in):
    task = foreign_exchange(world, cast)
    jin, qiu = sign_in(cast.jin), sign_in(cast.qiu)
    note = {"reason": world.reason("granted").pk, "note": "Checked against the contract."}
    assert jin.post(reverse("task_propose", args=[task.pk]), note).status_code == 302
    listed = text(qiu.get(reverse("desk_list")))
    assert str(task.case_matter.case.reference) in listed
    page = text(qiu.get(reverse("task_show", args=[task.pk])))
    assert "Checked against the contract." in page
    assert cast.jin.name in page
    assert reverse("task_sign", args=[task.pk]) in page
    assert reverse("task_sign", args=[task.pk]) not in text(jin.get(reverse("task_show", args=[task.pk])))
    assert jin.post(reverse("task_sign", args=[task.pk])).status_code == 404
    assert qiu.post(reverse("task_sign", args=[task.pk])).status_code == 302
    decision = Decision.objects.get(case_matter=task.case_matter)
    assert (decision.by, decision.signed_by, decision.outcome) == (cast.jin, cast.qiu, "granted")
    again = qiu.post(reverse("task_sign", args=[task.pk]))
    assert "Nothing was changed" in told(again)[-1]
    assert Decision.objects.filter(case_matter=task.case_matter).count() == 1


def test_what_is_sent_back_is_open_again_and_the_officer_reads_why(world, cast, sign_in):
    task = foreign_exchange(world, cast)
    jin, qiu = sign_in(cast.jin), sign_in(cast.qiu)
    propose = reverse("task_propose", args=[task.pk]) + "?outcome=refused"
    assert "拟不予许可" in text(jin.get(propose)) or "Propose to refuse" in text(jin.get(propose))
    jin.post(propose, {"reason": world.reason("refused").pk})
    assert Proposal.objects.get().outcome == "refused"
    back = reverse("task_send_back", args=[task.pk])
    assert qiu.post(back, {"answer": ""}).status_code == 422
    assert qiu.post(back, {"answer": "Which contract do you mean?"}).status_code == 302
    assert Task.objects.get(pk=task.pk).state == Task.State.OPEN
    page = text(jin.get(reverse("task_show", args=[task.pk])))
    assert "Which contract do you mean?" in page
    assert reverse("task_propose", args=[task.pk]) in page
    verbs = [entry.verb for entry in stream_entries(task.case_matter.case.stream)]
    assert verbs[-2:] == ["task_propose", "task_send_back"]


def test_a_head_of_another_department_sees_nothing_of_it(world, cast, sign_in):
    case = world.accepted(cast.amira)
    task = world.task(case)
    qiu = sign_in(cast.qiu)
    for name in ("task_show", "task_send_back"):
        assert qiu.get(reverse(name, args=[task.pk])).status_code == 404
    assert not qiu.get(f"{reverse('desk_list')}?q={case.reference}").context["tasks"].object_list


def test_a_licence_asks_for_its_credit_code_and_says_at_the_field_what_is_wrong(world, cast, sign_in):
    case = world.bundle_accepted(cast.amira)
    task = Task.objects.get(case_matter__case=case, state=Task.State.OPEN)
    ding, url = sign_in(cast.ding), reverse("task_grant", args=[task.pk])
    assert 'name="result_credit_code"' in text(ding.get(url))
    assert 'name="result_credit_code"' not in text(ding.get(reverse("task_refuse", args=[task.pk])))
    for wrong in ("", "91330782MA28D0QW13", "x" * 40):
        response = ding.post(url, {"reason": world.reason("granted").pk, "result_credit_code": wrong})
        assert response.status_code == 422
        assert response.context["form"].errors.keys() == {"result_credit_code"}
        assert wrong in text(response)
    assert not Decision.objects.exists()
    spaced = f" {CREDIT_CODE[:8]} {CREDIT_CODE[8:].lower()} "
    ding.post(url, {"reason": world.reason("granted").pk, "result_credit_code": spaced})
    assert Decision.objects.get().results == {"credit_code": CREDIT_CODE}
    assert Case.objects.get(pk=case.pk).answers["credit_code"] == CREDIT_CODE


def test_a_matter_that_gives_no_number_asks_for_none(world, cast, sign_in):
    task = world.task(world.accepted(cast.amira))
    assert "result_" not in text(sign_in(cast.lin).get(reverse("task_grant", args=[task.pk])))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_workers")
def test_signed_and_sent_back_at_once_goes_one_way(world, cast):
    task = foreign_exchange(world, cast)
    decisions.task_propose(by=cast.jin, task_id=task.pk, outcome="granted", reason=world.reason("granted"))
    acts = [lambda: decisions.task_sign(by=cast.qiu, task_id=task.pk)] * 3
    acts += [lambda: decisions.task_send_back(by=cast.qiu, task_id=task.pk, answer="Why?")] * 3
    met = at_once(acts)
    assert sorted(type(one).__name__ for one in met) == ["Stale"] * 5 + ["Task"]
    assert all(isinstance(one, Stale | Task) for one in met)
    assert Proposal.objects.filter(is_signed=None).count() == 0
