"""S3: the API keeps to its contract, whatever is sent: schemathesis with all its checks, in this process."""

from collections import Counter

import pytest
import schemathesis
from django.conf import settings as portal
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.middleware.csrf import get_token
from django.test import RequestFactory
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from approvals.api import catalogue
from tests.api.conftest import caller_of, system_of
from tests.people import sign_in_as
from yiwu_portal.api import operations
from yiwu_portal.api.public import PublicRead
from yiwu_portal.api.rules import SYSTEM_SCOPES

POSITIVE = ("2xx", "401", "403", "404", "409")
SEED, EXAMPLES = 20261123, 6
NETWORK = ("max_redirects", "verify", "cert", "proxies")
PHASES = ("examples", "coverage", "fuzzing", "stateful")


def run(tags, headers, examples=EXAMPLES):
    """Every failed check of the operations of these tags, and how much was tried."""
    phases = {name: {"enabled": True} for name in PHASES}
    phases["stateful"] |= {"max-steps": 4, "generation": {"max-examples": 2}}
    phases["fuzzing"] |= {"error-feedback": {"enabled": False}}  # takes our `errors` for the name of a field
    config = SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "headers": headers,
            "checks": {
                "max_response_time": 5,
                # answers are checked against the form of the service, which no contract can spell out
                "positive_data_acceptance": {"expected-statuses": [*POSITIVE, "422"]},
            },
            "phases": phases,
            "generation": {"max-examples": examples, "deterministic": True, "database": "none"},
        }
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", Closing(get_wsgi_application()), config=config)
    failures, errors, tried = [], [], Counter()
    for event in from_schema(schema.include(tag=list(tags))).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            errors.append(str(getattr(event, "info", getattr(event, "exception", event))))
        if isinstance(event, events.ScenarioFinished):
            for case, checks in event.recorder.checks.items():
                tried[event.phase.name] += 1
                failures += [_told(event.recorder, case, check) for check in checks if check.status == Status.FAILURE]
    return failures, errors, tried


def _told(recorder, case_id, check):
    case, sent = recorder.cases[case_id].value, recorder.interactions.get(case_id)
    answer = sent.response if sent else None
    what = check.failure_info.failure
    body = answer.content[:300] if answer is not None else ""
    return (
        f"{case.operation.label} {check.name}: {what.title} {what.message}\n"
        f"  path={case.path_parameters} query={case.query} body={case.body!r:.300} headers={dict(case.headers or {})}\n"
        f"  {answer.status_code if answer is not None else ''} {body}"
    )


class Closing:
    """The application, each request leaving no connection behind in schemathesis' threads."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        try:
            yield from self.app(environ, start_response)
        finally:
            connections.close_all()


@pytest.fixture(autouse=True)
def _in_process(monkeypatch):
    """Its probes hand the application a setting that only a network has."""
    send = WSGITransport.send

    def send_here(self, case, **settings):
        kept = {name: value for name, value in settings.items() if name not in NETWORK}
        return send(self, case, **kept)

    monkeypatch.setattr(WSGITransport, "send", send_here)


@pytest.fixture
def open_doors(monkeypatch):
    """Without the limits on how often: they have tests of their own."""
    monkeypatch.setattr(operations, "WRITES_A_MINUTE", 1_000_000)
    monkeypatch.setattr(catalogue, "LOOKS_A_MINUTE", 1_000_000)
    monkeypatch.setattr(operations.ReadLimit, "rate", "1000000/s")


def browser(user):
    """The headers of a browser signed in, with its token against forgery."""
    request = RequestFactory().get("/")
    token = get_token(request)
    session = sign_in_as(user).cookies[portal.SESSION_COOKIE_NAME].value
    cookies = f"{portal.SESSION_COOKIE_NAME}={session}; {portal.CSRF_COOKIE_NAME}={request.META['CSRF_COOKIE']}"
    return {"Cookie": cookies, "X-CSRFToken": token}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_workers", "open_doors")
@pytest.mark.parametrize("who", ["anyone", "person", "system", "browser"])
def test_the_api_keeps_to_its_contract(world, who):
    world.draft(world.cast.amira)
    world.accepted(world.cast.amira)
    callers = {
        "anyone": (("catalogue",), lambda: {}),
        "person": (("cases", "drafts"), lambda: caller_of(world.cast.amira).headers()),
        "system": (("tasks", "webhooks"), lambda: system_of("COM", *SYSTEM_SCOPES).headers()),
        "browser": (("tokens",), lambda: browser(world.cast.amira)),
    }
    tags, headers = callers[who]
    failures, errors, tried = run(tags, headers())
    print(who, dict(tried))
    assert not errors, "\n".join(errors[:10])
    assert not failures, f"{len(failures)} failures\n" + "\n".join(failures[:25])
    assert sum(tried.values()) > 50


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_workers", "open_doors")
def test_control_an_operation_that_breaks_its_contract_is_found(world, monkeypatch):
    def lying(self, request, **where):
        answer = super(PublicRead, self).get(request, **where)
        answer.data = {"results": "many"}
        return answer

    monkeypatch.setattr(PublicRead, "get", lying)
    failures, _errors, _tried = run(("catalogue",), {}, examples=1)
    assert any("response_schema_conformance" in failure for failure in failures)
