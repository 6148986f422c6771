"""The letters of simulated cases: the words of a kind are put together once, then only dates and names change."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from approvals.models import Case, MatterEdition, StandardReason
from yiwu_portal.people.service import mask_number

Both = dict[str, Any]
TITLES: dict[str, Callable[[], str]] = {
    "receipt": lambda: _("Receipt of an application"),
    "acceptance": lambda: _("Notice of acceptance"),
    "correction": lambda: _("Notice of corrections, told all at once"),
    "not_accepted": lambda: _("Notice of refusal to accept"),
    "refused": lambda: _("Decision of refusal"),
}
LABELS: dict[str, Callable[[], str]] = {
    "reference": lambda: _("Reference number"),
    "matter": lambda: _("Matter"),
    "applicant": lambda: _("Applicant"),
    "passport": lambda: _("Passport"),
    "submitted": lambda: _("Handed in"),
    "acceptance_due": lambda: _("Answer about acceptance by"),
    "accepted": lambda: _("Accepted"),
    "promised": lambda: _("Promised for"),
    "answer_by": lambda: _("Please answer by"),
    "reason": lambda: _("Reason"),
    "decided": lambda: _("Decided"),
    "valid_until": lambda: _("Valid until"),
}


class Letters:
    """Writes the letters of many cases."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, str], Both] = {}

    def payload(
        self,
        *,
        case: Case,
        edition: MatterEdition,
        kind: str,
        number: str,
        facts: dict[str, date | datetime | StandardReason],
    ) -> dict[str, Any]:
        """What the letter's template prints; `kind` is a key of `TITLES`, or `granted`; `number` the passport's."""
        language = case.language
        values: dict[str, Both] = {
            "reference": {"zh": case.reference, "lang": case.reference},
            "matter": self._both(("matter", edition.pk), language, lambda: f"{edition.name} ({edition.matter.code})"),
            "applicant": {"zh": str(case.applicant), "lang": str(case.applicant)},
            "passport": {"zh": mask_number(number), "lang": mask_number(number)},
            **{name: self._value(value, language) for name, value in facts.items()},
        }
        title = TITLES.get(kind, lambda: edition.result_name)
        remedies = kind in ("not_accepted", "granted", "refused")
        return {
            "title": self._both((kind, edition.pk), language, title),
            "facts": [
                {"label": self._both(("label", name), language, LABELS[name]), "value": value}
                for name, value in values.items()
            ],
            "paragraphs": {"zh": [], "lang": []},
            "legal": None,
            "remedies": self._both(("remedies", edition.pk), language, lambda: edition.remedies) if remedies else None,
            "signer": self._both(
                ("signer", case.organisation_id), language, lambda: str(edition.matter.organisation.name)
            ),
        }

    def _value(self, value: Any, language: str) -> Both:
        if isinstance(value, StandardReason):
            return self._both(("reason", value.pk), language, lambda: value.text)
        if isinstance(value, datetime):
            value = timezone.localdate(value)
        return self._both(value, language, lambda: date_format(value, "DATE_FORMAT"))

    def _both(self, key: Any, language: str, text: Callable[[], str]) -> Both:
        kept = self._kept.get((key, language))
        if kept is None:
            with translation.override("zh-hans"):
                chinese = text()
            with translation.override(language):
                kept = self._kept[key, language] = {"zh": chinese, "lang": text()}
        return kept
