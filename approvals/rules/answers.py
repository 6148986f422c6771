"""What an applicant answered, against what the form definition asks."""

from collections.abc import Iterator, Mapping
from typing import Any

from approvals.rules.questions import is_asked

Answers = Mapping[str, Any]


def steps_asked(definition: Mapping[str, Any], answers: Answers) -> list[dict[str, Any]]:
    """The steps of the form in which at least one question is asked of this applicant."""
    return [step for step in definition.get("steps", []) if any(is_asked(field, answers) for field in step["fields"])]


def step_is_answered(step: Mapping[str, Any], answers: Answers) -> bool:
    """Whether every required question of a step that is asked has an answer."""
    return all(
        answers.get(field["key"]) not in (None, "")
        for field in step["fields"]
        if field.get("required", True) and is_asked(field, answers)
    ) and any(field["key"] in answers for field in step["fields"])


def answers_asked(definition: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    """The answers to questions that are asked; an answer whose question fell away is dropped."""
    return {
        field["key"]: answers[field["key"]]
        for field in _fields(definition)
        if field["key"] in answers and is_asked(field, answers)
    }


def material_is_asked(when: Mapping[str, Any] | None, answers: Answers) -> bool:
    """Whether a material with this condition is asked for."""
    return is_asked({"when": when}, answers) if when else True


def _fields(definition: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for step in definition.get("steps", []):
        yield from step["fields"]
