"""Takes one untrusted file apart and builds a clean one: run as a program of its own, without Django.

`python -I sandbox.py image|pdf INPUT OUTPUT` prints JSON: `{"media_type", "pages", "warnings"}` or `{"refused": code}`.
It limits itself before it looks at the file, so that whatever the file does to a parser is done to this process alone.
"""

import base64
import json
import sys
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY_BYTES = 300 * 1024 * 1024  # of address space, of which the interpreter and parsers take 50 MB
CPU_SECONDS = 10
OUTPUT_BYTES = 64 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONG_EDGE = 3000  # pixels kept: A4 at 250 dpi
SHORT_EDGE_WANTED = 600  # pixels, under which small print is lost
SHARPNESS_WANTED = 40.0  # variance of the Laplacian at 1,000 px: out of focus has 2-20, sharp text over 300
BRIGHTNESS_WANTED = 60.0  # mean of 0-255
JPEG_QUALITY = 88
STRIP = 256  # rows worked on at once, so that a large picture is never in memory twice
MAX_PAGES = 50
MAX_OBJECTS = 50_000
MAX_INFLATED = 100 * 1024 * 1024  # bytes all page programs of a PDF may unfold to
MAX_PDF_IMAGE_PIXELS = 120_000_000
MAX_UNMEASURED = 1024 * 1024  # bytes of a stream in a packing we don't unfold ourselves

ACTIVE_ACTIONS = {
    "/JavaScript": "pdf_javascript",
    "/Launch": "pdf_launch",
    "/SubmitForm": "pdf_action",
    "/ImportData": "pdf_action",
    "/GoToR": "pdf_action",
    "/GoToE": "pdf_action",
    "/Rendition": "pdf_media",
    "/Movie": "pdf_media",
    "/Sound": "pdf_media",
    "/RichMediaExecute": "pdf_media",
}
ACTIVE_SUBTYPES = {
    "/RichMedia": "pdf_media",
    "/3D": "pdf_media",
    "/Screen": "pdf_media",
    "/Movie": "pdf_media",
    "/Sound": "pdf_media",
    "/FileAttachment": "pdf_attachment",
    "/PS": "pdf_action",
}


class Refused(Exception):
    """The file is not taken; its argument is the code of the reason."""


def limit() -> None:
    """Bound this process: memory, processor time, size of what it writes, no core dump."""
    try:
        import resource
    except ImportError:  # not a Unix; the caller's time-out still holds
        return
    for name, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(name, (value, value))
        except (ValueError, OSError):  # a platform without this limit keeps the others
            continue


# --- images ----------------------------------------------------------------------------------------------------------


def image_clean(source: Path, target: Path) -> dict[str, Any]:
    """Decode, turn upright, shrink and write anew as JPEG without any metadata; raises `Refused`."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        image = Image.open(source, formats=["JPEG", "PNG"])
        if image.width * image.height > MAX_PIXELS:
            raise Refused("image_pixels")
        # MPO is what many telephones write: a JPEG with a second, smaller picture behind it, which is left out
        if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
            raise Refused("image_frames")
        turn = _orientation(image)
        short_edge = min(image.size)
        clean = _shrunk(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused("image_pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, zlib.error) as error:
        raise Refused("image_broken") from error
    if turn is not None:
        clean = clean.transpose(turn)
    clean.save(target, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return {"media_type": "image/jpeg", "pages": 1, "warnings": _legibility(clean, short_edge)}


def _orientation(image: Any) -> Any:
    """How the camera was held, as a turn of the picture; broken EXIF counts as upright."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        return turns.get(image.getexif().get(0x0112))
    except Exception:  # whatever EXIF makes of its parser: it is thrown away anyhow
        return None


def _shrunk(image: Any) -> Any:
    """An RGB copy on white, long edge at most `LONG_EDGE`; made strip by strip and in two passes to stay small."""
    from PIL import Image

    scale = min(1.0, LONG_EDGE / max(image.size))
    if image.format in ("JPEG", "MPO"):  # the decoder itself can halve
        image.draft("RGB", (int(image.width * scale), int(image.height * scale)))
        scale = min(1.0, LONG_EDGE / max(image.size))
    image.load()
    width, height = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    narrow = Image.new("RGB", (width, image.height), "white")
    for top in range(0, image.height, STRIP):
        strip = image.crop((0, top, image.width, min(top + STRIP, image.height)))
        if strip.mode.startswith("I") or strip.mode == "F":  # 16 bits a grey: conversion would clip, not scale
            strip = strip.convert("I").point(lambda value: value / 256).convert("L")
        if "A" in strip.mode or "transparency" in image.info:
            strip = strip.convert("RGBA")
            paper = Image.new("RGBA", strip.size, "white")
            paper.alpha_composite(strip)
            strip = paper
        strip = strip.convert("RGB").resize((width, strip.height), Image.Resampling.LANCZOS)
        narrow.paste(strip, (0, top))
    image.close()
    return narrow.resize((width, height), Image.Resampling.LANCZOS)


def _legibility(image: Any, short_edge: int) -> list[str]:
    """What may make the paper hard to read: warnings, never refusals."""
    from PIL import Image, ImageFilter, ImageStat

    found = ["too_small"] if short_edge < SHORT_EDGE_WANTED else []
    grey = image.convert("L")
    grey.thumbnail((1000, 1000), Image.Resampling.BILINEAR)
    edges = grey.filter(ImageFilter.Kernel((3, 3), [0, 1, 0, 1, -4, 1, 0, 1, 0], scale=1, offset=128))
    if ImageStat.Stat(edges.crop((1, 1, max(2, grey.width - 1), max(2, grey.height - 1)))).var[0] < SHARPNESS_WANTED:
        found.append("blurred")
    if ImageStat.Stat(grey).mean[0] < BRIGHTNESS_WANTED:
        found.append("too_dark")
    return found


# --- PDF -------------------------------------------------------------------------------------------------------------


def pdf_clean(source: Path, target: Path) -> dict[str, Any]:
    """Refuse active content, take out links and metadata, write anew; raises `Refused`."""
    import pikepdf

    if source.read_bytes().count(b" obj") > MAX_OBJECTS:
        raise Refused("pdf_objects")
    try:
        with pikepdf.open(source) as pdf:
            if pdf.is_encrypted:
                raise Refused("pdf_encrypted")
            if int(pdf.trailer.get("/Size", 0)) > MAX_OBJECTS or len(pdf.objects) > MAX_OBJECTS:
                raise Refused("pdf_objects")
            pages = len(pdf.pages)
            if not pages:
                raise Refused("pdf_broken")
            if pages > MAX_PAGES:
                raise Refused("pdf_pages")
            _pdf_disarm(pdf)
            pdf.save(
                target,
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
            )
    except pikepdf.PasswordError as error:
        raise Refused("pdf_encrypted") from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError, OSError, ValueError, TypeError, RuntimeError) as error:
        raise Refused("pdf_broken") from error
    return {"media_type": "application/pdf", "pages": pages, "warnings": []}


def _pdf_disarm(pdf: Any) -> None:
    """Check every dictionary and stream of the file; take out what is personal or leads outside."""
    import pikepdf

    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != "/GoTo":
        raise Refused(ACTIVE_ACTIONS.get(str(opening.get("/S")), "pdf_action"))
    for key in ("/OpenAction", "/Metadata", "/PieceInfo", "/URI"):
        if key in pdf.Root:
            del pdf.Root[key]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    inflated = 0
    for part in pdf.objects:
        for node in _pdf_nodes(part):
            _pdf_dictionary_check(node)
        if isinstance(part, pikepdf.Stream):
            inflated += _pdf_stream_check(part)
            if inflated > MAX_INFLATED:
                raise Refused("pdf_bomb")


def _pdf_nodes(part: Any) -> Iterator[Any]:
    """Every dictionary (a stream's included) written directly inside an object, without following references."""
    import pikepdf

    waiting = [part]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (pikepdf.Dictionary, pikepdf.Stream)):
            yield node
            children = [value for _, value in node.items()]
        elif isinstance(node, pikepdf.Array):
            children = list(node)
        else:
            continue
        waiting += [
            child
            for child in children
            if isinstance(child, (pikepdf.Dictionary, pikepdf.Array)) and not child.is_indirect
        ]


def _pdf_dictionary_check(node: Any) -> None:
    """Refuse what acts, runs or carries other files; take a web link's target and page-level metadata out."""
    import pikepdf

    if "/XFA" in node:
        raise Refused("pdf_xfa")
    if "/JavaScript" in node or isinstance(node.get("/JS"), (pikepdf.String, pikepdf.Stream)):
        raise Refused("pdf_javascript")
    if "/EmbeddedFiles" in node or "/EF" in node or node.get("/Type") == "/EmbeddedFile":
        raise Refused("pdf_attachment")
    # a key named AA may also be the name of a font: only a dictionary of actions counts
    extra = node.get("/AA")
    if isinstance(extra, pikepdf.Dictionary) and any(
        isinstance(action, pikepdf.Dictionary) and "/S" in action for _, action in extra.items()
    ):
        raise Refused("pdf_action")
    for key, forbidden in (("/S", ACTIVE_ACTIONS), ("/Subtype", ACTIVE_SUBTYPES)):
        value = node.get(key)
        if isinstance(value, pikepdf.Name) and str(value) in forbidden:
            raise Refused(forbidden[str(value)])
    for key in ("/A", "/PA", "/Next"):
        action = node.get(key)
        if isinstance(action, pikepdf.Dictionary) and action.get("/S") == "/URI":
            del node[key]
    if node.get("/S") == "/URI" and "/URI" in node:  # one of a chain of actions
        del node["/URI"]
    for key in ("/Metadata", "/PieceInfo"):
        if key in node and node.get("/Type") in ("/Page", "/Catalog", "/XObject"):
            del node[key]


def _pdf_stream_check(stream: Any) -> int:
    """How many bytes a stream unfolds to (images are bounded by their pixels instead); raises `Refused`."""
    if "/F" in stream or "/FFilter" in stream:  # its bytes stand in another file
        raise Refused("pdf_attachment")
    filters = _names(stream.get("/Filter"))
    if stream.get("/Subtype") == "/Image":
        if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MAX_PDF_IMAGE_PIXELS:
            raise Refused("image_pixels")
        if filters == ["/DCTDecode"]:
            _jpeg_bare(stream)
        return 0
    packings = [name for name in filters if name in ("/FlateDecode", "/LZWDecode", "/RunLengthDecode")]
    raw = stream.read_raw_bytes()
    if len(packings) > 1 or (packings and packings[0] != "/FlateDecode" and len(raw) > MAX_UNMEASURED):
        raise Refused("pdf_bomb")  # packed twice: no ordinary program writes that
    if packings != ["/FlateDecode"]:
        return len(raw)
    return _inflated(_plain(raw, filters))


def _names(value: Any) -> list[str]:
    import pikepdf

    if value is None:
        return []
    return [str(name) for name in value] if isinstance(value, pikepdf.Array) else [str(value)]


def _plain(raw: bytes, filters: list[str]) -> bytes:
    """Undo the harmless letters-only coverings that stand before a packing."""
    for name in filters:
        if name == "/ASCIIHexDecode":
            raw = bytes.fromhex(raw.split(b">")[0].decode("ascii"))
        elif name == "/ASCII85Decode":
            raw = base64.a85decode(raw.split(b"~>")[0])
    return raw


def _inflated(raw: bytes) -> int:
    """The unpacked size, counted a piece at a time and given up at the limit."""
    unpack, total = zlib.decompressobj(), 0
    try:
        while raw and not unpack.eof:
            total += len(unpack.decompress(raw, 1024 * 1024))
            if total > MAX_INFLATED:
                raise Refused("pdf_bomb")
            raw = unpack.unconsumed_tail
    except zlib.error:
        return total  # a damaged stream shows what it shows; what it unfolds to is counted
    return total


def _jpeg_bare(stream: Any) -> None:
    """Take EXIF, XMP and comments out of a JPEG inside a PDF: a scanned photograph can carry its place."""
    import pikepdf

    data = stream.read_raw_bytes()
    kept, position = [data[:2]], 2
    while data[position : position + 1] == b"\xff" and position + 4 <= len(data):
        marker = data[position + 1]
        if marker == 0xDA:  # the picture itself begins
            kept.append(data[position:])
            bare = b"".join(kept)
            if len(bare) < len(data):
                stream.write(bare, filter=pikepdf.Name.DCTDecode, decode_parms=stream.get("/DecodeParms"))
            return
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if marker not in (0xE1, 0xED, 0xFE):
            kept.append(data[position:end])
        position = end


def main(kind: str, source: str, target: str) -> None:
    """Clean one file and say how it went."""
    limit()
    try:
        answer = {"image": image_clean, "pdf": pdf_clean}[kind](Path(source), Path(target))
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"refused": "too_heavy"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:4])
