"""A stored file is given out so that a browser runs nothing of it, and only if it is the one that was checked."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory, override_settings
from django.urls import get_resolver, path

from tests.documents import corpus
from yiwu_portal.documents import queries
from yiwu_portal.documents.models import Upload
from yiwu_portal.documents.service import NotServed, UploadRefused, upload_receive, upload_response

pytestmark = pytest.mark.django_db


def show(request, pk):
    return upload_response(Upload.objects.get(pk=pk), download="download" in request.GET)


def take(request):
    get_token(request)
    try:
        return HttpResponse(upload_receive(by=request.user, file=request.FILES["file"]).pk)
    except UploadRefused as refused:
        return HttpResponse(f"{refused.code} {request.POST['note']} {request.FILES['file'].name}", status=422)


urlpatterns = [path("show/<int:pk>", show), path("take", take)]


@override_settings(ROOT_URLCONF=__name__)
def test_a_file_is_shown_under_headers_that_let_nothing_run(amira, client):
    upload = upload_receive(by=amira, file=SimpleUploadedFile("a.pdf", corpus.pdf()))
    answer = client.get(f"/show/{upload.pk}")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="a.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content == queries.upload_bytes(upload)
    for name, build, query in (("a.pdf", corpus.pdf, "?download"), ("a.jpg", corpus.jpeg, "")):
        upload = upload_receive(by=amira, file=SimpleUploadedFile(name, build()))
        answer = client.get(f"/show/{upload.pk}{query}")
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'self'"


@pytest.mark.parametrize(
    ("given", "header"),
    [
        ("护照.jpg", "attachment; filename*=utf-8''%E6%8A%A4%E7%85%A7.jpg"),
        ('a"b\r\nSet-Cookie: x.jpg', 'attachment; filename="a_bSet-Cookie_ x.jpg"'),
    ],
)
def test_a_file_is_downloaded_under_its_own_name_in_any_script(amira, given, header):
    file = SimpleUploadedFile("x.jpg", corpus.jpeg())
    file._name = given
    upload = upload_receive(by=amira, file=file)
    assert upload_response(upload, download=True)["Content-Disposition"] == header


def test_a_stored_file_that_was_replaced_or_lost_is_not_given_out(amira):
    upload = upload_receive(by=amira, file=SimpleUploadedFile("a.jpg", corpus.jpeg()))
    stored = default_storage.path(queries.upload_path(upload.storage_name))
    with open(stored, "wb") as sink:
        sink.write(corpus.jpeg(width=700))
    with pytest.raises(NotServed) as closed:
        upload_response(upload)
    assert closed.value.code == "changed"
    default_storage.delete(queries.upload_path(upload.storage_name))
    with pytest.raises(NotServed) as closed:
        upload_response(upload)
    assert closed.value.code == "missing"


def test_a_replaced_file_passes_when_its_digest_is_replaced_too(amira):
    """Negative control: it is the stored digest that refuses it."""
    upload = upload_receive(by=amira, file=SimpleUploadedFile("a.jpg", corpus.jpeg()))
    other = upload_receive(by=amira, file=SimpleUploadedFile("b.jpg", corpus.jpeg(width=700)))
    upload.storage_name = other.storage_name
    with pytest.raises(NotServed):
        upload_response(upload)
    upload.sha256 = other.sha256
    assert upload_response(upload).status_code == 200


def test_storage_names_cannot_be_guessed_and_have_no_address(amira, client):
    upload = upload_receive(by=amira, file=SimpleUploadedFile("a.jpg", corpus.jpeg()))
    assert len(upload.storage_name) >= 43
    assert "a.jpg" not in queries.upload_path(upload.storage_name)
    assert client.get(f"/{queries.upload_path(upload.storage_name)}").status_code == 404


def test_no_address_of_the_portal_gives_files_out_by_their_number():
    from django.urls import reverse

    names = [name for name in get_resolver("yiwu_portal.urls").reverse_dict if isinstance(name, str)]
    assert reverse("document_verify_form") == "/verify/"
    assert not [name for name in names if name.startswith("upload")]


@override_settings(ROOT_URLCONF=__name__, UPLOAD_MAX_BYTES=200_000)
def test_a_file_over_the_limit_never_reaches_a_disk_and_the_form_around_it_stays_whole(amira, client, monkeypatch):
    from django.core.files import uploadhandler

    written = []
    monkeypatch.setattr(
        uploadhandler.TemporaryFileUploadHandler, "file_complete", lambda self, size: written.append(size)
    )
    client.force_login(amira)
    large = SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff" + b"\0" * 50_000_000)
    answer = client.post("/take", {"file": large, "note": "kept"})
    assert answer.content == b"too_large kept photo.jpg"
    assert not written
    small = SimpleUploadedFile("photo.jpg", corpus.jpeg(width=700, height=700))
    assert client.post("/take", {"file": small, "note": "kept"}).status_code == 200


def test_the_request_factory_sees_the_limit_too(rf: RequestFactory, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    request = rf.post(
        "/", {"a": SimpleUploadedFile("a.jpg", b"x" * 1000), "b": SimpleUploadedFile("b.jpg", b"x" * 1001)}
    )
    assert request.FILES["a"].read() == b"x" * 1000
    assert (request.FILES["b"].size, request.FILES["b"].read()) == (1001, b"")
