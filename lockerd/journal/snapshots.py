"""Snapshots of the folded state beside the log, and the fold that begins at one.

Theory of operation.  `<size>.json` is the state after `size` entries.  The entry at `size` seals
its SHA-256, so a snapshot counts only where the journal itself says so; anything else means replay
from the start.  Start-up cost so does not grow with the history.

Rules.  A file is whole or absent.  Only the newest few are kept.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from lockerd.core.events import StateSnapshot
from lockerd.core.fold import apply
from lockerd.core.snapshot import load
from lockerd.core.state import RULES, State
from lockerd.core.tables import ImpossibleHistory
from lockerd.journal.errors import JournalDamaged
from lockerd.journal.reader import Reader

SNAPSHOTS = "snapshots"
KEPT = 2


def write_snapshot(directory: Path, size: int, data: bytes) -> None:
    """Write `<size>.json` so that a cut leaves it whole or absent, and drop the oldest."""
    directory.mkdir(mode=0o700, exist_ok=True)
    made = directory / f"{size}.json"
    draft = made.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(made)
    for old in _snapshots(directory)[KEPT:]:
        old.unlink()


def _snapshots(directory: Path) -> list[Path]:
    """Snapshot files, newest first."""
    found = [one for one in directory.glob("*.json") if one.stem.isdecimal()]
    return sorted(found, key=lambda one: int(one.stem), reverse=True)


def fold(journal: Reader, directory: Path) -> State:
    """The state of a journal: from the newest snapshot that its leaf seals, else from the start.

    Raises JournalDamaged naming the first impossible entry.
    """
    state = _sealed_snapshot(journal, directory) or State()
    for entry in journal.entries(state.size):
        try:
            apply(state, entry.event, entry.idx, entry.now)
        except ImpossibleHistory as wrong:
            raise JournalDamaged(f"entry {entry.idx}: {wrong}") from None
    return state


def _sealed_snapshot(journal: Reader, directory: Path) -> State | None:
    for file in _snapshots(directory):
        size = int(file.stem)
        if size >= journal.size:
            continue
        event = journal.entry(size).event
        try:
            data = file.read_bytes()
        except OSError:
            continue  # a file that cannot be read is one that does not fit: replay
        if (
            isinstance(event, StateSnapshot)
            and event.rules == RULES
            and event.sha256 == hashlib.sha256(data).hexdigest()
        ):
            return load(data)
    return None
