"""A file is taken in: what harms is refused with a reason, what is kept is clean."""

import io
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import translation
from PIL import Image

from tests.documents import corpus
from yiwu_portal.documents import queries, rules, sandbox
from yiwu_portal.documents.models import Upload
from yiwu_portal.documents.service import UploadRefused, upload_receive, upload_warnings
from yiwu_portal.history.service import stream_entries

pytestmark = pytest.mark.django_db


def receive(by, name, data):
    return upload_receive(by=by, file=SimpleUploadedFile(name, data))


def refusal(by, name, data):
    with pytest.raises(UploadRefused) as refused:
        receive(by, name, data)
    assert not Upload.objects.exclude(scan="infected").exists()
    return refused.value.code


REFUSED = [
    ("eicar.com", lambda: corpus.EICAR, "kind_unknown"),
    ("eicar.zip", corpus.zipped, "kind_unknown"),
    ("eicar.pdf", lambda: corpus.EICAR, "kind_differs"),
    ("bomb.pdf", corpus.zip_bomb, "kind_differs"),
    ("attached.pdf", corpus.pdf_attachment, "pdf_attachment"),
    ("script.pdf", corpus.pdf_javascript, "pdf_javascript"),
    ("escaped.pdf", corpus.pdf_javascript_escaped, "pdf_javascript"),
    ("open.pdf", corpus.pdf_open_action, "pdf_javascript"),
    ("open-uri.pdf", corpus.pdf_open_uri, "pdf_action"),
    ("page-action.pdf", corpus.pdf_page_action, "pdf_action"),
    ("launch.pdf", corpus.pdf_launch, "pdf_launch"),
    ("film.pdf", corpus.pdf_rich_media, "pdf_media"),
    ("xfa.pdf", corpus.pdf_xfa, "pdf_xfa"),
    ("locked.pdf", corpus.pdf_encrypted, "pdf_encrypted"),
    ("owner-locked.pdf", lambda: corpus.pdf_encrypted(user=""), "pdf_encrypted"),
    ("elsewhere.pdf", corpus.pdf_external_stream, "pdf_attachment"),
    ("unfolds.pdf", corpus.pdf_bomb, "pdf_bomb"),
    ("unfolds-twice.pdf", corpus.pdf_bomb_twice, "pdf_bomb"),
    ("circular.pdf", corpus.pdf_circular, "pdf_broken"),
    ("table.pdf", corpus.pdf_huge_table, ("pdf_broken", "pdf_objects", "too_heavy")),
    ("objects.pdf", corpus.pdf_many_objects, "pdf_objects"),
    ("deep.pdf", corpus.pdf_deep, ("pdf_broken", "too_heavy")),
    ("pages.pdf", lambda: corpus.pdf(pages=51), "pdf_pages"),
    ("cut.pdf", lambda: corpus.pdf()[:40], "pdf_broken"),
    ("gif.jpg", corpus.gif_js, "kind_differs"),
    ("picture.svg", corpus.svg, "kind_unknown"),
    ("page.jpg", lambda: b"<!doctype html><script>alert(1)</script>", "kind_differs"),
    ("photo.jpg.exe", corpus.jpeg, "kind_unknown"),
    ("photo\u202egpj.exe", corpus.jpeg, "kind_unknown"),
    ("photo.png", corpus.jpeg, "kind_differs"),
    ("photo", corpus.jpeg, "kind_unknown"),
    ("photo.heic", lambda: b"\0\0\0\x18ftypheic" + b"\0" * 99, "kind_heic"),
    ("large.png", lambda: corpus.png_claiming(10_000, 10_000), "image_pixels"),
    ("vast.png", lambda: corpus.png_claiming(50_000, 50_000), "image_pixels"),
    ("cut.jpg", corpus.jpeg_truncated, "image_broken"),
    ("moving.png", corpus.apng, "image_frames"),
    ("many.tiff", corpus.tiff_many, "kind_unknown"),
    ("many.jpg", corpus.tiff_many, "kind_differs"),
    ("empty.pdf", lambda: b"", "empty"),
    ("magic.jpg", lambda: b"\xff\xd8\xff" + b"\0" * 5000, "image_broken"),
]


@pytest.mark.parametrize(("name", "build", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_harms_is_refused_quickly_and_nothing_is_kept(amira, files, name, build, code):
    data = build()
    started = time.monotonic()
    assert refusal(amira, name, data) in (code if isinstance(code, tuple) else (code,))
    assert time.monotonic() - started < 10
    assert not list(files.rglob("*")) if files.exists() else True


TAKEN = [
    ("photo.jpg", corpus.jpeg, "image/jpeg"),
    ("photo.JPEG", corpus.jpeg, "image/jpeg"),
    ("scan.png", corpus.png, "image/jpeg"),
    ("tail.png", corpus.png_html, "image/jpeg"),
    ("telephone.jpg", corpus.mpo, "image/jpeg"),
    ("paper.pdf", corpus.pdf, "application/pdf"),
    ("fifty.pdf", lambda: corpus.pdf(pages=50), "application/pdf"),
    ("opens-at-page-one.pdf", corpus.pdf_open_goto, "application/pdf"),
    ("zip-behind.pdf", corpus.pdf_zip, "application/pdf"),
    ("link.pdf", corpus.pdf_uri, "application/pdf"),
    ("chain.pdf", corpus.pdf_uri_chain, "application/pdf"),
    ("scanned.pdf", corpus.pdf_with_photo, "application/pdf"),
    ("named.pdf", corpus.pdf_named, "application/pdf"),
]
ALL = pikepdf.StreamDecodeLevel.all
TRACES = (b"<script", b"PK\x03\x04", b"evil.example", b"Exif", b"PhoneMaker", b"Boris", b"eicar")


@pytest.mark.parametrize(("name", "build", "media_type"), TAKEN, ids=[row[0] for row in TAKEN])
def test_what_is_taken_is_written_anew_without_anything_foreign(amira, name, build, media_type):
    upload = receive(amira, name, build())
    kept = queries.upload_bytes(upload)
    assert (upload.media_type, upload.size, upload.scan) == (media_type, len(kept), "unscanned")
    plain = kept
    if media_type == "application/pdf":
        with pikepdf.open(io.BytesIO(kept)) as made:
            assert len(made.pages) == upload.pages
            assert "/OpenAction" not in made.Root
            sink = io.BytesIO()
            made.save(sink, object_stream_mode=pikepdf.ObjectStreamMode.disable, stream_decode_level=ALL)
            plain = sink.getvalue()
    else:
        with Image.open(io.BytesIO(kept)) as image:
            assert image.format == "JPEG"
            assert not image.getexif()
    assert [trace for trace in TRACES if trace in plain + kept] == []


def test_without_the_pipeline_the_same_checks_find_the_place_of_the_photo(files):
    """Negative control: what storage would keep without us is what the test above looks for."""
    name = default_storage.save("raw", io.BytesIO(corpus.jpeg_with_gps()))
    raw = default_storage.open(name).read()
    assert b"Exif" in raw
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(0x8825)


def test_a_photo_taken_upright_is_turned_and_its_place_forgotten(amira):
    upload = receive(amira, "photo.jpg", corpus.jpeg_with_gps())
    image = Image.open(io.BytesIO(queries.upload_bytes(upload)))
    assert image.size == (900, 1200)
    assert not image.getexif()


def test_a_large_photo_is_shrunk_to_three_thousand_pixels(amira):
    upload = receive(amira, "photo.jpg", corpus.saved(Image.new("RGB", (6000, 2000), "white"), "JPEG"))
    assert Image.open(io.BytesIO(queries.upload_bytes(upload))).size == (3000, 1000)


def test_transparent_paper_becomes_white_not_black(amira):
    upload = receive(amira, "scan.png", corpus.saved(Image.new("RGBA", (700, 700), (0, 0, 0, 0)), "PNG"))
    assert Image.open(io.BytesIO(queries.upload_bytes(upload))).getpixel((350, 350)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("options", "warning"),
    [({}, []), ({"width": 500}, ["too_small"]), ({"blur": 9}, ["blurred"]), ({"ground": 40, "ink": 0}, ["too_dark"])],
)
def test_a_photo_hard_to_read_is_taken_with_a_warning(amira, options, warning):
    upload = receive(amira, "photo.jpg", corpus.jpeg(**options))
    assert upload.warnings == warning
    assert len(upload_warnings(upload)) == len(warning)


@pytest.mark.parametrize(("over", "code"), [(-1, None), (0, None), (1, "too_large")])
def test_the_size_limit_holds_to_the_byte(amira, settings, over, code):
    settings.UPLOAD_MAX_BYTES = 200_000
    data = corpus.jpeg(width=700, height=900)
    data += b"\0" * (200_000 + over - len(data))
    if code:
        assert refusal(amira, "photo.jpg", data) == code
    else:
        assert receive(amira, "photo.jpg", data).pk


def test_a_file_that_lies_about_its_size_is_stopped_while_it_comes(amira, settings):
    settings.UPLOAD_MAX_BYTES = 100_000
    file = SimpleUploadedFile("photo.jpg", corpus.jpeg() + b"\0" * 100_000)
    file.size = 10
    with pytest.raises(UploadRefused) as refused:
        upload_receive(by=amira, file=file)
    assert refused.value.code == "too_large"


NAMES = [
    ("passport.jpg", "passport.jpg"),
    ("../../etc/passwd.jpg", "passwd.jpg"),
    ("C:\\Users\\me\\scan.jpg", "scan.jpg"),
    ("con.jpg", "_con.jpg"),
    ("LPT1.jpg", "_LPT1.jpg"),
    ("evil\u202efdp.jpg", "evilfdp.jpg"),
    ("a\x00b\r\nc.jpg", "abc.jpg"),
    ("shell.php.jpg", "shell_php.jpg"),
    ("جواز السفر.jpg", "جواز السفر.jpg"),
    ("护照.jpg", "护照.jpg"),
    ("cafe\u0301.jpg", "café.jpg"),
    (".jpg", "document.jpg"),
    ("...jpg", "document.jpg"),
    ('a"b<c>.jpg', "a_b_c.jpg"),
    ("x" * 300 + ".jpg", "x" * 116 + ".jpg"),
]


@pytest.mark.parametrize(("given", "kept"), NAMES)
def test_a_file_keeps_a_name_that_is_safe_to_show(given, kept):
    assert rules.name_safe(given, "jpg") == kept
    assert len(kept) <= 120


def test_a_refusal_tells_in_the_persons_language_what_to_do(amira):
    with translation.override("en"), pytest.raises(UploadRefused) as refused:
        receive(amira, "script.pdf", corpus.pdf_javascript())
    assert "JavaScript" in refused.value.message
    assert "print it to a new PDF" in refused.value.message
    assert str(refused.value) == refused.value.message


def test_the_same_file_twice_from_one_user_is_one_upload_and_from_another_is_another(amira, boris):
    data = corpus.jpeg()
    first, second, other = (receive(by, "a.jpg", data) for by in (amira, amira, boris))
    assert first.pk == second.pk != other.pk
    assert other.storage_name != first.storage_name
    assert [entry.verb for entry in stream_entries(f"upload:{first.pk}")] == ["upload_receive"]


def test_a_file_whose_stored_copy_was_lost_can_be_brought_again(amira):
    data = corpus.jpeg()
    first = receive(amira, "a.jpg", data)
    default_storage.delete(queries.upload_path(first.storage_name))
    again = receive(amira, "a.jpg", data)
    assert again.pk == first.pk
    assert queries.upload_bytes(again)


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_twice_at_the_same_moment_is_one_upload(amira, files):
    def send(_):
        try:
            return receive(amira, "a.jpg", data).pk
        finally:
            connection.close()

    data = corpus.jpeg()
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(send, range(2)))) == 1
    assert len([path for path in files.rglob("*") if path.is_file()]) == Upload.objects.count() == 1


def test_the_quota_of_a_day_is_told_and_leaves_what_was_sent(amira, boris, monkeypatch):
    data = corpus.jpeg()
    monkeypatch.setattr(rules, "QUOTA_BYTES", len(data) + 10)
    receive(amira, "a.jpg", data)
    with pytest.raises(UploadRefused) as refused:
        receive(amira, "b.jpg", data + b"\0" * 20)
    assert refused.value.code == "quota"
    assert receive(amira, "a.jpg", data).pk  # what she already sent costs nothing
    assert receive(boris, "a.jpg", data).pk


def test_a_full_disk_is_told_and_leaves_nothing_half_written(amira, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "save", full)
    assert refusal(amira, "a.jpg", corpus.jpeg()) == "not_stored"


def test_a_sandbox_that_hangs_or_dies_refuses_the_file(amira, monkeypatch, tmp_path):
    from yiwu_portal.documents.actions import uploads

    program = tmp_path / "sandbox.py"
    program.write_text("import time\ntime.sleep(30)")
    monkeypatch.setattr(sandbox, "__file__", str(program))
    monkeypatch.setattr(uploads, "SANDBOX_SECONDS", 0.3)
    assert refusal(amira, "a.jpg", corpus.jpeg()) == "too_heavy"
    program.write_text("import os\nos.kill(os.getpid(), 9)")
    monkeypatch.setattr(uploads, "SANDBOX_SECONDS", 5)
    assert refusal(amira, "a.jpg", corpus.jpeg()) == "too_heavy"


PEAK = """
import runpy, sys
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0], file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("kind", "build"),
    [
        ("image", lambda: corpus.saved(Image.new("RGBA", (6320, 6320), (9, 9, 9, 99)), "PNG")),
        (
            "image",
            lambda: corpus.saved(Image.new("RGB", (7300, 5470)), "JPEG", progressive=True, subsampling=0),
        ),
        ("pdf", corpus.pdf_bomb),
        ("pdf", corpus.pdf_many_objects),
        ("pdf", corpus.pdf_huge_table),
    ],
    ids=["40-megapixel-rgba", "40-megapixel-progressive", "bomb", "objects", "table"],
)
def test_the_sandbox_stays_under_300_megabytes_and_ten_seconds(tmp_path, kind, build):
    (tmp_path / "in").write_bytes(build())
    started = time.monotonic()
    command = [sys.executable, "-I", "-c", PEAK, sandbox.__file__, kind, str(tmp_path / "in"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    assert time.monotonic() - started < 10
    assert json.loads(done.stdout)
    assert int(done.stderr.split()[-1]) < 300_000  # kB


def test_the_sandbox_starts_without_django(tmp_path):
    (tmp_path / "in").write_bytes(corpus.pdf())
    command = [
        sys.executable,
        "-I",
        "-X",
        "importtime",
        sandbox.__file__,
        "pdf",
        str(tmp_path / "in"),
        str(tmp_path / "o"),
    ]
    done = subprocess.run(command, capture_output=True, timeout=20, check=True)
    assert b"django" not in done.stderr
    assert b"celery" not in done.stderr
