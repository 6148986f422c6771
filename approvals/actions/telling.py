"""What the applicant is told: notices in her language, and letters in Chinese beside it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from approvals.models import Case, CaseMatter, CorrectionItem, Decision, Letter, MatterEdition, StandardReason
from approvals.rules.results import result_label
from yiwu_portal.accounts.models import User
from yiwu_portal.documents.service import document_issue
from yiwu_portal.notifications.service import notify
from yiwu_portal.people.service import mask_number
from yiwu_portal.workdays import service as workdays

Both = dict[str, Any]
Fact = tuple[Callable[[], Any], Callable[[], Any]]  # a label and its value, each in the language in force


def tell(
    *,
    case: Case,
    kind: str,
    key: str,
    matter: CaseMatter | None = None,
    reason: StandardReason | None = None,
    more: Mapping[str, Callable[[], Any]] = MappingProxyType({}),
) -> None:
    """Tell whoever handed the case in, in that person's own language, once for each (kind, key).

    `more` are further words of the notice, each computed in that language.
    """
    user = case.submitted_by
    if user is None:
        return
    with translation.override(user.language):
        context: dict[str, Any] = {
            "reference": case.reference,
            "matter": _matter_names(case) if matter is None else matter.edition.name,
            "acceptance_due": _day(case.acceptance_due_on),
            "reason": reason.text if reason else "",
        }
        if kind == "case_accepted":
            context["gaps"] = [_gap_words(gap) for gap in case.gaps.select_related("requirement")]
            context["is_deemed"] = case.is_deemed
            context["promised"] = _day(max(m.promised_due_on for m in case.matters.all() if m.promised_due_on))
        if kind == "case_correction_requested":
            context["due"] = _day(case.correction.due_on)
            context["items"] = [
                f"{item.requirement.name}: {item.reason.text}"
                for item in case.correction.items.select_related("requirement", "reason")
            ]
            context["note"] = case.correction.note
        context |= {name: words() for name, words in more.items()}
        notify(
            kind=f"approvals.{kind}",
            user=user,
            key=f"case:{case.pk}:{key}",
            context=context,
            path=f"/applications/{case.reference}/",
        )


def receipt_issue(*, case: Case, by: User) -> Any:
    """The receipt (回执) of a submission."""
    return letter_write(
        case=case,
        kind="receipt",
        by=by,
        title=lambda: _("Receipt of an application"),
        facts=[
            (lambda: _("Handed in"), lambda: _moment(case.submitted_at)),
            (lambda: _("Answer about acceptance by"), lambda: _day(case.acceptance_due_on)),
        ],
        paragraphs=[
            lambda: _(
                "The window answers within five working days: it accepts, tells everything that is missing at once, "
                "or says why it cannot accept. Without an answer by then the application counts as accepted."
            ),
        ],
    )


def letter_issue(
    *, case: Case, kind: str, by: User | None, reason: StandardReason | None = None, note: str = ""
) -> Any:
    """The written notice of what the window did: acceptance, correction, or refusal to accept (ALL art. 32)."""
    if kind == "acceptance":
        matters, gaps = list(case.matters.all()), list(case.gaps.select_related("requirement"))
        return letter_write(
            case=case,
            kind=kind,
            by=by,
            title=lambda: _("Notice of acceptance"),
            facts=[
                (lambda: _("Accepted"), lambda: _moment(case.accepted_at)),
                (
                    lambda: _("Promised for"),
                    lambda: _day(max(m.promised_due_on for m in matters if m.promised_due_on)),
                ),
                *map(_follows, gaps),
            ],
            paragraphs=_accepted_words(case, is_whole=not gaps),
        )
    if kind == "correction":
        correction = case.correction
        items = list(correction.items.select_related("requirement", "reason"))
        return letter_write(
            case=case,
            kind=kind,
            by=by,
            title=lambda: _("Notice of corrections, told all at once"),
            facts=[(lambda: _("Please answer by"), lambda: _day(correction.due_on)), *map(_deficiency, items)],
            paragraphs=[
                *([lambda: correction.note] if correction.note else []),
                lambda: _("Nothing else is missing. When these papers are there, the window's five days begin anew."),
            ],
        )
    return letter_write(
        case=case,
        kind=kind,
        by=by,
        title=lambda: _("Notice of refusal to accept"),
        facts=[(lambda: _("Reason"), lambda: _reason_words(reason, note))],
        paragraphs=[lambda: _("The application was not accepted for the reason above.")],
        with_remedies=True,
    )


def decision_issue(*, case: Case, decision: Decision, by: User, corrects: str = "") -> Any:
    """The decision as a document, whether it grants or refuses; or anew, in the place of the number it `corrects`."""
    edition = decision.case_matter.edition
    granted = decision.outcome == Decision.Outcome.GRANTED
    facts: list[tuple[Callable[[], str], Callable[[], str]]] = [
        (lambda: _("Decision"), lambda: _("granted") if granted else _("refused")),
        (lambda: _("Reason"), lambda: _reason_words(decision.reason, decision.note)),
        (lambda: _("Decided"), lambda: _day(timezone.localdate(decision.decided_at))),
    ]
    for key, value in decision.results.items():
        facts.append((partial(result_label, key), partial(str, value)))
    if decision.valid_until:
        facts.append((lambda: _("Valid until"), lambda: _day(decision.valid_until)))
    if corrects:
        facts.append((lambda: _("Corrected"), lambda: decision.correction))
        facts.append((lambda: _("In place of document"), lambda: corrects))
    return letter_write(
        case=case,
        kind="decision",
        by=by,
        title=lambda: edition.result_name if granted else _("Decision of refusal"),
        facts=facts,
        paragraphs=[lambda: _("Only the clerical error named above is corrected; the decision and its day stay.")]
        if corrects
        else [],
        organisation=decision.organisation,
        editions=[edition],
        prefix=edition.result_prefix,
        legal=lambda: "; ".join(f"{basis.law} {basis.article}" for basis in edition.legal_bases.all()),
        with_remedies=True,
    )


def letter_write(
    *,
    case: Case,
    kind: str,
    by: User | None,
    title: Callable[[], str],
    facts: list[Fact],
    paragraphs: list[Callable[[], str]],
    organisation: Any = None,
    editions: Sequence[MatterEdition] = (),
    prefix: str = "YW",
    legal: Callable[[], str] | None = None,
    with_remedies: bool = False,
) -> Any:
    """Issue one letter: every text once in Chinese and once in the applicant's language."""
    organisation = organisation or case.organisation
    editions = editions or [matter.edition for matter in case.matters.all()]
    document = case.travel_document
    head: list[Fact] = [
        (lambda: _("Reference number"), lambda: case.reference),
        *([(lambda: _("One thing"), lambda: case.title)] if case.bundle_id else []),
        (lambda: _("Matter"), lambda: "; ".join(f"{edition.name} ({edition.matter.code})" for edition in editions)),
        (lambda: _("Applicant"), lambda: str(case.applicant)),
    ]
    if document is not None:
        head.append((lambda: _("Passport"), lambda: mask_number(document.number)))
    payload = {
        "title": _both(case, title),
        "facts": [{"label": _both(case, label), "value": _both(case, value)} for label, value in head + facts],
        "paragraphs": _both(case, lambda: [paragraph() for paragraph in paragraphs]),
        "legal": _both(case, legal) if legal else None,
        "remedies": _both(case, lambda: "\n".join(edition.remedies for edition in editions)) if with_remedies else None,
        "signer": _both(case, lambda: organisation.name),
    }
    issued = document_issue(
        kind=f"approvals.{kind}",
        template="documents/pdf/letter.html",
        organisation=organisation,
        person=case.applicant,
        language=case.language,
        payload=payload,
        by=by,
        prefix=prefix,
    )
    Letter.objects.create(case=case, kind=kind, document=issued)
    return issued


def _both(case: Case, text: Callable[[], Any]) -> Both:
    with translation.override("zh-hans"):
        chinese = text()
    with translation.override(case.language):
        return {"zh": chinese, "lang": text()}


def _gap_words(gap: Any) -> str:
    return _("%(paper)s, by %(day)s") % {"paper": gap.requirement.name, "day": _day(gap.due_on)}


def _accepted_words(case: Case, *, is_whole: bool) -> list[Callable[[], str]]:
    if case.is_deemed:
        return [
            lambda: _(
                "The window did not answer in time, so by law the application counts as accepted from the day it was "
                "received (Administrative Licensing Law, art. 32). The departments have begun."
            )
        ]
    if is_whole:
        return [lambda: _("The application is complete and in the proper form. The departments have begun.")]
    return [
        lambda: _("The departments have begun. The papers named above may follow by the day beside each."),
        lambda: _("If one of them is not there and in order by then, the acceptance is revoked."),
    ]


def _follows(gap: Any) -> Fact:
    return (
        lambda: _("To follow: %(paper)s") % {"paper": gap.requirement.name},
        lambda: _("by %(day)s") % {"day": _day(gap.due_on)},
    )


def _deficiency(item: CorrectionItem) -> Fact:
    return lambda: item.requirement.name, lambda: _reason_words(item.reason, item.note)


def _reason_words(reason: StandardReason | None, note: str) -> str:
    text = reason.text if reason else ""
    return f"{text} {note}".strip()


def _matter_names(case: Case) -> str:
    """What was applied for, in the language in force."""
    return case.title


def _day(value: Any) -> str:
    return workdays.date_words(value, year=True) if value else ""


def _moment(value: Any) -> str:
    return f"{_day(timezone.localtime(value))} {timezone.localtime(value):%H:%M}" if value else ""
