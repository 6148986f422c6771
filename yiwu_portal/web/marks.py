"""Pure drawing: icons, dates in six languages, the geometry of the clock, which input a widget is."""

from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.forms import BoundField, Widget
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

TONE_ICONS = {"jade": "check", "harbour": "dot", "amber": "clock", "seal": "alert"}

_PATHS = {
    "check": '<path d="M3.5 9.5l4 4 9-9.5"/>',
    "clock": '<circle cx="10" cy="10" r="7.5"/><path d="M10 5.5V10l3 2.5"/>',
    "alert": '<path d="M10 3v9M10 16.2v.3"/>',
    "info": '<circle cx="10" cy="10" r="7.5"/><path d="M10 9v5M10 6v.2"/>',
    "cross": '<path d="M5 5l10 10M15 5L5 15"/>',
    "dot": '<circle cx="10" cy="10" r="3.5" fill="currentColor"/>',
    "arrow": '<path d="M3 10h13M11 4.5l5.5 5.5-5.5 5.5"/>',
    "back": '<path d="M17 10H4M9 4.5L3.5 10 9 15.5"/>',
    "file": '<path d="M5 2.5h6.5L16 7v10.5H5zM11 2.5V7.5h5"/>',
    "menu": '<path d="M3 5.5h14M3 10h14M3 14.5h14"/>',
    "search": '<circle cx="8.5" cy="8.5" r="5.5"/><path d="M13 13l4.5 4.5"/>',
    "camera": '<path d="M2.5 6h3.5l1.5-2.5h5L14 6h3.5v10.5h-15z"/><circle cx="10" cy="11" r="3"/>',
    "print": '<path d="M5.5 7V2.5h9V7M5.5 14h-3V7h15v7h-3M5.5 11.5h9v6h-9z"/>',
}
_DIRECTIONAL = {"arrow", "back"}

LONG_DAY = {
    "zh-hans": "Y年n月j日 l",
    "ru": "l, j E Y г.",
    "es": r"l j \d\e F \d\e Y",
    "ar": "l j F Y",
}
COMMAS = {"zh-hans": " ", "ar": "، "}
SHORT_DAY = {"zh-hans": "Y年n月j日", "ru": "j E Y", "ar": "j F Y", "es": r"j \d\e F \d\e Y", "fr": "j F Y"}


def icon(name: str) -> SafeString:
    """The icon as SVG in the colour of the text around it; hidden from screen readers, a word always stands beside."""
    turned = " icon-directional" if name in _DIRECTIONAL else ""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2.2"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        turned,
        mark_safe(_PATHS[name]),  # noqa: S308 - drawn above # nosec B308 B703
    )


def dated(value: date | datetime | None, formats: dict[str, str], otherwise: str) -> str:
    """A date in the format of the page's language; a moment falls on Yiwu's calendar day."""
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return dateformat.format(value, formats.get(get_language() or "", otherwise))


@dataclass(frozen=True)
class ClockBar:
    """Widths of the clock's bar in hundredths, written as SVG wants them in any language."""

    used: str
    promised: str | None
    tone: str


def clock_bar(*, used: float, promised: float | None, statutory: float | None) -> ClockBar:
    """Put the used days and the promise on one line as long as the longest of the three (all in working days)."""
    whole = max(used, promised or 0, statutory or 0) or 1
    tone = "harbour"
    if statutory is not None and used > statutory:
        tone = "seal"
    elif promised is not None and used > promised:
        tone = "amber"
    tick = None if promised is None or promised >= whole else f"{100 * promised / whole:.1f}"
    return ClockBar(used=f"{100 * used / whole:.1f}", promised=tick, tone=tone)


def input_kind(widget: Widget) -> str:
    """The way a widget is laid out."""
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.FileInput):
        return "upload"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "area" if isinstance(widget, forms.Textarea) else "text"


def first_input(bound: BoundField) -> str:
    """The id a link of the error summary leads to: the field's first input."""
    return f"{bound.auto_id}_0" if bound.use_fieldset else str(bound.id_for_label or bound.auto_id)


def named(bound: BoundField, error: str) -> str:
    """An error away from its field names the field, unless its text was written for this field."""
    own = type(bound.field).default_error_messages
    general = {str(text) for text in (forms.Field.default_error_messages | own).values()}
    return f"{bound.label}: {error}" if error in general else error
