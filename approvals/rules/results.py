"""The numbers a result carries into later matters, such as the credit code of a new licence."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from yiwu_portal.lifecycle.service import Refused


def results_read(wanted: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Every number wanted, in its proper form; raises `Refused` for one that is missing or wrong."""
    return {key: result_read(kind, given.get(key, "")) for key, kind in wanted.items()}


def result_read(kind: str, value: str) -> str:
    """One number in its proper form; raises `Refused` when it is missing or wrong."""
    return _READERS[kind](value)


def result_label(key: str) -> str:
    """What a number of a result is called, in the reader's language."""
    return {"credit_code": _("Unified social credit code")}.get(key, key)


def credit_code_read(value: str) -> str:
    """A unified social credit code (GB 32100), checked by its last sign."""
    try:
        return uscc.validate(uscc.compact(value).upper())
    except ValidationError as error:
        raise Refused(
            _("The new credit code is missing or wrong: 18 letters and digits, the last one checks the others.")
        ) from error


_READERS = {"credit_code": credit_code_read}
