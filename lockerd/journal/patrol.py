"""The whole journal verified again and again, in the background, a few milliseconds at a time.

Theory of operation.  A start checks the end of the log; what lies before could rot for years.  The
patrol walks from the first entry to a head that it fixed when it set out: every leaf against its
hash and its digests, every stored hash against those below it, at the end the head's seal.  How far
it came, and the frontier there, are kept in `DIR/patrol.json`, so that a restart goes on; the
frontier must still be that of the stored hashes, and the head still be in the log.

Rules.  One slice ends after SLICE_US and runs only while nobody waits; the caller paces them.  What
is found is said once, with its place, and ends the patrol until the next start, which finds it
again.  The file is a hint that may be lost: it is not synced, and one that is damaged counts as
none.  The history is not replayed; `verify` does that.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from lockerd.core.events import LogGenesis
from lockerd.journal import leaf as lf
from lockerd.journal import note, shape, tlog
from lockerd.journal.errors import explain
from lockerd.journal.reader import Reader
from lockerd.ports import JournalError

WATERMARK = "patrol.json"
SLICE_US = 2_500
CHUNK = 16
SAVE_EVERY = 4_096
PACE_MS = 1_000
AGAIN_MS = 86_400_000
MAX_BYTES = 16_384

_ROWS = "SELECT idx, leaf, leaf_hash FROM entry WHERE idx>=? AND idx<? ORDER BY idx"
_SHOWN = "SELECT idx, digest, disclosure FROM disclosure WHERE idx>=? AND idx<?"


class Wrong(Exception):
    """What the patrol found, with its place."""


class Mark(NamedTuple):
    """How far a round came.

    The round goes to `size` entries with `root` (hex); `offset` of them are verified and have the
    frontier `peaks` (hex).  `ended`: when it ended, Unix ms; 0 while it goes on.
    """

    origin: str
    size: int
    root: str
    offset: int
    peaks: tuple[str, ...]
    ended: int

    @property
    def text(self) -> str:
        """The file's content."""
        return json.dumps(self._asdict(), separators=(",", ":")) + "\n"


def parse_mark(data: bytes, origin: str) -> Mark | None:
    """The mark of this log; None when it is another's, or none."""
    try:
        raw = json.loads(data)
        mark = Mark(**{**raw, "peaks": tuple(raw["peaks"])})
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    numbers: tuple[object, ...] = (mark.size, mark.offset, mark.ended)
    hashes: tuple[object, ...] = (mark.root, *mark.peaks)
    if mark.origin != origin or not all(type(one) is int for one in numbers):
        return None
    if min(mark.size, mark.offset, mark.ended) < 0:
        return None
    if not all(isinstance(one, str) and len(one) == 64 for one in hashes):
        return None
    whole = mark.offset <= mark.size and len(mark.peaks) == mark.offset.bit_count()
    return mark if whole else None


class Patrol:
    """The patrol of one opened journal.  `micros`: a clock in microseconds for the slices."""

    def __init__(self, journal: Reader, state_dir: Path, micros: Callable[[], int]) -> None:
        self._journal = journal
        self._file = state_dir / WATERMARK
        self._micros = micros
        self._round: Iterator[Mark] | None = None
        self._mark: Mark | None = None
        self._over = False

    @property
    def mark(self) -> Mark | None:
        """How far it came; None before the first slice."""
        return self._mark

    def wait_ms(self, now_ms: int) -> int | None:
        """How long until there is a slice to do; None for never.  `now_ms`: proven Unix time."""
        if self._over:
            return None
        if self._round is None and self._mark is not None and self._mark.ended:
            return max(PACE_MS, self._mark.ended + AGAIN_MS - now_ms)
        return PACE_MS

    def slice(self, now_ms: int) -> str | None:
        """Verify for a few milliseconds; what is wrong, None while nothing is."""
        began = self._micros()
        try:
            if self._mark is None:
                self._mark = self._recalled()
                return None
            if self._round is None:
                if self._mark.ended and now_ms < self._mark.ended + AGAIN_MS:
                    return None
                self._round = self._walk(self._mark)
            while self._micros() - began < SLICE_US:
                mark = next(self._round, None)
                if mark is None:
                    self._mark, self._round = self._mark._replace(ended=max(1, now_ms)), None
                    self._save(self._mark)
                    return None
                self._mark = mark
        except (Wrong, JournalError) as wrong:
            self._over = True
            return str(wrong)
        except sqlite3.Error as error:
            self._over = True
            return str(explain(error, "reading", self._journal.path))
        return None

    # -- where it was -----------------------------------------------------------------------------

    def _recalled(self) -> Mark:
        """The mark to go on from.  Raises Wrong when what it remembers is not here any more."""
        journal = self._journal
        mark = parse_mark(self._read(), journal.origin)
        if mark is None:
            return self._fresh()
        if mark.size > journal.size:
            raise Wrong(
                f"{mark.size} entries were here once, {journal.size} are now: the record was cut "
                "back; verify it and compare it with a witness"
            )
        if tlog.frontier_at(journal.hashes, mark.size).root().hex() != mark.root:
            raise Wrong(
                f"the first {mark.size} entries are not those that were here once; verify the "
                "record and compare it with a witness"
            )
        if _hex(tlog.frontier_at(journal.hashes, mark.offset)) != mark.peaks:
            raise Wrong(
                f"an entry before {mark.offset} was changed since it was verified; verify the "
                "record and restore a copy"
            )
        return mark

    def _read(self) -> bytes:
        try:
            with self._file.open("rb") as file:
                return file.read(MAX_BYTES)
        except OSError:
            return b""  # none yet, or lost: the round begins anew

    def _fresh(self) -> Mark:
        head = self._journal.head()
        return Mark(head.origin, head.size, head.root.hex(), 0, (), 0)

    def _save(self, mark: Mark) -> None:
        draft = self._file.with_name(f"{WATERMARK}.new")
        try:
            draft.write_text(mark.text, encoding="ascii")
            draft.replace(self._file)
        except OSError:
            # A full disk is the journal's to report; a round that is not remembered begins anew.
            return

    # -- a round ----------------------------------------------------------------------------------

    def _walk(self, mark: Mark) -> Iterator[Mark]:
        """Verify chunk after chunk, from the mark or, if its round had ended, from the start."""
        journal = self._journal
        if mark.ended:
            mark = self._fresh()
        frontier = tlog.Frontier(mark.offset, [bytes.fromhex(one) for one in mark.peaks])
        while frontier.size < mark.size:
            start = frontier.size
            stop = min(start - start % CHUNK + CHUNK, mark.size)
            self._chunk(start, stop, frontier)
            mark = mark._replace(offset=stop, peaks=_hex(frontier))
            if stop % SAVE_EVERY == 0:
                self._save(mark)
            yield mark
        self._sealed(note.Checkpoint(journal.origin, mark.size, frontier.root()), mark)

    def _chunk(self, start: int, stop: int, frontier: tlog.Frontier) -> None:
        db = self._journal.connection
        rows = db.execute(_ROWS, (start, stop)).fetchall()
        shown: dict[int, list[tuple[object, object]]] = {}
        for idx, digest, text in db.execute(_SHOWN, (start, stop)).fetchall():
            shown.setdefault(idx, []).append((digest, text))
        for idx in range(start, stop):
            if idx - start >= len(rows) or rows[idx - start][0] != idx:
                raise Wrong(f"entry {idx} is missing; verify the record and restore a copy")
            leaf, stated = rows[idx - start][1:]
            if not isinstance(leaf, bytes) or tlog.leaf_hash(leaf) != stated:
                raise Wrong(
                    f"entry {idx} is not what its hash says; restore the record from a copy"
                )
            self._leaf(idx, leaf, shown.get(idx, []))
            for level, n, node in frontier.append(stated):
                if self._journal.hashes(level, n, 1)[0] != node:
                    raise Wrong(
                        f"the stored hash {n} of level {level} is not that of the entries up to "
                        f"{idx}; restore the record from a copy"
                    )

    def _leaf(self, idx: int, leaf: bytes, shown: list[tuple[object, object]]) -> None:
        try:
            found = shape.read(leaf)
        except lf.LeafError as wrong:
            raise Wrong(f"entry {idx}: {wrong}") from None
        genesis = isinstance(found.event, LogGenesis)
        if found.idx != idx or genesis != (idx == 0):
            raise Wrong(f"entry {idx} belongs elsewhere; restore the record from a copy")
        for digest, text in shown:
            fits = isinstance(text, str) and text.isascii() and digest in found.digests
            if not fits or lf.digest_of(str(text)) != digest:
                raise Wrong(f"entry {idx}: a name beside it was changed; verify the record")

    def _sealed(self, head: note.Checkpoint, mark: Mark) -> None:
        if not head.size:
            return
        if head.root.hex() != mark.root:
            raise Wrong(f"the entries up to {head.size} do not make their head; verify the record")
        seal = self._journal.seal(head.size - 1) or b""
        if not self._journal.key_at(head.size).verifies(head.text.encode(), seal):
            raise Wrong(f"the seal of entry {head.size - 1} does not hold; verify the record")


def _hex(frontier: tlog.Frontier) -> tuple[str, ...]:
    return tuple(one.hex() for one in frontier.peaks)
