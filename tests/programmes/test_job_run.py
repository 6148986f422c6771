"""The clockwork: every job once in its slot, whoever ticks and whoever dies."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.db import connection
from django.utils import timezone

from yiwu_portal.celery import app
from yiwu_portal.programmes import registry
from yiwu_portal.programmes.actions import MOST_ATTEMPTS, slot_now, tick_take
from yiwu_portal.programmes.models import Tick
from yiwu_portal.programmes.service import Job, job_register, periodic_jobs
from yiwu_portal.programmes.tasks import job_run


@pytest.fixture
def job():
    """A job that counts its runs."""
    runs = []

    def run():
        runs.append(1)

    run.runs = runs
    yield job_register(Job("test.count", 86400, run))
    del registry._shared_jobs["test.count"]


@pytest.mark.django_db
def test_a_job_runs_once_in_its_slot_and_again_in_the_next(job, monkeypatch):
    job_run("test.count")
    job_run("test.count")
    assert len(job.run.runs) == 1
    assert Tick.objects.get().finished_at is not None
    tomorrow = time.time() + 86400
    monkeypatch.setattr("yiwu_portal.programmes.actions.time.time", lambda: tomorrow)
    job_run("test.count")
    assert len(job.run.runs) == 2


@pytest.mark.django_db
def test_a_run_that_died_is_taken_up_again_after_its_time_limit_but_not_for_ever(job):
    assert tick_take(job=job) is not None  # and its worker is killed
    assert tick_take(job=job) is None
    for _ in range(MOST_ATTEMPTS - 1):
        Tick.objects.update(started_at=timezone.now() - timedelta(seconds=40))
        assert tick_take(job=job) is not None
    Tick.objects.update(started_at=timezone.now() - timedelta(seconds=40))
    assert tick_take(job=job) is None


@pytest.mark.django_db
def test_a_message_delivered_anew_says_that_its_worker_is_dead(job):
    tick_take(job=job)
    assert tick_take(job=job, is_redelivered=True) is not None


@pytest.mark.django_db
def test_a_job_that_fails_keeps_its_reason_and_is_tried_again(job):
    def fail():
        raise RuntimeError("no paper")

    job_register(Job("test.count", 86400, fail))
    with pytest.raises(RuntimeError):
        job_run("test.count")
    tick = Tick.objects.get()
    assert tick.finished_at is None
    assert tick.last_error == "RuntimeError: no paper"
    Tick.objects.update(started_at=timezone.now() - timedelta(seconds=40))
    job_register(job)
    job_run("test.count")
    assert len(job.run.runs) == 1
    assert Tick.objects.get().last_error == ""


@pytest.mark.django_db
def test_a_job_nobody_knows_any_more_is_said_and_harms_nothing(caplog):
    job_run("test.gone")
    assert "nobody registered" in caplog.text


def tick_from_threads(number):
    barrier = threading.Barrier(number)

    def run():
        barrier.wait()
        job_run("test.count")
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_four_beats_at_once_run_a_job_once(job):
    tick_from_threads(4)
    assert len(job.run.runs) == 1


@pytest.mark.django_db(transaction=True)
def test_four_beats_take_a_dead_run_up_once(job):
    Tick.objects.create(job=job.name, slot=slot_now(job=job), started_at=timezone.now() - timedelta(seconds=40))
    tick_from_threads(4)
    assert len(job.run.runs) == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_row_of_the_slot_every_beat_runs_it(job, monkeypatch):
    monkeypatch.setattr(
        "yiwu_portal.programmes.tasks.tick_take", lambda job, is_redelivered: Tick(job=job.name, slot=1)
    )
    tick_from_threads(4)
    assert len(job.run.runs) == 4


def test_every_task_sent_by_name_exists():
    """`send_task` takes unknown names in silence."""
    app.loader.import_default_modules()
    sent = set()
    for room in Path(portal.BASE_DIR).glob("*/**/*.py"):
        if room.parts[len(portal.BASE_DIR.parts)] not in {"tests", "node_modules", "var", ".venv"}:
            sent |= set(re.findall(r"(?:task_send_after_commit|send_task)\(\s*\"([^\"]+)\"", room.read_text()))
    assert "notifications.delivery_send" in sent
    assert sent <= set(app.tasks)
    assert "programmes.job_run" in app.tasks


def test_beat_asks_for_every_registered_job_in_a_process_of_its_own():
    code = (
        "from yiwu_portal.celery import app\n"
        "app.loader.import_default_modules(); app.finalize()\n"
        "from yiwu_portal.programmes.service import periodic_jobs\n"
        "jobs = {job.name for job in periodic_jobs()}\n"
        "assert {'notifications.sweep', 'history.seal'} <= jobs, jobs\n"
        "assert jobs == set(app.conf.beat_schedule), app.conf.beat_schedule\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=portal.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_job_has_a_name_of_its_own_and_fits_its_slot():
    names = [job.name for job in periodic_jobs()]
    assert len(names) == len(set(names))
    assert all(job.every_seconds >= 10 and callable(job.run) for job in periodic_jobs())


WORKER = """
    import os, signal, sys, time
    from pathlib import Path
    from yiwu_portal.celery import app
    import django; django.setup()
    from yiwu_portal.programmes.service import Job, job_register

    def run():
        place = Path(sys.argv[1])
        runs = len(list(place.glob("run-*")))
        (place / f"run-{runs}").write_text(str(os.getpid()))
        if runs == 0:
            time.sleep(30)

    job_register(Job("test.slow", 86400, run))
    app.worker_main(["worker", "--pool=prefork", "--concurrency=1", "--loglevel=ERROR", "-Q", "test-clockwork",
                     "--without-gossip", "--without-mingle"])
"""


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    return None


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_comes_back(tmp_path):
    database = connection.settings_dict
    address = f"postgres://{database['USER']}:{database['PASSWORD'] or ''}@{database['HOST']}:{database['PORT']}"
    environment = {**os.environ, "DATABASE_URL": f"{address}/{database['NAME']}"}
    code = textwrap.dedent(WORKER)
    worker = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        env=environment,
        cwd=portal.BASE_DIR,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        app.send_task("programmes.job_run", args=["test.slow"], queue="test-clockwork", ignore_result=True)
        first = wait_for(lambda: (tmp_path / "run-0").exists() and (tmp_path / "run-0").read_text(), 60)
        assert first, "the worker never began"
        assert not Tick.objects.get(job="test.slow").finished_at
        os.kill(int(first), signal.SIGKILL)  # the child that runs the job
        assert wait_for(lambda: Tick.objects.filter(job="test.slow", finished_at__isnull=False).exists(), 60)
        assert len(list(tmp_path.glob("run-*"))) == 2
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
