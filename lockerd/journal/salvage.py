"""What a damaged database still holds, written out and judged.

Theory of operation.  Every row that `haul` recognised is written to a directory: entries with gaps
where pages were lost, disclosures, badges of staff, what witnesses signed.  Entries from 0 up to
the last seal that fits are *verified*.  Beyond a gap nothing follows from what came before; but
where the stored hash of a lost block of 256 survived, a later seal can still be checked, and it
proves every entry of the blocks that are whole.  The rest is *loose*: it is what its own hash says,
and nobody vouches for its place.

Standard: the directory is read by `lockerctl journal verify`, which answers INCOMPLETE with the
first missing entry, or VERIFIED when nothing was lost after all.

Rules.  The damaged files are opened for reading only.  Only an empty or a new directory is written
to.  A disclosure that an entry says was erased is not brought back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from lockerd.journal import export as ex
from lockerd.journal import leaf as lf
from lockerd.journal import note, shape, tlog
from lockerd.journal.errors import JournalDamaged, explain_os
from lockerd.journal.flat import COSIGNATURES, REPORT, SALVAGED, VERIFIERS, good_until
from lockerd.journal.haul import Haul, Missing, Progress, Row, Tree, gather, runs
from lockerd.journal.pages import Pages
from lockerd.journal.reader import DATABASE
from lockerd.ports import JournalError

MAX_RANGES = 1_000
"""How many gaps a report lists; their number is always told."""

Range = tuple[int, int]
"""Entries [start, stop)."""


class Report(NamedTuple):
    """What was found.  `verified`: entries 0 up to this one are sealed.

    `whole`: entries 0 up to this one are there.  `proven`: ranges beyond a gap that a later seal
    covers.  `tail_whole`: the table's own tree ends with the last entry that was found.
    """

    origin: str
    vkey: str
    trusted: bool
    pages: int
    unreadable: int
    entries: int
    whole: int
    verified: int
    gaps: tuple[Range, ...]
    proven: tuple[Range, ...]
    tail_whole: bool
    disclosures: int
    erased: int
    badges: int

    @property
    def complete(self) -> bool:
        """Whether nothing was lost: no gap, the end known, and all of it sealed."""
        return not self.gaps and self.tail_whole and self.verified == self.entries > 0


def salvage(
    database: Path, out: Path, vkey: str | None = None, progress: Progress | None = None
) -> Report:
    """Write what is left of a journal.db, or of the one in a state directory, into `out`.

    `vkey`: the device's, from someone who is trusted; else the database's own is used, and the
    report says so.  `progress(done, total)` in pages.  Raises JournalError (the files cannot be
    read, `out` is not empty or cannot be written, not one entry is left), NoteError for a bad vkey.
    """
    key = None if vkey is None else note.parse_vkey(vkey)
    file = database / DATABASE if database.is_dir() else database
    pages = Pages(file)
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise JournalError(f"{out} is not empty; give an empty or a new directory")
        haul = gather(pages, progress)
        if not haul.places:
            raise JournalDamaged(
                f"{file.name} holds not one whole entry; use the second copy or an export"
            )
        return _write(haul, out, key)
    except OSError as error:
        raise explain_os(error, out) from None
    finally:
        pages.close()


def _write(haul: Haul, out: Path, key: note.Key | None) -> Report:
    trusted = key is not None
    key = key or _own_key(haul)
    tree, sealed, erased = Tree(haul), dict[int, bytes](), set[str]()
    _put(out / ex.ENTRIES, _entries(haul, tree, sealed, erased))
    ranges = list(runs(haul.places))
    whole = ranges[0][1] if ranges[0][0] == 0 else 0
    verified = 0 if key is None else _verified(tree, key, sealed, whole)
    proven: list[Range] = []
    if key is not None and whole < len(haul.places):
        proven = _proven(haul, tree, key, sealed, verified)
    kept = {one: row for one, row in haul.disclosures.items() if one not in erased}
    _put(out / ex.DISCLOSURES, _disclosures(kept))
    _put(out / COSIGNATURES, _cosignatures(haul))
    _put(out / VERIFIERS, _verifiers(haul))
    end = ranges[-1][1]
    report = Report(
        origin=key.name if key is not None else "",
        vkey=key.vkey if key is not None else "",
        trusted=trusted,
        pages=haul.pages.count,
        unreadable=haul.pages.unreadable,
        entries=len(haul.places),
        whole=whole,
        verified=verified,
        gaps=tuple(_gaps(ranges)),
        proven=tuple(proven),
        tail_whole=haul.last == end - 1,
        disclosures=len(kept),
        erased=len(haul.disclosures) - len(kept),
        badges=sum(kind == "badge" for _, kind in haul.verifiers),
    )
    _conclude(out, report, tree, sealed)
    return report


def _own_key(haul: Haul) -> note.Key | None:
    """The key that the database itself states, if it states one and only one."""
    for origin, vkey in haul.logs:
        try:
            key = note.parse_vkey(vkey)
        except note.NoteError:
            continue
        if key.name == origin:
            return key
    return None


# -- what is sealed -------------------------------------------------------------------------------


def _verified(tree: Tree, key: note.Key, sealed: dict[int, bytes], whole: int) -> int:
    """The size of the largest tree without a gap whose seal holds."""
    known = [idx for idx in sealed if idx < whole]
    good = good_until(len(known), lambda at: tree.holds(key, known[at], sealed[known[at]]))
    return known[good - 1] + 1 if good else 0


def _proven(
    haul: Haul, tree: Tree, key: note.Key, sealed: dict[int, bytes], verified: int
) -> list[Range]:
    """Entries beyond the first gap that a later seal covers, the lost ones being bridged."""
    limit = _bridged(haul, tree)
    known = [idx for idx in sealed if verified <= idx < limit and _ends_whole(haul, idx + 1)]

    def holds(at: int) -> bool:
        try:
            return tree.holds(key, known[at], sealed[known[at]])
        except Missing:
            return False

    good = good_until(len(known), holds)
    if not good:
        return []
    size = known[good - 1] + 1
    width = tlog.TILE_WIDTH
    judged = {*tree.complete, size // width}
    covered = {idx: 0 for idx in haul.places if verified <= idx < size and idx // width in judged}
    return list(runs(covered))


def _bridged(haul: Haul, tree: Tree) -> int:
    """Up to which entry every lost block of 256 is known by its stored hash."""
    top = max(haul.places) // tlog.TILE_WIDTH
    n = 0
    while n < top:
        if n in tree.complete or (8, n) in haul.subtrees:
            n += 1
        elif not n & 255 and (16, n >> 8) in haul.subtrees:
            n += 256
        else:
            break
    return (n + 1) * tlog.TILE_WIDTH


def _ends_whole(haul: Haul, size: int) -> bool:
    """Whether every entry of the unfinished block of a tree is there."""
    return all(idx in haul.places for idx in range(size - size % tlog.TILE_WIDTH, size))


def _gaps(ranges: list[Range]) -> Iterator[Range]:
    before = 0
    for start, stop in ranges:
        if start > before:
            yield before, start
        before = stop


# -- writing --------------------------------------------------------------------------------------


def _entries(
    haul: Haul, tree: Tree, sealed: dict[int, bytes], erased: set[str]
) -> Iterator[dict[str, Any]]:
    """The lines of all entries; on the way, the seals, the whole blocks and what was erased."""
    ordered = sorted(haul.places)
    for block, indexes in groupby(ordered, lambda idx: idx // tlog.TILE_WIDTH):
        rows = [haul.row(idx) for idx in indexes]
        if len(rows) == tlog.TILE_WIDTH:
            tree.complete[block] = tlog.fold([row.hashed for row in rows])
        for row in rows:
            line: dict[str, Any] = {"index": row.idx, "leaf": note.b64(row.leaf)}
            if row.seal is not None:
                sealed[row.idx] = row.seal
                line["seal"] = note.b64(row.seal)
            erased.update(_erased_by(row))
            yield line


def _erased_by(row: Row) -> Iterable[str]:
    if b'"privacy.erased"' not in row.leaf:
        return ()
    try:
        return shape.read(row.leaf).event.erase
    except lf.LeafError:
        return ()


def _disclosures(kept: dict[str, tuple[int, str]]) -> Iterator[dict[str, Any]]:
    for digest, (idx, text) in sorted(kept.items(), key=lambda one: (one[1][0], one[0])):
        yield {"index": idx, "digest": digest, "disclosure": text}


def _cosignatures(haul: Haul) -> Iterator[dict[str, Any]]:
    for (size, _), (root, line) in sorted(haul.cosignatures.items()):
        yield {"size": size, "root": note.b64(root), "line": line}


_COLUMNS = ("cred", "kind", "selector", "salt", "hash", "n", "mac")


def _verifiers(haul: Haul) -> Iterator[dict[str, Any]]:
    for _, row in sorted(haul.verifiers.items()):
        pairs = zip(_COLUMNS, row, strict=True)
        yield {name: note.b64(one) if isinstance(one, bytes) else one for name, one in pairs}


def _put(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Lines of JSON in a private file: they may name people."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(fd, "w", encoding="ascii", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, separators=(",", ":")) + "\n")


def _conclude(out: Path, report: Report, tree: Tree, sealed: dict[int, bytes]) -> None:
    """The head of what is verified, the report, and what a person should know."""
    if report.verified:
        size = report.verified
        head = note.Checkpoint(report.origin, size, tree.root(size))
        signature = note.Signature(
            report.origin, note.parse_vkey(report.vkey).key_id, sealed[size - 1]
        )
        (out / ex.CHECKPOINT).write_text(note.Note(head.text, (signature,)).full, encoding="utf-8")
        (out / ex.VKEY).write_text(report.vkey + "\n", encoding="utf-8")
    shown = report._asdict()
    shown["tail"] = "whole" if shown.pop("tail_whole") else "unknown"
    shown["gap_count"] = len(report.gaps)
    shown["gaps"] = report.gaps[:MAX_RANGES]
    shown["proven"] = report.proven[:MAX_RANGES]
    text = json.dumps({"format": SALVAGED, **shown}, indent=1)
    (out / REPORT).write_text(text + "\n", encoding="ascii")
    (out / ex.README).write_text(_README.format(**report._asdict()), encoding="utf-8")
    os.sync()


_README = """\
What was salvaged of the custody log {origin}: {entries} entries, {verified} of them verified.

report.json         what was found: gaps, what is sealed, what is not
entries.jsonl       one line per entry: its index, its bytes in base64, its seal if it has one
disclosures.jsonl   one line per disclosed field: entry, digest, RFC 9901 disclosure
verifiers.jsonl     badges and PINs of staff: of use with the pepper of that device alone
cosignatures.jsonl  what witnesses signed
checkpoint, vkey    the signed head of the verified entries, and the key that signed it

"verified": the entries before this index are complete and sealed. "proven": ranges behind a gap
that a later seal covers. What is neither is what its own hash says, and nothing more.

To verify:   lockerctl journal verify DIRECTORY --vkey FILE
To go on:    lockerctl journal restore --help
Personal data is in here: keep it as the journal itself was kept.
"""
