"""Files that no row names are removed after an hour, and nothing else ever is."""

import os
import time

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from yiwu_portal.documents import queries
from yiwu_portal.documents.actions import document_render, orphans_remove
from yiwu_portal.documents.models import IssuedDocument, Upload, random_name
from yiwu_portal.programmes.service import Counted, audits

HOUR = 3600
pytestmark = pytest.mark.django_db


def stored(room="uploads", age=0.0, name=None):
    """A file in the storage, written so many seconds ago."""
    name = name or random_name()
    path = default_storage.save(f"{room}/{name[:2]}/{name}", ContentFile(b"left behind"))
    aged(path, age)
    return path


def aged(path, age):
    then = time.time() - age
    os.utime(default_storage.path(path), (then, then))


@pytest.mark.parametrize("room", ["uploads", "documents"])
def test_a_file_without_a_row_goes_after_an_hour_and_not_before(room):
    old, young = stored(room, HOUR + 60), stored(room, HOUR - 60)
    assert orphans_remove() == 1
    assert not default_storage.exists(old)
    assert default_storage.exists(young)
    assert orphans_remove() == 0


def test_files_with_rows_stay_however_old(amira):
    row = Upload.objects.create(by=amira, name="a.pdf", media_type="application/pdf", size=1)
    path = stored(name=row.storage_name, age=400 * 24 * HOUR)
    assert orphans_remove() == 0
    assert default_storage.exists(path)


def test_an_issued_document_stays(issue):
    document = issue()
    document_render(pk=document.pk)
    path = queries.document_path(IssuedDocument.objects.get(pk=document.pk).storage_name)
    aged(path, 400 * 24 * HOUR)
    assert orphans_remove() == 0
    assert default_storage.exists(path)


def test_a_row_that_came_at_the_last_moment_saves_its_file(amira, monkeypatch):
    path = stored(age=2 * HOUR)
    found = list(queries.orphans())
    Upload.objects.create(
        by=amira, name="a.pdf", media_type="application/pdf", size=1, storage_name=path.rpartition("/")[2]
    )
    monkeypatch.setattr(queries, "orphans", lambda: iter(found))
    assert orphans_remove() == 0
    assert default_storage.exists(path)


def test_a_run_is_bounded_and_an_empty_storage_is_no_trouble():
    assert orphans_remove() == 0
    for _ in range(3):
        stored(age=2 * HOUR)
    assert [orphans_remove(most=2), orphans_remove(most=2)] == [2, 1]


def test_the_audit_counts_and_removes_nothing_and_complains_only_after_a_day():
    path = stored(age=2 * HOUR)
    lines = list(audits()["documents"]())
    assert [isinstance(line, Counted) for line in lines] == [True]
    assert "1 files in the storage without a row" in lines[0]
    aged(path, 25 * HOUR)
    lines = list(audits()["documents"]())
    assert not isinstance(lines[1], Counted)
    assert default_storage.exists(path)
