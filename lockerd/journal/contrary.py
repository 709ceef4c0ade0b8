"""What a second copy proves against the journal that it was made from.

Theory of operation.  Both began alike: the place where they part is found by bisection.  From the
tree that they share, the copy's own lines are hashed on to its last seal.  Where that seal verifies
with the log's key, this device signed that head once, and the log that is here does not lead to it:
it was put back to an earlier state, and went on or did not.

Rules.  The log's own signature is the proof; a copy that somebody changed proves nothing and ends
no log.  What is lost is named from the copy: how many entries of what kind, in which compartments.
Nothing is written.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from lockerd.journal import leaf as lf
from lockerd.journal import note, shape, tlog
from lockerd.journal.copy import Line, forward, read_line
from lockerd.journal.reader import Reader

_NEAR_BYTES = 1 << 17
_UNITS_MAX = 12
_KINDS_MAX = 8


class Contrary(NamedTuple):
    """A head that was signed here and is not this log's.

    `shared`: how many entries both have.  `what` says it to a person, with what is lost.
    """

    head: note.Checkpoint
    shared: int
    what: str


def weigh(fd: int, start: int, journal: Reader) -> Contrary | None:
    """What the copy proves; None when nothing.  `start`: the offset behind its first line.

    Raises OSError and JournalError.
    """
    at, shared = _parting(fd, start, journal)
    frontier = tlog.frontier_at(journal.hashes, shared)
    sealed: list[tuple[tlog.Frontier, bytes]] = []
    for line in _run(fd, at, shared):
        frontier.append(tlog.leaf_hash(line.leaf))
        if line.seal is not None:
            sealed[1:] = [(frontier.copy(), line.seal)]
    for tree, seal in reversed(sealed):  # the last; the first too, in case what follows is damaged
        head = note.Checkpoint(journal.origin, tree.size, tree.root())
        if journal.key_at(head.size).verifies(head.text.encode(), seal):
            lost = islice(_run(fd, at, shared), head.size - shared)
            return Contrary(head, shared, _said(head, shared, lost))
    return None


def _run(fd: int, at: int, first: int) -> Iterator[Line]:
    """Entries from `first` on that follow each other without a gap."""
    for _, raw in forward(fd, at):
        line = read_line(raw)
        if line is None or line.idx < first:
            continue  # a mark, or a torn line: then the next one does not follow
        if line.idx != first:
            return
        yield line
        first += 1


def _parting(fd: int, start: int, journal: Reader) -> tuple[int, int]:
    """Where the lines begin that the journal has not: an offset, and how many entries it shares."""
    low, high, shared = start, os.fstat(fd).st_size, 0
    while high - low > _NEAR_BYTES:
        middle = (low + high) // 2
        behind, line = _line_from(fd, middle, high)
        if line is None or not _same(line, journal):
            high = middle
        else:
            low, shared = behind, line.idx + 1
    for behind, raw in forward(fd, low):
        line = read_line(raw)
        if line is None:
            continue
        if not _same(line, journal):
            break
        low, shared = behind, line.idx + 1
    return low, shared


def _line_from(fd: int, middle: int, stop: int) -> tuple[int, Line | None]:
    """The first entry that begins behind an offset, and the offset behind it."""
    lines = forward(fd, middle)
    next(lines, None)  # the rest of the line that the offset fell into
    for behind, raw in lines:
        line = read_line(raw)
        if line is not None:
            return behind, line
        if behind >= stop:
            break
    return stop, None


def _same(line: Line, journal: Reader) -> bool:
    return line.idx < journal.size and journal.leaf(line.idx) == line.leaf


def _said(head: note.Checkpoint, shared: int, lost: Iterable[Line]) -> str:
    kinds: Counter[str] = Counter()
    units: set[str] = set()
    for line in lost:
        try:
            event = shape.read(line.leaf).event
        except lf.LeafError:
            continue
        kinds[event.TYPE] += 1
        units.add(event.unit or "")
    most = [f"{count} {kind}" for kind, count in kinds.most_common(_KINDS_MAX)]
    if len(kinds) > _KINDS_MAX:
        most.append("others")
    named = sorted(units - {""})
    more = f" and {len(named) - _UNITS_MAX} more" if len(named) > _UNITS_MAX else ""
    about = f"; about compartments {', '.join(named[:_UNITS_MAX])}{more}" if named else ""
    return (
        f"the second copy has {head.size} entries that were signed here, of which {shared} are "
        f"here: the record was put back; lost: {', '.join(most)}{about}"
    )
