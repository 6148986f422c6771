"""A draft begun before sign-up goes on in another browser by a mailed link, without signing in."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.messages import get_messages
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.actions.drafts import drafts_adopt
from approvals.models import Case
from approvals.rules.links import LINK_DAYS, link_make, link_read
from tests.approvals.world import COM
from yiwu_portal.history.models import Entry
from yiwu_portal.notifications.models import Delivery, Notice
from yiwu_portal.notifications.service import addresses_forget, deliveries_sweep

HOME = "somebody@example.org"


@pytest.fixture
def began(world):
    """A browser in which a draft was begun in Arabic, and the draft."""
    client = Client()
    client.post("/ar/services/com-04/start/")
    return client, Case.objects.get()


def ask(client, case, email=HOME):
    return client.post(f"/ar/drafts/{case.key}/link/", {"email": email})


def link_in_mail():
    deliveries_sweep()
    return re.search(r"http://[^/]+(/\S+)", mail.outbox[-1].body).group(1)


def first_step(case):
    step = case.matters.get().edition.form["steps"][0]
    return reverse("case_answer", args=[case.key, step["key"]])


def test_the_link_opens_the_draft_in_another_browser_which_may_then_answer(began):
    client, case = began
    assert ask(client, case).headers["Location"].endswith(f"/ar/drafts/{case.key}/")
    phone = Client()
    assert phone.get(f"/ar/drafts/{case.key}/").status_code == 302  # the address alone opens nothing
    answer = phone.get(link_in_mail())
    assert answer.headers["Location"] == f"/ar/drafts/{case.key}/"
    assert phone.get(answer.headers["Location"]).status_code == 200
    posted = phone.post(first_step(case), {"goods": "toys", "destination": "JO", "yearly_value": "under_50k"})
    assert posted.status_code == 302
    assert Case.objects.get().answers["destination"] == "JO"
    assert client.get(f"/ar/drafts/{case.key}/").status_code == 200  # the first browser has it still


def test_the_mail_is_in_the_language_of_the_draft_and_goes_once_to_the_address_given(began):
    client, case = began
    ask(client, case)
    ask(client, case)  # a second press
    deliveries_sweep()
    (sent,) = mail.outbox
    assert sent.to == [HOME]
    assert sent.extra_headers["Content-Language"] == "ar"
    assert "/ar/drafts/resume/" in sent.body
    assert Notice.objects.get().user is None
    assert Entry.objects.filter(stream=case.stream, verb="draft_send_link").count() == 2
    assert HOME not in str(list(Entry.objects.filter(stream=case.stream).values()))


def test_the_answer_is_the_same_whether_the_address_has_an_account_or_not(began, world):
    client, case = began
    known, unknown = ask(client, case, world.cast.amira.email), ask(client, case)
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    words = [[said.message for said in get_messages(answer.wsgi_request)] for answer in (known, unknown)]
    assert words[0][-1:] == words[1][-1:]
    assert Notice.objects.filter(user=None).count() == 2


def test_an_address_that_is_none_is_told_so_and_nothing_leaves(began):
    client, case = began
    assert ask(client, case, "no address").status_code == 422
    assert not Notice.objects.exists()


def test_nobody_asks_for_the_link_of_a_draft_of_another_browser(began):
    _client, case = began
    answer = ask(Client(), case)
    assert answer.status_code == 302
    assert "/account/login/" in answer.headers["Location"]
    assert not Notice.objects.exists()


SPOILED = {
    "cut at the end": lambda key: link_make(key)[:-1],
    "cut at the beginning": lambda key: link_make(key)[1:],
    "without its parts": lambda key: link_make(key).replace(".", ""),
    "invented": lambda key: "x" * 200,
    "the bare key": lambda key: key,
    "signed for something else": signing.TimestampSigner(salt="elsewhere", sep=".").sign,
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_wrong_link_opens_nothing_and_says_what_to_do(began, spoil):
    _client, case = began
    phone = Client()
    answer = phone.get(f"/en/drafts/resume/{spoil(case.key)}/")
    assert answer.status_code == 404
    assert "send yourself a new link" in answer.content.decode()
    assert phone.get(f"/en/drafts/{case.key}/").status_code == 302


def test_a_link_ends_after_fourteen_days_and_not_before(began):
    _client, case = began
    token, now = link_make(case.key), timezone.now().timestamp()
    with mock.patch("django.core.signing.time.time", return_value=now + LINK_DAYS * 86400 - 60):
        assert link_read(token) == case.key
    with mock.patch("django.core.signing.time.time", return_value=now + LINK_DAYS * 86400 + 60):
        assert link_read(token) is None
        phone = Client()
        assert phone.get(f"/en/drafts/resume/{token}/").status_code == 404


def test_a_draft_that_was_thrown_away_leaves_a_link_to_nothing(began):
    client, case = began
    token = link_make(case.key)
    client.post(f"/ar/drafts/{case.key}/discard/")
    assert Client().get(f"/en/drafts/resume/{token}/").status_code == 404


def test_opening_a_link_twice_changes_nothing_more(began):
    _client, case = began
    phone, token = Client(), link_make(case.key)
    for _again in range(2):
        assert phone.get(f"/en/drafts/resume/{token}/").headers["Location"] == f"/en/drafts/{case.key}/"
    assert phone.session["drafts"] == [case.key]


def test_once_the_draft_is_hers_the_link_asks_to_sign_in_and_shows_nothing(began, world, sign_in):
    _client, case = began
    token = link_make(case.key)
    drafts_adopt(user=world.cast.amira, keys=[case.key])
    phone = Client()
    answer = phone.get(f"/en/drafts/resume/{token}/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/en/account/login/")
    assert case.matters.get().edition.name_en not in answer.content.decode()
    assert not phone.session.get("drafts")
    amira, boris = sign_in(world.cast.amira), sign_in(world.cast.boris)
    assert amira.get(f"/en/drafts/resume/{token}/", follow=True).status_code == 200
    assert boris.get(f"/en/drafts/resume/{token}/", follow=True).status_code == 404
    assert Case.objects.get().applicant_id == world.person(world.cast.amira).pk


def test_a_link_to_what_was_handed_in_leads_its_owner_there_and_others_nowhere(world, sign_in):
    case = world.submitted(world.cast.amira)
    token = link_make(case.key)
    answer = sign_in(world.cast.amira).get(f"/en/drafts/resume/{token}/")
    assert answer.headers["Location"] == f"/en/applications/{case.reference}/"
    assert sign_in(world.cast.boris).get(f"/en/drafts/resume/{token}/", follow=True).status_code == 404
    stranger = Client().get(f"/en/drafts/resume/{token}/", follow=True)
    assert stranger.redirect_chain[-1][0].startswith("/en/account/login/")
    assert case.reference not in stranger.content.decode()


def test_a_draft_with_an_account_sends_no_link(world, sign_in):
    case = world.draft(world.cast.amira, COM, papers=False)
    answer = ask(sign_in(world.cast.amira), case)
    assert answer.headers["Location"].endswith(f"/drafts/{case.key}/")
    assert not Notice.objects.filter(kind="approvals.draft_link").exists()


def test_one_address_is_not_flooded_from_many_drafts(world):
    answers = []
    for number in range(4):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        client.post("/en/services/com-04/start/")
        answers.append(ask(client, Case.objects.order_by("-pk").first()).status_code)
    assert answers == [302, 302, 302, 429]
    assert Delivery.objects.count() == 3


def test_one_browser_does_not_flood_many_addresses(began):
    client, case = began
    answers = [ask(client, case, f"n{number}@example.org").status_code for number in range(12)]
    assert answers[:10] == [302] * 10
    assert answers[-1] == 429
    assert Delivery.objects.count() == 10


def test_the_address_is_forgotten_after_a_day(began):
    client, case = began
    ask(client, case)
    deliveries_sweep()
    assert addresses_forget() == 0
    Notice.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    assert addresses_forget() == 1
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()
