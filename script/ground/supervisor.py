"""A small supervisor: starts children, shows their lines, starts a dead one again after a growing pause, stops all."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_PAUSE = 30  # seconds between two starts of a child that keeps dying
STEADY = 60  # seconds after which a child counts as well and its pause is forgotten
GRACE = 20  # seconds a child has to finish what it does


@dataclass
class Child:
    """One program to keep alive."""

    name: str
    words: list[str]
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = field(default=0.0)


LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    # Linux tells a child when its supervisor was killed outright, so that nothing is left behind
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Keeps some children alive until it is told to stop."""

    def __init__(self, children: list[Child], environment: dict[str, str], folder: Path) -> None:
        self.children, self.environment, self.folder = children, environment, folder
        self.width = max(len(child.name) for child in children)

    def start(self) -> None:
        """Start every child."""
        for child in self.children:
            self._start(child)

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(
            child.words,
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C comes to the supervisor alone
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 (one call, takes no lock)
        )
        child.started = time.monotonic()
        threading.Thread(target=self._show, args=(child, child.process), daemon=True).start()

    def _show(self, child: Child, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            print(f"{child.name:>{self.width}} | {line.rstrip()}", flush=True)

    def look(self) -> None:
        """Notice children that died; start each again when its pause is over."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.due:
                    self._start(child)
            elif child.process.poll() is not None:
                lived = now - child.started
                child.pause = 1.0 if lived > STEADY else min(LONGEST_PAUSE, child.pause * 2 or 1.0)
                child.due = now + child.pause
                print(
                    f"{child.name:>{self.width}} | ended with {child.process.returncode}; again in {child.pause:.0f} s",
                    flush=True,
                )
                child.process = None

    def watch(self) -> None:
        """Look until interrupted."""
        while True:
            self.look()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ask all children to finish; end those that do not within the grace, with everything they started."""
        living = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in living:
            process.send_signal(signal.SIGTERM)
        end = time.monotonic() + GRACE
        for process in living:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
