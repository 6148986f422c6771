"""script/audit: what needs the network or an opinion. It never says "well" about what it could not check."""

import json
import subprocess

from machine import ROOT, VAR, VENV, say
from packages import npm
from setting_up import ready

BIN = VENV / "bin"
CODE = ["yiwu_portal", "approvals", "mediation", "merchant_cards", "community", "international_family", "script"]


def main(arguments: list[str]) -> int:
    """0: nothing was found; 1: something was; 2: something could not be checked."""
    ready(for_tests=False)
    results = {
        "known weaknesses of Python packages (pip-audit)": _pip_audit(),
        "known weaknesses of Node packages (npm audit)": _npm_audit(),
        "risky lines of our own (bandit)": _bandit(),
        "bill of materials (CycloneDX)": _bill(),
    }
    say("")
    for name, (code, text) in results.items():
        say(f"{('ok', 'FOUND', 'COULD NOT CHECK')[code]:>15}  {name}{': ' + text if text else ''}")
    return max(code for code, _ in results.values())


def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["no word"])[-1][:200]


def _pip_audit() -> tuple[int, str]:
    # --disable-pip: the lock is complete and hashed, nothing has to be resolved again
    done = _run(
        [str(BIN / "pip-audit"), "--disable-pip", "--require-hashes", "-f", "json", "-r", "requirements-dev.txt"]
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        return 2, _last(done.stderr)
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    found = [f"{one['name']} {flaw['id']}" for one in packages for flaw in one.get("vulns", [])]
    if found:
        return 1, ", ".join(found)
    if skipped:
        return 2, f"no word about {len(skipped)} of {len(packages)} packages"
    return 0, f"{len(packages)} packages"


def _npm_audit() -> tuple[int, str]:
    done = _run([*(str(word) for word in npm()), "audit", "--audit=true", "--json"])
    try:
        counts = json.loads(done.stdout)["metadata"]["vulnerabilities"]
    except (json.JSONDecodeError, KeyError):
        return 2, (done.stderr or done.stdout).strip().splitlines()[0][
            :200
        ] if done.stderr or done.stdout else "no word"
    return (1, f"{counts['total']} known") if counts["total"] else (0, "")


def _bandit() -> tuple[int, str]:
    done = _run([str(BIN / "bandit"), "-q", "-ll", "-r", *CODE])
    if done.returncode:
        say(done.stdout)
    return (0, "") if done.returncode == 0 else (1, "listed above") if done.stdout else (2, _last(done.stderr))


def _bill() -> tuple[int, str]:
    target = VAR / "sbom.json"
    done = _run([str(BIN / "cyclonedx-py"), "requirements", "requirements.txt", "-o", str(target)])
    if done.returncode:
        return 2, _last(done.stderr)
    return 0, str(target.relative_to(ROOT))
