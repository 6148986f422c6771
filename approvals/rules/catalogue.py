"""What must hold within a matter's file beyond its schema (R31, R44-R47)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.rules.questions import LANGUAGES, fields_of, form_faults, when_faults
from approvals.rules.sources import Place, Source

WORKING_DAYS = {"working_day": 1.0, "calendar_day": 5 / 7, "month": 21.0}  # rough, to compare limits of two units
LISTED = ("conditions", "process")  # one item a line, the same number in every language


@dataclass(frozen=True)
class Known:
    """Codes that exist outside the file with their ids, and the day on which it is read."""

    departments: Mapping[str, int]
    evidence_types: Mapping[str, int]
    today: date


def matter_check(source: Source, known: Known) -> None:
    """Note every broken rule in the source; only for a file that fits its schema."""
    data = source.data
    for place, message in (
        *_limits(data),
        *_visits(data),
        *_departments(data, known),
        *_materials(data, known),
        *_steps(data),
        *_lists(data),
        *_dates(data, known),
        *_gives(data, known),
    ):
        source.fault(place, message)
    for place, message in form_faults(data["form"]):
        source.fault(("form", *place), message)


def codes_check(sources: Sequence[Source]) -> None:
    """Note every matter that two files describe, and every prefix two matters share."""
    for place in (("code",), ("result", "prefix")):
        owners: dict[str, str] = {}
        for source in sources:
            value = source.data
            for key in place:
                value = value.get(key) if isinstance(value, dict) else None
            if not isinstance(value, str):
                continue
            if value in owners:
                source.fault(place, f"{value} is already taken by {owners[value]}")
            owners.setdefault(value, source.file)


def shared_check(sources: Sequence[Source]) -> None:
    """Note every question, and every step of a form, that two matters ask in two ways: a bundle asks it once."""
    questions: dict[str, tuple[str, Any]] = {}
    steps: dict[str, tuple[str, Any]] = {}
    for source in sources:
        if source.problems:
            continue
        for number, step in enumerate(source.data["form"]["steps"]):
            place: Place = ("form", "steps", number)
            texts = {name: step.get(name) for name in ("title", "intro")}
            file, known = steps.setdefault(step["key"], (source.file, texts))
            if known != texts:
                source.fault(place, f"the step {step['key']!r} has another title or introduction in {file}")
            for at, asked in enumerate(step["fields"]):
                file, known = questions.setdefault(asked["key"], (source.file, asked))
                if known != asked:
                    message = f"the question {asked['key']!r} is asked otherwise in {file}"
                    source.fault((*place, "fields", at), message)


def result_gives(result: Mapping[str, Any]) -> dict[str, Any]:
    """What a result gives later matters, as an edition keeps it: empty, or a paper's code (or None) and answers."""
    gives = result.get("gives")
    return {"evidence_type": gives.get("evidence_type"), "answers": gives.get("answers", {})} if gives else {}


def reasons_check(source: Source) -> None:
    """Note every reason code that stands twice."""
    seen: set[str] = set()
    for number, reason in enumerate(source.data["reasons"]):
        if reason["code"] in seen:
            source.fault(("reasons", number, "code"), f"{reason['code']} stands here twice")
        seen.add(reason["code"])


def _limits(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    statutory, promised = data["statutory"], data["promised"]
    if statutory and _in_days(promised) > _in_days(statutory):
        yield ("promised", "amount"), "promises more time than the law allows"
    longest = _longest_path(data["steps"])
    if longest is not None and longest > _in_days(promised):
        yield ("steps",), f"the steps take {longest} working days, more than is promised"


def _in_days(limit: Mapping[str, Any]) -> float:
    return float(limit["amount"] * WORKING_DAYS[limit["unit"]])


def _visits(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    if data["visits"] and not data.get("visit_reason"):
        yield ("visit_reason",), "is missing: a visit needs its reason"
    if not data["visits"] and data.get("visit_reason"):
        yield ("visit_reason",), "gives a reason, but no visit is asked for"


def _departments(data: Mapping[str, Any], known: Known) -> Iterator[tuple[Place, str]]:
    places: list[tuple[Place, str]] = [(("department",), data["department"])]
    places += [(("steps", number, "department"), step["department"]) for number, step in enumerate(data["steps"])]
    for place, code in places:
        if code not in known.departments:
            yield place, f"unknown organisation {code!r}"


def _materials(data: Mapping[str, Any], known: Known) -> Iterator[tuple[Place, str]]:
    fields = {field["key"]: field for field in _fields(data) if isinstance(field.get("key"), str)}
    seen: set[str] = set()
    for number, material in enumerate(data["materials"]):
        place: Place = ("materials", number)
        code = material["evidence_type"]
        if code not in known.evidence_types:
            yield (*place, "evidence_type"), f"unknown evidence type {code!r}"
        if code in seen:
            yield (*place, "evidence_type"), f"{code} is asked for twice"
        seen.add(code)
        if material["copies"] and not material.get("copies_law"):
            yield (*place, "copies"), "asks for paper copies without naming the law that does (copies_law; R47)"
        if (material["necessity"] == "conditional") != ("when" in material):
            yield (*place, "when"), "a conditional material, and only that, says when it is asked for"
        if "when" in material:
            yield from when_faults(material["when"], fields, (*place, "when"))


def _gives(data: Mapping[str, Any], known: Known) -> Iterator[tuple[Place, str]]:
    gives = result_gives(data["result"])
    place: Place = ("result", "gives")
    code = gives.get("evidence_type")
    if code and code not in known.evidence_types:
        yield (*place, "evidence_type"), f"unknown evidence type {code!r}"
    if code and code in {material["evidence_type"] for material in data["materials"]}:
        yield (*place, "evidence_type"), f"the matter itself asks for {code!r}"
    asked = {field.get("key") for field in _fields(data)}
    for key in gives.get("answers", {}):
        if key in asked:
            yield (*place, "answers", key), f"the matter itself asks {key!r}"


def _fields(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    try:
        return [field for field in fields_of(data["form"]) if isinstance(field, dict)]
    except (AttributeError, TypeError):
        return []  # the form's own faults are told by form_faults


def _steps(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    codes = [step["code"] for step in data["steps"]]
    materials = {material["evidence_type"] for material in data["materials"]}
    for number, step in enumerate(data["steps"]):
        place: Place = ("steps", number)
        if step["code"] in codes[:number]:
            yield (*place, "code"), f"step {step['code']} stands here twice"
        for at, code in enumerate(step.get("depends_on", [])):
            if code not in codes:
                yield (*place, "depends_on", at), f"no step {code!r}"
        for at, code in enumerate(step.get("materials", [])):
            if code not in materials:
                yield (*place, "materials", at), f"the matter asks for no {code!r}"
    if _longest_path(data["steps"]) is None:
        yield ("steps",), "steps wait for one another in a circle"
    if not any(step["kind"] == "decision" for step in data["steps"]):
        yield ("steps",), "no step decides"


def _longest_path(steps: Sequence[Mapping[str, Any]]) -> int | None:
    """Working days of the longest chain of steps; None when they wait for one another in a circle."""
    needs = {step["code"]: set(step.get("depends_on", [])) for step in steps}
    days = {step["code"]: step["days"] for step in steps}
    done: dict[str, int] = {}
    while len(done) < len(needs):
        ready = [code for code in needs if code not in done and all(c in done or c not in needs for c in needs[code])]
        if not ready:
            return None
        for code in ready:
            done[code] = days[code] + max((done[c] for c in needs[code] if c in done), default=0)
    return max(done.values())


def _lists(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    for name in LISTED:
        counts = {language: len(data[name][language].strip().splitlines()) for language in LANGUAGES}
        for language, count in counts.items():
            if count != counts["zh-hans"]:
                yield (name, language), f"has {count} lines, the Chinese text {counts['zh-hans']}"


def _dates(data: Mapping[str, Any], known: Known) -> Iterator[tuple[Place, str]]:
    try:
        day = date.fromisoformat(data["effective_on"])
    except ValueError:
        yield ("effective_on",), "no such day"
        return
    if day > known.today:
        yield ("effective_on",), "lies ahead: an edition is published on or after its day"
