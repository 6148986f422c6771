"""F8: whatever the order and the races, tasks open once, close once, and the case's state follows from its tasks'."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction
from django.db.models import Prefetch, prefetch_related_objects
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from approvals.actions import applicants, decisions
from approvals.models import Case, CaseMatter, Decision, Task
from tests.approvals.world import FUNDED, TRADE
from yiwu_portal.history.service import stream_entries
from yiwu_portal.lifecycle.service import Refused, Stale

OVER = {"granted", "refused", "stopped"}


def broken(case_pk):
    """What does not hold of a case, its matters and tasks; empty when all of it does."""
    case = Case.objects.get(pk=case_pk)
    faults = []
    verbs = [entry.verb for entry in stream_entries(case.stream)]
    matters = list(case.matters.select_related("edition__matter", "item").prefetch_related("tasks", "item__after"))
    by_item = {matter.item_id: matter for matter in matters}
    for matter in matters:
        steps = [task.step_id for task in matter.tasks.all()]
        if len(steps) != len(set(steps)):
            faults.append(f"{matter} has a step twice")
        if (matter.state == "waiting") and steps:
            faults.append(f"{matter} waits and has tasks")
        if matter.state == "running":
            if not any(task.state in Task.AT_WORK for task in matter.tasks.all()):
                faults.append(f"{matter} runs and nobody works on it")
            before = [by_item[item.pk] for item in matter.item.after.all()]
            if any(not _passed(one) for one in before):
                faults.append(f"{matter} runs before its turn")
        if matter.state in OVER and any(task.state in (*Task.AT_WORK, "waiting") for task in matter.tasks.all()):
            faults.append(f"{matter} is over and somebody works on it")
        if (matter.state in ("granted", "refused")) != Decision.objects.filter(case_matter=matter).exists():
            faults.append(f"{matter} is {matter.state}: decision and state differ")
    over = all(matter.state in OVER for matter in matters)
    if case.state in ("accepted", "closed") and (case.state == "closed") != over:
        faults.append(f"the case is {case.state}, its matters {[matter.state for matter in matters]}")
    if verbs.count("case_close") != (case.state == "closed"):
        faults.append(f"closed {verbs.count('case_close')} times")
    return faults


def _passed(matter):
    return matter.state == "granted" or (matter.state == "refused" and matter.item.on_refusal == "go_on")


class Departments(RuleBasedStateMachine):
    """Officers of five departments decide, propose, sign and send back, in any order; the applicant may give up."""

    world = None

    def __init__(self):
        super().__init__()
        self.person = self.world.cast.amira
        self.case = self.accepted

    def task(self, number, *states):
        rows = list(Task.objects.filter(case_matter__case=self.case, state__in=states).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    @rule(number=st.integers(0, 9), outcome=st.sampled_from(["granted", "granted", "granted", "refused"]))
    def decide(self, number, outcome):
        if task := self.task(number, "open"):
            self.world.decide(task, outcome)

    @rule(number=st.integers(0, 9))
    def propose(self, number):
        task = self.task(number, "open")
        if task and task.step.signatures > 1:
            by, reason = self.world.cast.jin, self.world.reason("granted")
            decisions.task_propose(by=by, task_id=task.pk, outcome="granted", reason=reason)

    @rule(sign=st.booleans())
    def answer(self, sign):
        if task := self.task(0, "proposed"):
            if sign:
                decisions.task_sign(by=self.world.cast.qiu, task_id=task.pk)
            else:
                decisions.task_send_back(by=self.world.cast.qiu, task_id=task.pk, answer="Which bank?")

    @rule(number=st.integers(0, 9))
    def decide_again(self, number):
        task = self.task(number, "decided", "stopped", "proposed")
        if task:
            by, reason = self.world.officers[task.organisation.code], self.world.reason("refused")
            with pytest.raises((Stale, Refused)):
                decisions.task_refuse(by=by, task_id=task.pk, reason=reason)

    @precondition(lambda self: Case.objects.get(pk=self.case.pk).state == "accepted")
    @rule(sure=st.integers(0, 12))
    def withdraw(self, sure):
        if sure == 0:
            applicants.case_withdraw(by=self.person, reference=self.case.reference)

    @invariant()
    def all_of_it_holds(self):
        assert not broken(self.case.pk)


@pytest.mark.parametrize("code", [TRADE, FUNDED])
def test_in_any_order_of_acts_the_case_follows_from_its_tasks(world, cast, code):
    case = world.bundle_accepted(cast.amira, code)

    class Round(Departments):
        accepted = case

        def __init__(self):
            self.before = connection.savepoint()
            super().__init__()

        def teardown(self):
            connection.savepoint_rollback(self.before)

    Round.world = world
    quick = settings(
        max_examples=25, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(Round, settings=quick)


def at_once(acts):
    """Every act in a thread and a connection of its own, begun together; what each met."""
    start, met = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        try:
            start.wait(10)
            act()
        except Refused as refusal:
            met[number] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return met


@pytest.mark.django_db(transaction=True)
def test_eight_threads_finish_the_last_departments_and_the_case_closes_once(world, cast):
    for turn in range(4):
        case = world.founded(cast.amira)
        tasks = list(Task.objects.filter(case_matter__case=case, state="open").select_related("organisation", "step"))
        assert len(tasks) == 4
        acts = [lambda task=task: world.decide(task, "granted") for task in tasks for _twice in range(2)]
        met = at_once(acts)
        assert sum(one is None for one in met) >= 4, met
        assert not broken(case.pk), f"round {turn}"
        assert Case.objects.get(pk=case.pk).state == "closed"
        assert Decision.objects.filter(case_matter__case=case).count() == 5


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_on_the_case_the_last_two_leave_it_open_or_close_it_twice(world, cast, monkeypatch):
    """Each of two last departments reads the matters before the other's decision is there."""
    case = world.founded(cast.amira)
    for code in ("COM-03", "CUS-01"):
        world.decide_all(case, code)
    fex = Task.objects.get(case_matter__case=case, organisation__code="FEX")
    tax = Task.objects.get(case_matter__case=case, organisation__code="TAX")
    decisions.task_propose(by=cast.jin, task_id=fex.pk, outcome="granted", reason=world.reason("granted"))
    together = threading.Barrier(2)

    @contextmanager
    def unlocked(queryset, **lookup):
        with transaction.atomic():
            yield queryset.filter(**lookup).first()

    def before_the_other(*, case):
        rows = {row.pk: row for row in CaseMatter.objects.filter(case=case).select_related("edition__matter")}
        together.wait(10)
        case.matters.all()
        prefetch_related_objects([case], Prefetch("matters", CaseMatter.objects.none()))
        case.matters.all()._result_cache = list(rows.values())
        return rows

    monkeypatch.setattr(decisions, "locked", unlocked)
    monkeypatch.setattr(decisions, "matters_held", before_the_other)
    monkeypatch.setattr(decisions, "case_route", lambda **_: None)
    monkeypatch.setattr(decisions, "record", lambda **_: None)  # the chain of history would notice
    met = at_once(
        [
            lambda: decisions.task_sign(by=cast.qiu, task_id=fex.pk),
            lambda: decisions.task_grant(by=cast.tan, task_id=tax.pk, reason=world.reason("granted")),
        ]
    )
    assert met == [None, None]
    assert broken(case.pk), "both saw the other undecided, and nobody closed the case"
