"""Invented papers, drawn when they are needed: they look like papers, and say on their face that they are none."""

import io
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
# the first font whose letters a text needs, by its highest character; Chinese is the last resort of all
SCRIPTS = (
    (0x0590, 0x08FF, "NotoNaskhArabic-Regular.ttf"),
    (0x0530, 0x058F, "NotoSansArmenian-Regular.ttf"),
    (0x0900, 0x097F, "NotoSansDevanagari-Regular.ttf"),
    (0x0980, 0x09FF, "NotoSansBengali-Regular.ttf"),
    (0x0E00, 0x0E7F, "NotoSansThai-Regular.ttf"),
    (0x1200, 0x139F, "NotoSansEthiopic-Regular.ttf"),
    (0x2E80, 0xFFFF, "NotoSansCJK-Regular.ttc"),
)
PLAIN = "NotoSans-Regular.ttf"
INK, PALE, MARK, MARK_PALE = (38, 44, 56), (150, 160, 172), (196, 62, 52), (236, 190, 182)
PAPERS: dict[str, Any] = yaml.safe_load((HERE / "papers.yaml").read_text(encoding="utf-8"))


def passport_draw(
    *, surname: str, given_names: str, native_name: str, country: str, number: str, birth_on: date, mrz: list[str]
) -> bytes:
    """The data page of a passport as a JPEG."""
    image, pen = _sheet((1000, 700), (232, 240, 236))
    pen.rectangle((0, 0, 1000, 90), fill=(60, 96, 120))
    _write(pen, (40, 24), f"PASSPORT · 护照 · {country}", 36, (255, 255, 255))
    _silhouette(pen, (50, 140, 300, 470))
    rows = (
        ("Surname / 姓", surname),
        ("Given names / 名", given_names),
        ("Name / 本国文字姓名", native_name),
        ("Passport No. / 护照号码", number),
        ("Date of birth / 出生日期", birth_on.isoformat()),
    )
    for at, (label, value) in enumerate(rows):
        _write(pen, (350, 130 + 72 * at), label, 20, PALE)
        _write(pen, (350, 154 + 72 * at), value, 30)
    for at, line in enumerate(mrz):
        _spaced(pen, (40, 570 + 50 * at), line)
    return _finish(image)


def photo_draw(*, shade: int) -> bytes:
    """A portrait without a face; `shade` (0 to 255) makes one differ from another."""
    image, pen = _sheet((700, 900), (222, 230, 200 + shade % 56))
    _silhouette(pen, (90, 90, 610, 830))
    _write(pen, (120, 860), "SPECIMEN 样本 · 演示 DEMO", 32, MARK)
    return _finish(image)


def paper_draw(*, kind: str, holder: str, shade: int) -> bytes:
    """A paper of this evidence type, of `papers.yaml`; raises `KeyError` for another."""
    paper = PAPERS[kind]
    image, pen = _sheet((1000, 1400), (252, 250, 246 - shade % 12))
    top = 90
    for title in paper["title"]:
        _write(pen, (70, top), title, 34)
        top += 62
    pen.line((70, top + 6, 930, top + 6), fill=PALE, width=3)
    _write(pen, (70, top + 40), holder, 30)
    for at, line in enumerate(paper["lines"]):
        _write(pen, (70, top + 130 + 74 * at), line, 28)
    pen.ellipse((640, 1080, 900, 1340), outline=MARK, width=8)
    _write(pen, (700, 1184), "样本印章", 34, MARK)
    return _finish(image)


def _sheet(size: tuple[int, int], colour: tuple[int, int, int]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", size, colour)
    pen = ImageDraw.Draw(image)
    for at in range(-size[1], size[0], 26):  # the fine lines of security paper
        pen.line((at, size[1], at + size[1], 0), fill=tuple(max(0, part - 9) for part in colour))
    for top in (size[1] // 3, size[1] * 5 // 7):  # under the text, so that both can be read
        _write(pen, (size[0] // 12, top), "SPECIMEN 样本 · 演示 DEMO", size[0] // 16, MARK_PALE)
    return image, pen


def _silhouette(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    width, height, middle = right - left, bottom - top, (left + right) // 2
    pen.rectangle(box, fill=(214, 222, 228))
    pen.ellipse((middle - width // 4, top + height // 8, middle + width // 4, top + height // 2), fill=(120, 134, 150))
    pen.pieslice((left + width // 10, top + height // 2, right - width // 10, bottom + height // 2), 180, 360, INK)


def _finish(image: Image.Image) -> bytes:
    """The sheet as JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _write(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, colour: tuple[int, int, int] = INK
) -> None:
    """A line of text, each script in its own font; where the machine has none, that part stays out."""
    left = float(at[0])
    for part, font in _runs(text, size):
        pen.text((left, at[1]), part, fill=colour, font=font)
        left += pen.textlength(part, font=font)


def _spaced(pen: ImageDraw.ImageDraw, at: tuple[int, int], line: str) -> None:
    """The machine-readable zone: every character in a cell of its own, as OCR-B has it."""
    font = _font(PLAIN, 27)
    for place, character in enumerate(line):
        pen.text((at[0] + place * 21, at[1]), character, fill=INK, font=font)


def _runs(text: str, size: int) -> list[tuple[str, Any]]:
    runs: list[tuple[str, str]] = []
    for character in text:
        name = _font_name(character)
        if runs and (runs[-1][1] == name or character == " "):
            runs[-1] = (runs[-1][0] + character, runs[-1][1])
        else:
            runs.append((character, name))
    return [(part, _font(name, size)) for part, name in runs if name == PLAIN or _font_path(name)]


def _font_name(character: str) -> str:
    return next((name for first, last, name in SCRIPTS if first <= ord(character) <= last), PLAIN)


@cache
def _font(name: str, size: int) -> Any:
    path = _font_path(name)
    if path is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(path, size, index=2 if path.endswith(".ttc") else 0)  # the third face is Simplified


@cache
def _font_path(name: str) -> str | None:
    found = (path for folder in FOLDERS for path in sorted(Path(folder).rglob(name)))
    return next((str(path) for path in found), None)
