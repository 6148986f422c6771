import json
from datetime import date

import pytest
from django.apps import apps

from tests.people_room.conftest import upload_made, user_made
from yiwu_portal.history.models import Entry
from yiwu_portal.history.service import looks_at
from yiwu_portal.lifecycle.service import NotYours
from yiwu_portal.people.models import Person
from yiwu_portal.people.queries import person_export
from yiwu_portal.people.service import (
    evidence_add,
    mandate_give,
    person_ensure,
    person_look,
    person_of,
    person_update,
    travel_document_add,
)


def test_a_person_is_made_once(db):
    user = user_made("Amira")
    assert person_of(user) is None
    assert person_ensure(user=user) == person_ensure(user=user) == person_of(user)
    assert Entry.objects.filter(verb="person_ensure").count() == 1


def test_an_update_is_recorded_by_field_and_never_by_value(amira):
    person_update(by=amira.user, person=amira, surname="Hassan", address="Futian 7")
    person_update(by=amira.user, person=amira, surname="Hassan", address="Futian 7")
    entry = Entry.objects.get(verb="person_update")
    assert entry.data == {"fields": ["address", "surname"]}
    assert Person.objects.get(pk=amira.pk).surname == "Hassan"


def test_only_details_can_be_updated(amira, boris):
    with pytest.raises(TypeError):
        person_update(by=amira.user, person=amira, user=boris.user)


def test_another_person_cannot_update_hers(amira, boris):
    with pytest.raises(NotYours):
        person_update(by=boris.user, person=amira, surname="X")
    assert Person.objects.get(pk=amira.pk).surname == ""


def test_staff_look_for_a_task_and_she_sees_it(amira, clerk):
    assert person_look(by=clerk, person_id=amira.pk, task="approvals:T1") == amira
    look = looks_at(amira.pk).get()
    assert (look.by, look.data) == (clerk, {"task": "approvals:T1"})


def test_who_holds_no_office_cannot_look_and_a_past_office_is_none(amira, boris, clerk):
    clerk.appointments.update(ends_on=date(2021, 1, 1))
    for user in (boris.user, clerk):
        with pytest.raises(NotYours):
            person_look(by=user, person_id=amira.pk, task="x")
    assert not looks_at(amira.pk).exists()


def test_a_file_that_is_not_there_is_not_yours(clerk):
    with pytest.raises(NotYours):
        person_look(by=clerk, person_id=0, task="x")


@pytest.fixture
def whole(amira, boris, later, today, types, clerk):
    details = {"surname": "Hassan", "given_names": "Amira", "birth_on": date(1990, 1, 2), "phone": "+8613800000000"}
    person_update(by=amira.user, person=amira, **details)
    travel_document_add(by=amira.user, person=amira, number="A1234567", issuing_country="EG", expires_on=later)
    evidence_add(by=amira.user, person=amira, type_code="lease", upload=upload_made(amira.user))
    mandate_give(by=amira.user, agent=boris, person=amira, starts_on=today, ends_on=later)
    person_look(by=clerk, person_id=amira.pk, task="t")
    amira.refresh_from_db()
    return amira


def test_her_copy_holds_every_row_and_can_be_written_as_json(whole):
    rows = person_export(whole)
    assert json.loads(json.dumps(rows)) == rows
    assert rows["person"]["surname"] == "Hassan"
    assert rows["person"]["phone"] == "+8613800000000"
    assert [len(rows[name]) for name in ("travel_documents", "evidence", "mandates", "looks")] == [1, 1, 1, 1]


def test_an_agents_copy_names_no_client(whole, boris):
    assert "Hassan" not in json.dumps(person_export(boris))


def test_every_table_of_this_room_that_points_at_a_person_is_in_her_copy(whole):
    pointing = {
        model._meta.model_name
        for model in apps.get_app_config("people").get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model is Person
    }
    assert pointing == {"traveldocument", "evidence", "mandate"}
