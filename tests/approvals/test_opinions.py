"""Opinions (意见): asked of several departments at once, answered, taken back, reminded of; the clock goes on."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from approvals.actions import decisions, opinions
from approvals.actions.opinions import opinions_remind
from approvals.models import Opinion, Task
from approvals.queries.opinions import opinions_seen, opinions_waiting
from tests.approvals.rivals import at_once
from tests.approvals.states import asked, print_of_rows, soon
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale
from yiwu_portal.notifications.models import Notice


def terms(cast, *codes, **more):
    ids = [cast.organisation(code).pk for code in codes]
    return {"organisation_ids": ids, "question": "Is it so?", "is_confidential": False, "due_on": soon()} | more


def text(response):
    return response.content.decode()


def test_several_are_asked_at_once_and_the_clock_goes_on(world, cast, sign_in):
    case = world.accepted(cast.amira)
    task = world.task(case)
    due = Task.objects.get(pk=task.pk).due_on
    url, lin = reverse("opinion_ask", args=[task.pk]), sign_in(cast.lin)
    posted = {"organisations": [cast.organisation(code).pk for code in ("PSE", "MSA", "CUS")]}
    posted |= {"question": "Is it so?", "due_on": soon().isoformat()}
    assert lin.post(url, posted).status_code == 302
    assert lin.post(url, posted).status_code == 302  # the same question twice is once
    assert Opinion.objects.count() == 3
    assert {notice.user for notice in Notice.objects.filter(kind="approvals.opinion_asked")} == {
        cast.gao,
        cast.ding,
        cast.fang,
    }
    opinion = Opinion.objects.get(organisation__code="PSE")
    opinions.opinion_answer(by=cast.gao, opinion_id=opinion.pk, answer="It is.")
    listed = text(lin.get(reverse("desk_list")))
    assert "3 asked, 1 answered" in listed or "已征求 3" in listed
    fresh = Task.objects.get(pk=task.pk)
    assert (fresh.state, fresh.due_on) == (Task.State.OPEN, due)
    decisions.task_grant(by=cast.lin, task_id=task.pk, reason=world.reason("granted"))  # nobody has to wait for them
    with pytest.raises(Stale):
        opinions.opinion_answer(by=cast.fang, opinion_id=Opinion.objects.get(organisation__code="CUS").pk, answer="No")


@pytest.mark.parametrize(
    "wrong",
    [{"organisation_ids": []}, {"question": "  "}, {"due_on": date(2020, 1, 1)}, {"organisation_ids": [0]}, {"own": 1}],
)
def test_a_question_that_cannot_be_asked_asks_nobody(world, cast, wrong):
    task = world.task(world.accepted(cast.amira))
    asking = terms(cast, *(["PSE", "COM"] if wrong.pop("own", 0) else ["PSE"])) | wrong
    before = print_of_rows()
    with pytest.raises(Refused):
        opinions.opinion_ask(by=cast.lin, task_id=task.pk, **asking)
    assert print_of_rows() == before


def test_another_question_to_a_department_that_has_not_answered_asks_nobody_else_either(world, cast):
    task = world.task(asked(world, cast.amira))
    with pytest.raises(Refused, match="already"):
        opinions.opinion_ask(by=cast.lin, task_id=task.pk, **terms(cast, "MSA", "PSE", question="And this?"))
    assert Opinion.objects.count() == 1


def test_the_asked_department_sees_the_question_and_nothing_of_the_applicant(world, cast, sign_in):
    case = asked(world, cast.amira)
    opinion = Opinion.objects.get()
    gao = sign_in(cast.gao)
    assert reverse("opinion_answer", args=[opinion.pk]) in text(gao.get(reverse("desk_list")))
    page = text(gao.get(reverse("opinion_answer", args=[opinion.pk])))
    assert opinion.question in page
    for personal in ("HADDAD", "L898902C3", "+8613957900001", "稠州北路", "ruyi", "Ruyi"):
        assert personal not in page
    assert gao.get(reverse("task_show", args=[world.task(case).pk])).status_code == 404
    assert sign_in(cast.ding).get(reverse("opinion_answer", args=[opinion.pk])).status_code == 404
    assert sign_in(cast.lin).get(reverse("opinion_answer", args=[opinion.pk])).status_code == 404


def test_taken_back_while_the_answer_was_being_written_keeps_what_was_typed(world, cast, sign_in):
    asked(world, cast.amira)
    opinion = Opinion.objects.get()
    gao, url = sign_in(cast.gao), reverse("opinion_answer", args=[opinion.pk])
    assert gao.get(url).status_code == 200
    assert sign_in(cast.lin).post(reverse("opinion_revoke", args=[opinion.pk])).status_code == 302
    response = gao.post(url, {"answer": "Three careful sentences."})
    assert response.status_code == 422
    assert "Three careful sentences." in text(response)
    assert response.context["form"].non_field_errors()
    assert Opinion.objects.get().answer == ""
    assert not opinions_waiting(cast.gao)
    assert Notice.objects.filter(user=cast.gao, kind="approvals.opinion_revoked").count() == 1
    opinions.opinion_revoke(by=cast.lin, opinion_id=opinion.pk)  # twice is once
    assert Notice.objects.filter(user=cast.gao, kind="approvals.opinion_revoked").count() == 1
    opinions.opinion_ask(by=cast.lin, task_id=opinion.task_id, **terms(cast, "PSE", question="Better asked?"))


def test_an_answer_stays_and_the_same_one_twice_is_once(world, cast):
    asked(world, cast.amira)
    opinion = Opinion.objects.get()
    opinions.opinion_answer(by=cast.gao, opinion_id=opinion.pk, answer="It is.")
    before = print_of_rows()
    opinions.opinion_answer(by=cast.gao, opinion_id=opinion.pk, answer=" It is. ")
    with pytest.raises(Stale):
        opinions.opinion_answer(by=cast.gao, opinion_id=opinion.pk, answer="It is not.")
    with pytest.raises(Stale):
        opinions.opinion_revoke(by=cast.lin, opinion_id=opinion.pk)
    for user in (cast.ding, cast.amira, cast.zhao):
        with pytest.raises(NotYours):
            opinions.opinion_answer(by=user, opinion_id=opinion.pk, answer="Me too.")
    assert print_of_rows() == before


def test_a_confidential_one_is_for_two_departments_a_shared_one_for_all_of_the_case(world, cast):
    case = world.founded(cast.amira)
    tasks = {task.organisation.code: task for task in Task.objects.filter(case_matter__case=case, state="open")}
    ask = {"by": cast.fang, "task_id": tasks["CUS"].pk}
    opinions.opinion_ask(**ask, **terms(cast, "TAX", question="Among us?", is_confidential=True))
    opinions.opinion_ask(**ask, **terms(cast, "FEX", question="For all?"))

    def seen(user, code):
        return [opinion.question for opinion in opinions_seen(user, tasks[code])]

    assert seen(cast.fang, "CUS") == ["Among us?", "For all?"]
    assert seen(cast.tan, "TAX") == ["Among us?", "For all?"]
    assert seen(cast.jin, "FEX") == ["For all?"]
    assert seen(cast.lin, "COM") == ["For all?"]


def test_it_is_reminded_of_once_on_the_working_day_before(world, cast):
    """Asked on Monday 23 November for Monday 30: reminded on Friday 27, however often the job runs."""
    with time_machine.travel(datetime(2026, 11, 23, 2, tzinfo=UTC)) as clock:
        asked(world, cast.amira, due_on=date(2026, 11, 30))
        due = Task.objects.get().due_on
        reminded = {}
        for day in (23, 24, 25, 26, 27, 27, 28, 29, 30):
            clock.move_to(datetime(2026, 11, day, 2, tzinfo=UTC))
            reminded[day] = reminded.get(day, 0) + opinions_remind()
    assert {day for day, number in reminded.items() if number} == {27}
    assert reminded[27] == 1
    assert Notice.objects.filter(kind="approvals.opinion_due").count() == 1
    assert Task.objects.get().due_on == due


def test_a_reminder_the_job_missed_comes_late_and_none_comes_for_what_is_answered(world, cast):
    with time_machine.travel(datetime(2026, 11, 23, 2, tzinfo=UTC)) as clock:
        asked(world, cast.amira, due_on=date(2026, 11, 25), organisation_ids=[cast.organisation("MSA").pk])
        asked(world, cast.amira, due_on=date(2026, 11, 25))
        opinions.opinion_answer(by=cast.ding, opinion_id=Opinion.objects.first().pk, answer="Yes.")
        clock.move_to(datetime(2026, 11, 25, 2, tzinfo=UTC))
        assert opinions_remind() == 1
    assert [notice.user for notice in Notice.objects.filter(kind="approvals.opinion_due")] == [cast.gao]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_workers")
def test_answered_and_taken_back_at_once_goes_one_way(world, cast):
    asked(world, cast.amira)
    pk = Opinion.objects.get().pk
    acts = [lambda: opinions.opinion_answer(by=cast.gao, opinion_id=pk, answer="Yes.")]
    acts += [lambda: opinions.opinion_revoke(by=cast.lin, opinion_id=pk)]
    met = at_once(acts * 3)
    opinion = Opinion.objects.get()
    assert (opinion.answered_at is None) != (opinion.revoked_at is None)
    assert {type(one) for one in met} == {Opinion, Stale}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_workers")
def test_two_jobs_at_once_remind_once(world, cast):
    with time_machine.travel(datetime(2026, 11, 23, 2, tzinfo=UTC)):
        asked(world, cast.amira, due_on=date(2026, 11, 25))
    with time_machine.travel(datetime(2026, 11, 24, 2, tzinfo=UTC)):
        met = at_once([opinions_remind] * 4)
    assert sorted(met) == [0, 0, 0, 1]
    assert Notice.objects.filter(kind="approvals.opinion_due").count() == 1
