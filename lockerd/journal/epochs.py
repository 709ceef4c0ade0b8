"""The end of one epoch and the beginning of the next, on disk.

Theory of operation.  A log that a witness contradicted is frozen: `log.frozen` is its last entry.
The next start puts it aside and begins another log under the next number, with a new key:

    DIR/epochs/<n>/journal.db    the old log, whole, with its vkey, snapshots, spool, certificate
    DIR/journal.db               the new one; its row names the old one's last checkpoint

The old database gets its second name first; then the draft of the new one is renamed over the old
name.  Before that rename the old epoch counts, after it the new one, and `DIR/journal.db` is always
there.  The new log is empty until its genesis is written together with what it takes over; a cut in
between finds it empty again and takes over again.

Rules.  The old database is folded first and nobody else may have it open: a write-ahead log left
behind would be taken for the new one's.  The old key is destroyed once the new log is there: nobody
can add to the old one.  The pepper stays, so staff keep their badges.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from lockerd.core.epoch import NOT_SEEN, carried, named_by
from lockerd.core.events import Event
from lockerd.core.now import Now
from lockerd.core.snapshot import dump
from lockerd.journal import begin, note, schema
from lockerd.journal import certificate as cert
from lockerd.journal import keys as ks
from lockerd.journal import leaf as lf
from lockerd.journal.errors import JournalBusy, JournalDamaged, explain_os
from lockerd.journal.patrol import WATERMARK
from lockerd.journal.reader import DATABASE, Reader, connect
from lockerd.journal.snapshots import SNAPSHOTS, fold
from lockerd.journal.spool import SPOOL
from lockerd.journal.store import Store
from lockerd.ports import JournalError

EPOCHS = "epochs"
_BESIDE = (SPOOL, SNAPSHOTS, cert.FILE, WATERMARK)
"""What concerns one epoch only, and goes aside with it."""

_SPARE_NAMES = 10


def open_journal(
    state_dir: Path, name: str, random: lf.Random, keyring: ks.Keyring = ks.FILES
) -> Store:
    """The journal of a state directory, of the next epoch where the present one was closed.

    `name`: `<fleet>/<device>`.  Raises JournalError.
    """
    journal = Store.open(state_dir, name=name, random=random, keyring=keyring)
    if not journal.frozen:
        return journal
    journal.close()
    next_epoch(state_dir, name, random, keyring)
    return Store.open(state_dir, name=name, random=random, keyring=keyring)


def next_epoch(
    state_dir: Path, name: str, random: lf.Random, keyring: ks.Keyring = ks.FILES
) -> None:
    """Put a frozen log aside and begin the next one, empty, in its place.  Raises JournalError."""
    state_dir = state_dir.absolute()
    with ks.hold(state_dir):
        try:
            _turn(state_dir, name, random, keyring)
        except OSError as error:
            raise explain_os(error, state_dir) from None


def _turn(state_dir: Path, name: str, random: lf.Random, keyring: ks.Keyring) -> None:
    path = state_dir / DATABASE
    epoch, vkey, prev = _folded(path)
    past = state_dir / EPOCHS / str(epoch)
    ks.make_dir(past)
    ks.write_secret(past / ks.VKEY, f"{vkey}\n".encode("ascii"))
    for one in _BESIDE:
        _move(state_dir / one, past / one)
    draft = begin.prepare(state_dir, name, epoch + 1, random, prev, keyring)
    _name_again(path, past / DATABASE)
    ks.sync_dir(past)
    draft.rename(path)
    ks.sync_dir(state_dir)
    keyring.settle(state_dir)


def _folded(path: Path) -> tuple[int, str, str]:
    """A frozen log, all in its file: its epoch, verifier key and last checkpoint."""
    journal = Reader(connect(path, "mode=rw", schema.WRITING), path)
    try:
        if not journal.frozen:
            raise JournalError(f"{journal.origin} is not closed; only a closed log has a next one")
        found = journal.epoch, journal.vkey, journal.checkpoint()
    finally:
        journal.close()  # the last one to close folds the write-ahead log and removes it
    for suffix in ("-wal", "-shm"):
        if path.with_name(path.name + suffix).exists():
            raise JournalBusy(f"another program reads {path.name}; end that program")
    begin.sync_file(path)
    ks.sync_dir(path.parent)
    return found


def _move(here: Path, there: Path) -> None:
    """Move what is there, beside what an attempt before a cut moved."""
    if not here.exists():
        return
    for number in range(_SPARE_NAMES):
        to = there if number == 0 else there.with_name(f"{there.name}.{number}")
        if not to.exists():
            here.rename(to)
            return
    raise JournalError(f"{there} was begun too often; move {there.parent} aside")


def _name_again(path: Path, second: Path) -> None:
    """Give a file a second name; where there are no hard links, an equal file."""
    if second.exists() and second.samefile(path):
        return  # an attempt before a cut did it; renaming a file over itself would do nothing
    draft = second.with_name(f"{second.name}.tmp")
    draft.unlink(missing_ok=True)
    try:
        os.link(path, draft)
    except OSError:
        from shutil import copyfile

        copyfile(path, draft)
        begin.sync_file(draft)
    draft.rename(second)


# -- what the new one takes over ------------------------------------------------------------------


class Heritage(NamedTuple):
    """What an epoch's genesis says of the one before; see `LogGenesis`.

    `mode`: whose the old log was.  `last`: the time of its last entry; no new one lies before it.
    """

    previous: str
    previous_size: int
    previous_root: str
    recovered: str
    why: str
    certificate: str | None
    carried: tuple[Event, ...]
    mode: str
    last: Now

    def said(self) -> dict[str, Any]:
        """What of it `Started` says."""
        found = self._asdict()
        return {name: found[name] for name in found if name not in ("mode", "last")}


def heritage(
    state_dir: Path, journal: Reader, units: Iterable[str], owner: str = ""
) -> Heritage | None:
    """What an empty journal takes over; None where there was none before, or it was done.

    `units`: every compartment; those that nothing is said to lie in are out of service until a
    person looked.  `owner`: the owner's key, with which the old certificate must hold to be named.
    Raises JournalError.
    """
    if journal.size or journal.prev is None:
        return None
    past = state_dir / EPOCHS / str(journal.epoch - 1)
    with Reader.read(past) as old:
        head = _head(journal.prev)
        last = old.last_now()
        if old.head() != head or last is None:
            raise JournalDamaged(
                f"{past} does not hold the log that {journal.origin} continues; put back what was "
                "there"
            )
        state = fold(old, past / SNAPSHOTS)
        names = {idx: old.disclosed(idx) for idx in named_by(state)}
        rows = [one.verifier for one in old.verifiers() if not one.spent]
        certificate, doubt = _certified(past, old.vkey, owner)
    return Heritage(
        previous=head.origin,
        previous_size=head.size,
        previous_root=note.b64(head.root),
        recovered=sha256(dump(state)).hexdigest(),
        why=state.closed + doubt,
        certificate=certificate,
        carried=carried(state, names, verifiers=rows, doubtful=dict.fromkeys(units, NOT_SEEN)),
        mode=state.mode,
        last=last,
    )


def _head(prev: str) -> note.Checkpoint:
    try:
        return note.parse_checkpoint(note.parse_note(prev).text)
    except note.NoteError as wrong:
        raise JournalDamaged(f"the epoch before is not named: {wrong}") from None


def _certified(past: Path, vkey: str, owner: str) -> tuple[str | None, str]:
    """The digest of the old epoch's certificate, and what is to be said if it does not hold."""
    try:
        text = cert.read(past)
        if text is None:
            return None, ""
        if owner:
            cert.check_for(text, owner, vkey)
        return cert.digest(text), ""
    except cert.CertificateError:
        return None, "; the certificate beside it does not hold"
