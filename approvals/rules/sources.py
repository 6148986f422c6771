"""Files of the catalogue, read with the line of every value, so that a mistake can be pointed at."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from approvals.rules.questions import LANGUAGES

SCHEMAS = Path(__file__).resolve().parent.parent / "catalogue" / "schema"
MAX_DEPTH = 20
Place = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with a file: where, and what."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field or '(whole file)'}: {self.message}"


@dataclass
class Source:
    """A file's data and the line of each place in it."""

    file: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def fault(self, place: Sequence[str | int], message: str) -> None:
        """Note a problem at a place, or at the nearest place above it that the file has."""
        known = tuple(place)
        while known and known not in self.lines:
            known = known[:-1]
        name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")
        problem = Problem(self.file, self.lines.get(known, 1), name, message)
        if problem not in self.problems:
            self.problems.append(problem)

    @property
    def digest(self) -> str:
        """A fingerprint of what the file says, whatever its layout."""
        return hashlib.sha256(json.dumps(self.data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# libyaml, where the machine has it, reads ten times as fast
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as people mean it: dates stay texts, and only true and false are booleans."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def source_read(content: bytes, file: str, schema: str) -> Source:
    """Parse a file and hold it against its schema; problems are collected, none is raised."""
    read = _read(content, file, schema)
    return Source(file, read.data, read.lines, list(read.problems))


@lru_cache(maxsize=64)
def _read(content: bytes, file: str, schema: str) -> Source:
    source = Source(file)
    try:
        loader = _Loader(content.decode("utf-8"))
        node = loader.get_single_node()
        source.data = _value(loader, node, source, ()) if node else None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        source.problems.append(Problem(file, line, "", "not UTF-8"))
        return source
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        told = getattr(error, "problem", None) or "cannot be read"
        source.problems.append(Problem(file, mark.line + 1 if mark else 1, "", f"not YAML: {told}"))
        return source
    for found in schema_validator(schema).iter_errors(source.data):
        for place, message in _said(found):
            source.fault(place, message)
    return source


@cache
def schema_validator(name: str) -> Any:
    """The checker of one of our schemas; `$ref`s stay within the file."""
    from jsonschema import Draft202012Validator  # takes a second to load, and only a load of data needs it

    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8")))


def _said(error: Any) -> Iterator[tuple[Place, str]]:
    place = tuple(error.absolute_path)
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield from (((*place, name), "is missing") for name in missing)
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        yield from (((*place, name), "unknown field") for name in error.instance if name not in known)
    else:
        yield place, error.message[:200]


def _value(loader: _Loader, node: yaml.Node, source: Source, place: Place) -> Any:
    source.lines.setdefault(place, node.start_mark.line + 1)
    if len(place) > MAX_DEPTH:
        raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=node.start_mark)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, source, (*place, number)) for number, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node)
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        inner = (*place, key)
        if key in values:
            source.lines[inner] = key_node.start_mark.line + 1
            source.fault(inner, "stands here twice")
        source.lines[inner] = key_node.start_mark.line + 1
        values[key] = _value(loader, value_node, source, inner)
    return values


def columns_of(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The columns of a text in every language, as modeltranslation names them."""
    return {
        f"{name}_{language.replace('-', '_')}": texts.get(language, "").strip() if texts else ""
        for language in LANGUAGES
    }
