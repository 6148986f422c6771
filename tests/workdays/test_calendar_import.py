"""Taking a year in."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from yiwu_portal.history.service import stream_entries
from yiwu_portal.workdays import service
from yiwu_portal.workdays.models import CalendarDay, CalendarImport, CalendarYear
from yiwu_portal.workdays.service import CalendarRefused, Limit

pytestmark = pytest.mark.django_db
D = date.fromisoformat


def test_a_new_database_has_the_announced_years():
    assert set(CalendarYear.objects.values_list("year", flat=True)) == set(range(2018, 2027))
    assert service.due(D("2026-09-30"), Limit(3)).end == D("2026-10-10")


def test_loading_twice_changes_nothing():
    before = CalendarImport.objects.count()
    assert service.calendar_load_all() == []
    assert service.calendar_import_package(year=2026) is None
    assert CalendarImport.objects.count() == before


def test_a_new_year_from_a_file_makes_dates_firm_and_is_seen_at_once(django_assert_num_queries):
    assert service.due(D("2026-12-31"), Limit(2)).is_provisional
    done = service.calendar_import_file(
        content="source: Notice 2027\ndays:\n- {date: 2027-01-01, working: no, holiday: New Year's Day}\n"
        "- {date: 2027-01-02, working: yes, holiday: New Year's Day}\n"
    )
    assert [item.year for item in done] == [2027]
    computation = service.due(D("2026-12-31"), Limit(2))
    assert computation.end == D("2027-01-04")
    assert not computation.is_provisional
    with django_assert_num_queries(1):
        service.due(D("2026-12-31"), Limit(2))
    assert stream_entries("workdays:calendar").last().data["year"] == 2027


def test_the_citys_own_closing_wins_and_survives_a_new_national_import():
    service.calendar_import_file(
        content="date,working,holiday,source,local\n2026-11-24,no,City fair,City notice 7,yes\n", is_csv=True
    )
    assert service.due(D("2026-11-23"), Limit(1)).end == D("2026-11-25")
    assert "City fair" in " ".join(service.explain(service.due(D("2026-11-23"), Limit(1)), "en"))
    CalendarDay.objects.filter(is_local=False, date="2026-10-10").delete()
    assert service.calendar_import_package(year=2026) is not None
    assert service.due(D("2026-11-23"), Limit(1)).end == D("2026-11-25")
    assert service.calendar_now().announced == frozenset(range(2018, 2027))


@pytest.mark.parametrize(
    "content",
    ["", "[]", "source: x\ndays: [{date: 2026-13-01, working: no}]", "source: x\ndays: [{date: 2026-01-01}]", "a: [",
     "source: x\ndays: [{date: 2026-01-01, working: perhaps}]"],
)  # fmt: skip
def test_a_broken_file_is_refused_and_nothing_changes(content):
    before = CalendarDay.objects.count()
    with pytest.raises(CalendarRefused, match="Nothing was changed"):
        service.calendar_import_file(content=content)
    assert CalendarDay.objects.count() == before


def test_a_day_of_another_year_and_an_unknown_year_are_refused():
    with pytest.raises(CalendarRefused):
        service.calendar_import(year=2027, days={D("2026-01-01"): (False, "x")}, source="s")
    with pytest.raises(CalendarRefused):
        service.calendar_import_package(year=2027)


def test_the_command_loads_a_file_and_says_what_is_wrong_with_another(tmp_path, capsys):
    call_command("calendar_load")
    assert "up to date" in capsys.readouterr().out
    file = tmp_path / "closings.csv"
    file.write_text("date,working,holiday,source,local\n2026-11-24,no,City fair,City notice 7,yes\n")
    call_command("calendar_load", file=file)
    assert "2026: 1 days" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("calendar_load", file=tmp_path / "missing.yaml")


@pytest.mark.parametrize("language", ["en", "zh-hans", "ar", "ru", "fr", "es"])
def test_the_calendar_page_shows_the_year_in_each_language(client, language):
    answer = client.get(f"/{language}/calendar/?year=2026")
    assert answer.status_code == 200
    assert answer.content.count(b"<caption>") == 12
    assert answer.content.count("✓".encode()) == 6 + 1  # six make-up days and the legend
    assert b"chinesecalendar" in answer.content


def test_a_year_not_announced_is_shown_as_provisional(client):
    assert "Provisional" in client.get("/en/calendar/?year=2027").content.decode()
    assert "Provisional" not in client.get("/en/calendar/?year=2026").content.decode()


@pytest.mark.parametrize("year", ["x", "1", "999999999", ""])
def test_a_nonsense_year_shows_the_present_one(client, year):
    assert client.get("/en/calendar/", {"year": year}).status_code == 200
