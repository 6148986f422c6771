"""F1: what was acknowledged is never lost, and nothing is half there, however often the database is killed.

`CRASH_ROUNDS` asks for more than three rounds.
"""

import os
import queue
import random
import threading
import time

import pytest

from tests.approvals.crash import Cluster, Web, environment, furnish

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "3"))
CLIENTS = 8
DRAFTS_A_ROUND = 80

# each case with what belongs to it: one of each, or none of any
WHOLE = """
SELECT c.state, c.reference,
  (SELECT count(*) FROM approvals_letter l WHERE l.case_id = c.id AND l.kind = 'receipt'),
  (SELECT count(*) FROM documents_issueddocument d JOIN approvals_letter l ON l.document_id = d.id
    WHERE l.case_id = c.id),
  (SELECT count(*) FROM notifications_notice n WHERE n.key = 'case:' || c.id || ':submitted'),
  (SELECT count(*) FROM notifications_delivery y JOIN notifications_notice n ON n.id = y.notice_id
    WHERE n.key = 'case:' || c.id || ':submitted'),
  (SELECT count(*) FROM history_entry h WHERE h.stream = 'case:' || c.id AND h.verb = 'case_submit')
FROM approvals_case c
"""


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """The cluster, its address, and everything Amira prepared."""
    cluster = Cluster()
    try:
        port = cluster.servers.port_free()
        given = environment(cluster, port, tmp_path_factory.mktemp("files"))
        prepared = furnish(given, ROUNDS * DRAFTS_A_ROUND + CLIENTS)
        yield cluster, given, port, prepared
    finally:
        cluster.remove()


@pytest.fixture
def serve(ground):
    """`serve()` starts the web server; it is stopped when the test ends."""
    running = []

    def start(application="yiwu_portal.wsgi:application"):
        running.append(Web(ground[1], ground[2], application))
        return running[-1]

    yield start
    for web in running:
        web.stop()


class Load:
    """Eight clients handing in drafts, and every reference they were told."""

    def __init__(self, web, session, keys):
        self.web, self.session, self.drafts = web, session, queue.SimpleQueue()
        for key in keys:
            self.drafts.put(key)
        self.told, self.refused, self.over = [], [], threading.Event()
        self.threads = [threading.Thread(target=self._client) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def _client(self):
        while not self.over.is_set() and not self.drafts.empty():
            key = self.drafts.get()
            try:
                status, location, _body = self.web.ask("POST", f"/en/drafts/{key}/check/", self.session)
            except OSError as error:
                self.refused.append(str(error))
                continue
            if status == 302 and location.endswith("/receipt/"):
                self.told.append(location.split("/")[-3])
            else:
                self.refused.append(f"{status} {location}")

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=60)
        assert not any(thread.is_alive() for thread in self.threads)


def halves(cluster):
    """Cases that have some of what belongs to them, or too much of it."""
    return [
        row
        for row in cluster.rows(WHOLE)
        if (row[0] == "draft") != (row[1] is None) or row[2:] != ((0,) * 5 if row[0] == "draft" else (1,) * 5)
    ]


def references(cluster):
    return {row[0] for row in cluster.rows("SELECT reference FROM approvals_case WHERE state <> 'draft'")}


def test_what_was_acknowledged_survives_the_death_of_the_database(ground, serve):
    cluster, _given, _port, prepared = ground
    web, told = serve(), []
    for number in range(ROUNDS):
        keys = prepared["keys"][number * DRAFTS_A_ROUND : (number + 1) * DRAFTS_A_ROUND]
        load = Load(web, prepared["session"], keys)
        end = time.monotonic() + 30
        while len(load.told) < CLIENTS and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.4))
        in_flight = not load.drafts.empty()
        cluster.crash()
        load.stop()
        cluster.start()
        assert in_flight, "the load was over before the crash"
        assert len(load.told) >= CLIENTS, f"hardly anything was handed in: {load.refused[:3]}"
        told += load.told
        assert set(told) - references(cluster) == set()
        assert halves(cluster) == []
        print(
            f"round {number + 1}: {len(load.told)} told, {len(references(cluster))} there, {len(load.refused)} not told"
        )
    assert len(set(told)) == len(told)
    assert "deadlock detected" not in cluster.log()
    # and the web server went on by itself
    status, location, _body = web.ask("POST", f"/en/drafts/{prepared['keys'][-1]}/check/", prepared["session"])
    assert (status, location.endswith("/receipt/")) == (302, True)


def test_control_an_acknowledgement_before_the_commit_is_lost(ground, serve):
    cluster, _given, _port, prepared = ground
    web = serve("tests.approvals.hasty:application")
    status, _location, reference = web.ask("POST", f"/hasty/{prepared['keys'][-2]}/", prepared["session"])
    assert status == 200, reference[:500]
    assert reference.startswith("YW-")
    cluster.crash()
    cluster.start()
    assert reference not in references(cluster)
    assert halves(cluster) == []
