"""A simulated house in virtual time for tests, with a kiosk that can be looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from lockerd.core.messages import Level
from lockerd.core.site import Site
from lockerd.house import House, Parts
from lockerd.ports import Clock, Post, PulseRefused
from lockerd.simulation.hands import Hands
from lockerd.simulation.stage import Stage

REST_MS = 6_000
"""Longer than a strike rests."""


class Cabinet:
    """`ports.Cabinet` that writes down what it is told, and may refuse a pulse."""

    def __init__(self, site: Site) -> None:
        self.told: list[str] = []
        self.refusal: PulseRefused | None = None
        self._units = [one.unit for one in site.compartments]

    def start(self, post: Post) -> Mapping[str, Level]:
        self.told.append("start")
        return {unit: Level.CLOSED for unit in self._units}

    def pulse(self, unit: str, pulse_ms: int) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.told.append(f"pulse {unit}")

    def stop(self) -> None:
        self.told.append("stop")


class Kiosk:
    """`house.KioskPart` that keeps what it was last shown."""

    def __init__(self) -> None:
        self.fault = ""
        self.step = ""

    def refresh(self, house: House) -> None:
        self.fault, self.step = house.fault or "", house.engine.visit.step

    def next_frame_due(self, house: House) -> int | None:
        return None


class Bench:
    """A simulated site in virtual time with a kiosk that can be looked at."""

    def __init__(self, site: Site, state: Path, change: Callable[[Parts], None] | None = None):
        self.site, self.state = site, state
        self.kiosk = Kiosk()
        self.stage = Stage(site, state, 1, kiosk_of=lambda stage: self.kiosk)
        made = self.stage.world._parts_of

        def parts() -> Parts:
            given = made()
            if change is not None:
                change(given)
            return given

        self.stage.world._parts_of = parts
        self.hands = Hands(self.stage)

    def start(self) -> House:
        """Power on, for the first time or again."""
        return self.stage.world.start()

    @property
    def house(self) -> House:
        return self.stage.house

    def fault(self) -> str:
        """Why nothing goes on; empty when all is well."""
        return self.house.fault or ""

    def deposit(self) -> tuple[str, str]:
        """A deposited item whose strike has rested: its compartment and its PIN."""
        ho = self.hands.order("A person", "A thing", profile=self.site.profiles[0].name)
        self.hands.sign_in("2")
        sent = self.hands.deposit(ho)
        self.hands.sign_out()
        self.stage.run_for(REST_MS)
        return sent.unit, sent.pin

    @property
    def types(self) -> list[str]:
        """The kinds of entries, in order."""
        return [one.event.TYPE for one in self.house.journal.entries()]

    def fill_disk(self, full: bool = True) -> None:
        """From now on the database may not grow; or it may again."""
        db = self.house.journal._db
        pages = db.execute("PRAGMA page_count").fetchone()[0] if full else 1 << 30
        db.execute(f"PRAGMA max_page_count={pages}")


def install(parts: Parts, cabinet: Cabinet) -> None:
    """Let a power-on use this cabinet instead of the simulated one."""

    def opened(clock: Clock) -> Cabinet:
        return cabinet

    parts.open_cabinet = opened
