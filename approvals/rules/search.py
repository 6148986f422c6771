"""Search words of six languages: folded, Chinese as bigrams and single signs, independent of the database's locale.

A two-character Chinese word never uses a trigram index, and PostgreSQL's own parser depends on the cluster's locale:
so the words are cut here and handed over as finished lexemes.
"""

import re
import unicodedata
from collections.abc import Iterable

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
RUN = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
IS_CJK = re.compile(rf"[{CJK}]")
ARABIC = str.maketrans({"ى": "ي", "ة": "ه", "ـ": None, "ؤ": "و", "ئ": "ي"})  # what people type one for the other
ARTICLE = "ال"  # the Arabic article is written onto its word
PREFIXES = ("وال", "بال", "لل", ARTICLE)
MAX_QUERY = 200  # characters
MAX_TERMS = 12
SHORT = 4  # letters: shorter words are asked for whole, since too many begin with them
LAST_POSITION = 16_383  # of a tsvector


def fold(words: str) -> str:
    """Lower case, without diacritics, harakat, tatweel and width variants."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", plain).translate(ARABIC)


def lexemes(words: str) -> list[str]:
    """The words of a text as they are indexed, in order: Chinese runs as bigrams and single signs."""
    found: list[str] = []
    for run in RUN.findall(fold(words)):
        if IS_CJK.match(run):
            found += [run[at : at + 2] for at in range(len(run) - 1)]
            found += list(run)
        else:
            found.append(_bare(run)[:60])
    return found


def vector(weighted: Iterable[tuple[str, str]]) -> str:
    """A tsvector literal of (text, weight A-D) pairs."""
    places: dict[str, list[str]] = {}
    position = 0
    for words, weight in weighted:
        for lexeme in lexemes(words):
            position = min(position + 1, LAST_POSITION)
            places.setdefault(lexeme, []).append(f"{position}{weight}")
    return " ".join(f"'{lexeme}':{','.join(at[:20])}" for lexeme, at in sorted(places.items()))


def terms(query: str) -> list[str]:
    """The terms of a typed query as tsquery operands: bigrams for Chinese, word beginnings for the rest."""
    found: list[str] = []
    for run in RUN.findall(fold(query[:MAX_QUERY])):
        if IS_CJK.match(run):
            found += [f"'{run[at : at + 2]}'" for at in range(max(1, len(run) - 1))]
        else:
            word = _stem(_bare(run)[:60])
            found.append(f"'{word}':*" if len(word) >= SHORT else f"'{word}'")
    return list(dict.fromkeys(found))[:MAX_TERMS]


def tsquery(found: Iterable[str], *, every: bool) -> str:
    """A tsquery literal asking for every term, or for any of those that say something ("how do I" does not)."""
    asked = list(found)
    if every:
        return " & ".join(asked)
    telling = [term for term in asked if term.endswith("*") or IS_CJK.search(term)]
    return " | ".join(telling or asked)


def _bare(word: str) -> str:
    """An Arabic word without its article."""
    for prefix in PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            return word.removeprefix(prefix)
    return word


def _stem(word: str) -> str:
    """The beginning of a word that its inflected forms share; short words stand whole."""
    return word[:-2] if len(word) >= 7 else word[:-1] if len(word) >= 5 else word
