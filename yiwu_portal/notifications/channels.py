"""The ways a notice leaves the house; a new one (SMS, WeChat) is a class here and a word in `channel_register`."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from yiwu_portal.notifications.models import Delivery, Notice


class Channel(Protocol):
    """What the outbox needs of a channel: it is told once more with the same id when we cannot know it was heard."""

    def send(self, delivery: Delivery) -> None:
        """Send the notice or raise; `delivery_id(delivery)` is the provider's key against doubles."""

    def close(self) -> None:
        """Let go of the connection, if one is kept between messages."""


class NoAddress(ValueError):
    """The user cannot be reached over this channel."""


def delivery_id(delivery: Delivery) -> str:
    """The same for every attempt of one delivery, different after a database was set up anew."""
    created_at: datetime = delivery.created_at
    return f"{delivery.pk}.{int(created_at.timestamp())}@{urlsplit(settings.PUBLIC_URL).hostname}"


def notice_url(notice: Notice) -> str:
    """The page a notice leads to, in the language it was told in; nothing when it leads nowhere."""
    return f"{settings.PUBLIC_URL}/{notice.language}/{notice.path.lstrip('/')}" if notice.path else ""


class EmailChannel:
    """Plain-text mail over Django's mail backend, keeping one connection for a row of messages."""

    def __init__(self) -> None:
        self._connection: Any = None

    def send(self, delivery: Delivery) -> None:
        """Send one mail; the same Message-ID each time lets mail servers drop a double."""
        notice = delivery.notice
        if not notice.email:
            raise NoAddress("the user has no e-mail address")
        url = notice_url(notice)
        body = notice.body if not url or url in notice.body else f"{notice.body}\n{url}\n"
        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        mail = EmailMessage(
            subject=notice.subject,
            body=body,
            to=[notice.email],
            headers={
                "Message-ID": f"<{delivery_id(delivery)}>",
                "Content-Language": notice.language,
                "Auto-Submitted": "auto-generated",
            },
            connection=self._connection,
        )
        try:
            mail.send()
        except Exception:
            self.close()  # whatever state the conversation is in, the next message begins a new one
            raise

    def close(self) -> None:
        """Hang up; a connection that is already dead is as good."""
        if self._connection is not None:
            with suppress(Exception):  # the server hung up first
                self._connection.close()
            self._connection = None


_channels: dict[str, Callable[[], Channel]] = {"email": EmailChannel}


def channel_register(name: str, make: Callable[[], Channel]) -> None:
    """Take in a channel, or put another behind a name."""
    _channels[name] = make


def channel_open(name: str) -> Channel:
    """A channel ready to send; raises `LookupError` for a name nobody registered."""
    return _channels[name]()


def channel_names() -> tuple[str, ...]:
    """Every channel there is."""
    return tuple(_channels)
