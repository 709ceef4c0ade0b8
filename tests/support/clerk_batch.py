"""A batch of many deposits as a person does it, in virtual time."""

from __future__ import annotations

from pathlib import Path

from lockerd.core.site import Profile
from lockerd.simulation.hands import Hands
from lockerd.simulation.stage import Stage
from support.cabinets import a_site

DOORS = 23
"""As many as the pins of one board can serve; what does not fit waits for the next round."""

PLACE_MS = 4_000
"""How long a person takes to put an item in and turn to the next one."""


def batch(state_dir: Path, items: int, place_ms: int = PLACE_MS, seed: int = 1) -> list[int]:
    """Deposit `items` announced items, a log-in for each cabinet full; the kiosk's ms for each.

    From the scan of a label to the screen that asks for the next one, the placing included.
    """
    site = a_site(DOORS).but(profiles=(Profile("documents"),))
    stage = Stage(site, state_dir, seed)
    stage.world.start()
    stage.run_for(10_000)
    hands = Hands(stage)
    took: list[int] = []
    while len(took) < items:
        took += _round(stage, hands, len(took), min(items - len(took), DOORS), place_ms)
    stage.world.stop()
    return took


def _round(stage: Stage, hands: Hands, first: int, items: int, place_ms: int) -> list[int]:
    """One log-in, and then its items are collected."""
    labels = {
        f"R-{n}": hands.order(f"Person {n}", f"Item {n}", size="M", reference=f"R-{n}")
        for n in range(first, first + items)
    }
    hands.sign_in("2")
    hands.press("batch")
    took = [_one(stage, hands, label, ho, place_ms) for label, ho in labels.items()]
    hands.press("end")
    hands.expect("batch_done")
    assert stage.house.engine.visit.batch == tuple(labels.values())
    assert all(hands.handover(ho).delivered for ho in labels.values())
    hands.press("sign-out")
    for ho in labels.values():
        stage.run_for(10_000)
        hands.collect(stage.world.tray.letters[ho].pin)
    hands.home()
    return took


def _one(stage: Stage, hands: Hands, label: str, ho: str, place_ms: int) -> int:
    began = stage.time.at_ms
    hands.scan(label)
    stage.run_for(600)
    hands.expect("deposit_open")
    stage.run_for(place_ms)
    unit = hands.handover(ho).unit
    assert unit is not None
    hands.close(unit)
    hands.press("confirm")
    hands.expect("batch")
    return stage.time.at_ms - began
