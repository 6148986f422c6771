from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from yiwu_portal.people import actions
from yiwu_portal.people.models import EvidenceType
from yiwu_portal.people.service import EvidenceTypesProblem, evidence_types_load

ROWS = yaml.safe_load(actions.EVIDENCE_TYPES.read_text(encoding="utf-8"))


def test_every_kind_speaks_every_language_and_twice_is_once(db):
    assert evidence_types_load() == {"created": len(ROWS), "changed": 0, "unchanged": 0}
    assert evidence_types_load() == {"created": 0, "changed": 0, "unchanged": len(ROWS)}
    names = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            page = EvidenceType.objects.get(code="passport-data-page")
            names.add(page.name)
            assert page.hint == ROWS["passport-data-page"]["hint"][language]
    assert len(names) == len(settings.LANGUAGES)


def test_no_two_languages_share_a_hint():
    for code, row in ROWS.items():
        assert len(set(row["hint"].values())) == len(settings.LANGUAGES), code


def test_a_change_is_taken_and_kept_in_history(db, tmp_path):
    evidence_types_load()
    rows = {**ROWS, "photo": {**ROWS["photo"], "name": {**ROWS["photo"]["name"], "zh-hans": "照片"}}}
    path = tmp_path / "types.yaml"
    path.write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    assert evidence_types_load(path=path)["changed"] == 1
    events = EvidenceType.pgh_event_model.objects.filter(code="photo").order_by("pgh_id")
    assert [event.name_zh_hans for event in events] == ["证件照片", "照片"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("photo: [", "types.yaml"),
        ("photo: {name: {en: x}, hint: {en: x}}", "photo → name: 'zh-hans' is a required property"),
        ("- a", "types.yaml"),
        ("Photo!: {}", "Photo!"),
    ],
)
def test_a_bad_file_says_where_and_loads_nothing(db, tmp_path, text, said):
    path = Path(tmp_path / "types.yaml")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvidenceTypesProblem, match=said):
        evidence_types_load(path=path)
    assert not EvidenceType.objects.exists()


def test_the_command_says_what_it_did(db, capsys):
    call_command("evidence_types_load")
    assert f"{len(ROWS)} created" in capsys.readouterr().out
