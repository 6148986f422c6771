import re

import pytest
from django.test import Client

from tests.people import sign_in_as
from yiwu_portal.accounts.models import User
from yiwu_portal.accounts.service import system_user, user_language
from yiwu_portal.history.service import stream_entries

pytestmark = pytest.mark.django_db
PAGES = ["login/", "signup/", "login/code/", "password/reset/", "inactive/"]
OWN = ["", "email/", "password/set/", "logout/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/"]


@pytest.mark.parametrize("language", ["en", "zh-hans", "ar", "ru", "fr", "es"])
def test_every_page_of_the_account_is_drawn_by_the_house_without_inline_script_or_style(cast, language):
    client = sign_in_as(cast.amira)
    for who, pages in ((Client(), PAGES), (client, OWN)):
        for tail in pages:
            answer = who.get(f"/{language}/account/{tail}")
            assert answer.status_code == 200, tail
            text = answer.content.decode()
            assert "web/base.html" in [template.name for template in answer.templates], tail
            assert not re.search(r"<script(?![^>]*(src=|application/json))", text), tail
            assert "style=" not in text.replace("<svg", ""), tail
            assert "placeholder=" not in text, tail
            assert answer.headers["Cache-Control"].find("no-store") >= 0, tail


def test_name_and_language_are_changed_by_their_owner(cast):
    client = sign_in_as(cast.amira)
    answer = client.post("/ar/account/me/", {"name": " Amira H. ", "language": "fr"})
    assert answer.url == "/fr/account/me/"
    user = User.objects.get(pk=cast.amira.pk)
    assert (user.name, user.language) == ("Amira H.", "fr")


def test_a_language_we_do_not_speak_is_refused_and_the_name_stays_typed_in(cast):
    answer = sign_in_as(cast.amira).post("/en/account/me/", {"name": "Amira H.", "language": "tlh"})
    assert answer.status_code == 422
    assert "Amira H." in answer.content.decode()
    assert User.objects.get(pk=cast.amira.pk).language == "ar"


def test_rights_are_not_to_be_had_by_posting_them(cast):
    sign_in_as(cast.amira).post(
        "/en/account/me/",
        {"name": "A", "language": "en", "is_staff": "on", "is_superuser": "on", "email": "x@example.org"},
    )
    user = User.objects.get(pk=cast.amira.pk)
    assert (user.is_staff, user.is_superuser, user.email) == (False, False, "amira@yiwu.example")


def test_changing_the_password_ends_the_other_sessions(cast):
    here, there = sign_in_as(cast.boris), sign_in_as(cast.boris)
    words = {"password1": "a long enough sentence", "password2": "a long enough sentence"}
    assert here.post("/en/account/password/set/", words).status_code == 302
    assert there.get("/en/account/me/").status_code == 302
    assert "password_changed" in [entry.verb for entry in stream_entries(f"user:{cast.boris.pk}")]


def test_a_system_user_is_made_once_and_can_never_sign_in():
    one, two = system_user(name="clock"), system_user(name="clock")
    assert one == two
    assert not one.is_active
    assert not one.has_usable_password()


def test_somebody_with_a_language_we_lost_is_written_to_in_ours():
    assert user_language(User(language="tlh")) == "en"
    assert user_language(None) == "en"


def test_an_administrator_disables_a_user_through_the_administration_and_it_is_recorded(cast):
    User.objects.filter(pk=cast.zhao.pk).update(is_staff=True, is_superuser=True)
    admin, victim = sign_in_as(User.objects.get(pk=cast.zhao.pk)), sign_in_as(cast.boris)
    answer = admin.post(f"/admin/accounts/user/{cast.boris.pk}/change/", {"name": "Boris", "language": "ru"})
    assert answer.status_code == 302
    assert victim.get("/en/account/me/").status_code == 302
    entry = stream_entries(f"user:{cast.boris.pk}").last()
    assert (entry.verb, entry.by_id, entry.data["is_active"]) == ("user_change", cast.zhao.pk, [True, False])


def test_users_and_appointments_are_never_deleted(cast):
    User.objects.filter(pk=cast.zhao.pk).update(is_staff=True, is_superuser=True)
    admin = sign_in_as(User.objects.get(pk=cast.zhao.pk))
    assert admin.post(f"/admin/accounts/user/{cast.boris.pk}/delete/", {"post": "yes"}).status_code == 403
    row = cast.lin.appointments.get()
    assert admin.post(f"/admin/centre/appointment/{row.pk}/delete/", {"post": "yes"}).status_code == 403
