"""The epochs before a record, judged one after another as far as they are at hand.

Theory of operation.  A later epoch's first entry names the head that it goes on from: origin, size
and root.  So whoever trusts the later log can judge the earlier one without trusting its key: the
record that is kept in `DIR/epochs/<n>` must verify, and that very head must be one of its own.  Its
own first entry names the next one back.

Rules.  What is not kept is a link too: it says how much was not seen.  A record that goes on after
the head that is named is longer than what the next epoch knew of; that is said, and is no fault.
An epoch before has a lower number and some entries: the walk ends, whatever a record claims.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from lockerd.core.events import LogGenesis
from lockerd.journal import leaf as lf
from lockerd.journal import note
from lockerd.journal.epochs import EPOCHS
from lockerd.journal.erase import later
from lockerd.journal.export import VKEY, Progress
from lockerd.journal.history import Replay
from lockerd.journal.reader import DATABASE
from lockerd.journal.source import Kind
from lockerd.journal.verify import Verdict, verify

_EPOCH = re.compile(r"(.+)/([1-9][0-9]{0,8})", re.ASCII)


class Link(NamedTuple):
    """One epoch before: `size` entries of it count for the next one.

    `verdict` is None where it is not kept.  `beyond`: entries that the next epoch did not know of.
    `why`: the reason for which the next one was opened.
    """

    origin: str
    size: int
    why: str
    verdict: Verdict | None
    beyond: int = 0

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with what there is of it: names may be lost with a card."""
        known = self.verdict
        return known is None or known.good or known.kind is Kind.INCOMPLETE


class First:
    """A replay that remembers the first entry that it was given."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self.genesis: LogGenesis | None = None

    def __call__(self, entries: Iterable[lf.Leaf]) -> object:
        """Replay them."""
        rest = iter(entries)
        head = list(islice(rest, 1))
        if head and isinstance(head[0].event, LogGenesis):
            self.genesis = head[0].event
        return self._replay(chain(head, rest))  # a million entries pass here: no loop of our own


def walk(
    path: Path,
    genesis: LogGenesis | None,
    replay: Replay,
    progress: Callable[[], Progress | None] = lambda: None,
) -> Iterator[Link]:
    """Every epoch before the record at `path`, the newest first, until one is not kept.

    `genesis`: the first entry of that record, which was judged.  Raises JournalError, NoteError.
    """
    kept = _kept_beside(path)
    while genesis is not None and genesis.previous is not None:
        origin, size = genesis.previous, genesis.previous_size or 0
        if size < 1 or not _before(origin, genesis.origin):
            what = f"{genesis.origin} cannot go on from {size} entries of {origin!r}"
            bad = Verdict(Kind.INVALID, origin, size, 0, what)
            yield Link(origin, size, genesis.why or "", bad)
            return
        place = kept / origin.rpartition("/")[2]
        if not (place / DATABASE).exists():
            yield Link(origin, size, genesis.why or "", None)
            return
        head = note.Checkpoint(origin, size, note.unb64(genesis.previous_root or "", "a root"))
        seen = First(replay)
        verdict = verify(
            place,
            _key(place),
            replay=seen,
            known=(head,),
            accounted=later(place),
            progress=progress(),
        )
        link = Link(origin, size, genesis.why or "", verdict, max(0, verdict.size - size))
        yield link
        genesis = seen.genesis if link.good else None


def _before(origin: str, later: str) -> bool:
    """Whether the first is an earlier epoch of the same device: every walk ends, and stays here."""
    one, other = _EPOCH.fullmatch(origin), _EPOCH.fullmatch(later)
    if one is None or other is None:
        return False
    return one[1] == other[1] and int(one[2]) < int(other[2])


def _key(place: Path) -> str | None:
    """The verifier key beside a record, None without one; what is no text is no key either."""
    path = place / VKEY
    return path.read_text(encoding="ascii", errors="replace").strip() if path.is_file() else None


def _kept_beside(path: Path) -> Path:
    """Where the epochs before a record are kept: of a state directory, or of one kept already."""
    place = (path if path.is_dir() else path.parent).absolute()
    return place.parent if place.parent.name == EPOCHS else place / EPOCHS
