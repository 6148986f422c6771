"""A world of cases, and callers who speak JSON with a token."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.test import Client

from tests.approvals.conftest import no_workers, world  # noqa: F401 - the same world
from yiwu_portal.api.actions import client_make, token_issue, token_make


class Caller:
    """Somebody who calls the API with a token, or with a browser's client."""

    def __init__(self, token: str = "", client: Client | None = None, language: str = "en") -> None:
        self.token, self.client, self.language = token, client or Client(), language

    def headers(self, more: dict[str, str] | None = None) -> dict[str, str]:
        said = {"Accept-Language": self.language}
        if self.token:
            said["Authorization"] = f"Bearer {self.token}"
        return said | (more or {})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers())

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        key = uuid4().hex if key is None else key
        said = self.headers({"Idempotency-Key": key} if key else {})
        return self.client.post(
            f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=said
        )

    def send(self, path: str, fields: dict[str, Any], *, key: str | None = None) -> Any:
        """A form with files."""
        said = self.headers({"Idempotency-Key": key or uuid4().hex})
        return self.client.post(f"/api/v1/{path}", fields, headers=said)


def caller_of(user: Any, *scopes: str) -> Caller:
    """A person's own token."""
    _token, secret = token_make(by=user, name="test", scopes=scopes or ("cases:read", "cases:write"))
    return Caller(secret)


def system_of(organisation: str, *scopes: str) -> Caller:
    """A department's system with a token."""
    wanted = scopes or ("tasks:read", "tasks:decide")
    client, _secret = client_make(by=None, name=f"{organisation} system", organisation=organisation, scopes=wanted)
    return Caller(token_issue(client=client, scopes=wanted))


@pytest.fixture(autouse=True)
def _no_limits_left():
    caches["limits"].clear()
