"""script/setup: this machine made ready, safe to run again."""

import argparse
import fcntl
import os
import time
from pathlib import Path

import keys
import packages
import servers
from machine import VAR, programs_installed, say

HELP = "Make this machine ready: programs, packages, secrets, a private PostgreSQL and Redis. Safe to run again."


def ready(*, for_tests: bool) -> list[str]:
    """Everything but the servers; returns what stays missing."""
    began = time.monotonic()
    VAR.mkdir(exist_ok=True)
    os.umask(0o022)
    # two commands begun at once install one after the other
    with open(VAR / "setup.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with programs_installed(for_tests) as lacking:
            packages.report()
            packages.python_packages()
            packages.node_packages()
            keys.make()
        packages.messages_compile()
    say(f"Ready in {time.monotonic() - began:.1f} s.")
    return lacking


def main(arguments: list[str]) -> int:
    """Set up and leave the servers running, for work by hand; `--stop` ends them."""
    parser = argparse.ArgumentParser(prog="script/setup", description=HELP)
    parser.add_argument("--stop", action="store_true", help="stop the private PostgreSQL and Redis")
    parser.add_argument("--tests", action="store_true", help="install what the tests need as well (Chromium)")
    chosen = parser.parse_args(arguments)
    if chosen.stop:
        servers.stop()
        return 0
    say("Setting up (first time: one to three minutes, afterwards about a second)")
    ready(for_tests=chosen.tests)
    servers.start()
    servers.remember(keep=True)
    where = Path(keys.FILE).relative_to(VAR.parent)
    say(f"Secrets and addresses: {where}. The servers run on; script/setup --stop ends them.")
    say("Next: script/run serves the portal, script/test checks it.")
    return 0
