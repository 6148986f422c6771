"""A kind of notice, a local mail server, and users, for the tests of the outbox."""

import contextlib
import socket

import pytest
from aiosmtpd.controller import Controller
from django.contrib.auth import get_user_model

from yiwu_portal.programmes import registry
from yiwu_portal.programmes.service import NoticeKind, notice_register

NOTICE = """{% load i18n %}{% blocktranslate %}Your application {{ reference }}{% endblocktranslate %}

{{ recipient }}: {{ words }}
"""


@pytest.fixture(autouse=True)
def kinds(settings, tmp_path):
    """Two kinds: one that must be told, one that may be switched off."""
    folder = tmp_path / "templates" / "clock" / "notices"
    folder.mkdir(parents=True)
    for name in ("told", "offered"):
        (folder / f"{name}.txt").write_text(NOTICE)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], folder.parent.parent]}]
    notice_register("clock", NoticeKind("told", "Told"), NoticeKind("offered", "Offered", is_optional=True))
    yield
    del registry._shared_notices["clock"]


@pytest.fixture
def amira(db):
    return get_user_model().objects.create_user("amira@example.org", name="Amira", language="ar")


@pytest.fixture
def boris(db):
    return get_user_model().objects.create_user("boris@example.org", name="Boris", language="ru")


class MailServer:
    """What a local SMTP server heard; `refuse` makes it answer as a broken one."""

    def __init__(self):
        self.heard, self.refuse = [], ""

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            return self.refuse
        self.heard.append(envelope.content)
        return "250 OK"


def free_port():
    with contextlib.closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.fixture
def mail_server(settings):
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    controller.stop()


@pytest.fixture
def no_broker(monkeypatch):
    """Messages to the workers are lost; only the database knows."""
    from yiwu_portal.programmes import dispatch

    sent = []
    monkeypatch.setattr(dispatch, "_send", lambda name, args: sent.append((name, args)))
    return sent
