"""Tests side by side (`pytest -n 2`): each process has its own database by pytest-django, and here its own Redis.

Loaded before the settings are (`-p tests.workers` in pyproject.toml), so that they read the address made here.
"""

import os
import re
from pathlib import Path

ENV = Path(__file__).resolve().parent.parent / "var/env"
DATABASES = 16  # of a Redis as it is delivered


def redis_of(url: str, worker: str) -> str:
    """The address with another database number for each worker: `gw0` takes the next, `gw1` the one after."""
    match = re.search(r"(?<=[/=])(\d+)$", url)
    number, stem = (int(match.group(1)), url[: match.start()]) if match else (0, url.rstrip("/") + "/")
    if url.startswith("unix:") and not match:
        stem = url + ("&db=" if "?" in url else "?db=")
    return f"{stem}{(number + 1 + int(worker.removeprefix('gw'))) % DATABASES}"


def given() -> str:
    """The address the settings would read."""
    if "REDIS_URL" in os.environ or not ENV.exists():
        return os.environ.get("REDIS_URL", "")
    lines = dict(line.split("=", 1) for line in ENV.read_text().splitlines() if "=" in line)
    return lines.get("REDIS_URL", "")


if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and (address := given()):
    os.environ["REDIS_URL"] = redis_of(address, worker)
