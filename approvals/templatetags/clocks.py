"""How a date is computed, beside the date."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language

from yiwu_portal.workdays import service as workdays

register = template.Library()


@register.inclusion_tag("approvals/_how.html")
def how(computation: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """The sentences behind a stored date, folded away; nothing for none."""
    if not computation:
        return {"lines": []}
    return {"lines": workdays.explain(workdays.Computation.from_dict(computation), get_language() or "en")}
