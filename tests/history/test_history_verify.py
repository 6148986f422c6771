"""Every way of tampering, with the database owner's powers, is found and named."""

import json
import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwu_portal.history.models import Checkpoint, Entry
from yiwu_portal.history.rules import GENESIS, Seal, digest
from yiwu_portal.history.service import history_seal, history_verify, record
from yiwu_portal.programmes.service import Counted

pytestmark = pytest.mark.django_db


def broken():
    return [line for line in history_verify() if not isinstance(line, Counted)]


def owner(statement, *values):
    """What the owner of the database does, triggers or not."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def write(count=6, streams=2):
    with transaction.atomic():
        return [record(verb=f"v{n}", by=None, stream=f"case:{n % streams}", data={"n": n}) for n in range(count)]


def rewrite_all(word="forged"):
    """A consistent forgery: the first act changed, every digest after it computed anew."""
    heads = {}
    for entry in Entry.objects.order_by("stream", "seq"):
        head = heads.get(entry.stream, GENESIS)
        verb = word if entry.seq == 1 else entry.verb
        new = digest(
            stream=entry.stream, seq=entry.seq, verb=verb, by=entry.by_id, subject=entry.subject,
            person_id=entry.person_id, data=entry.data, at=entry.at, previous=head,
        )  # fmt: skip
        owner("UPDATE history_entry SET verb=%s, previous=%s, digest=%s WHERE id=%s", verb, head, new, entry.pk)
        heads[entry.stream] = new


def test_an_untouched_history_verifies_and_says_what_it_counted(capsys):
    write()
    history_seal()
    write()
    history_seal()
    write(1)
    call_command("history_verify")
    out = capsys.readouterr().out
    total = Entry.objects.count()
    assert f"{total} entries in" in out
    assert "2 checkpoints" in out
    assert "1 entries not sealed yet" in out


def test_an_edit_is_named_and_the_command_fails(capsys):
    entries = write()
    owner("UPDATE history_entry SET data='{\"n\": 7}' WHERE id=%s", entries[2].pk)
    with pytest.raises(SystemExit) as stop:
        call_command("history_verify")
    assert stop.value.code == 1
    assert f"stream case:0 seq 2 id {entries[2].pk}" in capsys.readouterr().err


@pytest.mark.parametrize("column", ["verb", "by_id", "subject", "person_id", "data", "at", "previous", "digest"])
def test_no_column_can_be_edited(column):
    value = {
        "verb": "'x'", "by_id": "5", "subject": "'x'", "person_id": "5", "data": "'{}'",
        "at": "at + interval '1 microsecond'", "previous": "repeat('1', 64)", "digest": "repeat('1', 64)",
    }[column]  # fmt: skip
    entry = write()[3]
    owner(f"UPDATE history_entry SET {column}={value} WHERE id=%s", entry.pk)
    assert f"id {entry.pk}" in broken()[0]


def test_a_deletion_in_the_middle_is_named():
    entries = write()
    owner("DELETE FROM history_entry WHERE id=%s", entries[2].pk)
    assert "seq 2 before it is missing" in broken()[0]


def test_two_acts_that_changed_places_are_named():
    entries = write()
    owner("UPDATE history_entry SET seq=99 WHERE id=%s", entries[0].pk)
    owner("UPDATE history_entry SET seq=1 WHERE id=%s", entries[2].pk)
    owner("UPDATE history_entry SET seq=2 WHERE id=%s", entries[0].pk)
    assert "case:0 seq 1" in broken()[0]


def test_an_act_appended_without_its_chain_is_named():
    write()
    owner(
        "INSERT INTO history_entry (stream, seq, verb, subject, data, at, previous, digest)"
        " VALUES ('case:0', 4, 'v', 's', '{}', now(), repeat('0', 64), repeat('0', 64))"
    )
    assert "case:0 seq 4" in broken()[0]


def test_a_cut_tail_is_found_by_the_checkpoint_and_not_without_it():
    entries = write()
    owner("DELETE FROM history_entry WHERE id=%s", entries[-1].pk)
    assert broken() == []  # control: the chain alone cannot know
    entries = write()
    history_seal()
    owner("DELETE FROM history_entry WHERE id=%s", entries[-1].pk)
    assert f"id {entries[-1].pk} was deleted after checkpoint 1" in broken()[0]


def test_a_whole_rewrite_is_found_by_the_checkpoint_and_not_without_it():
    write()
    rewrite_all()
    assert broken() == []  # control
    history_seal()
    write()
    history_seal()
    rewrite_all("forged again")
    assert "are not what checkpoint 1 sealed" in broken()[0]


def test_an_act_slipped_into_a_sealed_gap_is_named():
    first, last = write(2, streams=1)
    gap = first.pk
    owner("DELETE FROM history_entry WHERE id IN (%s, %s)", first.pk, last.pk)
    kept = write(1, streams=1)[0]
    history_seal()
    # a stream of its own, perfectly chained, under an old id
    values = {"stream": "case:late", "seq": 1, "verb": "v", "by": None, "subject": "s", "person_id": None}
    values |= {"data": {}, "previous": GENESIS, "at": kept.at}
    owner(
        "INSERT INTO history_entry (id, stream, seq, verb, subject, data, at, previous, digest)"
        " VALUES (%s, 'case:late', 1, 'v', 's', '{}', %s, %s, %s)",
        gap, kept.at, GENESIS, digest(**values),
    )  # fmt: skip
    assert f"id {gap} was inserted after checkpoint 1" in broken()[0]


def test_a_stolen_checkpoint_table_is_brought_back_from_the_file():
    write()
    history_seal()
    owner("DELETE FROM history_checkpoint")
    rewrite_all()
    assert "checkpoint 1 sealed" in broken()[0]  # the file alone suffices
    assert history_seal() is None
    assert Checkpoint.objects.count() == 1
    assert broken()


def test_a_lost_file_is_written_again_from_the_table(checkpoints):
    write()
    history_seal()
    for file in checkpoints.glob("*.jsonl"):
        file.unlink()
    assert broken() == []
    write()
    history_seal()
    assert [Seal.read(line).number for line in next(checkpoints.glob("*.jsonl")).read_text().splitlines()] == [1, 2]
    assert broken() == []


def test_a_line_cut_by_a_crash_is_mended_and_a_forged_one_is_named(checkpoints):
    write()
    history_seal()
    file = next(checkpoints.glob("*.jsonl"))
    whole = file.read_text()
    file.write_text(whole + whole[:50])
    assert broken() == []
    write()
    history_seal()
    assert len(file.read_text().splitlines()) == 2
    values = json.loads(file.read_text().splitlines()[1])
    values["upto"] += 1
    file.write_text(whole + json.dumps(values) + "\n")
    assert any("contradicts" in line or "signature" in line for line in broken())


def test_a_checkpoint_signed_by_another_key_is_named(settings):
    write()
    history_seal()
    settings.HISTORY_SIGNING_KEY = "A" * 43 + "="
    assert "signature" in broken()[0]


def test_checkpoints_taken_out_of_the_middle_are_missed(checkpoints):
    for _ in range(3):
        write()
        history_seal()
    owner("DELETE FROM history_checkpoint WHERE number=2")
    file = next(checkpoints.glob("*.jsonl"))
    lines = file.read_text().splitlines(keepends=True)
    file.write_text(lines[0] + lines[2])
    assert "does not follow from checkpoint 1" in broken()[0]


def test_nothing_new_is_not_sealed_again():
    write()
    assert history_seal() is not None
    assert history_seal() is None


def test_history_that_nobody_seals_is_an_alarm():
    write()
    owner("UPDATE history_entry SET at = at - interval '1 hour'")
    assert any("does the worker run" in line for line in broken())


@pytest.mark.django_db(transaction=True)
def test_an_act_still_being_written_is_waited_for_and_never_sealed_over():
    written, go_on, sealed = threading.Event(), threading.Event(), []

    def slow():
        with transaction.atomic():
            record(verb="slow", by=None, stream="case:slow")
            written.set()
            go_on.wait(5)
        connection.close()

    def seal():
        sealed.append(history_seal())
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    written.wait(5)
    write()  # younger ids, committed before the older one
    assert history_seal(patience=0.2) is None  # it gives up rather than seal over the gap
    sealer = threading.Thread(target=seal)
    sealer.start()
    go_on.set()
    writer.join()
    sealer.join()
    assert sealed[0].count == Entry.objects.count()
    assert broken() == []


TAMPERINGS = {
    "edit": "UPDATE history_entry SET data = '{\"forged\": true}' WHERE id = %s",
    "delete": "DELETE FROM history_entry WHERE id = %s",
    "move": "UPDATE history_entry SET id = id + 1000000 WHERE id = %s",
    "other stream": "UPDATE history_entry SET stream = 'case:other', seq = 1 WHERE id = %s",
    "truncate": "DELETE FROM history_entry WHERE id >= %s",
}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(TAMPERINGS)), st.integers(0, 11), st.integers(1, 11))
def test_whatever_is_done_to_any_sealed_act_is_found(checkpoints, tampering, which, sealed_at):
    with transaction.atomic():
        entries = write(sealed_at, streams=3)
        history_seal()
        entries += write(12 - sealed_at, streams=3)
        history_seal()
        assert broken() == []
        owner(TAMPERINGS[tampering], entries[which].pk)
        assert broken()
        transaction.set_rollback(True)
    for file in checkpoints.glob("*.jsonl"):
        file.unlink()
