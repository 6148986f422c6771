"""A user's inbox, and the administrators' dead letters."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from tests.people import sign_in_as
from yiwu_portal.notifications.models import Delivery, NoticePreference
from yiwu_portal.notifications.service import notify, unread_count

pytestmark = pytest.mark.django_db


def tell(user, key="event"):
    return notify(
        kind="clock.told", user=user, key=key, context={"reference": key, "words": "<b>w</b>"}, path="cases/1/"
    )


@pytest.fixture
def signed_in(client, amira):
    client.force_login(amira)
    return client


@pytest.mark.parametrize("language", ["en", "ar"])
def test_she_sees_her_notices_a_page_at_a_time_in_few_statements(
    signed_in, amira, boris, language, django_assert_max_num_queries
):
    for number in range(25):
        tell(amira, f"A-{number}")
    tell(boris, "B-1")
    with django_assert_max_num_queries(12):
        answer = signed_in.get(f"/{language}/notices/")
    text = answer.content.decode()
    assert text.count("<time datetime") == 20
    assert "A-24" in text
    assert "B-1" not in text
    assert signed_in.get(f"/{language}/notices/?page=2").content.decode().count("<time datetime") == 5


def test_opening_marks_read_by_post_only_and_shows_the_words_escaped(signed_in, amira):
    notice = tell(amira)
    page = f"/en/notices/{notice.pk}/"
    assert "&lt;b&gt;" in signed_in.get(page).content.decode()
    assert unread_count(amira) == 1
    assert signed_in.get(f"{page}read/").status_code == 405
    answer = signed_in.post(f"{page}read/")
    assert answer.url == page
    assert unread_count(amira) == 0
    read_at = amira.notices.get().read_at
    signed_in.post(f"{page}read/")
    assert amira.notices.get().read_at == read_at
    assert "/en/cases/1/" in signed_in.get(page).content.decode()


def test_another_users_notice_is_not_there(signed_in, boris):
    notice = tell(boris)
    assert signed_in.get(f"/en/notices/{notice.pk}/").status_code == 404
    assert signed_in.post(f"/en/notices/{notice.pk}/read/").status_code == 404
    signed_in.post("/en/notices/read/")
    assert unread_count(boris) == 1


def test_nobody_sees_anything_without_signing_in(client, amira):
    notice = tell(amira)
    for address in ("", f"{notice.pk}/", "settings/"):
        assert client.get(f"/en/notices/{address}").status_code == 302


def test_all_are_marked_read_at_once(signed_in, amira):
    tell(amira, "1")
    tell(amira, "2")
    signed_in.post("/en/notices/read/")
    assert unread_count(amira) == 0


def test_she_switches_an_optional_kind_off_and_on_but_never_a_necessary_one(signed_in, amira):
    page = signed_in.get("/en/notices/settings/").content.decode()
    assert "Offered" in page
    assert "Told" not in page
    signed_in.post("/en/notices/settings/", {})
    assert NoticePreference.objects.filter(user=amira, kind="clock.offered").exists()
    assert not NoticePreference.objects.filter(kind="clock.told").exists()
    notify(kind="clock.offered", user=amira, key="k", context={"reference": "r", "words": "w"})
    assert unread_count(amira) == 1
    assert not Delivery.objects.exists()
    signed_in.post("/en/notices/settings/", {"wanted": ["clock.offered email"]})
    assert not NoticePreference.objects.filter(kind="clock.offered").exists()
    assert signed_in.post("/en/notices/settings/", {"wanted": ["clock.told email"]}).status_code == 200


def test_an_administrator_sends_dead_letters_again_and_sees_no_words(amira):
    admin_client = sign_in_as(get_user_model().objects.create_superuser("admin@example.org", "a long password"))
    tell(amira)
    Delivery.objects.update(state="dead", attempts=8, due_at=timezone.now())
    address = reverse("admin:notifications_delivery_changelist")
    listing = admin_client.get(address)
    assert "clock.told" in listing.content.decode()
    assert "Your application" not in listing.content.decode()
    chosen = {"action": "resend", "_selected_action": [Delivery.objects.get().pk]}
    admin_client.post(address, chosen)
    assert Delivery.objects.get().state == "created"
    clerk = get_user_model().objects.create_user("clerk@example.org", is_staff=True)
    client = sign_in_as(clerk)
    Delivery.objects.update(state="dead")
    assert client.post(address, chosen).status_code == 403
    assert Delivery.objects.get().state == "dead"
