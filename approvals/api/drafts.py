"""Applying for programs: begin, answer, add papers, hand in; the same queries and actions as the pages."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.parsers import MultiPartParser

from approvals.actions import drafts as actions
from approvals.api import case_outputs as outputs
from approvals.api.cases import case_of
from approvals.api.inputs import AnswersIn, DraftStartIn, MaterialIn
from approvals.api.papers import paper_choice
from approvals.forms.answers import CaseAnswerForm
from approvals.models import Case
from approvals.queries.bundles import bundles_current, case_form
from approvals.queries.cases import (
    case_whole,
    cases_listed,
    draft_progress,
    drafts_of,
    edition_in_force,
    requirements_asked,
)
from approvals.rules.answers import steps_asked
from yiwu_portal.api.service import Listing, Nothing, Problem, Read, Write
from yiwu_portal.people import service as people


class DraftList(Listing):
    """Your drafts, the last changed first."""

    verb, tag, scope, item = "draft_list", "drafts", "cases:read", outputs.DraftOut
    ordering = ("-changed_at", "-id")

    def rows(self, asked: dict[str, Any], **where: Any) -> Any:
        """Those of the people the caller may act for."""
        return cases_listed(drafts_of(self.request.user, ()))


class DraftShow(Read):
    """One draft: questions, answers, papers, and what is still missing."""

    verb, tag, scope, output = "draft_show", "drafts", "cases:read", outputs.DraftWholeOut

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """The caller's own."""
        case = draft_of(self.request.user, where["key"])
        return draft_shown(case) if case else None


class DraftStart(Write):
    """Begin a draft of a service or a bundle, or go on with the one already begun."""

    verb, tag, scope, status = "draft_start", "drafts", "cases:write", 201
    input, output = DraftStartIn, outputs.DraftWholeOut

    def fetch(self, **where: Any) -> Any:
        """Oneself."""
        return self.request.user

    def act(self, subject: Any, given: dict[str, Any]) -> Any:
        """Begin."""
        about: dict[str, Any] = {"user": subject, "keys": [], "language": get_language() or "en"}
        if "bundle" in given:
            bundle = bundles_current().filter(code=given["bundle"].replace("\x00", "")).first()
            case = actions.bundle_start(bundle=bundle, **about) if bundle else None
        else:
            edition = edition_in_force(given["service"].replace("\x00", ""))
            case = actions.case_start(edition=edition, **about) if edition else None
        if case is None:
            raise Problem(404, "not_offered", _("There is no service with this code. You may find it by its name."))
        return draft_shown(_again(subject, case))

    def headers_for(self, done: Any) -> dict[str, str]:
        """Where the draft is."""
        return {"Location": f"/api/v1/drafts/{done.key}/"}


class _OfDraft(Write):
    """An operation on a draft of the caller's."""

    tag, scope = "drafts", "cases:write"

    def fetch(self, **where: Any) -> Any:
        """The caller's own."""
        return draft_of(self.request.user, where["key"])


class CaseAnswer(_OfDraft):
    """Keep some answers; the questions and their conditions stand in the draft.

    Each answer is checked as the page checks it. An answer whose question falls away is dropped.
    """

    verb, input, output = "case_answer", AnswersIn, outputs.DraftWholeOut

    def act(self, subject: Case, given: dict[str, Any]) -> Any:
        """Keep them."""
        answers = answers_checked(subject, given["answers"])
        case = actions.case_answer(user=self.request.user, keys=[], key=subject.key, answers=answers)
        return draft_shown(_again(self.request.user, case))


class MaterialAttach(_OfDraft):
    """Give a paper for a requirement of the draft: a new file, or one of the library."""

    verb, status, input, output = "material_attach", 201, MaterialIn, outputs.MaterialOut
    parser_classes = (MultiPartParser,)
    prepares = True

    def prepare(self, subject: Case, given: dict[str, Any]) -> dict[str, Any]:
        """Make the file safe before anything is locked."""
        asked = {requirement.pk: requirement for requirement in requirements_asked(subject)}
        if given["requirement"] not in asked:
            raise Problem(409, "not_asked", _("This paper was not asked for."))
        return paper_choice(by=self.request.user, case=subject, requirement=asked[given["requirement"]], given=given)

    def act(self, subject: Case, given: dict[str, Any]) -> Any:
        """Attach it."""
        return actions.material_attach(
            by=self.request.user,  # type: ignore[arg-type]
            keys=[],
            key=subject.key,
            **given["chosen"],
        )


class CaseSubmit(_OfDraft):
    """Hand a complete draft in; the answer carries the reference and the day by which the window answers.

    A draft that lacks something is answered 409 with `missing`.
    """

    verb, input, output = "case_submit", Nothing, outputs.CaseWholeOut

    def act(self, subject: Case, given: dict[str, Any]) -> Any:
        """Hand in."""
        case = actions.case_submit(by=self.request.user, key=subject.key)  # type: ignore[arg-type]
        return case_of(self.request.user, str(case.reference))

    def headers_for(self, done: Any) -> dict[str, str]:
        """Where the case is."""
        return {"Location": f"/api/v1/cases/{done.reference}/"}


class CaseDiscard(_OfDraft):
    """Throw a draft away; papers already in the library stay there."""

    verb, input, output = "case_discard", Nothing, outputs.DoneOut

    def act(self, subject: Case, given: dict[str, Any]) -> Any:
        """Throw away."""
        key = subject.key
        actions.case_discard(user=self.request.user, keys=[], key=key)
        return {"key": key}


def draft_of(user: Any, key: str) -> Case | None:
    """The caller's own draft, whole."""
    return case_whole(drafts_of(user, ()), key=key)


def _again(user: Any, case: Case) -> Case:
    return draft_of(user, case.key) or case


def draft_shown(case: Case) -> Any:
    """A draft with its form, what is given and what is missing."""
    progress = draft_progress(case)
    return SimpleNamespace(
        key=case.key,
        language=case.language,
        changed_at=case.changed_at,
        matters=case.matters,
        answers=case.answers,
        form=case_form(case),
        requirements=progress.requirements,
        given=list(progress.given.values()),
        missing=actions.draft_missing(
            case=case,
            papers=[requirement.pk for requirement in progress.missing],
            document=people.travel_document_current(case.applicant) if case.applicant else None,
        ),
    )


def answers_checked(case: Case, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are stored, each checked by the form of its step; raises `Problem` by question."""
    together = {**case.answers, **given}
    checked: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    asked = {field["key"]: step for step in steps_asked(case_form(case), together) for field in step["fields"]}
    for key in given:
        if key not in asked:
            errors[key] = [_("This is not asked here.")]
        elif isinstance(given[key], dict | list | bool):
            errors[key] = [_("This does not have the expected form.")]
    for step in {id(asked[key]): asked[key] for key in given if key in asked}.values():
        data = {field["key"]: together.get(field["key"]) for field in step["fields"]}
        form = CaseAnswerForm(data, step=step, language=get_language() or "en", answers=together)
        form.is_valid()
        errors |= {key: list(words) for key, words in form.errors.items() if key in given and key not in errors}
        checked |= {key: value for key, value in form.answers().items() if key in given}
    if errors:
        text = _("Some answers do not fit their questions. Nothing was kept of what was sent.")
        raise Problem(422, "answers_refused", text, errors={"answers": errors})
    return checked
