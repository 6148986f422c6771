"""The static checks: what can be known about the code without running it."""

import os
import subprocess
import time
from pathlib import Path

from machine import PYTHON, ROOT, VENV, say

BIN = VENV / "bin"
# every check of Django's `check --deploy` is asked of the settings a public host has
DEPLOYED = {"PUBLIC_URL": "https://portal.example", "DEMO": "0", "DEBUG": "0", "BEHIND_PROXY": "1"}


def templates() -> list[str]:
    """Every template of ours."""
    return [str(file.relative_to(ROOT)) for file in sorted((ROOT / "templates").rglob("*.html"))]


def plan() -> list[tuple[str, list[str], dict[str, str]]]:
    """Each check: its name, its words, what the environment must say."""
    manage = [str(PYTHON), "manage.py"]
    deploy = [*manage, "check", "--deploy", "--fail-level", "WARNING"]
    return [
        ("ruff check", [str(BIN / "ruff"), "check", "--quiet", "."], {}),
        ("ruff format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."], {}),
        ("contracts (lint-imports)", [str(BIN / "lint-imports"), "--no-cache"], {}),
        ("templates (djade)", [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates()], {}),
        ("no migration is missing", [*manage, "makemigrations", "--check", "--dry-run"], {}),
        ("check --deploy", deploy, DEPLOYED),
        ("types (mypy)", [str(BIN / "mypy"), "."], {}),
    ]


def run(environment: dict[str, str]) -> list[str]:
    """Run all checks, show what the failing ones say, return their names."""
    say("\nStatic checks")
    failed = []
    for name, words, more in plan():
        began = time.monotonic()
        done = subprocess.run(
            words,
            cwd=ROOT,
            env={**environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        well = done.returncode == 0
        say(f"  {'ok    ' if well else 'FAILED'} {name}  {time.monotonic() - began:.1f} s")
        if not well:
            say("\n".join("      " + line for line in done.stdout.strip().splitlines()))
            failed.append(name)
    began = time.monotonic()
    faults = messages_faults()
    say(f"  {'FAILED' if faults else 'ok    '} translations  {time.monotonic() - began:.1f} s")
    for fault in faults:
        say("      " + fault)
    return [*failed, *(["translations"] if faults else [])]


COUNT = """
import pathlib, sys
from babel.messages.pofile import read_po
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        catalog = read_po(file)
    for message in catalog:
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        what = "fuzzy" if message.fuzzy else "" if all(texts) else "untranslated"
        if what:
            print(f"{name}:{message.lineno}: {what}: {str(message.id)[:80]!r}")
"""


def messages_faults() -> list[str]:
    """Fuzzy and untranslated messages of every language that has a file, except English, whose text is the key."""
    files = [po for po in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")) if po.parts[-3] != "en"]
    if not files:
        return []
    words = [str(PYTHON), "-c", COUNT, *(str(Path(po).relative_to(ROOT)) for po in files)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ})
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]
