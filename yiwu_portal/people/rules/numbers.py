"""Document numbers and credit codes: one spelling each, a keyed hash for look-up, a mask for showing."""

import hashlib
import hmac
import unicodedata

from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as StdnumError

MASK = "•"


class CreditCodeProblem(ValueError):
    """Not a unified social credit code; `str()` says why in the person's language."""


def ascii_plain(text: str) -> str:
    """Full-width letters, Arabic-Indic and other digits as plain ASCII ones; the rest untouched."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def number_normal(number: str) -> str:
    """A document number in its one spelling: capitals and digits only, whatever was typed between them."""
    return "".join(c for c in ascii_plain(number).upper() if c.isascii() and c.isalnum())


def blind_index(number: str, *, key: str) -> str:
    """HMAC-SHA256 of the normal number, 64 hexadecimal digits: equal numbers meet, nobody reads one back."""
    return hmac.new(key.encode(), number_normal(number).encode(), hashlib.sha256).hexdigest()


def mask_number(number: str) -> str:
    """The number with its first two and last two characters only; a short one keeps its last character."""
    plain = number_normal(number)
    if len(plain) < 6:
        return MASK * max(len(plain) - 1, 0) + plain[-1:]
    return plain[:2] + MASK * (len(plain) - 4) + plain[-2:]


def credit_code_read(text: str) -> str:
    """A unified social credit code (统一社会信用代码, GB 32100) in its one spelling; raises `CreditCodeProblem`."""
    try:
        return str(uscc.validate(number_normal(text)))
    except StdnumError as error:
        raise CreditCodeProblem(
            _(
                "This is not a unified social credit code: it has 18 characters, never the letters I, O, S, V or Z, "
                "and its last one is a check. Compare it with the business licence."
            )
        ) from error
