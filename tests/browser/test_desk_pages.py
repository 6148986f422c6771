"""The pages of officers, heads and the manager beyond the plain verdict: accessible and fitting in three languages."""

import pytest
from django.urls import reverse

from approvals.actions import decisions, desks, errata, opinions
from approvals.models import Decision, Opinion, Task
from tests.approvals.states import answered, asked, proposed
from tests.approvals.world import World
from tests.browser.test_case_pages import browser_of  # noqa: F401 - the fixture
from tests.browser.test_pages import LANGUAGES

pytestmark = pytest.mark.django_db(transaction=True)


def path(name, *args):
    """The address without its language."""
    return "/" + reverse(name, args=args).split("/", 2)[2]


def desk_pages(world, cast):
    """(who, path) of every page, with the work it needs."""
    foreign = Task.objects.get(case_matter__case=world.founded(cast.amira), organisation__code="FEX")
    licence = world.bundle_accepted(cast.boris)
    act = {"by": cast.jin, "task_id": foreign.pk, "outcome": "granted", "reason": world.reason("granted")}
    decisions.task_propose(**act, note="Checked.")
    decisions.task_send_back(by=cast.qiu, task_id=foreign.pk, answer="Which contract?")
    pages = [path("task_show", foreign.pk), path("task_propose", foreign.pk)]
    decisions.task_propose(**act)
    task, opinion = world.task(answered(world, cast.amira)), Opinion.objects.get()
    waiting = world.task(asked(world, cast.amira, is_confidential=True))
    question = Opinion.objects.get(task=waiting)
    desks.task_claim(by=cast.lin, task_id=task.pk)
    proposed(world, cast.amira)
    decision = Decision.objects.get(case_matter__case=world.granted(cast.boris))
    errata.decision_correct(by=cast.lin, decision_id=decision.pk, note="HADDAD, not HADAD.")
    taken_back = Opinion.objects.get(task=world.task(asked(world, cast.boris)))
    opinions.opinion_revoke(by=cast.lin, opinion_id=taken_back.pk)
    claimed = world.checked(cast.boris)
    together = f"{path('tasks_grant_together')}?task={task.pk}&task={waiting.pk}&task={foreign.pk}"
    licence_task = Task.objects.get(case_matter__case=licence)
    return {
        cast.jin: pages,
        cast.qiu: [path("desk_list"), path("task_show", foreign.pk), path("task_send_back", foreign.pk)],
        cast.ding: [path("task_grant", licence_task.pk)],
        cast.gao: [path("desk_list"), *(path("opinion_answer", one.pk) for one in (opinion, question, taken_back))],
        cast.lin: [
            path("desk_list"),
            path("desk_list") + "?view=late",
            path("desk_list") + "?q=nothing",
            *(path(name, task.pk) for name in ("task_show", "opinion_ask", "task_hand_over")),
            path("task_show", decision.case_matter.tasks.get().pk),
            path("decision_correct", decision.pk),
            together,
        ],
        cast.zhao: [
            path("board_show"),
            path("board_tasks") + "?view=open&organisation=COM",
            path("board_tasks") + "?view=late",
            path("board_cases"),
            path("task_reassign", task.pk),
            path("case_reassign", claimed.reference),
        ],
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_page_of_the_desks_is_accessible_and_fits(browser_of, world: World, cast, code):  # noqa: F811
    wrong = {}
    for user, paths in desk_pages(world, cast).items():
        visit = browser_of(user)
        for address in paths:
            if found := visit(f"/{code}{address}"):
                wrong[address] = found
    assert not wrong
