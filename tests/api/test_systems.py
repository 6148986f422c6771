"""A department's system: a token for its secret, its own department's tasks, and no page at all."""

import base64
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from approvals.models import Task
from tests.api.conftest import Caller, system_of
from tests.approvals.world import COM, CREDIT_CODE, PSE
from yiwu_portal.api.actions import client_make, client_stop
from yiwu_portal.api.models import Client, Token


@pytest.fixture
def registered(world):
    return client_make(by=None, name="COM", organisation="COM", scopes=["tasks:read", "tasks:decide"])


def token(client_id, secret, **fields):
    said = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    body = {"grant_type": "client_credentials", **fields}
    return ask("token", body, Authorization=f"Basic {said}")


def ask(name, body, **headers):
    content = "&".join(f"{key}={value}" for key, value in body.items())
    kind = "application/x-www-form-urlencoded"
    return Browser().post(f"/api/v1/oauth/{name}/", content, content_type=kind, headers=headers)


def test_a_secret_buys_a_short_token_that_is_kept_as_a_digest(registered):
    client, secret = registered
    answer = token(client.client_id, secret)
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert said["token_type"] == "Bearer"
    assert said["expires_in"] == 900
    assert set(said["scope"].split()) == {"tasks:read", "tasks:decide"}
    assert answer["Cache-Control"] == "no-store"
    assert Caller(said["access_token"]).get("tasks/").status_code == 200
    assert said["access_token"] not in str(list(Token.objects.values()))
    assert secret not in str(list(Client.objects.values()))


def test_scopes_are_narrowed_and_never_widened(registered):
    client, secret = registered
    reader = Caller(token(client.client_id, secret, scope="tasks:read").json()["access_token"])
    assert reader.get("tasks/").status_code == 200
    assert reader.post("tasks/1/claim/").status_code == 403
    wider = token(client.client_id, secret, scope="webhooks")
    assert wider.status_code in (400, 401)
    assert wider.json()["error"] == "invalid_scope"


@pytest.mark.parametrize("how", ["secret", "id", "grant", "nothing"])
def test_a_wrong_secret_buys_nothing(registered, how):
    client, secret = registered
    answer = {
        "secret": lambda: token(client.client_id, "wrong"),
        "id": lambda: token("nobody", secret),
        "grant": lambda: token(client.client_id, secret, grant_type="password"),
        "nothing": lambda: ask("token", {}),
    }[how]()
    assert answer.status_code in (400, 401)
    assert "access_token" not in answer.json()
    assert not Token.objects.exists()


def test_a_token_is_asked_about_revoked_and_runs_out(registered):
    client, secret = registered
    mine = {"client_id": client.client_id, "client_secret": secret}
    first, second = (token(client.client_id, secret).json()["access_token"] for _ in range(2))
    assert ask("introspect", {**mine, "token": first}).json()["active"]
    assert ask("revoke", {**mine, "token": first}).status_code == 200
    assert not ask("introspect", {**mine, "token": first}).json()["active"]
    assert Caller(first).get("tasks/").status_code == 401
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Caller(second).get("tasks/").status_code == 401


def test_a_stranger_neither_sees_nor_ends_another_systems_token(registered):
    client, secret = registered
    hers = token(client.client_id, secret).json()["access_token"]
    other, word = client_make(by=None, name="PSE", organisation="PSE", scopes=["tasks:read"])
    his = {"client_id": other.client_id, "client_secret": word, "token": hers}
    assert not ask("introspect", his).json()["active"]
    assert ask("revoke", his).status_code == 200
    assert Caller(hers).get("tasks/").status_code == 200


def test_a_system_that_was_stopped_calls_no_more(registered):
    client, secret = registered
    mine = token(client.client_id, secret).json()["access_token"]
    client_stop(by=None, client_id=client.client_id)
    client_stop(by=None, client_id=client.client_id)
    assert Caller(mine).get("tasks/").status_code == 401
    assert token(client.client_id, secret).status_code == 401


def test_a_system_works_through_its_departments_tasks(world):
    com, case = system_of("COM"), world.accepted(world.cast.amira)
    listed = com.get("tasks/", service=COM).json()["results"]
    assert [one["reference"] for one in listed] == [case.reference]
    address = f"tasks/{listed[0]['id']}/"
    task = com.get(address).json()
    assert {reason["use"] for reason in task["reasons"]} == {"granted", "refused"}
    assert com.get(f"{address}materials/{task['materials'][0]['id']}/")["Content-Type"] == "image/jpeg"
    assert com.post(f"{address}claim/").json()["claimed_by"]
    assert com.post(f"{address}release/").json()["claimed_by"] is None
    refused = next(reason["code"] for reason in task["reasons"] if reason["use"] == "refused")
    granted = next(reason["code"] for reason in task["reasons"] if reason["use"] == "granted")
    assert com.post(f"{address}grant/", {"reason": refused}).status_code == 409
    assert com.post(f"{address}grant/", {"reason": granted}, key="k").json()["state"] == "decided"
    assert com.post(f"{address}grant/", {"reason": granted}, key="k").json()["state"] == "decided"
    assert com.post(f"{address}refuse/", {"reason": refused}).status_code == 409
    assert com.get("tasks/").json()["results"] == []


def test_a_decision_of_two_signatures_is_proposed(world):
    world.founded(world.cast.amira)
    fex = system_of("FEX")
    task = fex.get("tasks/", state="open").json()["results"][0]
    whole = fex.get(f"tasks/{task['id']}/").json()
    assert whole["signatures"] == 2
    reason = next(one["code"] for one in whole["reasons"] if one["use"] == "granted")
    assert fex.post(f"tasks/{task['id']}/grant/", {"reason": reason}).status_code == 409
    proposed = fex.post(f"tasks/{task['id']}/propose/", {"reason": reason, "outcome": "granted"})
    assert proposed.json()["state"] == "proposed", proposed.content


def test_a_grant_carries_the_numbers_of_its_result(world):
    world.bundle_accepted(world.cast.amira)
    msa = system_of("MSA")
    task = msa.get("tasks/", state="open").json()["results"][0]
    whole = msa.get(f"tasks/{task['id']}/").json()
    reason = next(one["code"] for one in whole["reasons"] if one["use"] == "granted")
    assert whole["results"] == ["credit_code"]
    body = {"reason": reason, "results": {"credit_code": CREDIT_CODE}}
    assert msa.post(f"tasks/{task['id']}/grant/", {"reason": reason}).status_code == 409
    assert msa.post(f"tasks/{task['id']}/grant/", body).json()["state"] == "decided"


def test_another_departments_tasks_are_not_there(world):
    pse, task = system_of("PSE"), world.task(world.accepted(world.cast.amira))
    assert pse.get("tasks/").json()["results"] == []
    assert pse.get(f"tasks/{task.pk}/").status_code == 404
    for verb in ("claim", "release", "grant", "refuse", "propose"):
        assert pse.post(f"tasks/{task.pk}/{verb}/").status_code == 404
    assert Task.objects.get(pk=task.pk).state == "open"


def test_a_system_may_do_nothing_on_pages(world):
    com, task = system_of("COM"), world.task(world.accepted(world.cast.amira))
    for path in (f"/en/desk/{task.pk}/", "/en/desk/", "/admin/", "/en/account/"):
        answer = com.client.get(path, headers=com.headers())
        assert answer.status_code == 302
        assert "login" in answer["Location"]
    assert com.get("cases/").status_code == 403
    assert com.post("tokens/make/", {"name": "x", "scopes": ["cases:read"]}).status_code == 403


def test_a_list_is_narrowed(world):
    pse = system_of("PSE")
    world.accepted(world.cast.amira, PSE)
    assert pse.get("tasks/", due_before="2020-01-01").json()["results"] == []
    assert pse.get("tasks/", due_before="2099-01-01", state="open").json()["results"]
    assert pse.get("tasks/", state="decided").status_code == 400
