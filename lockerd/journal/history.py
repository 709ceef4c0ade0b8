"""The later passes of a verdict: entries parsed strictly, disclosures matched, history replayed.

Theory of operation.  The tree pass has proven that these are the bytes that were sealed.  Now each
leaf must parse, name its own index and state a digest for every disclosure that is kept of it; and
the events in their order must be a history that the program's state tables allow.  Parsing,
matching and replay share one iteration.

Rules.  What an honest device cannot have written is a `Finding`; what it may have is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lockerd.core.events import CATALOGUE, Event, LogGenesis
from lockerd.core.now import Now
from lockerd.core.tables import ImpossibleHistory
from lockerd.journal import leaf as lf
from lockerd.journal import note, shape
from lockerd.journal.export import Progress
from lockerd.journal.flat import FlatSource
from lockerd.journal.source import DatabaseSource, ExportSource, Finding, Kind

MAX_WARNINGS = 20
NEVER = 1 << 63
"""Beyond every index."""

Replay = Callable[[Iterable[lf.Leaf]], object]
"""Consumes the entries in order; raises ImpossibleHistory at the first that cannot follow."""

Source = DatabaseSource | ExportSource | FlatSource


@dataclass(slots=True)
class Judge:
    """What is known so far."""

    key: note.Key
    head: note.Checkpoint
    warnings: list[str] = field(default_factory=list)
    unspelled: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    erased: int = 0
    last: int = -1

    def warn(self, text: str) -> None:
        """Remember a warning; beyond MAX_WARNINGS they are only counted by the last one."""
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(text)
        elif len(self.warnings) == MAX_WARNINGS:
            self.warnings.append("there are more warnings")


def judge_history(entries: Iterator[lf.Leaf], judge: Judge, replay: Replay | None) -> None:
    if replay is not None:
        try:
            replay(entries)
        except ImpossibleHistory as wrong:
            raise Finding(
                Kind.INVALID, judge.last, f"entry {judge.last} is impossible: {wrong}"
            ) from None
    for _ in entries:  # what replay left, or all: the checks are in the iteration itself
        pass


def judged_entries(source: Source, judge: Judge, progress: Progress | None) -> Iterator[lf.Leaf]:
    """Every entry, parsed strictly, its disclosures matched and its time compared."""
    shown = Disclosed(source.disclosures())
    if not shown.given:
        judge.warn("disclosures were withheld: names cannot be checked")
    before, last_up_ms, last_lo = _NEVER, -1, -1
    read, match = shape.read, shown.match
    done = 0
    for leaves in _leaves(source):
        # A block is parsed, then replayed: taking turns with every leaf costs a tenth more.
        block: list[lf.Leaf] = []
        bad: Finding | None = None
        try:
            for idx, leaf in enumerate(leaves, done):
                # Whatever is usual costs nothing here but the question whether it is.
                try:
                    found = read(leaf)
                except lf.LeafError as wrong:
                    found = _spelled(idx, leaf, wrong, judge)
                stated, event, now, digests = found
                if stated != idx or idx == 0 or type(event) is LogGenesis:
                    _identity(idx, found, judge.key)
                _, up_ms, lo, _, _ = now
                if up_ms < last_up_ms or lo < last_lo:
                    _compare_time(idx, before, now, judge)
                before, last_up_ms, last_lo = now, up_ms, lo
                if digests or idx >= shown.due:
                    match(idx, found, judge)
                if type(event) in _ERASING:
                    _account(source, idx, event.erase, judge)
                block.append(found)
        except Finding as wrong:
            bad = wrong
        for found in block:
            judge.last = found.idx
            yield found
        if bad is not None:
            raise bad  # after those before it: the first bad entry is what counts
        done += len(leaves)
        if progress is not None:
            progress(done, source.size)
    shown.end()


_NEVER = Now("", -1, -1, None, "")
"""Before every time."""


def _leaves(source: Source) -> Iterator[Sequence[bytes]]:
    """Leaves in order: the pass before has proven that they are numbered without a gap."""
    if isinstance(source, DatabaseSource):
        return source.leaves()
    return ([row[1] for row in rows] for rows in source.blocks())


_ERASING = frozenset(one for one in CATALOGUE.values() if one.erase is not Event.erase)
"""Kinds of event that may erase disclosures."""


def _spelled(idx: int, leaf: bytes, refused: lf.LeafError, judge: Judge) -> lf.Leaf:
    """The entry that was refused, if it was for its spelling alone.  Raises Finding."""
    try:
        if not isinstance(refused, lf.NotCanonical):
            raise refused
        found = lf.interpret(lf.load_loosely(leaf))
    except lf.LeafError as wrong:
        raise Finding(Kind.INVALID, idx, f"entry {idx}: {wrong}") from None
    judge.unspelled += 1
    return found


def _identity(idx: int, found: lf.Leaf, key: note.Key) -> None:
    if found.idx != idx:
        raise Finding(Kind.INVALID, idx, f"entry {idx} says that it is entry {found.idx}")
    genesis = isinstance(found.event, LogGenesis)
    if genesis != (idx == 0):
        raise Finding(Kind.INVALID, idx, f"entry {idx}: a log begins with log.genesis, once")
    if isinstance(found.event, LogGenesis) and (found.event.origin, found.event.vkey) != (
        key.name,
        key.vkey,
    ):
        raise Finding(
            Kind.INVALID, idx, f"entry 0 begins {found.event.origin!r} under another name or key"
        )


def _compare_time(idx: int, before: Now, now: Now, judge: Judge) -> None:
    if now.boot == before.boot and now.up_ms < before.up_ms:
        judge.warn(f"entry {idx}: the time since boot went back")
    if now.lo < before.lo:
        judge.warn(f"entry {idx}: the proven time went back")


def _account(source: Source, idx: int, digests: tuple[str, ...], judge: Judge) -> None:
    """An erasure accounts for what is missing; what it names must not be there any more."""
    for digest in digests:
        if judge.missing.pop(digest, None) is not None:
            judge.erased += 1
        elif source.discloses(digest):
            judge.warn(f"entry {idx} erased a disclosure that is still there; erase it again")


class Disclosed:
    """The disclosures beside the entries, in step with them.

    `due`: the first entry that has a disclosure which was not matched yet; NEVER if none has.
    """

    def __init__(self, rows: Iterator[tuple[int, str, str]] | None) -> None:
        self.given = rows is not None
        self._rows: Iterator[tuple[int, str, str]] = iter(()) if rows is None else rows
        self._go_on()

    def _go_on(self) -> None:
        self._next = next(self._rows, None)
        self.due = NEVER if self._next is None else self._next[0]

    def match(self, idx: int, found: lf.Leaf, judge: Judge) -> None:
        """Take what is disclosed of entry `idx` and hold it against the entry's digests."""
        shown: dict[str, str] = {}
        digests = found.digests
        while self._next is not None and self.due <= idx:
            at, digest, text = self._next
            if at != idx or digest not in digests or not text.isascii():
                raise Finding(Kind.INVALID, idx, f"entry {idx}: it has no digest of a disclosure")
            if lf.digest_of(text) != digest:
                raise Finding(Kind.INVALID, idx, f"entry {idx}: a disclosure was changed")
            try:
                name, _ = lf.read_disclosure(text)
            except lf.LeafError as wrong:
                raise Finding(Kind.INVALID, idx, f"entry {idx}: {wrong}") from None
            if name in shown:
                raise Finding(Kind.INVALID, idx, f"entry {idx}: a field is disclosed twice")
            if name not in found.event.DISCLOSED:
                what = f"entry {idx}: it discloses a field that it has not"
                raise Finding(Kind.INVALID, idx, what)
            shown[name] = digest
            self._go_on()
        if self.given and len(shown) < len(digests):
            there = shown.values()
            judge.missing.update((one, idx) for one in digests if one not in there)

    def end(self) -> None:
        """Nothing may be left."""
        if self._next is not None:
            raise Finding(Kind.INVALID, None, "there are disclosures of entries that do not exist")


def judge_structure(source: Source, judge: Judge) -> None:
    if isinstance(source, DatabaseSource):
        said = source.structure()
        if said is not None:
            judge.warn(f"the entries are whole, the file is not: {said}; restore it from a copy")
