"""What can go wrong with a journal, by name; every text ends with what to do about it.

Theory of operation.  SQLite reports an error number and a few English words.  `explain` turns them
into one of the classes below, so that the daemon can choose (refuse, retry, go out of service) by
class and a person can act on the text.

Rules.  No text carries a value of an event: a leaf's fields may be secret or personal.
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from lockerd.ports import JournalError


class JournalDamaged(JournalError):
    """What is on disk is not what was sealed, or not a journal that this program can read."""


class ForeignDatabase(JournalError):
    """The file is a SQLite database of some other program."""


class NewerJournal(JournalError):
    """A newer release wrote the file."""


class WrongDevice(JournalError):
    """The journal belongs to a device of another name."""


class JournalLost(JournalError):
    """The key says that a journal was begun here, and the journal is gone."""


class KeyLost(JournalError):
    """The journal is here; the key that continues it is not."""


class KeyExposed(JournalError):
    """A secret file can be read by other users."""


class JournalReadOnly(JournalError):
    """The journal was opened for reading, or its directory cannot be written."""


class DiskFull(JournalError):
    """There is no room for the entry; nothing was written."""


class JournalBusy(JournalError):
    """Another program holds the file."""


class StorageFailed(JournalError):
    """The medium reported an error."""


class JournalUncertain(JournalError):
    """A commit failed half-way: the entries may or may not be on disk until it is reopened."""


class JournalFrozen(JournalError):
    """The epoch was closed for good."""


class EventRefused(JournalError):
    """An event cannot be written as it is: the caller is wrong, nothing was written."""


class NoSuchEntry(JournalError):
    """The index is past the end."""


class JournalClosed(JournalError):
    """The journal was let go, and could not be opened again yet."""


class AlreadyRunning(JournalError):
    """Another process holds this state directory.  `pid` is None when it did not say who it is."""

    def __init__(self, text: str, pid: int | None) -> None:
        super().__init__(text)
        self.pid = pid


_FULL = (sqlite3.SQLITE_FULL,)
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)


def explain(error: sqlite3.Error, doing: str, path: Path) -> JournalError:
    """The named error for what SQLite said while `doing` something with the file at `path`."""
    assert not isinstance(error, sqlite3.ProgrammingError), error
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    said = f"{doing} {path.name} failed ({name})"
    if code in _FULL:
        return DiskFull(f"{said}: the disk is full; free space on it, then start again")
    if code in _READ_ONLY:
        return JournalReadOnly(
            f"{said}: it cannot be written; make {path.parent} a writable directory of this user"
        )
    if code in _BUSY:
        return JournalBusy(f"{said}: another program holds it; end that program, then try again")
    if code in _DAMAGED:
        return JournalDamaged(
            f"{said}: the file is damaged; keep a copy of it and restore from the second copy"
        )
    if code == sqlite3.SQLITE_IOERR:
        return StorageFailed(f"{said}: the medium reports errors; replace it and restore a copy")
    return JournalDamaged(
        f"{said}: it does not fit this program's rules; keep a copy and run: "
        "lockerctl journal verify"
    )


def explain_os(error: OSError, path: Path) -> JournalError:
    """The named error for what the system said about the file or directory at `path`."""
    said = f"{path}: {error.strerror or type(error).__name__}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"{said}; free space there, then try again")
    if error.errno == errno.EIO:
        return StorageFailed(f"{said}; replace the medium and restore a copy")
    return JournalReadOnly(f"{said}; make it a writable directory of this user")
