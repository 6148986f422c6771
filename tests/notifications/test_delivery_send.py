"""The outbox leaving, whatever dies in between."""

import email
import email.policy
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from yiwu_portal.history.service import stream_entries
from yiwu_portal.notifications.actions import deliveries
from yiwu_portal.notifications.channels import _channels, channel_register
from yiwu_portal.notifications.models import Delivery, NoticePreference
from yiwu_portal.notifications.rules import MOST_ATTEMPTS, error_text, pause_after
from yiwu_portal.notifications.service import NoAddress, deliveries_sweep, delivery_resend, delivery_send, notify

pytestmark = pytest.mark.django_db


def told(user, key="event", kind="clock.told"):
    with transaction.atomic():
        notify(kind=kind, user=user, key=key, context={"reference": "YW-1", "words": "مرحبا"}, path="cases/YW-1/")
    return Delivery.objects.latest("id")


def make_due():
    Delivery.objects.filter(state="created").update(due_at=timezone.now() - timedelta(seconds=5))


class Slow:
    """A channel that takes its time and remembers what it heard."""

    heard: list[int]

    def __init__(self):
        self.heard = []

    def send(self, delivery):
        self.heard.append(delivery.pk)
        time.sleep(0.3)

    def close(self):
        pass


@pytest.fixture
def slow():
    channel, before = Slow(), dict(_channels)
    channel_register("email", lambda: channel)
    yield channel
    _channels.clear()
    _channels.update(before)


def test_the_mail_arrives_in_her_language_with_a_link_and_goes_once(amira, mail_server):
    delivery = told(amira)
    assert delivery_send(delivery_id=delivery.pk)
    assert not delivery_send(delivery_id=delivery.pk)
    assert deliveries_sweep() == 0
    (text,) = mail_server.heard
    mail = email.message_from_bytes(text, policy=email.policy.default)
    assert mail["Content-Language"] == "ar"
    assert mail["To"] == "amira@example.org"
    assert "http://localhost:8000/ar/cases/YW-1/" in mail.get_content()
    assert "مرحبا" in mail.get_content()
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert delivery.sent_at is not None


def test_a_mail_server_that_is_down_loses_nothing(amira, mail_server):
    delivery = told(amira)
    mail_server.refuse = "451 come back later, amira@example.org"
    assert not delivery_send(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("created", 1)
    assert "amira@example.org" not in delivery.last_error
    assert delivery.due_at > timezone.now() + timedelta(seconds=20)
    mail_server.refuse = ""
    assert deliveries_sweep() == 0  # not yet due
    make_due()
    assert deliveries_sweep() == 1
    assert len(mail_server.heard) == 1


def test_a_sweep_stops_trying_a_channel_that_is_down(amira, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for number in range(6):
        told(amira, key=str(number))
    assert deliveries_sweep() == 0
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1, 1, 1]


def test_after_the_last_attempt_it_is_a_dead_letter_that_an_administrator_sends_again(
    amira, boris, mail_server, django_capture_on_commit_callbacks
):
    delivery = told(amira)
    mail_server.refuse = "550 no"
    for _ in range(MOST_ATTEMPTS + 2):
        make_due()
        deliveries_sweep()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("dead", MOST_ATTEMPTS)
    mail_server.refuse = ""
    assert delivery_resend(by=boris, delivery_id=delivery.pk)
    assert not delivery_resend(by=boris, delivery_id=delivery.pk)
    assert deliveries_sweep() == 1
    assert [entry.verb for entry in stream_entries(f"delivery:{delivery.pk}")] == ["notifications.delivery_resend"]


def test_somebody_without_an_address_is_given_up_at_once(amira, slow):
    delivery = told(amira)

    def nowhere(delivery):
        raise NoAddress("none")

    slow.send = nowhere
    assert not delivery_send(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "dead"


def test_what_she_switched_off_after_it_was_queued_does_not_leave(amira, slow):
    delivery = told(amira, kind="clock.offered")
    NoticePreference.objects.create(user=amira, kind="clock.offered", channel="email")
    assert not delivery_send(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "dropped"
    assert slow.heard == []


def test_the_pauses_grow_from_half_a_minute_to_an_hour():
    pauses = [pause_after(attempts).total_seconds() for attempts in range(1, 9)]
    assert pauses == [30, 120, 480, 1920, 3600, 3600, 3600, 3600]
    assert "@" not in error_text(ValueError("<amira@example.org> refused")).replace("…@…", "")


def sweep_in_two_threads():
    def run():
        try:
            deliveries_sweep()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_send_once(amira, slow, no_broker):
    for number in range(3):
        told(amira, key=str(number))
    sweep_in_two_threads()
    assert sorted(slow.heard) == sorted(Delivery.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_control_without_the_claim_two_sweepers_send_twice(amira, slow, no_broker, monkeypatch):
    monkeypatch.setattr(deliveries, "_claim", lambda due: due.select_related("notice__user")[:10])
    told(amira)
    sweep_in_two_threads()
    assert len(slow.heard) == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_after_sending_sends_again_under_the_same_id(amira, mail_server, no_broker, settings):
    delivery = told(amira)
    # another process sends and is killed before it can mark
    code = (
        "import os, signal, django; django.setup()\n"
        "from yiwu_portal.notifications.actions import deliveries\n"
        "deliveries._mark_sent = lambda pks: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"deliveries.delivery_send(delivery_id={delivery.pk})"
    )
    database = connection.settings_dict
    address = f"postgres://{database['USER']}:{database['PASSWORD'] or ''}@{database['HOST']}:{database['PORT']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "yiwu_portal.settings",
        "DATABASE_URL": f"{address}/{database['NAME']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
    }
    died = subprocess.run([sys.executable, "-c", code], env=environment, cwd=settings.BASE_DIR, timeout=30, check=False)
    assert died.returncode == -signal.SIGKILL
    assert len(mail_server.heard) == 1
    delivery.refresh_from_db()
    assert delivery.state == "created"
    deadline = time.monotonic() + 5
    while deliveries_sweep() == 0 and time.monotonic() < deadline:
        time.sleep(0.1)  # the database notices the dead client
    ids = {email.message_from_bytes(text)["Message-ID"] for text in mail_server.heard}
    assert len(mail_server.heard) == 2, "at least once"
    assert len(ids) == 1
    assert Delivery.objects.filter(state="sent").count() == 1
    assert amira.notices.count() == 1
