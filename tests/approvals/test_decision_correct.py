"""A clerical error corrected after the decision: a new document, the old one superseded, the applicant told."""

import pytest
from django.urls import reverse

from approvals.actions import errata
from approvals.models import Decision, Letter
from approvals.queries.desks import results_waiting
from tests.approvals.rivals import at_once
from tests.approvals.states import handed_over, print_of_rows
from yiwu_portal.documents.models import IssuedDocument
from yiwu_portal.history.service import stream_entries
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.notifications.models import Notice
from yiwu_portal.people.models import Evidence

NOTE = "The surname reads HADDAD, not HADAD."


def corrected(world, cast):
    decision = Decision.objects.get(case_matter__case=world.granted(cast.amira))
    old = decision.document
    return errata.decision_correct(by=cast.lin, decision_id=decision.pk, note=NOTE), old


def test_the_corrected_document_says_what_is_corrected_and_takes_the_place_of_the_old_one(world, cast, client):
    decision, old = corrected(world, cast)
    new, old = decision.document, IssuedDocument.objects.get(pk=old.pk)
    assert (old.standing, old.superseded_by, new.standing) == ("superseded", new, "valid")
    facts = [fact["value"]["zh"] for fact in new.payload["facts"]]
    assert facts[-2:] == [NOTE, old.number]
    assert [fact["value"] for fact in new.payload["facts"][:-2]] == [fact["value"] for fact in old.payload["facts"]]
    assert Letter.objects.filter(case=decision.case_matter.case, kind="decision").count() == 2
    page = client.get(reverse("document_verify", args=[old.code]) + "?lang=en").content.decode()
    assert "superseded" in page.lower() or "replaced" in page.lower()
    told = Notice.objects.get(kind="approvals.decision_corrected")
    assert told.user == cast.amira
    entry = list(stream_entries(decision.case_matter.case.stream))[-1]
    assert (entry.verb, entry.by_id) == ("decision_correct", cast.lin.pk)
    assert NOTE not in str(entry.data)


def test_the_decision_itself_stays(world, cast):
    decision, _old = corrected(world, cast)
    kept = Decision.objects.get(pk=decision.pk)
    assert (kept.outcome, kept.decided_at, kept.valid_until) == ("granted", decision.decided_at, decision.valid_until)
    assert kept.case_matter.case.state == "closed"


def test_the_same_correction_twice_is_once_and_another_one_follows_it(world, cast):
    decision, old = corrected(world, cast)
    before = print_of_rows()
    errata.decision_correct(by=cast.lin, decision_id=decision.pk, note=f" {NOTE} ")
    assert print_of_rows() == before
    again = errata.decision_correct(by=cast.lin, decision_id=decision.pk, note="And the given name.")
    standings = dict(IssuedDocument.objects.filter(kind="approvals.decision").values_list("number", "standing"))
    assert list(standings.values()).count("superseded") == 2
    assert standings[again.document.number] == "valid"
    assert old.number != again.document.number


def test_only_an_officer_of_the_department_that_decided_corrects(world, cast, sign_in):
    decision = Decision.objects.get(case_matter__case=world.granted(cast.amira))
    before = print_of_rows()
    for user in (cast.gao, cast.amira, cast.chen, cast.zhao, cast.qiu):
        with pytest.raises(NotYours):
            errata.decision_correct(by=user, decision_id=decision.pk, note=NOTE)
    with pytest.raises(Refused):
        errata.decision_correct(by=cast.lin, decision_id=decision.pk, note="  ")
    assert print_of_rows() == before
    assert sign_in(cast.gao).get(reverse("decision_correct", args=[decision.pk])).status_code == 404


def test_the_page_of_the_task_leads_there_and_a_paper_handed_out_is_exchanged(world, cast, sign_in):
    case = handed_over(world, cast.amira)
    decision, lin = Decision.objects.get(case_matter__case=case), sign_in(cast.lin)
    url = reverse("decision_correct", args=[decision.pk])
    assert url in lin.get(reverse("task_show", args=[world.task(case).pk])).content.decode()
    assert lin.post(url, {"note": ""}).status_code == 422
    assert lin.post(url, {"note": NOTE}).status_code == 302
    assert NOTE in lin.get(url).content.decode()
    assert decision in results_waiting(cast.chen)


def test_a_corrected_licence_lies_in_her_library_too(world, cast):
    case = world.founded(cast.amira)
    decision = Decision.objects.get(case_matter__case=case)
    decision = errata.decision_correct(by=cast.ding, decision_id=decision.pk, note=NOTE)
    papers = Evidence.objects.filter(person=case.applicant, type__code="business-licence", removed_at=None)
    assert decision.document in [paper.document for paper in papers]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_workers")
def test_the_same_correction_at_once_issues_one_document(world, cast):
    decision = Decision.objects.get(case_matter__case=world.granted(cast.amira))
    met = at_once([lambda: errata.decision_correct(by=cast.lin, decision_id=decision.pk, note=NOTE)] * 4)
    assert {type(one) for one in met} == {Decision}
    assert IssuedDocument.objects.filter(kind="approvals.decision").count() == 2
