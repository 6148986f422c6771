"""The few people these tests need, and files that are already safe."""

import hashlib
import itertools
from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from yiwu_portal.accounts.models import User
from yiwu_portal.centre.models import Appointment, Organisation
from yiwu_portal.documents.models import Upload
from yiwu_portal.people.service import evidence_types_load, person_ensure

COUNT = itertools.count(1)


def user_made(name, **extra):
    return User.objects.create_user(f"{name.lower()}@example.org", name=name, **extra)


def upload_made(by, text="paper"):
    sha256 = hashlib.sha256(f"{text} {next(COUNT)}".encode()).hexdigest()
    return Upload.objects.create(by=by, name=f"{text}.pdf", media_type="application/pdf", size=9, sha256=sha256)


@pytest.fixture(autouse=True)
def in_english():
    """Sentences are compared in English, whatever language the page before was in."""
    with translation.override("en"):
        yield


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def later():
    return timezone.localdate() + timedelta(days=900)


@pytest.fixture
def amira(db):
    return person_ensure(user=user_made("Amira", language="ar"))


@pytest.fixture
def boris(db):
    return person_ensure(user=user_made("Boris", language="ru"))


@pytest.fixture
def clerk(db):
    user = user_made("Chen")
    organisation = Organisation.objects.create(code="ZZ", name="Test department")
    Appointment.objects.create(user=user, organisation=organisation, role="clerk", starts_on=date(2020, 1, 1))
    return user


@pytest.fixture
def types(db):
    evidence_types_load()


@pytest.fixture
def uploads(monkeypatch):
    """The documents service, as its pages see it: a file already made safe, and one it refuses."""
    from django.http import HttpResponse

    from yiwu_portal.documents.service import UploadRefused
    from yiwu_portal.people import views

    class Refusal(UploadRefused):
        def __init__(self):
            Exception.__init__(self, "This file is no picture and no PDF.")

    def receive(*, file, by):
        if file.read().startswith(b"bad"):
            raise Refusal
        return upload_made(by, file.name)

    def response(upload, document, *, download=False):
        return HttpResponse(f"{upload.name} {'down' if download else 'shown'}")

    monkeypatch.setattr(views, "upload_receive", receive)
    monkeypatch.setattr(views, "paper_response", response)
