import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from tests.people_room.conftest import upload_made, user_made
from yiwu_portal.history.service import looks_at
from yiwu_portal.people.models import Person, TravelDocument
from yiwu_portal.people.service import (
    evidence_add,
    evidence_of,
    mandate_give,
    mrz_lines,
    mrz_read,
    person_ensure,
    person_look,
    person_of,
    person_update,
    travel_document_add,
    travel_document_current,
)

pytestmark = pytest.mark.usefixtures("types", "uploads")
OWN_PAGES = ["person_me", "person_update", "travel_document_add", "evidence_list", "evidence_add", "person_looks"]


@pytest.fixture
def zone(today):
    """A valid passport of Utopia, good for years."""
    from yiwu_portal.people.rules import Mrz

    return Mrz(
        kind="TD3",
        document_type="P",
        issuer="EGY",
        nationality="EGY",
        number="L898902C3",
        surname="HASSAN",
        given_names="AMIRA NOUR",
        birth_on=today.replace(year=1990, day=1),
        sex="F",
        expires_on=today.replace(year=today.year + 5, day=1),
    )


@pytest.fixture
def lines(zone):
    return "\r\n".join(mrz_lines(zone))


@pytest.fixture
def paper(amira):
    return evidence_add(by=amira.user, person=amira, type_code="lease", upload=upload_made(amira.user, "lease"))


@pytest.fixture
def hers(client, amira):
    client.force_login(amira.user)
    return client


@pytest.mark.parametrize("name", OWN_PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans", "ar"])
def test_every_page_opens_before_and_after_she_told_anything(client, name, language, later):
    user = user_made("Nobody", language=language)
    client.force_login(user)
    with translation.override(language):
        address = reverse(name)
    assert client.get(address).status_code == 200
    assert person_of(user) is None  # looking at a page writes nothing
    person = person_ensure(user=user)
    travel_document_add(by=user, person=person, number="A1234567", issuing_country="EG", expires_on=later)
    evidence_add(by=user, person=person, type_code="lease", upload=upload_made(user))
    answer = client.get(address)
    assert answer.status_code == 200
    assert "style=" not in answer.content.decode()
    assert "A1234567" not in answer.content.decode()


@pytest.mark.parametrize("name", [*OWN_PAGES, "person_export"])
def test_who_has_not_signed_in_is_sent_to_sign_in(client, name, db):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert "/account/" in answer.headers["Location"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_wrong_person_finds_none_of_her_pages(sign_in, boris, amira, paper, method, clerk):
    addresses = [
        reverse("evidence_get", args=[paper.pk]),
        reverse("evidence_remove", args=[paper.pk]),
        reverse("evidence_list", args=[amira.pk]),
        reverse("evidence_add", args=[amira.pk]),
    ]
    root = user_made("Root", is_superuser=True, is_staff=True)
    for user in (boris.user, clerk, root):
        client = sign_in(user)
        for address in addresses:
            answer = getattr(client, method)(address)
            # a page that only shows refuses POST before it looks at whose it is
            assert answer.status_code in ({404, 405} if method == "post" else {404}), address
    assert list(evidence_of(amira)) == [paper]


def test_her_own_paper_is_shown_downloaded_and_no_look_is_noted(hers, paper, amira):
    assert hers.get(reverse("evidence_get", args=[paper.pk])).content == b"lease.pdf shown"
    assert hers.get(reverse("evidence_get", args=[paper.pk]) + "?download=1").content == b"lease.pdf down"
    assert not looks_at(amira.pk).exists()


def test_an_agent_opens_her_clients_papers_and_the_client_sees_it(client, amira, boris, paper, today):
    mandate_give(by=amira.user, agent=boris, person=amira, starts_on=today, ends_on=today)
    client.force_login(boris.user)
    assert "lease.pdf" in client.get(reverse("evidence_list", args=[amira.pk])).content.decode()
    assert client.get(reverse("evidence_get", args=[paper.pk])).status_code == 200
    assert [look.by for look in looks_at(amira.pk)] == [boris.user, boris.user]
    client.force_login(amira.user)
    assert "under your mandate" in client.get(reverse("person_looks")).content.decode()


def test_the_two_lines_fill_the_form_and_save_nothing(hers, amira, lines):
    answer = hers.post(reverse("person_update"), {"mrz": lines, "address": "Futian 7", "read": "1"})
    html = answer.content.decode()
    assert 'value="HASSAN"' in html
    assert 'value="1990-' in html
    assert 'value="Futian 7"' in html
    assert Person.objects.get(pk=amira.pk).surname == ""


def test_details_are_saved_with_harmless_characters_ignored(hers, amira):
    data = {
        "surname": "  Hassan ",
        "given_names": "Amira   Nour",
        "native_name": "أميرة",
        "birth_on": "١٩٩٠.٢.٣",
        "sex": "F",
        "nationality": "EG",
        "phone": "+20 (10) 0000-0000",
        "address": "Futian 7",
    }
    assert hers.post(reverse("person_update"), data).status_code == 302
    amira.refresh_from_db()
    assert (amira.surname, amira.given_names) == ("Hassan", "Amira Nour")
    assert (amira.birth_on.isoformat(), str(amira.phone)) == ("1990-02-03", "+201000000000")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("surname", "Хасан", "Latin letters"),
        ("surname", "H4ssan", "cannot hold 4"),
        ("birth_on", "2999-01-01", "still to come"),
        ("birth_on", "1801-01-01", "120 years"),
        ("birth_on", "3rd of May", "valid date"),
        ("phone", "12", "valid phone number"),
        ("nationality", "XX", "valid choice"),
        ("sex", "Q", "valid choice"),
    ],
)
def test_wrong_details_are_said_at_the_field_and_nothing_is_saved(hers, amira, field, value, said):
    data = {"surname": "Hassan", "birth_on": "1990-02-03", "sex": "F", "nationality": "EG", field: value}
    answer = hers.post(reverse("person_update"), data)
    assert answer.status_code == 200
    assert said in " ".join(answer.context["form"].errors[field])
    amira.refresh_from_db()
    assert amira.nationality.code == ""


def test_a_passport_is_added_by_its_two_lines_alone(client, lines, zone):
    user = user_made("New")
    client.force_login(user)
    assert client.post(reverse("travel_document_add"), {"mrz": lines.lower()}).status_code == 302
    person = person_of(user)
    document = travel_document_current(person)
    assert (document.number, str(document.issuing_country), document.expires_on) == (
        zone.number,
        "EG",
        zone.expires_on,
    )
    assert (person.surname, person.nationality.code) == ("HASSAN", "EG")


def test_a_passport_is_added_field_by_field(hers, amira, later):
    data = {"number": "l 898-902 c3", "issuing_country": "EG", "expires_on": f"{later:%Y/%m/%d}"}
    assert hers.post(reverse("travel_document_add"), data).status_code == 302
    assert travel_document_current(amira).number == "L898902C3"


def test_a_wrong_check_digit_names_the_field_and_hints_at_the_letter_o(hers, lines):
    answer = hers.post(reverse("travel_document_add"), {"mrz": lines.replace("L898902C3", "L8989O2C3")})
    html = answer.content.decode()
    assert "document number" in html
    assert "perhaps it is the digit 0" in html
    assert list(answer.context["form"].errors) == ["mrz"]
    assert not TravelDocument.objects.exists()


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"number": "L898902C4"}, "number", "say otherwise"),
        ({"expires_on": "2001-01-01"}, "expires_on", "expired"),
        ({"mrz": ""}, "number", "Fill this in"),
        ({"number": "Л898902"}, "number", "not a Latin letter"),
        ({"number": "A1"}, "number", "5 to 20"),
    ],
)
def test_a_wrong_passport_is_said_at_its_field(hers, lines, data, field, said):
    answer = hers.post(reverse("travel_document_add"), {"mrz": lines, **data})
    assert answer.status_code == 200
    assert said in " ".join(answer.context["form"].errors[field])
    assert not TravelDocument.objects.exists()


def test_an_expired_passport_by_its_lines_is_said_at_the_lines(hers, zone):
    import dataclasses

    old = dataclasses.replace(zone, expires_on=zone.expires_on.replace(year=2012))
    answer = hers.post(reverse("travel_document_add"), {"mrz": "\n".join(mrz_lines(old))})
    assert "expired" in " ".join(answer.context["form"].errors["mrz"])


def test_a_passport_of_another_birthday_keeps_what_she_typed(hers, amira, lines, today):
    person_update(by=amira.user, person=amira, birth_on=today.replace(year=1991))
    answer = hers.post(reverse("travel_document_add"), {"mrz": lines})
    assert "another date of birth" in answer.content.decode()
    assert "HASSAN" in answer.content.decode()
    assert not TravelDocument.objects.exists()


def test_a_paper_is_sent_seen_and_removed_after_asking(hers, amira, later):
    file = SimpleUploadedFile("visa.pdf", b"fine")
    data = {"type": "visa-page", "file": file, "expires_on": later.isoformat()}
    assert hers.post(reverse("evidence_add"), data).status_code == 302
    paper = evidence_of(amira).get()
    assert (paper.type.code, paper.expires_on) == ("visa-page", later)
    assert "visa.pdf" in hers.get(reverse("evidence_list")).content.decode()
    address = reverse("evidence_remove", args=[paper.pk])
    assert "Remove this paper?" in hers.get(address).content.decode()
    assert evidence_of(amira).count() == 1
    assert hers.post(address).status_code == 302
    assert evidence_of(amira).count() == 0
    assert hers.post(address).status_code == 404


def test_a_refused_file_is_said_at_the_file_and_nothing_is_added(hers, amira):
    answer = hers.post(reverse("evidence_add"), {"type": "lease", "file": SimpleUploadedFile("x.pdf", b"bad")})
    assert answer.context["form"].errors["file"] == ["This file is no picture and no PDF."]
    assert evidence_of(amira).count() == 0


def test_an_expired_paper_is_refused_before_the_file_is_taken(hers, amira, today):
    data = {"type": "lease", "file": SimpleUploadedFile("x.pdf", b"x"), "expires_on": today - timedelta(days=1)}
    answer = hers.post(reverse("evidence_add"), data)
    assert "expired" in " ".join(answer.context["form"].errors["expires_on"])


def test_the_list_says_what_expires_and_costs_the_same_for_many_papers(
    hers, amira, today, django_assert_max_num_queries
):
    for days in (0, 400):
        evidence_add(
            by=amira.user,
            person=amira,
            type_code="lease",
            upload=upload_made(amira.user),
            expires_on=today + timedelta(days=days),
        )
    for number in range(20):
        evidence_add(by=amira.user, person=amira, type_code="photo", upload=upload_made(amira.user, f"p{number}"))
    with django_assert_max_num_queries(12):
        html = hers.get(reverse("evidence_list")).content.decode()
    assert html.count("expires soon") == 1
    assert html.count("good</span>") == 21


def test_she_sees_who_looked_at_her_file(hers, amira, clerk):
    assert "Nobody has opened your file" in hers.get(reverse("person_looks")).content.decode()
    person_look(by=clerk, person_id=amira.pk, task="approvals:task:7")
    html = hers.get(reverse("person_looks")).content.decode()
    assert "Chen" in html
    assert "approvals:task:7" in html


def test_she_takes_a_copy_of_her_data_and_only_by_post(hers, amira, later, boris):
    travel_document_add(by=amira.user, person=amira, number="A1234567", issuing_country="EG", expires_on=later)
    assert hers.get(reverse("person_export")).status_code == 405
    answer = hers.post(reverse("person_export"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert json.loads(answer.content)["travel_documents"][0]["number"] == "A1234567"
    assert "boris" not in answer.content.decode()


def test_countries_are_named_in_the_language_of_the_page(hers):
    with translation.override("ru"):
        html = hers.get(reverse("person_update")).content.decode()
    assert "Египет" in html


def test_the_fixture_lines_are_read(lines, zone, today):
    assert mrz_read(lines, today=today) == zone


def test_who_came_from_an_application_finds_the_way_back_and_never_a_stranger(hers, later):
    html = hers.get(reverse("person_me") + "?next=/en/drafts/7/").content.decode()
    assert 'href="/en/drafts/7/"' in html
    data = {"number": "L898902C3", "issuing_country": "EG", "expires_on": later.isoformat()}
    answer = hers.post(reverse("travel_document_add") + "?next=/en/drafts/7/", data)
    assert answer.headers["Location"] == "/en/drafts/7/"
    for elsewhere in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        answer = hers.get(reverse("person_me"), {"next": elsewhere})
        assert (answer.context["back"], answer.context["query"]) == ("", "")
