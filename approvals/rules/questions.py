"""Form definitions: what a matter asks, as data with its texts by language."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

LANGUAGES = ("en", "zh-hans", "ar", "ru", "fr", "es")
FALLBACKS = ("en", "zh-hans")
TYPES = {
    "text",
    "textarea",
    "choice",
    "yesno",
    "date",
    "number",
    "money",
    "phone",
    "email",
    "country",
    "credit_code",
}
WITH_LENGTH = {"text", "textarea"}
WITH_BOUNDS = {"date", "number", "money"}
FIELD_KEYS = {"key", "type", "label", "hint", "required", "choices", "max_length", "min", "max", "pattern"}
FIELD_KEYS |= {"when", "analytics", "shared"}
STEP_KEYS = {"key", "title", "intro", "fields"}
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def text(by_language: Mapping[str, str] | None, language: str) -> str:
    """The text in this language, else in English, else in Chinese, else nothing."""
    for code in (language, *FALLBACKS):
        if by_language and by_language.get(code):
            return by_language[code]
    return ""


def fields_of(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every field of a definition, in the order in which it is asked."""
    return [field for step in definition.get("steps", []) for field in step.get("fields", [])]


def is_asked(field: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether a field (or a material) applies after these answers; one without a condition always does."""
    when = field.get("when")
    if not when:
        return True
    return any(answers.get(one["field"]) in one["is"] for one in when.get("any", [when]))


def form_problems(definition: Mapping[str, Any]) -> list[str]:
    """What is wrong with a definition, each `path: message`; an empty list means it can be asked."""
    return [f"{'.'.join(map(str, path))}: {message}" for path, message in form_faults(definition)]


def form_faults(definition: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each fault of a definition with the path of its place."""
    if not isinstance(definition, Mapping) or not isinstance(definition.get("steps"), list) or not definition["steps"]:
        yield (), "a form has a list of steps"
        return
    steps: set[str] = set()
    earlier: dict[str, Mapping[str, Any]] = {}
    for number, step in enumerate(definition["steps"]):
        path = ("steps", number)
        if not isinstance(step, Mapping) or not isinstance(step.get("fields"), list) or not step["fields"]:
            yield path, "a step has a list of fields"
            continue
        yield from _unknown(step, STEP_KEYS, path)
        yield from _key(step, steps, path)
        yield from _texts(step, ("title",), ("intro",), path)
        for place, field in enumerate(step["fields"]):
            where = (*path, "fields", place)
            if not isinstance(field, Mapping):
                yield where, "a field is a mapping"
                continue
            yield from _field(field, earlier, where)


def _field(field: Mapping[str, Any], earlier: dict[str, Any], path: tuple[Any, ...]) -> Iterator[tuple[Any, str]]:
    yield from _unknown(field, FIELD_KEYS, path)
    yield from _texts(field, ("label",), ("hint",), path)
    if field.get("type") not in TYPES:
        yield (*path, "type"), f"unknown type {field.get('type')!r}; known: {', '.join(sorted(TYPES))}"
    yield from _choices(field, path)
    yield from _limits(field, path)
    for flag in ("required", "analytics"):
        if not isinstance(field.get(flag, True), bool):
            yield (*path, flag), "must be true or false"
    if "when" in field:
        yield from when_faults(field["when"], earlier, (*path, "when"))
    yield from _key(field, earlier, path)
    if isinstance(field.get("key"), str):
        earlier[field["key"]] = field


def when_faults(
    when: Any, fields: Mapping[str, Mapping[str, Any]], path: tuple[Any, ...]
) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Faults of a condition `{field, is: […]}`, which may only look at fields asked before it."""
    if not isinstance(when, Mapping) or set(when) != {"field", "is"} or not isinstance(when["is"], list):
        yield path, "a condition names a field and the list of answers it holds for"
        return
    asked = fields.get(when["field"])
    if asked is None:
        yield (*path, "field"), f"no earlier field {when['field']!r}"
        return
    possible = _answers_possible(asked)
    for number, value in enumerate(when["is"]):
        if possible is not None and value not in possible:
            yield (*path, "is", number), f"{value!r} is no answer to {when['field']!r}"


def _answers_possible(field: Mapping[str, Any]) -> list[Any] | None:
    if field.get("type") == "yesno":
        return ["yes", "no"]
    if field.get("type") == "choice" and isinstance(field.get("choices"), list):
        return [choice.get("value") for choice in field["choices"] if isinstance(choice, Mapping)]
    return None


def _choices(field: Mapping[str, Any], path: tuple[Any, ...]) -> Iterator[tuple[Any, str]]:
    choices = field.get("choices")
    if field.get("type") != "choice":
        if choices is not None:
            yield (*path, "choices"), "only a choice has choices"
        return
    if not isinstance(choices, list) or len(choices) < 2:
        yield path, "a choice has at least two choices"
        return
    seen: set[Any] = set()
    for number, choice in enumerate(choices):
        where = (*path, "choices", number)
        if not isinstance(choice, Mapping) or not isinstance(choice.get("value"), str):
            yield where, "a choice has a value (a text) and a label"
            continue
        if choice["value"] in seen:
            yield where, f"value {choice['value']!r} stands here twice"
        seen.add(choice["value"])
        yield from _texts(choice, ("label",), (), where)


def _limits(field: Mapping[str, Any], path: tuple[Any, ...]) -> Iterator[tuple[Any, str]]:
    kind = field.get("type")
    if "max_length" in field and (kind not in WITH_LENGTH or not _is_count(field["max_length"])):
        yield (*path, "max_length"), "a positive number, for a text only"
    for bound in ("min", "max"):
        if bound in field and (kind not in WITH_BOUNDS or not _is_bound(field[bound], kind)):
            yield (*path, bound), "a number, or for a date YYYY-MM-DD or 'today'"
    if "pattern" in field:
        try:
            re.compile(field["pattern"])
        except (re.error, TypeError):
            yield (*path, "pattern"), "not a regular expression"


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_bound(value: Any, kind: Any) -> bool:
    if kind != "date":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if value == "today":
        return True
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _key(node: Mapping[str, Any], taken: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, str]]:
    key = node.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        yield (*path, "key"), "a key is lowercase letters, digits and underscores"
    elif key in taken:
        yield (*path, "key"), f"key {key!r} stands here twice"
    elif isinstance(taken, set):
        taken.add(key)


def _texts(
    node: Mapping[str, Any], needed: tuple[str, ...], optional: tuple[str, ...], path: tuple[Any, ...]
) -> Iterator[tuple[Any, str]]:
    for name in (*needed, *(name for name in optional if name in node)):
        value = node.get(name)
        if not isinstance(value, Mapping):
            yield (*path, name) if name in node else path, f"{name} is a text in every language"
            continue
        for language in LANGUAGES:
            if not isinstance(value.get(language), str) or not value[language].strip():
                yield (*path, name), f"{name} is missing in {language}"


def _unknown(node: Mapping[str, Any], known: set[str], path: tuple[Any, ...]) -> Iterator[tuple[Any, str]]:
    for key in node:
        if key not in known:
            yield (*path, key), "unknown field"
