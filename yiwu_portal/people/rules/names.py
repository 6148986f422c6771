"""Names: as a passport's machine-readable zone spells them (ICAO 9303-3, section 6), and as pages show them."""

import re
import unicodedata

# Latin letters that no accent-stripping resolves, and Cyrillic: ICAO 9303-3, tables A and B
LETTERS = {
    **{"Ä": "AE", "Å": "AA", "Æ": "AE", "Ð": "D", "Đ": "D", "Ħ": "H", "ı": "I", "Ĳ": "IJ", "ĸ": "Q", "Ł": "L"},
    **{"Ŋ": "N", "Ö": "OE", "Ø": "OE", "Œ": "OE", "ẞ": "SS", "ß": "SS", "Þ": "TH", "Ŧ": "T", "Ü": "UE"},
    **{"А": "A", "Б": "B", "В": "V", "Г": "G", "Д": "D", "Е": "E", "Ё": "E", "Ж": "ZH", "З": "Z", "И": "I"},
    **{"Й": "I", "К": "K", "Л": "L", "М": "M", "Н": "N", "О": "O", "П": "P", "Р": "R", "С": "S", "Т": "T"},
    **{"У": "U", "Ф": "F", "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH", "Щ": "SHCH", "Ъ": "IE", "Ы": "Y"},
    **{"Ь": "", "Э": "E", "Ю": "IU", "Я": "IA", "Ґ": "G", "Є": "IE", "І": "I", "Ї": "I", "Ў": "U", "Ј": "J"},
}
STROKES = {"Ø": "O", "Đ": "D", "Ð": "D", "Ł": "L", "Æ": "AE", "Œ": "OE", "Þ": "TH", "ß": "SS", "ẞ": "SS"}
SILENT = "'’‘ʼ`´.,"
SCRIPTS = {
    "zh-hans": re.compile("[\u3400-\u9fff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "ru": re.compile("[\u0400-\u04ff]"),
}


def mrz_name(name: str) -> str:
    """A name as a machine-readable zone spells it: capitals A-Z and single spaces; empty when nothing can be spelt."""
    letters = (LETTERS[c] if c in LETTERS else _bare(c) for c in unicodedata.normalize("NFC", name).upper())
    return " ".join("".join(letters).split())


def names_agree(one: str, other: str) -> bool:
    """Whether two spellings may be one name: Müller, MUELLER and MULLER agree; a cut name agrees with the whole."""
    for spelt in _spellings(one):
        for against in _spellings(other):
            if spelt == against or (min(len(spelt), len(against)) >= 12 and _begins(spelt, against)):
                return True
    return False


def name_shown(*, surname: str, given_names: str, native_name: str, language: str) -> str:
    """The name for a page in this language: in its own script where the reader's is the same, else as in the passport.

    Chinese and Russian say the surname first.
    """
    script = SCRIPTS.get(language)
    if native_name and script and script.search(native_name):
        return native_name
    parts = (surname, given_names) if language in {"zh-hans", "ru"} else (given_names, surname)
    return " ".join(part for part in parts if part) or native_name


def _bare(letter: str) -> str:
    if letter in SILENT:
        return ""
    plain = unicodedata.normalize("NFD", letter)[0]
    return plain if "A" <= plain <= "Z" else " "


def _spellings(name: str) -> set[str]:
    stripped = "".join(STROKES.get(c, unicodedata.normalize("NFD", c)[0]) for c in name.upper())
    return {mrz_name(form).replace(" ", "") for form in (name, stripped)} - {""}


def _begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
