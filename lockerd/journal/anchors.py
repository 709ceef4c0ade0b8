"""What witnesses said, held against the journal that is here.

Theory of operation.  At the start the largest head that each witness cosigned (a stored row) must
be a head of this very tree; then, and whenever it is quiet, the answers in the spool are judged.
Each gives at most one message: `RecordAnchor`, with which the cosignature is stored, or `FreezeLog`
where a head that we signed once is not one of this log.

Rules.  Only heads with this log's own signature and a known witness's can freeze it.  An answer
leaves the spool when its message became durable, not before.  Nothing here appends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lockerd.core.messages import FreezeLog, Message, RecordAnchor
from lockerd.core.now import Now
from lockerd.journal import note, tlog
from lockerd.journal import spool as sp
from lockerd.journal import witness as wt
from lockerd.journal.reader import Cosignature
from lockerd.journal.store import Store

AHEAD_MS = 86_400_000
"""A witness whose clock is further ahead than this of a present that we are sure of is wrong."""


class Taken(NamedTuple):
    """What one line of an answer came to.

    `verdict`: `cosigned` (new), `known` (nothing new), `contradicts`, `claims` (a size that nothing
    proves), `foreign` (another log's) or `refused`.  `text` says it to a person.
    """

    file: str
    verdict: str
    text: str
    witness: str | None = None
    size: int | None = None
    message: Message | None = None


class Anchors:
    """The witnesses of one journal.  `witnesses`: their verifier keys as text."""

    def __init__(self, state_dir: Path, journal: Store, witnesses: Sequence[str]) -> None:
        self._journal = journal
        self._own = note.parse_vkey(journal.vkey)
        self._witnesses = [note.parse_vkey(one) for one in witnesses]
        self.spool = sp.Spool(state_dir)

    # -- the start --------------------------------------------------------------------------------

    def recalled(self) -> FreezeLog | str | None:
        """What the stored cosignatures say: nothing, a contradiction, or how they were damaged."""
        known = {wt.key_name(one): one for one in self._witnesses}
        head = self._journal.head()
        for row in self._journal.newest_cosignatures():
            witness = known.get(row.key)
            if witness is None:
                continue
            try:
                seen = wt.proven(row, self._own.name, witness)
            except wt.WitnessError as wrong:
                return f"a stored cosignature was changed: {wrong}"
            how = wt.contradiction(self._journal.hashes, head, seen)
            if how is not None:
                return FreezeLog(how, witness.name, row.size)
        return None

    # -- the spool --------------------------------------------------------------------------------

    def take(self, now: Now) -> Iterator[Taken]:
        """Judge what waits, one line at a time.

        While the caller deals with a message, the line that it is about is at the store; the file
        goes when all its lines were dealt with, so stop iterating where that failed.  Raises
        JournalError.
        """
        for path in self.spool.answers():
            useless = False
            for one in self._judged(path, now):
                useless |= one.verdict in ("refused", "foreign", "claims")
                yield one
                if one.verdict == "contradicts":
                    return  # this log is over; the evidence stays where it is
            if useless:
                self.spool.refuse(path)
            else:
                self.spool.done(path)

    def _judged(self, path: Path, now: Now) -> Iterator[Taken]:
        try:
            heard = self._hear(path)
        except wt.OtherLog as other:
            yield Taken(path.name, "foreign", str(other))
            return
        except wt.WitnessError as wrong:
            yield Taken(path.name, "refused", str(wrong))
            return
        if heard.claimed is not None:
            yield Taken(path.name, "claims", self._claim(heard.claimed), size=heard.claimed)
        for word in heard.words:
            yield self._weigh(path.name, word, now)

    def _hear(self, path: Path) -> wt.Heard:
        data = sp.read_file(path)
        size = sp.size_in(path.name, self._own.name)
        return wt.hear(data, self._own, self._witnesses, self._shown(size))

    def _shown(self, size: int | None) -> Iterator[str]:
        """Checkpoints that an answer may be about: by its name, then those that were asked for."""
        journal = self._journal
        if size is not None and 0 < size <= journal.size and journal.seal(size - 1) is not None:
            root = tlog.frontier_at(journal.hashes, size).root()
            yield journal.signed(note.Checkpoint(journal.origin, size, root))
        yield from self.spool.shown()

    def _claim(self, size: int) -> str:
        if size > self._journal.size:
            return (
                f"the witness says that it saw {size} entries and {self._journal.size} are here; "
                "bring its checkpoint, which proves it or not"
            )
        return f"the witness last saw {size} entries; run: lockerctl witness request --old {size}"

    def _weigh(self, file: str, word: wt.Word, now: Now) -> Taken:
        witness, size = word.witness.name, word.head.size
        how = wt.contradiction(self._journal.hashes, self._journal.head(), word.head)
        if how is not None:
            freeze = FreezeLog(how, witness, size)
            return Taken(file, "contradicts", how, witness, size, freeze)
        if now.hi is not None and word.time * 1000 > now.hi + AHEAD_MS:
            text = "the clock of the witness is more than a day ahead; set it there, or here"
            return Taken(file, "refused", text, witness, size)
        if self._known(word.row):
            text = f"{witness} had cosigned {size} entries or more before"
            return Taken(file, "known", text, witness, size)
        self._journal.offer(word.row)
        anchor = RecordAnchor(witness, size, word.time, word.row.digest)
        text = f"{witness} cosigned the first {size} entries"
        return Taken(file, "cosigned", text, witness, size, anchor)

    def _known(self, row: Cosignature) -> bool:
        newest = {one.key: one.size for one in self._journal.newest_cosignatures()}
        return row.size <= newest.get(row.key, -1)
