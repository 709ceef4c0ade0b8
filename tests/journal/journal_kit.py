"""What the journal's tests share: seeded randomness, a time that only grows, sample events."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.journal.leaf import Random
from lockerd.journal.store import Store

NAME = "lockerd.example/rl07"
START_MS = 1_767_225_600_000


def seeded(seed: int) -> Random:
    """`random(n)` that repeats."""
    return random.Random(seed).randbytes


def moment(step: int = 0, hi: bool = False) -> Now:
    """A time that grows with `step`."""
    lo = START_MS + 1_000 * step
    return Now("0a1b2c3d", 5_000 + step, lo, lo + 40 if hi else None, "synced" if hi else "floor")


def genesis(store: Store) -> ev.LogGenesis:
    """The first entry that fits a store."""
    return ev.LogGenesis(
        origin=store.origin,
        vkey=store.vkey,
        mode="simulation",
        software="0.1.0",
        config="c0ffee",
        rules=1,
        kdf_n=2,
    )


def verifier(cred: str, kind: str, mark: int = 7) -> ev.Verifier:
    """A row of the verifier table."""
    return ev.Verifier(cred, kind, "123", bytes([mark]) * 16, bytes([mark]) * 32, 2, b"m" * 32)


def samples(seed: int = 1) -> Iterator[ev.Event]:
    """Plausible events without end; some disclose names."""
    pick = random.Random(seed)
    while True:
        ho, unit = f"{pick.getrandbits(64):016x}", f"A{pick.randrange(1, 9)}"
        actor = ev.Actor("depositor", str(pick.randrange(9)))
        yield ev.HandoverOrdered(
            actor=actor,
            ho=ho,
            profile="documents",
            size="S",
            opens=START_MS,
            closes=START_MS + 3_600_000,
            recipient_no=f"{pick.getrandbits(32):08x}",
            item_no=f"{pick.getrandbits(32):08x}",
            recipient=f"Zoë {pick.randrange(1000)}",
            item="Passport",
        )
        yield ev.DepositStarted(actor=actor, ho=ho, unit=unit)
        yield ev.PulseOrdered(ho=ho, unit=unit, purpose="deposit", pulse_ms=500, attempt=1)
        yield ev.DepositOpened(ho=ho, unit=unit, cause=ev.Cause(1, 0))
        yield ev.DepositClosed(ho=ho, unit=unit)


def started(directory: Path, seed: int = 1) -> Store:
    """A new store with its first entry."""
    store = Store.open(directory, name=NAME, random=seeded(seed))
    store.append([genesis(store)], moment())
    return store


def filled(directory: Path, size: int, seed: int = 1, most: int = 4) -> Store:
    """A store of `size` entries in transactions of 1 to `most`."""
    store, pick, source = started(directory, seed), random.Random(seed), samples(seed)
    while store.size < size:
        count = min(pick.randint(1, most), size - store.size)
        store.append([next(source) for _ in range(count)], moment(store.size))
    return store


def large(directory: Path, size: int, seed: int = 1) -> Store:
    """A store of many entries, made quickly: hundreds in each transaction."""
    return filled(directory, size, seed, most=700)


def again(directory: Path, seed: int = 99) -> Store:
    """The store opened again."""
    return Store.open(directory, name=NAME, random=seeded(seed))
