"""The secrets beside the journal, and the hold on its directory.

Theory of operation.  `DIR/keys/log.key` signs the log (Ed25519, kept as a signed-note private key,
so the file says whose it is); `DIR/keys/pepper` makes stolen verifiers useless without it.  Both
are made on the first start, before the journal is.  The new key waits as `log.key.new` until the
journal that carries it is on disk under its name; so a cut at any instruction leaves a directory
that either begins afresh or opens, and a key without a journal is proof that a journal was lost.
The next epoch's key waits in the same way and then replaces the old one, which nobody needs again.

A `Keyring` is where the secrets are.  These files are one; a secure element that keeps the log's
key and signs inside is another, and the store cannot tell them apart.

Rules.  Secrets are files of mode 0600 in a directory of mode 0700, synced with their directory
before anything depends on them.  One process at a time holds a state directory.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol

from lockerd.journal import note
from lockerd.journal.errors import (
    AlreadyRunning,
    KeyExposed,
    KeyLost,
    explain_os,
)
from lockerd.journal.leaf import Random
from lockerd.ports import JournalError

KEYS = "keys"
LOG_KEY = "log.key"
LOG_KEY_NEW = "log.key.new"
PEPPER = "pepper"
VKEY = "vkey"
LOCK = "lock"
PEPPER_BYTES = 32


class Signer(Protocol):
    """What seals a log: a key in a file, or later one in a secure element."""

    @property
    def name(self) -> str:
        """The log's origin."""

    @property
    def vkey(self) -> str:
        """The verifier key's text."""

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature of 64 bytes.  Raises JournalError when it cannot sign now."""


class Keys(NamedTuple):
    """The secrets of one state directory."""

    signer: Signer
    pepper: bytes

    def __repr__(self) -> str:
        return f"Keys({self.signer.vkey!r})"


class Keyring(Protocol):
    """Where the secrets of a state directory are."""

    def prepare(self, directory: Path, origin: str, random: Random) -> Keys:
        """Fresh secrets for a journal that is not there yet; the pepper stays if there is one."""

    def settle(self, directory: Path) -> None:
        """The journal of the prepared key has its name: that key replaces any other."""

    def load(self, directory: Path, vkey: str) -> Keys:
        """The secrets that continue the journal of this vkey.  Raises JournalError."""


# -- files --------------------------------------------------------------------------------------


def sync_dir(directory: Path) -> None:
    """Make the directory's entries durable."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_dir(directory: Path) -> None:
    """Make a private directory, parents included, each durable in its parent."""
    if directory.is_dir():
        return
    make_dir(directory.parent)
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    sync_dir(directory.parent)


def write_secret(path: Path, data: bytes) -> None:
    """Replace a file of mode 0600 so that it holds either its old content or all of `data`."""
    draft = path.with_name(path.name + ".tmp")
    draft.unlink(missing_ok=True)
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with open(fd, "wb", closefd=False) as file:
            file.write(data)
        os.fsync(fd)
    finally:
        os.close(fd)
    draft.rename(path)
    sync_dir(path.parent)


_WITHOUT = "put it back, or begin the next epoch: lockerctl journal restore"


def read_secret(path: Path, what: str) -> bytes:
    """A secret file's content, at most 4096 bytes.  Raises KeyLost, KeyExposed."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise KeyLost(f"{what} {path} cannot be read ({error.strerror}); {_WITHOUT}") from None
    with open(fd, "rb") as file:
        mode = os.fstat(fd).st_mode
        if mode & 0o077:
            raise KeyExposed(
                f"{what} {path} is open to other users (mode {mode & 0o777:o}); "
                f"run: chmod 600 {path}"
            )
        return file.read(4096)


# -- keys ---------------------------------------------------------------------------------------


def load_signer(path: Path) -> note.SigningKey:
    """The log key from its file.  Raises KeyLost, KeyExposed."""
    try:
        return note.parse_signing_key(read_secret(path, "the log key").decode("ascii"))
    except (note.NoteError, UnicodeDecodeError):
        raise KeyLost(f"the log key {path} is damaged; {_WITHOUT}") from None


def load_pepper(directory: Path) -> bytes:
    """The pepper of a state directory, 32 bytes.  Raises KeyLost, KeyExposed."""
    path = directory / KEYS / PEPPER
    pepper = read_secret(path, "the pepper")
    if len(pepper) != PEPPER_BYTES:
        raise KeyLost(f"the pepper {path} is damaged; {_WITHOUT}")
    return pepper


def prepare(directory: Path, origin: str, random: Random) -> Keys:
    """Fresh secrets for a journal that is not there yet; the log key waits as `log.key.new`."""
    keys = directory / KEYS
    make_dir(keys)
    keys.chmod(0o700)
    if not (keys / PEPPER).exists():
        write_secret(keys / PEPPER, random(PEPPER_BYTES))
    pepper = load_pepper(directory)
    signer = note.SigningKey(origin, random(32))
    write_secret(keys / LOG_KEY_NEW, f"{signer.secret_text}\n".encode("ascii"))
    return Keys(signer, pepper)


def settle(directory: Path) -> None:
    """The journal is on disk: give its key the final name."""
    keys = directory / KEYS
    (keys / LOG_KEY_NEW).rename(keys / LOG_KEY)
    sync_dir(keys)


def load(directory: Path, vkey: str) -> Keys:
    """The secrets that continue the journal of this vkey.  Raises KeyLost, KeyExposed.

    Finishes a start that was cut between a new journal and its key's final name.
    """
    key, new = directory / KEYS / LOG_KEY, directory / KEYS / LOG_KEY_NEW
    signer = load_signer(key) if key.exists() or not new.exists() else None
    if signer is None or (signer.vkey != vkey and new.exists()):
        signer = load_signer(new)
        _same(signer, vkey, new)
        settle(directory)
    _same(signer, vkey, key)
    return Keys(signer, load_pepper(directory))


class FileKeyring:
    """Both secrets as files of the state directory."""

    prepare = staticmethod(prepare)
    settle = staticmethod(settle)
    load = staticmethod(load)


FILES: Keyring = FileKeyring()


def _same(signer: note.SigningKey, vkey: str, path: Path) -> None:
    if signer.vkey != vkey:
        raise KeyLost(f"{path} is not this journal's key; {_WITHOUT}")


# -- the hold -----------------------------------------------------------------------------------


class Hold:
    """An exclusive hold on a state directory, until closed or until the process ends."""

    def __init__(self, fd: int) -> None:
        self._fd: int | None = fd

    def close(self) -> None:
        """Let go; idempotent."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> Hold:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


def hold(directory: Path) -> Hold:
    """Hold a state directory (made if need be) against every other process.

    Raises AlreadyRunning with the holder's pid, else what `explain_os` makes of the disk.
    """
    try:
        make_dir(directory)
        fd = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise explain_os(error, directory) from None
    try:
        _lock(fd, directory)
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        os.close(fd)
        raise explain_os(error, directory) from None
    except BaseException:
        os.close(fd)
        raise
    return Hold(fd)


def _lock(fd: int, directory: Path) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        said = os.pread(fd, 20, 0).decode("ascii", "replace").strip()
        pid = int(said) if said.isdigit() else None
        who = f"process {pid}" if pid else "another process"
        raise AlreadyRunning(
            f"{who} uses {directory}; end it first, or give another --state", pid
        ) from None
    except OSError as error:
        raise JournalError(
            f"{directory} cannot be locked ({error.strerror}); keep the state on a local disk"
        ) from None


def show_vkey(directory: Path, vkey: str) -> None:
    """Keep the public key beside the journal; a cut may have left that of the epoch before.

    Raises what `explain_os` makes of the disk.
    """
    file, text = directory / VKEY, vkey + "\n"
    try:
        if not file.exists() or file.read_text(encoding="utf-8", errors="replace") != text:
            file.write_text(text, encoding="ascii")
    except OSError as error:
        raise explain_os(error, file) from None
