"""The second copy: the log as lines of text on another medium, written behind every commit.

Theory of operation.  One file for each epoch, in a directory that the config names.  The first line
says whose log it is; every other is one entry (checksum, index, seal or `-`, the entry's bytes) or
a mark: how many entries were on the medium for certain before it was written.  A `Copier` reads
what was committed from the database over a connection of its own and appends it; after an absence
it goes on where the copy ends.

    1c291ca3 lockerd-copy/v1 lockerd.example/rl-07/1+c3272146+AWFjO27S...
    89e6f8b2 0 - {"actor":{"id":"","role":"device"},"boot":"0a1b2c3d",...}
    05ad8d2b 1 ALe1pcrS...== {"actor":{"id":"1","role":"operator"},...}
    cc14aeba synced 2

A power cut may take any sectors that were not synced, and leave later ones.  Opening therefore
reads from the last mark on, whatever the copy's length, cuts off everything from the first line
that is torn or missing, and writes that again; the last sealed line is compared with the journal.

Rules.  Never before the commit: a copy that has more than the journal, or something else, shows
that the journal was rolled back (`contrary` proves it); it is reported and left as it is.
Disclosures and verifiers are not in it: what must be erasable stays in the database alone.  The
directory is never made here: it lies on the medium, so that an absent medium is not taken for an
empty one.  Synced when the device is idle, at every MiB and at the end; until then a power cut may
cost the copy its last lines, which the next start writes again.
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lockerd.journal import note, tlog
from lockerd.journal.errors import explain, explain_os
from lockerd.journal.keys import sync_dir
from lockerd.journal.leaf import MAX_LEAF_BYTES
from lockerd.journal.reader import BATCH, Reader
from lockerd.ports import JournalError

MAGIC = b"lockerd-copy/v1"
SUFFIX = ".copy"
MAX_LINE_BYTES = MAX_LEAF_BYTES + 256
SYNC_BYTES = 1 << 20
_CHUNK = 1 << 18
_SYNCED = b"synced "
_NUMBER = re.compile(rb"0|[1-9][0-9]{0,18}")
_LINE = re.compile(rb"(0|[1-9][0-9]{0,18}) (-|[A-Za-z0-9+/]{86}==) ([^\n]+)", re.DOTALL)
_ROWS = "SELECT idx, leaf, leaf_hash, seal FROM entry WHERE idx>=? ORDER BY idx LIMIT ?"


class CopyFailed(JournalError):
    """The second copy cannot be written; the journal itself is not concerned."""


class CopyDiffers(JournalError):
    """The second copy holds what the journal does not: the journal was rolled back or replaced."""


class RolledBack(JournalError):
    """The second copy proves that this very journal had more, or other, entries once.

    `seen_size`: how many entries the copy proves.
    """

    def __init__(self, what: str, seen_size: int) -> None:
        super().__init__(what)
        self.seen_size = seen_size


class Line(NamedTuple):
    """One entry of a log kept as lines.  `seal`: 64 bytes on a transaction's last, else None."""

    idx: int
    leaf: bytes
    seal: bytes | None


# -- lines ----------------------------------------------------------------------------------------


def _summed(body: bytes) -> bytes:
    return b"%08x %s\n" % (zlib.crc32(body), body)


def header_line(vkey: str) -> bytes:
    """The first line."""
    return _summed(b"%s %s" % (MAGIC, vkey.encode()))


def entry_line(line: Line) -> bytes:
    """An entry's line."""
    seal = b"-" if line.seal is None else note.b64(line.seal).encode("ascii")
    return _summed(b"%d %s %s" % (line.idx, seal, line.leaf))


def _body(raw: bytes) -> bytes | None:
    """What a whole line says; None when it was not written to its end, or changed."""
    if len(raw) < 10 or raw[8:9] != b" " or raw[-1:] != b"\n":
        return None
    body = raw[9:-1]
    return body if b"%08x" % zlib.crc32(body) == raw[:8] else None


def read_header(raw: bytes) -> str | None:
    """The verifier key in a first line; None when it is not one."""
    body = _body(raw)
    if body is None or not body.startswith(MAGIC + b" "):
        return None
    return body[len(MAGIC) + 1 :].decode("utf-8", "replace")


def read_line(raw: bytes) -> Line | None:
    """The entry of a line; None when its checksum or its form is wrong."""
    body = _body(raw)
    found = None if body is None else _LINE.fullmatch(body)
    if found is None:
        return None
    idx, seal, leaf = found.groups()
    if len(leaf) > MAX_LEAF_BYTES:
        return None
    if seal == b"-":
        return Line(int(idx), leaf, None)
    try:
        return Line(int(idx), leaf, note.unb64(seal.decode("ascii"), "a seal"))
    except note.NoteError:
        return None


def mark_line(count: int) -> bytes:
    """The line that says: everything before me, entries 0 to count-1, was synced."""
    return _summed(b"%s%d" % (_SYNCED, count))


def read_mark(raw: bytes) -> int | None:
    """How many entries a mark vouches for; None when the line is none, or was changed."""
    if raw[9 : 9 + len(_SYNCED)] != _SYNCED:
        return None
    body = _body(raw)
    number = b"" if body is None else body[len(_SYNCED) :]
    return int(number) if _NUMBER.fullmatch(number) else None


def file_name(origin: str) -> str:
    """The copy's file: `rl-07-1.copy` for `lockerd.example/rl-07/1`."""
    return "-".join(origin.split("/")[-2:]) + SUFFIX


# -- the writer -----------------------------------------------------------------------------------


class Copier:
    """Keeps one copy behind one journal.  Used by one thread."""

    def __init__(self, directory: Path, journal: Path) -> None:
        """`journal`: the state directory.  Nothing is opened yet."""
        self._directory = directory
        self._journal = journal
        self._reader: Reader | None = None
        self._fd: int | None = None
        self._file = directory
        self._next = 0
        self._unsynced = 0

    def step(self, sync: bool) -> int:
        """Bring the copy up to date, and onto the medium if `sync`; how many entries it has.

        Raises CopyFailed, CopyDiffers or what reading the journal raises; the next call begins
        afresh.
        """
        try:
            if self._fd is None:
                self._open()
            self._catch_up()
            if sync:
                self._sync()
                self._look()
            return self._next
        except OSError as error:
            self.close()
            raise CopyFailed(f"the second copy: {explain_os(error, self._directory)}") from None
        except sqlite3.Error as error:
            self.close()
            raise explain(error, "copying from", self._journal) from None
        except JournalError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of both files; idempotent."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    # -- opening -----------------------------------------------------------------------------------

    def _open(self) -> None:
        if not self._directory.is_dir():
            raise CopyFailed(
                f"the second copy: {self._directory} is not there; put its medium back, or make "
                "the directory on it"
            )
        self._reader = Reader.read(self._journal)
        path = self._file = self._directory / file_name(self._reader.origin)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._fd = os.open(path, flags, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CopyFailed(
                f"the second copy: another process writes {path}; end it, or name another directory"
            ) from None
        self._resume(self._fd, self._reader)

    def _resume(self, fd: int, reader: Reader) -> None:
        """Go on after the last line that is surely there, once it is known to be the journal's."""
        header = header_line(reader.vkey)
        found = os.pread(fd, len(header), 0)
        if found != header:
            torn = os.fstat(fd).st_size <= len(header) and read_header(found) is None
            if not torn:
                raise CopyDiffers(
                    f"the second copy: {file_name(reader.origin)} in {self._directory} is of "
                    "another log; keep it elsewhere, then restart"
                )
            os.ftruncate(fd, 0)
            os.lseek(fd, 0, os.SEEK_SET)
            _write(fd, header)
            os.fsync(fd)
            sync_dir(self._directory)
        self._alone(reader.origin)
        tail = _tail(fd, len(header))
        if tail.last is not None:
            self._compare(fd, len(header), reader, tail.last)
        self._next = tail.entries
        self._unsynced = os.fstat(fd).st_size - tail.synced
        if os.fstat(fd).st_size != tail.end:
            os.ftruncate(fd, tail.end)
            os.fsync(fd)  # before anything takes the place of what was cut off
        for at in range(tail.synced, tail.end, _CHUNK):
            # A sync that failed may have left these in memory alone; write them once more.
            os.pwrite(fd, os.pread(fd, min(_CHUNK, tail.end - at), at), at)
        os.lseek(fd, tail.end, os.SEEK_SET)

    def _alone(self, origin: str) -> None:
        """Raises CopyDiffers when a later epoch of this log was copied here before."""
        newer = newer_than(self._file)
        if newer is not None:
            raise CopyDiffers(
                f"the second copy: {newer.name} lies beside that of {origin}: the journal was put "
                "back to an epoch that had ended; keep both, and restore from the newest"
            )

    def _compare(self, fd: int, start: int, reader: Reader, last: Line) -> None:
        if last.idx < reader.size:
            if (reader.leaf(last.idx), reader.seal(last.idx)) == (last.leaf, last.seal):
                return
            what = (
                f"entry {last.idx} is another one than in the journal: one of them was replaced; "
                "keep both, and verify them"
            )
        else:
            what = (
                f"it has {last.idx + 1} entries, the journal {reader.size}: the journal was rolled "
                "back or cut; keep both, and restore from the copy"
            )
        from lockerd.journal.contrary import weigh

        proof = weigh(fd, start, reader)
        if proof is not None:
            raise RolledBack(proof.what, proof.head.size)
        raise CopyDiffers(f"the second copy: {what}")

    # -- writing -----------------------------------------------------------------------------------

    def _catch_up(self) -> None:
        assert self._fd is not None and self._reader is not None
        while rows := self._reader.connection.execute(_ROWS, (self._next, BATCH)).fetchall():
            data = b"".join(self._lines(rows))
            _write(self._fd, data)
            self._next += len(rows)
            self._unsynced += len(data)
            if self._unsynced >= SYNC_BYTES:
                self._sync()
            if len(rows) < BATCH:
                return

    def _lines(self, rows: list[tuple[int, bytes, bytes, bytes | None]]) -> Iterator[bytes]:
        for wanted, (idx, leaf, hashed, seal) in enumerate(rows, self._next):
            if idx != wanted or tlog.leaf_hash(leaf) != hashed or b"\n" in leaf:
                raise CopyFailed(
                    f"the second copy: entry {wanted} of the journal is damaged; run: "
                    "lockerctl journal verify"
                )
            yield entry_line(Line(idx, leaf, seal))

    def _sync(self) -> None:
        assert self._fd is not None
        if self._unsynced:
            os.fsync(self._fd)
            _write(self._fd, mark_line(self._next))
            self._unsynced = 0

    def _look(self) -> None:
        """Is the file that is written still the one that a person will find?"""
        assert self._fd is not None
        own, there = os.fstat(self._fd), os.stat(self._file)
        if (own.st_dev, own.st_ino) != (there.st_dev, there.st_ino):
            raise CopyFailed(f"the second copy: {self._file} was replaced; keep both, and look")


def _write(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


# -- the end of a copy ----------------------------------------------------------------------------


class _Tail(NamedTuple):
    """Where a copy goes on: behind `entries` of them, at the offset `end`.

    `synced`: the offset behind the last mark, before which nothing can be torn.  `last`: the last
    sealed line of all, also behind one that is torn.
    """

    last: Line | None
    entries: int
    end: int
    synced: int


def _tail(fd: int, start: int) -> _Tail:
    """Look at a copy's end, back to its last mark and the last seal."""
    last, count, synced = None, None, start
    for offset, raw in _backward(fd, start):
        if last is None:
            found = read_line(raw)
            last = found if found is not None and found.seal is not None else None
        if count is None and (marked := read_mark(raw)) is not None:
            count, synced = marked, offset + len(raw)
        if last is not None and count is not None:
            break
    count = count or 0
    end, following = synced, count
    for behind, raw in forward(fd, synced):
        found = read_line(raw)
        if found is None or found.idx != following:
            break
        following += 1
        if found.seal is not None:
            count, end = following, behind
    return _Tail(last, count, end, synced)


def _backward(fd: int, start: int) -> Iterator[tuple[int, bytes]]:
    """Lines from the last one on, each with its offset."""
    at = os.fstat(fd).st_size
    tail = b""
    while at > start:
        step = min(_CHUNK, at - start)
        at -= step
        tail = os.pread(fd, step, at) + tail
        first = 0 if at == start else tail.find(b"\n") + 1
        if at > start and not first:
            continue  # not even the end of a line yet
        offset = at + len(tail)
        for raw in reversed(tail[first:].splitlines(keepends=True)):
            offset -= len(raw)
            yield offset, raw
        tail = tail[:first]


def forward(fd: int, at: int) -> Iterator[tuple[int, bytes]]:
    """Lines from an offset on, each with the offset behind it; moves the file's position."""
    with os.fdopen(os.dup(fd), "rb") as file:
        file.seek(at)
        while raw := file.readline(MAX_LINE_BYTES + 1):
            at += len(raw)
            yield at, raw


def newer_than(path: Path) -> Path | None:
    """A copy of a later epoch of the same log beside this one."""
    name, dash, number = path.name.removesuffix(SUFFIX).rpartition("-")
    if not (path.name.endswith(SUFFIX) and dash and number.isascii() and number.isdigit()):
        return None
    for other in sorted(path.parent.glob(f"*{SUFFIX}")):
        stem, _, epoch = other.name.removesuffix(SUFFIX).rpartition("-")
        if stem == name and epoch.isascii() and epoch.isdigit() and int(epoch) > int(number):
            return other
    return None
