"""Carries papers to a stick: whole, read back, or not at all.

Theory of operation.  Everything is written into `<name>.part` on the stick, synced file by file,
read back from the medium, listed with its digests in `SHA256SUMS`, and only then renamed to
`<name>`.  The answer is a message; `papers` makes the content, and `run` takes the work off the
loop (`beside`).  The format of `SHA256SUMS` is that of coreutils: `sha256sum -c` checks a stick.

Rules.  A directory on which nothing is mounted is no stick: names would stay on the device's own
card.  Any failure is one word of `core.stick.REASONS`; what was written is taken away again where
that still can be.  Remains of an export that was cut off go when the next one begins.  Nothing of
what is written is ever logged.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Protocol

from lockerd.core import messages as msg
from lockerd.core.effects import Carry
from lockerd.ports import PortError, Post

Run = Callable[[Callable[[], None]], None]
Papers = Callable[[Carry, Path], None]
"""Fill an empty directory.  Raises NothingToCarry, PortError, OSError."""

SUMS = "SHA256SUMS"
PART = ".part"
CHUNK = 1 << 18
MOST_ALIKE = 100

_WORDS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "full"),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), "read-only"),
    **dict.fromkeys((errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.ESTALE), "pulled"),
}


class NothingToCarry(PortError):
    """There is no such handover in the record; look at the reference again."""


class _Stopped(Exception):
    """An export ends here, for one of the reasons."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Medium(Protocol):
    """A stick, or what stands for one."""

    @property
    def directory(self) -> Path:
        """Where it is mounted when it is in."""

    def mounted(self) -> bool:
        """Whether a stick is in."""

    def sync(self, fd: int) -> None:
        """Make a file, or a directory, durable.  Raises OSError."""


class Mount:
    """A stick at the mount point that the config names."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def mounted(self) -> bool:
        """Whether another file system begins here."""
        return os.path.ismount(self.directory)

    @staticmethod
    def sync(fd: int) -> None:
        """fsync(2)."""
        os.fsync(fd)


class Written(NamedTuple):
    """What is on the stick: see `core.events.ExportWritten`."""

    folder: str
    files: int
    bytes: int
    digest: str


def beside(work: Callable[[], None]) -> None:
    """Do it in a thread of its own, which ends with it."""
    threading.Thread(target=work, name="stick", daemon=True).start()


class Porter:
    """Of one device; `name` is its name, with which every folder on a stick begins."""

    def __init__(
        self, name: str, medium: Medium, papers: Papers, post: Post, run: Run = beside
    ) -> None:
        self._name, self._medium = name, medium
        self._papers, self._post, self._run = papers, post, run

    def carry(self, effect: Carry) -> None:
        """Begin; answered by `PapersWritten` or `PapersFailed`."""
        self._run(lambda: self._work(effect))

    def _work(self, effect: Carry) -> None:
        answer: msg.Message = msg.PapersFailed(effect.entry, "record")
        try:
            answer = msg.PapersWritten(effect.entry, *self.write(effect))
        except _Stopped as stopped:
            answer = msg.PapersFailed(effect.entry, stopped.why)
        finally:  # a mistake in here ends the thread with its traceback, not the kiosk's patience
            self._post(answer)

    def write(self, effect: Carry) -> Written:
        """Write it all.  Raises _Stopped."""
        medium = self._medium
        if not medium.mounted():
            raise _Stopped("missing")
        folder = self._free(f"{self._name}-{effect.what}-{effect.entry}")
        part = medium.directory / (folder + PART)
        try:
            self._clear()
            part.mkdir(mode=0o700)
            self._papers(effect, part)
            done = self._seal(part, folder)
            part = part.rename(medium.directory / folder)
            _sync_dir(medium, medium.directory)
        except Exception as error:
            why = self._why(error)
            with contextlib.suppress(OSError):
                _remove(part)
            if not isinstance(error, OSError | PortError | sqlite3.Error):
                raise  # a mistake in here: its names do not stay on the stick either
            raise _Stopped(why) from None
        if not medium.mounted():
            # It may have gone before the first byte: then all of it is on the device's own card.
            with contextlib.suppress(OSError):
                _remove(medium.directory / folder)
            raise _Stopped("pulled")
        return done

    def _free(self, folder: str) -> str:
        """The name, or with a number where it is taken: indices begin anew with an epoch."""
        for number in range(1, MOST_ALIKE):
            name = folder if number == 1 else f"{folder}-{number}"
            if not os.path.lexists(self._medium.directory / name):
                return name
        return folder

    def _clear(self) -> None:
        """Take away what an earlier export left when it was cut off."""
        for one in self._medium.directory.glob(f"{self._name}-*{PART}"):
            _remove(one)

    def _why(self, error: Exception) -> str:
        """The word for what went wrong; the medium is looked at before the error is believed."""
        if not self._medium.mounted():
            return "pulled"
        if isinstance(error, NothingToCarry):
            return "unknown"
        if isinstance(error, _Differs):
            return "different"
        # The journal's code names what the system said; underneath, it still stands.
        below = error if isinstance(error, OSError) else error.__context__
        if isinstance(below, OSError):
            return _WORDS.get(below.errno or 0, "pulled")
        return "record"

    def _seal(self, part: Path, folder: str) -> Written:
        """Sync every file, read it back, and list them all."""
        lines, total = [], 0
        for path in sorted(_files(part)):
            first, size = _digest(path)
            self._sync(path)
            again, _ = _digest(path)
            if first != again:
                raise _Differs(f"{path.name} reads otherwise than written; use another stick")
            lines.append(f"{first}  {path.relative_to(part).as_posix()}\n")
            total += size
        listed = part / SUMS
        text = "".join(lines).encode()
        listed.write_bytes(text)
        self._sync(listed)
        if _digest(listed)[0] != sha256(text).hexdigest():
            raise _Differs("the list reads otherwise than it was written; use another stick")
        for directory in sorted((one for one in part.rglob("*") if one.is_dir()), reverse=True):
            _sync_dir(self._medium, directory)
        _sync_dir(self._medium, part)
        return Written(folder, len(lines), total + len(text), sha256(text).hexdigest())

    def _sync(self, path: Path) -> None:
        """Onto the medium, and out of the cache, so that reading it back reads the medium."""
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._medium.sync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(fd)


def _remove(path: Path) -> None:
    """A directory with all that is in it; of anything else the name alone."""
    if path.is_symlink() or not path.is_dir():
        path.unlink()
        return
    import shutil  # with its archive formats, no part of a start

    shutil.rmtree(path)


class _Differs(PortError):
    """What is read is not what was written."""


def _files(directory: Path) -> Iterator[Path]:
    return (one for one in directory.rglob("*") if one.is_file())


def _digest(path: Path) -> tuple[str, int]:
    """The SHA-256 (hex) of a file, and its size."""
    found, size = sha256(), 0
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            found.update(block)
            size += len(block)
    return found.hexdigest(), size


def _sync_dir(medium: Medium, directory: Path) -> None:
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        medium.sync(fd)
    finally:
        os.close(fd)
