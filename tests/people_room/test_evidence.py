from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.people_room.conftest import upload_made
from yiwu_portal.history.models import Entry
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.people.models import Evidence
from yiwu_portal.people.service import (
    evidence_actable,
    evidence_add,
    evidence_get,
    evidence_of,
    evidence_remove,
    travel_document_add,
)

pytestmark = pytest.mark.usefixtures("types")


def add(person, type_code="lease", **extra):
    upload = extra.pop("upload", None) or upload_made(person.user)
    return evidence_add(by=person.user, person=person, type_code=type_code, upload=upload, **extra)


def test_a_paper_is_given_once_and_found_by_its_kind(amira, boris, today):
    paper = add(amira)
    assert list(evidence_of(amira, type_code="lease", usable_on=today)) == [paper]
    assert list(evidence_of(amira, type_code="photo")) == []
    assert list(evidence_of(boris)) == []


def test_the_same_file_twice_is_once(amira):
    upload = upload_made(amira.user)
    assert add(amira, upload=upload) == add(amira, upload=upload)
    assert Entry.objects.filter(verb="evidence_add").count() == 1


def test_the_same_bytes_sent_again_are_once(amira):
    first, second = upload_made(amira.user), upload_made(amira.user)
    second.sha256 = first.sha256
    second.save()
    assert add(amira, upload=first) == add(amira, upload=second)


def test_a_paper_is_good_through_its_last_day_and_not_one_more(amira, today):
    add(amira, expires_on=today)
    assert evidence_of(amira, usable_on=today).count() == 1
    assert evidence_of(amira, usable_on=today + timedelta(days=1)).count() == 0
    assert evidence_of(amira).count() == 1


def test_a_paper_without_a_date_is_good_as_long_as_its_kind_allows(amira, today):
    paper = add(amira, "loss-report")
    assert evidence_of(amira).get().good_until == today + timedelta(days=30)
    assert evidence_of(amira, usable_on=today + timedelta(days=30)).get() == paper
    assert evidence_of(amira, usable_on=today + timedelta(days=31)).count() == 0


def test_the_day_a_paper_was_added_is_a_day_in_yiwu(amira):
    # half past midnight in Yiwu is still the day before by Greenwich
    with time_machine.travel("2026-03-09T16:30:00Z", tick=False):
        add(amira, "loss-report")
    assert evidence_of(amira).get().good_until.isoformat() == "2026-04-09"


def test_the_page_of_a_replaced_passport_is_usable_no_more(amira, later, today):
    values = {"by": amira.user, "person": amira, "issuing_country": "EG", "expires_on": later}
    travel_document_add(number="A1234567", **values)
    add(amira, "passport-data-page")
    visa = add(amira, "visa-page")
    travel_document_add(number="B1234567", **values)
    assert list(evidence_of(amira, usable_on=today)) == [visa]
    assert evidence_of(amira).count() == 2
    page = add(amira, "passport-data-page")
    assert page in evidence_of(amira, usable_on=today)
    assert evidence_get(amira, page.pk).good_until == later


@pytest.mark.parametrize("why", ["expired", "somebody else", "no such kind"])
def test_what_cannot_be_added_leaves_nothing(amira, boris, today, why):
    values = {
        "expired": {"expires_on": today - timedelta(days=1)},
        "somebody else": {"upload": upload_made(boris.user)},
        "no such kind": {"type_code": "poem"},
    }[why]
    with pytest.raises(Refused, match=why):
        add(amira, **values)
    assert not Evidence.objects.exists()
    assert not Entry.objects.filter(verb="evidence_add").exists()


def test_nobody_else_adds_sees_or_removes(amira, boris):
    paper = add(amira)
    with pytest.raises(NotYours):
        evidence_add(by=boris.user, person=amira, type_code="lease", upload=upload_made(boris.user))
    with pytest.raises(NotYours):
        evidence_get(boris, paper.pk)
    with pytest.raises(NotYours):
        evidence_actable(boris.user, paper.pk)
    with pytest.raises(NotYours):
        evidence_remove(by=boris.user, evidence=paper)
    assert evidence_get(amira, paper.pk) == paper


def test_removed_is_gone_from_the_library_kept_for_what_used_it_and_twice_is_once(amira):
    paper = add(amira)
    evidence_remove(by=amira.user, evidence=paper)
    evidence_remove(by=amira.user, evidence=paper)
    assert list(evidence_of(amira)) == []
    assert Evidence.objects.filter(pk=paper.pk).exists()
    assert Entry.objects.filter(verb="evidence_remove").count() == 1
    with pytest.raises(NotYours):
        evidence_get(amira, paper.pk)


def test_a_removed_paper_may_be_added_again(amira):
    upload = upload_made(amira.user)
    evidence_remove(by=amira.user, evidence=add(amira, upload=upload))
    assert add(amira, upload=upload).removed_at is None


def test_history_says_codes_only(amira):
    paper = add(amira)
    entry = Entry.objects.get(verb="evidence_add")
    assert entry.data == {"evidence": paper.pk, "type": "lease"}
    assert (entry.stream, entry.person_id, entry.by) == (f"person:{amira.pk}", amira.pk, amira.user)
    assert timezone.now() - entry.at < timedelta(minutes=1)
