"""What a program did to its files, read from strace's record of its system calls.

Theory of operation.  `Kernel` follows descriptors and names as the kernel does and turns every call
that changes something below one directory, or makes it durable, into an operation on inodes (`Op`).
A line written to the marks file becomes a `Mark`: what the program knew at that moment.

Rules.  Strict: a call that this model does not know, made to a file that it watches, stops the
laboratory (`TraceError`); nothing is ignored in silence.  SQLite's shared memory (`*-shm`) is not
watched: it is mapped, never synced, and made again after every power cut.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

ROOT = 0
"""The inode of the directory that is watched; it is durable from the beginning."""

UMASK = 0o022
"""What the program is to be started with."""

_HARMLESS = "?open ?openat ?creat close ?dup ?dup2 dup3 fcntl lseek mmap write pwrite64 ftruncate"
_SYNCS = "fsync fdatasync"
_NAMES = (
    "?rename renameat renameat2 ?link linkat ?unlink unlinkat ?mkdir mkdirat ?chmod fchmod fchmodat"
)
_UNKNOWN = (
    "openat2 close_range writev pwritev pwritev2 sendfile copy_file_range splice truncate "
    "fallocate sync syncfs sync_file_range msync ?symlink symlinkat ?rmdir ?mknod "
    "mknodat io_uring_setup io_submit clone ?clone3 ?fork ?vfork"
)
CALLS = ",".join(f"{_HARMLESS} {_SYNCS} {_NAMES} {_UNKNOWN}".split())
"""For `strace -e trace=`: whatever could change a file or make one durable."""


class TraceError(Exception):
    """The record cannot be understood; the laboratory has to learn the call, or is broken."""


@dataclass(frozen=True, slots=True)
class Node:
    """A file (`data`) or a directory (`data` None) as it lies on a disk.

    `twin`: the first path of the same file, where it has several.
    """

    mode: int
    data: bytes | None
    twin: str = ""


Image = Mapping[str, Node]
"""A tree by its paths relative to the root, every directory named: `state/keys/pepper`."""


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at an offset of a file."""

    ino: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file's new length."""

    ino: int
    size: int


@dataclass(frozen=True, slots=True)
class Link:
    """A name for an inode that has just been made, or one more name."""

    parent: int
    name: str
    ino: int


@dataclass(frozen=True, slots=True)
class Unlink:
    """A name taken away from an inode."""

    parent: int
    name: str
    ino: int


@dataclass(frozen=True, slots=True)
class Rename:
    """An inode's name replaced by another, perhaps elsewhere; whoever had that loses it."""

    parent: int
    old: str
    to: int
    new: str
    ino: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Everything done to this file or directory so far is durable."""

    ino: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A line that the program wrote about itself, as JSON."""

    text: str

    @property
    def what(self) -> dict[str, Any]:
        """The line's object."""
        found: dict[str, Any] = json.loads(self.text)
        return found


Change = Write | Truncate | Link | Unlink | Rename
Op = Change | Sync | Mark


class Kind(NamedTuple):
    """What an inode is."""

    is_dir: bool
    mode: int


@dataclass(slots=True)
class _Open:
    """An open descriptor, at position `at`.  `ino` None: a file that is not watched."""

    ino: int | None
    at: int = 0
    append: bool = False
    marks: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that succeeded."""

    name: str
    args: list[str]
    result: int

    def text(self, place: int) -> str:
        """A path among the arguments."""
        return os.fsdecode(self.data(place))

    def data(self, place: int) -> bytes:
        """A string among the arguments, as strace -xx writes it."""
        given = self.args[place]
        if not (given.startswith('"') and given.endswith('"')):
            raise TraceError(f"{self.name}: {given[:80]} is cut short; raise strace's -s")
        return bytes.fromhex(given[1:-1].replace("\\x", ""))

    def number(self, place: int) -> int:
        """An integer among the arguments; a mode is in octal."""
        text = self.args[place]
        return int(text, 8 if text.isdigit() and text[0] == "0" else 0)


_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+|\?)(?: .*)?")


def calls(lines: Iterable[str]) -> Iterator[Call]:
    """The successful calls of a record made with `strace -xx -e signal=none`."""
    for line in lines:
        if "+++ " in line[:20]:
            continue
        found = _LINE.fullmatch(line.rstrip("\n"))
        if found is None:
            raise TraceError(f"no call: {line[:120]!r}; the program must have one thread")
        if found[3] != "?" and not found[3].startswith("-"):
            yield Call(found[1], found[2].split(", "), int(found[3], 0))


def watched(name: str, unwatched: frozenset[str]) -> bool:
    """Whether what happens to a file of this name matters."""
    return name.partition(".")[0] not in unwatched and not name.endswith("-shm")


@dataclass
class Kernel:
    """The names and descriptors below `root`, an absolute path.  `traced` begins a process.

    `unwatched`: stems of files that never matter, drafts of them included (`phone` for
    `phone.json`).  Inodes are never reused.
    """

    root: str
    marks: str
    unwatched: frozenset[str]
    kinds: dict[int, Kind] = field(default_factory=lambda: {ROOT: Kind(True, 0o700)})
    names: dict[int, dict[str, int]] = field(default_factory=lambda: {ROOT: {}})
    sizes: dict[int, int] = field(default_factory=dict)
    _fds: dict[int, _Open] = field(default_factory=dict)

    def load(self, image: Image) -> None:
        """Begin with what lies on the disk."""
        for path, node in sorted(image.items()):
            parent, name = self._place(path)
            assert parent is not None, path
            if node.twin:
                above, first = self._place(node.twin)
                assert above is not None, path
                self.names[parent][name] = self.names[above][first]
                continue
            self._new(parent, name, node.data is None, node.mode)
            if node.data is not None:
                self.sizes[self.names[parent][name]] = len(node.data)

    def traced(self, made: Iterable[Call]) -> Iterator[Op]:
        """What one process did, in order."""
        self._fds = {}
        for call in made:
            handle = getattr(self, f"_{call.name}", None)
            if handle is not None:
                yield from handle(call)
            elif call.name in ("clone", "clone3", "fork", "vfork"):
                raise TraceError(f"{call.name}: the program must have one thread")
            elif self._touches(call):
                raise TraceError(f"{call.name} is not modelled: {', '.join(call.args)[:120]}")

    # -- names ------------------------------------------------------------------------------------

    def _place(self, relative: str) -> tuple[int | None, str]:
        """The directory of a relative path, None if it is not there, and the last name."""
        parent = ROOT
        *above, name = relative.split("/")
        for one in above:
            found = self.names[parent].get(one)
            if found is None or not self.kinds[found].is_dir:
                return None, name
            parent = found
        return parent, name

    def _relative(self, path: str) -> str | None:
        """The path below the root; None for one elsewhere; '' for the root itself."""
        path = os.path.normpath(path)
        if path == self.root:
            return ""
        return path[len(self.root) + 1 :] if path.startswith(f"{self.root}/") else None

    def _watched(self, path: str) -> tuple[int, str] | None:
        """Directory and name of a path whose file matters."""
        relative = self._relative(path)
        if not relative:
            return None
        parent, name = self._place(relative)
        if not watched(name, self.unwatched):
            return None
        if parent is None:
            raise TraceError(f"{relative}: its directory is not known")
        return parent, name

    def _new(self, parent: int, name: str, is_dir: bool, mode: int) -> int:
        ino = len(self.kinds)
        self.kinds[ino] = Kind(is_dir, mode & ~UMASK)
        self.names[parent][name] = ino
        if is_dir:
            self.names[ino] = {}
        else:
            self.sizes[ino] = 0
        return ino

    def _touches(self, call: Call) -> bool:
        """Whether an unknown call may concern what is watched."""
        if call.name in ("sync", "io_uring_setup", "io_submit"):
            return True
        if any(one.isdigit() and int(one) in self._fds for one in call.args):
            return True
        paths = [place for place, one in enumerate(call.args) if one.startswith('"')]
        return any(self._relative(call.text(place)) is not None for place in paths)

    @staticmethod
    def _from_cwd(call: Call, place: int = 0) -> None:
        if call.args[place] != "AT_FDCWD":
            raise TraceError(f"{call.name} relative to a descriptor is not modelled")

    # -- opening ----------------------------------------------------------------------------------

    def _openat(self, call: Call) -> Iterator[Op]:
        if not call.text(1).startswith("/") and call.args[0] != "AT_FDCWD":
            self._from_cwd(call)
        mode = call.number(3) if len(call.args) > 3 else 0
        yield from self._opened(call.text(1), call.args[2], mode, call.result)

    def _open(self, call: Call) -> Iterator[Op]:
        mode = call.number(2) if len(call.args) > 2 else 0
        yield from self._opened(call.text(0), call.args[1], mode, call.result)

    def _creat(self, call: Call) -> Iterator[Op]:
        yield from self._opened(
            call.text(0), "O_WRONLY|O_CREAT|O_TRUNC", call.number(1), call.result
        )

    def _opened(self, path: str, given: str, mode: int, fd: int) -> Iterator[Op]:
        self._fds.pop(fd, None)
        if path == self.marks:
            self._fds[fd] = _Open(None, marks=True)
            return
        relative = self._relative(path)
        if relative is None:
            return
        flags = set(given.split("|"))
        if relative == "":
            self._fds[fd] = _Open(ROOT)
            return
        place = self._watched(path)
        if place is None:
            self._fds[fd] = _Open(None)
            return
        parent, name = place
        ino = self.names[parent].get(name)
        if ino is None:
            if "O_CREAT" not in flags:
                raise TraceError(f"{relative} was opened and is not known")
            ino = self._new(parent, name, False, mode)
            yield Link(parent, name, ino)
        elif "O_TRUNC" in flags and self.sizes[ino]:
            self.sizes[ino] = 0
            yield Truncate(ino, 0)
        self._fds[fd] = _Open(ino, 0, "O_APPEND" in flags)

    def _close(self, call: Call) -> Iterator[Op]:
        self._fds.pop(call.number(0), None)
        yield from ()

    def _dup(self, call: Call) -> Iterator[Op]:
        old = self._fds.get(call.number(0))
        self._fds.pop(call.result, None)
        if old is not None:
            self._fds[call.result] = old
        yield from ()

    _dup2 = _dup3 = _dup

    def _fcntl(self, call: Call) -> Iterator[Op]:
        if call.args[1].startswith("F_DUPFD"):
            yield from self._dup(call)

    def _mmap(self, call: Call) -> Iterator[Op]:
        fd = call.number(4) if call.args[4].isdigit() else -1
        known = self._fds.get(fd)
        shared = "MAP_SHARED" in call.args[3] and "PROT_WRITE" in call.args[2]
        if shared and known is not None and known.ino is not None:
            raise TraceError("a watched file is mapped to be written; that is not modelled")
        yield from ()

    # -- contents ---------------------------------------------------------------------------------

    def _lseek(self, call: Call) -> Iterator[Op]:
        known = self._fds.get(call.number(0))
        if known is not None:
            known.at = call.result
        yield from ()

    def _write(self, call: Call) -> Iterator[Op]:
        known = self._fds.get(call.number(0))
        if known is None:
            return
        if known.marks:
            yield from (Mark(one) for one in call.data(1).decode().splitlines())
        elif known.ino is not None:
            # A read() would move the position and is not recorded; whoever records compares the
            # model with the disk at the end.
            at = self.sizes[known.ino] if known.append else known.at
            yield self._wrote(known.ino, at, call.data(1)[: call.result])
            known.at = at + call.result

    def _pwrite64(self, call: Call) -> Iterator[Op]:
        known = self._fds.get(call.number(0))
        if known is not None and known.ino is not None:
            yield self._wrote(known.ino, call.number(3), call.data(1)[: call.result])

    def _wrote(self, ino: int, at: int, data: bytes) -> Write:
        self.sizes[ino] = max(self.sizes[ino], at + len(data))
        return Write(ino, at, data)

    def _ftruncate(self, call: Call) -> Iterator[Op]:
        known = self._fds.get(call.number(0))
        if known is not None and known.ino is not None:
            size = call.number(1)
            if self.sizes[known.ino] != size:
                self.sizes[known.ino] = size
                yield Truncate(known.ino, size)

    def _fsync(self, call: Call) -> Iterator[Op]:
        known = self._fds.get(call.number(0))
        if known is not None and known.ino is not None:
            yield Sync(known.ino)

    _fdatasync = _fsync

    # -- directories ------------------------------------------------------------------------------

    def _rename(self, call: Call) -> Iterator[Op]:
        yield from self._renamed(call.text(0), call.text(1))

    def _renameat(self, call: Call) -> Iterator[Op]:
        self._from_cwd(call, 0)
        self._from_cwd(call, 2)
        yield from self._renamed(call.text(1), call.text(3))

    _renameat2 = _renameat

    def _renamed(self, before: str, after: str) -> Iterator[Op]:
        old, new = self._watched(before), self._watched(after)
        if old is None and new is None:
            return
        if old is None or new is None:
            raise TraceError(f"{before} is renamed to or from what is not watched")
        ino = self.names[old[0]][old[1]]
        if self.names[new[0]].get(new[1]) == ino:
            return  # two names of one file: POSIX has rename do nothing
        del self.names[old[0]][old[1]]
        self.names[new[0]][new[1]] = ino
        yield Rename(*old, *new, ino)

    def _link(self, call: Call) -> Iterator[Op]:
        yield from self._linked(call.text(0), call.text(1))

    def _linkat(self, call: Call) -> Iterator[Op]:
        self._from_cwd(call, 0)
        self._from_cwd(call, 2)
        yield from self._linked(call.text(1), call.text(3))

    def _linked(self, first: str, second: str) -> Iterator[Op]:
        old, new = self._watched(first), self._watched(second)
        if old is None and new is None:
            return
        if old is None or new is None:
            raise TraceError(f"{first} is linked to or from what is not watched")
        ino = self.names[old[0]][old[1]]
        self.names[new[0]][new[1]] = ino
        yield Link(*new, ino)

    def _unlink(self, call: Call) -> Iterator[Op]:
        yield from self._unlinked(call.text(0))

    def _unlinkat(self, call: Call) -> Iterator[Op]:
        self._from_cwd(call)
        yield from self._unlinked(call.text(1))

    def _unlinked(self, path: str) -> Iterator[Op]:
        place = self._watched(path)
        if place is not None:
            ino = self.names[place[0]].pop(place[1])
            if self.kinds[ino].is_dir:
                raise TraceError("a directory was removed; that is not modelled")
            yield Unlink(*place, ino)

    def _mkdir(self, call: Call) -> Iterator[Op]:
        yield from self._made(call.text(0), call.number(1))

    def _mkdirat(self, call: Call) -> Iterator[Op]:
        self._from_cwd(call)
        yield from self._made(call.text(1), call.number(2))

    def _made(self, path: str, mode: int) -> Iterator[Op]:
        place = self._watched(path)
        if place is not None:
            yield Link(*place, self._new(*place, True, mode))

    def _chmod(self, call: Call) -> Iterator[Op]:
        yield from self._mode(self._watched(call.text(0)), call.number(1))

    def _fchmodat(self, call: Call) -> Iterator[Op]:
        self._from_cwd(call)
        yield from self._mode(self._watched(call.text(1)), call.number(2))

    def _fchmod(self, call: Call) -> Iterator[Op]:
        known = self._fds.get(call.number(0))
        if (
            known is not None
            and known.ino is not None
            and self.kinds[known.ino].mode & 0o777 != (call.number(1) & 0o777)
        ):
            raise TraceError("a change of mode is not modelled")
        yield from ()

    def _mode(self, place: tuple[int, str] | None, mode: int) -> Iterator[Op]:
        if place is not None and self.kinds[self.names[place[0]][place[1]]].mode & 0o777 != mode:
            raise TraceError("a change of mode is not modelled")
        yield from ()
