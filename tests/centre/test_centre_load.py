import pytest

from yiwu_portal.centre.actions import centre_load
from yiwu_portal.centre.models import Organisation, OrganisationEvent, Window
from yiwu_portal.centre.rules import BadData
from yiwu_portal.centre.service import departments, windows

pytestmark = pytest.mark.django_db


def test_twenty_six_departments_thirteen_stationed_and_fifty_two_windows():
    centre_load()
    assert departments().count() == 26
    assert departments(stationed=True).count() == 13
    assert [window.number for window in windows()] == list(range(1, 53))
    assert str(windows()[17]) == "W-18-COM"


def test_each_department_has_its_name_in_six_languages():
    centre_load()
    for row in Organisation.objects.all():
        names = [getattr(row, f"name_{language}") for language in ("en", "zh_hans", "ar", "ru", "fr", "es")]
        assert all(names), row.code
        assert len(set(names)) == 6, row.code


def test_the_comprehensive_windows_are_marked():
    centre_load()
    marked = Window.objects.filter(is_comprehensive=True).values_list("number", flat=True)
    assert sorted(marked) == [11, 12, 18, 22, 28, 32]


def test_customs_foreign_exchange_and_tax_are_vertical():
    centre_load()
    assert set(Organisation.objects.filter(is_vertical=True).values_list("code", flat=True)) == {"CUS", "FEX", "TAX"}


def test_loading_twice_is_loading_once():
    assert centre_load() == {"organisations": 27, "windows": 52}
    before = OrganisationEvent.objects.count()
    assert centre_load() == {"organisations": 0, "windows": 0}
    assert OrganisationEvent.objects.count() == before


def test_a_changed_name_comes_back_and_both_are_in_the_history():
    centre_load()
    Organisation.objects.filter(code="COM").update(name_ar="خطأ")
    assert centre_load()["organisations"] == 1
    events = OrganisationEvent.objects.filter(code="COM").order_by("pgh_id").values_list("name_ar", flat=True)
    assert list(events) == ["مكتب التجارة", "خطأ", "مكتب التجارة"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("organisations: [", "line"),
        ("provenance: a test file\norganisations:\n  - code: toolong\n    name: {}\n", "line 3, organisations.0.code"),
        (
            "provenance: a test file\norganisations:\n  - code: ABC\n    name:\n      en: Only\n",
            "line 5, organisations.0.name",
        ),
    ],
)
def test_a_bad_file_names_file_line_and_field_and_loads_nothing(tmp_path, text, says):
    (tmp_path / "bad.yaml").write_text(text, "utf-8")
    with pytest.raises(BadData, match=r"bad\.yaml") as error:
        centre_load(folder=tmp_path)
    assert says in str(error.value)
    assert not Organisation.objects.exists()


def test_a_window_given_to_two_departments_is_refused(tmp_path):
    names = "".join(f"\n      {language}: Name {language}" for language in ("en", "zh_hans", "ar", "ru", "fr", "es"))
    rows = "".join(f"\n  - code: {code}\n    windows: '1-2'\n    name:{names}" for code in ("AAA", "BBB"))
    (tmp_path / "bad.yaml").write_text(f"provenance: a test file\norganisations:{rows}\n", "utf-8")
    with pytest.raises(BadData, match="window given twice: 1, 2"):
        centre_load(folder=tmp_path)
