"""A cabinet with a life behind it, a second copy beside it, and a card that dies."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from lockerd import config
from lockerd.core import messages as msg
from lockerd.core.events import Actor
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.engine import Outcome
from lockerd.journal.recover import recover
from lockerd.journal.restore import Order, Restored, restore
from lockerd.simulation.hands import Hands
from lockerd.simulation.phone import PhoneMessage
from lockerd.simulation.stage import BEGIN_MS, Stage

ROOT = Path(__file__).resolve().parents[2]
OPERATOR = Actor("operator", "1")
HOUR_MS = 3_600_000


class Cabinet:
    """The demonstration cabinet after a morning's work.

    One handover is only announced, two lie in compartments, one was collected, one compartment is
    out of service.  `card` is its state directory, `copy` where the second copy is.
    """

    def __init__(self, room: Path, seed: int = 7, copied: bool = True) -> None:
        self.room = room
        self.card, self.copy = room / "card", room / "medium" / "lockerd"
        self.copy.mkdir(parents=True)
        plain = config.read(ROOT / "config" / "demo.toml")
        self.site: Site = plain.but(copy_dir=str(self.copy)) if copied else plain
        self.stage = Stage(self.site, self.card, seed)
        self.stage.world.start()
        hands = Hands(self.stage)
        self.announced = hands.order("A. Later", "Deed")
        placed = [hands.order(name, "Parcel") for name in ("B. Waits", "C. Waits", "D. Came")]
        hands.sign_in("2")
        self.sent: list[PhoneMessage] = [hands.deposit(ho) for ho in placed]
        hands.sign_out()
        self.stage.run_for(HOUR_MS)
        self.placed = placed[:2]
        hands.collect(self.sent[2].pin)
        self.shut = "22"
        self.ask(msg.RetireDoor(OPERATOR, self.shut, "the lock sticks"))
        self.stage.run_for(10_000)
        self.vkey = self.stage.house.journal.vkey
        self.size = self.stage.house.journal.size
        self.staff = len(self.stage.house.engine.state.staff)

    def ask(self, message: msg.Message) -> Outcome:
        """Send a message to the running house."""
        return self.stage.house.take(message)

    def units(self) -> list[str]:
        """Where things lie."""
        handovers = self.stage.house.engine.state.handovers
        return [str(handovers[ho].unit) for ho in self.placed]

    @property
    def copy_file(self) -> Path:
        """The first epoch's copy."""
        return self.copy / "rl-07-1.copy"

    def cut(self) -> None:
        """Power goes."""
        self.stage.world.power(False)

    def die(self) -> None:
        """Power goes, and the card with it."""
        self.cut()
        shutil.rmtree(self.card)

    def restored(self, source: Path, state: Path, **more: object) -> Restored:
        """Restore as staff 1."""
        order = Order(by="1", reason="the card died")._replace(**more)  # type: ignore[arg-type]
        found = recover(source, self.vkey)
        return restore(found, state, order, later(found.last), chance(1), "0.1.0")

    def again(self, state: Path, seed: int = 8) -> Stage:
        """The same cabinet switched on over another card, an hour later."""
        stage = Stage(self.site, state, seed, begin_ms=BEGIN_MS + 12 * HOUR_MS)
        stage.world.start()
        return stage


def later(last: Now) -> Now:
    """A minute after an entry, on another boot."""
    return Now("00000abc", 90_000, last.lo + 60_000, None, "floor")


def chance(seed: int) -> Callable[[int], bytes]:
    """Random bytes that repeat."""
    import random

    return random.Random(seed).randbytes
