"""Public pages are the same for everyone, in six languages, and may be kept."""

import re

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from yiwu_portal.web.languages import tag
from yiwu_portal.web.service import public_page

CODES = [code for code, _name in settings.LANGUAGES]
PAGES = ["", "accessibility/", "privacy/", "styleguide/"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def amira():
    return get_user_model().objects.create_user("amira@example.test", "a-long-password", name="Amira Marker")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_its_language_and_direction(client, code, path):
    answer = client.get(f"/{code}/{path}")
    assert answer.status_code == 200
    direction = "rtl" if code == "ar" else "ltr"
    assert f'<html lang="{tag(code)}" dir="{direction}">' in answer.content.decode()
    assert answer.headers["Content-Language"] == code


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_the_same_bytes_for_a_stranger_and_for_amira(client, amira, path):
    stranger = client.get(f"/ar/{path}")
    client.force_login(amira)
    known = client.get(f"/ar/{path}")
    assert stranger.content == known.content
    assert "Marker" not in known.content.decode()
    for answer in (stranger, known):
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert not answer.cookies


def test_the_same_holds_when_nothing_is_kept_between_the_two(client, amira, settings):
    settings.PUBLIC_PAGE_SECONDS = 0
    stranger = client.get("/en/")
    client.force_login(amira)
    assert client.get("/en/").content == stranger.content


def test_a_page_not_marked_public_does_show_her_name_and_is_never_stored(client, amira):
    """The control: without the mark the two would differ."""
    client.force_login(amira)
    answer = client.get("/en/account/")
    assert "Amira Marker" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_a_known_page_is_answered_with_304(client):
    first = client.get("/fr/")
    again = client.get("/fr/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content
    assert client.get("/es/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_kept_page_costs_no_statement(client, django_assert_num_queries):
    client.get("/en/")
    with django_assert_num_queries(0):
        client.get("/en/")


def test_a_page_that_touched_the_session_is_not_kept():
    class Session:
        accessed = True

    @public_page
    def view(request):
        return HttpResponse("for one")

    request = RequestFactory().get("/en/x/")
    request.session = Session()
    assert "Cache-Control" not in view(request).headers


def test_a_query_string_has_its_own_copy(client):
    assert "q=toys" in client.get("/en/?q=toys").content.decode()
    assert "q=toys" not in client.get("/en/").content.decode()


def test_the_bare_address_leads_to_the_browsers_language(client):
    answer = client.get("/", headers={"Accept-Language": "ar-EG,ar;q=0.9"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ar/")


def test_the_language_bar_keeps_the_question_but_no_secret(client):
    content = client.get("/en/privacy/?q=visa&token=secret").content.decode()
    assert 'href="/ru/privacy/?q=visa"' in content
    bar = re.search(r'<nav class="langs".*?</nav>', content, re.S).group()
    assert "secret" not in bar


def test_search_engines_find_each_language_once(client):
    head = client.get("/en/privacy/?q=x").content.decode()
    assert f'<link rel="canonical" href="{settings.PUBLIC_URL}/en/privacy/">' in head
    assert f'hreflang="zh-Hans" href="{settings.PUBLIC_URL}/zh-hans/privacy/"' in head
    assert f'hreflang="x-default" href="{settings.PUBLIC_URL}/privacy/"' in head


def test_a_stranger_is_asked_to_sign_in_before_her_own_start_page(client):
    answer = client.get(reverse("portal_mine"))
    assert answer.status_code == 302
    assert reverse("account_login") in answer.headers["Location"]


@pytest.mark.parametrize("path", ["/en/", "/en/nothing/", "/healthz"])
def test_every_answer_carries_the_guards(client, path):
    headers = client.get(path).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_script_or_style(client, path):
    content = client.get(f"/en/{path}").content.decode()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]* src=)", content)
