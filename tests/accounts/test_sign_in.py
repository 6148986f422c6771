import copy
import re
import smtplib
import time

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from tests.people import enrol, totp_code
from yiwu_portal.accounts import actions, forms
from yiwu_portal.accounts.models import User

pytestmark = pytest.mark.django_db
ASK, CONFIRM, LOGIN = "/en/account/login/code/", "/en/account/login/code/confirm/", "/en/account/login/"
PASSWORD = "a long enough sentence"


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


def test_a_code_by_email_signs_in_and_keeps_where_she_was_going(client, cast, code):
    page = client.get("/ar/account/login/?next=/ar/account/email/").content.decode()
    assert "/ar/account/login/code/?next=%2Far%2Faccount%2Femail%2F" in page
    answer = client.post("/ar/account/login/code/", {"email": cast.amira.email, "next": "/ar/account/email/"})
    answer = client.post(answer.url.partition("?")[0], {"code": code(), "next": "/ar/account/email/"})
    assert (answer.status_code, answer.url) == (302, "/ar/account/email/")


def test_the_next_page_of_a_foreign_host_is_refused(client, cast, code):
    client.post(ASK, {"email": cast.boris.email, "next": "https://evil.example/"})
    answer = client.post(CONFIRM, {"code": code(), "next": "https://evil.example/"})
    assert answer.url == "/en/account/me/"
    client.post("/en/account/logout/")
    with_password(cast.boris)
    for foreign in ("//evil.example/x", "https:evil.example", "javascript:alert(1)", "/\\evil.example"):
        answer = client.post(LOGIN, {"login": cast.boris.email, "password": PASSWORD, "next": foreign})
        assert answer.url == "/en/account/me/", foreign
        client.post("/en/account/logout/")


def test_mails_are_in_the_language_of_their_reader_not_of_the_page(cast, monkeypatch):
    from django.utils.translation import get_language

    from yiwu_portal.accounts.adapters import DefaultAccountAdapter

    spoken = []
    original = DefaultAccountAdapter.render_mail
    monkeypatch.setattr(
        DefaultAccountAdapter, "render_mail", lambda *a, **k: (spoken.append(get_language()), original(*a, **k))[1]
    )
    Client().post(ASK, {"email": cast.amira.email})
    Client().post(ASK, {"email": "nobody@example.org"})
    assert spoken == ["ar", "en"]


def test_the_session_gets_a_new_id_and_the_old_one_is_dead_after_signing_out(client, cast, code):
    client.post(ASK, {"email": cast.boris.email})
    before = client.cookies["session"].value
    client.post(CONFIRM, {"code": code()})
    signed_in = client.cookies["session"].value
    assert signed_in != before
    client.post("/en/account/logout/")
    client.cookies["session"] = signed_in
    assert client.get("/en/account/me/").status_code == 302
    assert not Session.objects.filter(session_key=signed_in).exists()


def test_signing_out_is_a_post(cast, sign_in):
    client = sign_in(cast.boris)
    assert client.get("/en/account/logout/").status_code == 200
    assert client.get("/en/account/me/").status_code == 200
    client.post("/en/account/logout/")
    assert client.get("/en/account/me/").status_code == 302


def test_ten_guesses_are_three_and_then_even_the_right_code_is_refused(client, cast, code):
    client.post(ASK, {"email": cast.boris.email})
    right = code()
    for _ in range(10):
        client.post(CONFIRM, {"code": "BBBB-BBBB"})
    client.post(CONFIRM, {"code": right})
    assert client.get("/en/account/me/").status_code == 302


def replay(client, times):
    """Guess again and again with the session as it was before the first guess, as parallel requests would."""
    stored = Session.objects.get(session_key=client.cookies["session"].value)
    kept = copy.copy(stored.session_data)
    for _ in range(times):
        client.post(CONFIRM, {"code": "BBBB-BBBB"})
        Session.objects.update_or_create(
            session_key=stored.session_key, defaults={"session_data": kept, "expire_date": stored.expire_date}
        )


def test_guesses_that_race_past_the_session_are_counted_all_the_same(client, cast, code):
    client.post(ASK, {"email": cast.boris.email})
    replay(client, 4)
    client.post(CONFIRM, {"code": code()})
    assert client.get("/en/account/me/").status_code == 302


def test_control_without_the_counter_racing_guesses_would_go_on(client, cast, code, monkeypatch):
    monkeypatch.setattr(forms, "hit_count", lambda **_: (1, 1))
    client.post(ASK, {"email": cast.boris.email})
    replay(client, 4)
    client.post(CONFIRM, {"code": code()})
    assert client.get("/en/account/me/").status_code == 200


def test_a_code_works_once_and_ten_minutes(client, cast, code):
    client.post(ASK, {"email": cast.boris.email})
    late = code()
    with time_machine.travel(time.time() + 601, tick=False):
        client.post(CONFIRM, {"code": late})
        assert client.get("/en/account/me/").status_code == 302


def test_one_account_cannot_be_tried_from_fifty_addresses(cast):
    with_password(cast.boris)
    for n in range(50):
        Client(REMOTE_ADDR=f"203.0.113.{n}").post(LOGIN, {"login": cast.boris.email, "password": "wrong guess"})
    answer = Client(REMOTE_ADDR="198.51.100.7").post(LOGIN, {"login": cast.boris.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.content.decode()


def test_fifty_accounts_cannot_be_tried_from_one_address_whatever_it_forwards(cast):
    answers = [
        Client(REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").post(
            LOGIN, {"login": f"user{n}@example.org", "password": "wrong guess"}
        )
        for n in range(35)
    ]
    assert "Too many failed login attempts" in answers[11].content.decode()
    assert answers[34].status_code == 429
    assert int(answers[34].headers["Retry-After"]) > 0


def test_control_with_the_limits_off_the_guessing_goes_on(cast, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    with_password(cast.boris)
    for _ in range(12):
        Client(REMOTE_ADDR="203.0.113.9").post(LOGIN, {"login": cast.boris.email, "password": "wrong guess"})
    answer = Client(REMOTE_ADDR="203.0.113.9").post(LOGIN, {"login": cast.boris.email, "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.parametrize(("path", "field"), [(ASK, "email"), ("/en/account/password/reset/", "email")])
def test_nobody_learns_from_asking_whether_an_account_exists(cast, path, field, mailoutbox):
    known, unknown = Client(), Client()
    first = known.post(path, {field: cast.boris.email}, follow=True)
    second = unknown.post(path, {field: "nobody@example.org"}, follow=True)
    assert first.redirect_chain == second.redirect_chain
    assert first.status_code == second.status_code == 200
    plain = [
        page.content.decode().replace(address, "")
        for page, address in ((first, cast.boris.email), (second, "nobody@example.org"))
    ]
    token = re.compile(r'value="[A-Za-z0-9]{64}"')
    assert token.sub("", plain[0]) == token.sub("", plain[1])
    assert len(mailoutbox) == 2  # a mail either way, so that the time it takes tells nothing


def test_a_wrong_password_and_an_unknown_address_are_one_answer(cast):
    with_password(cast.boris)
    texts = []
    for login in (cast.boris.email, "nobody@example.org"):
        page = Client().post(LOGIN, {"login": login, "password": "wrong guess"})
        texts.append([str(error) for error in page.context["form"].non_field_errors()])
    assert texts[0] == texts[1] != []


def test_signing_in_works_while_redis_is_dead(cast, code, settings, client):
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    client.post(ASK, {"email": cast.boris.email})
    assert client.post(CONFIRM, {"code": code()}).status_code == 302
    assert client.get("/en/account/me/").status_code == 200


def test_no_limit_lives_in_redis(settings):
    assert "db.DatabaseCache" in settings.CACHES["default"]["BACKEND"]


def test_a_dead_mail_server_is_told_and_nothing_is_lost(client, cast, monkeypatch):
    def down(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", down)
    answer = client.post(ASK, {"email": cast.boris.email})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "could not be sent" in answer.content.decode()


def test_a_disabled_user_is_out_with_the_next_request(cast, sign_in):
    client = sign_in(cast.ding)
    assert client.get("/en/account/me/").status_code == 200
    actions.user_disable(by=cast.zhao, user=cast.ding)
    answer = client.get("/en/account/me/")
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/en/account/login/")


def test_a_disabled_user_cannot_sign_in_by_code_nor_password(client, cast, code, mailoutbox):
    with_password(cast.boris)
    Client().post(ASK, {"email": cast.boris.email})
    before = code()
    actions.user_disable(by=None, user=cast.boris)
    client.post(ASK, {"email": cast.boris.email})
    assert "/account/signup/" in mailoutbox[-1].body  # the letter that says there is no open account, in his language
    client.post(CONFIRM, {"code": before})
    client.post(LOGIN, {"login": cast.boris.email, "password": PASSWORD})
    assert client.get("/en/account/me/").status_code == 302


def test_a_code_asked_for_before_she_was_disabled_opens_nothing(client, cast, code):
    client.post(ASK, {"email": cast.boris.email})
    actions.user_disable(by=None, user=cast.boris)
    assert client.post(CONFIRM, {"code": code()}).url == "/en/account/inactive/"
    assert client.get("/en/account/me/").status_code == 302


def test_enabled_again_her_old_session_stays_dead(cast, sign_in):
    client = sign_in(cast.boris)
    actions.user_disable(by=None, user=cast.boris)
    User.objects.filter(pk=cast.boris.pk).update(is_active=True)
    assert client.get("/en/account/me/").status_code == 302


def test_signing_out_everywhere_else_ends_the_other_sessions_only(cast, sign_in):
    here, there = sign_in(cast.boris), sign_in(cast.boris)
    assert here.post("/en/account/me/sessions/end/").status_code == 302
    assert here.get("/en/account/me/").status_code == 200
    assert there.get("/en/account/me/").status_code == 302


def test_a_password_reset_by_code_keeps_the_second_factor(client, cast, code):
    with_password(cast.boris)
    enrol(cast.boris)
    client.post("/en/account/password/reset/", {"email": cast.boris.email})
    client.post("/en/account/password/reset/confirm/", {"code": code()})
    new = "another long sentence"
    client.post("/en/account/password/reset/complete/", {"password1": new, "password2": new})
    assert client.get("/en/account/me/").status_code == 302  # resetting signs nobody in
    answer = client.post(LOGIN, {"login": cast.boris.email, "password": new})
    assert answer.url == "/en/account/2fa/authenticate/"
    assert client.get("/en/account/me/").status_code == 302
    answer = client.post(answer.url, {"code": totp_code()})
    assert answer.url == "/en/account/me/"


def test_a_code_of_the_app_works_once(cast):
    with_password(cast.boris)
    enrol(cast.boris)
    now = totp_code()
    for expected in (302, 200):
        client = Client()
        client.post(LOGIN, {"login": cast.boris.email, "password": PASSWORD})
        assert client.post("/en/account/2fa/authenticate/", {"code": now}).status_code == expected
