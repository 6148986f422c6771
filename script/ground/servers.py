"""A PostgreSQL and a Redis of this project alone, in `var/`, on free ports, never as root.

`DATABASE_URL` and `REDIS_URL` win: whoever gives them keeps that server. What is started here is remembered in
`var/servers.json`. Every command that needs the servers holds a shared lock on `var/servers.lock`;
the last one to leave stops them, unless `script/setup` was asked to keep them running.
"""

import contextlib
import fcntl
import json
import os
import pwd
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keys
import postgres
import valkey_or_redis as redis
from machine import VAR, Trouble, say, step

RECORD = VAR / "servers.json"


def remembered() -> dict[str, Any]:
    """What was started here before: home folder, ports, passwords."""
    return json.loads(RECORD.read_text()) if RECORD.exists() else {}


def remember(**news: Any) -> dict[str, Any]:
    """Keep what a later command must know; readable by the owner alone."""
    record = {**remembered(), **news}
    new = RECORD.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(record, out, indent=1)
    new.replace(RECORD)
    return record


def is_ours(name: str) -> bool:
    """Whether the address `name` is a server of ours: neither given by the environment nor written by hand."""
    if os.environ.get(name):
        return False
    written = keys.read().get(name)
    return not written or written == remembered().get(name)


def keeper() -> pwd.struct_passwd | None:
    """The unprivileged user who runs the servers when we are root; `None` when we are not."""
    if os.geteuid() != 0:
        return None
    data = Path(remembered().get("home", "")) / postgres.FOLDER / "data"
    if data.is_dir() and data.stat().st_uid:  # who made the data keeps it, whoever has come since
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(data.stat().st_uid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Trouble("Root may not run PostgreSQL, and there is neither a user postgres nor nobody. Run as a usual user.")


def home(user: pwd.struct_passwd | None) -> Path:
    """The folder of both servers: in `var/`, or under /var/tmp when the other user cannot reach `var/`."""
    known = remembered().get("home")
    if known and Path(known).is_dir():
        return Path(known)
    folder = VAR / "servers"
    if user and not _can_reach(user, VAR):
        folder = Path(tempfile.mkdtemp(prefix="yiwu-portal-", dir="/var/tmp"))  # nosec B108
        say(f"  user {user.pw_name} cannot reach {VAR}: the servers' data lies in {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    remember(home=str(folder))
    return folder


def _can_reach(user: pwd.struct_passwd, folder: Path) -> bool:
    for place in (folder, *folder.parents):
        facts = place.stat()
        if not (facts.st_mode & 0o001 or (facts.st_uid == user.pw_uid and facts.st_mode & 0o100)):
            return False
    return True


def port_free(preferred: int | None = None) -> int:
    """The preferred port when nobody listens there, else a free one."""
    for port in [preferred] if preferred else []:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_folder(name: str, user: pwd.struct_passwd | None) -> Path:
    """A server's own folder, its keeper's alone."""
    folder = home(user) / name
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


@contextlib.contextmanager
def _alone(file: str = "servers.starting") -> Iterator[None]:
    VAR.mkdir(exist_ok=True)
    with open(VAR / file, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def start() -> None:
    """Start what is ours and does not run; wait until it answers; write its address to `var/env`."""
    with _alone():
        user = keeper()
        for name, label, room in (("DATABASE_URL", "PostgreSQL", postgres), ("REDIS_URL", "Redis", redis)):
            if not is_ours(name):
                say(f"  {label}: {name} is given, that server is used")
                continue
            folder = own_folder(room.FOLDER, user)
            if room.is_running(folder, user) and remembered().get(name):
                keys.write({name: remembered()[name]})
                continue
            _start_one(name, label, room, folder, user)


def _start_one(name: str, label: str, room: Any, folder: Path, user: pwd.struct_passwd | None) -> None:
    known = remembered()
    password = known.get(f"{room.FOLDER}_password") or secrets.token_urlsafe(24)
    remember(**{f"{room.FOLDER}_password": password})
    room.prepare(folder, user, password)
    reason = ""
    for attempt in range(3):  # after a crash the first try may find a stale lock; a port may be taken under our feet
        port = port_free(known.get(f"{room.FOLDER}_port") if attempt == 0 else None)
        began = time.monotonic()
        try:
            room.start(folder, user, port, password)
        except (subprocess.SubprocessError, OSError) as error:
            reason = str(error)
            time.sleep(1)
            continue
        address = room.address(port, password)
        remember(**{f"{room.FOLDER}_port": port, name: address})
        keys.write({name: address})
        say(f"  {label}: private server on 127.0.0.1:{port} … {time.monotonic() - began:.1f} s")
        room.furnish(address)
        return
    raise Trouble(f"{label} did not start: {reason}\nIts log: {folder / 'log'}")


def stop() -> None:
    """Stop the servers of ours that run."""
    with _alone():
        user = keeper()
        for room, label in ((redis, "Redis"), (postgres, "PostgreSQL")):
            known = remembered().get("home")
            folder = Path(known) / room.FOLDER if known else None
            if folder and folder.is_dir() and room.is_running(folder, user):
                with step(f"stopping {label}"):
                    room.stop(folder, user, remembered())
        remember(keep=False)


@contextlib.contextmanager
def in_use() -> Iterator[None]:
    """Hold the servers for as long as a command runs; whoever leaves last stops them."""
    VAR.mkdir(exist_ok=True)
    with open(VAR / "servers.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        try:
            start()
            yield
        finally:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("  another command of this project still uses the servers: they go on")
            else:
                if not remembered().get("keep"):
                    stop()
