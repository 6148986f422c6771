"""docs/requirements.md lists R1–R136, each met at an address by a module under a test, or frankly `later`."""

import re

import pytest
from django.urls import Resolver404, resolve
from django.utils import translation

from tests.house.tree import ROOT

PAGE = ROOT / "docs/requirements.md"
ROW = re.compile(r"^\| (R\d+) \|(.*)\|$", re.MULTILINE)


def rows(text):
    """Number, what, addresses, modules, tests of each row."""
    found = []
    for match in ROW.finditer(text):
        cells = [cell.strip().replace("`", "") for cell in match.group(2).split("|")]
        found.append((match.group(1), cells[0], *([part.strip() for part in cell.split(",")] for cell in cells[1:])))
    return found


def faults(text):
    """What the page says that is not so."""
    found = []
    for row in rows(text):
        if len(row) != 5:
            found.append(f"{row[0]}: a row has five cells")
            continue
        number, what, addresses, modules, tests = row
        if not what:
            found.append(f"{number}: says nothing")
        if addresses == ["later"]:
            continue
        found += [f"{number}: no page at {address!r}" for address in addresses if not is_page(address)]
        found += [f"{number}: no module {module!r}" for module in modules if not is_module(module)]
        found += [f"{number}: no test {test!r}" for test in tests if not is_test(test)]
    return found


def is_page(address):
    if address.startswith("manage.py "):
        from django.core.management import get_commands

        return address.split()[1] in get_commands()
    try:
        with translation.override(address.split("/")[1] or "en"):
            resolve(address.split("?")[0])
    except (Resolver404, IndexError):
        return False
    return True


def is_module(name):
    path = ROOT / name.replace(".", "/")
    return bool(name) and (path.with_suffix(".py").exists() or (path / "__init__.py").exists())


def is_test(name):
    path, _, function = name.partition("::")
    file = ROOT / path
    return path.startswith("tests/") and file.exists() and (not function or f"def {function}(" in file.read_text())


def test_all_136_requirements_are_listed_once_and_in_order():
    assert [row[0] for row in rows(PAGE.read_text())] == [f"R{number}" for number in range(1, 137)]


def test_what_the_page_says_is_so():
    assert faults(PAGE.read_text()) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("| R1 | x | /en/no-such-page/ | yiwu_portal.web | tests/test_start.py |", "no page"),
        ("| R1 | x | /en/ | yiwu_portal.nothing | tests/test_start.py |", "no module"),
        ("| R1 | x | /en/ | yiwu_portal.web | tests/test_nothing.py |", "no test"),
        ("| R1 | x | /en/ | yiwu_portal.web | tests/test_start.py::test_nothing |", "no test"),
        ("| R1 | x | /en/ | yiwu_portal.web | |", "no test"),
        ("| R1 | x | /en/ | yiwu_portal.web |", "five cells"),
        ("| R1 | | later | | |", "says nothing"),
    ],
)
def test_a_planted_untruth_is_caught(row, said):
    assert any(said in fault for fault in faults(row))


def test_a_true_row_is_left_alone():
    assert faults("| R1 | x | `/en/`, /ar/ | yiwu_portal.web.views | tests/test_start.py |") == []
