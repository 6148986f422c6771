"""`var/env`: the secrets of this machine, made once, and the addresses of its servers. The environment wins over it."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from machine import VAR

FILE = VAR / "env"
MADE: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_ENCRYPTION_SALTS": lambda: secrets.token_urlsafe(32),
    "BLIND_INDEX_KEY": lambda: secrets.token_urlsafe(32),
    "HISTORY_SIGNING_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "DEMO": lambda: "1",  # hands out sign-ins; settings refuse it on any host but loopback
}


def read(file: Path = FILE) -> dict[str, str]:
    """The names and values of an env file."""
    if not file.exists():
        return {}
    lines = (line.strip() for line in file.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write(values: dict[str, str], file: Path = FILE) -> None:
    """Add or replace values, keep the rest; readable by the owner alone, never half written."""
    merged = {**read(file), **values}
    if merged == read(file):
        return
    file.parent.mkdir(exist_ok=True)
    new = file.with_name(file.name + ".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write("# Secrets of this machine, made by script/setup. Losing them loses the encrypted data.\n")
        out.writelines(f"{name}={value}\n" for name, value in merged.items())
    new.replace(file)


def make() -> None:
    """Make every secret that is not there yet; those that are stay as they are."""
    present = read()
    write({name: make() for name, make in MADE.items() if name not in present})


def given(name: str) -> str:
    """The value the environment gives, else the one in var/env, else nothing."""
    return os.environ.get(name) or read().get(name, "")


def environment(**more: str) -> dict[str, str]:
    """What our programs are started with: `more` gives way to the environment, both win over var/env."""
    return {**read(), **more, **os.environ, "DJANGO_SETTINGS_MODULE": "yiwu_portal.settings"}
