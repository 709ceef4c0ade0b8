"""The beginning of a log: its secrets and an empty database, whole or not at all.

Theory of operation.  Secrets first; then a draft of the database under another name, synced; then
the rename that makes it count; then the key's final name.  A cut before the rename leaves nothing
that counts; after it, `Keyring.load` ends what is left to do.

Rules.  A log key without a journal means that a journal was lost: nothing is begun over it.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from lockerd.journal import keys as ks
from lockerd.journal import leaf as lf
from lockerd.journal import note, schema
from lockerd.journal.errors import JournalLost, WrongDevice, explain
from lockerd.journal.reader import DATABASE

FIRST_EPOCH = 1


def begin(
    state_dir: Path,
    name: str,
    random: lf.Random,
    *,
    epoch: int = FIRST_EPOCH,
    prev: str | None = None,
    keyring: ks.Keyring = ks.FILES,
) -> None:
    """Make the empty log `<name>/<epoch>` in a state directory that has none.

    `name`: `<fleet>/<device>`.  `prev`: the last checkpoint of the epoch before, as a signed note.
    The caller holds the directory.  Raises JournalLost, WrongDevice and other JournalErrors.
    """
    if (state_dir / ks.KEYS / ks.LOG_KEY).exists():
        raise JournalLost(
            f"{state_dir} has a log key but no {DATABASE}: the journal was lost; restore it from "
            "a copy, or start with an empty state directory"
        )
    draft = prepare(state_dir, name, epoch, random, prev, keyring)
    draft.rename(state_dir / DATABASE)
    ks.sync_dir(state_dir)
    keyring.settle(state_dir)


def prepare(
    state_dir: Path,
    name: str,
    epoch: int,
    random: lf.Random,
    prev: str | None,
    keyring: ks.Keyring,
) -> Path:
    """Fresh secrets, and the empty log as a durable draft beside the place where it will count."""
    origin = f"{name}/{epoch}"
    try:
        note.check_name(origin)
    except note.NoteError as wrong:
        raise WrongDevice(f"{origin!r} cannot name a log: {wrong}") from None
    signer = keyring.prepare(state_dir, origin, random).signer
    draft = state_dir / f"{DATABASE}.new"
    for suffix in ("", "-journal", "-wal", "-shm"):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    try:
        db = sqlite3.connect(draft, isolation_level=None)
        try:
            schema.create(db, origin, epoch, signer.vkey, prev)
            schema.configure(db, schema.WRITING)
        finally:
            db.close()
    except sqlite3.Error as error:
        raise explain(error, "making", state_dir / DATABASE) from None
    sync_file(draft)
    return draft


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    fd = os.open(path, os.O_RDWR)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
