"""The signing key is changed: what the old one signed still verifies, and it signs nothing any more."""

import base64
import secrets
from io import StringIO

import pytest
from django.core.management import call_command

from tests.history.test_history_verify import broken, owner, rewrite_all, write
from yiwu_portal.history.models import Checkpoint
from yiwu_portal.history.rules import keyring
from yiwu_portal.history.service import history_seal

pytestmark = pytest.mark.django_db


def key_made():
    return base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def changed(settings):
    """Two checkpoints under the old key, then the change as the notes say it; gives the old key."""
    for _ in range(2):
        write()
        history_seal()
    out, old = StringIO(), settings.HISTORY_SIGNING_KEY
    call_command("history_key", stdout=out)
    settings.HISTORY_SIGNING_OLD_KEYS = [out.getvalue().strip()]
    settings.HISTORY_SIGNING_KEY = key_made()
    return old


def test_checkpoints_of_the_old_key_and_of_the_new_one_both_verify(changed):
    write()
    history_seal()
    assert Checkpoint.objects.count() == 3
    assert broken() == []


def test_without_the_line_the_old_checkpoints_would_not_be_ours(changed, settings):
    settings.HISTORY_SIGNING_OLD_KEYS = []
    assert sum("signature" in line for line in broken()) == 2


def test_the_key_can_be_changed_again(changed, settings):
    write()
    history_seal()
    out = StringIO()
    call_command("history_key", stdout=out)
    settings.HISTORY_SIGNING_OLD_KEYS = [*settings.HISTORY_SIGNING_OLD_KEYS, out.getvalue().strip()]
    settings.HISTORY_SIGNING_KEY = key_made()
    write()
    history_seal()
    assert broken() == []


def test_a_thief_of_the_old_key_signs_no_new_checkpoint(changed, settings):
    new, settings.HISTORY_SIGNING_KEY = settings.HISTORY_SIGNING_KEY, changed
    write()
    history_seal()
    settings.HISTORY_SIGNING_KEY = new
    assert any("checkpoint 3" in line or ":3" in line for line in broken() if "signature" in line)


def test_a_thief_of_the_old_key_rewrites_nothing_once_the_new_one_has_sealed(changed, settings, checkpoints):
    write()
    history_seal()
    new = settings.HISTORY_SIGNING_KEY
    rewrite_all()
    owner("DELETE FROM history_checkpoint")
    for file in checkpoints.glob("*.jsonl"):
        file.unlink()
    settings.HISTORY_SIGNING_KEY = changed
    history_seal()  # one checkpoint over all of it
    write()
    history_seal()
    write()
    history_seal()
    settings.HISTORY_SIGNING_KEY = new
    assert any("signature" in line for line in broken())


def test_what_is_printed_is_no_secret_and_a_bad_line_is_refused(settings):
    out = StringIO()
    call_command("history_key", stdout=out)
    assert settings.HISTORY_SIGNING_KEY not in out.getvalue()
    assert out.getvalue().startswith("0:")
    for line in ("abc", "x:AAAA", "3:AAAA"):
        with pytest.raises(ValueError):  # noqa: PT011 - three kinds of it
            keyring(settings.HISTORY_SIGNING_KEY, [line])
