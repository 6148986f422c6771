"""Laws of every tracked file: no registry's address, no path of one machine, locks with hashes."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.house.tree import NOT_OURS, Tree

# put together here, so that this file holds none of them
REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js", "npm" + "mirror", "yarn" + "pkg.com"]
MACHINE = re.compile(r"(?<![\w.}/-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "tmp/" + "wt", "tmp/" + "dev"]) + r")/")
HOMES = re.compile(r"(?<![\w.}/-])/(?:ho" + r"me|Us" + r"ers)/[a-z]")
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-machine.txt", "package-lock.json")


def tracked(root: Path) -> list[Path]:
    """What git keeps; every file that is not left out, where there is no git."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if shutil.which("git"):
        done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return [root / name for name in done.stdout.split("\0") if name and (root / name).is_file()]
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and not any(_is_left_out(part) for part in path.relative_to(root).parts)
    ]


def _is_left_out(name: str) -> bool:
    return name in {*NOT_OURS, ".hypothesis"} - {"migrations"} or name.endswith(("_cache", ".mo"))


def no_machine_is_named(tree: Tree) -> list[str]:
    """No tracked file holds a registry's address or a path of somebody's machine."""
    found: list[str] = []
    for path in tracked(tree.root):
        name = path.relative_to(tree.root).as_posix()
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue  # a picture, a font
        for number, line in enumerate(text.splitlines(), start=1):
            if any(word in line for word in REGISTRIES):
                found.append(f"{name}:{number}: a registry's address")
            if MACHINE.search(line) or HOMES.search(line):
                found.append(f"{name}:{number}: a path of one machine")
            if name in LOCKS and ('"resolved"' in line if name.endswith(".json") else "://" in line):
                found.append(f"{name}:{number}: an address in a lock")
    return found


def locks_hold_hashes(tree: Tree) -> list[str]:
    """Every package of every lock carries its hash."""
    found: list[str] = []
    for name in LOCKS:
        path = tree.root / name
        if not path.exists():
            continue
        text = path.read_text()
        if name.endswith(".json"):
            packages = re.findall(r'"node_modules/[^"]+": {\n((?:      .+\n)+)', text)
            found += [f"{name}: a package without integrity" for block in packages if '"integrity"' not in block]
            continue
        for match in re.finditer(r"^(\S+?)==.+\n((?:    .+\n)*)", text, re.MULTILINE):
            if "--hash=sha256:" not in match.group(2):
                found.append(f"{name}: {match.group(1)} has no hash")
    return found
