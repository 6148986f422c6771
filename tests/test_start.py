"""The first breath: a page is served."""

import pytest


@pytest.mark.django_db
def test_the_start_page_is_served_in_arabic_right_to_left(client):
    answer = client.get("/ar/")
    assert answer.status_code == 200
    assert 'dir="rtl"' in answer.content.decode()
