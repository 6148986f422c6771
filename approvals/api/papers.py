"""A paper chosen for a requirement: a file made safe, or one of the person's library."""

from typing import Any

from django.utils.translation import gettext as _

from approvals.models import Case, MaterialRequirement
from yiwu_portal.api.service import Problem
from yiwu_portal.documents.service import upload_receive
from yiwu_portal.people import service as people
from yiwu_portal.workdays import service as workdays


def paper_choice(*, by: Any, case: Case, requirement: MaterialRequirement, given: dict[str, Any]) -> dict[str, Any]:
    """What the action takes, under `chosen`; call it outside a transaction. Raises `UploadRefused` and `Problem`."""
    chosen: dict[str, Any] = {"requirement": requirement}
    if "file" in given:
        chosen["upload"] = upload_receive(by=by, file=given["file"])
        chosen["expires_on"] = given.get("expires_on")
        return {"chosen": chosen}
    library = people.evidence_of(case.owner, type_code=requirement.evidence_type.code, usable_on=workdays.today())
    chosen["evidence"] = library.filter(pk=given["evidence"]).first()
    if chosen["evidence"] is None:
        raise Problem(409, "no_such_evidence", _("The library has no such paper that fits here. Nothing was changed."))
    return {"chosen": chosen}
