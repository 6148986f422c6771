"""script/bench: a database of its own with simulated cases, the portal served from it, every figure by its baseline."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

import keys
import postgres
import servers
from machine import PYTHON, ROOT, VAR, say
from setting_up import ready

NAME = f"portal_bench_{os.getpid()}"  # two at once do not meet


def main(arguments: list[str]) -> int:
    """Set up, make the database, measure, and leave nothing behind."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--json", type=Path, help="where to write the figures as a list")
    parser.add_argument("--cases", type=int, default=10_000, help="cases simulated first (default 10000)")
    parser.add_argument("--grow", type=int, default=0, help="then so many cases more, and the inbox again")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each run of each figure (default 2)")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _as_interrupt)
    say("Making ready (first time: one to three minutes)")
    ready(for_tests=False)
    files = VAR / "bench"
    with servers.in_use():
        address = keys.given("DATABASE_URL").rpartition("/")[0] + f"/{NAME}"
        postgres.furnish(address, drop=True)
        environment = keys.environment() | {
            "DATABASE_URL": address,
            "DEBUG": "0",
            "DEMO": "1",  # invented people, signed in without mail
            "STATIC_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "CHECKPOINT_DIR": str(files / "checkpoints"),
            "FILES_ROOT": str(files / "files"),
            "DJANGO_SETTINGS_MODULE": "bench_baselines.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "script")]),
        }
        words = [str(PYTHON), "-m", "bench_baselines.measure", str(chosen.cases), str(chosen.seconds)]
        words.append(str(chosen.grow))
        if chosen.json:
            words.append(str(chosen.json.resolve()))
        sys.stdout.flush()
        try:
            return subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode
        finally:
            postgres.remove(address)
            shutil.rmtree(files, ignore_errors=True)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
