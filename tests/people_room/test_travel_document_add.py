import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.people_room.conftest import user_made
from yiwu_portal.facts.service import PassportReplaced
from yiwu_portal.history.models import Entry
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.people.models import Person, TravelDocument
from yiwu_portal.people.rules import Mrz
from yiwu_portal.people.service import (
    person_ensure,
    person_update,
    persons_by_document,
    travel_document_add,
    travel_document_current,
)
from yiwu_portal.programmes import registry

OLD, NEW = "A12345678", "B87654321"


@pytest.fixture
def heard(monkeypatch):
    facts = []
    listener = registry.Programme(slug="listener", title="", receivers={PassportReplaced: facts.append})
    monkeypatch.setitem(registry._programmes, "listener", listener)
    return facts


def add(person, number, until, **extra):
    return travel_document_add(
        by=person.user, person=person, number=number, issuing_country="EG", expires_on=until, **extra
    )


def test_a_new_passport_replaces_the_old_one_which_still_finds_her(amira, later, heard):
    add(amira, OLD, later)
    assert heard == []
    document = add(amira, NEW, later)
    assert travel_document_current(amira) == document
    assert persons_by_document("a 1234-5678") == [amira.pk]
    assert persons_by_document(NEW) == [amira.pk]
    assert heard == [PassportReplaced(person_id=amira.pk)]


def test_whoever_holds_a_number_now_comes_before_whoever_held_it(amira, boris, later):
    add(amira, OLD, later)
    add(amira, NEW, later)
    add(boris, OLD, later)
    assert persons_by_document(OLD) == [boris.pk, amira.pk]
    assert persons_by_document("") == []
    assert persons_by_document("nobody") == []


def test_the_same_number_twice_is_once(amira, later, heard):
    first = add(amira, OLD, later)
    entries = Entry.objects.count()
    assert add(amira, OLD.lower(), later) == first
    assert (Entry.objects.count(), amira.travel_documents.count(), heard) == (entries, 1, [])


def test_the_same_number_with_another_date_corrects_it(amira, later, heard):
    add(amira, OLD, later)
    add(amira, OLD, later + timedelta(days=1))
    assert travel_document_current(amira).expires_on == later + timedelta(days=1)
    assert (amira.travel_documents.count(), heard) == (1, [])


def test_an_older_number_given_again_becomes_current(amira, later):
    first = add(amira, OLD, later)
    add(amira, NEW, later)
    assert add(amira, OLD, later) == first
    assert travel_document_current(amira).number == OLD
    assert amira.travel_documents.count() == 2


def test_the_wrong_person_adds_nothing(amira, boris, later):
    with pytest.raises(NotYours):
        travel_document_add(by=boris.user, person=amira, number=OLD, issuing_country="EG", expires_on=later)
    root = user_made("Root", is_superuser=True, is_staff=True)
    with pytest.raises(NotYours):
        travel_document_add(by=root, person=amira, number=OLD, issuing_country="EG", expires_on=later)
    assert not TravelDocument.objects.exists()


def test_an_expired_passport_changes_nothing(amira, today, later):
    add(amira, OLD, later)
    with pytest.raises(Refused, match="expired"):
        add(amira, NEW, today - timedelta(days=1))
    assert travel_document_current(amira).number == OLD


def mrz(**values):
    said = {"surname": "HASSAN", "given_names": "AMIRA", "birth_on": date(1990, 2, 3), "sex": "F", **values}
    return Mrz(
        kind="TD3", document_type="P", issuer="EGY", nationality="EGY", number=OLD, expires_on=date(2030, 1, 1), **said
    )


def test_the_lines_fill_what_she_has_not_told_yet_and_overwrite_nothing(amira, later):
    person_update(by=amira.user, person=amira, given_names="Amira Nour")
    add(amira, OLD, later, mrz=mrz())
    amira.refresh_from_db()
    assert (amira.surname, amira.given_names, str(amira.nationality)) == ("HASSAN", "Amira Nour", "EG")
    assert amira.birth_on == date(1990, 2, 3)


def test_a_passport_of_somebody_born_on_another_day_is_refused(amira, later):
    person_update(by=amira.user, person=amira, birth_on=date(1991, 1, 1))
    with pytest.raises(Refused, match="another date of birth"):
        add(amira, OLD, later, mrz=mrz())
    assert travel_document_current(amira) is None


def test_another_name_is_noted_as_a_code_without_the_name(amira, later):
    person_update(by=amira.user, person=amira, surname="Ivanova", given_names="Olga")
    add(amira, OLD, later, mrz=mrz())
    entry = Entry.objects.get(verb="travel_document_add")
    assert entry.data == {"document": travel_document_current(amira).pk, "name": "differs"}


def test_the_database_holds_no_two_current_passports(amira, later):
    add(amira, OLD, later)
    add(amira, NEW, later)
    with pytest.raises(IntegrityError, match="travel_document_one_current"), transaction.atomic():
        TravelDocument.objects.update(is_current=True)


def test_the_database_refuses_a_number_in_plain_text(amira, later):
    add(amira, OLD, later)
    for column, value in (("number", OLD), ("number_index", OLD)):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE people_traveldocument SET {column} = %s", [value])


@pytest.mark.django_db(transaction=True)
def test_two_passports_added_at_once_leave_one_current(later):
    person = person_ensure(user=user_made("Amira"))
    start, failures = threading.Barrier(2), []

    def run(number):
        try:
            start.wait(5)
            add(Person.objects.select_related("user").get(pk=person.pk), number, later)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    racers = [threading.Thread(target=run, args=[number]) for number in (OLD, NEW)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(20)
    assert failures == []
    assert sorted(person.travel_documents.values_list("is_current", flat=True)) == [False, True]
    entries = Entry.objects.filter(stream=f"person:{person.pk}")
    assert list(entries.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_constraint_alone_still_allows_one(later):
    """The negative control of the race: two writers who skip the action meet the constraint."""
    person = person_ensure(user=user_made("Amira"))
    add(person, OLD, later)
    row = TravelDocument.objects.get()
    with pytest.raises(IntegrityError):
        TravelDocument.objects.create(
            person=person, number=NEW, number_index="0" * 64, issuing_country="EG", expires_on=row.expires_on
        )
