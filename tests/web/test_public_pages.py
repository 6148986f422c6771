"""Public pages are the same for everyone, in six languages, and may be kept."""

import re
import time

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from yiwu_portal.web.languages import tag
from yiwu_portal.web.public import PublicPagesMiddleware
from yiwu_portal.web.service import public_page

CODES = [code for code, _name in settings.LANGUAGES]
OF_THE_BODY = {"Content-Type", "Content-Length", "Content-Language"}
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


def kept_by_a_stranger(client, path="/en/", **headers):
    """The page as it stands kept: asked for twice, so that the second answer comes from the first of the stack."""
    client.get(path, headers=headers)
    return client.get(path, headers=headers)


def test_a_kept_page_is_what_the_whole_stack_answered(client):
    whole, kept = client.get("/ar/"), client.get("/ar/")
    assert kept.content == whole.content
    assert dict(kept.items()) == dict(whole.items())
    assert kept.headers["Content-Language"] == "ar"


def test_a_kept_page_needs_nothing_of_the_stack(client, monkeypatch):
    etag = kept_by_a_stranger(client).headers["ETag"]

    def never(*args):
        raise AssertionError("the stack was asked")

    monkeypatch.setattr("yiwu_portal.web.middleware.PortalLocaleMiddleware.process_request", never)
    assert client.get("/en/").status_code == 200
    assert client.get("/en/", headers={"If-None-Match": f'W/"other", {etag}'}).status_code == 304
    with pytest.raises(AssertionError, match="the stack was asked"):  # the control: what is not kept does ask it
        client.get("/en/?q=other")


def test_a_known_page_that_is_not_kept_yet_is_answered_with_304_and_kept(client, django_assert_num_queries):
    etag = client.get("/en/").headers["ETag"]
    caches["pages"].clear()
    assert client.get("/en/", headers={"If-None-Match": etag}).status_code == 304
    with django_assert_num_queries(0):
        assert client.get("/en/", headers={"If-None-Match": etag}).status_code == 304


def test_a_304_carries_the_guards_and_no_body(client):
    whole = kept_by_a_stranger(client)
    answer = client.get("/en/", headers={"If-None-Match": whole.headers["ETag"]})
    assert not answer.content
    assert {name: value for name, value in answer.items() if name not in OF_THE_BODY} == {
        name: value for name, value in whole.items() if name not in OF_THE_BODY
    }
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_an_old_etag_gets_the_page(client):
    kept_by_a_stranger(client)
    assert client.get("/en/", headers={"If-None-Match": '"of-another-day"'}).status_code == 200


def test_another_language_is_another_page_whatever_the_browser_says(client):
    english = kept_by_a_stranger(client)
    arabic = client.get("/ar/", headers={"If-None-Match": english.headers["ETag"], "Accept-Language": "en"})
    assert arabic.status_code == 200
    assert 'dir="rtl"' in arabic.content.decode()
    assert client.get("/xx/", headers={"If-None-Match": english.headers["ETag"]}).status_code in {302, 404}


def test_a_signed_in_visitor_gets_the_kept_bytes_and_no_cookie_of_another(client, amira):
    stranger = kept_by_a_stranger(client)
    client.force_login(amira)
    known = client.get("/en/")
    assert known.content == stranger.content
    assert dict(known.items()) == dict(stranger.items())
    assert not known.cookies
    assert client.get("/en/", headers={"If-None-Match": stranger.headers["ETag"]}).status_code == 304


def test_the_head_of_a_page_is_the_pages_and_has_no_body(client):
    page = kept_by_a_stranger(client)
    for _twice in range(2):
        head = client.head("/en/")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["ETag"] == page.headers["ETag"]
        assert head.headers["Content-Length"] == page.headers["Content-Length"]
        assert client.head("/en/", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


def test_a_part_asked_by_htmx_is_never_the_whole_page(client):
    whole = kept_by_a_stranger(client)
    part = kept_by_a_stranger(client, **{"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert "<html" in kept_by_a_stranger(client, **{"HX-Request": "true", "HX-Boosted": "true"}).content.decode()
    assert "<html" in client.get("/en/").content.decode()
    assert "HX-Request" in whole.headers["Vary"]


def test_a_kept_page_is_not_shown_under_a_name_that_is_not_ours(client):
    kept_by_a_stranger(client)
    assert client.get("/en/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_plain_http_is_led_to_https_though_the_page_is_kept(settings):
    settings.SECURE_SSL_REDIRECT = True
    client = Client()  # whose stack is built with the setting
    client.get("/en/", secure=True)
    assert client.get("/en/", secure=True).status_code == 200
    assert client.get("/en/").status_code == 301


def test_posting_to_a_kept_page_is_never_answered_from_what_is_kept(client):
    kept_by_a_stranger(client)
    assert Client(enforce_csrf_checks=True).post("/en/").status_code == 403


def test_an_answer_with_a_cookie_is_not_kept(rf):
    made = []

    def stack(request):
        made.append(request)
        response = HttpResponse("for one", headers={"ETag": '"x"'})
        response.public_until = time.time() + 60
        response.set_cookie("a", "b")
        return response

    shown = PublicPagesMiddleware(stack)
    for _twice in range(2):
        shown(rf.get("/en/", headers={"Host": "testserver"}))
    assert len(made) == 2


def test_a_kept_page_lives_a_minute(client):
    with time_machine.travel("2026-11-20T02:00:00Z", tick=False) as clock:
        first = kept_by_a_stranger(client)
        clock.shift(settings.PUBLIC_PAGE_SECONDS - 1)
        assert client.get("/en/").content == first.content
        keys = list(caches["pages"]._cache)
        clock.shift(2)
        assert keys
        assert not any(caches["pages"].has_key(key.split(":", 2)[2]) for key in keys)


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
