"""A person's own program: from the draft to the withdrawal, and nothing of anybody else's."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.models import Case
from tests.api.conftest import Caller, caller_of
from tests.approvals.world import ANSWERS, COM, TRADE, photo_bytes


@pytest.fixture
def amira(world):
    world.person(world.cast.amira)
    return caller_of(world.cast.amira)


def photo(shade=200):
    return SimpleUploadedFile("paper.jpg", photo_bytes(shade), "image/jpeg")


def test_a_case_is_begun_answered_furnished_and_handed_in(amira, world):
    begun = amira.post("drafts/start/", {"service": COM})
    assert begun.status_code == 201, begun.content
    draft = begun.json()
    assert begun["Location"] == f"/api/v1/drafts/{draft['key']}/"
    assert amira.post(f"drafts/{draft['key']}/submit/").json()["missing"] == draft["missing"]
    answered = amira.post(f"drafts/{draft['key']}/answer/", {"answers": ANSWERS[COM]})
    assert answered.status_code == 200, answered.content
    assert answered.json()["answers"]["goods"] == "toys"
    for number, paper in enumerate(answered.json()["requirements"]):
        fields = {"requirement": paper["id"], "file": photo(120 + 20 * number)}
        given = amira.send(f"drafts/{draft['key']}/materials/", fields)
        assert given.status_code == 201, given.content
    assert amira.get(f"drafts/{draft['key']}/").json()["missing"] == []
    handed = amira.post(f"drafts/{draft['key']}/submit/")
    assert handed.status_code == 200, handed.content
    case = handed.json()
    assert case["state"] == "submitted"
    assert case["clock"]["explanation"]
    assert [one["reference"] for one in amira.get("cases/").json()["results"]] == [case["reference"]]
    material = case["materials"][0]["id"]
    assert amira.get(f"cases/{case['reference']}/materials/{material}/")["Content-Type"] == "image/jpeg"


def test_a_bundle_is_begun_as_one_draft(amira):
    draft = amira.post("drafts/start/", {"bundle": TRADE}).json()
    assert len(draft["services"]) > 2
    assert amira.post("drafts/start/", {"bundle": TRADE}).json()["key"] == draft["key"]  # twice is once


def test_answers_are_checked_as_the_page_checks_them(amira, world):
    draft = world.draft(world.cast.amira, papers=False)
    kept = Case.objects.get(pk=draft.pk).answers
    bad = {"agent_credit_code": "12", "contract_until": "tomorrow", "nothing_of_the_kind": "x", "goods": ["toys"]}
    answer = amira.post(f"drafts/{draft.key}/answer/", {"answers": bad})
    assert answer.status_code == 422
    assert set(answer.json()["errors"]["answers"]) == set(bad)
    assert Case.objects.get(pk=draft.pk).answers == kept


def test_a_correction_is_answered_paper_by_paper(amira, world):
    case = world.correcting(world.cast.amira)
    item = amira.get(f"cases/{case.reference}/").json()["correction"]["items"][0]
    assert amira.post(f"cases/{case.reference}/correct/").status_code == 409
    other = amira.send(f"cases/{case.reference}/materials/", {"requirement": 1, "file": photo()})
    assert other.status_code == 409
    given = amira.send(f"cases/{case.reference}/materials/", {"requirement": item["requirement"], "file": photo()})
    assert given.status_code == 201, given.content
    assert amira.post(f"cases/{case.reference}/correct/").json()["state"] == "submitted"


def test_a_case_is_withdrawn_and_cannot_be_decided_twice(amira, world):
    case = world.accepted(world.cast.amira)
    assert amira.post(f"cases/{case.reference}/withdraw/").json()["state"] == "withdrawn"
    granted = world.granted(world.cast.amira)
    answer = amira.post(f"cases/{granted.reference}/withdraw/")
    assert answer.status_code == 409
    assert answer.json()["code"] == "refused"


def test_a_draft_is_thrown_away(amira, world):
    draft = world.draft(world.cast.amira)
    assert amira.post(f"drafts/{draft.key}/discard/").json() == {"key": draft.key}
    assert amira.get(f"drafts/{draft.key}/").status_code == 404
    assert amira.get("drafts/").json()["results"] == []


def test_what_is_not_hers_is_not_there(world):
    boris = caller_of(world.cast.boris)
    draft, case = world.draft(world.cast.amira), world.correcting(world.cast.amira)
    assert boris.get("cases/").json()["results"] == []
    for path in (f"drafts/{draft.key}/", f"cases/{case.reference}/", f"cases/{case.reference}/materials/1/"):
        assert boris.get(path).status_code == 404
    for path in ("answer", "submit", "discard"):
        assert boris.post(f"drafts/{draft.key}/{path}/").status_code == 404
    for path in ("correct", "withdraw"):
        assert boris.post(f"cases/{case.reference}/{path}/").status_code == 404
    assert boris.send(f"cases/{case.reference}/materials/", {"requirement": 1}).status_code == 404
    assert Case.objects.get(pk=case.pk).state == "correcting"


def test_nobody_and_a_token_without_the_scope_are_told_so(amira, world):
    case = world.submitted(world.cast.amira)
    nobody, reader = Caller(), caller_of(world.cast.amira, "cases:read")
    answer = nobody.get(f"cases/{case.reference}/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert reader.get(f"cases/{case.reference}/").status_code == 200
    assert reader.post(f"cases/{case.reference}/withdraw/").status_code == 403
    assert amira.get("tasks/").status_code == 403
    assert Caller("ywp_wrong").get("cases/").status_code == 401


def test_a_browser_may_call_with_its_session_and_its_token_against_forgery(world, sign_in):
    case = world.submitted(world.cast.amira)
    browser = Caller(client=sign_in(world.cast.amira))
    assert browser.get(f"cases/{case.reference}/").status_code == 200
    assert browser.post(f"cases/{case.reference}/withdraw/").status_code == 200
    strict = Caller(client=type(browser.client)(enforce_csrf_checks=True))
    strict.client.cookies = browser.client.cookies
    assert strict.post(f"cases/{case.reference}/withdraw/").status_code == 403
