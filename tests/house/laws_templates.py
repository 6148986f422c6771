"""Laws of the templates: nothing the CSP would block, nothing a person cannot read in her language."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tests.house.tree import Tree

READ_ALOUD = {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription", "label"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

# exact text -> why it needs no translation
SAME_IN_EVERY_LANGUAGE = {
    "PDF": "the name of a format",
    "QR": "the name of a code",
    "CSV": "the name of a format",
    "JSON": "the name of a format",
    "SHA-256": "the name of a hash",
    "API": "the name is the same everywhere",
}
# start of a path -> why its texts are not translated
NOT_READ_BY_PEOPLE: dict[str, str] = {
    "templates/allauth/elements/button.html": "the element's own name comes from a tag, no parser can read it",
    "templates/allauth/elements/details.html": "an attribute comes from a tag",
    "templates/web/forms/_label.html": "the element's own name comes from a tag",
    "templates/web/forms/field.html": "the element's own name comes from a tag",
    "templates/web/components/steps.html": "an attribute comes from a tag",
    "templates/web/styleguide.html": "invented reference numbers, as samples; its words stand in the view, translated",
}

# printed by WeasyPrint, never served under the CSP: their style may stand in them
PRINTED = ("/pdf/", "/print/")


def _blank(match: re.Match[str]) -> str:
    # keep line breaks, so that line numbers stay true
    return "\n" * match.group(0).count("\n")


def _mark(match: re.Match[str]) -> str:
    return "\x00" + "\n" * match.group(0).count("\n")


def without_tags(text: str) -> str:
    """The template with comments and translated blocks gone and every tag and variable a mark."""
    text = re.sub(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}", _blank, text, flags=re.DOTALL)
    # names of classes, not words
    text = re.sub(r"{%\s*block\s+(main_class|body_class)\b.*?{%\s*endblock[^%]*%}", _blank, text, flags=re.DOTALL)
    text = re.sub(r"{%\s*blocktrans(late)?\b.*?{%\s*endblocktrans(late)?\s*%}", _mark, text, flags=re.DOTALL)
    return re.sub(r"{%.*?%}|{{.*?}}", _mark, text, flags=re.DOTALL)


class _Reader(HTMLParser):
    """Collects what a person reads, with its line; leaves out what is deliberately Chinese (`lang="zh…"`)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read: list[tuple[int, str]] = []
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        for name in READ_ALOUD & set(given):
            self.read.append((self.getpos()[0], given[name]))
        if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
            self.read.append((self.getpos()[0], given.get("value", "")))
        if tag not in VOID:
            self.open.append((tag, given.get("lang", "").startswith("zh") or tag in {"script", "style", "code", "kbd"}))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self.open]
        if tag in names:
            del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if not any(left_out for _, left_out in self.open):
            for number, line in enumerate(data.split("\n")):
                self.read.append((self.getpos()[0] + number, line))


def _untranslated(path: str, text: str) -> Iterator[tuple[int, str]]:
    plain = without_tags(text)
    if path.endswith(".txt"):
        lines = list(enumerate(plain.split("\n"), start=1))
    else:
        reader = _Reader()
        reader.feed(plain)
        reader.close()
        lines = reader.read
    for line, said in lines:
        for piece in said.split("\x00"):
            words = piece.strip(" \t·•–—-/:,.;()[]|→←×")
            if any(letter.isalpha() for letter in words) and words not in SAME_IN_EVERY_LANGUAGE:
                yield line, words


def texts_are_translated(tree: Tree) -> list[str]:
    """Every text of a template stands in a translation tag or comes from a variable."""
    return [
        f"{path}:{line}: {words!r} is in one language only"
        for path, text in tree.templates()
        if not any(path.startswith(start) for start in NOT_READ_BY_PEOPLE)
        for line, words in _untranslated(path, text)
    ]


INLINE = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc\s*=)(?![^>]*application/(ld\+)?json)[^>]*>", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']?[^\s>]", re.IGNORECASE),
    "a javascript: address": re.compile(r"=\s*[\"']?\s*javascript:", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a foreign host": re.compile(
        r"<(?:script|link|img|iframe|source|video|audio|form)\b[^>]*(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//",
        re.IGNORECASE,
    ),
}


def nothing_is_inline(tree: Tree) -> list[str]:
    """No `style=`, no inline script or style, no `on…=`, nothing from a foreign host: the CSP forbids all of it."""
    found: list[str] = []
    for path, text in tree.templates():
        plain = without_tags(text)
        for what, pattern in INLINE.items():
            if what in {"an inline style", "a style element"} and any(part in path for part in PRINTED):
                continue
            for match in pattern.finditer(plain):
                found.append(f"{path}:{plain.count(chr(10), 0, match.start()) + 1}: {what}")
    return found
