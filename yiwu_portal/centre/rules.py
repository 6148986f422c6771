"""Checking the centre's data files: pure, so that a bad file is refused before anything is touched."""

import re
from typing import Any

import yaml

LANGUAGES = ("en", "zh_hans", "ar", "ru", "fr", "es")
_NAME = {
    "type": "object",
    "required": list(LANGUAGES),
    "additionalProperties": False,
    "properties": {language: {"type": "string", "minLength": 2, "maxLength": 200} for language in LANGUAGES},
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["provenance", "organisations"],
    "additionalProperties": False,
    "properties": {
        "provenance": {"type": "string", "minLength": 10},
        "comprehensive_windows": {"type": "array", "uniqueItems": True, "items": {"type": "integer", "minimum": 1}},
        "organisations": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["code", "name"],
                "additionalProperties": False,
                "properties": {
                    "code": {"type": "string", "pattern": "^[A-Z]{3}$"},
                    "kind": {"enum": ["department", "intermediary", "social", "committee", "other"]},
                    "name": _NAME,
                    "vertical": {"type": "boolean"},
                    "windows": {"type": "string", "pattern": "^[0-9]+(-[0-9]+)?$"},
                },
            },
        },
    },
}


class BadData(ValueError):
    """A data file that does not hold to its schema; says file, line and field, and nothing was loaded."""


def window_numbers(text: str) -> list[int]:
    """The numbers of a range such as `22-27` or `45`."""
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def data_parse(text: str, *, file: str) -> dict[str, Any]:
    """The checked content of one data file; raises `BadData` with file, line and field."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = re.search(r"line (\d+)", str(error))
        raise BadData(f"{file}, line {line[1] if line else '?'}: not readable as YAML") from error
    from jsonschema import Draft202012Validator  # takes a second to load, and only a load of data needs it

    wrong = sorted(Draft202012Validator(SCHEMA).iter_errors(data), key=lambda found: list(map(str, found.path)))
    if wrong:
        path = list(wrong[0].absolute_path)
        raise BadData(f"{file}, line {_line(text, path)}, {'.'.join(map(str, path)) or 'file'}: {wrong[0].message}")
    _check_together(data, file=file)
    return data


def _check_together(data: dict[str, Any], *, file: str) -> None:
    codes = [row["code"] for row in data["organisations"]]
    numbers = [number for row in data["organisations"] for number in window_numbers(row.get("windows", "1-0"))]
    for what, values in (("code", codes), ("window", numbers)):
        twice = {value for value in values if values.count(value) > 1}
        if twice:
            raise BadData(f"{file}, organisations: {what} given twice: {', '.join(map(str, sorted(twice)))}")
    unknown = set(data.get("comprehensive_windows", ())) - set(numbers)
    if unknown:
        raise BadData(f"{file}, comprehensive_windows: no such window: {', '.join(map(str, sorted(unknown)))}")


def _line(text: str, path: list[Any]) -> int:
    node = yaml.compose(text)
    for step in path:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
    return node.start_mark.line + 1 if node is not None else 1
