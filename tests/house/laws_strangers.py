"""Programmes are strangers, and the portal names none: what import-linter cannot see, because it is a string."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import PORTAL, Module, Tree

# where a bare word means an app, a namespace or a model
NAMING_CALLS = {
    *("ForeignKey", "OneToOneField", "ManyToManyField", "get_model", "get_app_config", "is_installed"),
    *("import_module", "include", "reverse", "reverse_lazy", "resolve_url", "redirect", "go", "page", "render"),
    *("swappable_dependency", "send_task", "autodiscover_modules"),
}
URL_CALLS = {"reverse", "reverse_lazy", "resolve_url", "redirect", "go"}
URL_TAG = re.compile(r"{%\s*url\s+['\"]([^'\"]+)['\"]")
FILE_TAG = re.compile(r"{%\s*(?:include|extends|static)\s+['\"]([^'\"]+)['\"]")


def _names(text: str, others: list[str]) -> str:
    """Which of the others a string names as app, namespace, module or folder; nothing when none."""
    match = re.match(r"(\w+)[.:/]\w", text)
    return match.group(1) if match and match.group(1) in others else ""


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _bare_words(module: Module) -> Iterator[tuple[int, str]]:
    """Strings that are an argument of a naming call or stand in a migration's dependencies."""
    for node in ast.walk(module.tree):
        inside: list[ast.expr] = []
        if isinstance(node, ast.Call) and _called(node) in NAMING_CALLS:
            inside = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"dependencies", "run_before"}:
            inside = [part for part in ast.walk(node.value) if isinstance(part, ast.expr)]
        for part in inside:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.lineno, part.value


def url_names(tree: Tree) -> dict[str, str]:
    """Each URL name a programme's `urls` and `api` declare, and that programme."""
    found: dict[str, str] = {}
    for module in tree.modules():
        if module.package in tree.programmes and ("urls" in module.path or module.room == "api"):
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and _called(node) in {"path", "re_path"}:
                    for keyword in node.keywords:
                        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                            found[str(keyword.value.value)] = module.package
    return found


def _in_module(module: Module, others: list[str], urls: dict[str, str]) -> Iterator[str]:
    for line, text in module.strings():
        if name := _names(text, others):
            yield f"{module.path}:{line}: the string {text!r} names {name}"
    for line, text in _bare_words(module):
        if text in others:
            yield f"{module.path}:{line}: {text!r} names another programme"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _called(node) in URL_CALLS:
            for part in node.args:
                owner = urls.get(str(getattr(part, "value", "")))
                if owner in others:
                    yield f"{module.path}:{part.lineno}: the address {part.value!r} belongs to {owner}"  # type: ignore[attr-defined]


def _in_template(path: str, text: str, others: list[str], urls: dict[str, str]) -> Iterator[str]:
    for match in [*FILE_TAG.finditer(text), *URL_TAG.finditer(text)]:
        line = text.count("\n", 0, match.start()) + 1
        owner = _names(match.group(1), others) or urls.get(match.group(1), "")
        if owner in others:
            yield f"{path}:{line}: {match.group(1)!r} belongs to {owner}"


def programmes_name_no_other(tree: Tree) -> list[str]:
    """No programme names another: by foreign key, migration, `get_model`, `reverse`, template `url` or `include`."""
    urls = url_names(tree)
    found: list[str] = []
    for module in tree.modules(migrations=True):
        if module.package in tree.programmes:
            others = [name for name in tree.programmes if name != module.package]
            found += _in_module(module, others, urls)
    for path, text in tree.templates():
        owner = path.split("/")[1]
        if owner in tree.programmes:
            found += _in_template(path, text, [name for name in tree.programmes if name != owner], urls)
    return found


def portal_names_no_programme(tree: Tree) -> list[str]:
    """The portal names no programme, neither in code nor in its templates; `INSTALLED_APPS` excepted."""
    urls = url_names(tree)
    found: list[str] = []
    for module in tree.modules(migrations=True):
        if not module.path.startswith(PORTAL):
            continue
        excepted = _installed_apps_lines(module) if module.path == f"{PORTAL}/settings.py" else set()
        for line, text in module.strings():
            if line not in excepted and (text in tree.programmes or _names(text, tree.programmes)):
                found.append(f"{module.path}:{line}: the portal names {text!r}")
        found += [hit for hit in _in_module(module, tree.programmes, urls) if "address" in hit and "belongs to" in hit]
    for path, text in tree.templates():
        if path.split("/")[1] not in tree.programmes:
            found += _in_template(path, text, tree.programmes, urls)
    return found


def _installed_apps_lines(module: Module) -> set[int]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "INSTALLED_APPS":
            return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return set()


def doorbells_are_named_programme(tree: Tree) -> list[str]:
    """A programme that has any room has a `programme.py` that registers it: Django skips a misnamed one in silence."""
    found: list[str] = []
    modules = tree.modules()
    for name in tree.programmes:
        rooms = {module.room: module for module in modules if module.package == name}
        for near in {"program", "programmes", "programs", "plugin", "registry"} & set(rooms):
            found.append(f"{name}/{near}.py: the doorbell is called programme.py")
        if not set(rooms) - {"__init__", "apps"}:
            continue  # an empty package: a programme still to come
        bell = rooms.get("programme")
        if bell is None or bell.path != f"{name}/programme.py":
            found.append(f"{name}: no programme.py, so nobody hears of it")
        elif "programme_register(" not in bell.text:
            found.append(f"{name}/programme.py: registers nothing")
    return found
