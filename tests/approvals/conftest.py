"""What the catalogue stands on: departments and evidence types, and a folder of files to spoil."""

import shutil

import pytest
from django.core.cache import caches

from approvals.actions.catalogue import CATALOGUE, catalogue_load
from yiwu_portal.centre.models import Organisation
from yiwu_portal.people.models import EvidenceType

EVIDENCE = (
    "passport-data-page",
    "visa-page",
    "agent-contract",
    "work-permit",
    "photo",
    "health-certificate",
    "accommodation-registration",
)


@pytest.fixture(autouse=True)
def _fresh_pages():
    caches["pages"].clear()


@pytest.fixture
def ground(db):
    for code, name in (("COM", "Bureau of Commerce"), ("PSE", "Public Security Bureau")):
        Organisation.objects.get_or_create(code=code, defaults={"name": name})
    for code in EVIDENCE:
        EvidenceType.objects.get_or_create(code=code, defaults={"name": code})


@pytest.fixture
def folder(tmp_path):
    """A copy of the catalogue's files."""
    shutil.copytree(CATALOGUE, tmp_path / "catalogue")
    return tmp_path / "catalogue"


@pytest.fixture
def catalogue(ground):
    """The catalogue as it is, loaded."""
    return catalogue_load()
