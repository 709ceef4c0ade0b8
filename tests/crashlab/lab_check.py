"""Whether a restart keeps every promise: the real start-up on one crash state, and what it finds.

Theory of operation.  `examine` opens the journal as the daemon does, compares what it finds with
the history and with the floor of the moment of the cut, folds the state as the house does, and
appends twice; where there is a second copy, it goes on, and must then have everything.  Of a
sample it asks more (`deep`): the whole house starts and stops on the state, and then a judge
verifies everything with the key that was promised.

Rules.  No crash state is excused: with media that keep what was synced, a start that gives a named
error has lost as much as one that forgets.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

from lab_marks import Floor, Histories, History, Transaction, pepper_digest
from lab_record import state_dir
from lab_story import COPY, IDLE_MS, NAME, SITE, boot_events, boot_now, site_of

from lockerd.core.events import LogFrozen
from lockerd.core.replay import replay
from lockerd.core.snapshot import dump
from lockerd.journal import leaf as lf
from lockerd.journal import note
from lockerd.journal.copy import Copier, file_name, read_header, read_line, read_mark
from lockerd.journal.epochs import EPOCHS, heritage, open_journal
from lockerd.journal.reader import Reader
from lockerd.journal.snapshots import SNAPSHOTS, fold
from lockerd.journal.store import Store
from lockerd.journal.verify import verify
from lockerd.ports import JournalError
from lockerd.simulation.stage import Stage
from lockerd.vault import KDF_N_SIMULATION, Vault

FORGOTTEN_SHARE = 0.25
"""Of how many states the raw bytes are searched."""

FRESH_SHARE = 0.15
"""In how many of the states with an empty new epoch the house starts, which takes the old over."""


class Broke(Exception):
    """A promise was broken.  `kind` is one short word of what is broken."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(f"{kind}: {what}")
        self.kind = kind


Fold = tuple[int, int, tuple[tuple[str, bytes], ...]]
"""All that a fold depends on once the leaves are proven: epoch, how many they are, snapshots."""


class Case(NamedTuple):
    """A crash state to be examined: its tree lies below `root`.

    `former`: see `Floor.former`.  `folded`: folds that were found right, to be kept for all cases
    of one recording.
    """

    root: Path
    histories: Histories
    former: Histories | None
    floor: Floor
    folded: set[Fold]

    def history(self, epoch: int) -> History:
        """What was appended to the log of an epoch."""
        return self.histories.get(epoch) or History()


def _demand(holds: bool, kind: str, what: str) -> None:
    if not holds:
        raise Broke(kind, what)


def examine(case: Case, rng: random.Random, deep: bool) -> int:
    """How many entries the start found.  Raises Broke."""
    directory = state_dir(case.root)
    if deep or rng.random() < FORGOTTEN_SHARE:
        _forgotten(case, directory)
    try:
        store = open_journal(directory, NAME, rng.randbytes)
    except JournalError as error:
        raise Broke("refused", f"{type(error).__name__}: {error}") from None
    try:
        with store:
            size = store.size
            if _examine_open(case, store, directory):
                past = heritage(directory, store, [one.unit for one in SITE.compartments])
                _demand(past is not None, "epoch", "there is nothing to take over")
                deep = deep or rng.random() < FRESH_SHARE
            else:
                _append(store, rng)
        if (case.root / COPY).is_dir() and not deep:
            copier = Copier(case.root / COPY, directory)
            copier.step(sync=True)
            copier.close()
            _copied(case.root / COPY, directory)
        if deep:
            _start_house(case, rng, size)
    except JournalError as error:
        raise Broke("failed", f"{type(error).__name__}: {error}") from None
    return size


def _examine_open(case: Case, store: Store, directory: Path) -> bool:
    """Whether the journal is the empty one of an epoch that has just begun."""
    floor = case.floor
    if case.former is not None and floor.former and _holds(case.former, store):
        case = case._replace(histories=case.former, folded=set())
    _secrets(case, store)
    for epoch in range(1, store.epoch):
        _past(case, store, directory / EPOCHS / str(epoch), epoch)
    if store.epoch == floor.epoch + 1:
        last = case.history(floor.epoch).leaves[-1:]
        ended = bool(last) and lf.parse(last[0]).event.TYPE == LogFrozen.TYPE
        begun = floor.ceiling == len(case.history(floor.epoch).leaves)
        _demand(ended and begun and store.size == 0, "invented", "nobody ended the epoch before")
        return True
    _demand(store.epoch == floor.epoch, "lost", f"epoch {store.epoch} instead of {floor.epoch}")
    found = _size(case, store.size)
    _entries(case.history(store.epoch), store)
    _verifiers(store, store.pepper, found)
    _fold(case, store, directory / SNAPSHOTS)
    return store.size == 0 and store.prev is not None


def _holds(histories: Histories, store: Store) -> bool:
    known = histories.get(store.epoch)
    return known is not None and [leaf for _, leaf in store.leaves()] == known.leaves[: store.size]


def _past(case: Case, store: Store, place: Path, epoch: int) -> None:
    """A log that was ended lies aside whole, with its key's public half."""
    history = case.history(epoch)
    with Reader.read(place) as old:
        whole = old.frozen and old.size == len(history.leaves)
        _demand(whole, "lost", f"epoch {epoch} has {old.size} of {len(history.leaves)} entries")
        _entries(history, old)
        _verifiers(old, store.pepper, history.transactions[-1])
        named = (place / "vkey").read_text() == f"{old.vkey}\n"
        _demand(named, "key", f"epoch {epoch} lies aside without its key")
        if epoch == store.epoch - 1:
            _demand(store.prev == old.checkpoint(), "epoch", "the log names another one before it")


def _size(case: Case, size: int) -> Transaction:
    floor = case.floor
    _demand(size >= floor.size, "lost", f"{size} entries, {floor.size} were acknowledged")
    _demand(size <= floor.ceiling, "invented", f"{size} entries, {floor.ceiling} were begun")
    found = case.history(floor.epoch).at(size)
    if found is None:
        raise Broke("partial", f"{size} entries end inside a transaction")
    pulses, refusals = found.pulses, found.refusals
    _demand(pulses >= floor.pulses, "pulses", f"{pulses} on disk, {floor.pulses} commanded")
    _demand(refusals >= floor.refusals, "guesses", f"{refusals} on disk, {floor.refusals} shown")
    return found


def _secrets(case: Case, store: Store) -> None:
    floor = case.floor
    if store.epoch == floor.epoch:
        _demand(floor.vkey in (None, store.vkey), "key", "the log has another key")
    same = floor.pepper in (None, pepper_digest(store.pepper))
    _demand(same, "key", "the pepper is another one")


def _entries(history: History, store: Reader) -> None:
    size = store.size
    leaves = [leaf for _, leaf in store.leaves()]
    _demand(leaves == history.leaves[:size], "changed", "leaves differ from what was appended")
    if size:
        seal = store.seal(size - 1)
        key = note.parse_vkey(store.vkey)
        sealed = seal is not None and key.verifies(store.head().text.encode(), seal)
        _demand(sealed, "seal", "the last entry's seal does not hold")
    same = sorted(store.all_disclosures(size + 1)) == history.shown(size)
    _demand(same, "disclosures", "they differ from what was appended and not erased")


def _fold(case: Case, store: Store, snapshots: Path) -> None:
    files = tuple(sorted((one.name, one.read_bytes()) for one in snapshots.glob("*")))
    key = store.epoch, store.size, files
    if key in case.folded:
        return
    same = dump(fold(store, snapshots)) == case.history(store.epoch).state(store.size)
    _demand(same, "state", "the fold differs from the history's")
    case.folded.add(key)


def _verifiers(store: Reader, pepper: bytes, found: Transaction) -> None:
    rows = store.verifiers()
    _demand(tuple(rows) == found.verifiers, "verifiers", "they differ from what the events say")
    vault = Vault(pepper, random.Random(0).randbytes, KDF_N_SIMULATION, lambda job: None)
    _demand(not vault.load(rows), "verifiers", "a row's MAC does not hold")


def _append(store: Store, rng: random.Random) -> None:
    for _ in range(2):
        size, events = store.size, boot_events(store)
        first = store.append(events, boot_now(store, rng.randbytes(4).hex()))
        _demand(first == size, "append", f"the next entry is {first}, not {size}")
        ends = store.size == size + len(events) and store.seal(store.size - 1) is not None
        _demand(ends, "append", "what was appended is not there")


def _forgotten(case: Case, directory: Path) -> None:
    """Codes and names that were deleted, and whose journal was folded since, are in no file."""
    if not case.floor.forgotten:
        return
    for path in (*directory.glob("journal.db*"), *directory.glob(f"{EPOCHS}/*/journal.db*")):
        data = path.read_bytes()
        for one in case.floor.forgotten:
            _demand(one not in data, "remembered", f"what was deleted is still in {path.name}")


def _start_house(case: Case, rng: random.Random, size: int) -> None:
    """The whole house starts, waits, stops; then everything is judged."""
    directory = state_dir(case.root)
    stage = Stage(site_of(case.root), directory, rng.randrange(2**32))
    stage.world.start()
    stage.run_for(IDLE_MS)
    fault, duty = stage.house.fault, stage.house.engine.state.duty
    vkey = stage.house.journal.vkey
    _demand(fault is None, "house", f"the house has a fault: {fault}")
    _demand(duty == "serving", "house", f"the cabinet is {duty}")
    stage.world.stop()
    shown = (directory / "vkey").read_text() == f"{vkey}\n"
    _demand(shown, "key", "the public key beside the journal is another one")
    verdict = verify(directory, vkey, replay=replay, every_seal=True)
    _demand(verdict.good, "verdict", f"{verdict.kind.value} at {verdict.first_bad}: {verdict.what}")
    _demand(verdict.size > size, "verdict", "the house wrote nothing")
    if (case.root / COPY).is_dir():
        _copied(case.root / COPY, directory)


def _copied(place: Path, directory: Path) -> None:
    """The second copy has every entry, in order, as it stands in the journal."""
    with Reader.read(directory) as journal:
        lines = (place / file_name(journal.origin)).read_bytes().splitlines(keepends=True)
        _demand(read_header(lines[0]) == journal.vkey, "copy", "the copy is of another log")
        lines = [one for one in lines if read_mark(one) is None]
        for idx, leaf in journal.leaves():
            found = read_line(lines[idx + 1]) if idx + 1 < len(lines) else None
            right = found is not None and found == (idx, leaf, journal.seal(idx))
            _demand(right, "copy", f"line {idx} of {journal.size} is not entry {idx}")
