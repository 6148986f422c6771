import pytest


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Pages link their style sheets; nothing was collected for a test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
