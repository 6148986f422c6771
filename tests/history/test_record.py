"""Writing the history."""

import threading
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from yiwu_portal.history.models import Entry
from yiwu_portal.history.service import (
    commitment,
    commitment_matches,
    history_verify,
    look_record,
    looks_at,
    record,
    record_many,
    salts_erase,
    stream_entries,
)
from yiwu_portal.programmes.service import Counted

pytestmark = pytest.mark.django_db


def broken():
    return [line for line in history_verify() if not isinstance(line, Counted)]


def write(stream="case:1", verb="case_accept", **more):
    with transaction.atomic():
        return record(verb=verb, by=None, stream=stream, **more)


def test_an_act_is_one_statement_and_follows_the_one_before(django_assert_num_queries):
    first = write()
    with transaction.atomic(), django_assert_num_queries(1):
        second = record(verb="case_close", by=None, stream="case:1")
    assert (second.seq, second.previous) == (2, first.digest)
    assert [entry.verb for entry in stream_entries("case:1")] == ["case_accept", "case_close"]
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_history_outside_the_transaction_of_its_act_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        record(verb="x", by=None, stream="case:1")


def test_whatever_plain_value_is_kept_verifies_again():
    write(
        data={
            "money": Decimal("1.50"),
            "share": 0.1,
            "large": 10**30,
            "float": 1e16,
            "minus": -0.0,
            "day": date(2026, 10, 10),
            "id": uuid.UUID(int=5),
            "deep": {"list": [1, None, True, {"中": "文"}], "tuple": (1, 2)},
            7: "a number as key",
            "quote": 'a "b" \\ \u2028 é',
        }
    )
    assert broken() == []
    with pytest.raises(TypeError, match="codes and ids"):
        write(data={"row": Entry()})


def test_many_acts_are_chained_like_single_ones(django_assert_max_num_queries):
    write("case:1")
    acts = [{"stream": f"case:{number % 10}", "verb": "v", "data": {"n": number}, "by": None} for number in range(500)]
    with transaction.atomic(), django_assert_max_num_queries(3):
        entries = record_many(acts=acts)
    assert len(entries) == 500
    assert stream_entries("case:1").count() == 51
    assert broken() == []


def test_a_look_is_recorded_for_the_person_looked_at():
    clerk = get_user_model().objects.create_user("chen@example.org")
    look_record(by=clerk, person_id=5, task="task:1", subject="person:5")
    look_record(by=clerk, person_id=6, task="task:1", subject="person:6")
    assert [entry.by for entry in looks_at(5)] == [clerk]
    assert broken() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entry SET verb = 'x'",
        "DELETE FROM history_entry",
        "UPDATE history_checkpoint SET line = ''",
        "DELETE FROM history_checkpoint",
    ],
)
def test_the_database_refuses_to_change_or_delete_history(statement):
    write()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO history_checkpoint (number, upto, sealed_at, line) VALUES (1, 0, now(), '')")
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic(), connection.cursor() as c:
        c.execute(statement)


def test_the_table_is_emptied_nowhere_but_in_a_tests_own_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(tgfoid) FROM pg_trigger WHERE tgname LIKE 'pgtrigger_never_emptied%'")
        function = cursor.fetchone()[0]
        # the same guard where the database has another name
        cursor.execute(function.replace("current_database()", "'portal'"))
        with pytest.raises(InternalError, match="never emptied"), transaction.atomic():
            cursor.execute("TRUNCATE history_entry")
        cursor.execute(function)
        cursor.execute("TRUNCATE history_entry")


def test_a_commitment_proves_a_value_until_its_salt_is_erased_and_the_chain_stays_whole():
    kept = commitment(value="E12345678", person_id=5)
    write(data={"passport": kept})
    assert "E12345678" not in str(kept)
    assert commitment_matches(kept, "E12345678") is True
    assert commitment_matches(kept, "E12345679") is False
    assert salts_erase(person_id=5) == 1
    assert commitment_matches(kept, "E12345678") is None
    assert broken() == []


def write_from_two_threads(lock):
    """Each thread reads the head, waits for the other to have read it too, and appends."""
    barrier, outcomes = threading.Barrier(2, timeout=3), []

    def run():
        try:
            with transaction.atomic():
                if lock:
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_advisory_xact_lock(99)")
                else:
                    stream_entries("case:9").count()
                    barrier.wait()
                record(verb="v", by=None, stream="case:9")
            outcomes.append("written")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_one_persons_looks_from_many_windows_at_once_are_all_in_the_chain():
    clerk = get_user_model().objects.create_user("chen@example.org")
    barrier = threading.Barrier(4, timeout=10)

    def run():
        try:
            barrier.wait()
            for person_id in range(1, 6):
                look_record(by=clerk, person_id=person_id, task="t", subject=f"person:{person_id}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [looks_at(person_id).count() for person_id in range(1, 6)] == [4] * 5
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_two_writers_who_hold_the_streams_lock_both_write():
    assert write_from_two_threads(lock=True) == ["written", "written"]
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_two_writers_without_the_lock_never_fork_the_chain():
    outcomes = write_from_two_threads(lock=False)
    assert "written" in outcomes
    assert stream_entries("case:9").count() == outcomes.count("written")
    assert broken() == []
