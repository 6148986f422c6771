"""A bundle: one application, one set of papers, four departments at once (R41-R46)."""

from itertools import permutations

import pytest
from django.db import InternalError, connection, transaction

from approvals.actions import applicants, decisions, drafts, window
from approvals.actions.catalogue import catalogue_load
from approvals.models import Bundle, BundleItem, Case, CaseMatter, Decision, Proposal, Task
from approvals.queries.bundles import bundle_parts, bundles_current, case_form, case_parts, papers_of
from approvals.queries.desks import task_materials, window_cases
from approvals.rules.questions import fields_of
from tests.approvals.world import CREDIT_CODE, FUNDED, TRADE
from yiwu_portal.history.service import stream_entries
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale
from yiwu_portal.people.models import Evidence

LATER_FOUR = ["COM-03", "CUS-01", "FEX-01", "TAX-01"]


def states(case):
    return dict(case.matters.values_list("edition__matter__code", "state"))


def tasks(case, state=Task.State.OPEN):
    rows = Task.objects.filter(case_matter__case=case, state=state)
    return sorted(rows.values_list("case_matter__edition__matter__code", flat=True))


def test_a_bundle_asks_each_question_and_each_paper_once(world, cast):
    case = world.bundle_draft(cast.amira, papers=False)
    parts = case_parts(case)
    keys = [field["key"] for field in fields_of(case_form(case))]
    assert len(keys) == len(set(keys))
    apart = sum(len(fields_of(part.edition.form)) for part in parts)
    assert len(keys) < apart / 2
    assert "credit_code" not in keys, "the licence gives it"
    asked = papers_of(parts, case.answers)
    kinds = [paper.evidence_type.code for paper in asked.papers]
    assert len(kinds) == len(set(kinds))
    assert "business-licence" not in kinds
    # four later matters ask for the licence, two matters for the legal representative's identity
    assert asked.saved == 5


def test_begun_twice_is_one_draft_and_none_of_the_single_service(world, cast):
    first = world.bundle_draft(cast.amira, papers=False)
    bundle = bundles_current().get(code=TRADE)
    assert drafts.bundle_start(user=cast.amira, keys=[], bundle=bundle, language="ar") == first
    alone = drafts.case_start(user=cast.amira, keys=[], edition=bundle_parts(bundle)[0].edition, language="ar")
    assert alone != first
    assert alone.bundle is None


def test_the_licence_opens_four_departments_in_its_own_transaction(world, cast):
    case = world.bundle_accepted(cast.amira)
    assert states(case) == {"MSA-01": "running", **dict.fromkeys(LATER_FOUR, "waiting")}
    assert tasks(case) == ["MSA-01"]
    expected = dict(case.matters.values_list("edition__matter__code", "promised_due_on"))
    assert all(expected[code] >= expected["MSA-01"] for code in LATER_FOUR), "expected from the licence's own promise"

    world.decide_all(case, "MSA-01")
    assert states(case) == {"MSA-01": "granted", **dict.fromkeys(LATER_FOUR, "running")}
    assert tasks(case) == LATER_FOUR
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.answers["credit_code"]) == (Case.State.ACCEPTED, CREDIT_CODE)


def test_the_licence_is_evidence_of_the_later_matters_and_stays_in_her_library(world, cast):
    case = world.founded(cast.amira)
    licence = Evidence.objects.get(person=case.applicant, type__code="business-licence")
    decision = Decision.objects.get(case_matter__case=case)
    assert licence.document == decision.document
    customs = Task.objects.get(case_matter__case=case, organisation__code="CUS")
    assert [paper.evidence for paper in task_materials(customs)] == [licence]
    assert decision.results == {"credit_code": CREDIT_CODE}
    assert decision.document.payload["facts"][-1]["value"]["zh"] == CREDIT_CODE


@pytest.mark.parametrize("order", list(permutations(LATER_FOUR))[::5])
def test_in_whatever_order_they_decide_the_case_closes_once(world, cast, order):
    case = world.founded(cast.amira)
    for number, code in enumerate(order, 1):
        world.decide_all(case, code, "refused" if code == "TAX-01" else "granted")
        case = Case.objects.get(pk=case.pk)
        assert (case.state == Case.State.CLOSED) == (number == len(order))
    assert [entry.verb for entry in stream_entries(case.stream)].count("case_close") == 1
    assert states(case) == {**dict.fromkeys(["MSA-01", *LATER_FOUR[:3]], "granted"), "TAX-01": "refused"}
    assert not Task.objects.filter(case_matter__case=case).exclude(state=Task.State.DECIDED).exists()


def test_a_refused_licence_stops_what_was_to_follow_and_closes_the_case(world, cast):
    case = world.bundle_accepted(cast.amira)
    world.decide_all(case, "MSA-01", "refused")
    case = Case.objects.get(pk=case.pk)
    assert states(case) == {"MSA-01": "refused", **dict.fromkeys(LATER_FOUR, "stopped")}
    assert case.state == Case.State.CLOSED
    assert Task.objects.filter(case_matter__case=case).count() == 1
    assert not Evidence.objects.filter(person=case.applicant, type__code="business-licence").exists()


def test_the_longer_bundle_runs_name_licence_and_two_departments(world, cast):
    case = world.bundle_accepted(cast.amira, FUNDED)
    assert tasks(case) == ["MSA-12"]
    world.decide_all(case, "MSA-12")
    assert tasks(case) == ["MSA-01"]
    world.decide_all(case, "MSA-01")
    assert tasks(case) == ["COM-01", "TAX-01"]


def test_a_withdrawal_in_the_middle_stops_every_department_and_keeps_what_was_granted(world, cast):
    case = world.founded(cast.amira)
    open_task = Task.objects.get(case_matter__case=case, organisation__code="CUS")
    applicants.case_withdraw(by=cast.amira, reference=case.reference)
    assert states(case) == {"MSA-01": "granted", **dict.fromkeys(LATER_FOUR, "stopped")}
    with pytest.raises(Stale):
        decisions.task_grant(by=cast.fang, task_id=open_task.pk, reason=world.reason("granted"))


def test_a_licence_without_its_credit_code_is_not_granted(world, cast):
    case = world.bundle_accepted(cast.amira)
    task = Task.objects.get(case_matter__case=case)
    for wrong in ({}, {"credit_code": "91330782MA28D0QW13"}, {"credit_code": "x"}):
        with pytest.raises(Refused, match="credit code"):
            decisions.task_grant(by=cast.ding, task_id=task.pk, reason=world.reason("granted"), results=wrong)
    assert tasks(case) == ["MSA-01"]


def test_two_signatures_are_two_people_and_the_second_is_the_heads(world, cast):
    case = world.founded(cast.amira)
    task = Task.objects.get(case_matter__case=case, organisation__code="FEX")
    with pytest.raises(Refused, match="two signatures"):
        decisions.task_grant(by=cast.jin, task_id=task.pk, reason=world.reason("granted"))
    act = {"by": cast.jin, "task_id": task.pk, "outcome": "granted", "reason": world.reason("granted")}
    decisions.task_propose(**act)
    with pytest.raises(NotYours):
        decisions.task_sign(by=cast.jin, task_id=task.pk)
    decisions.task_send_back(by=cast.qiu, task_id=task.pk, answer="The bank is missing.")
    decisions.task_propose(**act)
    decisions.task_sign(by=cast.qiu, task_id=task.pk)
    decision = Decision.objects.get(case_matter=task.case_matter)
    assert (decision.by, decision.signed_by) == (cast.jin, cast.qiu)
    assert list(Proposal.objects.order_by("id").values_list("is_signed", flat=True)) == [False, True]
    with pytest.raises(Stale):
        decisions.task_sign(by=cast.qiu, task_id=task.pk)


def test_bundles_go_to_the_comprehensive_windows(world, cast):
    case = drafts.case_submit(by=cast.amira, key=world.bundle_draft(cast.amira).key)
    assert window_cases(cast.chen).filter(pk=case.pk).exists()
    alone = world.submitted(cast.boris, "PSE-05")
    assert list(window_cases(cast.wei)) == [alone]
    with pytest.raises(NotYours):
        window.case_claim(by=cast.wei, reference=case.reference)


def test_a_changed_file_is_a_new_version_and_cases_stay_on_theirs(world, cast, folder):
    case = world.bundle_draft(cast.amira, papers=False)
    path = folder / "bundles" / f"{TRADE}.yaml"
    path.write_text(path.read_text().replace("on_refusal: go_on", "on_refusal: stop_all", 1))
    assert [bundle.number for bundle in catalogue_load(folder=folder).bundles] == [2]
    assert Case.objects.get(pk=case.pk).bundle.number == 1
    assert not catalogue_load(folder=folder).bundles
    path.unlink()
    catalogue_load(folder=folder)
    assert not bundles_current().filter(code=TRADE).exists()
    assert Bundle.objects.filter(code=TRADE).count() == 2


def test_a_bundle_in_use_is_not_changed_even_by_sql(world):
    for statement in (
        "UPDATE approvals_bundle SET name_en = 'x'",
        "DELETE FROM approvals_bundle",
        "UPDATE approvals_bundleitem SET on_refusal = 'go_on'",
        "DELETE FROM approvals_bundleitem",
    ):
        with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert BundleItem.objects.count() == 9


def test_matters_and_not_tasks_say_when_the_case_is_done(world, cast):
    case = world.founded(cast.amira)
    assert not CaseMatter.objects.filter(case=case, state="waiting").exists()
    assert Case.objects.get(pk=case.pk).state == Case.State.ACCEPTED
