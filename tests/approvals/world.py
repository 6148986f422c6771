"""Cases in every state, each reached by the verbs of the house."""

import hashlib
import io
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from approvals.actions import applicants, decisions, drafts, window
from approvals.models import Case, StandardReason, Task
from approvals.queries.bundles import bundles_current, case_form
from approvals.queries.cases import edition_in_force, requirements_asked
from approvals.queries.desks import desk_tasks
from approvals.rules.questions import fields_of, is_asked
from tests.people import Cast
from yiwu_portal.documents.models import Upload
from yiwu_portal.documents.queries import upload_path
from yiwu_portal.people import service as people

COM = "COM-04"
PSE = "PSE-05"
TRADE, FUNDED = "foreign-trade-company", "foreign-funded-enterprise"
CREDIT_CODE = "91330782MA28D0QW12"
LATER = date(2031, 5, 1)
ANSWERS: dict[str, dict[str, Any]] = {
    COM: {
        "goods": "toys",
        "destination": "JO",
        "yearly_value": "under_50k",
        "agent_name": "Yiwu Ruyi Trade Co., Ltd.",
        "agent_credit_code": "91330782MA28D0QW12",
        "contract_number": "RY-2026-118",
        "contract_until": "2027-12-31",
        "contact_way": "phone",
        "agent_phone": "+8657985550101",
    },
    PSE: {
        "employer_name": "义乌如意贸易有限公司",
        "employer_credit_code": "91330782MA28D0QW12",
        "position": "Buyer",
        "work_permit_number": "330000202600123",
        "period": "under_1_year",
        "until": "2027-08-31",
        "entered_on": "2026-11-02",
        "home_kind": "rented",
        "lives_since": "2026-11-02",
        "needs_help": "no",
    },
}


WORDS = {"company_name_zh": "义乌如意贸易有限公司", "company_name_second": "义乌安心贸易有限公司"}
BY_TYPE = {
    "text": "Amira Haddad",
    "textarea": "Toys and stationery",
    "yesno": "no",
    "date": "2030-01-01",
    "number": 50,
    "money": "1000",
    "phone": "+8657985550101",
    "email": "amira@yiwu.example",
    "country": "JO",
    "credit_code": CREDIT_CODE,
}


def answers_for(form: dict[str, Any]) -> dict[str, Any]:
    """Valid answers to every question of a form, the shortest way through its conditions."""
    answers: dict[str, Any] = {}
    for field in fields_of(form):
        if is_asked(field, answers):
            given = field["choices"][0]["value"] if field["type"] == "choice" else BY_TYPE[field["type"]]
            answers[field["key"]] = WORDS.get(field["key"], given)
    return answers


def photo_bytes(shade: int = 200, size: tuple[int, int] = (900, 1200)) -> bytes:
    """A small photograph, each shade another file."""
    out = io.BytesIO()
    Image.effect_noise(size, 40).point(lambda value: min(255, value * shade // 200)).save(out, "JPEG", quality=40)
    return out.getvalue()


def upload_of(user: Any, name: str = "paper.jpg") -> Upload:
    """A file that passed the pipeline, as the pipeline leaves it (the pipeline has tests of its own)."""
    data = photo_bytes(size=(60, 80)) + name.encode()
    upload = Upload(
        by=user,
        name=name,
        media_type="image/jpeg",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        scan=Upload.Scan.UNSCANNED,
    )
    default_storage.save(upload_path(upload.storage_name), ContentFile(data))
    upload.save()
    return upload


@dataclass
class World:
    """Brings cases of the cast into the state a test begins in."""

    cast: Cast

    def person(self, user: Any, number: str = "L898902C3", country: str = "JO") -> Any:
        """A merchant whose details are complete."""
        person = people.person_ensure(user=user)
        if people.person_gaps(person):
            person = people.person_update(
                by=user,
                person=person,
                surname=user.name.split()[-1].upper(),
                given_names=user.name.split()[0].upper(),
                birth_on=date(1988, 3, 4),
                sex="F",
                nationality=country,
                phone="+8613957900001",
                address="稠州北路 1 号",
            )
            people.travel_document_add(by=user, person=person, number=number, issuing_country=country, expires_on=LATER)
        return person

    def draft(self, user: Any, code: str = COM, *, papers: bool = True) -> Case:
        """A draft, whole unless `papers=False`."""
        self.person(user)
        case = drafts.case_start(user=user, keys=[], edition=edition_in_force(code), language=user.language)
        case = drafts.case_answer(user=user, keys=[], key=case.key, answers=ANSWERS[code])
        if papers:
            for requirement in requirements_asked(case):
                drafts.material_attach(
                    by=user,
                    keys=[],
                    key=case.key,
                    requirement=requirement,
                    upload=upload_of(user, f"{case.pk}-{requirement.pk}.jpg"),
                )
        return case

    def bundle_draft(self, user: Any, code: str = TRADE, *, papers: bool = True) -> Case:
        """A draft of a bundle, whole unless `papers=False`."""
        self.person(user)
        bundle = bundles_current().get(code=code)
        case = drafts.bundle_start(user=user, keys=[], bundle=bundle, language=user.language)
        answers = answers_for(case_form(case))
        case = drafts.case_answer(user=user, keys=[], key=case.key, answers=answers)
        for requirement in requirements_asked(case) if papers else ():
            upload = upload_of(user, f"{case.pk}-{requirement.pk}.jpg")
            drafts.material_attach(by=user, keys=[], key=case.key, requirement=requirement, upload=upload)
        return case

    def bundle_accepted(self, user: Any, code: str = TRADE) -> Case:
        """A bundle accepted at the comprehensive window: its first matter runs."""
        case = drafts.case_submit(by=user, key=self.bundle_draft(user, code).key)
        self.check(case)
        return window.case_accept(by=self.clerk, reference=case.reference)

    def founded(self, user: Any, code: str = TRADE) -> Case:
        """A bundle whose licence is granted: everything behind it runs."""
        case = self.bundle_accepted(user, code)
        for matter in ("MSA-12", "MSA-01"):
            self.decide_all(case, matter)
        return Case.objects.get(pk=case.pk)

    def decide_all(self, case: Case, code: str, outcome: str = "granted") -> None:
        """Let the departments of a matter decide every step of it, with two signatures where it asks for them."""
        while task := Task.objects.filter(
            case_matter__case=case, case_matter__edition__matter__code=code, state=Task.State.OPEN
        ).first():
            self.decide(task, outcome)

    def decide(self, task: Task, outcome: str = "granted") -> None:
        """One decision by whoever of the cast serves there."""
        by = self.officers[task.organisation.code]
        act = {"by": by, "task_id": task.pk, "reason": self.reason(outcome)}
        results = {"credit_code": CREDIT_CODE} if outcome == "granted" else {}
        if task.step.signatures > 1:
            decisions.task_propose(**act, outcome=outcome, results=results)
            decisions.task_sign(by=self.cast.qiu, task_id=task.pk)
        elif outcome == "granted":
            decisions.task_grant(**act, results=results)
        else:
            decisions.task_refuse(**act)

    @cached_property
    def officers(self) -> dict[str, Any]:
        """Who decides for which department."""
        cast = self.cast
        return {"COM": cast.lin, "PSE": cast.gao, "MSA": cast.ding, "CUS": cast.fang, "FEX": cast.jin, "TAX": cast.tan}

    def submitted(self, user: Any, code: str = COM) -> Case:
        return drafts.case_submit(by=user, key=self.draft(user, code).key)

    def checked(self, user: Any, code: str = COM) -> Case:
        case = self.submitted(user, code)
        self.check(case)
        return case

    def check(self, case: Case, verdict: str = "ok", reason: StandardReason | None = None) -> None:
        window.case_claim(by=self.clerk, reference=case.reference)
        for material in case.materials.filter(is_current=True):
            window.material_check(
                by=self.clerk, reference=case.reference, material_id=material.pk, verdict=verdict, reason=reason
            )

    def correcting(self, user: Any, code: str = COM) -> Case:
        case = self.submitted(user, code)
        material = case.materials.filter(is_current=True).first()
        window.material_check(
            by=self.clerk,
            reference=case.reference,
            material_id=material.pk,
            verdict="deficient",
            reason=self.reason("correction"),
        )
        return window.case_request_correction(by=self.clerk, reference=case.reference, missing={})

    def replaced(self, case: Case, user: Any) -> None:
        """Give every paper the correction asked for."""
        for item in case.correction.items.all():
            applicants.material_replace(
                by=user,
                reference=case.reference,
                requirement=item.requirement,
                upload=upload_of(user, f"again-{item.pk}.jpg"),
            )

    def corrected(self, user: Any, code: str = COM) -> Case:
        case = self.correcting(user, code)
        self.replaced(case, user)
        return applicants.case_correct(by=user, reference=case.reference)

    def accepted(self, user: Any, code: str = COM) -> Case:
        case = self.checked(user, code)
        return window.case_accept(by=self.clerk, reference=case.reference)

    def not_accepted(self, user: Any, code: str = COM) -> Case:
        case = self.submitted(user, code)
        return window.case_refuse_acceptance(
            by=self.clerk, reference=case.reference, reason=self.reason("not_accepted")
        )

    def withdrawn(self, user: Any, code: str = COM) -> Case:
        return applicants.case_withdraw(by=user, reference=self.submitted(user, code).reference)

    def granted(self, user: Any, code: str = COM) -> Case:
        case = self.accepted(user, code)
        decisions.task_grant(by=self.officer(code), task_id=self.task(case).pk, reason=self.reason("granted"))
        return Case.objects.get(pk=case.pk)

    def refused(self, user: Any, code: str = COM) -> Case:
        case = self.accepted(user, code)
        decisions.task_refuse(by=self.officer(code), task_id=self.task(case).pk, reason=self.reason("refused"))
        return Case.objects.get(pk=case.pk)

    def task(self, case: Case) -> Task:
        code = case.matters.get().edition.matter.code
        return desk_tasks(self.officer(code)).get(case_matter__case=case)

    def officer(self, code: str) -> Any:
        return self.cast.lin if code == COM else self.cast.gao

    @cached_property
    def clerk(self) -> Any:
        return self.cast.chen

    @staticmethod
    def reason(use: str) -> StandardReason:
        return StandardReason.objects.filter(use=use).first()


__all__ = [
    "ANSWERS",
    "COM",
    "CREDIT_CODE",
    "FUNDED",
    "PSE",
    "TRADE",
    "World",
    "answers_for",
    "photo_bytes",
    "upload_of",
]
