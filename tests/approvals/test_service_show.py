"""service_show and service_edition: the guide, in six languages, with a permanent address for each edition."""

import pytest
import time_machine
from django.utils import translation

from approvals.actions.catalogue import catalogue_load
from approvals.models import MatterEdition
from approvals.rules.questions import LANGUAGES
from tests.approvals.test_catalogue_load import spoil

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_guide_is_whole_in_each_language(catalogue, client, language):
    for edition in MatterEdition.objects.select_related("matter"):
        code = edition.matter.code.lower()
        answer = client.get(f"/{language}/services/{code}/")
        page = answer.content.decode()
        assert answer.status_code == 200
        with translation.override(language):
            shown = [edition.name, edition.summary, edition.result_name, edition.remedies, edition.fee_note]
            shown += [line.strip() for line in edition.conditions.splitlines() + edition.process.splitlines()]
            shown += [material.name for material in edition.materials.all()]
            shown += [material.guidance for material in edition.materials.all()]
            shown += [basis.gist for basis in edition.legal_bases.all()]
            shown += [asked.answer for asked in edition.questions.all()]
        for text in shown:
            assert text in page, code
        assert edition.name_zh_hans in page
        assert f'href="/{language}/services/{code}/start/"' in page
        assert f'href="/{language}/services/{code}/editions/1/"' in page


def test_the_guide_says_that_it_is_no_official_text(catalogue, client):
    page = client.get("/en/services/pse-05/").content.decode()
    assert "Reconstructed from public law, not an official text." in page
    assert "Invented numbers" in page


def test_limits_are_told_with_their_units_and_no_limit_as_such(catalogue, client):
    page = client.get("/en/services/pse-05/").content.decode()
    assert "7 working days" in page
    assert "15 working days" in page
    assert "1 visit" in page
    page = client.get("/en/services/com-04/").content.decode()
    assert "1 working day<" in page
    assert "The law sets no limit" in page
    assert "No visit needed" in page
    assert "Free of charge" in page


def test_a_superseded_edition_keeps_its_address_and_says_so(ground, folder, client):
    catalogue_load(folder=folder)
    spoil(folder, "PSE-05.yaml", "promised: {amount: 7,", "promised: {amount: 8,")
    catalogue_load(folder=folder)
    old = client.get("/en/services/pse-05/editions/1/").content.decode()
    assert "a later one has replaced" in old
    assert 'href="/en/services/pse-05/"' in old
    assert "7 working days" in old
    assert "/start/" not in old
    new = client.get("/en/services/pse-05/editions/2/").content.decode()
    assert "a later one has replaced" not in new
    assert "8 working days" in client.get("/en/services/pse-05/").content.decode()


@pytest.mark.parametrize("address", ["xxx-01/", "pse-05/editions/9/", "pse-05/editions/0/", "..%2f/", "pse_05/"])
def test_what_is_not_there_is_not_there(catalogue, client, address):
    assert client.get(f"/en/services/{address}").status_code == 404


def test_a_concept_is_not_shown(catalogue, client):
    published = MatterEdition.objects.get(matter__code="COM-04")
    values = {field.attname: getattr(published, field.attname) for field in MatterEdition._meta.concrete_fields}
    values |= {"id": None, "number": 2, "state": "concept"}
    MatterEdition.objects.create(**values)
    assert client.get("/en/services/com-04/editions/2/").status_code == 404


def test_a_code_in_capitals_leads_to_the_one_address(catalogue, client):
    answer = client.get("/ar/services/PSE-05/editions/1/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/ar/services/pse-05/editions/1/")


def test_an_unchanged_guide_is_not_sent_again(catalogue, client):
    first = client.get("/fr/services/com-04/")
    again = client.get("/fr/services/com-04/", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/es/services/com-04/", headers={"if-none-match": first.headers["ETag"]})
    assert other.status_code == 200


def test_a_changed_catalogue_is_a_new_etag_after_a_minute(ground, folder, client):
    url = "/en/services/pse-05/"
    with time_machine.travel("2026-11-20T02:00:00Z", tick=False) as clock:
        catalogue_load(folder=folder)
        old = client.get(url).headers["ETag"]
        path = folder / "matters" / "PSE-05.yaml"
        path.write_text(path.read_text("utf-8").replace("promised: {amount: 7,", "promised: {amount: 8,", 1), "utf-8")
        assert catalogue_load(folder=folder).published
        assert client.get(url, headers={"if-none-match": old}).status_code == 304  # a moment old, as promised
        clock.shift(61)
        changed = client.get(url, headers={"if-none-match": old})
        assert changed.status_code == 200
        assert changed.headers["ETag"] != old
        assert client.get(url, headers={"if-none-match": changed.headers["ETag"]}).status_code == 304


def test_the_guide_needs_few_statements(catalogue, client, django_assert_max_num_queries):
    client.get("/en/services/com-04/")
    with django_assert_max_num_queries(8):
        client.get("/en/services/pse-05/")


def test_a_kept_guide_needs_no_statement(catalogue, client, django_assert_num_queries, settings):
    settings.PUBLIC_PAGE_SECONDS = 60
    settings.DEBUG = False
    client.get("/en/services/pse-05/")
    with django_assert_num_queries(0):
        client.get("/en/services/pse-05/")
