"""The pages of the clocks: what a person presses does what the verb does, and says what happened."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from approvals.actions import cards
from approvals.models import Card, Extension, Gap
from tests.approvals.states import People, accepted_with_gap, later, suspended
from tests.approvals.world import PSE, upload_of
from yiwu_portal.people.service import evidence_add


def ok(response, status=200):
    assert response.status_code == status, response.status_code
    return response.content.decode()


def test_an_officer_suspends_and_lets_it_go_on(world, cast, sign_in):
    task, lin = world.task(world.accepted(cast.amira)), sign_in(cast.lin)
    url = reverse("task_suspend", args=[task.pk])
    assert "form" in ok(lin.get(url))
    ok(lin.post(url, {"ground": "expert"}), 422)
    until = timezone.localdate() + timedelta(days=5)
    lin.post(url, {"ground": "expert", "expected_on": until.isoformat(), "note": ""})
    shown = ok(lin.get(reverse("task_show", args=[task.pk])))
    assert reverse("task_resume", args=[task.pk]) in shown
    assert "clock-legend" in ok(sign_in(cast.amira).get(f"/en/applications/{task.case_matter.case.reference}/"))
    lin.post(reverse("task_resume", args=[task.pk]))
    assert world.task(task.case_matter.case).state == "open"


def test_the_public_clock_says_that_it_stands_still(world, cast, sign_in, client):
    case = suspended(world, cast.amira)
    assert "stands still while something is awaited" in ok(client.get(f"/en/status/{case.reference}/"))


@pytest.mark.parametrize("answer", ["approve", "refuse"])
def test_the_head_answers_what_the_officer_asked(world, cast, sign_in, answer):
    task = world.task(world.accepted(cast.amira))
    head = People(world).everyone()["head of the department"]
    sign_in(cast.lin).post(reverse("extension_ask", args=[task.pk]), {"days": 3, "reason": "病假"})
    client = sign_in(head)
    assert "病假" in ok(client.get(reverse("extension_approve", args=[task.pk])))
    client.post(reverse(f"extension_{answer}", args=[task.pk]))
    assert Extension.objects.get().is_approved is (answer == "approve")
    ok(client.get(reverse("extension_approve", args=[task.pk])), 404)
    ok(sign_in(cast.lin).get(reverse("extension_approve", args=[task.pk])), 404)


def test_a_paper_follows_from_her_page_and_is_checked_at_the_window(world, cast, sign_in, folder):
    later(folder)
    case = accepted_with_gap(world, cast.amira)
    gap, amira, chen = Gap.objects.get(), sign_in(cast.amira), sign_in(cast.chen)
    fill = reverse("gap_fill", args=[case.reference, gap.pk])
    assert fill in ok(amira.get(reverse("case_show", args=[case.reference])))
    ok(amira.get(fill))
    kind = gap.requirement.evidence_type.code
    paper = evidence_add(by=cast.amira, person=case.applicant, type_code=kind, upload=upload_of(cast.amira, "x.jpg"))
    amira.post(fill, {"evidence": paper.pk})
    gap.refresh_from_db()
    assert gap.filled_at
    check = reverse("gap_check", args=[case.reference, gap.pk])
    assert check in ok(chen.get(reverse("window_case", args=[case.reference])))
    assert "verdict" in ok(chen.get(check))
    ok(chen.post(check, {"verdict": "deficient"}), 422)
    chen.post(check, {"verdict": "ok"})
    gap.refresh_from_db()
    assert gap.checked_at


def test_the_window_accepts_with_papers_to_follow(world, cast, sign_in, folder, monkeypatch):
    later(folder)
    from approvals.actions import window

    real = window.case_accept
    monkeypatch.setattr(window, "case_accept", lambda **kw: None)
    accepted_with_gap(world, cast.amira)
    monkeypatch.setattr(window, "case_accept", real)
    from approvals.models import Case

    case, chen = Case.objects.get(), sign_in(cast.chen)
    url = reverse("case_accept", args=[case.reference])
    assert url in ok(chen.get(reverse("window_case", args=[case.reference])))
    shown = ok(chen.get(url))
    paper = case.matters.get().edition.materials.get(necessity="later")
    assert f'value="{paper.pk}"' in shown
    chen.post(url, {})
    assert Case.objects.get().state == "submitted"
    chen.post(url, {"gaps": [paper.pk]})
    assert (Case.objects.get().state, Gap.objects.count()) == ("accepted", 1)


def test_a_card_is_explained_appealed_and_answered_on_its_pages(world, cast, sign_in):
    task = world.task(world.accepted(cast.amira, PSE))
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        cards.cards_raise()
    card = Card.objects.get()
    gao, ines = sign_in(cast.gao), sign_in(cast.ines)
    for name in ("card_explain", "card_appeal"):
        assert reverse(name, args=[card.pk]) in ok(gao.get(reverse("card_list")))
        ok(gao.get(reverse(name, args=[card.pk])))
        ok(gao.post(reverse(name, args=[card.pk]), {"why": ""}), 422)
    gao.post(reverse("card_explain", args=[card.pk]), {"why": "三位同事病假"})
    gao.post(reverse("card_appeal", args=[card.pk]), {"reason": "停电"})
    reference = task.case_matter.case.reference
    assert "三位同事病假" in ok(sign_in(cast.amira).get(reverse("case_show", args=[reference])))
    answer = reverse("card_answer", args=[card.pk])
    assert answer in ok(ines.get(reverse("card_list") + "?level=red&appeal=asked&organisation=PSE"))
    assert answer not in ok(ines.get(reverse("card_list") + "?level=yellow"))
    assert "停电" in ok(ines.get(answer))
    ines.post(answer, {"lifted": "yes", "answer": "停电属实"})
    card.refresh_from_db()
    assert card.appeal == "lifted"
    ok(sign_in(cast.amira).get(reverse("card_list")), 404)
