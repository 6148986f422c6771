"""A user's open business, as her own start page lists it: what waits for her first, then what she waits for."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.models import Case
from approvals.queries.cases import cases_listed, cases_of, drafts_of
from approvals.queries.clocks import gaps_waiting
from approvals.queries.desks import desk_counts, window_counts
from yiwu_portal.centre.service import Role, has_role
from yiwu_portal.workdays import service as workdays

LISTED = 10  # of each kind; the full list is a page of its own


def business(user: Any) -> list[dict[str, Any]]:
    """Rows {text, url, status, tone, hint} of the task list component: desks, corrections, drafts, cases under way."""
    return [*_desks(user), *_corrections(user), *_gaps(user), *_drafts(user), *_under_way(user)]


def _desks(user: Any) -> list[dict[str, Any]]:
    today, rows = workdays.today(), []
    if has_role(user, Role.CLERK):
        counts = window_counts(user, today)
        rows.append(_desk(_("Window inbox"), "window_list", counts["waiting"], _due(counts["today"])))
    if has_role(user, Role.OFFICER):
        counts = desk_counts(user, today)
        rows.append(_desk(_("Department desk"), "desk_list", counts["waiting"], _due(counts["today"] + counts["late"])))
    elif has_role(user, Role.HEAD):
        number = desk_counts(user, today)["to_sign"]
        rows.append(_desk(_("To sign"), "desk_list", number, ""))
    return rows


def _desk(text: str, url_name: str, waiting: int, due: str) -> dict[str, Any]:
    status = ngettext("%(number)d waits", "%(number)d wait", waiting) % {"number": waiting}
    tone = "amber" if due else "harbour" if waiting else "plain"
    return {"text": text, "url": reverse(url_name), "status": status, "tone": tone, "hint": due}


def _due(number: int) -> str:
    if not number:
        return ""
    words = ngettext("%(number)d is due today or overdue", "%(number)d are due today or overdue", number)
    return words % {"number": number}


def _corrections(user: Any) -> list[dict[str, Any]]:
    cases = cases_listed(cases_of(user).filter(state=Case.State.CORRECTING)).select_related("correction")
    return [
        _row(
            case,
            reverse("case_correct", args=[case.reference]),
            "amber",
            _("Answer by %(day)s") % {"day": date_format(case.correction.due_on, "DATE_FORMAT")},
        )
        for case in cases.order_by("correction__due_on", "id")[:LISTED]
    ]


def _gaps(user: Any) -> list[dict[str, Any]]:
    """Papers that have to follow and are not there."""
    return [
        {
            "text": f"{gap.requirement.name} · {gap.case.reference}",
            "url": reverse("gap_fill", args=[gap.case.reference, gap.pk]),
            "status": _("to be given"),
            "tone": "amber",
            "hint": _("Answer by %(day)s") % {"day": date_format(gap.due_on, "DATE_FORMAT")},
        }
        for gap in gaps_waiting(cases_of(user))[:LISTED]
    ]


def _drafts(user: Any) -> list[dict[str, Any]]:
    drafts = cases_listed(drafts_of(user, ())).order_by("-changed_at", "-id")[:LISTED]
    return [_row(case, reverse("draft_show", args=[case.key]), "plain", _("Not handed in yet")) for case in drafts]


def _under_way(user: Any) -> list[dict[str, Any]]:
    states = (Case.State.SUBMITTED, Case.State.ACCEPTED)
    cases = cases_listed(cases_of(user).filter(state__in=states)).order_by("-id")[:LISTED]
    return [_row(case, reverse("case_show", args=[case.reference]), "harbour", _expected(case)) for case in cases]


def _expected(case: Case) -> str:
    """When the next answer comes."""
    if case.state == Case.State.SUBMITTED:
        due = case.acceptance_due_on
        words = _("Answer about acceptance by %(day)s")
    else:
        due = max((matter.promised_due_on for matter in case.matters.all() if matter.promised_due_on), default=None)
        words = _("Decision promised for %(day)s")
    return words % {"day": date_format(due, "DATE_FORMAT")} if due else ""


def _row(case: Case, url: str, tone: str, hint: str) -> dict[str, Any]:
    text = f"{case.title} · {case.reference}" if case.reference else case.title
    return {"text": text, "url": url, "status": case.get_state_display(), "tone": tone, "hint": hint}
