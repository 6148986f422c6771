"""What the catalogue stands on: departments and evidence types, and a folder of files to spoil."""

import shutil

import pytest
from django.core.cache import caches

from approvals.actions.catalogue import CATALOGUE, catalogue_load
from tests.approvals.world import World
from yiwu_portal.centre.models import Organisation
from yiwu_portal.people.service import evidence_types_load

DEPARTMENTS = {
    "COM": "Bureau of Commerce",
    "CUS": "Yiwu Customs",
    "FEX": "State Administration of Foreign Exchange",
    "MSA": "Market Supervision Bureau",
    "PSE": "Public Security Bureau",
    "TAX": "Yiwu Tax Bureau",
}


@pytest.fixture(autouse=True)
def _fresh_pages():
    caches["pages"].clear()


@pytest.fixture
def ground(db):
    for code, name in DEPARTMENTS.items():
        Organisation.objects.get_or_create(code=code, defaults={"name": name})
    evidence_types_load()


@pytest.fixture
def folder(tmp_path):
    """A copy of the catalogue's files."""
    shutil.copytree(CATALOGUE, tmp_path / "catalogue")
    return tmp_path / "catalogue"


@pytest.fixture
def catalogue(ground):
    """The catalogue as it is, loaded."""
    return catalogue_load()


@pytest.fixture
def world(cast, settings, tmp_path):
    """The cast in a centre whose catalogue is loaded, and a folder of its own for files."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }
    assert cast.organisation("COM")
    evidence_types_load()
    catalogue_load()
    return World(cast)


@pytest.fixture
def no_workers(monkeypatch):
    """Nothing is sent to the workers: only the database knows what is still to do."""
    from celery import current_app

    from yiwu_portal.programmes import dispatch

    monkeypatch.setattr(dispatch, "_send", lambda name, args: None)
    monkeypatch.setattr(type(current_app._get_current_object()), "send_task", lambda *_args, **_kw: None)
