"""The example of docs/api.md, sent as it stands there."""

import io
import json
import re
from pathlib import Path

from django.core.management import call_command
from django.test import Client

from tests.api.conftest import caller_of

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"


def blocks():
    return re.findall(r"```http\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)


def read(block, known):
    """A request, the status and the answer it should meet, and what of it is kept."""
    text = re.sub(r"\$([A-Z]+)", lambda name: str(known[name[1]]), block)
    parts = text.strip().split("\n\n")
    first, *lines = parts[0].splitlines()
    status, *answer = parts[-1].splitlines()
    keeps = dict(line.split("=") for line in answer if re.fullmatch(r"[A-Z]+=[\w.]+", line))
    shown = "\n".join(line for line in answer if not re.fullmatch(r"[A-Z]+=[\w.]+", line))
    headers = dict(line.split(": ", 1) for line in lines)
    return first.split(), headers, parts[1] if len(parts) > 2 else "", int(status), shown, keeps


def fits(shown, said):
    """Whether an answer is what the example shows; a `…` stands for more of the same."""
    if isinstance(shown, dict):
        return all(name == "…" or (name in said and fits(value, said[name])) for name, value in shown.items())
    if isinstance(shown, list):
        return all(value == "…" or fits(value, said[number]) for number, value in enumerate(shown))
    return shown == said or shown == "…"


def as_json(shown):
    return json.loads(re.sub(r"(?<!\")…(?!\")(?=\})", '"…": 0', re.sub(r"(?<!\")…(?!\")(?=\])", '"…"', shown)))


def test_every_request_of_the_document_meets_the_answer_shown_there(world, subtests):
    world.person(world.cast.amira)
    world.accepted(world.cast.boris)
    out = io.StringIO()
    call_command("api_client_make", "COM", "Commerce", "tasks:read", "tasks:decide", stdout=out)
    client_id, secret = (line.split("=", 1)[1] for line in out.getvalue().split())
    known = {"PERSON": caller_of(world.cast.amira).token, "CLIENT": client_id, "SECRET": secret}
    assert len(blocks()) >= 8
    for block in blocks():
        (method, path), headers, body, status, shown, keeps = read(block, known)
        with subtests.test(f"{method} {path}"):
            kind = headers.pop("Content-Type", "")
            answer = Client().generic(method, path, body, content_type=kind, headers=headers)
            assert answer.status_code == status, answer.content
            assert fits(as_json(shown), answer.json()), answer.json()
            for name, way in keeps.items():
                value = answer.json()
                for step in way.split("."):
                    value = value[int(step) if step.isdigit() else step]
                known[name] = value
