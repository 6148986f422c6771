"""Laws of the code itself: who reads, who writes, what is said, how long."""

import ast
from collections.abc import Iterator

from tests.house.tree import Module, Tree

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION_LINES, FILE_LINES, TEST_FILE_LINES = 60, 400, 600
ASKING_ROOMS = {"views", "forms", "api", "admin", "tasks", "templatetags", "context_processors", "middleware"}
EXPLAINED_ROOMS = {"actions", "queries", "rules", "service", "permissions"}
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}


def reads_go_through_queries(tree: Tree) -> list[str]:
    """Views, forms, API, admin and tasks never say `.objects` or `get_object_or_404`: queries know who asks."""
    found: list[str] = []
    for module in tree.modules():
        if module.room not in ASKING_ROOMS:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
                found.append(f"{module.path}:{node.lineno}: .{node.attr} in {module.room}")
            name = getattr(node, "id", "") if isinstance(node, ast.Name) else ""
            if name in {"get_object_or_404", "get_list_or_404"}:
                found.append(f"{module.path}:{node.lineno}: {name} in {module.room}")
    return found


def state_fields(modules: list[Module]) -> dict[str, set[str]]:
    """For each package the names of its fields a state machine keeps (`FSMField`)."""
    found: dict[str, set[str]] = {}
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
                kind = getattr(node.value.func, "attr", getattr(node.value.func, "id", ""))
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if kind.startswith("FSM") and isinstance(target, ast.Name):
                    found.setdefault(module.package, set()).add(target.id)
    return found


def only_transitions_move_states(tree: Tree) -> list[str]:
    """A state kept by a state machine is never assigned, `update()`d, `bulk_update()`d or `setattr`ed."""
    modules = tree.modules(migrations=True)
    fields = state_fields(modules)
    return [
        f"{module.path}:{line}: {what}"
        for module in modules
        if module.package in fields
        for line, what in _moves(module, fields[module.package])
    ]


def _moves(module: Module, fields: set[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Attribute) and target.attr in fields:
                    yield node.lineno, f".{target.attr} is assigned"
        if isinstance(node, ast.Call):
            yield from _moving_call(node, fields)


def _moving_call(node: ast.Call, fields: set[str]) -> Iterator[tuple[int, str]]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in {"update", "update_or_create", "aupdate"}:
        for keyword in node.keywords:
            if keyword.arg in fields and isinstance(node.func, ast.Attribute):
                yield node.lineno, f"{name}({keyword.arg}=…)"
    if name in {"setattr", "bulk_update", "__setattr__"}:
        words = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
        for field in fields & words:
            yield node.lineno, f"{name}(… {field!r} …)"


def sizes_are_kept(tree: Tree) -> list[str]:
    """A function has at most 60 lines, a file 400, a test file 600; style sheets and data are not judged."""
    found: list[str] = []
    for path in tree.files(".py", ".html", ".js", ".sh"):
        name = path.relative_to(tree.root).as_posix()
        lines = path.read_text().count("\n")
        if lines > (TEST_FILE_LINES if name.startswith("tests/") else FILE_LINES):
            found.append(f"{name}: {lines} lines")
        if path.suffix == ".py":
            found += [
                f"{name}:{node.lineno}: {node.name} has {length} lines"
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, Function)
                and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
            ]
    return found


def rooms_have_names(tree: Tree) -> list[str]:
    """No `utils`, no `common`, no `helpers`: what has no name has no place."""
    return [
        f"{path.relative_to(tree.root).as_posix()}: a room without a name"
        for path in tree.files(".py")
        if NAMELESS & {*path.relative_to(tree.root).parts[:-1], path.stem}
    ]


def _public_functions(module: Module) -> Iterator[Function]:
    for node in module.tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node


def verbs_and_rules_are_explained(tree: Tree) -> list[str]:
    """Every module has a line of purpose, and so has every public action, query, rule, permission and door."""
    found: list[str] = []
    for module in tree.modules():
        if module.text.strip() and not ast.get_docstring(module.tree):
            found.append(f"{module.path}: no line of purpose")
        if module.room in EXPLAINED_ROOMS:
            found += [
                f"{module.path}:{node.lineno}: {node.name} has no line of purpose"
                for node in _public_functions(module)
                if not ast.get_docstring(node)
            ]
    return found


def verbs_take_names(tree: Tree) -> list[str]:
    """An action takes keyword-only arguments: `case_accept(case=…, by=…)` reads as what it does."""
    return [
        f"{module.path}:{node.lineno}: {node.name} takes positional arguments"
        for module in tree.modules()
        if module.room == "actions"
        for node in _public_functions(module)
        if node.args.args or node.args.posonlyargs or node.args.vararg
    ]
