"""What a copy, an export, a salvaged directory or an old card says, once it was judged in full.

Theory of operation.  The source is verified with a key that a person brought, and its entries are
folded into the state that they make, in the same pass.  What is disclosed of people who may still
sign in and of handovers that are live comes along, and staff's verifier rows where there are any.

Rules.  A source that does not verify gives nothing.  One whose end is missing gives what is sealed
before it: a copy that a power cut ended, or a database that lost pages.  An export has no such
excuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from lockerd.core.epoch import Names, named_by
from lockerd.core.events import LogGenesis, Verifier
from lockerd.core.now import Now
from lockerd.core.replay import replay
from lockerd.core.state import State
from lockerd.journal import export as ex
from lockerd.journal import leaf as lf
from lockerd.journal import note, shape, tlog
from lockerd.journal.copy import newer_than
from lockerd.journal.export import Progress
from lockerd.journal.flat import FlatSource, is_copy, is_salvaged
from lockerd.journal.history import Source
from lockerd.journal.reader import Reader
from lockerd.journal.source import DatabaseSource, ExportSource, Kind, open_source
from lockerd.journal.verify import Verdict, verify
from lockerd.ports import JournalError


class NotRestorable(JournalError):
    """Nothing can be restored like this; nothing was written."""


class Recovered(NamedTuple):
    """What a source says.  `last`: the time of its last judged entry.

    `signed`: its head as a signed note.  `rows`: staff's badges and PINs, as the source has them.
    `loose`: compartments that entries behind its end, which nobody vouches for, speak of.
    """

    head: note.Checkpoint
    signed: str
    genesis: LogGenesis
    last: Now
    state: State
    names: Names
    rows: tuple[Verifier, ...]
    loose: tuple[str, ...]
    verdict: Verdict


def recover(path: Path, vkey: str, progress: Progress | None = None) -> Recovered:
    """Judge a copy, an export, what was salvaged, or an old card's journal; what it comes to.

    Raises NotRestorable with the verdict, other JournalErrors, NoteError for a bad `vkey`.
    """
    _newest(path)
    folded: list[State] = []
    ends: list[lf.Leaf] = []

    def fold(entries: Iterable[lf.Leaf]) -> None:
        def seen() -> Iterable[lf.Leaf]:
            for one in entries:
                ends[1:] = [one] if ends else []
                if not ends:
                    ends.append(one)
                yield one

        folded.append(replay(seen()))

    verdict = verify(path, vkey, replay=fold, progress=progress)
    if not folded or not (verdict.good or _short(path, verdict)):
        where = "" if verdict.first_bad is None else f" at entry {verdict.first_bad}"
        raise NotRestorable(
            f"{path}: {verdict.kind}{where}: {verdict.what}; give a source and a key that verify"
        )
    source = open_source(path)
    try:
        return _recovered(path, source, note.parse_vkey(vkey), ends, folded[0], verdict)
    finally:
        source.close()


def _short(path: Path, verdict: Verdict) -> bool:
    """Whether what is there was found right, and only its end or some names are missing."""
    return verdict.kind is Kind.INCOMPLETE and (is_copy(path) or is_salvaged(path))


def _recovered(
    path: Path,
    source: Source,
    key: note.Key,
    ends: Sequence[lf.Leaf],
    state: State,
    verdict: Verdict,
) -> Recovered:
    genesis = ends[0].event
    assert isinstance(genesis, LogGenesis), "replay admits no other beginning"
    root = tlog.frontier_at(source.hashes, source.size).root()
    head = note.Checkpoint(key.name, source.size, root)
    return Recovered(
        head=head,
        signed=_signed(path, source, head, key),
        genesis=genesis,
        last=ends[-1].now,
        state=state,
        names=_names(source, named_by(state)),
        rows=tuple(_rows(path, source)),
        loose=_loose(source, state),
        verdict=verdict,
    )


def _newest(path: Path) -> None:
    """Of several copies in a directory, only the newest epoch's may be gone on from."""
    newer = newer_than(path)
    if newer is not None:
        raise NotRestorable(f"{newer.name} lies beside {path.name} and is newer; restore that")


def _signed(path: Path, source: Source, head: note.Checkpoint, key: note.Key) -> str:
    """The head with the device's own signature, as the new log's row keeps it."""
    if isinstance(source, ExportSource):
        return (path / ex.CHECKPOINT).read_text(encoding="utf-8")
    seal = next(seal for idx, seal in source.sealed() if idx == head.size - 1)
    return note.Note(head.text, (note.Signature(key.name, key.key_id, seal),)).full


def _names(source: Source, wanted: frozenset[int]) -> Names:
    """What is disclosed of these entries; the verdict has matched it with their digests."""
    found: dict[int, dict[str, str]] = {}
    for idx, _, text in source.disclosures() or ():
        if idx in wanted:
            name, value = lf.read_disclosure(text)
            found.setdefault(idx, {})[name] = value
    return found


def _rows(path: Path, source: Source) -> Iterable[Verifier]:
    """Verifier rows that the source has; an export and a copy have none."""
    if isinstance(source, DatabaseSource):
        with Reader.read(path) as reader:
            yield from (one.verifier for one in reader.verifiers() if not one.spent)
    elif isinstance(source, FlatSource):
        for row in source.verifiers():
            try:
                salt, hashed, mac = (note.unb64(row[one], one) for one in ("salt", "hash", "mac"))
                cred, kind, selector, n = (row[one] for one in ("cred", "kind", "selector", "n"))
            except (KeyError, AttributeError, note.NoteError):
                raise NotRestorable("a salvaged badge is damaged; take its line out") from None
            if not (all(isinstance(one, str) for one in (cred, kind, selector)) and type(n) is int):
                raise NotRestorable("a salvaged badge is damaged; take its line out")
            yield Verifier(cred, kind, selector, salt, hashed, n, mac)


def _loose(source: Source, state: State) -> tuple[str, ...]:
    """Compartments of this cabinet that entries without a voucher speak of."""
    units: set[str] = set()
    if isinstance(source, FlatSource):
        for line in source.loose():
            try:
                units.add(shape.read(line.leaf).event.unit or "")
            except lf.LeafError:
                continue
    return tuple(sorted(units & state.doors.keys()))
