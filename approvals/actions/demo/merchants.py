"""The merchants of the invented town: who they are, their passports, and the papers in their libraries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.actions.demo.papers import paper_draw, passport_draw, photo_draw
from yiwu_portal.accounts.models import User
from yiwu_portal.accounts.service import demo_users_make
from yiwu_portal.documents.service import upload_receive
from yiwu_portal.lifecycle.service import told_at
from yiwu_portal.people import service as people

TOWN: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "town.yaml").read_text(encoding="utf-8"))
SHARED = {
    "COM-04": ("visa-page", "agent-contract"),
    "PSE-05": ("work-permit", "photo", "accommodation-registration"),
    "foreign-trade-company": (
        "investor-identity",
        "articles-of-association",
        "appointment-documents",
        "legal-representative-identity",
        "premises-proof",
        "fx-directory-application",
        "trade-commitment",
    ),
}
PASSPORT = "passport-data-page"


@dataclass
class Merchant:
    """One of them, with the stories her cases tell."""

    user: User
    person: Any
    cases: list[str]

    def paper(self, kind: str) -> Any:
        """The newest paper of this kind in her library; None without one."""
        return people.evidence_of(self.person, type_code=kind).first()


def merchants_load(*, cast: dict[str, User], today: date, began_at: datetime) -> list[Merchant]:
    """Make everybody of `town.yaml` with passport and papers; what is already there is kept.

    An agency brings the papers of its clients under their mandate, the passport each brings herself.
    """
    rows = TOWN["merchants"]
    named = [{"slug": row["slug"], "language": row["language"], "name": _name(row)} for row in rows if "agency" in row]
    users = {**cast, **demo_users_make(rows=[*TOWN["agencies"], *named])}
    agencies = {}
    with told_at(began_at):
        for agency in TOWN["agencies"]:
            agent = users[agency["slug"]]
            agencies[agency["slug"]] = (agent, people.person_ensure(user=agent), _papers(agent, agency["name"]))
        loaded = []
        for at, row in enumerate(rows):
            user = users[row["slug"]]
            person = _person(user, row["passport"], at=at, today=today)
            if "agency" in row:
                agent, agency, papers = agencies[row["agency"]]
                needed = {kind: papers[kind] for code in _matters(row) for kind in SHARED[code]}
                _papers_bring(person, agent, agency, needed, by=user, today=today)
            else:
                for kind, upload in _papers(user, _name(row), shade=at + 20).items():
                    people.evidence_add(by=user, person=person, type_code=kind, upload=upload)
            loaded.append(Merchant(user, person, row["cases"]))
    return loaded


def _matters(row: dict[str, Any]) -> set[str]:
    return {story.split()[0] for story in row["cases"]}


def _name(row: dict[str, Any]) -> str:
    surname, given = row["passport"][:2]
    return f"{given.title()} {surname.title()}"


def _person(user: User, passport: list[Any], *, at: int, today: date) -> Any:
    """Her details, her passport, and its picture."""
    surname, given, native, sex, birth_on, country, issuer, number = passport
    person = people.person_update(
        by=user,
        person=people.person_ensure(user=user),
        surname=surname,
        given_names=given,
        native_name=native,
        birth_on=birth_on,
        sex=sex,
        nationality=country,
        phone=f"+861390000{100 + at:04d}",
        address=f"稠州北路 {at + 1} 号",
    )
    if people.evidence_of(person, type_code=PASSPORT).exists():
        return person
    expires_on = today + timedelta(days=400 + 53 * at)
    people.travel_document_add(by=user, person=person, number=number, issuing_country=country, expires_on=expires_on)
    zone = people.mrz_lines(
        people.Mrz(
            kind="TD3",
            document_type="P",
            issuer=issuer,
            nationality=issuer,
            number=number,
            surname=surname,
            given_names=given,
            birth_on=birth_on,
            sex=sex,
            expires_on=expires_on,
        )
    )
    page = passport_draw(
        surname=surname,
        given_names=given,
        native_name=native,
        country=issuer,
        number=number,
        birth_on=birth_on,
        mrz=zone,
    )
    upload = _receive(user, f"passport-{at}.jpg", page)
    people.evidence_add(by=user, person=person, type_code=PASSPORT, upload=upload)
    return person


def _papers(user: User, holder: str, shade: int = 0) -> dict[str, Any]:
    """The papers that do not differ from client to client, each through the pipeline once."""
    drawn = {
        kind: photo_draw(shade=shade) if kind == "photo" else paper_draw(kind=kind, holder=holder, shade=shade)
        for kinds in SHARED.values()
        for kind in kinds
    }
    return {kind: _receive(user, f"{kind}.jpg", data) for kind, data in drawn.items()}


def _papers_bring(person: Any, agent: User, agency: Any, papers: dict[str, Any], *, by: User, today: date) -> None:
    if not people.mandate_active(agency, person):
        people.mandate_give(
            by=by,
            agent=agency,
            person=person,
            starts_on=today - timedelta(days=60),
            ends_on=today + timedelta(days=300),
        )
    for kind, upload in papers.items():
        people.evidence_add(by=agent, person=person, type_code=kind, upload=upload)


def _receive(user: User, name: str, data: bytes) -> Any:
    return upload_receive(by=user, file=SimpleUploadedFile(name, data, content_type="image/jpeg"))
