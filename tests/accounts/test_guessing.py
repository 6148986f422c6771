"""S10 at the door itself: codes guessed from one address and from fifty, forged hops, and what the answers betray."""

import time
from statistics import median

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ASK, CONFIRM, LOGIN = "/en/account/login/code/", "/en/account/login/code/confirm/", "/en/account/login/"
NOBODY = "nobody@example.org"
TRIES = 50


@pytest.fixture(autouse=True)
def one_minute(time_machine):
    time_machine.move_to("2026-11-23 10:00:05+08:00", tick=False)  # no window ends in the middle of a test


def guesses(email, mailoutbox, **of_try):
    """Ask for a code and guess it, so many times, each from a browser of its own; gives (mails, guesses taken)."""
    taken, before = [], len(mailoutbox)
    for n in range(TRIES):
        client = Client(**{name: value(n) for name, value in of_try.items()})
        asked = client.post(ASK, {"email": email})
        if asked.status_code != 302:
            taken.append((asked.status_code, 0))
            continue
        entered = [client.post(CONFIRM, {"code": f"WRNG-{n:04}"}).status_code for _guess in range(4)]
        taken.append((302, entered.count(200)))
    return len(mailoutbox) - before, taken


def test_fifty_addresses_together_get_three_codes_of_an_account_and_three_guesses_each(cast, mailoutbox):
    mails, taken = guesses(cast.boris.email, mailoutbox, REMOTE_ADDR="203.0.113.{}".format)
    assert mails == 3
    assert sum(number for _status, number in taken) <= 9


@pytest.mark.parametrize("hop", ["198.51.100.{}", "198.51.100.{}, 10.0.0.1", "::ffff:198.51.100.{}"])
def test_one_address_gets_no_more_by_forging_the_hops_before_it(cast, mailoutbox, hop):
    mails = 0
    for n in range(TRIES):
        client = Client(REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR=hop.format(n))
        client.post(ASK, {"email": f"user{n}@example.org"})
        mails = len(mailoutbox)
    assert mails == 20  # request_login_code 20/m/ip


def test_a_known_and_an_unknown_address_are_limited_alike(cast, mailoutbox):
    known = guesses(cast.boris.email, mailoutbox, REMOTE_ADDR="203.0.113.{}".format)
    unknown = guesses(NOBODY, mailoutbox, REMOTE_ADDR="198.51.100.{}".format)
    assert known == unknown


def test_control_with_the_limits_off_every_code_is_sent(cast, mailoutbox, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    mails, _taken = guesses(cast.boris.email, mailoutbox, REMOTE_ADDR="203.0.113.{}".format)
    assert mails == TRIES


def spent(path, data):
    """Processor seconds of one answer: what else the machine does at that moment does not count."""
    client = Client()
    client.get(path)
    began = time.process_time()
    client.post(path, data)
    return time.process_time() - began


def compared(path, known, unknown, rounds):
    """The median time of a known address over that of an unknown one, asked in turns."""
    spent(path, known), spent(path, unknown)
    pairs = [(spent(path, known), spent(path, unknown)) for _round in range(rounds)]
    return median(pair[0] for pair in pairs) / median(pair[1] for pair in pairs)


@pytest.fixture
def honest(settings, time_machine):
    """The real hasher and clock, no limits: only the work counts."""
    time_machine.move_to("2026-11-23 10:00:05+08:00", tick=True)
    settings.ACCOUNT_RATE_LIMITS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]


def test_a_wrong_password_takes_as_long_for_an_unknown_address_as_for_a_known_one(cast, honest):
    cast.boris.set_password("a long enough sentence")
    cast.boris.save()
    known, unknown = ({"login": login, "password": "wrong guess"} for login in (cast.boris.email, NOBODY))
    # without the hash for an unknown address the ratio would be ten and more
    assert 0.5 < compared(LOGIN, known, unknown, 9) < 2


def test_asking_for_a_code_takes_about_as_long_for_an_unknown_address(cast, honest):
    assert 0.33 < compared(ASK, {"email": cast.boris.email}, {"email": NOBODY}, 15) < 3


def test_control_a_door_that_hashes_for_known_addresses_alone_is_noticed(cast, honest, monkeypatch):
    cast.boris.set_password("a long enough sentence")
    cast.boris.save()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    monkeypatch.setattr(f"{backend}._mitigate_timing_attack", lambda *given: None)
    known, unknown = ({"login": login, "password": "wrong guess"} for login in (cast.boris.email, NOBODY))
    assert compared(LOGIN, known, unknown, 5) > 2
