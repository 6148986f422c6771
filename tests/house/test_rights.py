"""S1, S2, S9: every address × everyone × GET, POST and the rest, with Amira's things (see `rights.py`)."""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings as portal
from django.db import InternalError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from tests.approvals.world import World
from tests.house.rights import FILES, MAY_BE_KEPT, NO_TOKEN_NEEDED, RIGHTS, ROLES, WRITES_WHEN_READ
from tests.house.scenery import Asker, Scenery, addresses
from tests.people import Cast
from yiwu_portal.people.service import evidence_types_load

pytestmark = pytest.mark.django_db  # so that the database of the tests is there for the fixture below
OTHERS = ("PUT", "PATCH", "DELETE")
WRITER = {"Idempotency-Key": "matrix"}  # every write of the API carries a key


@dataclass
class Answers:
    """What everyone met: by address, method and role; and what was noticed on the way."""

    met: dict[tuple[str, str], dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    without_token: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    wrote: set[str] = field(default_factory=set)
    noticed: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def answers(django_db_setup, django_db_blocker, tmp_path_factory):
    """The whole matrix asked once; each answer is taken back before the next question."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"base_url": None}}
    files["OPTIONS"]["location"] = str(tmp_path_factory.mktemp("files"))
    storages = portal.STORAGES | {"default": files}
    with django_db_blocker.unblock(), override_settings(DEMO=True, STORAGES=storages), transaction.atomic():
        cast = Cast()
        assert cast.organisation("COM")
        evidence_types_load()
        logging.disable(logging.CRITICAL)  # thousands of refusals are no news here
        found = _asked(Scenery(_world(cast)))
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)
    return found


def _world(cast: Cast) -> World:
    from approvals.actions.catalogue import catalogue_load

    catalogue_load()
    return World(cast)


def _asked(scenery: Scenery) -> Answers:
    answers, clients = Answers(), scenery.clients()
    for number, (key, (name, parts)) in enumerate(addresses().items()):
        url = scenery.address(name, parts)
        for role, client in clients.items():
            for method in ("GET", "POST", OTHERS[number % len(OTHERS)]):
                shown = method if method in ("GET", "POST") else "other"
                answers.met[key, shown][role] = _one(answers, client, method, key, url)
        if key in WRITES_WHEN_READ and _wrote(clients[_insider(RIGHTS[key].get)], url):
            answers.noticed.add(key)
        strict = Asker(enforce_csrf_checks=True)  # whoever may post here, in a browser whose forms carry no token
        poster = clients[_insider(RIGHTS[key].post if key in RIGHTS else {})]
        strict.cookies = SimpleCookie({name: morsel.value for name, morsel in poster.cookies.items()})
        for method in ("POST", *OTHERS):
            with taken_back(strict):
                answers.without_token[key][method] = strict.generic(method, url, headers=WRITER).status_code
    return answers


def _insider(group: dict[str, str]) -> str:
    return next((role for role in ROLES if group.get(role) == "in"), "owner")


def _one(answers: Answers, client: Client, method: str, key: str, url: str) -> str:
    with taken_back(client):
        is_bound = method == "GET" and key not in WRITES_WHEN_READ
        response = _read_only(client, url) if is_bound else client.generic(method, url, headers=WRITER)
    if response is None:
        answers.wrote.add(key)
        return "wrote"
    answers.bare.update(f"{key}: {lack}" for lack in _lacks(response, key))
    return _class(response)


def _wrote(client: Client, url: str) -> bool:
    with taken_back(client):
        return _read_only(client, url) is None


def _read_only(client: Client, url: str) -> Any:
    """The answer, or None when it needed to write: PostgreSQL refuses, and a session not saved becomes a 400."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    try:
        response = client.get(url)
    except InternalError:
        return None
    return None if response.status_code == 400 else response


class taken_back(transaction.Atomic):
    """Undo what a request did, in the database and in the browser's cookies."""

    def __init__(self, client: Client) -> None:
        super().__init__(using=None, savepoint=True, durable=False)
        self.client = client

    def __enter__(self) -> None:
        self.kept = {name: morsel.value for name, morsel in self.client.cookies.items()}
        super().__enter__()

    def __exit__(self, *raised: Any) -> None:
        transaction.set_rollback(True)
        super().__exit__(*raised)
        self.client.cookies = SimpleCookie(self.kept)


def _class(response: Any) -> str:
    login = (reverse("account_login"), reverse("admin:login"), reverse("account_request_login_code"))
    if response.status_code in (301, 302):
        return "login" if response.headers["Location"].split("?")[0] in login else "in"
    return "in" if response.status_code in (200, 400, 409, 422) else str(response.status_code)


def _lacks(response: Any, key: str) -> list[str]:
    said = response.headers
    policy = said.get("Content-Security-Policy", "")
    is_file = key in FILES and response.status_code == 200
    framed = ("frame-ancestors 'self'", "SAMEORIGIN") if is_file else ("frame-ancestors 'none'", "DENY")
    is_pdf = is_file and said["Content-Type"] == "application/pdf"
    wanted = {
        "no policy of its content": "default-src 'none'" in policy,
        "foreign scripts": "script-src 'self'" in policy or (is_file and "script-src" not in policy),
        "unsafe things in the policy": "unsafe" not in policy or is_pdf,
        "may be framed": framed[0] in policy and said.get("X-Frame-Options") == framed[1],
        "sniffed": said.get("X-Content-Type-Options") == "nosniff",
        "tells where one came from": said.get("Referrer-Policy") == "same-origin",
        "may be stored": "no-store" in said.get("Cache-Control", "") or key in MAY_BE_KEPT,
    }
    return [f"{lack} ({response.status_code})" for lack, is_well in wanted.items() if not is_well]


def test_every_address_has_a_row_and_every_row_an_address():
    there = set(addresses())
    assert not there - set(RIGHTS), "addresses without a row in tests/house/rights.py"
    assert not set(RIGHTS) - there, "rows without an address"
    assert all(set(row.get) == set(row.post) == set(ROLES) for row in RIGHTS.values())
    assert set(WRITES_WHEN_READ) | set(NO_TOKEN_NEEDED) | MAY_BE_KEPT <= there


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_everyone_meets_what_the_table_says(answers, method):
    wrong = []
    for key, row in RIGHTS.items():
        expected = row.get if method == "GET" else row.post
        for role, met in answers.met[key, method].items():
            if met != expected[role]:
                wrong.append(f"{method} {key} by {role}: expected {expected[role]}, met {met}")
    assert not wrong, "\n".join(wrong)


def test_other_methods_are_not_for_pages(answers):
    met = {
        (key, role, how) for (key, method), by in answers.met.items() if method == "other" for role, how in by.items()
    }
    assert {(key, role, how) for key, role, how in met if how != "405"} == set()


def test_reading_writes_nothing_but_what_is_listed(answers):
    assert answers.wrote == set()


def test_control_the_read_only_transaction_notices_every_write_that_is_listed(answers):
    assert answers.noticed == set(WRITES_WHEN_READ)


def test_nothing_is_posted_without_a_token(answers):
    wrong = {
        f"{method} {key}: {status}"
        for key, by in answers.without_token.items()
        for method, status in by.items()
        if status != 403 and key not in NO_TOKEN_NEEDED and not (key.startswith("api_") and status == 405)
    }
    assert wrong == set()
    assert all(answers.without_token[key]["POST"] != 403 for key in NO_TOKEN_NEEDED)


def test_every_answer_carries_its_headers(answers):
    assert not answers.bare, "\n".join(sorted(answers.bare))
