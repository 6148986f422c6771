"""script/test: every check and every test. The static checks first, pytest last, so that its closing line closes."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

import checks
import keys
import servers
from machine import PYTHON, ROOT, say
from setting_up import ready

HELP = """usage: script/test [pytest arguments]

Without arguments: set-up, static checks, all tests. With arguments: set-up, then pytest with them
(the static checks are left out, which is said; script/test --static runs them alone)."""


def main(arguments: list[str]) -> int:
    """Set up, check, test; 0 only when all of it is well."""
    if arguments in (["-h"], ["--help"]):
        print(HELP)
        return 0
    signal.signal(signal.SIGTERM, _as_interrupt)
    began = time.monotonic()
    say("Making ready (first time: one to three minutes)")
    lacking = ready(for_tests=True)
    if os.environ.get("CI") and {"chromium", "pango", "fonts"} & set(lacking):
        say("This is CI: a machine without Chromium, Pango or the Noto fonts would leave tests out. Stopped.")
        return 2
    with servers.in_use():
        environment = keys.environment(STATIC_BACKEND="django.contrib.staticfiles.storage.StaticFilesStorage")
        only_static = arguments == ["--static"]
        if arguments and not only_static:
            say("Arguments given: the static checks are left out (script/test --static runs them).")
            failed = []
        else:
            failed = checks.run(environment)
        code = 0
        if not only_static:
            say("\nTests")
            sys.stdout.flush()
            # Playwright's event loop lives in the tests' own thread
            environment["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
            # all of them side by side; a few asked for by name in one process
            side_by_side = [] if arguments else ["-n", "2", "--dist", "worksteal"]
            words = [str(PYTHON), "-m", "pytest", *side_by_side, *arguments]
            code = subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode
    if failed:
        say(f"Static checks that failed: {', '.join(failed)} (what they said stands above)")
    say(f"script/test: {time.monotonic() - began:.0f} s")
    return code or bool(failed)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
