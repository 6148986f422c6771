"""A passport number stands nowhere in plain text: not in the database, history, logs, addresses or error pages (T6)."""

import logging
import traceback

import pytest
from django.db import connection
from django.urls import reverse

from yiwu_portal.people.models import TravelDocument
from yiwu_portal.people.service import person_export, travel_document_add, travel_document_current

CANARY = "Q7CANARY9"


def rows_holding(text):
    """Table and column of every text or JSON value of the whole database that holds the text."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'character', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE upper("{column}"::text) LIKE %s', [f"%{text.upper()}%"]
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


@pytest.fixture
def held(amira, later):
    return travel_document_add(by=amira.user, person=amira, number=CANARY, issuing_country="EG", expires_on=later)


def test_no_column_of_the_database_holds_the_number(held):
    assert rows_holding(CANARY) == []
    assert held.number == CANARY
    assert travel_document_current(held.person).number == CANARY


def test_the_search_for_it_would_find_it(held):
    held.person.address = f"canary {CANARY.lower()}"
    held.person.save()
    assert rows_holding(CANARY) == ["people_person.address"]


def test_nothing_printed_shows_it(held):
    printed = f"{held} {held!r} {[held]} {held.person} {TravelDocument.objects.all()!r}"
    assert CANARY not in printed
    assert "Q7•••••Y9" in printed


def test_no_log_address_or_page_shows_it(client, amira, later, caplog):
    client.force_login(amira.user)
    caplog.set_level(logging.DEBUG)
    data = {"number": CANARY.lower(), "issuing_country": "EG", "expires_on": later.isoformat()}
    answer = client.post(reverse("travel_document_add"), data, follow=True)
    assert answer.status_code == 200
    assert "Q7•••••Y9" in answer.content.decode()
    assert CANARY not in answer.content.decode().upper()
    assert CANARY not in str(answer.redirect_chain).upper()
    assert CANARY not in caplog.text.upper()


def test_an_error_report_hides_what_was_typed(amira, later, rf, settings):
    from django.views.debug import SafeExceptionReporterFilter

    from yiwu_portal.people.views import travel_document_add as view

    settings.DEBUG = False
    request = rf.post("/", {"number": CANARY})
    request.user = amira.user
    request.session = {}
    view(request)
    cleansed = SafeExceptionReporterFilter().get_post_parameters(request)
    assert CANARY not in str(cleansed)


def test_a_refused_number_is_not_repeated_in_the_error(amira, today):
    from yiwu_portal.lifecycle.service import Refused

    with pytest.raises(Refused) as caught:
        travel_document_add(
            by=amira.user, person=amira, number=CANARY, issuing_country="EG", expires_on=today.replace(year=2001)
        )
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_her_own_copy_of_her_data_has_it_in_full(held):
    assert person_export(held.person)["travel_documents"][0]["number"] == CANARY
