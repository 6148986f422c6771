"""How limits, fees and lists of the catalogue are said; `{% load catalogue %}`."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.models.catalogue import MaterialRequirement, MatterEdition, Unit
from approvals.queries.bundles import Guide

register = template.Library()


@register.filter
def promised_limit(edition: MatterEdition) -> str:
    """The promised limit in words, with its unit."""
    return limit_words(edition.promised_amount, edition.promised_unit)


@register.filter
def statutory_limit(edition: MatterEdition) -> str:
    """The limit of the law in words, with its unit; a matter without one says so."""
    if edition.statutory_amount is None:
        return _("The law sets no limit")
    return limit_words(edition.statutory_amount, edition.statutory_unit)


def limit_words(amount: int, unit: str) -> str:
    """An amount of a unit; nothing at all means the same day."""
    if amount == 0:
        return _("the same day")
    if unit == Unit.WORKING_DAY:
        said = ngettext("%(number)d working day", "%(number)d working days", amount)
    elif unit == Unit.CALENDAR_DAY:
        said = ngettext("%(number)d calendar day", "%(number)d calendar days", amount)
    else:
        said = ngettext("%(number)d month", "%(number)d months", amount)
    return said % {"number": amount}


@register.filter
def working_days_words(days: int) -> str:
    """So many working days; none at all means the same day."""
    return limit_words(days, Unit.WORKING_DAY)


@register.filter
def visits_words(edition: "MatterEdition | Guide") -> str:
    """How often one must come, for a service or a bundle."""
    if edition.visits == 0:
        return _("No visit needed")
    return ngettext("%(number)d visit", "%(number)d visits", edition.visits) % {"number": edition.visits}


@register.filter
def fee_words(edition: "MatterEdition | Guide") -> str:
    """The fee of a service or a bundle, in CNY."""
    if edition.fee_fen == 0:
        return _("Free of charge")
    amount = Decimal(edition.fee_fen) / 100
    places = 0 if amount == amount.to_integral_value() else 2
    return _("%(amount)s CNY") % {"amount": number_format(amount, places, force_grouping=True)}


@register.filter
def source_words(material: MaterialRequirement) -> str:
    """Where a paper comes from and whether it is always needed."""
    return f"{material.get_necessity_display()} · {material.get_source_display()}"


@register.filter
def lines(text: str) -> list[str]:
    """The items of a text with one item a line."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
