"""A private storage, a sender, an office, and a scanner that answers as told."""

import socketserver
import struct
import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from tests.documents.corpus import EICAR
from yiwu_portal.centre.models import Organisation
from yiwu_portal.documents import service
from yiwu_portal.people.models import Person

LETTER = {
    "title": {"zh": "准予境外采购商备案决定书", "lang": "قرار بتسجيل مشترٍ أجنبي"},
    "facts": [
        {"label": {"zh": "申请人", "lang": "مقدّم الطلب"}, "value": "AMIRA HADDAD"},
        {"label": {"zh": "事项", "lang": "المعاملة"}, "value": {"zh": "境外采购商备案", "lang": "تسجيل مشترٍ أجنبي"}},
    ],
    "paragraphs": {"zh": ["现决定准予备案。"], "lang": ["تقرر قبول التسجيل."]},
    "legal": {"zh": "《行政许可法》第三十八条", "lang": "المادة 38"},
    "remedies": {"zh": "可申请行政复议。", "lang": "يمكن الاعتراض."},
    "signer": {"zh": "丁某", "lang": "دينغ"},
}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Files of one test; no scanner unless the test brings one."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files"), "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.CLAMAV_ADDRESS = ""
    return tmp_path / "files"


@pytest.fixture
def amira(db):
    return get_user_model().objects.create_user("amira@example.org", name="Amira")


@pytest.fixture
def boris(db):
    return get_user_model().objects.create_user("boris@example.org", name="Boris")


@pytest.fixture
def ding(db):
    return get_user_model().objects.create_user("ding@example.org", name="Ding")


@pytest.fixture
def office(db):
    return Organisation.objects.get_or_create(code="COM", defaults={"name": "义乌市商务局"})[0]


@pytest.fixture
def holder(db):
    return Person.objects.create(given_names="AMIRA", surname="HADDAD")


@pytest.fixture
def issue(office, holder, ding):
    """Issue a letter as a decision would, in a transaction."""

    def now(**changes):
        values = {
            "kind": "decision_grant",
            "template": "documents/pdf/letter.html",
            "organisation": office,
            "person": holder,
            "language": "ar",
            "payload": LETTER,
            "by": ding,
            "prefix": "YWD",
        }
        with transaction.atomic():
            return service.document_issue(**{**values, **changes})

    return now


class _Clamd(socketserver.BaseRequestHandler):
    """Speaks INSTREAM: FOUND when EICAR is in the bytes, or whatever the test told it to say."""

    def handle(self):
        stream = self.request.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack("!L", stream.read(4))[0]:
            data += stream.read(length)
        self.server.seen.append(data)
        found = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in data else b"stream: OK\0"
        self.request.sendall(self.server.answer if self.server.answer is not None else found)


@pytest.fixture
def clamd(settings):
    """A scanner listening on a free port; `clamd.answer` overrides what it says."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Clamd) as server:
        server.answer, server.seen = None, []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.CLAMAV_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()
