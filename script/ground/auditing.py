"""script/audit: what needs the network or an opinion. It never says "well" about what it could not check."""

import json
import subprocess

from machine import ROOT, VAR, VENV, say
from packages import npm
from setting_up import ready

BIN = VENV / "bin"
CODE = ["yiwu_portal", "approvals", "mediation", "merchant_cards", "community", "international_family", "script"]


Outcome = tuple[int, str]  # 0 well, 1 found, 2 not checked; and what there is to say of it
WORDS = ("ok", "FOUND", "COULD NOT CHECK")


def main(arguments: list[str]) -> int:
    """0: nothing was found; 1: something was; 2: something could not be checked."""
    ready(for_tests=False)
    results = {
        "known weaknesses of Python packages (pip-audit)": _pip_audit(),
        "known weaknesses of Node packages (npm audit)": _npm_audit(),
        "risky lines of our own (bandit)": _bandit(),
        "bill of materials, Python (CycloneDX)": _bill(),
        "bill of materials, Node (CycloneDX)": _node_bill(),
    }
    return verdict(results)


def verdict(results: dict[str, Outcome]) -> int:
    """Say what came of each, and the number the command ends with: what could not be checked is no pass."""
    say("")
    for name, (code, text) in results.items():
        say(f"{WORDS[code]:>15}  {name}{': ' + text if text else ''}")
    open_ = sum(code == 2 for code, _ in results.values())
    if open_:
        say(f"\nNot passed: {open_} of {len(results)} could not be checked. Run this again where the network answers.")
    return max(code for code, _ in results.values())


def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["no word"])[-1][:200]


def _pip_audit() -> Outcome:
    # --disable-pip: the lock is complete and hashed, nothing has to be resolved again
    done = _run(
        [str(BIN / "pip-audit"), "--disable-pip", "--require-hashes", "-f", "json", "-r", "requirements-dev.txt"]
    )
    return pip_word(done.stdout, done.stderr)


def pip_word(answer: str, errors: str) -> Outcome:
    """What pip-audit's answer comes to; a package it has no word about is not checked."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        return 2, _last(errors)
    skipped = [one["skip_reason"] for one in packages if "skip_reason" in one]
    found = [f"{one['name']} {flaw['id']}" for one in packages for flaw in one.get("vulns", [])]
    if found:
        return 1, ", ".join(found)
    if skipped or not packages:
        return 2, f"no word about {len(skipped)} of {len(packages)} packages ({_last(' '.join(skipped[:1]))})"
    return 0, f"{len(packages)} packages"


def _npm_audit() -> Outcome:
    done = _run([*(str(word) for word in npm()), "audit", "--audit=true", "--json"])
    return npm_word(done.stdout, done.stderr)


def npm_word(answer: str, errors: str) -> Outcome:
    """What npm's answer comes to; one without counts is not checked."""
    try:
        said = json.loads(answer)
    except json.JSONDecodeError:
        return 2, _last(errors)
    counts = said.get("metadata", {}).get("vulnerabilities")
    if counts is None:
        return 2, _last(str(said.get("message") or said.get("error") or errors))
    return (1, f"{counts['total']} known") if counts["total"] else (0, "")


def _bandit() -> Outcome:
    done = _run([str(BIN / "bandit"), "-q", "-ll", "-r", *CODE])
    if done.returncode:
        say(done.stdout)
    return (0, "") if done.returncode == 0 else (1, "listed above") if done.stdout else (2, _last(done.stderr))


def _bill() -> Outcome:
    target = VAR / "sbom.json"
    done = _run([str(BIN / "cyclonedx-py"), "requirements", "requirements.txt", "-o", str(target)])
    if done.returncode:
        return 2, _last(done.stderr)
    return 0, str(target.relative_to(ROOT))


def _node_bill() -> Outcome:
    target = VAR / "sbom-node.json"
    words = ["sbom", "--package-lock-only", "--omit", "dev", "--sbom-format", "cyclonedx"]
    done = _run([*(str(word) for word in npm()), *words])
    if done.returncode:
        return 2, _last(done.stderr)
    target.write_text(done.stdout)
    return 0, str(target.relative_to(ROOT))
