"""Files that travel: a log's requests and the answers to it, and a witness's memory on a stick.

Theory of operation.  `DIR/spool/out` holds what the log asks, `DIR/spool/in` what came back; what
could not be taken goes to `DIR/spool/refused`.  Whoever carries the files (a person with a stick,
later a courier process) needs no key and can forge nothing.  A witness remembers one checkpoint a
log under the hex SHA-256 of its origin, which is also where a monitor would look for it.

Rules.  Every name is free; what a file says counts.  A file appears under its name only when it is
whole, reading has limits, and nothing but a regular file is opened.  What came in leaves `in` when
it was dealt with, so each answer is judged once.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from lockerd.journal import keys as ks
from lockerd.journal import note
from lockerd.journal import witness as wt
from lockerd.journal.errors import AlreadyRunning, explain_os
from lockerd.ports import JournalError

SPOOL = "spool"
REQUEST, ANSWER = ".add-checkpoint", ".cosignatures"
MAX_FILES = 64
"""How many answers are taken in one go, and how many requests and refused files are kept."""

MAX_LOGS = 1_000
MAX_LOGS_BYTES = 512 * MAX_LOGS

_NAME = re.compile(r"([0-9a-f]{8})-(0|[1-9][0-9]{0,18})\.[0-9a-f]{8}[.-].*", re.ASCII)


class SpoolFailed(JournalError):
    """A directory of files that travel cannot be used; the journal itself is not concerned."""


def _failed(error: OSError, path: Path) -> SpoolFailed:
    return SpoolFailed(str(explain_os(error, path)))


def read_file(path: Path, limit: int = wt.MAX_BYTES) -> bytes:
    """A regular file of at most `limit` bytes.  Raises WitnessError."""
    try:
        # Not a link, and no waiting: a pipe under this name would stop the loop.
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise wt.WitnessError(f"{path.name} is no file; give the file itself")
            with open(fd, "rb", closefd=False) as file:
                data = file.read(limit + 1)
        finally:
            os.close(fd)
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise wt.WitnessError(f"{path.name} cannot be read ({said}); copy it again") from None
    if len(data) > limit:
        raise wt.WitnessError(f"{path.name} has more than {limit} bytes; give the right file")
    return data


def origin_mark(origin: str) -> str:
    """The first eight hex digits by which the files of one log are told apart."""
    return sha256(origin.encode()).hexdigest()[:8]


def request_name(head: note.Checkpoint, key: note.Key) -> str:
    """The name of a request to one witness; its answer has the same with another ending."""
    return f"{origin_mark(head.origin)}-{head.size}.{key.key_id.hex()}{REQUEST}"


def size_in(name: str, origin: str) -> int | None:
    """The size that the name of an answer speaks of; None if it is not of this log."""
    found = _NAME.fullmatch(name)
    if found is None or found[1] != origin_mark(origin):
        return None
    return int(found[2])


# -- the log's side -------------------------------------------------------------------------------


class Spool:
    """The spool of a state directory."""

    def __init__(self, state_dir: Path) -> None:
        self.dir = state_dir / SPOOL
        self.incoming = self.dir / "in"
        self.out = self.dir / "out"
        self.refused = self.dir / "refused"

    def answers(self) -> Sequence[Path]:
        """Answers that wait, in order of name, at most MAX_FILES.  Raises JournalError."""
        return _listed(self.incoming, ANSWER)[:MAX_FILES]

    def shown(self) -> Iterator[str]:
        """The checkpoints of the requests that were written here, newest first."""
        for path in _newest(_listed(self.out, REQUEST))[:MAX_FILES]:
            # A request that was spoilt is no reason to refuse the answer to another one.
            with contextlib.suppress(wt.WitnessError):
                yield wt.parse_request(read_file(path)).checkpoint

    def ask(self, name: str, request: wt.Request) -> Path:
        """Write a request durably; older ones beyond MAX_FILES go.  Raises JournalError."""
        written = place(self.out / name, request.text.encode())
        _prune(self.out, REQUEST)
        return written

    def put(self, name: str, data: bytes) -> Path:
        """Lay an answer down to be taken, under a name that no other content has."""
        stem = name.removesuffix(ANSWER)[:80]
        return place(self.incoming / f"{stem}.{sha256(data).hexdigest()[:8]}{ANSWER}", data)

    def done(self, path: Path) -> None:
        """An answer was dealt with.  Raises JournalError."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _failed(error, path) from None

    def refuse(self, path: Path) -> None:
        """An answer is no use: keep it apart for a person to look at.  Raises JournalError."""
        try:
            ks.make_dir(self.refused)
            path.rename(self.refused / path.name)
        except OSError as error:
            raise _failed(error, self.refused) from None
        _prune(self.refused, ANSWER)


def place(path: Path, data: bytes) -> Path:
    """Write a file so that it is whole or absent, durable with its directory.

    A file in a directory of another user (root did it for the daemon) becomes that user's.
    Raises JournalError.
    """
    try:
        made = [path]
        while not made[-1].parent.is_dir():
            made.append(made[-1].parent)
        ks.make_dir(path.parent)
        ks.write_secret(path, data)
        if os.geteuid() == 0:
            owner = os.stat(made[-1].parent)
            for one in made:
                os.chown(one, owner.st_uid, owner.st_gid, follow_symlinks=False)
    except OSError as error:
        raise _failed(error, path) from None
    return path


def _listed(directory: Path, suffix: str) -> list[Path]:
    try:
        return sorted(one for one in directory.iterdir() if one.name.endswith(suffix))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _failed(error, directory) from None


def _newest(paths: Sequence[Path]) -> list[Path]:
    return sorted(paths, key=lambda one: one.lstat().st_mtime_ns, reverse=True)


def _prune(directory: Path, suffix: str) -> None:
    for path in _newest(_listed(directory, suffix))[MAX_FILES:]:
        path.unlink(missing_ok=True)


# -- the witness's side ---------------------------------------------------------------------------


class Memory:
    """What a witness remembers, as a directory.

    `logs`: a line `log <vkey>` for each log that is known.  `<hex>/checkpoint`: the last one
    cosigned.  Losing it makes the witness new: give it another key then.
    """

    def __init__(self, directory: Path) -> None:
        self.dir = directory
        self._logs = directory / "logs"

    def logs(self) -> dict[str, list[note.Key]]:
        """Every log's trusted keys by origin.  Raises WitnessError."""
        found: dict[str, list[note.Key]] = {}
        if not self._logs.exists():
            return found
        text = read_file(self._logs, MAX_LOGS_BYTES).decode("utf-8", "replace")
        for line in text.splitlines():
            word, _, vkey = line.partition(" ")
            if not line or line.startswith("#"):
                continue
            try:
                key = note.parse_vkey(vkey.split(" ")[0])
            except note.NoteError as wrong:
                raise wt.WitnessError(f"{self._logs.name}: {wrong}") from None
            if word != "log" or key.kind != note.ED25519:
                raise wt.WitnessError(f"{self._logs.name}: a line is not 'log VKEY'; correct it")
            found.setdefault(key.name, []).append(key)
        return found

    def admit(self, key: note.Key) -> bool:
        """Know a log from now on; False if it was known.  Raises WitnessError, JournalError."""
        if key.kind != note.ED25519:
            raise wt.WitnessError("this is a witness's key; give the vkey of a log")
        with self.held():
            known = self.logs()
            if key in known.get(key.name, ()):
                return False
            every = [one for keys in known.values() for one in keys]
            if len(every) >= MAX_LOGS:
                raise wt.WitnessError(f"{MAX_LOGS} logs are known; use another witness for more")
            lines = "".join(f"log {one.vkey}\n" for one in (*every, key))
            place(self._logs, lines.encode())
        return True

    def place_of(self, origin: str) -> Path:
        """Where the last checkpoint of a log is kept."""
        return self.dir / sha256(origin.encode()).hexdigest() / "checkpoint"

    def recall(self, origin: str) -> str | None:
        """The checkpoint that was last cosigned, None if none was.  Raises WitnessError."""
        path = self.place_of(origin)
        if not path.exists():
            return None
        try:
            return read_file(path).decode("utf-8")
        except UnicodeDecodeError:
            raise wt.WitnessError(f"{path} is damaged; restore the memory from a copy") from None

    def held(self) -> ks.Hold:
        """Keep every other process out: judging and remembering are one step."""
        try:
            return ks.hold(self.dir)
        except AlreadyRunning:
            raise JournalError(f"another process uses {self.dir}; wait until it ends") from None

    def answer(self, data: bytes, signer: note.SigningKey, time: int) -> wt.Answer:
        """Judge a request and remember what is cosigned before the answer is there.

        `time`: Unix seconds.  Raises WitnessError, JournalError; nothing was cosigned then.
        """
        with self.held():
            found = wt.answer(data, self.logs(), self.recall, signer, time)
            if found.keep is not None:
                head = note.parse_checkpoint(note.parse_note(found.keep).text)
                place(self.place_of(head.origin), found.keep.encode())
        return found


def answer_name(request: Path, signer: note.SigningKey) -> Path:
    """Where the answer to a request file is written: beside it."""
    stem = request.name.removesuffix(REQUEST)
    mark = signer.key.key_id.hex()
    return request.with_name(stem + ("" if stem.endswith(mark) else f".{mark}") + ANSWER)
