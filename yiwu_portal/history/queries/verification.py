"""Has anybody edited, deleted, inserted, reordered, cut or rewritten the history? Each finding names its place."""

import heapq
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, groupby

from django.conf import settings

from yiwu_portal.history.models import Entry
from yiwu_portal.history.queries.checkpoints import (
    UNSEALED_LIMIT,
    digests_after,
    file_lines,
    row_lines,
    unsealed_since,
)
from yiwu_portal.history.queries.entries import entries_by_stream
from yiwu_portal.history.rules import GENESIS, Seal, Sealer, digest, keyring, line_hash
from yiwu_portal.programmes.service import Counted

EVERY_ID = 2**63 - 1


def history_verify() -> Iterator[str]:
    """A line for each broken promise, in the order found; `Counted` lines for what was looked at."""
    yield from _chains_verify()
    yield from _seals_verify()
    waiting = unsealed_since()
    if waiting and waiting > UNSEALED_LIMIT:
        yield f"history: entries have been waiting for their seal for {waiting}: does the worker run?"


def _chains_verify() -> Iterator[str]:
    entries = streams = 0
    stream, seq, head = "", 0, GENESIS
    for entry in entries_by_stream():
        if entry.stream != stream:
            stream, seq, head, streams = entry.stream, 0, GENESIS, streams + 1
        yield from _link_verify(entry, seq + 1, head)
        seq, head, entries = entry.seq, entry.digest, entries + 1
    yield Counted(f"history: {entries} entries in {streams} streams")


def _link_verify(entry: Entry, seq: int, head: str) -> Iterator[str]:
    place = f"history: stream {entry.stream} seq {entry.seq} id {entry.pk}"
    if entry.seq != seq:
        yield f"{place}: seq {seq} before it is missing"
    elif entry.previous != head:
        yield f"{place}: does not follow from the entry before it"
    if entry.digest != _digest(entry):
        yield f"{place}: was changed after it was written"


def _digest(entry: Entry) -> str:
    return digest(
        stream=entry.stream,
        seq=entry.seq,
        verb=entry.verb,
        by=entry.by_id,
        subject=entry.subject,
        person_id=entry.person_id,
        data=entry.data,
        at=entry.at,
        previous=entry.previous,
    )


def _seals_verify() -> Iterator[str]:
    """Every checkpoint known to the files or the database: signed, in one chain, and true of its entries."""
    ours = keyring(settings.HISTORY_SIGNING_KEY, settings.HISTORY_SIGNING_OLD_KEYS)
    digests = _Digests()
    number = count = after = 0
    previous = GENESIS
    lines = heapq.merge(_numbered(file_lines()), _numbered(row_lines()), key=lambda item: item[0])
    for _, same in groupby(lines, key=lambda item: item[0]):
        places = list(same)
        _number, where, line = places[0]
        try:
            seal = Seal.read(line)
        except ValueError:
            yield f"history: {where} is no checkpoint"
            continue
        for _, other, text in places[1:]:
            if text != line:
                yield f"history: {other} contradicts {where}"
        if not ours.signed(seal):
            yield f"history: {where} does not bear our signature"
            continue
        if (seal.number, seal.previous, seal.after) != (number + 1, previous, after):
            yield f"history: {where} does not follow from checkpoint {number}: one is missing or was replaced"
            digests.skip_to(seal.after)
        yield from _seal_verify(seal, digests)
        number, after, previous, count = seal.number, seal.upto, line_hash(line), count + 1
    yield Counted(f"history: {count} checkpoints up to id {after}, {digests.rest()} entries not sealed yet")


def _numbered(lines: Iterator[tuple[str, str]]) -> Iterator[tuple[int, str, str]]:
    number = 0
    for place, line in lines:
        with suppress(ValueError):  # no checkpoint: it stays behind its neighbour, where the verification names it
            number = Seal.read(line).number
        yield number, place, line


def _seal_verify(seal: Seal, digests: "_Digests") -> Iterator[str]:
    sealer = Sealer(seal.after)
    sealer.add(digests.upto(seal.upto))
    sealer.gap_to(seal.upto + 1)
    found = sealer.seal(number=seal.number, at=seal.at, after=seal.after, previous=seal.previous)
    if (found.gaps, found.count, found.root) == (seal.gaps, seal.count, seal.root):
        return
    missing = _first_outside(found.gaps, seal.gaps)
    inserted = _first_outside(seal.gaps, found.gaps)
    if missing:
        yield f"history: id {missing} was deleted after checkpoint {seal.number} had sealed it"
    if inserted:
        yield f"history: id {inserted} was inserted after checkpoint {seal.number} had sealed its place as empty"
    if not missing and not inserted:
        yield (
            f"history: ids {seal.after + 1} to {seal.upto} are not what checkpoint {seal.number} sealed: "
            f"at least one entry was rewritten or changed places"
        )


def _first_outside(ranges: tuple[tuple[int, int], ...], others: tuple[tuple[int, int], ...]) -> int | None:
    """The first id in one set of ranges that is in none of the others; both are sorted."""
    for first, last in ranges:
        pk = first
        for other_first, other_last in others:
            if other_first <= pk <= other_last:
                pk = other_last + 1
        if pk <= last:
            return pk
    return None


class _Digests:
    """One walk over (id, digest) in id order, from which each checkpoint takes its part."""

    def __init__(self) -> None:
        self._entries = chain.from_iterable(digests_after(0, upto=EVERY_ID))
        self._next: tuple[int, str] | None = next(self._entries, None)

    def upto(self, last: int) -> Iterator[tuple[int, str]]:
        """The entries up to this id."""
        while self._next and self._next[0] <= last:
            yield self._next
            self._next = next(self._entries, None)

    def skip_to(self, last: int) -> None:
        """Leave out what lies before a checkpoint that does not follow from the one before it."""
        for _ in self.upto(last):
            pass

    def rest(self) -> int:
        """How many entries lie behind the last checkpoint."""
        return sum(1 for _ in self.upto(EVERY_ID))
