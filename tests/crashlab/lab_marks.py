"""What a program promised before the power went, told by itself as it went along.

Theory of operation.  The program under test writes a line (a *mark*) before and after everything
that counts: an append begun, an append acknowledged, a pulse commanded, a refusal shown, the
journal folded.  In the record of its system calls each mark has its place among the writes and
syncs.  `History` is all that was ever appended, by transactions; a `Floor` is what had been
promised at one point, below which no crash state may fall.

Rules.  The expectation is made from the events that were handed to the journal and from what the
running program read back, never from a file that a crash state left.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from lockerd.core.events import Event, PulseOrdered, Verifier
from lockerd.core.fold import apply
from lockerd.core.snapshot import dump
from lockerd.core.state import State
from lockerd.journal import leaf as lf
from lockerd.journal.reader import Reader, StoredVerifier

TAIL = 64
"""How many of the last entries a start reports: more than one transaction of a cabinet holds."""


# -- writing --------------------------------------------------------------------------------------


class Marks:
    """The file that marks are written to; one line is one write."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def say(self, mark: str, **what: Any) -> None:
        """One mark."""
        os.write(self._fd, json.dumps({"mark": mark, **what}).encode() + b"\n")


def told(store: Reader, first: int) -> dict[str, Any]:
    """What stands in a journal from `first` on."""
    return {
        "first": first,
        "leaves": [leaf.hex() for _, leaf in store.leaves(first)],
        "disclosures": [
            [idx, text] for idx in range(first, store.size) for text in store.disclosures(idx)
        ],
    }


def changes(events: Iterable[Event]) -> list[list[Any]]:
    """What events do to the tables beside the entries, in order."""
    made: list[list[Any]] = []
    for event in events:
        made += [["drop", one] for one in event.drop]
        made += [["drop-pin", one] for one in event.drop_pin]
        made += [["spend", one] for one in event.spend]
        made += [["erase", one] for one in event.erase]
        made += [["put", *_row(one)] for one in event.put]
    return made


def _row(one: Verifier) -> list[Any]:
    hashed = one.salt.hex(), one.hash.hex(), one.n, one.mac.hex()
    return [one.cred, one.kind, one.selector, *hashed]


def pepper_digest(pepper: bytes) -> str:
    """The pepper, so that it can be recognised and not read."""
    return sha256(pepper).hexdigest()


# -- reading --------------------------------------------------------------------------------------

Table = dict[tuple[str, str], StoredVerifier]


class Transaction(NamedTuple):
    """One transaction.  `verifiers`: the table after it, ordered as the journal orders it.

    `dropped`: deleted codes' hashes and erased disclosures, from the beginning to its end, as are
    `pulses` and `refusals`, which count such entries.
    """

    first: int
    end: int
    verifiers: tuple[StoredVerifier, ...]
    dropped: frozenset[bytes]
    pulses: int
    refusals: int


@dataclass(frozen=True, slots=True)
class Floor:
    """What was promised.  `epoch`: the number of the log that was opened last; the rest is of it.

    `size`: entries acknowledged; `ceiling`: those of an append begun.

    `vkey`, `pepper`: the secrets in use, None before the first opening ended.  `pulses`,
    `refusals`: commanded and shown.  `forgotten`: bytes that must be nowhere any more.

    `former`: an append that power ended once may still come back.  The recovery did not find it,
    since a part was missing; another append that was cut may have written just that part again.
    Nobody was told of either, and the next acknowledgement or fold ends the doubt.
    """

    epoch: int = 1
    size: int = 0
    ceiling: int = 0
    vkey: str | None = None
    pepper: str | None = None
    pulses: int = 0
    refusals: int = 0
    forgotten: frozenset[bytes] = frozenset()
    former: bool = False


@dataclass
class History:
    """Everything appended to one log: `leaves`, `disclosures` by entry, and the transactions.

    `erased`: by digest, the size of the log that no longer has this disclosure.
    """

    leaves: list[bytes] = field(default_factory=list)
    disclosures: list[tuple[int, str]] = field(default_factory=list)
    erased: dict[str, int] = field(default_factory=dict)
    transactions: list[Transaction] = field(default_factory=list)
    _at: dict[int, Transaction] = field(default_factory=dict)
    _states: dict[int, bytes] = field(default_factory=dict)

    def at(self, size: int) -> Transaction | None:
        """The transaction that ended at `size`; None when none did."""
        if size == 0:
            return Transaction(0, 0, (), frozenset(), 0, 0)
        return self._at.get(size)

    def add(self, one: Transaction) -> None:
        """The next transaction; its leaves are there already."""
        assert one.end == len(self.leaves), "a transaction follows the one before"
        self.transactions.append(one)
        self._at[one.end] = one

    def put(self, one: Transaction) -> None:
        """Replace the transaction that ends where this one does."""
        place = self.transactions.index(self._at[one.end])
        self.transactions[place] = self._at[one.end] = one

    def folded_as(self, size: int, state: bytes) -> None:
        """Believe that the first `size` leaves make this state."""
        self._states[size] = state

    def until(self, size: int) -> History:
        """The same as if it had ended at `size`."""
        made = History(
            self.leaves[:size],
            [one for one in self.disclosures if one[0] < size],
            {digest: end for digest, end in self.erased.items() if end <= size},
        )
        for one in self.transactions:
            if one.end <= size:
                made.transactions.append(one)
                made._at[one.end] = one
        return made

    def shown(self, size: int) -> list[tuple[int, str]]:
        """The disclosures that the first `size` entries have left, sorted."""
        return sorted(
            (idx, text)
            for idx, text in self.disclosures
            if idx < size and not self.erased.get(lf.digest_of(text), size + 1) <= size
        )

    def state(self, size: int) -> bytes:
        """The state that the first `size` leaves make, folded from the start, as canonical JSON."""
        if size not in self._states:
            state = State()
            for leaf in self.leaves[:size]:
                one = lf.parse(leaf)
                apply(state, one.event, one.idx, one.now)
            self._states[size] = dump(state)
        return self._states[size]


Histories = dict[int, History]
"""The history of each epoch."""


@dataclass
class _Teller:
    """Follows marks; `floor` is what has been promised so far."""

    histories: Histories
    floor: Floor
    begun: Mapping[str, Any] | None = None

    @property
    def history(self) -> History:
        """That of the present epoch."""
        return self.histories.setdefault(self.floor.epoch, History())

    def hear(self, mark: Mapping[str, Any]) -> None:
        handle = getattr(self, f"_{mark['mark']}", None)
        if handle is not None:
            handle(mark)

    def _begin(self, mark: Mapping[str, Any]) -> None:
        self.begun = mark
        before = self.floor.ceiling if self.floor.former else 0
        self.floor = replace(self.floor, ceiling=max(before, mark["first"] + mark["count"]))

    def _acked(self, mark: Mapping[str, Any]) -> None:
        self._take(mark)
        size = len(self.history.leaves)
        self.floor = replace(self.floor, size=size, ceiling=size, former=False)

    def _refused(self, mark: Mapping[str, Any]) -> None:
        self.begun = None
        if not self.floor.former:
            self.floor = replace(self.floor, ceiling=self.floor.size)

    def _opened(self, mark: Mapping[str, Any]) -> None:
        if mark["epoch"] != self.floor.epoch:
            forgotten = self.floor.forgotten
            self.floor = Floor(epoch=mark["epoch"], forgotten=forgotten)
        known = len(self.history.leaves)
        if mark["size"] > known:  # a transaction whose end the program did not live to see
            self._take(mark)
        self.begun = None
        self.floor = replace(self.floor, vkey=mark["vkey"], pepper=mark["pepper"])
        assert len(self.history.leaves) == mark["size"], "the running program lost entries"

    def _pulse(self, mark: Mapping[str, Any]) -> None:
        self.floor = replace(self.floor, pulses=self.floor.pulses + 1)

    def _refusal(self, mark: Mapping[str, Any]) -> None:
        self.floor = replace(self.floor, refusals=self.floor.refusals + 1)

    def _folded(self, mark: Mapping[str, Any]) -> None:
        self.floor = replace(self.floor, former=False)
        if self.history.transactions:
            gone = self.floor.forgotten | self.history.transactions[-1].dropped
            self.floor = replace(self.floor, forgotten=gone)

    def _take(self, mark: Mapping[str, Any]) -> None:
        """A transaction begun has ended; `mark` tells the journal's last entries."""
        begun, history = self.begun, self.history
        assert begun is not None and begun["first"] == len(history.leaves), "marks are missing"
        fresh = [bytes.fromhex(one) for one in mark["leaves"][begun["first"] - mark["first"] :]]
        assert len(fresh) == begun["count"], "a transaction is not as long as it was"
        history.leaves += fresh
        history.disclosures += [
            (idx, text) for idx, text in mark["disclosures"] if idx >= begun["first"]
        ]
        before = history.transactions[-1] if history.transactions else history.at(0)
        assert before is not None
        table: Table = {(one.verifier.cred, one.verifier.kind): one for one in before.verifiers}
        dropped = before.dropped | _carry_out(table, begun["changes"])
        erased = {one[1] for one in begun["changes"] if one[0] == "erase"}
        history.erased |= dict.fromkeys(erased, len(history.leaves))
        dropped |= {
            text.encode() for _, text in history.disclosures if lf.digest_of(text) in erased
        }
        kinds = [lf.parse(one).event.TYPE for one in fresh]
        history.add(
            Transaction(
                begun["first"],
                len(history.leaves),
                tuple(table[key] for key in sorted(table)),
                dropped,
                before.pulses + kinds.count(PulseOrdered.TYPE),
                before.refusals + kinds.count("code.refused"),
            )
        )
        self.begun = None


def _carry_out(table: Table, made: Sequence[Sequence[Any]]) -> set[bytes]:
    """Change the table; the hashes that were deleted."""
    dropped: set[bytes] = set()
    for what, cred, *rest in made:
        if what == "put":
            kind, selector, salt, hashed, n, mac = rest
            row = Verifier(
                cred, kind, selector, bytes.fromhex(salt), bytes.fromhex(hashed), n,
                bytes.fromhex(mac),
            )  # fmt: skip
            table[cred, kind] = StoredVerifier(row, False)
            continue
        for key in [one for one in table if one[0] == cred]:
            if what == "spend":
                table[key] = table[key]._replace(spent=True)
            elif what == "drop" or (what == "drop-pin" and key[1] == "pin"):
                dropped.add(table.pop(key).verifier.hash)
    return dropped


def floors(
    marks: Iterable[Mapping[str, Any]], histories: Histories, floor: Floor
) -> tuple[Floor, ...]:
    """The floor before the first mark and after each; the histories are continued by them."""
    teller = _Teller(histories, floor)
    made = [floor]
    for mark in marks:
        teller.hear(mark)
        made.append(teller.floor)
    return tuple(made)
