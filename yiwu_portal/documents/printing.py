"""From a document's row to its PDF: Chinese beside the person's language, seal, number, QR and typed code.

A template gets: `document`, `payload`, `organisation` {zh, lang}, `facts` and `pairs` (made ready from the payload),
`bilingual`, `tag` and `direction` of the person's language, `code`, `verify_url`, `verify_home`, `qr`, `seal`,
`issued_at`, `day_zh`, `is_demo`.
"""

import base64
import contextlib
import io
import logging
import math
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import get_language_info

from yiwu_portal.documents import rules
from yiwu_portal.documents.models import IssuedDocument

STYLES = Path(__file__).with_name("document.css")
TAGS = {"zh-hans": "zh-Hans"}
# its progress is no news, and its warnings name whole pictures
logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("weasyprint.progress").setLevel(logging.ERROR)
SEAL_RED = "#A3182B"


class PdfUnavailable(Exception):
    """PDFs can't be made on this machine."""


def document_pdf(document: IssuedDocument) -> bytes:
    """The PDF of a document; raises `PdfUnavailable` when Pango is missing."""
    html = document_html(document)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # what it prints of missing libraries is said below
            from weasyprint import CSS, HTML

        fetcher = _fetcher()
        sheet = CSS(string=_styles(), url_fetcher=fetcher)
        page = HTML(string=html, base_url="about:blank", url_fetcher=fetcher)
        pdf: bytes = page.write_pdf(stylesheets=[sheet], pdf_tags=True)
    except OSError as error:
        raise PdfUnavailable(
            "PDFs need Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
            " (macOS: brew install pango)"
        ) from error
    return pdf


def document_html(document: IssuedDocument) -> str:
    """The document as a page, in Chinese and in the person's language."""
    with translation.override(document.language):
        return render_to_string(document.template, _context(document))


def _context(document: IssuedDocument) -> dict[str, Any]:
    payload, language = document.payload, document.language
    url = f"{settings.PUBLIC_URL}/verify/{document.code}/"
    issued = timezone.localtime(document.issued_at)
    paragraphs = payload.get("paragraphs", {})
    return {
        "document": document,
        "payload": payload,
        "organisation": payload["organisation"],
        "facts": [_fact(fact) for fact in payload.get("facts", [])],
        "pairs": list(zip_longest(paragraphs.get("zh", []), paragraphs.get("lang", []), fillvalue="")),
        "bilingual": not language.startswith("zh"),
        "tag": TAGS.get(language, language),
        "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
        "code": rules.code_grouped(document.code),
        "verify_url": url,
        "verify_home": f"{settings.PUBLIC_URL}/verify/".partition("://")[2],
        "qr": qr_uri(url),
        "seal": seal_uri(payload["organisation"]["zh"], is_demo=settings.DEMO),
        "day_zh": rules.day_in_chinese(issued.year, issued.month, issued.day),
        "issued_at": issued,
        "is_demo": settings.DEMO,
    }


def _fact(fact: dict[str, Any]) -> dict[str, Any]:
    """A row of the table: a value said once when it is the same in both languages."""
    value = fact["value"]
    if isinstance(value, dict) and value.get("zh") != value.get("lang"):
        return {"label": fact["label"], "zh": value.get("zh", ""), "lang": value.get("lang", "")}
    return {"label": fact["label"], "both": value.get("zh", "") if isinstance(value, dict) else value}


def qr_uri(url: str) -> str:
    """The address as a QR picture, `data:` URI."""
    import segno

    return str(segno.make(url, error="m", micro=False).svg_data_uri(border=2, omitsize=True))


def seal_uri(name: str, *, is_demo: bool) -> str:
    """A round red seal: the name along the rim, a star in the middle; in a demonstration it says so."""
    span = min(270.0, 24.0 * len(name))  # degrees of the rim
    size = 11.5 if len(name) <= 12 else max(5.5, 138 / len(name))
    letters = []
    for index, letter in enumerate(name):
        angle = -span / 2 + (span * index / max(1, len(name) - 1) if len(name) > 1 else span / 2)
        letters.append(
            f'<text transform="translate(60 60) rotate({angle:.2f}) translate(0 -41)" font-size="{size:.1f}"'
            f' text-anchor="middle">{escape(letter)}</text>'
        )
    points = " ".join(
        f"{60 + radius * math.sin(math.pi * step / 5):.2f},{60 - radius * math.cos(math.pi * step / 5):.2f}"
        for step in range(10)
        for radius in [15 if step % 2 == 0 else 5.8]
    )
    foot = '<text x="60" y="94" font-size="10" text-anchor="middle">演示专用</text>' if is_demo else ""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120">'
        f'<g fill="{SEAL_RED}" font-family="Noto Serif CJK SC" font-weight="bold">'
        f'<circle cx="60" cy="60" r="57" fill="none" stroke="{SEAL_RED}" stroke-width="3"/>'
        f'<polygon points="{points}"/>{"".join(letters)}{foot}</g></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


@lru_cache
def _styles() -> str:
    return STYLES.read_text(encoding="utf-8")


@lru_cache
def _fetcher() -> Any:
    """Reads `data:` and `static:` and nothing else, so that no payload makes this machine call or read anything."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class HouseFetcher(URLFetcher):
        """Our own files and what stands in the page itself."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            """The content of an allowed address; raises `ValueError` on any other, and the page goes on without it."""
            scheme, _, rest = url.partition(":")
            if scheme.lower() == "data":
                return super().fetch(url, headers)
            path = finders.find(unquote(rest).lstrip("/")) if scheme.lower() == "static" else None
            if not path:
                raise ValueError(f"documents load nothing from outside: {url[:80]}")
            return URLFetcherResponse(url, Path(path).read_bytes())

    return HouseFetcher(allowed_protocols=["data"], allow_redirects=False)
