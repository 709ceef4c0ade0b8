"""The verdict on a journal or an export: is it whole, unchanged, ours, and possible?

Theory of operation.  Three passes, each believing only what the one before proved.  *Tree*: every
leaf is hashed, every stored hash compared, and the head that results must carry the signature of
the key that the judge trusts.  *Entries*: every leaf is parsed strictly and its disclosures are
matched with its digests.  *History*: the events are replayed through the program's own state
tables.  Then heads that others know (witnesses, receipts) must be heads of this very tree.

Rules.  Verify, then parse.  The trusted key comes from the judge; without one the journal's own is
used and the verdict says so.  A finding ends the judgement: the first bad entry is what matters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from lockerd.journal import note, tlog
from lockerd.journal.errors import JournalDamaged, explain
from lockerd.journal.export import Progress
from lockerd.journal.flat import FlatSource
from lockerd.journal.history import (
    Judge,
    Replay,
    Source,
    judge_history,
    judge_structure,
    judged_entries,
)
from lockerd.journal.source import (
    Cosigned,
    DatabaseSource,
    ExportSource,
    Finding,
    Kind,
    Row,
    open_source,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement.  `first_bad`: the first entry that is wrong or missing, where there is one.

    `size`: entries judged.  `witnessed`: the largest size that a trusted witness cosigned.
    `erased`: disclosures that are gone and whose erasure is itself an entry.
    """

    kind: Kind
    origin: str
    size: int
    first_bad: int | None = None
    what: str = ""
    witnessed: int = 0
    erased: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with what there is."""
        return self.kind in (Kind.VERIFIED, Kind.VERIFIED_UNWITNESSED)


@dataclass(frozen=True, slots=True)
class _Demands:
    """What the judge asked for; see `verify`."""

    replay: Replay | None
    entries: bool
    every_seal: bool
    known: Sequence[note.Checkpoint]
    witnesses: Sequence[note.Key]
    progress: Progress | None


def verify(
    path: Path,
    vkey: str | None = None,
    *,
    replay: Replay | None = None,
    entries: bool = True,
    every_seal: bool = False,
    known: Sequence[note.Checkpoint] = (),
    witnesses: Sequence[note.Key] = (),
    accounted: Collection[str] = (),
    progress: Progress | None = None,
) -> Verdict:
    """Judge a state directory, a journal.db, an export, a second copy or what was salvaged.

    `vkey`: the device's, from someone who is trusted.  `replay`: judges the history too.
    `entries=False` stops after the tree and its signature.  `every_seal` checks each transaction's
    signature, not only the last.  `known`: heads of this log that the judge has from elsewhere, and
    has verified.  `accounted`: digests that entries of later epochs say were erased.  Raises
    JournalError for a path that holds no journal, NoteError for a bad `vkey`.
    """
    trusted = None if vkey is None else note.parse_vkey(vkey)
    demands = _Demands(replay, entries, every_seal, known, witnesses, progress)
    origin, size = ("" if trusted is None else trusted.name), 0
    judge: Judge | None = None
    try:
        source = open_source(path)
        try:
            size = source.size
            key = trusted if trusted is not None else _own_key(source)
            origin = key.name
            judge = Judge(key, note.Checkpoint(origin, 0, tlog.EMPTY_ROOT))
            if trusted is None:
                judge.warn("the key comes from the journal itself: whoever forged one had both")
            witnessed = _judge(source, judge, demands)
            _account(judge, accounted)
        finally:
            source.close()
    except Finding as bad:
        warnings = tuple(judge.warnings) if judge is not None else ()
        return Verdict(bad.kind, origin, size, bad.first_bad, bad.what, warnings=warnings)
    except JournalDamaged as bad:
        return Verdict(Kind.INVALID, origin, size, None, str(bad))
    except sqlite3.DatabaseError as error:
        return Verdict(Kind.INVALID, origin, size, None, str(explain(error, "reading", path)))
    return _conclude(judge, witnessed)


def _own_key(source: Source) -> note.Key:
    try:
        return note.parse_vkey(source.vkey)
    except note.NoteError as wrong:
        raise Finding(Kind.INVALID, None, str(wrong)) from None


def _judge(source: Source, judge: Judge, demands: _Demands) -> int:
    """All passes in order; the largest size that a trusted witness cosigned."""
    _named(source, judge.key)
    if not source.size:
        raise Finding(Kind.INCOMPLETE, 0, "the journal is empty: it has not even a first entry")
    frontier = _tree(source, demands.progress)
    judge.head = note.Checkpoint(judge.key.name, frontier.size, frontier.root())
    source.prove(judge.head, judge.key)
    if demands.every_seal:
        _every_seal(source, judge)
    for head in demands.known:
        _compare(source, judge.head, head, "a head that is known from elsewhere")
    witnessed = _witnessed(source, judge, demands.witnesses)
    if demands.entries or demands.replay is not None:
        found = judged_entries(source, judge, demands.progress)
        judge_history(found, judge, demands.replay)
        judge_structure(source, judge)
    if isinstance(source, FlatSource):
        source.complete()
    return witnessed


def _account(judge: Judge, accounted: Collection[str]) -> None:
    """What a later epoch erased in the journal of this one is not missing."""
    gone = [one for one in judge.missing if one in accounted]
    for one in gone:
        del judge.missing[one]
    judge.erased += len(gone)
    if gone:
        judge.warn(
            f"{len(gone)} disclosures were erased in a later epoch, says its journal; judge that "
            "one too"
        )


def _conclude(judge: Judge, witnessed: int) -> Verdict:
    if judge.unspelled:
        judge.warn(f"{judge.unspelled} entries are not in canonical form")
    verdict = Verdict(
        Kind.VERIFIED if witnessed == judge.head.size else Kind.VERIFIED_UNWITNESSED,
        judge.head.origin,
        judge.head.size,
        witnessed=witnessed,
        erased=judge.erased,
        warnings=tuple(judge.warnings),
    )
    if judge.missing:
        first = min(judge.missing.values())
        return replace(
            verdict,
            kind=Kind.INCOMPLETE,
            first_bad=first,
            what=f"{len(judge.missing)} disclosures are missing, the first of entry {first}, and "
            "no erasure accounts for them",
        )
    return verdict


# -- the tree -----------------------------------------------------------------------------------


def _named(source: Source, key: note.Key) -> None:
    origin = source.origin if isinstance(source, DatabaseSource) else source.head.origin
    if origin != key.name and (origin or not isinstance(source, FlatSource)):
        raise Finding(Kind.INVALID, None, f"this is {origin!r}, the key is of {key.name!r}")


def _tree(source: Source, progress: Progress | None) -> tlog.Frontier:
    """Hash every leaf and compare every stored hash; the frontier that the leaves make."""
    frontier = tlog.Frontier()
    stored = 0
    for rows in source.blocks():
        start = frontier.size
        hashes = _leaf_hashes(rows, start)
        if len(hashes) == tlog.TILE_WIDTH:
            root = tlog.fold(hashes)
            completed = [(8, start >> 8, root), *frontier.append(root, 8)]
        else:
            completed = [node for one in hashes for node in frontier.append(one)]
        for level, n, node in completed:
            stored += 1
            if source.hashes(level, n, 1)[0] != node:
                raise Finding(
                    Kind.INVALID,
                    n << level,
                    f"the stored hash {n} of level {level} is not that of its entries",
                )
        if progress is not None:
            progress(frontier.size, source.size)
    if frontier.size != source.size:
        raise Finding(Kind.INVALID, frontier.size, f"entry {frontier.size} is missing")
    if isinstance(source, DatabaseSource) and source.stored_subtrees() != stored:
        raise Finding(Kind.INVALID, None, "there are stored hashes of subtrees that do not exist")
    return frontier


def _leaf_hashes(rows: Sequence[Row], start: int) -> list[bytes]:
    """The hashes of a block's leaves, once index and stated hash of each agree."""
    indices, leaves, stated = zip(*rows, strict=True)
    try:
        hashes = [sha256(b"\0" + leaf).digest() for leaf in leaves]
    except TypeError:
        hashes = []
    if tuple(hashes) == stated and indices == tuple(range(start, start + len(rows))):
        return hashes
    for at, row in enumerate(rows, start):
        if row[0] != at:
            raise Finding(Kind.INVALID, at, f"entry {at} is missing, {row[0]} follows")
        if not isinstance(row[1], bytes) or tlog.leaf_hash(row[1]) != row[2]:
            raise Finding(Kind.INVALID, at, f"entry {at} is not what its hash says")
    raise AssertionError("a block that fails as a whole fails in a row")


def _every_seal(source: Source, judge: Judge) -> None:
    if isinstance(source, ExportSource):
        judge.warn("an export carries the last seal only")
        return
    frontier = tlog.Frontier()
    for idx, seal in source.sealed():
        for node in source.hashes(0, frontier.size, idx + 1 - frontier.size):
            frontier.append(node)
        head = note.Checkpoint(judge.key.name, frontier.size, frontier.root())
        if not isinstance(seal, bytes) or not judge.key.verifies(head.text.encode(), seal):
            raise Finding(Kind.INVALID, idx, f"the seal at {idx} does not fit its entries")


# -- what others know ---------------------------------------------------------------------------


def _compare(source: Source, ours: note.Checkpoint, theirs: note.Checkpoint, who: str) -> None:
    """Raises Finding unless `theirs` is a head of the same tree."""
    if theirs.origin != ours.origin:
        raise Finding(Kind.INVALID, None, f"{who} is of {theirs.origin!r}, not of {ours.origin!r}")
    if theirs.size > ours.size:
        raise Finding(
            Kind.TRUNCATED, ours.size, f"{who} has {theirs.size} entries, this has {ours.size}"
        )
    if tlog.frontier_at(source.hashes, theirs.size).root() != theirs.root:
        raise Finding(
            Kind.FORK, None, f"{who} has another root at {theirs.size}: there are two histories"
        )


def _witnessed(source: Source, judge: Judge, witnesses: Sequence[note.Key]) -> int:
    largest = 0
    for one in source.cosigned():
        witness = _cosigner(one, witnesses)
        if witness is not None:
            _compare(source, judge.head, one.head, f"what {witness} cosigned")
            largest = max(largest, one.head.size)
    if witnesses and largest < judge.head.size:
        judge.warn(f"witnesses cosigned {largest} of {judge.head.size} entries")
    return largest


def _cosigner(one: Cosigned, witnesses: Sequence[note.Key]) -> str | None:
    """The name of the trusted witness whose cosignature this is; None for anyone else's line.

    A trusted witness's line whose signature does not hold raises Finding.
    """
    text = f"{one.head.text}\n{one.line}"
    try:
        line = note.parse_note(text).signatures[0]
        if (line.name, line.key_id) not in [(key.name, key.key_id) for key in witnesses]:
            return None
        proven = note.open_note(text, witnesses)[1][0]
    except note.NoteError as wrong:
        raise Finding(Kind.INVALID, None, f"a cosignature at {one.head.size}: {wrong}") from None
    return None if proven.time is None else proven.key.name
