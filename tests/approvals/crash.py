"""A PostgreSQL cluster of a test's own, to be killed, and the real web server in front of it."""

import contextlib
import http.client
import importlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
GROUND = ("machine", "keys", "packages", "postgres", "valkey_or_redis", "servers")


class Cluster:
    """Made by initdb, run by the unprivileged user, stopped without mercy."""

    def __init__(self) -> None:
        sys.path.insert(0, str(ROOT / "script" / "ground"))
        try:
            rooms = {name: importlib.import_module(name) for name in GROUND}
        finally:
            sys.path.pop(0)
            for name in GROUND:
                sys.modules.pop(name, None)
        self.postgres, self.servers = rooms["postgres"], rooms["servers"]
        self.user = self.servers.keeper()
        self.home = Path(tempfile.mkdtemp(prefix="yiwu-crash-", dir="/var/tmp" if self.user else None))
        self.home.chmod(0o711)
        known = self.servers.remembered().get("home")
        if known and (Path(known) / "wheels").exists():  # a machine whose PostgreSQL is the packaged one
            (self.home / "wheels").symlink_to(Path(known) / "wheels")
        self.folder = self.home / "postgres"
        self.folder.mkdir(mode=0o700)
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.port, self.password = self.servers.port_free(), secrets.token_urlsafe(24)
        self.address = self.postgres.address(self.port, self.password)
        try:
            self.postgres.prepare(self.folder, self.user, self.password)
            self.start()
            self.postgres.furnish(self.address)
        except BaseException:
            self.remove()
            raise

    def start(self) -> None:
        """Start, and again where the crash left a lock behind."""
        for attempt in range(5):
            try:
                self.postgres.start(self.folder, self.user, self.port, self.password)
            except subprocess.SubprocessError:
                if attempt == 4:
                    raise
                time.sleep(0.5)
            else:
                break

    def crash(self) -> None:
        """Kill it as a power cut of the process would: nothing is finished, nothing flushed."""
        words = [self.postgres.programs(self.folder) / "pg_ctl", "stop", "-s", "-m", "immediate"]
        self.postgres._as(self.user, [*words, "-D", self.folder / "data"], self.folder)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask it directly."""
        with psycopg2.connect(self.address) as link, link.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def log(self) -> str:
        """What the server wrote down."""
        return (self.folder / "log").read_text(errors="replace")

    def remove(self) -> None:
        """Stop it and leave nothing behind."""
        self.crash()
        shutil.rmtree(self.home, ignore_errors=True)


def environment(cluster: Cluster, port: int, files: Path) -> dict[str, str]:
    """What the portal is started with: this cluster, no Redis at all, no demonstration."""
    return {
        **os.environ,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_ENCRYPTION_SALTS": ",".join(settings.SALT_KEY),
        "BLIND_INDEX_KEY": settings.BLIND_INDEX_KEY,
        "HISTORY_SIGNING_KEY": settings.HISTORY_SIGNING_KEY,
        "DATABASE_URL": cluster.address,
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody listens there
        "PUBLIC_URL": f"http://localhost:{port}",
        "FILES_ROOT": str(files),
        "CHECKPOINT_DIR": str(files / "checkpoints"),
        "STATIC_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "DEBUG": "0",
        "DEMO": "0",
        "DJANGO_SETTINGS_MODULE": "yiwu_portal.settings",
        "LOG_LEVEL": "ERROR",
    }


def furnish(given: dict[str, str], drafts: int) -> dict[str, Any]:
    """The tables, the catalogue, Amira, so many whole drafts of hers, and her session."""
    words = [sys.executable, "-m", "tests.approvals.crash_furnish", str(drafts)]
    done = subprocess.run(words, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


class Web:
    """granian with two workers, as `script/run` starts it."""

    def __init__(self, given: dict[str, str], port: int, application: str = "yiwu_portal.wsgi:application") -> None:
        self.port = port
        words = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
        words += ["--port", str(port), "--workers", "2", "--blocking-threads", "1", "--backpressure", "64"]
        words += ["--no-ws", "--log-level", "error", "--workers-kill-timeout", "5", application]
        with open(Path(given["FILES_ROOT"]) / "web.log", "a") as log:
            self.process = subprocess.Popen(words, cwd=ROOT, env=given, stdout=log, stderr=log, start_new_session=True)
        try:
            self._wait(until=time.monotonic() + 60)
        except BaseException:
            self.stop()
            raise

    def _wait(self, until: float) -> None:
        while self._status() != 200:
            assert self.process.poll() is None, "the web server ended"
            assert time.monotonic() < until, "no page was served"
            time.sleep(0.2)

    def _status(self) -> int:
        try:
            return self.ask("GET", "/healthz")[0]
        except OSError:
            return 0

    def ask(self, method: str, path: str, session: str = "") -> tuple[int, str, str]:
        """Status, `Location` and body of the answer; raises `OSError` when there is none."""
        token = "a" * 32
        headers = {"Host": f"localhost:{self.port}", "Cookie": f"session={session}; csrf={token}", "X-CSRFToken": token}
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            link.request(method, path, b"" if method == "POST" else None, headers)
            answer = link.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read().decode(errors="replace")
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            link.close()

    def stop(self) -> None:
        """Stop it with its workers."""
        for number, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(self.process.pid, number)
                self.process.wait(timeout=patience)
                return
