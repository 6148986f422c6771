"""Columns a page leaves in the database: texts of the guide, each in every language, that no list and no case shows."""

from django.conf import settings
from modeltranslation.utils import build_localized_fieldname

GUIDE_TEXTS = ("summary", "conditions", "process", "visit_reason", "fee_note", "place", "keywords")
DECISION_TEXTS = ("remedies", "result_name")


def texts(prefix: str, *names: str) -> list[str]:
    """The names of translated columns in every language, reached over `prefix`, for `defer()`.

    On a model without translations of its own the query would else leave out the untranslated column alone.
    """
    languages = [code for code, _name in settings.LANGUAGES]
    localized = [build_localized_fieldname(name, code) for name in names for code in languages]
    return [f"{prefix}{name}" for name in (*names, *localized)]


def guide_columns(prefix: str) -> list[str]:
    """What only the guide shows of an edition."""
    return texts(prefix, *GUIDE_TEXTS)


def list_columns(prefix: str) -> list[str]:
    """What a list leaves out of an edition: all but its name and its limits."""
    return [*guide_columns(prefix), *texts(prefix, *DECISION_TEXTS), f"{prefix}form"]
