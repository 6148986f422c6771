"""Pure computation about people: machine-readable zones, document numbers, names."""

from yiwu_portal.people.rules.mrz import Flaw, Mrz, MrzProblem, check_digit, mrz_lines, mrz_read
from yiwu_portal.people.rules.names import mrz_name, name_shown, names_agree
from yiwu_portal.people.rules.numbers import (
    CreditCodeProblem,
    ascii_plain,
    blind_index,
    credit_code_read,
    mask_number,
    number_normal,
)
from yiwu_portal.people.rules.papers import Standing, paper_standing

__all__ = [
    "CreditCodeProblem",
    "Flaw",
    "Mrz",
    "MrzProblem",
    "Standing",
    "ascii_plain",
    "blind_index",
    "check_digit",
    "credit_code_read",
    "mask_number",
    "mrz_lines",
    "mrz_name",
    "mrz_read",
    "name_shown",
    "names_agree",
    "number_normal",
    "paper_standing",
]
