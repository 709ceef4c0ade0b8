"""Erasing what is personal: what there is of a subject, and whether anything of it is left.

Theory of operation.  A subject is a handover or a member of staff.  `find` names every disclosure
that a state directory keeps of it, in the present journal and in those of the epochs before.  The
running daemon deletes them: the entry that says so and the DELETE are one transaction.  Then
`clean` folds the write-ahead log into the file, and `remains` reads every byte of every file and
looks for what should be gone.  Only that search may say that it is.

SQLite with `secure_delete` overwrites the cell that it deletes, but not the copies that stay behind
in the free part of a page when rows were moved to balance the tree: of some thousands of erased
disclosures about one in two thousand was still there.  `clean` then writes the table of
disclosures again, window by window: a page whose rows are all gone is overwritten as a whole.

What is searched for: the first 32 characters of a disclosure (they hold its salt and stand nowhere
else), the rest of it (name and value; the same in another disclosure of the same value, which may
stay) and the value itself, as it is and as JSON escapes it.  Of what was erased before, only the
digests are known: whatever is a whole disclosure that has one of them is found.

Standard: RFC 9901 disclosures; GDPR Article 17 is what it serves.

Rules.  No value ever leaves in an error or a repr.  Values of fewer than `SHORT_BYTES` bytes occur
in any file by chance and are searched for inside disclosures only, and so is every value in a file
that is shown to be the program's own (`lockerd.journal.hints`).  Links are not followed: what lies
outside the state directory is not ours to judge.
"""

from __future__ import annotations

import base64
import json
import os
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from lockerd.core import events as ev
from lockerd.journal import leaf as lf
from lockerd.journal import schema
from lockerd.journal.errors import EventRefused, explain, explain_os
from lockerd.journal.hints import names_nobody
from lockerd.journal.reader import DATABASE, Reader, connect
from lockerd.journal.store import Store

EPOCHS = "epochs"
SHORT_BYTES = 4
FOUND_MAX = 200
HEAD_CHARS = 32
_CHUNK = 1 << 22
_HEAD = re.compile(rb"(?=(Wy[IJ][A-Za-z0-9_-]{29}))")
"""`["` and a character of the salt: a digit or a hyphen makes the I, a letter or `_` the J."""
_WHOLE = re.compile(rb"(?=(Wy[IJ][A-Za-z0-9_-]{29,}))")
WHOLE_MAX = 1 << 17
"""More than a disclosure has: a leaf has 65,535 bytes at most, and base64 four for three."""
_EPOCH = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_WRITE_AGAIN = (
    "CREATE TABLE spare(digest TEXT PRIMARY KEY, idx INTEGER, disclosure TEXT) WITHOUT ROWID",
    "INSERT INTO spare SELECT digest, idx, disclosure FROM disclosure",
    "DELETE FROM disclosure",
    "INSERT INTO disclosure(digest, idx, disclosure) "
    "SELECT digest, idx, disclosure FROM spare ORDER BY digest",
    "DROP TABLE spare",
)
_FREE_TEXT = ("reason", "basis", "what", "why")
"""Fields of entries that hold what somebody wrote; the others hold words of the program."""

Progress = Callable[[int, int], None]
"""`progress(done, total)`."""


class Piece(NamedTuple):
    """One disclosure of a subject (`ho:<id>` or `staff:<number>`), in the log of `epoch`."""

    subject: str
    epoch: int
    entry: int
    field: str
    value: str
    text: str

    def __repr__(self) -> str:
        return f"Piece({self.subject!r}, {self.epoch}, {self.entry}, {self.field!r})"


class Left(NamedTuple):
    """Something that should be gone and is not.

    `kind`: `disclosure` (whole or in part), `words` (a value, in a file that is no journal) or
    `entry` (somebody wrote a value into a reason; `entry` says which one).
    """

    file: str
    kind: str
    times: int
    entry: int | None = None


class Searched(NamedTuple):
    """What a search came to.  `short`: values that could be searched in disclosures only."""

    files: int
    size_bytes: int
    short: int
    left: tuple[Left, ...]


def folded(text: str) -> str:
    """A name as it is compared: without regard to case, spelling of accents or spaces around."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


# -- what there is ------------------------------------------------------------------------------


def journals(state_dir: Path) -> list[Path]:
    """Every journal of a state directory, the oldest epoch first, the present one last."""
    past = state_dir / EPOCHS
    old = [one for one in past.glob("*") if _EPOCH.fullmatch(one.name)] if past.is_dir() else []
    old.sort(key=lambda one: int(one.name))
    found = [one / DATABASE for one in old if (one / DATABASE).exists()]
    return [*found, state_dir / DATABASE]


def journal_of(state_dir: Path, epoch: int) -> Path:
    """The journal of an epoch that is over.  Raises EventRefused when it is not there."""
    path = state_dir / EPOCHS / str(epoch) / DATABASE
    if not path.exists():
        raise EventRefused(f"no journal of epoch {epoch} is kept here; name another")
    return path


def subject_of(event: ev.Event) -> str | None:
    """Whose disclosures an entry has; None where it has none."""
    if event.DISCLOSED and event.ho is not None:
        return f"ho:{event.ho}"
    if isinstance(event, ev.StaffEnrolled | ev.StaffCarried):
        return f"staff:{event.staff}"
    if isinstance(event, ev.ShiftHandedOver):
        return f"staff:{event.actor.id}"  # the note is in its writer's words
    return None


def find(
    state_dir: Path, subject: str | None = None, person: str | None = None
) -> tuple[Piece, ...]:
    """Every disclosure of a subject, or of all handovers to a person of this name.

    Raises JournalError.
    """
    wanted = None if person is None else folded(person)
    found: list[Piece] = []
    for path in journals(state_dir):
        with Reader.read(path) as journal:
            found += _pieces(journal, subject, wanted)
    return tuple(found)


def _pieces(journal: Reader, subject: str | None, person: str | None) -> Iterator[Piece]:
    theirs: dict[str, bool] = {}
    for idx, rows in groupby(journal.all_disclosures(journal.size), key=lambda row: row[0]):
        shown = [(*lf.read_disclosure(text), text) for _, text in rows]
        event = journal.entry(idx).event
        whose = subject_of(event)
        if person is not None and whose is not None:
            named = [folded(value) for name, value, _ in shown if name == "recipient"]
            if named:
                theirs[whose] = person in named
            # A seal or a signature discloses no recipient: it is of whom the item was for then.
            own = not named and theirs.get(whose, False)
            if person not in named and not own:
                continue
        if whose is not None and subject in (None, whose):
            for name, value, text in shown:
                yield Piece(whose, journal.epoch, idx, name, value, text)


def digests(journal: Reader, idx: int, subject: str) -> tuple[str, ...]:
    """The digests of what is kept of an entry that is this subject's.

    Raises EventRefused when the entry is another's, NoSuchEntry, JournalDamaged.
    """
    if subject_of(journal.entry(idx).event) != subject:
        raise EventRefused(f"entry {idx} does not disclose anything of {subject}; name its own")
    return tuple(lf.digest_of(text) for text in journal.disclosures(idx))


def later(path: Path) -> frozenset[str]:
    """The digests that entries of later epochs say were erased, for the journal of an old one.

    `path`: what is being judged.  Empty unless it lies in `epochs/` of a state directory.  Raises
    JournalError.
    """
    place = (path.parent if path.is_file() else path).absolute()
    if place.parent.name != EPOCHS or not _EPOCH.fullmatch(place.name):
        return frozenset()
    found: set[str] = set()
    for one in journals(place.parent.parent):
        if one.exists() and one.parent != place:
            with Reader.read(one) as journal:
                found.update(erased_in(journal))
    return frozenset(found)


def erased_in(journal: Reader, subject: str | None = None) -> Iterator[str]:
    """The digests that entries of this journal say were erased, all or those of a subject."""
    for idx, leaf in journal.leaves():
        if b'"privacy.erased"' in leaf:
            event = journal.entry(idx).event
            if subject in (None, getattr(event, "subject", None)):
                yield from event.erase


def erased_of(state_dir: Path, subject: str) -> frozenset[str]:
    """The digests that any journal here says were erased of a subject.  Raises JournalError."""
    found: set[str] = set()
    for path in journals(state_dir):
        with Reader.read(path) as journal:
            found.update(erased_in(journal, subject))
    return frozenset(found)


# -- making it go ---------------------------------------------------------------------------------


def forget(path: Path, gone: Collection[str]) -> int:
    """Delete disclosures from the journal of an epoch that is over; how many there were.

    What recipients were to know goes with them, anybody's: nothing is compared with it any more.
    An entry of the present journal says so already.  Raises JournalError.
    """
    db = connect(path, "mode=rw", schema.WRITING)
    try:
        with _transaction(db):
            count = sum(
                db.execute("DELETE FROM disclosure WHERE digest=?", (one,)).rowcount for one in gone
            )
            db.execute("DELETE FROM verifier WHERE kind='fact'")
        _write_again(db)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count
    except sqlite3.Error as error:
        raise explain(error, "erasing in", path) from None
    finally:
        db.close()


def clean(store: Store, rewrite: bool) -> bool:
    """Fold the write-ahead log into the file, the table of disclosures written again if asked.

    Whether it was folded; a reader may prevent it.  Raises JournalError.
    """
    if rewrite:
        try:
            _write_again(store.connection)
        except sqlite3.Error as error:
            raise explain(error, "erasing in", store.path) from None
    return store.fold()


def _write_again(db: sqlite3.Connection) -> None:
    """Take every row out and put it in again, in one transaction.

    Foreign keys are off meanwhile, since SQLite else empties the table row by row, and only a page
    that it gives up as a whole is overwritten as a whole.
    """
    db.execute("PRAGMA foreign_keys=OFF")
    try:
        with _transaction(db):
            for sql in _WRITE_AGAIN:
                db.execute(sql)
    finally:
        db.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


# -- what is left -------------------------------------------------------------------------------


class _Needles:
    """What is searched for."""

    def __init__(self, pieces: Collection[Piece], erased: Collection[str] = ()) -> None:
        self.erased = frozenset(erased)
        self.heads = {one.text[:HEAD_CHARS].encode() for one in pieces}
        self.tails = {one.text[HEAD_CHARS:].encode() for one in pieces}
        values = {one.value for one in pieces}
        self.words = {one for one in values if len(one.encode()) >= SHORT_BYTES}
        self.short = len(values) - len(self.words)
        self.ids = {one.subject.partition(":")[2].encode() for one in pieces}
        known = map(len, (*self.tails, *map(_longest, self.words), b""))
        self.longest = max(*known, WHOLE_MAX if self.erased else 0)


def _spellings(word: str) -> set[bytes]:
    """A value in UTF-8, and within a JSON text with and without escapes."""
    escaped = (json.dumps(word, ensure_ascii=ascii_only) for ascii_only in (True, False))
    return {word.encode(), *(one[1:-1].encode() for one in escaped)}


def _longest(word: str) -> bytes:
    return max(_spellings(word), key=len)


def remains(
    state_dir: Path,
    pieces: Sequence[Piece],
    progress: Progress | None = None,
    erased: Collection[str] = (),
) -> Searched:
    """Search every file of a state directory for what should be gone.

    `erased`: digests of what was erased before.  A value that is still disclosed for somebody else
    may stand in a file that does not speak of the subject.  Raises JournalError when a file cannot
    be read.
    """
    needles = _Needles(pieces, erased)
    files = sorted(_files(state_dir))
    total, done = sum(size for _, size in files), 0
    left: list[Left] = []
    with _Kept(state_dir) as kept:
        for path, size in files:
            try:
                left += _search(state_dir, path, needles, kept)
            except FileNotFoundError:
                continue  # a draft of the daemon's that was renamed meanwhile
            except OSError as error:
                raise explain_os(error, path) from None
            done += size
            if progress is not None:
                progress(done, max(total, 1))
    return Searched(len(files), total, needles.short, tuple(left[:FOUND_MAX]))


def _files(state_dir: Path) -> Iterator[tuple[Path, int]]:
    """Every regular file below, with its size."""
    for folder, _, names in os.walk(state_dir):
        for name in names:
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path, path.stat().st_size


class _Kept:
    """The disclosures that are still kept, and the entries, of every journal here."""

    def __init__(self, state_dir: Path) -> None:
        self._readers = [Reader.read(one) for one in journals(state_dir)]
        self._values: set[str] | None = None

    def __enter__(self) -> _Kept:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._readers:
            one.close()

    def has(self, text: bytes) -> bool:
        """Whether this is the text of a disclosure that is kept."""
        try:
            digest = lf.digest_of(text.decode("ascii"))
        except UnicodeDecodeError:
            return False
        ask = "SELECT 1 FROM disclosure WHERE digest=?"
        return any(one.connection.execute(ask, (digest,)).fetchone() for one in self._readers)

    def values(self) -> set[str]:
        """Every value that is still disclosed."""
        if self._values is None:
            self._values = {
                lf.read_disclosure(text)[1]
                for one in self._readers
                for _, text in one.all_disclosures(one.size)
            }
        return self._values

    def entries(self, path: Path, word: str) -> tuple[bool, list[int]]:
        """Whether entries of this journal hold a value at all, and those in which people wrote it.

        The write-ahead log belongs to the journal beside it.
        """
        forms = _spellings(word)
        seen, written = False, []
        for journal in self._readers:
            if not str(path).startswith(str(journal.path)):
                continue
            for idx, leaf in journal.leaves():
                if any(one in leaf for one in forms):
                    seen = True
                    fields, _ = ev.encode(journal.entry(idx).event)
                    if any(word in str(fields.get(name, "")) for name in _FREE_TEXT):
                        written.append(idx)
        return seen, written


def _search(state_dir: Path, path: Path, needles: _Needles, kept: _Kept) -> Iterator[Left]:
    """What is left in one file."""
    name = str(path.relative_to(state_dir))
    database = path.name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")
    hits, words, own = 0, dict.fromkeys(needles.words, 0), False
    for data, fresh in _chunks(path, needles.longest + HEAD_CHARS):
        hits += sum(
            found[1] in needles.heads and found.end(1) > fresh for found in _HEAD.finditer(data)
        )
        hits += sum(_parts(data, fresh, one, needles, kept) for one in needles.tails)
        if needles.erased:
            runs = (one[1] for one in _WHOLE.finditer(data) if one.end(1) > fresh)
            hits += sum(_digests_in(run, needles.erased) for run in runs)
        own = own or any(one in data for one in needles.ids)
        for word in words:
            forms = _spellings(word)
            words[word] += sum(data.count(one, max(0, fresh - len(one) + 1)) for one in forms)
    if hits:
        yield Left(name, "disclosure", hits)
    for word, count in words.items():
        if not count:
            continue
        if database:
            yield from _in_entries(name, path, word, count, kept)
        elif names_nobody(path, state_dir):
            continue
        elif own or not any(word in value for value in kept.values()):
            yield Left(name, "words", count)


def _in_entries(name: str, path: Path, word: str, count: int, kept: _Kept) -> Iterator[Left]:
    seen, written = kept.entries(path, word)
    if not seen:
        yield Left(name, "disclosure", count)
    elif path.name == DATABASE:
        yield from (Left(name, "entry", 1, idx) for idx in written)


def _parts(data: bytes, fresh: int, tail: bytes, needles: _Needles, kept: _Kept) -> int:
    """How often the end of a disclosure stands here, but not behind one that is kept or counted."""
    count, at = 0, data.find(tail)
    while at >= 0:
        end = at + len(tail)
        head = data[max(0, at - HEAD_CHARS) : at]
        if end > fresh and head not in needles.heads and not kept.has(head + tail):
            count += 1
        at = data.find(tail, at + 1)
    return count


def _digests_in(run: bytes, erased: Collection[str]) -> int:
    """Whether this text begins with a disclosure that has one of these digests: 1, or 0.

    Where the disclosure ends is not known, since other text may follow without a gap.
    """
    run = run[: min(len(run) - (len(run) % 4 == 1), WHOLE_MAX)]
    plain = base64.urlsafe_b64decode(run + b"=" * (-len(run) % 4))
    at = plain.find(b'"]')
    while at >= 0:
        text = base64.urlsafe_b64encode(plain[: at + 2]).rstrip(b"=").decode()
        if lf.digest_of(text) in erased:
            return 1
        at = plain.find(b'"]', at + 1)
    return 0


def _chunks(path: Path, overlap: int) -> Iterator[tuple[bytes, int]]:
    """A file in pieces, each with the end of the one before and how long that is."""
    before = b""
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            joined = before + data
            yield joined, len(before)
            before = joined[-overlap:]


def by_entry(pieces: Iterable[Piece]) -> Mapping[tuple[str, int, int], list[Piece]]:
    """Disclosures by what one act erases: `(subject, epoch, entry)`."""
    found: dict[tuple[str, int, int], list[Piece]] = {}
    for one in pieces:
        found.setdefault((one.subject, one.epoch, one.entry), []).append(one)
    return found
