"""Reference numbers of cases: `YW-2026-004417-K`, the last sign an ISO 7064 MOD 37-36 check character."""

import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36


def reference_make(year: int, serial: int) -> str:
    """The reference of the serial-th case; serials beyond a million simply grow longer."""
    body = f"{year:04d}{serial:06d}"
    return f"YW-{body[:4]}-{body[4:]}-{mod_37_36.calc_check_digit(body)}"


def reference_read(text: str) -> str | None:
    """The reference somebody typed, in its proper form; None when its check character does not fit."""
    plain = re.sub(r"[^0-9A-Z]", "", text.upper())
    plain = plain.removeprefix("YW")
    if not 11 <= len(plain) <= 16:
        return None
    try:
        mod_37_36.validate(plain)
    except ValidationError:
        return None
    if not plain[:-1].isdigit():
        return None
    return f"YW-{plain[:4]}-{plain[4:-1]}-{plain[-1]}"
