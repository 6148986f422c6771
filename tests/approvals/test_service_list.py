"""service_list: find a service in any of six languages."""

import pytest
from django.contrib.auth import get_user_model

from approvals.models import MatterEdition
from approvals.queries.catalogue import ServiceFilter, editions_by_ids, services_found
from approvals.rules.questions import LANGUAGES

pytestmark = pytest.mark.django_db


def found(words):
    ids, every = services_found(ServiceFilter(q=words))
    return [edition.matter.code for edition in editions_by_ids(ids)], every


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_service_is_found_first_by_its_name_in_each_language(catalogue, language):
    for edition in MatterEdition.objects.all():
        codes, every = found(getattr(edition, f"name_{language.replace('-', '_')}"))
        assert (codes[0], every) == (edition.matter.code, True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("work visa", "PSE-05"),
        ("WORKING VISAS", "PSE-05"),
        ("sourcing agent", "COM-04"),
        ("居留", "PSE-05"),
        ("工签 居留许可", "PSE-05"),
        ("采购", "COM-04"),
        ("采购商", "COM-04"),
        ("تأشيرة عمل", "PSE-05"),
        ("التأشيرة", "PSE-05"),
        ("إِقَامَة", "PSE-05"),
        ("مشتري", "COM-04"),
        ("рабочую визу", "PSE-05"),
        ("внж", "PSE-05"),
        ("покупатели", "COM-04"),
        ("titre de sejour", "PSE-05"),
        ("acheteurs", "COM-04"),
        ("residencia", "PSE-05"),
        ("compradores", "COM-04"),
        ("pse-05", "PSE-05"),
        ("how do I get a residence permit", "PSE-05"),
        ("open a company", "MSA-01"),
        ("营业执照", "MSA-01"),
        ("核名", "MSA-12"),
        ("رخصة تجارية", "MSA-01"),
        ("customs code", "CUS-01"),
        ("报关", "CUS-01"),
        ("receive dollars", "FEX-01"),
        ("taxpayer invoice", "TAX-01"),
        ("发票", "TAX-01"),
        ("регистрация по адресу", "PSE-15"),
        ("déclaration de domicile", "PSE-15"),
        ("1039 exporter", "COM-03"),
        ("informe anual", "COM-01"),
    ],
)
def test_a_service_is_found_by_what_people_type(catalogue, words, code):
    assert found(words)[0][0] == code


@pytest.mark.parametrize(
    "words", ["", "   ", "???", "'", "\\", "& | !", "'; drop table x; --", "\x00", "ب" * 5000, ":*"]
)
def test_nonsense_finds_nothing_and_breaks_nothing(catalogue, client, words):
    assert client.get("/en/services/", {"q": words}).status_code == 200


def test_only_some_of_the_words_is_said_to_be_some(catalogue, client):
    page = client.get("/en/services/", {"q": "residence zebra"}).content.decode()
    assert "some of them" in page
    assert "Residence permit for work" in page


def test_nothing_found_says_what_to_do_next(catalogue, client):
    page = client.get("/en/services/", {"q": "zebra"}).content.decode()
    assert "No service fits" in page
    assert "Show all services" in page


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", {"com-04", "pse-05", "msa-01"}),
        ("visits=none", {"com-04"}),
        ("visits=one", {"pse-05", "msa-01"}),
        ("visits=more", set()),
        ("department=PSE", {"pse-05"}),
        ("audience=person", {"com-04", "pse-05"}),
        ("audience=enterprise", {"msa-01"}),
        ("visits=none&q=permit", set()),
        ("department=NOPE&visits=77&audience=x&page=minus", {"com-04", "pse-05", "msa-01"}),
    ],
)
def test_filters_live_in_the_address(catalogue, client, query, codes):
    page = client.get(f"/en/services/?{query}").content.decode()
    assert {code for code in ("com-04", "pse-05", "msa-01") if f'href="/en/services/{code}/"' in page} == codes


def test_a_superseded_edition_is_not_listed(ground, folder, client):
    from tests.approvals.test_catalogue_load import catalogue_load, spoil

    catalogue_load(folder=folder)
    spoil(folder, "COM-04.yaml", "visits: 0", "visits: 0")
    spoil(folder, "COM-04.yaml", "Overseas buyer registration (market", "Buyer card (market")
    catalogue_load(folder=folder)
    page = client.get("/en/services/?q=COM-04").content.decode()
    assert "Buyer card" in page
    assert "Overseas buyer registration (market" not in page


@pytest.mark.parametrize("query", ["", "?q=permit&department=PSE&visits=one"])
def test_the_list_needs_few_statements_whatever_it_shows(catalogue, client, django_assert_max_num_queries, query):
    client.get("/en/services/?page=1")
    with django_assert_max_num_queries(6):
        assert client.get(f"/en/services/{query}").status_code == 200


@pytest.mark.parametrize("address", ["/en/services/", "/en/services/?q=permit", "/ar/services/pse-05/"])
def test_every_visitor_gets_the_same_bytes(catalogue, client, settings, address):
    settings.PUBLIC_PAGE_SECONDS = 0
    anonymous = client.get(address)
    client.force_login(get_user_model().objects.create_user(email="boris@example.org", name="Boris"))
    signed_in = client.get(address)
    assert anonymous.content == signed_in.content
    assert "csrfmiddlewaretoken" not in anonymous.content.decode()
    assert "public" in anonymous.headers["Cache-Control"] or "max-age" in anonymous.headers["Cache-Control"]


def test_it_cannot_be_posted_to(catalogue, client):
    assert client.post("/en/services/", {"q": "x"}).status_code == 405


def test_the_start_page_counts_what_is_published(catalogue, client):
    page = client.get("/en/").content.decode()
    assert f"{MatterEdition.objects.count()} services are described here" in page
    assert MatterEdition.objects.count() > 9
    assert "Overseas buyer registration" in page
