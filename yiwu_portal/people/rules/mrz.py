"""Machine-readable zones of travel documents (ICAO 9303 parts 3 to 6): TD1, TD2 and TD3, with every check digit.

A check digit weighs the characters 7, 3, 1, 7, 3, 1, … and keeps the sum modulo 10. The weights are coprime to 10, so
one changed character is caught unless the two characters are worth the same modulo 10 (6 and G, 0 and K, …).
"""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django_countries import countries

from yiwu_portal.people.rules.layouts import LAYOUTS, PATTERNS, TD1, TD2, TD3, Layout, Span
from yiwu_portal.people.rules.names import mrz_name
from yiwu_portal.people.rules.numbers import ascii_plain, mask_number, number_normal

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# issuing codes that ICAO has and ISO 3166 has not
COUNTRY_CODES = {"D": "DE", "GBD": "GB", "GBN": "GB", "GBO": "GB", "GBP": "GB", "GBS": "GB", "RKS": "XK", "XKX": "XK"}
# what scanners and eyes take for one another
CONFUSED = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
SWAPS = {**CONFUSED, "0": "O", "1": "I", "2": "Z", "5": "S", "8": "B"}


@dataclass(frozen=True)
class Flaw:
    """One thing wrong in one place; `line` counts from 1, and is 0 for the zone as a whole."""

    code: str
    line: int
    field: str
    text: str
    hint: str = ""


class MrzProblem(ValueError):
    """The zone cannot be right; `flaws` names every line and field, `str()` says it in the person's language."""

    def __init__(self, flaws: list[Flaw]) -> None:
        self.flaws = flaws
        super().__init__(" ".join(part for flaw in flaws for part in (flaw.text, flaw.hint) if part))


@dataclass(frozen=True, repr=False)
class Mrz:
    """What a machine-readable zone says. Its `repr` masks the number and says nothing of the person."""

    kind: str  # TD1, TD2 or TD3
    document_type: str
    issuer: str  # three letters, ICAO 9303-3 section 5
    nationality: str
    number: str
    surname: str
    given_names: str
    birth_on: date | None  # None where the document itself does not know it
    sex: str  # M, F or X (unspecified)
    expires_on: date | None
    optional: str = ""
    optional_2: str = field(default="")

    def __repr__(self) -> str:
        return f"<Mrz {self.kind} {self.issuer} {mask_number(self.number)}>"

    @property
    def issuing_country(self) -> str:
        """ISO 3166 code of two letters, empty for organisations and specimens."""
        return _country(self.issuer)

    @property
    def nationality_country(self) -> str:
        """ISO 3166 code of two letters, empty for stateless persons and specimens."""
        return _country(self.nationality)


def check_digit(text: str) -> str:
    """The check digit of a text of A-Z, 0-9 and `<` (ICAO 9303-3, 4.9)."""
    return str(sum((7, 3, 1)[i % 3] * (0 if c == "<" else ALPHABET.index(c)) for i, c in enumerate(text)) % 10)


def mrz_read(text: str, *, today: date) -> Mrz:
    """Read a typed, pasted or scanned zone; spaces, small letters and missing fillers of the name line do no harm.

    `today` settles the century of the birth date. Raises `MrzProblem` with every flaw at once.
    """
    lines = _lines(text)
    layout = _layout(lines)
    lines = _fitted(lines, layout)
    flaws = [*_misfits(lines, layout)] or [*_unchecked(lines, layout)]
    if flaws:
        raise MrzProblem(flaws)
    got = {name: _cut(lines, span) for name, span in layout.spans.items()}
    birth_on, expires_on = _birth(got["birth"], today), _expiry(got["expiry"])
    flaws = [
        Flaw(
            "date",
            layout.spans[name][0] + 1,
            name,
            _("Line %(line)s: the %(field)s is not a day of the calendar.")
            % {"line": layout.spans[name][0] + 1, "field": _field_name(name)},
        )
        for name, day in (("birth", birth_on), ("expiry", expires_on))
        if day is None and got[name].isdigit()
    ]
    number, _digit, optional = _long_number(lines, layout) or (got["number"], "", got["optional"])
    if not number_normal(number):
        flaws.append(Flaw("empty", layout.spans["number"][0] + 1, "number", _("The document number is missing.")))
    if flaws:
        raise MrzProblem(flaws)
    surname, _gap, given_names = got["names"].partition("<<")
    return Mrz(
        kind=layout.kind,
        document_type=got["type"].replace("<", ""),
        issuer=got["issuer"].rstrip("<"),
        nationality=got["nationality"].rstrip("<"),
        number=number_normal(number),
        surname=_words(surname),
        given_names=_words(given_names),
        birth_on=birth_on,
        sex=got["sex"].replace("<", "X"),
        expires_on=expires_on,
        optional=optional.rstrip("<"),
        optional_2=got.get("optional_2", "").rstrip("<"),
    )


def mrz_lines(mrz: Mrz) -> list[str]:
    """The zone of a document, names cut where the line ends; raises `ValueError` when a number cannot fit."""
    layout = LAYOUTS[mrz.kind]
    rows = [["<"] * layout.width for _line in range(layout.lines)]
    number, optional = mrz.number, mrz.optional
    is_long = len(number) > 9
    if is_long:
        if not layout.has_long_numbers:
            raise ValueError("the number of a passport has at most nine characters")
        number, optional = number[:9], number[9:] + check_digit(number) + "<" + optional
    values = {
        "type": mrz.document_type,
        "issuer": mrz.issuer,
        "nationality": mrz.nationality,
        "number": number,
        "names": f"{mrz_name(mrz.surname)}<<{mrz_name(mrz.given_names)}".replace(" ", "<"),
        "birth": f"{mrz.birth_on:%y%m%d}" if mrz.birth_on else "",
        "sex": mrz.sex.replace("X", "<"),
        "expiry": f"{mrz.expires_on:%y%m%d}" if mrz.expires_on else "",
        "optional": optional.rstrip("<"),
        "optional_2": mrz.optional_2,
    }
    for name, (line, first, last) in layout.spans.items():
        if len(values[name]) > last - first and name != "names":
            raise ValueError(f"{name} is too long for {mrz.kind}")
        rows[line][first:last] = values[name][: last - first].ljust(last - first, "<")
    for name, (spans, (line, at, _end)) in layout.checks.items():
        if name == "number" and is_long:
            continue
        rows[line][at] = check_digit("".join("".join(rows[r][first:last]) for r, first, last in spans))
    return ["".join(row) for row in rows]


def _lines(text: str) -> list[str]:
    plain = ascii_plain(text.replace("«", "<<").replace("‹", "<")).upper()
    lines = [kept for kept in ("".join(line.split()) for line in plain.splitlines()) if kept]
    if len(lines) == 1 and len(lines[0]) in {88, 72, 90}:
        width = {88: 44, 72: 36, 90: 30}[len(lines[0])]
        lines = [lines[0][at : at + width] for at in range(0, len(lines[0]), width)]
    return lines


def _layout(lines: list[str]) -> Layout:
    if len(lines) == 3:
        return TD1
    if len(lines) == 2:
        return TD3 if abs(len(lines[1]) - 44) < abs(len(lines[1]) - 36) else TD2
    raise MrzProblem(
        [
            Flaw(
                "lines",
                0,
                "",
                _("Type the two lines at the foot of the passport page, one below the other (identity cards: three)."),
            )
        ]
    )


def _fitted(lines: list[str], layout: Layout) -> list[str]:
    """Fillers left out or added at the end of a line carry nothing, unless the line ends in a check digit."""
    ends_in_check = layout.checks["whole"][1][0]
    fitted = []
    for index, line in enumerate(lines):
        if index != ends_in_check:
            fitted.append(line.rstrip("<").ljust(layout.width, "<"))
        else:
            fitted.append(line)
    return fitted


def _misfits(lines: list[str], layout: Layout) -> list[Flaw]:
    flaws: list[Flaw] = []
    values: dict[str, int | str]
    for number, line in enumerate(lines, 1):
        if len(line) != layout.width:
            text = _("Line %(line)s has %(count)s characters; it needs %(width)s.")
            values = {"line": number, "count": len(line), "width": layout.width}
            flaws.append(Flaw("length", number, "", text % values, _("Fillers (<) count too.")))
        elif strange := re.search("[^A-Z0-9<]", line):
            text = _("Line %(line)s: character %(at)s (%(character)s) cannot stand there.")
            values = {"line": number, "at": strange.start() + 1, "character": strange.group()}
            flaws.append(Flaw("character", number, "", text % values, _("Only A to Z, 0 to 9 and < can.")))
    if not flaws:
        flaws += _misplaced(lines, layout)
    return flaws


def _misplaced(lines: list[str], layout: Layout) -> list[Flaw]:
    """Fields that hold what they never can, such as a letter in a date."""
    flaws = []
    for name, pattern in PATTERNS.items():
        line, first, last = layout.spans[name]
        value = lines[line][first:last]
        if re.fullmatch(pattern, value):
            continue
        wants_digits = name in {"birth", "expiry"}
        suspects = [
            (at, c, CONFUSED[c] if wants_digits else SWAPS[c])
            for at, c in enumerate(value, first + 1)
            if (c in CONFUSED if wants_digits else c.isdigit() and c in SWAPS)
        ]
        text = _("Line %(line)s: the %(field)s (characters %(first)s to %(last)s) cannot be right.")
        values = {"line": line + 1, "field": _field_name(name), "first": first + 1, "last": last}
        flaws.append(Flaw("field", line + 1, name, text % values, _hint(*suspects[0]) if suspects else ""))
    return flaws


def _unchecked(lines: list[str], layout: Layout) -> list[Flaw]:
    """Every check digit that does not fit; the one over everything only when no other is wrong."""
    flaws: list[Flaw] = []
    long_number = _long_number(lines, layout)
    for name, (spans, at) in layout.checks.items():
        if name == "whole" and flaws:
            continue
        covered, digit = "".join(_cut(lines, span) for span in spans), _cut(lines, at)
        if name == "number" and long_number:
            covered, digit = long_number[:2]
        if digit == check_digit(covered) or (name == "optional" and digit == "<" and not covered.strip("<")):
            continue
        first = spans[0][1]
        text = (
            _("Line %(line)s: the last character checks the whole and does not fit. Compare both lines once more.")
            if name == "whole"
            else _(
                "Line %(line)s: the check digit of the %(field)s (character %(at)s) does not fit what stands before it."
            )
        )
        values = {"line": at[0] + 1, "field": _field_name(name), "at": at[1] + 1}
        hint = "" if name == "whole" else _suspect(covered, digit, first, at[1])
        flaws.append(Flaw("check_digit", at[0] + 1, name, text % values, hint))
    return flaws


def _suspect(covered: str, digit: str, first: int, at: int) -> str:
    """The one confusion (O and 0, I and 1, …) that would make the check digit fit, in words."""
    if digit in CONFUSED and CONFUSED[digit] == check_digit(covered):
        return _hint(at + 1, digit, CONFUSED[digit])
    for index, c in enumerate(covered):
        swapped = SWAPS.get(c)
        if swapped and check_digit(covered[:index] + swapped + covered[index + 1 :]) == digit:
            return _hint(first + index + 1, c, swapped)
    return ""


def _hint(at: int, typed: str, meant: str) -> str:
    return _("Look at character %(at)s: you have %(typed)s, perhaps it is %(meant)s.") % {
        "at": at,
        "typed": _spoken(typed),
        "meant": _spoken(meant),
    }


def _spoken(c: str) -> str:
    return (_("the digit %(c)s") if c.isdigit() else _("the letter %(c)s")) % {"c": c}


def _long_number(lines: list[str], layout: Layout) -> tuple[str, str, str] | None:
    """Number, check digit and optional data of a number longer than nine characters (9303-5, note j), or None."""
    line, at, _end = layout.checks["number"][1]
    head, optional = _cut(lines, layout.spans["number"]), _cut(lines, layout.spans["optional"])
    if not layout.has_long_numbers or lines[line][at] != "<" or "<" in head:
        return None
    rest, _gap, optional = optional.partition("<")
    return (head + rest[:-1], rest[-1], optional) if len(rest) > 1 else None


def _field_name(name: str) -> str:
    return {
        "type": _("document type"),
        "issuer": _("issuing country"),
        "nationality": _("nationality"),
        "names": _("name"),
        "number": _("document number"),
        "birth": _("date of birth"),
        "sex": _("sex"),
        "expiry": _("expiry date"),
        "optional": _("personal number"),
        "optional_2": _("personal number"),
    }.get(name, name)


def _cut(lines: list[str], span: Span) -> str:
    line, first, last = span
    return lines[line][first:last]


def _words(text: str) -> str:
    return " ".join(text.replace("<", " ").split())


def _birth(text: str, today: date) -> date | None:
    days = (_day(century, text) for century in (2000, 1900))
    return next((day for day in days if day and day <= today), None)


def _expiry(text: str) -> date | None:
    return _day(2000, text)


def _day(century: int, text: str) -> date | None:
    try:
        return date(century + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def _country(code: str) -> str:
    return COUNTRY_CODES.get(code) or (countries.alpha2(code) if len(code) == 3 else "")
