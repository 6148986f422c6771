"""A database that refuses connections: every page says so in the reader's language, and comes back by itself (F9)."""

import http.client
import time

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from tests.approvals.crash import Web, environment
from tests.people import sign_in_as
from tests.web.gate import Gate, port_free

pytestmark = pytest.mark.django_db(transaction=True)

# what is asked, in which language the browser asks, and in which the answer must be
ASKED = [
    ("GET", "/ar/account/", "en", "ar"),
    ("GET", "/zh-hans/applications/", "en", "zh-hans"),
    ("GET", "/ru/notices/", "en", "ru"),
    ("POST", "/fr/account/login/code/", "en", "fr"),
    ("GET", "/admin/", "es", "es"),
    ("GET", "/verify/ABCDE-FGHJK/", "fr", "fr"),
    ("GET", "/en/services/?q=visa", "ar", "en"),
]


@pytest.fixture(params=["0", "1"], ids=["in service", "in development"])
def portal(request, tmp_path, cast):
    """The real web server with the gate between it and its database; Amira is signed in."""
    database = connection.settings_dict
    gate = Gate(database["HOST"], int(database["PORT"]))
    gate.open()

    class Behind:
        address = f"postgres://{database['USER']}:{database['PASSWORD']}@127.0.0.1:{gate.port}/{database['NAME']}"

    session = sign_in_as(cast.amira).cookies[settings.SESSION_COOKIE_NAME].value
    port = port_free()
    given = environment(Behind, port, tmp_path) | {"DEBUG": request.param}
    web = Web(given, port)
    try:
        yield web, gate, session
    finally:
        web.stop()
        gate.shut()


def said(code):
    with translation.override(code):
        return gettext("The portal cannot answer just now")


def ask(web, session, method, path, accept):
    token = "a" * 32
    headers = {
        "Host": f"localhost:{web.port}",
        "Cookie": f"session={session}; csrf={token}",
        "X-CSRFToken": token,
        "Accept-Language": accept,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    link = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    try:
        link.request(method, path, "email=amira%40yiwu.example" if method == "POST" else None, headers)
        answer = link.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        link.close()


def test_pages_say_503_in_the_readers_language_and_recover_without_a_restart(portal):
    web, gate, session = portal
    for _again in range(4):  # both workers hold a connection now
        assert ask(web, session, "GET", "/ar/account/", "en")[0] == 200
    gate.shut()
    for method, path, accept, code in ASKED * 2:
        status, headers, words = ask(web, session, method, path, accept)
        assert (path, status) == (path, 503)
        assert headers["retry-after"] == "30"
        assert headers["cache-control"] == "no-store"
        assert f'<html lang="{code}"' in words
        assert f"<h1>{said(code)}</h1>" in words
        assert "refused" not in words
    assert ask(web, session, "GET", "/healthz", "en")[0] == 200
    assert ask(web, session, "GET", "/readyz", "en")[0] == 503

    gate.open()
    end = time.monotonic() + 10
    while ask(web, session, "GET", "/ar/account/", "en")[0] != 200:
        assert time.monotonic() < end
    assert {ask(web, session, "GET", "/ar/account/", "en")[0] for _again in range(6)} == {200}
