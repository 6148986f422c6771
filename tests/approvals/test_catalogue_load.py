"""catalogue_load: a good file is published once, a changed one makes a new edition, a bad one loads nothing."""

import json

import pytest
import yaml
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from approvals.actions.catalogue import CATALOGUE, CatalogueError, catalogue_load
from approvals.actions.drafts import case_start
from approvals.models import (
    FrequentQuestion,
    LegalBasis,
    MaterialRequirement,
    Matter,
    MatterEdition,
    MatterText,
    RouteStep,
    StandardReason,
)
from approvals.queries.cases import edition_in_force
from approvals.rules.questions import LANGUAGES
from yiwu_portal.history.service import stream_entries

pytestmark = pytest.mark.django_db

CODES = ["COM-01", "COM-03", "COM-04", "CUS-01", "FEX-01", "MSA-01", "MSA-12", "PSE-05", "PSE-15", "TAX-01"]


def spoil(folder, name, old, new):
    """Replace one passage of a file; the line on which it begins."""
    path = folder / "matters" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def refused(folder):
    with pytest.raises(CatalogueError) as error:
        catalogue_load(folder=folder)
    assert Matter.objects.count() == MatterEdition.objects.count() == StandardReason.objects.count() == 0
    return error.value.problems


def test_the_catalogue_is_published_with_its_history(catalogue):
    assert [str(edition) for edition in catalogue.published] == [f"{code} v1" for code in CODES]
    for edition in MatterEdition.objects.all():
        assert edition.state == "published"
        assert edition.published_at
        assert edition.texts.count() == len(LANGUAGES)
        assert [entry.verb for entry in stream_entries(f"matter:{edition.matter.code}")] == ["edition_publish"]


def test_loading_twice_is_loading_once(catalogue):
    again = catalogue_load()
    assert (again.published, again.unchanged) == ([], len(CODES))
    assert MatterEdition.objects.count() == len(CODES)
    assert len(stream_entries("matter:COM-04")) == 1


def test_a_comment_or_another_layout_is_no_change(ground, folder):
    catalogue_load(folder=folder)
    path = folder / "matters" / "COM-04.yaml"
    path.write_text("# read again\n\n" + path.read_text("utf-8"), "utf-8")
    assert catalogue_load(folder=folder).published == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_changed_file_becomes_the_next_edition_and_the_old_one_stays_as_it_was(ground, folder, language):
    catalogue_load(folder=folder)
    old = MatterEdition.objects.get(matter__code="PSE-05")
    spoil(folder, "PSE-05.yaml", "promised: {amount: 7,", "promised: {amount: 8,")
    with translation.override(language):
        assert [str(edition) for edition in catalogue_load(folder=folder).published] == ["PSE-05 v2"]
    kept = MatterEdition.objects.get(pk=old.pk)
    assert (kept.state, kept.promised_amount, kept.name_ar) == ("superseded", 7, old.name_ar)
    assert kept.materials.count() == 5
    assert not kept.texts.exists()
    new = MatterEdition.objects.get(matter__code="PSE-05", state="published")
    assert (new.number, new.promised_amount, new.texts.count()) == (2, 8, 6)
    verbs = [entry.verb for entry in stream_entries("matter:PSE-05")]
    assert verbs == ["edition_publish", "edition_supersede", "edition_publish"]


def test_a_reason_no_longer_listed_is_retired_not_deleted(ground, folder):
    catalogue_load(folder=folder)
    path = folder / "reasons.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    gone = data["reasons"].pop()["code"]
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    catalogue_load(folder=folder)
    assert not StandardReason.objects.get(code=gone).is_active


BAD = {
    "wrong type": ("visits: 1", "visits: one", "visits", "not of type 'integer'"),
    "unknown department": ("department: PSE", "department: XXX", "department", "unknown organisation 'XXX'"),
    "missing language": ('  ru: "Вид на жительство для работы"\n', "", "name.ru", "is missing"),
    "empty text": ('  ru: "Вид на жительство для работы"', '  ru: " "', "name.ru", "does not match"),
    "promise above statute": ("promised: {amount: 7,", "promised: {amount: 16,", "promised.amount", "than the law"),
    "unknown evidence": ("evidence_type: photo", "evidence_type: painting", "materials[2].evidence_type", "unknown"),
    "no such day": ('effective_on: "2026-01-01"', 'effective_on: "2026-02-30"', "effective_on", "no such day"),
    "a day ahead": ('effective_on: "2026-01-01"', 'effective_on: "2999-01-01"', "effective_on", "lies ahead"),
    "copies": ("copies: 0", "copies: 2", "materials[0].copies", "without naming the law"),
    "circle": ("    days: 7", "    days: 7\n    depends_on: [decide]", "steps", "in a circle"),
    "steps too long": ("    days: 7", "    days: 9", "steps", "more than is promised"),
    "unknown step": (
        "    days: 7",
        "    days: 7\n    depends_on: [other]",
        "steps[0].depends_on[0]",
        "no step 'other'",
    ),
    "unknown field": ("visits: 1", "visits: 1\nvisitors: 2", "visitors", "unknown field"),
    "key twice": ("visits: 1", "visits: 1\nvisits: 2", "visits", "twice"),
    "field type": ("type: credit_code", "type: creditcode", "form.steps[0].fields[1].type", "unknown type"),
    "condition": ("is: [from_1_year,", "is: [from_one_year,", "materials[4].when.is[0]", "is no answer"),
    "lines": ("    You apply within 30 days of entering China.\n", "", "conditions.en", "has 3 lines"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_names_file_line_and_field_and_nothing_is_loaded(ground, folder, case):
    old, new, field, message = BAD[case]
    spoil(folder, "PSE-05.yaml", old, new)
    problems = refused(folder)
    found = [problem for problem in problems if problem.field == field]
    assert found, [str(problem) for problem in problems]
    assert found[0].file == "matters/PSE-05.yaml"
    assert message in found[0].message
    lines = (folder / "matters" / "PSE-05.yaml").read_text("utf-8").splitlines()
    parent = field.split(".")[0].split("[")[0]
    start = next((at for at, line in enumerate(lines, 1) if line.startswith(f"{parent}:")), 1)
    assert start <= found[0].line <= len(lines)


def test_the_line_is_the_line_of_the_value(ground, folder):
    line = spoil(folder, "PSE-05.yaml", "evidence_type: health-certificate", "evidence_type: horoscope")
    assert {problem.line for problem in refused(folder) if "horoscope" in problem.message} == {line}


def test_all_mistakes_of_all_files_are_told_at_once(ground, folder):
    spoil(folder, "PSE-05.yaml", "visits: 1", "visits: 0")
    spoil(folder, "COM-04.yaml", "department: COM", "department: NOPE")
    (folder / "reasons.yaml").write_text("reasons: [{code: UPPER}]", "utf-8")
    assert {problem.file for problem in refused(folder)} == {
        "matters/COM-04.yaml",
        "matters/PSE-05.yaml",
        "reasons.yaml",
    }


def test_two_files_cannot_describe_one_matter(ground, folder):
    copied = (folder / "matters" / "PSE-05.yaml").read_text("utf-8")
    (folder / "matters" / "PSE-06.yaml").write_text(copied, "utf-8")
    problems = refused(folder)
    assert [(problem.file, problem.field) for problem in problems] == [
        ("matters/PSE-06.yaml", "code"),
        ("matters/PSE-06.yaml", "result.prefix"),
    ]


@pytest.mark.parametrize("content", [b"name: [open", b"\xff\xfe\x00", b"", b"just words", b"a: &a [*a]"])
def test_what_is_no_catalogue_file_is_said_to_be_none(ground, folder, content):
    (folder / "matters" / "BAD-01.yaml").write_bytes(content)
    problems = refused(folder)
    assert {problem.file for problem in problems} == {"matters/BAD-01.yaml"}


def test_the_command_lists_what_is_to_be_mended(ground, folder):
    spoil(folder, "PSE-05.yaml", "department: PSE", "department: XXX")
    with pytest.raises(CommandError, match=r"(?s)nothing was loaded; 1 to mend.*matters/PSE-05\.yaml:4: department:"):
        call_command("catalogue_load", folder=folder)


def test_nothing_stays_when_the_last_file_fails(ground, folder, monkeypatch):
    import approvals.actions.catalogue as actions

    real = actions._matter_load

    def failing(source, known, *, by):
        if source.data["code"] == "PSE-05":
            raise RuntimeError("power cut")
        return real(source, known, by=by)

    monkeypatch.setattr(actions, "_matter_load", failing)
    with pytest.raises(RuntimeError):
        catalogue_load(folder=folder)
    assert Matter.objects.count() == StandardReason.objects.count() == 0


TRANSLATED = [
    (
        MatterEdition,
        ("name", "summary", "conditions", "process", "result_name", "fee_note", "place", "remedies", "keywords"),
    ),
    (MaterialRequirement, ("name", "guidance", "acceptance_standard")),
    (RouteStep, ("name",)),
    (LegalBasis, ("law", "article", "gist")),
    (FrequentQuestion, ("question", "answer")),
    (StandardReason, ("text",)),
]


@pytest.mark.parametrize(("model", "names"), TRANSLATED, ids=lambda value: getattr(value, "__name__", ""))
def test_every_text_exists_in_six_languages(catalogue, model, names):
    for row in model.objects.all():
        for name in names:
            texts = [getattr(row, f"{name}_{language.replace('-', '_')}") for language in LANGUAGES]
            assert all(text.strip() for text in texts), (row.pk, name)
            if name not in {"article"}:
                assert len(set(texts)) > 3, (row.pk, name, texts)


def test_a_visit_gives_its_reason_in_six_languages(catalogue):
    edition = MatterEdition.objects.get(matter__code="PSE-05")
    assert all(getattr(edition, f"visit_reason_{language.replace('-', '_')}") for language in LANGUAGES)


CHANGES = [
    "UPDATE approvals_matteredition SET promised_amount = 3 WHERE state = 'published'",
    "UPDATE approvals_matteredition SET state = 'concept' WHERE state = 'published'",
    "DELETE FROM approvals_matteredition",
    "UPDATE approvals_materialrequirement SET copies = 2",
    "DELETE FROM approvals_frequentquestion",
    "UPDATE approvals_legalbasis SET article_en = 'Article 1'",
    "UPDATE approvals_routestep SET days = 90",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_itself_refuses_to_change_a_published_edition(catalogue, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", CHANGES[3:])
def test_without_the_guard_the_same_change_goes_through(catalogue, statement):
    """Negative control: it is the trigger that refuses."""
    table = statement.replace("DELETE FROM", "UPDATE").split()[1]
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        assert cursor.rowcount > 0


def test_the_files_hold_only_what_their_schema_names():
    schema = json.loads((CATALOGUE / "schema" / "matter.json").read_text("utf-8"))
    assert schema["additionalProperties"] is False
    assert MatterText.objects.count() == 0


def test_a_draft_begun_before_stays_on_its_edition(ground, folder):
    catalogue_load(folder=folder)
    draft = case_start(user=AnonymousUser(), keys=[], edition=edition_in_force("PSE-05"), language="ar")
    spoil(folder, "PSE-05.yaml", "promised: {amount: 7,", "promised: {amount: 8,")
    catalogue_load(folder=folder)
    assert [matter.edition.number for matter in draft.matters.all()] == [1]
    assert edition_in_force("PSE-05").number == 2
