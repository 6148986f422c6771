"""Redis loses everything in the middle of the work (F5): the sweeper finds it in the database, each goes out once."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction

from tests.browser.post import PostOffice
from yiwu_portal.accounts.models import User
from yiwu_portal.notifications.models import Delivery
from yiwu_portal.notifications.service import notify
from yiwu_portal.programmes import dispatch

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 20
NUMBER = re.compile(r"giver (\d+)")


@pytest.fixture
def post():
    with PostOffice() as office:
        yield office


@pytest.fixture
def queue():
    """The broker's own database, emptied before and after; FLUSHDB is FLUSHALL for everybody who works here."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def worker(queue, post, tmp_path, db, monkeypatch):
    """A real worker with its clock, on the tests' database."""
    monkeypatch.setattr(dispatch, "_quiet_until", 0.0)
    values = connection.settings_dict
    env = os.environ | {
        "DATABASE_URL": (
            f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
        ),
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_URL": f"smtp://127.0.0.1:{post.port}",
        "FILES_ROOT": str(tmp_path / "files"),
        "CHECKPOINT_DIR": str(tmp_path / "checkpoints"),
    }
    words = ["worker", "-B", "-s", str(tmp_path / "clock"), "-c", "1", "-l", "warning"]
    with (tmp_path / "worker.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "yiwu_portal", *words],
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=settings.BASE_DIR,
        )
        yield process
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(timeout=30)


def tell(user, numbers):
    for number in numbers:
        with transaction.atomic():
            words = {"giver": f"giver {number}", "agent": "agent"}
            notify(kind="people.mandate_ended", user=user, key=f"event {number}", context=words)


def waiting():
    return Delivery.objects.filter(state=Delivery.State.CREATED).count()


def until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{waiting()} still wait"
        time.sleep(0.2)


def test_what_the_queue_lost_is_found_in_the_database_and_goes_out_once(worker, queue, post):
    user = User.objects.create_user("amira@example.org", name="Amira", language="ar")
    tell(user, range(MANY))
    until(lambda: waiting() == 0, 60)  # the worker runs

    worker.send_signal(signal.SIGSTOP)
    time.sleep(1)
    tell(user, range(MANY, 2 * MANY))
    assert queue.llen("celery") > MANY // 2  # it stands in the queue: the control, for now it is lost
    queue.flushdb()
    worker.send_signal(signal.SIGCONT)
    assert waiting() > MANY // 2

    tell(user, range(2 * MANY, 3 * MANY))  # and the load goes on
    until(lambda: waiting() == 0, 100)
    letters = post.letters(user.email)
    assert len(letters) == len({letter["Message-ID"] for letter in letters}) == 3 * MANY
    assert sorted(int(NUMBER.search(letter["Subject"])[1]) for letter in letters) == list(range(3 * MANY))
