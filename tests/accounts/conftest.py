import re

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def landing(settings):
    # whoever signs in lands on her own account: the start page belongs to another room
    settings.LOGIN_REDIRECT_URL = "account_me"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


@pytest.fixture
def code(mailoutbox):
    def latest() -> str:
        found = re.search(r"^\s+([A-Z]{4}-[A-Z]{4})\s*$", mailoutbox[-1].body, re.MULTILINE)
        assert found, mailoutbox[-1].body
        return found[1]

    return latest
