"""A case bundle judged by whoever was handed it, with the device's key and nothing else.

Theory of operation.  Every receipt of a bundle stands under its one signed head, so that head is
checked with the key that the judge trusts, and each receipt against it.  A log that this one goes
on from was sealed with another key; its head is named in this one's first entry, which every bundle
holds, and so it needs no key that anybody trusts.

Rules.  A receipt is what its file's name says, or a report's link would lead to something else.  A
name is believed once its digest stands in an entry that is proven.  The report is not judged: it
reads the entries aloud.  Raises ReceiptError throughout, with what to do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lockerd.core.events import LogGenesis
from lockerd.journal import leaf as lf
from lockerd.journal import note
from lockerd.journal.casefile import ENTRIES_MAX, EVENTS
from lockerd.journal.export import CHECKPOINT, DISCLOSURES, VKEY
from lockerd.journal.proof import ReceiptError, check, open_checkpoint, parse_proof

FILE_MAX = 1 << 20
NAMES_MAX = 64 << 20
_RECEIPT = re.compile(r"([0-9]{8,16})-([a-z_.]{1,60})\.tlog-proof", re.ASCII)


class Proven(NamedTuple):
    """What one log's part of a bundle came to: entries in its head, receipts, names."""

    origin: str
    size: int
    receipts: int
    disclosed: int


class Judged(NamedTuple):
    """The parts that are proven, the newest first, and the folders of logs that this key does not
    lead to: each is a bundle for its own key."""

    parts: tuple[Proven, ...]
    unproven: tuple[str, ...]


def judge(directory: Path, vkey: str) -> Judged:
    """Every part of a bundle that this key proves."""
    older = {one.name for one in directory.glob("epoch-*") if one.is_dir()}
    found: list[Proven] = []
    place, key = directory, vkey
    while True:
        proven, genesis = _part(place, key)
        found.append(proven)
        named = None if genesis is None else _previous(genesis)
        folder = "" if named is None else f"epoch-{named.origin.rpartition('/')[2]}"
        if folder not in older:
            break
        place = directory / folder
        key = _text(place / VKEY, FILE_MAX).strip()
        if _head(place, key)[1] != named:
            break
        older.remove(folder)
    return Judged(tuple(found), tuple(sorted(older)))


def _previous(genesis: LogGenesis) -> note.Checkpoint | None:
    """The head that a log goes on from; None for a first one."""
    if genesis.previous is None:
        return None
    try:
        root = note.unb64(genesis.previous_root or "", "the root before")
        return note.Checkpoint(genesis.previous, genesis.previous_size or 0, root)
    except note.NoteError as wrong:
        raise ReceiptError(str(wrong)) from None


def _text(path: Path, limit: int) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise ReceiptError(f"{path.name} is too long; get the bundle as it was written")
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ReceiptError(f"{path.name} is not text; get the bundle as it was written") from None
    except OSError as error:
        raise ReceiptError(
            f"{path} cannot be read ({error.strerror}); give a bundle of case export"
        ) from None


def _head(place: Path, vkey: str) -> tuple[str, note.Checkpoint]:
    """The signed head of a part, as its text and as values."""
    text = _text(place / CHECKPOINT, FILE_MAX)
    try:
        return text, open_checkpoint(text, note.parse_vkey(vkey))[0]
    except note.NoteError as wrong:
        raise ReceiptError(f"{CHECKPOINT}: {wrong}") from None


def _part(place: Path, vkey: str) -> tuple[Proven, LogGenesis | None]:
    """One log's receipts under its head, and its first entry."""
    text, head = _head(place, vkey)
    genesis: LogGenesis | None = None
    digests: dict[int, frozenset[str]] = {}
    for file, idx, kind in _files(place / EVENTS):
        said = _text(file, FILE_MAX)
        try:
            facts = check(said, vkey)
            stands = parse_proof(said).checkpoint
        except ReceiptError as wrong:
            raise ReceiptError(f"{EVENTS}/{file.name}: {wrong}") from None
        if (facts.index, facts.event.TYPE) != (idx, kind):
            what = f"{facts.event.TYPE}, entry {facts.index}"
            raise ReceiptError(f"{EVENTS}/{file.name} is of {what}; get an undamaged copy")
        if stands != text:
            raise ReceiptError(f"{EVENTS}/{file.name} stands under another head; judge it alone")
        digests[idx] = frozenset(lf.parse(facts.leaf).digests)
        if isinstance(facts.event, LogGenesis):
            genesis = facts.event
    if not digests:
        raise ReceiptError(f"{EVENTS} holds no receipt; give a bundle of case export")
    return Proven(head.origin, head.size, len(digests), _names(place, digests)), genesis


def _files(place: Path) -> Iterator[tuple[Path, int, str]]:
    """The receipts of a directory in order: file, index, type."""
    try:
        files = sorted(place.iterdir())
    except OSError as error:
        raise ReceiptError(
            f"{place} cannot be read ({error.strerror}); give a bundle of case export"
        ) from None
    if len(files) > ENTRIES_MAX:
        raise ReceiptError(f"{place} holds {len(files)} files; no bundle has over {ENTRIES_MAX}")
    for file in files:
        found = _RECEIPT.fullmatch(file.name)
        if found is None or file.is_symlink() or not file.is_file():
            raise ReceiptError(f"{EVENTS}/{file.name} is no receipt; take it away")
        yield file, int(found[1]), found[2]


def _names(place: Path, digests: dict[int, frozenset[str]]) -> int:
    """How many disclosures the part holds, each of an entry that is proven."""
    count = 0
    for line in _text(place / DISCLOSURES, NAMES_MAX).splitlines():
        try:
            row = json.loads(line)
            idx, digest, text = row["index"], row["digest"], row["disclosure"]
            lf.read_disclosure(text)
            right = digest == lf.digest_of(text) and digest in digests[idx]
        except (ValueError, KeyError, TypeError, RecursionError, lf.LeafError):
            right = False
        if not right:
            raise ReceiptError(
                f"line {count + 1} of {DISCLOSURES} is of no entry of this bundle; get an "
                "undamaged copy"
            )
        count += 1
    return count
