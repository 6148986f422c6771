"""What every test stands on: plain static files, quick passwords, no page or language left from the test before."""

import pytest
from django.conf import settings
from django.core.cache import caches
from django.utils import translation

pytest_plugins = ["tests.people"]  # the cast

# set before anything asks for a storage: hashed names would need `collectstatic` first
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _nothing_left_from_the_test_before():
    caches["pages"].clear()
    translation.activate(settings.LANGUAGE_CODE)  # a request leaves its language behind in the thread
