"""Error pages say what happened, what was kept and what to do next, whatever is broken."""

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from yiwu_portal import urls as portal_urls
from yiwu_portal.lifecycle.service import NotYours, Stale


def _raise(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("api/v1/down", _raise(OperationalError("connection refused"))),
    path("en/down", _raise(OperationalError("connection refused"))),
    path("en/bug", _raise(ZeroDivisionError("secret detail"))),
    path("en/not-yours", _raise(NotYours("a case exists"))),
    path("en/stale", _raise(Stale("This has moved on."))),
    path("en/form", lambda request: HttpResponse("form taken")),
    *portal_urls.urlpatterns,
]
handler400, handler403 = portal_urls.handler400, portal_urls.handler403
handler404, handler500 = portal_urls.handler404, portal_urls.handler500

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def test_a_missing_page_and_someone_elses_page_are_the_same_answer(client):
    missing, hidden = client.get("/en/nowhere"), client.get("/en/not-yours")
    assert missing.status_code == hidden.status_code == 404
    assert missing.content.replace(b"nowhere", b"") == hidden.content.replace(b"not-yours", b"")
    assert b"a case exists" not in hidden.content


def test_an_act_that_came_too_late_is_told_in_its_own_words(client):
    answer = client.get("/en/stale")
    assert answer.status_code == 409
    assert "This has moved on." in answer.content.decode()


def test_a_bug_shows_no_detail(client):
    answer = client.get("/en/bug")
    assert answer.status_code == 500
    assert "was not saved" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_missing_database_is_503_with_a_time_to_come_back(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/en/down")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "connection refused" not in answer.content.decode()


def test_programs_are_told_as_problem_details(client):
    answer = client.get("/api/v1/down")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 503


def test_a_session_that_cannot_be_read_is_503_as_well(client, monkeypatch):
    user = get_user_model().objects.create_user("amira@example.test", "a-long-password")
    client.force_login(user)
    monkeypatch.setattr(
        "django.contrib.sessions.backends.db.SessionStore.load",
        lambda self: (_ for _ in ()).throw(OperationalError("gone")),
    )
    assert client.get("/en/account/").status_code == 503


def test_without_its_middleware_the_same_session_would_be_a_500(client, monkeypatch, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("DatabaseMiddleware")]
    user = get_user_model().objects.create_user("amira@example.test", "a-long-password")
    client.force_login(user)
    monkeypatch.setattr(
        "django.contrib.sessions.backends.db.SessionStore.load",
        lambda self: (_ for _ in ()).throw(OperationalError("gone")),
    )
    assert client.get("/en/account/").status_code == 500


def test_a_form_without_its_token_is_refused_and_says_nothing_was_saved():
    answer = Client(enforce_csrf_checks=True).post("/en/form", {"a": "b"})
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()
    assert "form taken" not in answer.content.decode()


def test_an_error_page_shows_no_name_and_is_not_indexed(client):
    user = get_user_model().objects.create_user("amira@example.test", "a-long-password", name="Amira Haddad")
    client.force_login(user)
    content = client.get("/en/nowhere").content.decode()
    assert "Amira" not in content
    assert 'name="robots" content="noindex"' in content


def test_an_error_speaks_the_language_of_the_address(client):
    assert '<html lang="ar" dir="rtl">' in client.get("/ar/nowhere").content.decode()


def test_ready_means_the_database_answers(client, monkeypatch):
    good = client.get("/readyz")
    assert (good.status_code, good.json()["database"]) == (200, "ok")
    monkeypatch.setattr("yiwu_portal.web.views.health._database_answers", lambda: False)
    assert client.get("/readyz").status_code == 503


def test_ready_does_not_need_redis(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (200, "down")
