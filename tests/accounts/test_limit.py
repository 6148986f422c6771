from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from yiwu_portal.accounts import actions
from yiwu_portal.accounts.models import Hit
from yiwu_portal.accounts.rules import client_address, window_of
from yiwu_portal.accounts.service import limit


def asking(path="/en/verify/", user=None, **meta):
    request = RequestFactory(**meta).get(path)
    request.user = user or AnonymousUser()
    request.htmx = False
    return request


@pytest.fixture(autouse=True)
def plain_page(monkeypatch):
    monkeypatch.setattr("yiwu_portal.accounts.actions.time.time", lambda: 1_800_000_000.0)


def test_the_thirty_first_in_a_minute_is_asked_to_wait(db):
    for _ in range(30):
        assert limit(asking(), "verify", per_minute=30) is None
    answer = limit(asking(), "verify", per_minute=30)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "Nothing was changed" in answer.content.decode()


def test_the_next_minute_begins_anew(db, monkeypatch):
    for _ in range(3):
        limit(asking(), "verify", per_minute=2)
    monkeypatch.setattr("yiwu_portal.accounts.actions.time.time", lambda: 1_800_000_060.0)
    assert limit(asking(), "verify", per_minute=2) is None
    assert Hit.objects.count() == 1


def test_the_hour_holds_where_the_minute_would_not(db, monkeypatch):
    answers = []
    for minute in range(4):
        monkeypatch.setattr("yiwu_portal.accounts.actions.time.time", lambda m=minute: 1_800_000_000.0 + 60 * m)
        answers.append(limit(asking(), "verify", per_minute=5, per_hour=3))
    assert [answer is None for answer in answers] == [True, True, True, False]


def test_another_door_another_address_another_person_each_count_alone(cast):
    assert limit(asking(), "verify", per_minute=1) is None
    assert limit(asking(), "status", per_minute=1) is None
    assert limit(asking(REMOTE_ADDR="203.0.113.5"), "verify", per_minute=1) is None
    assert limit(asking(user=cast.amira), "verify", per_minute=1) is None
    assert limit(asking(user=cast.boris), "verify", per_minute=1) is None
    assert limit(asking(user=cast.boris, REMOTE_ADDR="203.0.113.6"), "verify", per_minute=1).status_code == 429


def test_fifty_addresses_guessing_one_reference_are_one_guesser(db):
    answers = [
        limit(asking(REMOTE_ADDR=f"203.0.113.{n}"), "status", per_minute=10, key="reference:YW-1") for n in range(50)
    ]
    assert [answer is None for answer in answers].count(True) == 10


def test_a_forwarded_for_of_the_client_does_not_reset_the_limit(db, settings):
    settings.BEHIND_PROXY = False
    answers = [limit(asking(HTTP_X_FORWARDED_FOR=f"198.51.100.{n}"), "verify", per_minute=3) for n in range(5)]
    assert [answer is None for answer in answers] == [True] * 3 + [False] * 2


def test_behind_our_proxy_only_the_hop_the_proxy_wrote_counts(db, settings):
    settings.BEHIND_PROXY = True
    forged = [f"198.51.100.{n}, 203.0.113.9" for n in range(5)]
    answers = [limit(asking(HTTP_X_FORWARDED_FOR=value), "verify", per_minute=3) for value in forged]
    assert [answer is None for answer in answers] == [True] * 3 + [False] * 2
    assert limit(asking(HTTP_X_FORWARDED_FOR="203.0.113.10"), "verify", per_minute=3) is None


def test_the_api_is_answered_in_its_own_way(db):
    limit(asking("/api/v1/verify/"), "verify", per_minute=1)
    answer = limit(asking("/api/v1/verify/"), "verify", per_minute=1)
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_neither_address_nor_name_is_stored(db):
    limit(asking(REMOTE_ADDR="203.0.113.77"), "verify", per_minute=1)
    row = Hit.objects.get()
    assert "203.0.113.77" not in row.asker
    assert len(row.asker) == 64


def test_control_without_counting_nobody_is_ever_asked_to_wait(db, monkeypatch):
    monkeypatch.setattr("yiwu_portal.accounts.service.hit_count", lambda **_: (1, 1))
    assert all(limit(asking(), "verify", per_minute=1) is None for _ in range(5))


@pytest.mark.django_db(transaction=True)
def test_parallel_askers_are_each_counted():
    def one(_):
        try:
            return actions.hit_count(door="race", asker="same", seconds=3600)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(one, range(40)))
    assert sorted(counts) == list(range(1, 41))


def test_what_expired_is_cleared_and_what_counts_is_kept(db, monkeypatch):
    limit(asking(), "old", per_minute=1)
    monkeypatch.undo()
    limit(asking(), "new", per_day=1)
    cache.set("gone", 1, timeout=-1)
    Hit.objects.filter(door="old/60").update(ends_at="2020-01-01T00:00:00Z")
    assert actions.expired_clear() == 1
    assert list(Hit.objects.values_list("door", flat=True)) == ["new/86400"]


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxy", "expected"),
    [
        ("203.0.113.1", "", False, "203.0.113.1"),
        ("203.0.113.1", "1.2.3.4", False, "203.0.113.1"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.1", True, "203.0.113.1"),
        ("10.0.0.1", "", True, "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", False, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.1", "", False, "203.0.113.1"),
        ("", "", False, ""),
        ("10.0.0.1", "1.2.3.4, nonsense", True, "nonsense"),
    ],
)
def test_whose_address_it_is(remote, forwarded, proxy, expected):
    assert client_address(remote=remote, forwarded_for=forwarded, behind_proxy=proxy) == expected


@given(now=st.floats(0, 4e9), seconds=st.integers(1, 86400))
def test_every_moment_lies_in_its_window(now, seconds):
    number, ends = window_of(now, seconds=seconds)
    assert ends - seconds <= now < ends
    assert number == int(now // seconds)


def test_a_limit_of_allauth_shows_our_page(db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "1/m/ip"}
    client = Client()
    client.post("/en/account/login/code/", {"email": "a@example.org"})
    answer = client.post("/en/account/login/code/", {"email": "b@example.org"})
    if answer.status_code == 302:  # a stage is pending: ask from a fresh session
        answer = Client().post("/en/account/login/code/", {"email": "b@example.org"})
    assert answer.status_code in (200, 429)
    assert "too many" in answer.content.decode().lower()
