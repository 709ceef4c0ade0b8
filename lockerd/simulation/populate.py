"""The cabinet that a newcomer meets: handovers of the last days, a telephone with real messages.

Theory of operation.  On the first start the same house runs in virtual time from two days ago until
now: people announce, deposit and collect through the ordinary screens' steps.  The journal that
comes out is as real as any other; it says that it is a simulation.

Rules.  A first start that was killed begins anew: a mark stands in the directory until those days
are over, and what was made under it is cleared away.  Nothing else is ever removed.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from lockerd.core.site import Profile, Site
from lockerd.journal.keys import hold, sync_dir
from lockerd.simulation.hands import Hands
from lockerd.simulation.stage import Stage

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
BACK_MS = 2 * DAY_MS + 2 * HOUR_MS

OTHERS: tuple[tuple[str, str, str], ...] = (
    ("Helen Marsh", "House keys, 14 Quay Street", "S"),
    ("D. Okonkwo", "Laptop after repair", "M"),
    ("Farida Rahimi", "Court bundle, volume 2", "M"),
    ("T. Whitfield", "Sample case", "L"),
    ("Y. Tanaka", "Passport", "S"),
)
WAITING: tuple[tuple[str, str, str], ...] = (
    ("Marta Silva", "Lease, signed original", "S"),
    ("C. Beaumont", "Hard drive", "S"),
    ("Noor Haddad", "Document box", "M"),
)
"""Announced and not deposited yet: the depositor picks one of these."""


UNFINISHED = "populating"
"""The mark of a first start that has not come to its end."""

MADE = ("journal.db*", "keys/*", "keys", "vkey*", "snapshots/*", "snapshots", "*.json", "*.new")
"""What a first start leaves in its directory, in the order in which it can be removed."""


def is_new(state_dir: Path) -> bool:
    """Whether nothing was ever started in this directory, or its first start was killed."""
    return (state_dir / UNFINISHED).exists() or not (state_dir / "journal.db").exists()


def populate(
    site: Site,
    state_dir: Path,
    wall_ms: int,
    seed: int | None = None,
    after: Callable[[Stage], None] = lambda stage: None,
) -> None:
    """Live through the two days before `wall_ms` in virtual time, and stop in order.

    Raises AlreadyRunning and OSError.
    """
    _begin(state_dir)
    chosen = secrets.randbits(32) if seed is None else seed
    stage = Stage(site, state_dir, chosen, begin_ms=wall_ms - BACK_MS)
    if seed is None:
        stage.chance = random.SystemRandom()
    stage.world.start()
    live(stage, wall_ms)
    stage.world.phone.begin()
    after(stage)
    stage.world.stop()
    _end(state_dir)


def _begin(state_dir: Path) -> None:
    """Clear a half-made demonstration away, if there is one, and set the mark."""
    with hold(state_dir):
        mark = state_dir / UNFINISHED
        if mark.exists():
            for pattern in MADE:
                for path in sorted(state_dir.glob(pattern)):
                    path.rmdir() if path.is_dir() else path.unlink()
        mark.touch(0o600)
        sync_dir(state_dir)


def _end(state_dir: Path) -> None:
    """Those days are over: take the mark away."""
    (state_dir / UNFINISHED).unlink()
    sync_dir(state_dir)


def live(stage: Stage, wall_ms: int) -> None:
    """Live through the days until `wall_ms` as the people of this office would.

    Where no profile lets a code from the telephone alone open a door, or the cabinet is too small,
    things are only announced: a person then makes the first deposit.
    """
    site, hands = stage.house.site, Hands(stage)
    plain = next((one.name for one in site.profiles if _plain(one)), None)
    if plain is None or not _roomy(site):
        stage.run_for(max(0, wall_ms - stage.time.wall_ms))
        sizes = {one.size for one in site.compartments}
        for recipient, item, size in WAITING:
            if size in sizes:
                hands.order(recipient, item, size=size, profile=site.profiles[0].name)
        return
    _days(stage, wall_ms, plain)


def _plain(profile: Profile) -> bool:
    alone = profile.authorisers == 0 and profile.second_factor == "none"
    return alone and profile.delivery == "phone"


def _roomy(site: Site) -> bool:
    """Whether everything that those days leave behind has a compartment."""
    sizes = Counter(one.size for one in site.compartments)
    larger = sizes["L"] + sizes["XL"]
    return larger >= 1 and larger + sizes["M"] >= 3 and len(site.compartments) >= 10


def _days(stage: Stage, wall_ms: int, profile: str) -> None:
    """Two days of an office whose recipients come with a code alone."""
    hands = Hands(stage)
    brief = stage.house.site.profile(profile).window_h < 24
    expired = hands.order(
        "You", "Theatre tickets", opens=None, closes=wall_ms - 5 * HOUR_MS, profile=profile
    )
    closes = wall_ms if brief else None
    collected = hands.order("B. Adeyemi", "Notarised deed", closes=closes, profile=profile)
    hands.sign_in("2")
    hands.deposit(expired)
    done = hands.deposit(collected)
    hands.sign_out()
    stage.run_for(20 * HOUR_MS)
    hands.collect(done.pin)
    stage.run_for(18 * HOUR_MS)
    hands.sign_in("2")
    for recipient, item, size in OTHERS:
        hands.deposit(hands.order(recipient, item, size=size, profile=profile))
    early = hands.order(
        "You",
        "Signed contract",
        opens=wall_ms + 20 * HOUR_MS,
        closes=wall_ms + 3 * DAY_MS,
        profile=profile,
    )
    hands.deposit(early)
    hands.sign_out()
    stage.run_for(max(0, wall_ms - HOUR_MS - stage.time.wall_ms))
    hands.sign_in("2")
    ready = hands.order(
        "You", "Your keys, back from the locksmith", profile=profile, reference="RL-2291"
    )
    hands.deposit(ready)
    hands.sign_out()
    for recipient, item, size in WAITING:
        hands.order(recipient, item, size=size, profile=profile)
    stage.run_for(max(0, wall_ms - stage.time.wall_ms))
