"""Anyone verifies a document: by QR, by typed code, in six languages, without account or cookie."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from yiwu_portal.documents import queries, rules, views
from yiwu_portal.documents.service import (
    document_issue,
    document_render,
    document_revoke,
    document_supersede,
    document_verify,
)

pytestmark = pytest.mark.django_db


def typed(code):
    return f" {code[:5].lower()} – {code[5:].lower()} "


def test_a_typed_code_is_found_whatever_its_case_spaces_and_dashes(issue, client):
    document = issue()
    answer = client.get("/verify/", {"code": typed(document.code)})
    assert (answer.status_code, answer["Location"]) == (302, f"/verify/{document.code}/")
    assert document_verify(typed(document.code)).document == document


def test_the_page_shows_what_the_public_may_know_and_nothing_more(issue, client):
    document = issue()
    answer = client.get(f"/verify/{document.code}/", {"lang": "en"})
    text = answer.content.decode()
    for words in (document.number, "义乌市商务局", "A••••", "H•••••", "准予境外采购商备案决定书", "holds today"):
        assert words in text
    for words in ("AMIRA", "HADDAD", "境外采购商备案</", "现决定"):
        assert words not in text
    assert not answer.cookies
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Cache-Control"] == "no-store"


def test_a_revoked_document_says_so_with_its_day_but_not_the_reason(issue, client, ding):
    document = issue()
    document_revoke(by=ding, document=document, reason="She moved to Dubai.")
    text = client.get(f"/verify/{document.code}/", {"lang": "en"}).content.decode()
    assert "Revoked" in text
    assert "holds today" not in text
    assert "Dubai" not in text


def test_a_superseded_document_says_so_and_does_not_name_the_newer(issue, client, ding):
    old, new = issue(), issue()
    document_supersede(by=ding, old=old, new=new, reason="clerical error")
    text = client.get(f"/verify/{old.code}/", {"lang": "en"}).content.decode()
    assert "Superseded" in text
    assert new.number not in text
    assert document_verify(new.code).standing == "valid"


def test_an_unknown_code_gets_a_page_that_says_unknown(client):
    code = "ABCDEFGHJ" + rules.code_check("ABCDEFGHJ")
    answer = client.get(f"/verify/{code}/", {"lang": "en"})
    assert answer.status_code == 404
    assert "Unknown" in answer.content.decode()
    assert document_verify(code) == queries.Verification("unknown", code=code)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("ABCDE-FGHJB", "mistyped"),
        ("ABCDE-FGH", "ten letters"),
        ("ABCDE-FGH0O", "no digits 0 and 1"),
        ("<script>alert(1)</script>", "no digits 0 and 1"),
        ("", "Type the code"),
    ],
)
def test_a_mistyped_code_is_told_what_to_look_at(client, wrong, words):
    answer = client.get("/verify/", {"code": wrong, "lang": "en"})
    text = answer.content.decode()
    assert words in text
    assert "<script>alert" not in text
    assert 'aria-invalid="true"' in text


def test_a_mistyped_address_is_not_found_and_offers_the_form(client):
    answer = client.get("/verify/ABCDE-FGHJB/", {"lang": "en"})
    assert answer.status_code == 404
    assert 'value="ABCDE-FGHJB"' in answer.content.decode()


@pytest.mark.parametrize(
    ("header", "lang", "direction", "language"),
    [("ar", "", "rtl", "ar"), ("zh-CN", "", "ltr", "zh-hans"), ("ar", "fr", "ltr", "fr"), ("xx", "yy", "ltr", "en")],
)
def test_the_language_is_that_of_the_address_or_the_browser(issue, client, header, lang, direction, language):
    document = issue()
    for address in ("/verify/", f"/verify/{document.code}/"):
        answer = client.get(address, {"lang": lang}, headers={"accept-language": header})
        assert f'<html lang="{language}" dir="{direction}"' in answer.content.decode().lower()
        assert "Accept-Language" in answer["Vary"]


def test_every_language_is_one_link_away(client, issue):
    for address in ("/verify/", f"/verify/{issue().code}/"):
        text = client.get(address, {"lang": "en"}).content.decode()
        for code in ("zh-hans", "ar", "ru", "fr", "es"):
            assert f'href="{address}?lang={code}"' in text


def test_codes_cannot_be_tried_by_the_thousand(client, issue, monkeypatch):
    document = issue()
    monkeypatch.setattr(views, "CHECKS_A_MINUTE", 3)
    answers = [client.get(f"/verify/{document.code}/").status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]


def test_without_the_limit_they_could(client, issue, monkeypatch):
    """Negative control."""
    document = issue()
    monkeypatch.setattr(views, "CHECKS_A_MINUTE", 3)
    monkeypatch.setattr(views, "limit", lambda *args, **kwargs: None)
    assert [client.get(f"/verify/{document.code}/").status_code for _ in range(4)] == [200] * 4


def test_a_signed_in_visitor_sees_the_same_page_as_anyone(client, issue, amira):
    document = issue()
    anyone = client.get(f"/verify/{document.code}/", {"lang": "en"}).content
    client.force_login(amira, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/verify/{document.code}/", {"lang": "en"}).content == anyone


def test_a_file_is_compared_by_its_fingerprint(issue, client):
    document = issue()
    address = f"/verify/{document.code}/?lang=en"
    assert (
        "still being made" in client.post(address, {"compare-file": SimpleUploadedFile("a.pdf", b"x")}).content.decode()
    )
    data = queries.document_bytes(document_render(pk=document.pk))
    same = client.post(address, {"compare-file": SimpleUploadedFile("a.pdf", data)}).content.decode()
    other = client.post(address, {"compare-file": SimpleUploadedFile("a.pdf", data + b"\n")}).content.decode()
    assert "exactly the one that was issued" in same
    assert "is not the one that was issued" in other


def test_other_methods_are_answered_plainly(client):
    assert client.post("/verify/").status_code == 405
    assert client.head("/verify/").status_code == 200


def test_a_document_without_holder_shows_none(client, office, ding):
    with transaction.atomic():
        document = document_issue(
            kind="notice",
            template="documents/pdf/letter.html",
            organisation=office,
            person=None,
            language="zh-hans",
            payload={"title": {"zh": "通告"}},
            by=None,
            prefix="YWN",
        )
    text = client.get(f"/verify/{document.code}/", {"lang": "en"}).content.decode()
    assert "通告" in text
    assert "•" not in text


def test_verifying_costs_one_statement(issue, django_assert_num_queries):
    document = issue()
    with django_assert_num_queries(1):
        found = document_verify(document.code)
        assert found.document.organisation.name
        assert found.document.person.surname
