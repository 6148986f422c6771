"""F3 and F7: the same thing sent many times at once happens once; of many people deciding, one decides."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.actions import applicants, cards, clocks, decisions, drafts, lapses, window
from approvals.models import Card, Case, CaseMaterial, Decision, Letter, Task
from approvals.queries.cases import edition_in_force, requirements_asked
from tests.approvals.rivals import at_once, deadlocks, without_locks
from tests.approvals.states import People, suspended
from tests.approvals.world import COM, World, upload_of
from yiwu_portal.centre.models import Appointment
from yiwu_portal.documents.models import IssuedDocument
from yiwu_portal.history.models import Entry
from yiwu_portal.lifecycle.service import Refused, Stale
from yiwu_portal.notifications.models import Delivery, Notice
from yiwu_portal.people.models import Evidence
from yiwu_portal.workdays import service as workdays

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_workers")]


@pytest.fixture(autouse=True)
def _no_deadlock(transactional_db):
    before = deadlocks()
    yield
    assert deadlocks() == before


def browser(user, sign_in):
    """A browser of this user's; `copies` of it share her session."""
    cookies = sign_in(user).cookies

    def another():
        client = Client(raise_request_exception=False)
        client.cookies = cookies.copy()
        return client

    return another


def verbs(case):
    return Counter(Entry.objects.filter(stream=case.stream).values_list("verb", flat=True))


def test_one_submission_posted_twenty_times_is_one_case_one_receipt_one_notice(world, cast, sign_in):
    case = world.draft(cast.amira)
    another = browser(cast.amira, sign_in)
    url = reverse("case_submit", args=[case.key])
    answers = at_once([lambda: another().post(url) for _ in range(20)])
    case = Case.objects.get(pk=case.pk)
    receipt = reverse("case_receipt", args=[case.reference])
    assert Counter((answer.status_code, answer.headers.get("Location")) for answer in answers) == {(302, receipt): 20}
    assert Case.objects.exclude(state="draft").count() == 1
    assert Letter.objects.filter(case=case).count() == IssuedDocument.objects.count() == 1
    assert Notice.objects.filter(user=cast.amira).count() == 1
    assert Delivery.objects.count() == 1
    assert verbs(case)["case_submit"] == 1


def test_control_without_the_lock_the_receipt_is_issued_again_and_again(world, cast, monkeypatch):
    case = world.draft(cast.amira)
    without_locks(monkeypatch, drafts)
    met = at_once([lambda: drafts.case_submit(by=cast.amira, key=case.key) for _ in range(6)])
    receipts = Letter.objects.filter(case=case, kind="receipt").count()
    assert receipts > 1 or any(isinstance(one, Exception) for one in met)


def test_one_file_given_twenty_times_is_one_paper(world, cast):
    case = world.draft(cast.amira, papers=False)
    requirement, upload = requirements_asked(case)[0], upload_of(cast.amira)
    given = {"by": cast.amira, "keys": [], "key": case.key, "requirement": requirement, "upload": upload}
    met = at_once([lambda: drafts.material_attach(**given) for _ in range(20)])
    assert len({paper.pk for paper in met}) == 1
    assert CaseMaterial.objects.filter(case=case).count() == Evidence.objects.count() == 1
    assert verbs(case)["material_attach"] == 1


def test_a_draft_begun_twenty_times_at_once_is_one_draft(world, cast):
    world.person(cast.amira)
    begun = {"user": cast.amira, "keys": [], "edition": edition_in_force(COM), "language": "ar"}
    met = at_once([lambda: drafts.case_start(**begun) for _ in range(20)])
    assert not [one for one in met if isinstance(one, Exception)]
    assert Case.objects.count() == 1


def test_a_decision_waits_for_nobody_elses_decision_on_the_same_matter(world, cast):
    """Two cases stand on one edition: while one is decided the other is decided too, and a third is begun."""
    world.person(cast.boris, number="L000000B2")
    mine, his = world.task(world.accepted(cast.amira)), world.task(world.accepted(cast.boris))
    reason, edition = world.reason("granted"), edition_in_force(COM)
    with transaction.atomic():
        decisions.task_grant(by=cast.lin, task_id=mine.pk, reason=reason)
        met = at_once(
            [
                hasty(lambda: decisions.task_grant(by=cast.lin, task_id=his.pk, reason=reason)),
                hasty(lambda: drafts.case_start(user=cast.boris, keys=[], edition=edition, language="ru")),
            ]
        )
    assert [type(one) for one in met] == [Task, Case]


def hasty(act):
    """Give up rather than wait for a lock."""

    def acted():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        return act()

    return acted


def test_a_case_accepted_ten_times_at_once_is_accepted_once(world, cast):
    case = world.checked(cast.amira)
    met = at_once([lambda: window.case_accept(by=cast.chen, reference=case.reference) for _ in range(10)])
    assert Counter(type(one) for one in met) == {Case: 1, Stale: 9}
    assert Task.objects.filter(case_matter__case=case).count() == 1
    assert Letter.objects.filter(case=case, kind="acceptance").count() == 1
    assert Notice.objects.filter(kind="approvals.case_accepted").count() == 1
    assert verbs(case)["case_accept"] == 1


def test_a_correction_handed_in_and_withdrawn_ten_times_at_once_goes_one_way(world, cast):
    case = world.correcting(cast.amira)
    world.replaced(case, cast.amira)
    acts = [lambda: applicants.case_correct(by=cast.amira, reference=case.reference)] * 5
    acts += [lambda: applicants.case_withdraw(by=cast.amira, reference=case.reference)] * 5
    met = at_once(acts)
    assert {type(one) for one in met} <= {Case, Stale}
    done = verbs(case)
    assert (done["case_correct"] <= 1, done["case_withdraw"]) == (True, 1)
    assert Case.objects.get(pk=case.pk).state == Case.State.WITHDRAWN


def test_fifty_decide_one_task_and_one_of_them_does(world, cast, sign_in):
    task = world.task(world.accepted(cast.amira))
    lin = browser(cast.lin, sign_in)
    partner = browser(People(world).appointed("partner@yiwu.example", "officer"), sign_in)
    grant, refuse = reverse("task_grant", args=[task.pk]), reverse("task_refuse", args=[task.pk])
    granted, refused = {"reason": world.reason("granted").pk}, {"reason": world.reason("refused").pk}
    acts = [lambda: lin().post(grant, granted)] * 25 + [lambda: partner().post(refuse, refused)] * 25
    answers = at_once(acts)
    assert {answer.status_code for answer in answers} == {302}
    told = Counter(said.level_tag for answer in answers for said in answer.wsgi_request._messages._queued_messages)
    assert told == {"success": 1, "error": 49}
    assert Decision.objects.count() == Letter.objects.filter(kind="decision").count() == 1
    case = task.case_matter.case
    done = verbs(case)
    assert done["task_grant"] + done["task_refuse"] == done["case_close"] == 1
    assert Notice.objects.filter(kind__startswith="approvals.matter_").count() == 1


def test_control_without_locks_the_constraints_alone_stand_between_two_decisions(world, cast, monkeypatch):
    task, reason = world.task(world.accepted(cast.amira)), world.reason("granted")
    without_locks(monkeypatch)
    met = at_once([lambda: decisions.task_grant(by=cast.lin, task_id=task.pk, reason=reason) for _ in range(6)])
    assert any(isinstance(one, IntegrityError) for one in met)
    assert Decision.objects.count() == 1


def clerks(world: World, number: int):
    """So many clerks of commerce."""
    users = get_user_model().objects.bulk_create(
        get_user_model()(email=f"clerk{n}@yiwu.example", name=f"clerk {n}", language="zh-hans") for n in range(number)
    )
    organisation, today = world.cast.organisation("COM"), timezone.localdate()
    Appointment.objects.bulk_create(
        Appointment(user=user, organisation=organisation, role="clerk", starts_on=today) for user in users
    )
    return users


def test_fifty_clerks_claim_one_case_and_one_of_them_has_it(world, cast):
    case = world.submitted(cast.amira)
    acts = [lambda by=by: window.case_claim(by=by, reference=case.reference) for by in clerks(world, 50)]
    met = at_once(acts)
    assert Counter(type(one) for one in met) == {Case: 1, window.Claimed: 49}
    assert all(str(one) for one in met if isinstance(one, Refused))
    assert verbs(case)["case_claim"] == 1


def test_control_without_the_lock_several_clerks_believe_they_have_it(world, cast, monkeypatch):
    case = world.submitted(cast.amira)
    by = clerks(world, 10)
    without_locks(monkeypatch, window)
    monkeypatch.setattr(window, "record", lambda **_: None)  # its chain is a second guard
    met = at_once([lambda who=who: window.case_claim(by=who, reference=case.reference) for who in by])
    assert sum(isinstance(one, Case) for one in met) >= 2


def test_a_clock_goes_on_and_is_decided_at_once_in_one_order_only(world, cast):
    task = world.task(suspended(world, cast.amira))
    reason = world.reason("granted")
    acts = [lambda: clocks.task_resume(by=cast.lin, task_id=task.pk)] * 5
    acts += [lambda: decisions.task_grant(by=cast.lin, task_id=task.pk, reason=reason)] * 5
    acts += [clocks.suspensions_end] * 2
    met = at_once(acts)
    assert {type(one) for one in met} <= {Task, Stale, int}
    done = verbs(task.case_matter.case)
    assert (done["task_resume"], done["task_grant"]) in {(1, 0), (1, 1)}
    assert Decision.objects.count() == done["task_grant"] == done["case_close"]


def test_a_task_is_suspended_or_decided_never_both(world, cast):
    task = world.task(world.accepted(cast.amira))
    until, reason = timezone.localdate() + timedelta(days=3), world.reason("granted")
    suspend = {"by": cast.lin, "task_id": task.pk, "ground": "expert", "expected_on": until}
    acts = [lambda: clocks.task_suspend(**suspend)] * 5
    acts += [lambda: decisions.task_grant(by=cast.lin, task_id=task.pk, reason=reason)] * 5
    met = at_once(acts)
    assert Counter(type(one) for one in met) == {Task: 1, Stale: 9}
    done = verbs(task.case_matter.case)
    assert done["task_suspend"] + done["task_grant"] == 1


def test_a_job_run_by_six_at_once_accepts_each_case_once_and_raises_one_card(world, cast):
    cases = [world.submitted(cast.amira) for _ in range(3)]
    later = workdays.closes_at(cases[0].acceptance_due_on) + timedelta(days=1)
    with time_machine.travel(later, tick=True):
        met = at_once([lapses.cases_deem, cards.cards_raise] * 3)
    assert not [one for one in met if isinstance(one, Exception)]
    for case in cases:
        assert verbs(case)["case_deem_accepted"] == 1
        assert Letter.objects.filter(case=case, kind="acceptance").count() == 1
        assert Card.objects.filter(case=case, task=None).count() == 1


def test_control_without_locks_only_the_state_and_the_constraints_stand(world, cast, monkeypatch):
    task = world.task(suspended(world, cast.amira))
    without_locks(monkeypatch, clocks)
    met = at_once([lambda: clocks.task_resume(by=cast.lin, task_id=task.pk) for _ in range(6)])
    resumed = sum(isinstance(one, Task) for one in met)
    assert resumed > 1 or any(isinstance(one, IntegrityError) for one in met)
