"""Webhooks: written with the act, signed, made again until heard, replayed; and never sent into our own house."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import transaction
from django.db.models import F

from approvals.actions import window
from tests.api.conftest import system_of
from yiwu_portal.api.actions import calls_sweep, client_stop
from yiwu_portal.api.models import Call, Subscription
from yiwu_portal.api.rules import address_is_public

EVENTS = ["case_accepted", "task_opened", "matter_decided", "case_withdrawn"]


class Listener:
    """A server of a department that remembers what it was told and answers as it likes."""

    def __init__(self):
        self.heard, self.answers = [], []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append((self.path, dict(self.headers), body))
                self.send_response(listener.answers.pop(0) if listener.answers else 204)
                self.send_header("Location", "/elsewhere/")
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/told/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener():
    found = Listener()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def told(world, listener, settings):
    """Commerce's system with a webhook to the listener; its caller, its address and its secret."""
    settings.DEBUG = True  # loopback is for development
    com = system_of("COM", "tasks:read", "webhooks")
    made = com.post("webhooks/make/", {"url": listener.url, "events": EVENTS})
    assert made.status_code == 201, made.content
    return com, f"webhooks/{made.json()['id']}/", made.json()["secret"]


def later():
    Call.objects.update(due_at=F("due_at") - timedelta(hours=2))


def test_what_happens_is_told_once_and_signed(world, told, listener):
    com, address, secret = told
    case = world.granted(world.cast.amira)
    assert Call.objects.filter(state="created").count() == 3
    assert calls_sweep() == 3
    assert calls_sweep() == 0
    assert [json.loads(body)["event"] for _path, _headers, body in listener.heard] == [
        "task_opened",
        "case_accepted",
        "matter_decided",
    ]
    for _path, headers, body in listener.heard:
        said = f"{headers['Portal-Timestamp']}.".encode() + body
        assert headers["Portal-Signature"] == "sha256=" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
        assert b"HADDAD" not in body.upper()
    assert json.loads(listener.heard[-1][2])["data"]["reference"] == case.reference
    assert {call["state"] for call in com.get(f"{address}calls/").json()["results"]} == {"sent"}
    assert secret not in str(list(Subscription.objects.values_list("pk", "url")))


def test_a_deaf_listener_is_told_again_and_given_up_at_last(world, told, listener):
    com, address, _secret = told
    world.withdrawn(world.cast.amira)
    listener.answers = [500] * 8
    for _attempt in range(8):
        assert calls_sweep() == 0
        later()
    call = com.get(f"{address}calls/").json()["results"][0]
    assert (call["state"], call["attempts"], call["last_error"]) == ("dead", 8, "answered 500")
    assert len({headers["Portal-Event-Id"] for _path, headers, _body in listener.heard}) == 1
    replayed = com.post(f"{address}calls/{call['id']}/replay/")
    assert replayed.json()["state"] == "created"
    assert calls_sweep() == 1
    assert listener.heard[-1][1]["Portal-Event-Id"] == listener.heard[0][1]["Portal-Event-Id"]


def test_a_redirect_is_not_followed(world, told, listener):
    world.withdrawn(world.cast.amira)
    listener.answers = [302]
    assert calls_sweep() == 0
    assert [path for path, _headers, _body in listener.heard] == ["/told/"]
    assert Call.objects.get().last_error == "answered 302"


def test_an_act_that_is_taken_back_tells_nobody(world, told, listener):
    case = world.checked(world.cast.amira)
    with transaction.atomic():
        window.case_accept(by=world.clerk, reference=case.reference)
        assert Call.objects.exists()
        transaction.set_rollback(True)
    assert not Call.objects.exists()


def test_other_departments_and_stopped_systems_are_told_nothing(world, told, listener):
    _com, address, _secret = told
    pse = system_of("PSE", "webhooks")
    assert pse.get("webhooks/").json()["results"] == []
    assert pse.get(f"{address}calls/").json()["results"] == []
    assert pse.post(f"{address}end/").status_code == 404
    world.withdrawn(world.cast.amira)
    client_stop(by=None, client_id=Subscription.objects.get().client.client_id)
    assert calls_sweep() == 0
    assert not listener.heard


def test_a_webhook_that_ended_is_told_no_more(world, told, listener):
    com, address, _secret = told
    assert com.post(f"{address}end/").status_code == 200
    world.withdrawn(world.cast.amira)
    assert not Call.objects.exists()
    assert com.post(f"{address}end/").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://user:word@example.com/",
        "https://2130706433/",
        "file:///etc/passwd",
        "no address",
    ],
)
def test_nothing_is_sent_into_our_own_house(world, url):
    com = system_of("COM", "webhooks")
    answer = com.post("webhooks/make/", {"url": url, "events": ["task_opened"]})
    assert answer.status_code == 409, answer.content
    assert not Subscription.objects.exists()


def test_a_name_that_moves_into_our_house_is_not_called(world, told, listener, settings):
    world.withdrawn(world.cast.amira)
    settings.DEBUG = False  # now loopback is what it is in a city: our own house
    assert calls_sweep() == 0
    assert Call.objects.get().last_error == "address not allowed"
    assert not listener.heard


@pytest.mark.parametrize(
    ("address", "is_public"),
    [("8.8.8.8", True), ("192.168.1.1", False), ("100.64.0.1", False), ("fe80::1%eth0", False), ("224.0.0.1", False)],
)
def test_the_open_network_is_told_from_ours(address, is_public):
    assert address_is_public(address, loopback_allowed=False) is is_public
