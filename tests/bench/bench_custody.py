"""What custody promises in figures: quick when full, and silent about which PIN was wrong.

Theory of operation.  `decide` is timed over a mixture of what people and doors send to a cabinet
with 200 live handovers.  A wrong, an unknown and a locked PIN are typed at a kiosk in turn, through
the real vault with the slow hash of a device, until the journal has the answer and the kiosk stands
still; the words on the screen are compared besides.  The import and the batch are those of `desk`.

Rules.  The three kinds of PIN take turns, so that whatever else this machine does weighs on all
alike; `custody.pin.differ` is the largest median of the differences within a turn.  Every trial is
on a handover of which nobody guessed more than twice: a third would be told to an operator.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations
from pathlib import Path

import bench_desk
import core.corekit as kit
from figures import Figure, median, p99, scratch

from lockerd.core import messages as msg
from lockerd.core.decide import decide
from lockerd.core.draft import Declined
from lockerd.core.messages import Level
from lockerd.core.site import Profile, Site
from lockerd.core.state import HOUR_MS, WRONG_PINS_MAX
from lockerd.house import Parts
from lockerd.simulation.eyes import Eyes
from lockerd.simulation.hands import Hands
from lockerd.simulation.phone import PhoneMessage
from lockerd.simulation.stage import BEGIN_MS, Stage
from lockerd.vault import KDF_N
from support.cabinets import a_site

LIVE = 200
DECIDE_MS = 1.0
TURNS = 40
PIN_MS = 1.0
DOORS = 23
GUESSES = 2
"""How often one handover's PIN is guessed wrong."""

APART_MS = 6 * 60_000
"""Longer than any pause of the keypad."""


def measure() -> list[Figure]:
    """The four promises."""
    with scratch() as room:
        pins = pin_times(room / "slow")
        words = len(set(pin_words(room / "words").values()))
    return [
        Figure("custody.decide.p99", p99(decide_times()), "ms", DECIDE_MS),
        *(Figure(f"custody.pin.{kind}", _middle(took, 0), "ms") for kind, took in pins.items()),
        Figure("custody.pin.differ", _gap(pins, 0), "ms", PIN_MS),
        Figure("custody.pin.differ.computing", _gap(pins, 1), "ms", PIN_MS),
        Figure("custody.pin.answers", words, "", 1.0),
        *(one._replace(name=f"custody.{one.name}") for one in bench_desk.measure()),
    ]


# -- decide ---------------------------------------------------------------------------------------


def decide_times() -> list[float]:
    """What each decision took, in ms, with `LIVE` handovers in a cabinet of as many doors."""
    c = kit.Cabinet(kit.site(LIVE + 10))
    for _ in range(LIVE):
        c.collectable()
    assert len(c.state.handovers) == LIVE
    took = []
    for _ in range(TURNS):
        for message in _mixture(c):
            began = time.perf_counter()
            with suppress(Declined):
                decide(c.site, c.state, message, c.now)
            took.append(1000 * (time.perf_counter() - began))
    return took


def _mixture(c: kit.Cabinet) -> Iterator[msg.Message]:
    """What people and doors send, about handovers from all over the cabinet."""
    live = list(c.state.handovers)
    for ho in live[:: LIVE // 10]:
        unit, up = c.unit(ho), c.up_ms
        yield msg.CodeChecked("qr", f"c-{ho}", True)
        yield msg.CodeChecked("pin", f"c-{ho}", False)
        yield msg.CodeChecked("pin", None, False)
        yield msg.DoorMoved(unit, Level.OPEN, up, up)
        yield msg.Tick()
        yield msg.BadgeChecked("badge-2")
        yield msg.ExtendHandover(kit.OPERATOR, ho, c.lo + 400 * HOUR_MS, "on holiday")
        yield msg.MoveHandover(kit.OPERATOR, ho, "water")
        yield msg.ReturnHandover(kit.OPERATOR, ho, "not needed")
        yield msg.ReassignHandover(kit.OPERATOR, ho, "r0", "ill", kit.minted(ho, "n"), "Someone")
        yield msg.OrderHandover(
            kit.OPERATOR, "f" * 16, "r", "i", "documents", "S", c.lo, None, "Someone", "Papers"
        )
        yield msg.StartDeposit(kit.DEPOSITOR, ho)
        yield msg.CancelHandover(kit.OPERATOR, ho, "not needed")


# -- PINs -----------------------------------------------------------------------------------------


class _Slow(Stage):
    """A stage whose PINs cost what they cost on a device."""

    def _parts(self) -> Parts:
        parts = super()._parts()
        parts.kdf_n = KDF_N
        return parts


def _site() -> Site:
    return a_site(DOORS).but(profiles=(Profile("documents", window_h=24 * 300),))


def _filled(stage: Stage, count: int) -> list[PhoneMessage]:
    """Items behind doors, the first with a PIN that guessing killed."""
    stage.world.start()
    stage.run_for(10_000)
    hands = Hands(stage)
    hands.sign_in("2")
    made = [hands.deposit(hands.order(f"R{n}", f"I{n}", size="M")) for n in range(count)]
    hands.sign_out()
    for guess in range(1, WRONG_PINS_MAX + 1):
        _typed(stage, hands, _wrong(made[0], guess))
    assert stage.house.engine.state.handovers[made[0].ho].pin_dead
    return made


def _wrong(sent: PhoneMessage, by: int) -> str:
    return sent.pin[:3] + f"{(int(sent.pin[3:]) + by) % 1_000_000:06d}"


def _unknown(made: Sequence[PhoneMessage]) -> str:
    taken = {one.pin[:3] for one in made}
    return next(f"{n:03d}" for n in range(1000) if f"{n:03d}" not in taken) + "123456"


def _typed(stage: Stage, hands: Hands, pin: str) -> tuple[float, float]:
    """Type it when the keypad is free; until the cabinet has answered, in ms, and of them those in
    which this process computed."""
    stage.run_for(APART_MS)
    hands.home()
    hands.press("enter-code")
    began, busy = time.perf_counter(), time.process_time()
    stage.do(msg.CodeTyped(pin))
    took, spent = time.perf_counter() - began, time.process_time() - busy
    hands.expect("refused")
    return 1000 * took, 1000 * spent


def _kinds(made: Sequence[PhoneMessage], turn: int) -> dict[str, str]:
    """A PIN of each kind; the locked one is right, and dead."""
    guessed = made[1 + turn // GUESSES]
    return {
        "unknown": _unknown(made),
        "wrong": _wrong(guessed, 1 + turn % GUESSES),
        "locked": made[0].pin,
    }


def pin_times(state_dir: Path) -> dict[str, list[tuple[float, float]]]:
    """The ms of each refusal and those of computing, by the kind of PIN."""
    stage = _Slow(_site(), state_dir, seed=1)
    made, hands = _filled(stage, DOORS - 1), Hands(stage)
    took: dict[str, list[tuple[float, float]]] = {"unknown": [], "wrong": [], "locked": []}
    for turn in range((len(made) - 1) * GUESSES):
        for kind, pin in _kinds(made, turn).items():
            took[kind].append(_typed(stage, hands, pin))
    stage.world.stop()
    return took


def pin_words(state_dir: Path) -> dict[str, str]:
    """What stands on the screen after a refusal, by the kind of PIN; the time of day left out."""
    eyes = Eyes()
    stage = eyes.stage_of(_site(), state_dir, 1, BEGIN_MS)
    made, hands = _filled(stage, 3), Hands(stage)
    said = {}
    for kind, pin in _kinds(made, 0).items():
        _typed(stage, hands, pin)
        said[kind] = re.sub(r"\d\d:\d\d", "", eyes.see(stage))
    stage.world.stop()
    return said


def _middle(took: Sequence[tuple[float, float]], which: int) -> float:
    return median([one[which] for one in took])


def _gap(pins: Mapping[str, Sequence[tuple[float, float]]], which: int) -> float:
    """The largest median of the differences between two kinds within a turn."""
    return max(
        abs(median([a[which] - b[which] for a, b in zip(one, other, strict=True)]))
        for one, other in combinations(pins.values(), 2)
    )
