"""script/run: the portal with its worker and its clock, until Ctrl-C."""

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import keys
import postgres
import servers
from machine import PYTHON, ROOT, VAR, VENV, Trouble, say
from setting_up import ready
from supervisor import Child, Supervisor

PATIENCE = 60  # seconds the first page may take


def main(arguments: list[str]) -> int:
    """Set up, prepare, serve, and leave nothing behind."""
    parser = argparse.ArgumentParser(prog="script/run", description="Serve the portal with demonstration data.")
    parser.add_argument("--port", type=int, default=8000, help="where to serve (default 8000)")
    parser.add_argument("--fresh", action="store_true", help="drop the data of the private database first")
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    signal.signal(signal.SIGTERM, _as_interrupt)
    _port_must_be_free(chosen.port)
    say("Making ready (first time: one to three minutes)")
    ready(for_tests=False)
    with servers.in_use():
        if chosen.fresh:
            _data_drop()
        environment = keys.environment(PUBLIC_URL=f"http://localhost:{chosen.port}", PYTHONUNBUFFERED="1")
        done = subprocess.run(
            [str(PYTHON), str(Path(__file__).parent / "prepare.py")], cwd=ROOT, env=environment, check=False
        )
        if done.returncode:
            raise Trouble("The database could not be made ready; what it says above is the reason. Nothing is served.")
        if os.geteuid() == 0:
            say("  served as root: good for a look; for real service use docker-compose.yml or a usual user")
            environment["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser"  # said in our own line
        return _serve(chosen.port, environment, began)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _port_must_be_free(port: int) -> None:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return
    raise Trouble(f"Something listens on port {port} already. Choose another: script/run --port {port + 1}")


def _data_drop() -> None:
    if not servers.is_ours("DATABASE_URL"):
        raise Trouble("--fresh drops the private database only; DATABASE_URL names another one, which was left alone.")
    postgres.furnish(keys.read()["DATABASE_URL"], drop=True)
    for folder in ("files", "checkpoints"):
        shutil.rmtree(VAR / folder, ignore_errors=True)
    say("  dropped the data")


def children(port: int) -> list[Child]:
    """What serves: web, worker and clock."""
    celery = [str(VENV / "bin" / "celery"), "--quiet", "-A", "yiwu_portal"]
    granian = [
        *[str(VENV / "bin" / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)],
        *["--workers", "2", "--blocking-threads", "1", "--backpressure", "64", "--respawn-failed-workers"],
        *["--workers-kill-timeout", "10", "--no-ws", "--log-level", "warning", "yiwu_portal.wsgi:application"],
    ]
    return [
        Child("web", granian),
        Child("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"]),
        # schedules live in code and ticks in the database: beat keeps no file
        Child("beat", [*celery, "beat", "-S", "celery.beat.Scheduler", "--loglevel", "WARNING"]),
    ]


def _serve(port: int, environment: dict[str, str], began: float) -> int:
    supervisor = Supervisor(children(port), environment, ROOT)
    try:
        supervisor.start()
        _wait_until_served(port, supervisor, environment["PUBLIC_URL"])
        address = f"http://localhost:{port}"
        say(f"\nYiwu Portal is served at {address}  ({time.monotonic() - began:.0f} s)")
        if environment.get("DEMO") == "1":
            say(f"Sign in as anyone of the invented town: {address}/demo/")
        say("Ctrl-C stops everything.\n")
        supervisor.watch()
    except KeyboardInterrupt:
        say("\nStopping …")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # stopping is not stopped half-way
        supervisor.stop()
    return 0


def _wait_until_served(port: int, supervisor: Supervisor, public_url: str) -> None:
    page = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": urlsplit(public_url).netloc})
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        supervisor.look()
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(page, timeout=5).close()  # nosec B310
            return
        time.sleep(0.2)
    raise Trouble(f"No page was served within {PATIENCE} s; the lines above say why.")
