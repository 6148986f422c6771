"""Tags and filters every template has (a builtin: no `{% load %}`). All are shown on /styleguide/.

A page: {% extends "web/base.html" %} with blocks title, description, head, crumbs, main (within the margins) or frame
(edge to edge); a desk says {% block body_class %}page-wide{% endblock %}. A `form` in the context with errors puts
"Error:" before the title. `fragment` is true when htmx wants #main alone; no template needs to ask.

Data-driven components; each item is a dict, optional keys may be left out:
  {% status_tag text tone icon="" %}         tone: jade done · harbour going · amber soon · seal late, refused · plain
  {% error_summary form %}                   takes the focus; also {% error_summary form extra %} (list of sentences)
  {{ form }}, {{ form.x.as_field_group }}    fields drawn by the house; or {% field form.x ltr=True counter=200 %}
  {% task_list items %}                      [{text, url, status, tone, hint, zh}]
  {% summary_list rows %}                    [{key, value, url, change, zh, ltr}]  (`url`: where it is changed)
  {% timeline items %}                       [{title, moment, text, url, url_text, todo, tone}]
  {% clock due=date used=4 promised=10 statutory=20 tone="" url="" provisional=False paused=False note="" %}
  {% pagination page %}                      a Django `Page`; keeps the query string
  {% empty_state title text url="" url_text="" %}
  {% doors items %}                          [{text, url, description}]
  {% figures items %}                        [{value, label, url}]
  {% steps now total label="" %}             "Step 2 of 5"
  {% search_box url value label name="q" large=False %}
  {% breadcrumbs text url text url … here %} pairs, the last one without address
  {% icon name %}                            check clock alert info cross dot arrow back file menu search camera print
Blocks:
  {% banner tone title="" role="" %}…{% endbanner %}      {% panel title %}…{% endpanel %} (confirmation, holds the h1)
  {% details summary open=False %}…{% enddetails %}       {% sheet title="" %}…{% endsheet %}
Inline:
  {% zh "受理" %} the Chinese term beside a label         {% bdi value %} a name, number or code in any direction
  {{ value|day }} Thursday 22 October 2026 · {{ value|day_short }} 22 Oct 2026 · {{ value|moment }} with the time
  {{ value|number }} with the language's separators       {% querystring page=2 %} is Django's own
Plain classes: btn (btn-quiet, btn-danger, btn-small, btn-link, btn-wide), actions,
table (table-dense, table-keep; td data-label), num, filters, filter-links, desk + desk-side, columns, column-narrow,
prose, lead, muted, small, cluster, stack, section, checklist, viewer.
Keyboard: data-key="a" on a link or button, data-key-row on table rows (J, K), <dialog class="keys"> opens on `?`.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwu_portal.web import marks

register = template.Library()
COMPONENTS = "web/components/"


# --- inline ---------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawn sign beside a word, never instead of it."""
    return marks.icon(name)


@register.simple_tag
def zh(term: str) -> SafeString:
    """The Chinese term, to be shown at a counter; says nothing on a Chinese page, which has it already."""
    if not term or (get_language() or "").startswith("zh"):
        return SafeString("")
    return format_html(' <span class="zh" lang="zh-Hans">{}</span>', term)


@register.simple_tag
def bdi(value: Any) -> SafeString:
    """A name, number or code that keeps its own direction."""
    return format_html("<bdi>{}</bdi>", value)


@register.filter
def day(value: date | datetime | None) -> str:
    """A long date with its weekday, in the page's language; a moment is taken on Yiwu's calendar."""
    return marks.dated(value, marks.LONG_DAY, "l j F Y")


@register.filter
def day_short(value: date | datetime | None) -> str:
    """A date for tables."""
    return marks.dated(value, marks.SHORT_DAY, "j M Y")


@register.filter
def moment(value: datetime | None) -> str:
    """A date and the time in Yiwu."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    comma = marks.COMMAS.get(get_language() or "", ", ")
    return f"{marks.dated(local, marks.SHORT_DAY, 'j M Y')}{comma}{local:%H:%M}"


@register.filter
def number(value: int | float | Decimal | None) -> str:
    """A number with the language's separators."""
    return "" if value is None else formats.number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def message_tone(level: str) -> str:
    """The tone of a message of Django's framework."""
    return {"success": "jade", "warning": "amber", "error": "seal"}.get(level, "harbour")


@register.filter
def input_kind(bound: BoundField) -> str:
    """How the field template draws a widget: text, choices, check, upload or area."""
    return marks.input_kind(bound.field.widget)


@register.simple_tag
def status_tag(text: Any, tone: str = "plain", icon: str = "") -> SafeString:
    """A state in a word, with its sign."""
    sign = icon or marks.TONE_ICONS.get(tone, "")
    return format_html('<span class="tag tag-{}">{}{}</span>', tone, marks.icon(sign) if sign else "", text)


# --- forms ----------------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, *, ltr: bool = False, counter: int = 0) -> SafeString:
    """One field: label, hint, error, input; `ltr` for codes and numbers in a right-to-left page."""
    if ltr:
        bound.field.widget.attrs["dir"] = "ltr"
    if counter:
        bound.field.counter = counter  # type: ignore[attr-defined]
    return bound.as_field_group()


@register.inclusion_tag(COMPONENTS + "error_summary.html")
def error_summary(form: BaseForm | None, extra: list[str] | None = None, *, focus: bool = True) -> dict[str, Any]:
    """All that is wrong, each a link to its field; empty when nothing is."""
    rows = []
    if form is not None:
        rows = [{"text": text, "url": ""} for text in form.non_field_errors()]
        rows += [
            {"text": marks.named(bound, str(text)), "url": f"#{marks.first_input(bound)}"}
            for bound in form
            for text in bound.errors
        ]
    return {"rows": rows + [{"text": text, "url": ""} for text in extra or []], "focus": focus}


# --- data-driven components -----------------------------------------------------------------------------------------


@register.inclusion_tag(COMPONENTS + "task_list.html")
def task_list(items: list[dict[str, Any]]) -> dict[str, Any]:
    """What is to be done, each with its state."""
    return {"items": items}


@register.inclusion_tag(COMPONENTS + "summary_list.html")
def summary_list(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Questions and answers, each with a link to change it."""
    return {"rows": rows}


@register.inclusion_tag(COMPONENTS + "timeline.html")
def timeline(items: list[dict[str, Any]]) -> dict[str, Any]:
    """What happened and what is still to come, in order."""
    return {"items": items}


@register.inclusion_tag(COMPONENTS + "clock.html")
def clock(
    *,
    due: date | None = None,
    used: int | float = 0,
    promised: int | float | None = None,
    statutory: int | float | None = None,
    tone: str = "",
    url: str = "",
    provisional: bool = False,
    paused: bool = False,
    note: str = "",
) -> dict[str, Any]:
    """The public clock: working days used, promised and allowed by law side by side."""
    bar = marks.clock_bar(used=used, promised=promised, statutory=statutory)
    return {
        "due": due,
        "used": used,
        "promised": promised,
        "statutory": statutory,
        "tone": tone or bar.tone,
        "bar": bar,
        "url": url,
        "provisional": provisional,
        "paused": paused,
        "note": note,
    }


@register.inclusion_tag(COMPONENTS + "pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page) -> dict[str, Any]:
    """Earlier and later pages of a list, the query string kept."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "request": context.get("request")}


@register.inclusion_tag(COMPONENTS + "empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", url_text: str = "") -> dict[str, Any]:
    """Nothing here, why, and what to do next."""
    return {"title": title, "text": text, "url": url, "url_text": url_text}


@register.inclusion_tag(COMPONENTS + "doors.html")
def doors(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Ways in, each with a sentence."""
    return {"items": items}


@register.inclusion_tag(COMPONENTS + "figures.html")
def figures(items: list[dict[str, Any]]) -> dict[str, Any]:
    """A few large numbers with what they count."""
    return {"items": items}


@register.inclusion_tag(COMPONENTS + "steps.html")
def steps(now: int, total: int, label: str = "") -> dict[str, Any]:
    """Where one stands in a row of steps."""
    return {"now": now, "total": total, "label": label, "marks": [step <= now for step in range(1, total + 1)]}


@register.inclusion_tag(COMPONENTS + "search_box.html")
def search_box(
    url: str, value: str = "", label: str = "", name: str = "q", *, large: bool = False, button: str = ""
) -> dict[str, Any]:
    """A search form that works by GET."""
    return {
        "url": url,
        "value": value or "",
        "label": label or _("Find a service"),
        "name": name,
        "large": large,
        "button": button or _("Find"),
    }


@register.inclusion_tag(COMPONENTS + "breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, Any]:
    """The way here: text and address in turn, the last text alone."""
    pairs = [{"text": parts[i], "url": parts[i + 1]} for i in range(0, len(parts) - 1, 2)]
    return {"pairs": pairs, "here": parts[-1] if len(parts) % 2 else ""}


# --- blocks ---------------------------------------------------------------------------------------------------------


def _block(name: str, **context: Any) -> SafeString:
    markup = render_to_string(f"{COMPONENTS}{name}.html", context)
    return mark_safe(markup)  # noqa: S308 - a template escaped it # nosec B308 B703


@register.simple_block_tag
def banner(content: str, tone: str = "harbour", title: str = "", role: str = "") -> SafeString:
    """News about this page."""
    return _block("banner", content=content, tone=tone, title=title, role=role, icon=marks.TONE_ICONS.get(tone, "info"))


@register.simple_block_tag
def panel(content: str, title: str) -> SafeString:
    """It is done: the confirmation page's head."""
    return _block("panel", content=content, title=title)


@register.simple_block_tag
def details(content: str, summary: str, *, open: bool = False) -> SafeString:
    """More for those who ask."""
    return _block("details", content=content, summary=summary, open=open)


@register.simple_block_tag
def sheet(content: str, title: str = "") -> SafeString:
    """A white sheet on the paper ground."""
    return _block("sheet", content=content, title=title)
