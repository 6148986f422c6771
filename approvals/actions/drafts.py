"""From the first question to submission: what an applicant does with a draft."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions.telling import receipt_issue, tell
from approvals.models import Bundle, Case, CaseMaterial, CaseMatter, MaterialRequirement, MatterEdition
from approvals.queries.bundles import bundle_parts, case_form
from approvals.queries.cases import drafts_of, matters_handed_in, matters_shown, papers_missing, serial_next
from approvals.rules.answers import answers_asked, step_is_answered, steps_asked
from approvals.rules.references import reference_make
from approvals.rules.routing import ACCEPTANCE_WORKING_DAYS
from yiwu_portal.accounts.models import User
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import NotYours, Refused, locked, moment, move
from yiwu_portal.people import service as people
from yiwu_portal.workdays import service as workdays


class Incomplete(Refused):
    """Something is still missing; `missing` names the parts, for the task list."""

    def __init__(self, message: str, missing: Sequence[str]) -> None:
        super().__init__(message)
        self.missing = list(missing)


def case_start(*, user: Any, keys: Iterable[str], edition: MatterEdition, language: str) -> Case:
    """Begin a draft on the edition in force, or go on with the one already begun (twice is once)."""
    begun = drafts_of(user, keys).filter(matters__edition=edition, bundle__isnull=True)
    return _start(user, begun, {"organisation_id": edition.matter.organisation_id}, {None: edition}, language)


def bundle_start(*, user: Any, keys: Iterable[str], bundle: Bundle, language: str) -> Case:
    """Begin a draft of a bundle (一件事) on the editions in force, or go on with the one begun (twice is once).

    Raises `Refused` while one of its matters is not offered.
    """
    parts = bundle_parts(bundle)
    if not parts:
        raise Refused(_("One of the services in it is not offered at the moment. Nothing was begun."))
    begun = drafts_of(user, keys).filter(bundle=bundle)
    about = {"organisation_id": bundle.organisation_id, "bundle": bundle}
    return _start(user, begun, about, {part.place.key: part.edition for part in parts}, language)


def _start(
    user: Any,
    begun: "QuerySet[Case]",
    about: dict[str, Any],
    editions: dict[int | None, MatterEdition],
    language: str,
) -> Case:
    if not user.is_authenticated:
        return begun.order_by("-id").first() or _begin(None, None, about, editions, language)
    person = people.person_ensure(user=user)
    # of many beginnings at once the first holds the person's row, and the others find its draft
    with locked(people.persons_actable(user), pk=person.pk) as applicant:
        return begun.order_by("-id").first() or _begin(user, applicant, about, editions, language)


def _begin(
    by: User | None,
    applicant: Any,
    about: dict[str, Any],
    editions: dict[int | None, MatterEdition],
    language: str,
) -> Case:
    with transaction.atomic():
        is_demo = bool(applicant and applicant.is_demo)
        case = Case.objects.create(applicant=applicant, language=language, is_demo=is_demo, **about)
        for item_id, edition in editions.items():
            CaseMatter.objects.create(case=case, edition=edition, item_id=item_id)
        record(
            verb="case_start",
            by=by,
            stream=case.stream,
            person_id=case.applicant_id,
            data={"edition": "; ".join(map(str, editions.values()))},
        )
    return case


def drafts_adopt(*, user: User, keys: Iterable[str]) -> int:
    """Give the drafts begun in this browser to the person who has now signed in; returns how many."""
    person = people.person_ensure(user=user)
    with transaction.atomic():
        adopted = list(
            Case.objects.select_for_update().filter(applicant__isnull=True, key__in=list(keys), state=Case.State.DRAFT)
        )
        for case in adopted:
            case.applicant = person
            case.save(update_fields=["applicant", "changed_at"])
            record(verb="case_adopt", by=user, stream=case.stream, person_id=person.pk)
    return len(adopted)


def case_answer(*, user: Any, keys: Iterable[str], key: str, answers: dict[str, Any]) -> Case:
    """Keep the answers of one step; answers whose question fell away are dropped."""
    with locked(drafts_of(user, keys).prefetch_related(Prefetch("matters", matters_shown())), key=key) as case:
        case.answers = answers_asked(case_form(case), {**case.answers, **answers})
        case.save(update_fields=["answers", "changed_at"])
    return case


def material_attach(
    *,
    by: User,
    keys: Iterable[str],
    key: str,
    requirement: MaterialRequirement,
    upload: Any = None,
    evidence: Any = None,
    expires_on: date | None = None,
) -> CaseMaterial:
    """Give a paper for a requirement of a draft: a new upload, or one the library already has."""
    with locked(drafts_of(by, keys), key=key) as case:
        return material_put(
            by=by, case=case, requirement=requirement, upload=upload, evidence=evidence, expires_on=expires_on
        )


def material_put(
    *,
    by: User,
    case: Case,
    requirement: MaterialRequirement,
    upload: Any = None,
    evidence: Any = None,
    expires_on: date | None = None,
) -> CaseMaterial:
    """Put a paper in place of the one given before, in a case the caller holds locked."""
    if case.applicant is None:
        raise NotYours(_("Sign in before you add papers, so that only you can see them."))
    if not case.matters.filter(edition=requirement.edition_id).exists():
        raise Refused(_("This paper was not asked for."))
    if evidence is not None and evidence.person_id != case.applicant_id:
        raise NotYours(_("This page does not exist, or is not yours to see."))
    reused = evidence is not None
    if evidence is None:
        evidence = people.evidence_add(
            by=by,
            person=case.applicant,
            type_code=requirement.evidence_type.code,
            upload=upload,
            expires_on=expires_on,
        )
    current = CaseMaterial.objects.filter(
        case=case, requirement__evidence_type=requirement.evidence_type_id, is_current=True
    )
    same = current.filter(evidence=evidence).exclude(verdict=CaseMaterial.Verdict.DEFICIENT).first()
    if same is not None:
        return same
    current.update(is_current=False)
    material = CaseMaterial.objects.create(case=case, requirement=requirement, evidence=evidence, was_reused=reused)
    record(
        verb="material_attach",
        by=by,
        stream=case.stream,
        subject=material,
        person_id=case.applicant_id,
        data={"evidence_type": requirement.evidence_type.code, "reused": reused},
    )
    return material


def case_discard(*, user: Any, keys: Iterable[str], key: str) -> None:
    """Throw a draft away; papers already in the library stay there."""
    with locked(drafts_of(user, keys), key=key) as case:
        record(
            verb="case_discard",
            by=user if user.is_authenticated else None,
            stream=case.stream,
            person_id=case.applicant_id,
        )
        case.delete()


def draft_missing(*, case: Case, papers: Iterable[int], document: Any) -> list[str]:
    """Codes of what is still to do: `questions:<step>`, `you`, `material:<id>`.

    `papers` are the requirements without one, `document` the passport the applicant goes under now.
    """
    missing = []
    for step in steps_asked(case_form(case), case.answers):
        if not step_is_answered(step, case.answers):
            missing.append(f"questions:{step['key']}")
    if case.applicant is None or people.person_gaps(case.applicant, document=document):
        missing.append("you")
    return [*missing, *(f"material:{pk}" for pk in papers)]


def case_submit(*, by: User, key: str) -> Case:
    """Hand a complete draft in: reference, clock, receipt, notice, history in one transaction.

    A second submission of the same draft finds it submitted and returns it (twice is once). Raises `Incomplete`.
    """
    own = Case.objects.filter(applicant_id__in=people.persons_actable(by))
    whole = own.select_related("applicant", "organisation").prefetch_related(Prefetch("matters", matters_handed_in()))
    with locked(whole, key=key) as case:
        if case.state != Case.State.DRAFT:
            return case
        document = people.travel_document_current(case.owner)
        missing = draft_missing(case=case, papers=papers_missing(case), document=document)
        if missing:
            raise Incomplete(_("Something is still missing. Everything you entered is kept."), missing)
        now = moment()
        limit = workdays.Limit(ACCEPTANCE_WORKING_DAYS, workdays.Unit.WORKING_DAY)
        computation = workdays.due(timezone.localdate(now), limit)
        case.reference = reference_make(timezone.localdate(now).year, serial_next())
        case.submitted_by, case.submitted_at = by, now
        case.travel_document = document
        case.acceptance_due_on, case.acceptance_computation = computation.end, computation.as_dict()
        move(case, "submit")
        receipt_issue(case=case, by=by)
        tell(case=case, kind="case_submitted", key="submitted")
        record(
            verb="case_submit",
            by=by,
            stream=case.stream,
            person_id=case.applicant_id,
            data={"reference": case.reference},
        )
    return case
