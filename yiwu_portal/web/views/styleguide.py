"""Every component on one page, in the page's direction, and a sample in the other one."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_bidi, gettext_lazy, override
from django.utils.translation import gettext as _

from yiwu_portal.web.service import CameraInput, page, public_page


class SampleForm(forms.Form):
    """One field of each kind, some of them wrong."""

    name = forms.CharField(label=gettext_lazy("Full name"), help_text=gettext_lazy("As in your travel document."))
    passport = forms.RegexField(
        r"^[A-Z0-9]{6,9}$",
        label=gettext_lazy("Passport number"),
        help_text=gettext_lazy("Look for O and 0."),
        error_messages={"invalid": gettext_lazy("Enter the passport number as in the machine-readable line")},
    )
    trade = forms.ChoiceField(
        label=gettext_lazy("What do you trade?"),
        choices=[("toys", gettext_lazy("Toys")), ("cloth", gettext_lazy("Textiles"))],
    )
    delivery = forms.ChoiceField(
        label=gettext_lazy("How should the result reach you?"),
        choices=[("express", gettext_lazy("Express delivery")), ("counter", gettext_lazy("Counter pick-up"))],
        widget=forms.RadioSelect,
    )
    arrived_on = forms.DateField(
        label=gettext_lazy("Arrived on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    photo = forms.FileField(label=gettext_lazy("Photograph of the document"), required=False, widget=CameraInput)
    agrees = forms.BooleanField(label=gettext_lazy("I have read the notice"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].zh = "姓名"  # type: ignore[attr-defined]
        self.fields["passport"].widget.attrs["dir"] = "ltr"
        self.fields["note"].counter = 200  # type: ignore[attr-defined]


@public_page
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components; law: each exists once and is shown here in both directions."""
    other = "en" if get_language_bidi() else "ar"
    with override(other):
        opposite = {**_samples("other"), "form": SampleForm(prefix="other")}
    wrong = SampleForm({"name": "Amira Haddad", "passport": "L898902C3!"}, auto_id="id_%s")
    context = {
        **_samples(""),
        "sample": wrong,
        "other": other,
        "other_dir": "ltr" if other == "en" else "rtl",
        "opposite": opposite,
        "no_index": True,
        "is_front": False,
    }
    return page(request, "web/styleguide.html", context)


def _samples(prefix: str) -> dict[str, Any]:
    at = datetime(2026, 10, 9, 10, 42, tzinfo=ZoneInfo("Asia/Shanghai"))
    return {
        "due": date(2026, 10, 22),
        "at": at,
        "tasks": _tasks(),
        "rows": _rows(),
        "events": _events(at),
        "listed": Paginator(range(230), 20).page(4),
        "items": [
            {
                "text": _("Follow my application"),
                "url": "#",
                "description": _("With your reference, no sign-in needed."),
            },
            {
                "text": _("Verify a document"),
                "url": "#",
                "description": _("Scan the code, or type the letters beside it."),
            },
            {
                "text": _("The figures"),
                "url": "#",
                "description": _("What is promised, what is kept, how it is counted."),
            },
        ],
        "numbers": [
            {"value": "125", "label": _("matters at one window"), "url": "#"},
            {"value": "31", "label": _("need no visit at all")},
            {"value": "4.2", "label": _("working days, usual time")},
        ],
    }


def _tasks() -> list[dict[str, Any]]:
    return [
        {"text": _("About you"), "url": "#", "status": _("Done"), "tone": "jade", "zh": "个人信息"},
        {"text": _("Your company"), "url": "#", "status": _("In progress"), "tone": "harbour"},
        {
            "text": _("Papers"),
            "url": "#",
            "status": _("Due tomorrow"),
            "tone": "amber",
            "hint": _("2 of 5 are missing."),
        },
        {"text": _("Check your answers"), "status": _("Cannot start yet"), "tone": "plain"},
    ]


def _rows() -> list[dict[str, Any]]:
    return [
        {"key": _("Full name"), "value": "Amira Haddad", "url": "#", "zh": "姓名"},
        {"key": _("Passport number"), "value": "L898902C3", "url": "#", "ltr": True},
        {"key": _("Telephone"), "value": "+86 579 8523 4567", "url": "#", "ltr": True},
    ]


def _events(at: datetime) -> list[dict[str, Any]]:
    return [
        {"title": _("Submitted"), "moment": at - timedelta(days=1), "url": "#", "url_text": _("Receipt")},
        {"title": _("Accepted"), "moment": at, "text": _("window 12"), "tone": "jade"},
        {"title": _("Four departments began at once"), "moment": at},
        {"title": _("Delivered by courier"), "text": _("after the last decision"), "todo": True},
    ]
