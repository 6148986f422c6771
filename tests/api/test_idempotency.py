"""F3: a write that is asked for again is not done again; its answer was kept in the transaction of the act."""

import threading
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.api.conftest import Caller, caller_of
from tests.approvals.world import COM
from tests.people import sign_in_as
from yiwu_portal.api import operations
from yiwu_portal.api.actions import api_expired_clear
from yiwu_portal.api.models import KeptAnswer, Token

KEYS = st.sampled_from(["a", "b", "c", "d"])
NAMES = st.sampled_from(["one", "two"])


class Broken(Exception):
    """The line went dead before the answer was sent."""


class Machine(RuleBasedStateMachine):
    """A caller who loses answers, asks again and mixes up keys, beside a dict that says what must be true."""

    caller, user = None, None

    def __init__(self):
        super().__init__()
        Token.objects.filter(client=None).delete()
        KeptAnswer.objects.all().delete()
        self.model, self.made = {}, 0

    def ask(self, key, name):
        return self.caller.post("tokens/make/", {"name": name, "scopes": ["cases:read"]}, key=key)

    @rule(key=KEYS, name=NAMES)
    def asks(self, key, name):
        answer = self.ask(key, name)
        if key not in self.model:
            assert answer.status_code == 201
            self.model[key], self.made = (name, answer.json()["id"]), self.made + 1
        elif self.model[key][0] == name:
            assert answer.status_code == 201
            assert answer["Idempotent-Replayed"] == "true"
            assert self.model[key][1] in (None, answer.json()["id"])
        else:
            assert answer.status_code == 422
            assert answer.json()["code"] == "key_reused"

    @rule(key=KEYS, name=NAMES)
    def asks_and_never_hears_the_answer(self, key, name):
        def cut(*_args, **_kw):
            raise Broken

        kept, operations.Write.finalize_response = operations.Write.finalize_response, cut
        try:
            self.ask(key, name)
        except Broken:
            pass
        finally:
            operations.Write.finalize_response = kept
        if key not in self.model:
            self.model[key], self.made = (name, None), self.made + 1

    @rule(key=KEYS)
    def asks_for_what_cannot_be(self, key):
        answer = self.caller.post("tokens/make/", {"name": "x", "scopes": ["everything"]}, key=key)
        assert answer.status_code == (422 if key in self.model else 400)  # what failed was not kept

    @precondition(lambda self: self.model)
    @rule()
    def a_day_goes_by(self):
        KeptAnswer.objects.update(created_at=F("created_at") - timedelta(hours=25))
        self.model = {}

    @rule()
    def is_started_anew(self):
        for cache in caches.all():
            cache.clear()

    @rule()
    def is_swept(self):
        api_expired_clear()

    @invariant()
    def each_key_was_acted_upon_once(self):
        assert Token.objects.filter(user=self.user, client=None).count() == self.made


def machine_of(caller, user):
    return type("MachineOf", (Machine,), {"caller": caller, "user": user})


def run(machine):
    quiet = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    bounds = settings(max_examples=15, stateful_step_count=20, deadline=None, derandomize=True, database=None)
    run_state_machine_as_test(machine, settings=settings(bounds, suppress_health_check=quiet))


@pytest.fixture
def no_limit(monkeypatch):
    monkeypatch.setattr(operations, "WRITES_A_MINUTE", 100_000)


@pytest.mark.usefixtures("no_limit")
def test_whatever_is_lost_or_asked_again_is_done_once(cast):
    run(machine_of(Caller(client=sign_in_as(cast.amira)), cast.amira))


@pytest.mark.usefixtures("no_limit")
def test_control_without_kept_answers_it_is_done_twice(cast, monkeypatch):
    monkeypatch.setattr(operations, "answer_once", lambda act, **_asked: (act(), False))
    monkeypatch.setattr(operations, "answer_kept", lambda **_asked: None)
    with pytest.raises((AssertionError, KeyError, ExceptionGroup)):
        run(machine_of(Caller(client=sign_in_as(cast.amira)), cast.amira))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_workers")
def test_twenty_at_once_under_one_key_are_one(world):
    caller = Caller(client=sign_in_as(world.cast.amira))
    cookies, answers = caller.client.cookies, []

    def ask():
        one = Caller()
        one.client.cookies = cookies
        answers.append(one.post("tokens/make/", {"name": "n", "scopes": ["cases:read"]}, key="same"))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = {answer.status_code for answer in answers}
    assert statuses <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert Token.objects.filter(user=world.cast.amira).count() == 1


def test_a_submission_whose_answer_was_lost_is_answered_again(world):
    caller, draft = caller_of(world.cast.amira), world.draft(world.cast.amira)
    first = caller.post(f"drafts/{draft.key}/submit/", key="mine")
    again = caller.post(f"drafts/{draft.key}/submit/", key="mine")
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert again["Location"] == first["Location"]


def test_keys_are_each_users_and_each_operations_own(world):
    amira, boris = caller_of(world.cast.amira), caller_of(world.cast.boris)
    world.person(world.cast.boris, number="B1234567", country="RU")
    keys = {one.post("drafts/start/", {"service": COM}, key="k").json()["key"] for one in (amira, boris)}
    assert len(keys) == 2
    discarded = amira.post(f"drafts/{amira.get('drafts/').json()['results'][0]['key']}/discard/", key="k")
    assert discarded.status_code == 200


def test_a_refusal_is_not_kept(world):
    caller, draft = caller_of(world.cast.amira), world.draft(world.cast.amira, papers=False)
    assert caller.post(f"drafts/{draft.key}/submit/", key="k").status_code == 409
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 201, "schlüssel"])
def test_a_write_without_a_proper_key_is_not_done(world, key):
    caller, draft = caller_of(world.cast.amira), world.draft(world.cast.amira)
    answer = caller.client.post(
        f"/api/v1/drafts/{draft.key}/submit/",
        "{}",
        content_type="application/json",
        headers=caller.headers({"Idempotency-Key": key.encode().decode("latin-1")}),
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "key_missing"


def test_a_secret_is_said_once_and_kept_nowhere(cast):
    caller = Caller(client=sign_in_as(cast.amira))
    body = {"name": "n", "scopes": ["cases:read"]}
    secret = caller.post("tokens/make/", body, key="k").json()["token"]
    assert Caller(secret).get("cases/").status_code == 200
    assert caller.post("tokens/make/", body, key="k").json()["token"] == ""
    assert secret not in str(list(KeptAnswer.objects.values())) + str(list(Token.objects.values()))
    token = caller.get("tokens/").json()["results"][0]["id"]
    assert caller.post(f"tokens/{token}/revoke/").status_code == 200
    assert Caller(secret).get("cases/").status_code == 401
