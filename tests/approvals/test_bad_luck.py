"""Pages that came too late, sessions that ended, helpers that are down: clear words, and nothing lost."""

import re
import socket
import time

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client
from django.urls import reverse

from approvals.actions import applicants, decisions, desks, window
from approvals.models import Case
from tests.approvals.states import lapsed, print_of_rows
from tests.approvals.world import ANSWERS, PSE
from yiwu_portal.lifecycle.service import NotYours
from yiwu_portal.notifications.models import Delivery, Notice
from yiwu_portal.notifications.service import deliveries_sweep


def told(response):
    return [said.message for said in get_messages(response.wsgi_request)]


def late(world, cast, sign_in):
    """Pages posted after the state moved: who posts what, where, after which move."""
    submitted = world.checked(cast.amira)
    applicants.case_withdraw(by=cast.amira, reference=submitted.reference)
    yield "accepted after the withdrawal", cast.chen, reverse("case_accept", args=[submitted.reference]), {}

    refused = {"reason": world.reason("not_accepted").pk}
    url = reverse("case_refuse_acceptance", args=[submitted.reference])
    yield "refused at the window after the withdrawal", cast.chen, url, refused

    accepted = world.accepted(cast.amira)
    applicants.case_withdraw(by=cast.amira, reference=accepted.reference)
    url = reverse("task_grant", args=[world.task(accepted).pk])
    yield "granted after the withdrawal", cast.lin, url, {"reason": world.reason("granted").pk}

    correcting = lapsed(world, cast.amira)
    yield "corrected after the lapse", cast.amira, reverse("case_correct", args=[correcting.reference]), {}

    decided = world.granted(cast.amira)
    yield "withdrawn after the decision", cast.amira, reverse("case_withdraw", args=[decided.reference]), {"sure": "on"}

    corrected = world.corrected(cast.amira)
    material = corrected.materials.filter(is_current=False).first()
    url = reverse("material_check", args=[corrected.reference])
    yield "a paper checked after it was replaced", cast.chen, url, {"material": material.pk, "verdict": "ok"}


def test_a_page_posted_after_the_state_moved_is_told_so_and_changes_nothing(world, cast, sign_in, subtests):
    for what, user, url, data in late(world, cast, sign_in):
        with subtests.test(what):
            client, before = sign_in(user), print_of_rows()
            response = client.post(url, data)
            assert response.status_code == 302
            assert told(response)
            assert print_of_rows() == before
            assert client.get(response.headers["Location"]).status_code == 200


def test_two_acts_of_two_people_on_one_stale_page_end_in_words_not_in_an_error(world, cast, sign_in):
    case = world.accepted(cast.amira)
    task = world.task(case)
    decisions.task_grant(by=cast.lin, task_id=task.pk, reason=world.reason("granted"))
    with pytest.raises(desks.Stale) as error:
        decisions.task_refuse(by=cast.lin, task_id=task.pk, reason=world.reason("refused"))
    assert "already been decided" in str(error.value)
    with pytest.raises(NotYours):
        window.case_accept(by=cast.wei, reference=case.reference)


def test_answers_typed_after_the_session_ended_come_back_after_signing_in(world, cast, sign_in):
    case = world.draft(cast.amira, PSE, papers=False)
    step = case.matters.get().edition.form["steps"][0]
    url = reverse("case_answer", args=[case.key, step["key"]])
    typed = {field["key"]: ANSWERS[PSE].get(field["key"], "") for field in step["fields"]}
    changed = typed | {"employer_name": "义乌新名字有限公司"}
    client = sign_in(cast.amira)
    assert client.get(url).status_code == 200
    client.logout()

    response = client.post(url, changed)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))
    assert any("signed out" in words for words in told(response))
    assert Case.objects.get(pk=case.pk).answers["employer_name"] == typed["employer_name"]

    sign_in(cast.amira, client)
    page = client.get(url)
    assert page.status_code == 200
    assert changed["employer_name"] in page.content.decode()
    assert changed["employer_name"] not in client.get(url).content.decode()  # given back once
    assert client.post(url, changed).status_code == 302
    assert Case.objects.get(pk=case.pk).answers["employer_name"] == changed["employer_name"]


def test_what_somebody_typed_is_not_shown_to_the_next_one_who_signs_in_there(world, cast, sign_in):
    case = world.draft(cast.amira, PSE, papers=False)
    step = case.matters.get().edition.form["steps"][0]
    url, client = reverse("case_answer", args=[case.key, step["key"]]), Client()
    client.post(url, {"employer_name": "义乌新名字有限公司"})
    sign_in(cast.boris, client)
    response = client.get(url)
    assert response.status_code == 404
    assert "义乌新名字" not in response.content.decode()


def test_a_button_of_the_window_pressed_after_the_session_ended_leads_back_to_its_page(world, cast, sign_in):
    case = world.submitted(cast.amira)
    page = reverse("window_case", args=[case.reference])
    url = reverse("case_claim", args=[case.reference])
    response = Client().post(url, headers={"Referer": f"http://testserver{page}"})
    assert response.headers["Location"] == f"{reverse('account_login')}?next={page}"
    response = Client().post(url, headers={"Referer": "https://elsewhere.example/evil/"})
    assert response.headers["Location"] == f"{reverse('account_login')}?next=/"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/xx/services/", "/de/services/com-04/", "/zh/", "/en-GB/services/", "/%00/x/"])
def test_a_language_nobody_speaks_here_is_a_page_not_found_that_works(path, client):
    response = client.get(path, headers={"Accept-Language": "ar"})
    assert response.status_code == 404
    words = response.content.decode()
    assert 'lang="ar"' in words
    for link in re.findall(r'href="(/[a-z-]+/)"', words)[:3]:
        assert client.get(link).status_code == 200


@pytest.fixture
def broker(monkeypatch):
    """`broker(address)`: where the workers' messages go from now on."""
    from yiwu_portal.celery import app
    from yiwu_portal.programmes import dispatch

    def put(address):
        monkeypatch.setattr(app.conf, "broker_url", address)
        monkeypatch.setattr(dispatch, "_quiet_until", 0.0)

    return put


@pytest.fixture
def deaf():
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["gone", "deaf"])
def test_with_redis_down_she_submits_at_once_and_hears_of_it_later(how, world, cast, sign_in, broker, deaf, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    case, client = world.draft(cast.amira), sign_in(cast.amira)
    broker("redis://127.0.0.1:1/0" if how == "gone" else deaf)
    began = time.monotonic()
    response = client.post(reverse("case_submit", args=[case.key]))
    assert time.monotonic() - began < 2
    case = Case.objects.get(pk=case.pk)
    assert response.headers["Location"] == reverse("case_receipt", args=[case.reference])
    assert Notice.objects.filter(user=cast.amira).exists()
    assert mail.outbox == []
    assert deliveries_sweep() == 1
    assert case.reference in mail.outbox[0].subject + mail.outbox[0].body
    assert deliveries_sweep() == 0


@pytest.mark.django_db
def test_with_the_mail_server_down_nothing_is_lost_and_the_sweeper_brings_it(world, cast, sign_in, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    case, client = world.draft(cast.amira), sign_in(cast.amira)
    assert client.post(reverse("case_submit", args=[case.key])).status_code == 302
    assert deliveries_sweep() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("created", 1)
    assert client.get(reverse("notice_list")).status_code == 200  # she reads it in her inbox meanwhile
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Delivery.objects.update(due_at=delivery.notice.created_at)  # its pause is over
    assert deliveries_sweep() == 1
    assert len(mail.outbox) == 1
