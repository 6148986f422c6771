"""The portal and its bare counterpart as processes: served, started, weighed."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

PROGRAM = "import time, django; t = time.process_time(); django.setup(); print(time.process_time() - t)"


def serve(settings: str = "") -> tuple[subprocess.Popen[bytes], int]:
    """The portal as script/run serves it, on a free port; or the same server with other settings."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    granian = str(Path(sys.executable).parent / "granian")
    words = [granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    words += ["--blocking-threads", "1", "--backpressure", "64", "--workers-kill-timeout", "10", "--no-ws"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings or os.environ["DJANGO_SETTINGS_MODULE"]}
    server = subprocess.Popen([*words, "--log-level", "warning", "yiwu_portal.wsgi:application"], env=environment)
    for _attempt in range(300):
        try:
            ask(port, "/healthz")
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.2)
        else:
            return server, port
    server.terminate()
    raise SystemExit("The portal was not served; the lines above say why.")


def ask(port: int, path: str) -> None:
    """One page, not looked at."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "localhost:8000"})
    urllib.request.urlopen(asked, timeout=20).close()  # our own address # nosec B310


def megabytes(server: subprocess.Popen[bytes]) -> float | None:
    """What a web worker of this server holds in memory, the largest one; None where the system does not say."""
    if not Path("/proc/self/status").exists():
        return None
    held = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            facts = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
        except OSError:  # it ended meanwhile
            continue
        if int(facts["PPid"]) == server.pid and "VmRSS" in facts:
            held.append(int(facts["VmRSS"].split()[0]) / 1024)
    return max(held, default=None)


def setup_seconds(module: str) -> float:
    """Processor seconds of `django.setup()` in a process of its own."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": module}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return float(done.stdout)
