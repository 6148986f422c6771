"""Pure rules: names of files, kinds of files, verification codes, masks."""

import secrets
import unicodedata

CODE_ALPHABET = (
    "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0, 1: a code is typed from paper; 32 letters, so 5 bits each
)
CODE_LENGTH = 10  # the last is the check character
NAME_MAX = 120  # characters of a shown file name
QUOTA_BYTES = 200 * 1024 * 1024  # bytes one user may send in QUOTA_HOURS
QUOTA_HOURS = 24

KINDS = {"jpg": "jpeg", "jpeg": "jpeg", "jpe": "jpeg", "png": "png", "pdf": "pdf"}
MAGIC = {"jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
DEVICE_NAMES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}

# letters of other alphabets that look like ours, as a keyboard in the wrong layout gives them
LOOKALIKES = str.maketrans("АВСЕНКМРТХУЅЈ", "ABCEHKMPTXYSJ")


def name_extension(name: str) -> str:
    """The extension by which a file is judged: after the last dot, lower case, invisible characters removed."""
    visible = _visible(name)
    return visible.rpartition(".")[2].strip().lower() if "." in visible else ""


def file_kind(name: str, head: bytes) -> str:
    """`jpeg`, `png` or `pdf` when name and first bytes agree; else the code of the refusal."""
    by_name = KINDS.get(name_extension(name), "")
    by_magic = next((kind for kind, magic in MAGIC.items() if head.startswith(magic)), "")
    if by_magic and by_magic == by_name:
        return by_magic
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return "kind_heic"
    return "kind_differs" if by_name else "kind_unknown"


def name_safe(name: str, extension: str) -> str:
    """A name fit to be shown and saved anywhere: composed, visible, no path, at most 120 characters, our extension."""
    stem = _visible(name.replace("\\", "/").rpartition("/")[2])
    stem = stem.rpartition(".")[0] if "." in stem else stem
    # an inner extension would be the one somebody's computer goes by
    stem = "".join("_" if character in '<>:"|?*.%' else character for character in stem).strip(" ._~")
    if stem.split(" ")[0].lower() in DEVICE_NAMES:
        stem = f"_{stem}"
    return f"{stem[: NAME_MAX - len(extension) - 1].strip() or 'document'}.{extension}"


def _visible(text: str) -> str:
    """Without control, formatting (right-to-left override), private and unassigned characters."""
    return "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def _double(value: int) -> int:
    """Twice a value in the field of 32 elements (x^5 + x^2 + 1)."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def code_check(body: str) -> str:
    """The check character: finds any wrong letter and any two exchanged (Damm's scheme over 32 elements)."""
    state = 0
    for letter in body:
        state = _double(state) ^ CODE_ALPHABET.index(letter)
    return CODE_ALPHABET[_double(state)]


def code_new() -> str:
    """A verification code: nine letters by chance (45 bits) and their check character."""
    body = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH - 1))
    return body + code_check(body)


def code_grouped(code: str) -> str:
    """As it is printed: `ABCDE-FGHJK`."""
    return f"{code[:5]}-{code[5:]}"


def code_normal(typed: str) -> str:
    """What was meant: capitals, no spaces or dashes, full-width and other alphabets' look-alikes read as ours."""
    text = unicodedata.normalize("NFKC", typed).upper().translate(LOOKALIKES)
    letters = []
    for letter in text:
        digit = unicodedata.digit(letter, None)
        if digit is not None:
            letters.append(str(digit))
        elif unicodedata.category(letter)[0] in "LN":
            letters.append(letter)
    return "".join(letters)


def code_problem(code: str) -> str:
    """Why a normal code can't be one of ours: `empty`, `letters`, `length`, `check`, or `` when it can."""
    if not code:
        return "empty"
    if any(letter not in CODE_ALPHABET for letter in code):
        return "letters"
    if len(code) != CODE_LENGTH:
        return "length"
    return "" if code_check(code[:-1]) == code[-1] else "check"


def name_masked(name: str) -> str:
    """Each word's first character and dots for the rest: `A••••  H•••••`."""
    return "  ".join(word[0] + "•" * max(1, len(word) - 1) for word in name.split())


def day_in_chinese(year: int, month: int, day: int) -> str:
    """A date as Chinese documents write it."""
    return f"{year}年{month}月{day}日"
