"""The written notices of the clocks: suspension, extension, lapse (ALL art. 42, 45; Zhejiang rule art. 11)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from approvals.actions.telling import Fact, letter_write
from approvals.models import Case, CaseMatter, Extension, MaterialRequirement, Suspension
from yiwu_portal.accounts.models import User
from yiwu_portal.workdays import service as workdays

DETAILS = {  # why it lapsed, as the letter says it
    "correction": lambda: _("The papers asked for did not come by the day that had been told."),
    "gap": lambda: _("The papers that were to follow were not there and in order by the day that had been told."),
}


def suspension_issue(*, case: Case, matter: CaseMatter, suspension: Suspension, by: User) -> Any:
    """The notice of suspension: ground, until when, and the dates that follow from it."""
    return letter_write(
        case=case,
        kind="suspension",
        by=by,
        title=lambda: _("Notice of suspension"),
        facts=[
            (lambda: _("Ground"), lambda: _ground(suspension)),
            (lambda: _("The clock stands still from"), _day(suspension.first_on)),
            (lambda: _("until"), _day(suspension.expected_on)),
            *_dates(matter),
        ],
        paragraphs=[
            lambda: _("These days do not count. On the day after them the clock goes on by itself."),
        ],
        organisation=suspension.task.organisation,
        editions=[matter.edition],
        legal=lambda: _("Administrative Licensing Law, art. 45"),
    )


def extension_issue(*, case: Case, matter: CaseMatter, extension: Extension, by: User) -> Any:
    """The notice of extension: how many working days more, why, and the dates that follow from it."""
    return letter_write(
        case=case,
        kind="extension",
        by=by,
        title=lambda: _("Notice of extension"),
        facts=[
            (lambda: _("Working days more"), lambda: str(extension.days)),
            (lambda: _("Reason"), lambda: extension.reason),
            *_dates(matter),
        ],
        paragraphs=[lambda: _("The head of the department approved it. A limit is extended once only.")],
        organisation=extension.task.organisation,
        editions=[matter.edition],
        legal=lambda: _("Administrative Licensing Law, art. 42"),
    )


def lapse_issue(*, case: Case, why: str, papers: Sequence[MaterialRequirement]) -> Any:
    """The notice of lapse with its reasons: `why` is `correction` or `gap`, `papers` what never came."""
    names: Callable[[], str] = lambda: "; ".join(paper.name for paper in papers)  # noqa: E731
    return letter_write(
        case=case,
        kind="lapse",
        by=None,
        title=lambda: _("Notice of lapse"),
        facts=[(lambda: _("Reason"), DETAILS[why]), (lambda: _("Papers missing"), names)],
        paragraphs=[
            lambda: _("Nothing more happens with this application. You may apply again at any time; papers are kept.")
        ],
        with_remedies=True,
    )


def _ground(suspension: Suspension) -> str:
    return f"{suspension.get_ground_display()} {suspension.note}".strip()


def _dates(matter: CaseMatter) -> list[Fact]:
    facts: list[Fact] = [(lambda: _("Promised for"), _day(matter.promised_due_on))]
    if matter.statutory_due_on:
        facts.append((lambda: _("Due by law"), _day(matter.statutory_due_on)))
    return facts


def _day(value: Any) -> Callable[[], str]:
    return lambda: workdays.date_words(value, year=True) if value else ""
