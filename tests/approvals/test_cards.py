"""Cards: raised by the clock once, explained to the applicant, appealed and judged by somebody else."""

import pytest
import time_machine

from approvals.actions import cards, clocks
from approvals.models import Card
from tests.approvals.world import PSE
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale
from yiwu_portal.notifications.models import Notice

EVE = "2026-09-28T02:00:00Z"


@pytest.fixture
def task(world, cast):
    """A residence permit accepted on 28 September: National Day lies in its seven days, due Wednesday 14 October."""
    with time_machine.travel(EVE, tick=False):
        return world.task(world.accepted(cast.amira, PSE))


def raised(day):
    with time_machine.travel(f"{day}T02:00:00Z", tick=False):
        done = cards.cards_raise()
        assert cards.cards_raise() == 0
    return done, [card.level for card in Card.objects.order_by("id")]


def test_notice_yellow_red_each_once_whatever_the_job_misses(world, cast, task):
    due = task.due_on
    assert str(due) == "2026-10-13"
    assert raised("2026-10-09") == (0, [])
    assert raised("2026-10-12") == (1, ["notice"])
    assert raised("2026-10-13") == (0, ["notice"])
    assert raised("2026-10-14") == (1, ["notice", "yellow"])
    assert raised("2026-10-16") == (0, ["notice", "yellow"])
    assert raised("2026-10-25") == (1, ["notice", "yellow", "red"])
    assert Notice.objects.filter(user=cast.gao, kind="approvals.card_raised").count() == 3
    assert raised("2026-10-12") == (0, ["notice", "yellow", "red"])  # the clock jumped back


def test_a_clock_that_stands_still_gets_no_card(world, cast, task):
    with time_machine.travel("2026-10-12T02:00:00Z", tick=False):
        clocks.task_suspend(by=cast.gao, task_id=task.pk, ground="expert", expected_on=task.due_on)
    assert raised("2026-10-13") == (0, [])


def test_the_window_is_warned_on_its_last_day(world, cast):
    with time_machine.travel(EVE, tick=False):
        world.submitted(cast.amira, PSE)
    assert raised("2026-10-09") == (1, ["notice"])
    assert Notice.objects.filter(user=cast.wei, kind="approvals.card_raised").count() == 1


def yellow(task):
    raised("2026-10-14")
    return Card.objects.get(level="yellow")


def test_why_are_we_late_reaches_the_applicant_once(world, cast, task):
    card = yellow(task)
    for user in (cast.lin, cast.chen, cast.ines, cast.amira):
        with pytest.raises(NotYours):
            cards.card_explain(by=user, card_id=card.pk, why="Because.")
    with pytest.raises(Refused):
        cards.card_explain(by=cast.gao, card_id=card.pk, why=" ")
    cards.card_explain(by=cast.gao, card_id=card.pk, why="三位同事病假。")
    with pytest.raises(Stale):
        cards.card_explain(by=cast.gao, card_id=card.pk, why="Again.")
    notice = Notice.objects.get(user=cast.amira, kind="approvals.card_explained")
    assert "三位同事病假。" in notice.body
    assert notice.language == "ar"


@pytest.mark.parametrize(("lifted", "stands"), [(True, "lifted"), (False, "upheld")])
def test_an_appeal_is_answered_once_by_a_supervisor_or_the_manager(world, cast, task, lifted, stands):
    card = yellow(task)
    with pytest.raises(Stale):
        cards.card_answer(by=cast.ines, card_id=card.pk, lifted=lifted, answer="So be it.")
    cards.card_appeal(by=cast.gao, card_id=card.pk, reason="The paper came late.")
    for user in (cast.gao, cast.lin, cast.guo, cast.amira):
        with pytest.raises(NotYours):
            cards.card_answer(by=user, card_id=card.pk, lifted=lifted, answer="Yes.")
    cards.card_answer(by=cast.zhao, card_id=card.pk, lifted=lifted, answer="So be it.")
    with pytest.raises(Stale):
        cards.card_answer(by=cast.ines, card_id=card.pk, lifted=not lifted, answer="No.")
    card.refresh_from_db()
    assert (card.appeal, card.answered_by) == (stands, cast.zhao)
    assert Notice.objects.filter(user=cast.gao, kind="approvals.card_answered").count() == 1


def test_nobody_answers_an_appeal_of_her_own(world, cast, task):
    from yiwu_portal.centre import actions as centre

    with time_machine.travel(EVE, tick=False):
        centre.appointment_make(
            by=None, user=cast.gao, organisation=cast.organisation("ITS"), role="manager", starts_on="2026-09-01"
        )
    card = yellow(task)
    cards.card_appeal(by=cast.gao, card_id=card.pk, reason="The paper came late.")
    with pytest.raises(Refused, match="yourself"):
        cards.card_answer(by=cast.gao, card_id=card.pk, lifted=True, answer="Of course.")
