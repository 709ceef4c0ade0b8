"""The files beside a journal in which nobody is named, because they are made of what names nobody.

Theory of operation.  A search for a person's words meets the program's own: a handover of a "lease"
would be found in every snapshot, which says `"lease":null` of every door.  Three kinds of file are
known to be of the program's making, and how is shown, not believed: a snapshot whose SHA-256 an
entry of its journal seals is a fold of entries, and entries are searched themselves; the patrol's
mark is written again from what was read of it, numbers, hashes and the log's name, and must be the
same bytes; `face` must have the form that `lockerd.face` writes, in which one line is free: the
name that the config gives the site.

Rules.  Only words are not looked for in them.  A disclosure would be found in these files too.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

from lockerd.core.events import StateSnapshot
from lockerd.journal.patrol import MAX_BYTES, WATERMARK, parse_mark
from lockerd.journal.reader import DATABASE, Reader
from lockerd.journal.snapshots import SNAPSHOTS

FACE: Final = "face"
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FACE: Final = re.compile(
    rb"lockerd face 1\n[0-9.]{1,20}\n[0-9]+( [0-9]+){4}\n"
    rb"[0-9]+ [0-9]+ [0-9.]+ [0-9.]+ (window|fullscreen)\n"
    rb"(light|dark|high-contrast) (normal|large) [a-z]{2}\n[^\n]{1,160}\n"
)


def names_nobody(path: Path, state_dir: Path) -> bool:
    """Whether a file of a state directory, or of an epoch in it, is of the program's own making.

    Raises OSError when it cannot be read, JournalError when the journal beside it cannot.
    """
    if path == state_dir / FACE:
        return _FACE.fullmatch(path.read_bytes()) is not None
    if path.parent.name == SNAPSHOTS and path.suffix == ".json" and path.stem.isdecimal():
        return _is_sealed(path, path.parent.parent / DATABASE)
    return path.name == WATERMARK and _is_mark(path, path.parent / DATABASE)


def _is_sealed(path: Path, database: Path) -> bool:
    if not database.exists():
        return False
    size = int(path.stem)
    with Reader.read(database) as journal:
        event = journal.entry(size).event if size < journal.size else None
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    return isinstance(event, StateSnapshot) and event.sha256 == found


def _is_mark(path: Path, database: Path) -> bool:
    if not database.exists() or path.stat().st_size > MAX_BYTES:
        return False
    with Reader.read(database) as journal:
        origin = journal.origin
    data = path.read_bytes()
    mark = parse_mark(data, origin)
    if mark is None or mark.text.encode() != data:
        return False
    return all(_HASH.fullmatch(one) for one in (mark.root, *mark.peaks))
