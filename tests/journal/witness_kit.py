"""What the tests of witnessing share: witnesses with keys and memories, and the way between them.

Theory of operation.  `Witness` is the real witness's side over a directory; `visit` carries one
request to it and what it answers back into the spool, as a person with a stick does.
"""

from __future__ import annotations

from pathlib import Path

from journal_kit import genesis, moment, seeded

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.journal import anchors as an
from lockerd.journal import note
from lockerd.journal import spool as sp
from lockerd.journal import witness as wt
from lockerd.journal.reader import Reader
from lockerd.journal.store import Store

FIRST_S = 1_767_225_600
"""Unix seconds of the first visit; the journal's own times begin there."""


def witness_key(name: str = "w1.example", fill: int = 9) -> note.SigningKey:
    """A witness's pair."""
    return note.SigningKey(name, bytes([fill]) * 32, note.COSIGNATURE)


class Witness:
    """A witness with a memory of its own; each answer is a minute later than the last."""

    def __init__(self, directory: Path, name: str = "w1.example", fill: int = 9) -> None:
        self.signer = witness_key(name, fill)
        self.memory = sp.Memory(directory)
        self.time = FIRST_S

    @property
    def vkey(self) -> str:
        """What a config says about it."""
        return self.signer.key.vkey

    def admit(self, journal: Reader) -> None:
        """Know a journal."""
        self.memory.admit(note.parse_vkey(journal.vkey))

    def answer(self, data: bytes) -> wt.Answer:
        """Answer one request."""
        self.time += 60
        return self.memory.answer(data, self.signer, self.time)


def asked(journal: Reader, witness: Witness, old: int | None = None) -> wt.Request:
    """The request that this journal has for this witness."""
    if old is None:
        rows = {one.key: one.size for one in journal.newest_cosignatures()}
        old = rows.get(wt.key_name(witness.signer.key), 0)
    return wt.ask(journal, old)


def visit(journal: Store, state_dir: Path, witness: Witness, old: int | None = None) -> wt.Answer:
    """Carry a request to the witness and its answer back into the spool."""
    name = sp.request_name(journal.head(), witness.signer.key)
    answer = witness.answer(asked(journal, witness, old).text.encode())
    if answer.file is not None:
        stem = name.removesuffix(sp.REQUEST)
        sp.Spool(state_dir).put(f"{stem}{sp.ANSWER}", answer.file.encode())
    return answer


def taken(journal: Store, state_dir: Path, *witnesses: Witness) -> list[an.Taken]:
    """Take what lies in the spool, appending as the daemon does."""
    anchors = an.Anchors(state_dir, journal, [one.vkey for one in witnesses])
    found = []
    for one in anchors.take(moment(journal.size)):
        append(journal, one.message)
        found.append(one)
    return found


def append(journal: Store, message: msg.Message | None) -> None:
    """Write the event that a message of this room becomes."""
    match message:
        case msg.RecordAnchor():
            event: ev.Event = ev.AnchorCosigned(
                witness=message.witness,
                size=message.size,
                time=message.time,
                digest=message.digest,
            )
        case msg.FreezeLog():
            event = ev.LogFrozen(
                reason=message.reason, witness=message.witness, seen_size=message.seen_size
            )
        case _:
            return
    journal.append([event], moment(journal.size))


def named(directory: Path, name: str, seed: int = 1) -> Store:
    """A new store of another device, with its first entry."""
    store = Store.open(directory, name=name, random=seeded(seed))
    store.append([genesis(store)], moment())
    return store
