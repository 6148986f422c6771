"""The scanner: infected is refused and recorded; no answer means closed until there is one."""

import socket

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, connection, transaction

from tests.documents import corpus
from yiwu_portal.documents import actions, queries, scanner
from yiwu_portal.documents.actions import uploads
from yiwu_portal.documents.models import Upload
from yiwu_portal.documents.service import NotServed, UploadRefused, upload_receive, upload_response
from yiwu_portal.history.service import stream_entries
from yiwu_portal.programmes.service import periodic_jobs

pytestmark = pytest.mark.django_db


def pdf_with_eicar():
    """A PDF whose page program carries EICAR: nothing active, so the scanner alone can know."""
    return corpus.pdf(lambda made: setattr(made.pages[0].obj, "Contents", made.make_stream(corpus.EICAR)))


def receive(by, data, name="a.pdf"):
    return upload_receive(by=by, file=SimpleUploadedFile(name, data))


def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_a_clean_file_is_scanned_as_it_was_received(amira, clamd):
    data = corpus.jpeg()
    assert receive(amira, data, "a.jpg").scan == "clean"
    assert clamd.seen == [data]


@pytest.mark.parametrize("build", [pdf_with_eicar, lambda: corpus.jpeg() + corpus.EICAR], ids=["pdf", "jpeg-tail"])
def test_an_infected_file_is_refused_recorded_and_never_kept(amira, clamd, files, build):
    name = "a.pdf" if build is pdf_with_eicar else "a.jpg"
    for _ in range(2):
        with pytest.raises(UploadRefused) as refused:
            receive(amira, build(), name)
        assert refused.value.code == "infected"
    row = Upload.objects.get()
    assert (row.scan, row.size, row.by) == ("infected", 0, amira)
    assert [entry.verb for entry in stream_entries(f"upload:{row.pk}")] == ["upload_refuse"]
    assert not [path for path in files.rglob("*") if path.is_file()]
    with pytest.raises(NotServed):
        upload_response(row)


def test_with_the_scanner_check_off_the_infected_file_would_be_served(amira, clamd, monkeypatch):
    """Negative control."""
    monkeypatch.setattr(uploads, "_scan", lambda source: Upload.Scan.CLEAN)
    assert corpus.EICAR  # the same file the test above sees refused
    assert upload_response(receive(amira, pdf_with_eicar())).status_code == 200


def test_without_a_scanner_a_file_is_marked_unscanned_and_served(amira):
    upload = receive(amira, corpus.pdf())
    assert upload.scan == "unscanned"
    assert upload_response(upload).status_code == 200


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"nonsense\0"])
def test_a_scanner_that_answers_anything_else_is_not_believed(amira, clamd, answer):
    clamd.answer = answer
    upload = receive(amira, corpus.pdf())
    assert upload.scan == "pending"
    with pytest.raises(NotServed) as closed:
        upload_response(upload)
    assert closed.value.code == "pending"


def test_with_the_scanner_down_a_file_waits_closed_and_is_opened_when_it_is_back(amira, clamd, settings):
    there = settings.CLAMAV_ADDRESS
    settings.CLAMAV_ADDRESS = f"127.0.0.1:{closed_port()}"
    upload = receive(amira, corpus.jpeg(), "a.jpg")
    assert upload.scan == "pending"
    actions.uploads_sweep()
    assert Upload.objects.get(pk=upload.pk).scan == "pending"
    with pytest.raises(NotServed):
        upload_response(Upload.objects.get(pk=upload.pk))
    assert receive(amira, corpus.jpeg(), "a.jpg").pk == upload.pk
    settings.CLAMAV_ADDRESS = there
    actions.uploads_sweep()
    actions.uploads_sweep()
    upload = Upload.objects.get(pk=upload.pk)
    assert upload.scan == "clean"
    assert upload_response(upload).status_code == 200
    assert [entry.verb for entry in stream_entries(f"upload:{upload.pk}")] == ["upload_receive", "upload_rescan"]


def test_what_was_taken_in_before_there_was_a_scanner_is_scanned_later_and_removed_if_infected(
    amira, clamd, settings, django_capture_on_commit_callbacks
):
    there, settings.CLAMAV_ADDRESS = settings.CLAMAV_ADDRESS, ""
    upload = receive(amira, corpus.pdf())
    settings.CLAMAV_ADDRESS, clamd.answer = there, b"stream: Something FOUND\0"
    with django_capture_on_commit_callbacks(execute=True):
        actions.uploads_sweep()
    upload = Upload.objects.get(pk=upload.pk)
    assert upload.scan == "infected"
    assert not default_storage.exists(queries.upload_path(upload.storage_name))
    with pytest.raises(NotServed) as closed:
        upload_response(upload)
    assert closed.value.code == "infected"


def test_an_infected_file_is_never_declared_clean_not_even_in_the_database(amira, clamd):
    with pytest.raises(UploadRefused):
        receive(amira, pdf_with_eicar())
    with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE documents_upload SET scan = 'clean'")


def test_the_sweepers_are_in_the_clockwork():
    jobs = {job.name: job.every_seconds for job in periodic_jobs()}
    assert jobs["documents.documents_sweep"] == 30
    assert jobs["documents.uploads_sweep"] == 60


def test_a_scanner_on_a_socket_file_that_is_not_there_is_unavailable(settings, tmp_path):
    settings.CLAMAV_ADDRESS = str(tmp_path / "clamd.sock")
    with (tmp_path / "x").open("wb") as sink:
        sink.write(b"x")
    with (tmp_path / "x").open("rb") as stream, pytest.raises(scanner.Unavailable):
        scanner.stream_infected(stream)
