"""A tree of files the laws are asked of: the house itself, or a tiny planted one."""

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PORTAL = "yiwu_portal"
NOT_OURS = {".venv", "node_modules", "var", ".git", "__pycache__", "migrations"}


def root_packages(root: Path = ROOT) -> list[str]:
    """The packages `.importlinter` names: the portal, then its programmes."""
    block = re.search(r"^root_packages =\n((?:    .+\n)+)", (root / ".importlinter").read_text(), re.MULTILINE)
    return block.group(1).split() if block else []


def programmes(root: Path = ROOT) -> list[str]:
    """The programmes alone."""
    return [name for name in root_packages(root) if name != PORTAL]


@dataclass(frozen=True)
class Module:
    """One Python file: where it lies, what it says."""

    path: str  # from the root, with slashes
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax; equal for all laws."""
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        """The programme or the shared service it belongs to."""
        parts = self.path.split("/")
        return "/".join(parts[:2]) if parts[0] == PORTAL else parts[0]

    @property
    def room(self) -> str:
        """Its room: `views` for `approvals/views.py` and for `approvals/views/cases.py`."""
        inside = self.path[len(self.package) + 1 :].split("/")
        return inside[0].removesuffix(".py")

    def docstrings(self) -> set[int]:
        """The ids of the syntax nodes that are docstrings."""
        holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        return {
            id(node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
        }

    def strings(self) -> Iterator[tuple[int, str]]:
        """Line and value of every string that is not a docstring."""
        left_out = self.docstrings()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
                yield node.lineno, node.value


class Tree:
    """The files below a root."""

    def __init__(self, root: Path = ROOT, names: list[str] | None = None) -> None:
        self.root = root
        self.programmes = programmes() if names is None else names

    def files(self, *suffixes: str, migrations: bool = False) -> Iterator[Path]:
        """Every file of ours with one of the suffixes."""
        left_out = NOT_OURS - {"migrations"} if migrations else NOT_OURS
        for folder, inside, names in os.walk(self.root):
            inside[:] = sorted(name for name in inside if name not in left_out)
            for name in sorted(names):
                if name.endswith(suffixes):
                    yield Path(folder) / name

    def modules(self, *, migrations: bool = False) -> list[Module]:
        """Every Python file of the portal and the programmes."""
        mine = {PORTAL, *self.programmes}
        return [
            Module(path.relative_to(self.root).as_posix(), path.read_text())
            for path in self.files(".py", migrations=migrations)
            if path.relative_to(self.root).parts[0] in mine
        ]

    def templates(self) -> list[tuple[str, str]]:
        """Path and text of every template, pages and notices."""
        return [
            (path.relative_to(self.root).as_posix(), path.read_text())
            for path in self.files(".html", ".txt")
            if path.relative_to(self.root).parts[0] == "templates"
        ]
