import time

import pytest
import time_machine
from allauth.account.models import EmailAddress

from yiwu_portal.accounts.models import User

pytestmark = pytest.mark.django_db
NEW = "leila@example.org"


def test_signing_up_by_code_in_arabic_keeps_arabic_and_the_page_she_came_from(client, code, mailoutbox):
    answer = client.post("/ar/account/signup/", {"email": NEW, "next": "/ar/account/email/"}, follow=True)
    assert answer.request["PATH_INFO"] == "/ar/account/confirm-email/"
    assert mailoutbox[-1].to == [NEW]
    answer = client.post("/ar/account/confirm-email/", {"code": code()})
    assert (answer.status_code, answer.url) == (302, "/ar/account/email/")
    user = User.objects.get(email=NEW)
    assert user.language == "ar"
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    assert client.get("/ar/account/me/").status_code == 200


def test_signing_up_with_a_password_lets_her_sign_in_with_it(client, code):
    password = "a long enough sentence"
    client.post("/ru/account/signup/", {"email": NEW, "password1": password})
    client.post("/ru/account/confirm-email/", {"code": code()})
    client.post("/ru/account/logout/")
    answer = client.post("/ru/account/login/", {"login": NEW, "password": password})
    assert (answer.status_code, answer.url) == (302, "/ru/account/me/")


@pytest.mark.parametrize("password", ["short", "password123"])
def test_a_weak_password_is_refused_and_the_address_stays_typed_in(client, password):
    answer = client.post("/en/account/signup/", {"email": NEW, "password1": password})
    assert answer.status_code == 200
    assert NEW in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_a_wrong_code_opens_nothing(client, code):
    client.post("/en/account/signup/", {"email": NEW})
    answer = client.post("/en/account/confirm-email/", {"code": "BBBB-BBBB"})
    assert answer.status_code == 200
    assert "Incorrect code" in answer.content.decode()
    assert not EmailAddress.objects.get(email=NEW).verified
    assert client.get("/en/account/me/").status_code == 302


def test_an_expired_code_opens_nothing(client, code):
    client.post("/en/account/signup/", {"email": NEW})
    late = code()
    with time_machine.travel(time.time() + 601, tick=False):
        client.post("/en/account/confirm-email/", {"code": late})
    assert not EmailAddress.objects.get(email=NEW).verified


def test_the_form_posted_twice_makes_one_account(client):
    for _ in range(2):
        client.post("/en/account/signup/", {"email": NEW})
    assert User.objects.filter(email__iexact=NEW).count() == 1


def test_signing_up_with_a_taken_address_looks_the_same_and_tells_the_owner(client, cast, mailoutbox):
    taken = client.post("/en/account/signup/", {"email": cast.amira.email})
    told = mailoutbox[-1]
    fresh = client.post("/en/account/signup/", {"email": NEW})
    assert (taken.status_code, taken.url) == (fresh.status_code, fresh.url)
    assert told.to == [cast.amira.email]
    assert User.objects.filter(email=cast.amira.email).count() == 1
