"""A long, possible history without a cabinet: handovers from the order to the collection.

Theory of operation.  The cabinet's own tables judge what is made here when the verdict replays it.
Twelve events make a handover and eight compartments take turns, so that the state stays as small as
a cabinet's.  Events of a block differ in numbers only, and one is made for each entry.

Rules.  Everything follows from the index; no clock, no chance.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.journal.leaf import Random
from lockerd.journal.store import MAX_EVENTS, Store

NAME = "lockerd.example/bench"
START_MS = 1_767_225_600_000
DAY_MS = 86_400_000
BOOT = "0a1b2c3d"
UNITS = tuple(f"A{n}" for n in range(1, 9))
DEPOSITOR = ev.Actor("depositor", "4")
RECIPIENT = ev.Actor("recipient", "5f2c9a01")


def seeded(seed: int) -> Random:
    """`random(n)` that repeats."""
    return random.Random(seed).randbytes


def moment(idx: int) -> Now:
    """The time of an entry: a second later than the one before."""
    lo = START_MS + 1_000 * idx
    return Now(BOOT, 5_000 + 1_000 * idx, lo, lo + 40, "synced")


def opened(directory: Path, seed: int = 1) -> Store:
    """The store of a state directory, made if it is not there."""
    return Store.open(directory, name=NAME, random=seeded(seed))


def beginning(store: Store) -> list[ev.Event]:
    """The two entries before any handover."""
    return [
        ev.LogGenesis(
            origin=store.origin,
            vkey=store.vkey,
            mode="simulation",
            software="0.1.0",
            config="c0ffee",
            rules=1,
            kdf_n=2,
        ),
        ev.LogBoot(
            software="0.1.0",
            rules=1,
            config="c0ffee",
            doors=tuple(f"{unit}=closed" for unit in UNITS),
        ),
    ]


def handovers(first: int, named: bool) -> Iterator[ev.Event]:
    """Events without end, the first of which stands at `first`.

    `named`: each order discloses a recipient and an item.
    """
    tombs: dict[str, str] = {}
    number = 0
    while True:
        unit = UNITS[number % len(UNITS)]
        yield from _handover(number, first, unit, tombs.get(unit), named)
        tombs[unit] = _cred(number)
        number, first = number + 1, first + 12


def _cred(number: int) -> str:
    return f"{number + (7 << 60):016x}"


def _handover(
    number: int, at: int, unit: str, replaces: str | None, named: bool
) -> Iterator[ev.Event]:
    ho, cred = f"{number + (9 << 60):016x}", _cred(number)
    yield ev.HandoverOrdered(
        actor=DEPOSITOR,
        ho=ho,
        profile="documents",
        size="S",
        opens=START_MS,
        closes=moment(at).lo + DAY_MS,
        recipient_no=f"{number:08x}",
        item_no=f"{number + (1 << 31):08x}",
        recipient=f"Recipient {number}" if named else None,
        item="Passport" if named else None,
    )
    given, deposited, released = ev.Cause(1, at + 1), ev.Cause(1, at + 5), ev.Cause(1, at + 8)
    yield ev.DepositStarted(actor=DEPOSITOR, ho=ho, unit=unit)
    yield ev.PulseOrdered(ho=ho, unit=unit, cause=given, purpose="deposit", pulse_ms=500, attempt=1)
    yield ev.DepositOpened(ho=ho, unit=unit, cause=given)
    yield ev.DepositClosed(ho=ho, unit=unit, cause=given)
    yield ev.DepositConfirmed(actor=DEPOSITOR, ho=ho, unit=unit, cause=given)
    yield ev.CredentialMinted(ho=ho, unit=unit, cause=deposited, cred=cred, replaces=replaces)
    yield ev.CredentialDelivered(ho=ho, unit=unit, cred=cred, channel="slip")
    yield ev.ReleaseAuthorised(
        actor=RECIPIENT, ho=ho, unit=unit, cause=deposited, cred=cred, kind="qr"
    )
    yield ev.PulseOrdered(
        ho=ho, unit=unit, cause=released, purpose="release", pulse_ms=500, attempt=1
    )
    yield ev.ReleaseOpened(ho=ho, unit=unit, cause=released, cred=cred)
    yield ev.HandoverCollected(ho=ho, unit=unit, cause=released, opened=at + 10)


def fill(store: Store, size: int, most: int = MAX_EVENTS, named: bool = True) -> None:
    """Append until the store has `size` entries, at most `most` in each transaction.

    Entries of one transaction have one time, that of its first.
    """
    if store.size == 0:
        store.append(beginning(store), moment(0))
    source = handovers(store.size, named)
    while store.size < size:
        count = min(most, size - store.size)
        store.append(list(islice(source, count)), moment(store.size))
