import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from yiwu_portal.accounts.cast import CAST
from yiwu_portal.accounts.models import User

pytestmark = pytest.mark.django_db


def test_each_of_the_cast_has_a_button_and_lands_in_her_own_language(cast, settings):
    settings.DEMO = True
    assert cast.amira
    page = Client().get("/demo/").content.decode()
    for member in CAST:
        assert f'data-demo="{member.slug}"' in page
        client = Client()
        answer = client.post(f"/demo/{member.slug}/")
        assert (answer.status_code, answer.url) == (302, f"/{member.language}/account/me/")
        assert client.get(answer.url).status_code == 200


def test_outside_of_demo_mode_it_is_not_there(cast, settings):
    settings.DEMO = False
    assert cast.amira
    client = Client()
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/amira/").status_code == 404
    assert client.get("/en/account/me/").status_code == 302


def test_nobody_but_the_cast_can_be_signed_in(cast, settings):
    settings.DEMO = True
    User.objects.create_user("real@example.org", name="Real")
    User.objects.filter(pk=cast.boris.pk).update(is_demo=False)
    for who in ("real", "boris", "nobody"):
        assert Client().post(f"/demo/{who}/").status_code == 404


def test_signing_in_is_a_post(cast, settings):
    settings.DEMO = True
    assert cast.amira
    assert Client().get("/demo/amira/").status_code == 405


def test_the_cast_is_not_made_on_a_real_portal(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo_cast_load")
    assert not User.objects.exists()
