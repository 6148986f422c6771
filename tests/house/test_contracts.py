"""The four contracts of `.importlinter`: kept by the house, broken by each planted offender."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT, root_packages

LINT = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
HOUSE = {
    "yiwu_portal/__init__.py": "",
    "yiwu_portal/urls.py": "from yiwu_portal.web import views\n",
    "yiwu_portal/web/__init__.py": "",
    "yiwu_portal/web/views.py": "",
    "yiwu_portal/people/__init__.py": "",
    "yiwu_portal/people/models.py": "",
    "yiwu_portal/people/service.py": "from yiwu_portal.people import models\n",
    "yiwu_portal/accounts/__init__.py": "",
    "yiwu_portal/accounts/models.py": "",
    "alpha/__init__.py": "",
    "alpha/views.py": "from alpha import actions\nfrom yiwu_portal.people.service import models\n",
    "alpha/actions.py": "import alpha.models\nimport yiwu_portal.accounts.models\n",
    "alpha/models.py": "",
    "beta/__init__.py": "",
    "beta/models.py": "",
}


def lint(root, more=()):
    for name, text in {**HOUSE, **dict(more)}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    ours = (ROOT / ".importlinter").read_text()
    packages = "root_packages =\n    yiwu_portal\n    alpha\n    beta\n"
    (root / ".importlinter").write_text(re.sub(r"root_packages =\n(?:    .+\n)+", packages, ours))
    (root / "tests/house").mkdir(parents=True, exist_ok=True)
    for name in ("tests/__init__.py", "tests/house/__init__.py", "tests/house/contracts.py"):
        (root / name).write_text((ROOT / name).read_text())
    return subprocess.run(LINT, cwd=root, capture_output=True, text=True, check=False)


def test_the_house_keeps_its_contracts():
    done = subprocess.run(LINT, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_an_innocent_house_keeps_them(tmp_path):
    done = lint(tmp_path)
    assert "4 kept, 0 broken" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "text", "contract"),
    [
        ("yiwu_portal/web/views.py", "import alpha.models\n", "The portal names no programme"),
        ("alpha/models.py", "import beta.models\n", "Programmes are strangers"),
        ("alpha/models.py", "import alpha.actions\n", "Imports go downstairs"),
        ("alpha/extras.py", "", "Imports go downstairs"),
        ("alpha/models.py", "import yiwu_portal.people.models\n", "A shared service is entered by its door"),
        (
            "alpha/models.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import yiwu_portal.people.models\n",
            "A shared service is entered by its door",
        ),
    ],
)
def test_a_planted_import_is_caught(file, text, contract, tmp_path):
    done = lint(tmp_path, {file: text})
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(re.escape(contract) + r".* BROKEN", done.stdout), done.stdout


def test_every_programme_is_installed_and_judged(settings):
    """A programme missing from `.importlinter` would be judged by nobody."""
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert packages == set(root_packages()) - {"yiwu_portal"}
    assert packages <= set(settings.INSTALLED_APPS)
