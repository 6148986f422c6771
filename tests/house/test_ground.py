"""What stands behind script/setup and script/run: secrets kept, the environment obeyed, children kept alive."""

import importlib
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.tree import ROOT


@pytest.fixture
def ground(monkeypatch, tmp_path):
    """The modules of script/ground, working in an empty folder."""
    monkeypatch.syspath_prepend(str(ROOT / "script/ground"))
    names = ("machine", "keys", "packages", "postgres", "valkey_or_redis", "servers", "supervisor")
    rooms = {name: importlib.import_module(name) for name in names}
    for room in rooms.values():
        if hasattr(room, "VAR"):
            monkeypatch.setattr(room, "VAR", tmp_path)
    monkeypatch.setattr(rooms["keys"], "FILE", tmp_path / "env")
    monkeypatch.setattr(rooms["keys"].read, "__defaults__", (tmp_path / "env",))
    monkeypatch.setattr(rooms["keys"].write, "__defaults__", (tmp_path / "env",))
    monkeypatch.setattr(rooms["servers"], "RECORD", tmp_path / "servers.json")
    yield type("Ground", (), rooms)
    for name in names:
        sys.modules.pop(name, None)


def test_secrets_are_made_once_and_readable_by_their_owner_alone(ground):
    ground.keys.make()
    first = ground.keys.read()
    ground.keys.make()
    assert ground.keys.read() == first
    assert stat.S_IMODE(ground.keys.FILE.stat().st_mode) == 0o600
    assert len(set(first.values())) == len(first)


def test_a_secret_added_later_is_made_without_touching_the_others(ground):
    ground.keys.write({"SECRET_KEY": "kept"})
    ground.keys.make()
    assert ground.keys.read()["SECRET_KEY"] == "kept"
    assert ground.keys.read()["BLIND_INDEX_KEY"]


def test_every_value_settings_insist_on_is_made_by_setup(ground):
    text = (ROOT / "yiwu_portal/settings.py").read_text()
    insisted = {name for name, default in re.findall(r"env\.\w+\(\s*\"(\w+)\"(,\s*default=)?", text) if not default}
    assert insisted <= {*ground.keys.MADE, "DATABASE_URL", "REDIS_URL"}


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_ENCRYPTION_SALTS", "BLIND_INDEX_KEY", "HISTORY_SIGNING_KEY"])
def test_a_missing_secret_stops_the_start_and_is_named(name, tmp_path):
    code = (
        "import pathlib, environ\n"
        "environ.Env.read_env = staticmethod(lambda *a, **k: None)\n"
        "import yiwu_portal.settings\n"
    )
    secrets = {
        **dict.fromkeys(("SECRET_KEY", "FIELD_ENCRYPTION_SALTS", "BLIND_INDEX_KEY", "HISTORY_SIGNING_KEY"), "x"),
        "DATABASE_URL": "postgres://x/x",
        "REDIS_URL": "redis://x",
    }
    del secrets[name]
    environment = {"PATH": os.environ["PATH"], **secrets}
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_demo_refuses_to_start_on_a_public_host():
    environment = {**os.environ, "DEMO": "1", "PUBLIC_URL": "https://portal.example"}
    words = [sys.executable, "-c", "import yiwu_portal.settings"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "loopback" in done.stderr


def test_a_server_given_by_the_environment_is_used_and_not_ours(ground, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert ground.servers.is_ours("DATABASE_URL")
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/x")
    assert not ground.servers.is_ours("DATABASE_URL")


def test_a_server_written_by_hand_is_not_ours_and_one_we_started_is(ground, monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)
    ground.keys.write({"REDIS_URL": "redis://by-hand"})
    assert not ground.servers.is_ours("REDIS_URL")
    ground.servers.remember(REDIS_URL="redis://by-hand")
    assert ground.servers.is_ours("REDIS_URL")


def test_the_environment_wins_over_the_file(ground, monkeypatch):
    ground.keys.write({"LOG_LEVEL": "INFO"})
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    assert ground.keys.environment(LOG_LEVEL="DEBUG")["LOG_LEVEL"] == "ERROR"


def test_one_package_is_taken_out_of_a_lock_with_its_hashes(ground):
    text = ground.packages.locked_only("requirements-dev.txt", "uv").read_text()
    assert text.startswith("uv==")
    assert "--hash=sha256:" in text
    assert text.count("==") == 1
    with pytest.raises(ground.machine.Trouble):
        ground.packages.locked_only("requirements-dev.txt", "no-such-package")


def test_a_taken_port_is_not_given_again(ground):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert ground.servers.port_free(taken.getsockname()[1]) != taken.getsockname()[1]


def test_a_dead_child_is_started_again_after_a_growing_pause_and_all_are_stopped(ground, tmp_path, capfd):
    marks = tmp_path / "marks"
    dying = ground.supervisor.Child("dying", ["sh", "-c", f"echo x >> {marks}; exit 3"])
    steady = ground.supervisor.Child("steady", ["sh", "-c", "echo here; exec sleep 60"])
    supervisor = ground.supervisor.Supervisor([dying, steady], dict(os.environ), tmp_path)
    supervisor.start()
    end = time.monotonic() + 10
    while time.monotonic() < end and (not marks.exists() or len(marks.read_text().split()) < 2):
        supervisor.look()
        time.sleep(0.05)
    assert len(marks.read_text().split()) == 2
    dying.process.wait()
    supervisor.look()
    assert dying.pause == 2.0
    process = steady.process
    supervisor.stop()
    assert process.returncode == -signal.SIGTERM
    said = capfd.readouterr().out
    assert " dying | ended with 3; again in 1 s" in said
    assert "steady | here" in said


def test_a_child_that_does_not_listen_is_ended_with_what_it_started(ground, tmp_path, monkeypatch):
    monkeypatch.setattr(ground.supervisor, "GRACE", 0.3)
    deaf = ground.supervisor.Child("deaf", ["sh", "-c", "trap '' TERM; echo up; sleep 60 & wait; wait; sleep 60"])
    supervisor = ground.supervisor.Supervisor([deaf], dict(os.environ), tmp_path)
    supervisor.start()
    time.sleep(0.2)
    supervisor.stop()
    assert deaf.process.returncode == -signal.SIGKILL
    facts = [file.read_text().rsplit(")", 1)[1].split() for file in Path("/proc").glob("[0-9]*/stat")]
    left = [state for state, _, group, *_ in facts if group == str(deaf.process.pid)]
    assert set(left) <= {"Z"}, left  # dead, at most not yet collected by the system
