"""The public catalogue for programs: found, read, kept, and never more than the pages show."""

import pytest
from django.utils.translation import override

from tests.api.conftest import Caller
from tests.approvals.world import COM


@pytest.fixture
def anyone(world):
    return Caller()


def test_services_are_listed_with_their_limits(anyone):
    answer = anyone.get("services/")
    assert answer.status_code == 200
    row = next(one for one in answer.json()["results"] if one["code"] == COM)
    assert row["department"] == "COM"
    assert row["promised"]["unit"] == "working_day"


def test_the_list_goes_on_by_cursor_and_shows_each_service_once(anyone):
    seen, address = [], "/api/v1/services/?limit=3"
    while address:
        page = anyone.client.get(address).json()
        seen += [one["code"] for one in page["results"]]
        address = page["next"]
    assert seen == sorted(set(seen))
    assert len(seen) >= 5


def test_services_are_found_by_words_and_by_filters(anyone):
    found = anyone.get("services/", q="foreign trade", limit=2).json()
    assert found["results"]
    assert found["next"] is None or anyone.client.get(found["next"]).json()["results"]
    assert all(one["visits"] == 0 for one in anyone.get("services/", visits="none").json()["results"])
    assert {one["department"] for one in anyone.get("services/", department="COM").json()["results"]} == {"COM"}


@pytest.mark.parametrize("query", [{"visits": "many"}, {"limit": "0"}, {"limit": "x"}])
def test_a_query_that_makes_no_sense_is_told_so(anyone, query):
    answer = anyone.get("services/", **query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()["errors"]) == set(query)


def test_a_cursor_of_nowhere_is_a_page_that_is_not_there(anyone):
    assert anyone.get("services/", cursor="zzz").status_code == 404
    assert anyone.get("services/", cursor="zzz", q="trade").status_code == 404


def test_a_guide_is_read_in_the_language_asked_for(anyone):
    anyone.language = "zh-hans"
    guide = anyone.get(f"services/{COM.lower()}/").json()
    with override("zh-hans"):
        assert guide["name"] == anyone.get(f"services/{COM.lower()}/editions/1/").json()["name"]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in guide["name"])
    assert anyone.get(f"services/{COM.lower()}/editions/").json()["results"][0]["edition"] == guide["edition"]


def test_a_guide_that_did_not_change_is_not_sent_again(anyone):
    first = anyone.get(f"services/{COM.lower()}/")
    assert first["Cache-Control"].startswith("public")
    again = anyone.client.get(f"/api/v1/services/{COM.lower()}/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content
    other = anyone.client.get(
        f"/api/v1/services/{COM.lower()}/", headers={"If-None-Match": first["ETag"], "Accept-Language": "ru"}
    )
    assert other.status_code == 200


def test_bundles_say_their_order_and_the_papers_they_save(anyone):
    codes = [one["code"] for one in anyone.get("bundles/").json()["results"]]
    assert "foreign-trade-company" in codes
    bundle = anyone.get("bundles/foreign-trade-company/").json()
    assert bundle["is_offered"]
    assert bundle["papers_saved"] > 0
    assert any(part["after"] for part in bundle["services"])


def test_departments_are_counted(anyone):
    rows = anyone.get("departments/").json()["results"]
    assert sum(row["services"] for row in rows) >= 5


def test_a_status_tells_nothing_personal(anyone, world):
    case = world.accepted(world.cast.amira)
    answer = anyone.get(f"status/{case.reference.lower()}/")
    assert answer.json()["state"] == "accepted"
    assert "HADDAD" not in answer.content.decode().upper()
    assert "L898902C3" not in answer.content.decode()
    assert anyone.get("status/YW-2026-999999-9/").status_code == 404


def test_nothing_there_is_a_problem_in_the_callers_language(anyone):
    anyone.language = "fr"
    answer = anyone.get("services/xxx-99/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404
    assert answer["Content-Language"] == "fr"


def test_the_contract_is_public_and_so_is_its_page(anyone, client):
    contract = anyone.get("schema/").json()
    assert contract["openapi"].startswith("3.1")
    assert "/api/v1/services/" in contract["paths"]
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert "case_withdraw" in page.content.decode()
