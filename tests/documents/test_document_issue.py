"""Issuing: a row in the decision's transaction, a PDF after it, a QR that leads back."""

import io
import logging
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from tests.documents.conftest import LETTER
from yiwu_portal.celery import app as current_app
from yiwu_portal.documents import actions, printing, queries, rules, tasks
from yiwu_portal.documents.actions import issued
from yiwu_portal.documents.models import IssuedDocument
from yiwu_portal.documents.service import NotServed, PdfUnavailable, document_issue, document_render, document_response
from yiwu_portal.history.service import stream_entries
from yiwu_portal.programmes import dispatch

pytestmark = pytest.mark.django_db


def fonts(data):
    """Names of the fonts a PDF carries, without their subset prefix."""
    with pikepdf.open(io.BytesIO(data)) as made:
        return {str(part.FontName).split("+")[-1] for part in made.objects if _is_font(part)}


def _is_font(part):
    return isinstance(part, pikepdf.Dictionary) and part.get("/Type") == "/FontDescriptor"


def test_a_document_is_numbered_coded_and_recorded(issue, holder, ding):
    document = issue()
    prefix, year, serial = document.number.split("-")
    assert (prefix, len(year), len(serial)) == ("YWD", 4, 6)
    assert rules.code_problem(document.code) == ""
    (entry,) = stream_entries(f"document:{document.pk}")
    assert (entry.verb, entry.by, entry.person_id) == ("document_issue", ding, holder.pk)
    assert "HADDAD" not in str(entry.data)


@pytest.mark.django_db(transaction=True)
def test_a_document_is_issued_only_inside_a_transaction(office, ding):
    with pytest.raises(transaction.TransactionManagementError):
        document_issue(
            kind="x", template="x", organisation=office, person=None, language="en", payload={}, by=ding, prefix="X"
        )


@pytest.mark.django_db(transaction=True)
def test_a_decision_that_is_rolled_back_issues_nothing(issue, monkeypatch):
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda *args, **kwargs: sent.append(args))
    with transaction.atomic():
        issue()
        transaction.set_rollback(True)
    assert not sent
    assert not IssuedDocument.objects.exists()


def test_the_qr_of_the_pdf_opens_the_page_that_knows_the_document(issue, client, settings):
    document = document_render(pk=issue().pk)
    page = pypdfium2.PdfDocument(queries.document_bytes(document))[0].render(scale=2).to_pil()
    (address,) = [code.text for code in zxingcpp.read_barcodes(page)]
    assert address == f"{settings.PUBLIC_URL}/verify/{document.code}/"
    answer = client.get(address.removeprefix(settings.PUBLIC_URL), {"lang": "en"})
    assert answer.status_code == 200
    assert document.number in answer.content.decode()


def test_the_pdf_says_everything_in_chinese_and_in_the_persons_language_in_named_fonts(issue):
    document = document_render(pk=issue().pk)
    data = queries.document_bytes(document)
    text = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    for words in (
        "准予境外采购商备案决定书",
        "现决定准予备案",
        document.number,
        rules.code_grouped(document.code),
        "签发日期",
    ):
        assert words in text
    assert "AMIRA HADDAD" in text
    assert "تقرر" in text
    names = fonts(data)
    assert any("NotoSansCJK" in name or "Noto-Sans-CJK-SC" in name for name in names), names
    assert any("Naskh" in name for name in names), names
    assert not any("DejaVu" in name or "CJKjp" in name or "CJK-JP" in name for name in names), names
    with pikepdf.open(io.BytesIO(data)) as made:
        assert document.number in str(made.docinfo["/Title"])
        assert str(made.Root.Lang) == "ar"
        assert made.Root.MarkInfo.Marked


@pytest.mark.parametrize("language", ["en", "zh-hans", "ru", "fr", "es"])
def test_every_language_prints(issue, language):
    html = printing.document_html(issue(language=language))
    assert "准予境外采购商备案决定书" in html
    assert ("قرار" in html) == (language != "zh-hans")


def test_arabic_stands_from_right_to_left(issue):
    assert 'lang="ar" dir="rtl">تقرر' in printing.document_html(issue())


def test_a_demonstration_is_marked_on_the_paper_and_on_the_seal(issue, settings):
    document = issue()
    settings.DEMO = True
    assert "演示文件" in printing.document_html(document)
    assert "演示专用" in _seal(is_demo=True)
    settings.DEMO = False
    assert "演示文件" not in printing.document_html(document)
    assert "演示专用" not in _seal(is_demo=False)


def _seal(*, is_demo):
    import base64

    return base64.b64decode(printing.seal_uri("义乌市商务局", is_demo=is_demo).partition(",")[2]).decode()


def test_what_a_person_typed_stays_text_and_makes_the_printer_fetch_nothing(issue, tmp_path, caplog):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    evil = f'<img src="file://{secret}"><img src="http://127.0.0.1:9/x.png">'
    document = issue(payload={**LETTER, "paragraphs": {"zh": [evil], "lang": [evil]}})
    assert "&lt;img" in printing.document_html(document)
    fetcher = printing._fetcher()
    for address in (
        f"file://{secret}",
        "http://127.0.0.1:9/",
        "https://x/",
        "ftp://x/",
        "static:../../settings.py",
        "x",
    ):
        with pytest.raises(Exception, match=r"nothing from outside|outside of the base path"):
            fetcher.fetch(address)
    assert fetcher.fetch("data:text/plain,ok").read() == b"ok"
    with caplog.at_level(logging.CRITICAL):
        assert printing.document_pdf(document).startswith(b"%PDF-")


def test_the_plain_fetcher_would_read_the_file(tmp_path):
    """Negative control: without our fetcher the printer reads any file of this machine."""
    from weasyprint.urls import URLFetcher

    (tmp_path / "secret.txt").write_bytes(b"secret")
    assert URLFetcher().fetch(f"file://{tmp_path}/secret.txt").read() == b"secret"


def test_rendering_twice_keeps_the_first_pdf(issue, files):
    document = issue()
    first, second = document_render(pk=document.pk), document_render(pk=document.pk)
    assert (first.sha256, first.storage_name) == (second.sha256, second.storage_name)
    assert len([path for path in files.rglob("*") if path.is_file()]) == 1


def test_of_two_workers_that_render_at_once_one_pdf_is_kept(issue, files, monkeypatch):
    document, real, inner = issue(), printing.document_pdf, []

    def meanwhile(row):
        if not inner:
            inner.append("once")
            document_render(pk=row.pk)
        return real(row)

    monkeypatch.setattr(printing, "document_pdf", meanwhile)
    document = document_render(pk=document.pk)
    assert len([path for path in files.rglob("*") if path.is_file()]) == 1
    assert queries.document_bytes(document).startswith(b"%PDF-")


def test_the_task_is_known_to_workers_by_the_name_it_is_sent_under():
    current_app.loader.import_default_modules()  # as a worker does
    assert "documents.document_render" in current_app.tasks


def test_with_the_broker_dead_the_document_is_issued_and_the_sweeper_renders_it(
    issue, monkeypatch, django_capture_on_commit_callbacks
):
    def dead(*args, **kwargs):
        raise ConnectionError("no broker")

    monkeypatch.setattr(current_app, "send_task", dead)
    monkeypatch.setattr(dispatch, "_quiet_until", 0.0)
    with django_capture_on_commit_callbacks(execute=True):
        document = issue()
    assert document.sha256 == ""
    actions.documents_sweep()
    assert queries.document_of(document.pk).sha256


def test_one_document_that_cannot_be_rendered_holds_up_no_other(issue, caplog):
    broken = issue(template="documents/pdf/missing.html")
    good = issue()
    with caplog.at_level(logging.CRITICAL):
        actions.documents_sweep()
    assert queries.document_of(broken.pk).sha256 == ""
    assert queries.document_of(broken.pk).render_attempts == 1
    assert queries.document_of(good.pk).sha256
    assert queries.documents_to_render(5) == [broken.pk]


def test_a_document_not_yet_rendered_is_rendered_when_it_is_downloaded(issue):
    document = issue()
    answer = document_response(document, download=True)
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == f'attachment; filename="{document.number}.pdf"'


def test_a_pdf_that_was_replaced_is_not_given_out(issue):
    document = document_render(pk=issue().pk)
    with open(default_storage.path(queries.document_path(document.storage_name)), "ab") as sink:
        sink.write(b"%")
    with pytest.raises(NotServed) as closed:
        document_response(document)
    assert closed.value.code == "changed"


def test_without_pango_one_clear_message_says_what_to_install(issue, monkeypatch, caplog):
    import weasyprint

    def missing(*args, **kwargs):
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(weasyprint.HTML, "write_pdf", missing)
    document = issue()
    with pytest.raises(PdfUnavailable, match="apt-get install libpango"):
        document_render(pk=document.pk)
    caplog.clear()
    for work in (lambda: tasks.document_render(pk=document.pk), actions.documents_sweep):
        work()
    assert [len(record.getMessage().splitlines()) for record in caplog.records] == [1, 1]
    assert not any(record.exc_info for record in caplog.records)
    with pytest.raises(NotServed) as closed:
        document_response(document)
    assert closed.value.code == "no_pdf"


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_eight_numbers_and_eight_codes(issue, monkeypatch):
    def one(_):
        try:
            return issue()
        finally:
            connection.close()

    monkeypatch.setattr(current_app, "send_task", lambda *args, **kwargs: None)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(one, range(16)))
    assert len({document.number for document in made}) == len({document.code for document in made}) == 16


def test_a_code_that_is_taken_is_drawn_again(issue, monkeypatch):
    first = issue()
    codes = iter([first.code, first.code, "ABCDEFGHJ" + rules.code_check("ABCDEFGHJ")])
    monkeypatch.setattr(rules, "code_new", lambda: next(codes))
    assert issue().code.startswith("ABCDEFGHJ")


def test_without_the_new_draw_the_same_code_would_stop_the_decision(issue, monkeypatch):
    """Negative control."""
    first = issue()
    monkeypatch.setattr(issued, "CODE_TRIES", 1)
    monkeypatch.setattr(rules, "code_new", lambda: first.code)
    with pytest.raises(DatabaseError), transaction.atomic():
        issue()


@pytest.mark.parametrize("change", ["number = 'X'", "code = 'X'", "organisation_id = NULL", "issued_at = now()"])
def test_what_stands_on_paper_cannot_be_changed_in_the_database(issue, change):
    issue()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE documents_issueddocument SET {change}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM documents_issueddocument")


def test_the_verbs_are_all_behind_the_door():
    from yiwu_portal.documents import service

    missing = {name for name in actions.__all__ if not hasattr(service, name)}
    assert missing == {"upload_rescan", "documents_sweep", "uploads_sweep", "orphans_remove"}  # the clockwork's own
