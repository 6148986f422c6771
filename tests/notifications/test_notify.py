"""Telling somebody something."""

import socket
import time

import pytest
from django.db import transaction

from yiwu_portal.notifications.models import Delivery, Notice
from yiwu_portal.notifications.service import deliveries_sweep, notices_erase, notices_export, notify, unread_count
from yiwu_portal.programmes import dispatch
from yiwu_portal.programmes.service import Unknown

pytestmark = pytest.mark.django_db


def tell(user, key="case:1:accepted", **more):
    arguments = {"kind": "clock.told", "context": {"reference": "YW-1", "words": "5 < 6 & more"}, **more}
    return notify(user=user, key=key, **arguments)


def test_a_notice_is_written_in_the_users_language_without_html_escapes(amira, django_assert_num_queries):
    with django_assert_num_queries(1):
        notice = tell(amira, path="/cases/YW-1/")
    notice.refresh_from_db()
    assert notice.language == "ar"
    assert notice.subject == "Your application YW-1"
    assert notice.body == "Amira: 5 < 6 & more\n"
    assert notice.path == "cases/YW-1/"
    assert unread_count(amira) == 1
    assert Delivery.objects.get().channel == "email"


def test_the_same_event_is_told_once_and_other_events_and_people_are_told_too(amira, boris):
    assert tell(amira) is not None
    assert tell(amira) is None
    assert tell(amira, key="case:1:granted") is not None
    assert tell(boris) is not None
    assert (Notice.objects.count(), Delivery.objects.count()) == (3, 3)


def test_systems_are_told_nothing_and_people_who_may_not_sign_in_get_no_mail(amira, boris):
    amira.is_system = True
    boris.is_active = False
    assert tell(amira) is None
    assert tell(boris) is not None
    assert not Delivery.objects.exists()


def test_an_undeclared_kind_and_a_context_of_rows_are_mistakes(amira):
    with pytest.raises(Unknown):
        tell(amira, kind="clock.nothing")
    with pytest.raises(TypeError, match="plain"):
        tell(amira, context={"case": amira})
    with pytest.raises(TypeError, match="plain"):
        tell(amira, context={"cases": [{"case": amira}]})


def test_a_long_subject_with_line_breaks_in_its_values_stays_one_header_line(amira):
    notice = tell(amira, context={"reference": "x" * 300 + "\r\nBcc: all@example.org", "words": "w"})
    assert len(notice.subject) <= 200
    assert "\n" not in notice.subject


@pytest.mark.django_db(transaction=True)
def test_a_notice_is_part_of_the_act_and_goes_with_it(amira, no_broker):
    with transaction.atomic():
        tell(amira)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert no_broker == []
    with pytest.raises(transaction.TransactionManagementError):
        tell(amira)
    with transaction.atomic():
        tell(amira)
        assert no_broker == []  # the world hears after the commit
    assert no_broker == [("notifications.delivery_send", (Delivery.objects.get().pk,))]


@pytest.fixture(params=["nobody listens", "listens and says nothing"])
def dead_broker(request, monkeypatch):
    """A broker that refuses, and one that lets everybody wait."""
    from yiwu_portal.celery import app

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    address = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    if request.param == "nobody listens":
        listener.close()
    else:
        listener.listen(5)
    dispatch._send("programmes.job_run", ("test.nothing",))  # loads celery, which a web process does once
    monkeypatch.setattr(app.conf, "broker_url", address)
    monkeypatch.setattr(dispatch, "_quiet_until", 0.0)
    yield
    listener.close()


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_delays_the_first_answer_a_second_at_most(amira, mail_server, dead_broker):
    times = []
    for key in ("one", "two"):
        began = time.monotonic()
        with transaction.atomic():
            tell(amira, key=key)
        times.append(time.monotonic() - began)
    assert dispatch._quiet_until > 0, "the broker was meant to be dead"
    assert times[0] < 1.5
    assert times[1] < 0.2
    assert deliveries_sweep() == 2  # nothing was lost
    assert len(mail_server.heard) == 2


@pytest.mark.django_db(transaction=True)
def test_control_a_broker_that_lives_takes_the_message(amira, monkeypatch):
    monkeypatch.setattr(dispatch, "_quiet_until", 0.0)
    with transaction.atomic():
        tell(amira)
    assert dispatch._quiet_until == 0.0


def test_export_and_erasure_take_her_words_and_nobody_elses(amira, boris):
    tell(amira)
    tell(boris)
    assert notices_export(amira.pk)[0]["body"] == "Amira: 5 < 6 & more\n"
    notices_erase(user_id=amira.pk)
    assert Notice.objects.get(user=amira).body == "…"
    assert Notice.objects.get(user=boris).body.startswith("Boris")
    assert Delivery.objects.get(notice__user=amira).state == "dropped"
