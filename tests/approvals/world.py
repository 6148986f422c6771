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
from approvals.queries.cases import edition_in_force, requirements_asked
from approvals.queries.desks import desk_tasks
from tests.people import Cast
from yiwu_portal.documents.models import Upload
from yiwu_portal.documents.queries import upload_path
from yiwu_portal.people import service as people

COM = "COM-04"
PSE = "PSE-05"
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


__all__ = ["ANSWERS", "COM", "PSE", "World", "photo_bytes", "upload_of"]
