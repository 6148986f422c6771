"""Each process of the tests has a Redis database of its own."""

import pytest

from tests.workers import redis_of


@pytest.mark.parametrize(
    ("url", "worker", "own"),
    [
        ("redis://127.0.0.1:6379/0", "gw0", "redis://127.0.0.1:6379/1"),
        ("redis://127.0.0.1:6379/0", "gw1", "redis://127.0.0.1:6379/2"),
        ("redis://127.0.0.1:6379", "gw0", "redis://127.0.0.1:6379/1"),
        ("redis://:secret@localhost:7000/15", "gw0", "redis://:secret@localhost:7000/0"),
        ("unix:///run/redis.sock?db=3", "gw1", "unix:///run/redis.sock?db=5"),
        ("unix:///run/redis.sock", "gw0", "unix:///run/redis.sock?db=1"),
    ],
)
def test_the_address_is_the_same_but_for_the_number(url, worker, own):
    assert redis_of(url, worker) == own
