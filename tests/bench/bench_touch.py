"""From a finger on the glass to different pixels on it, through a real X server.

`press` is the pressed look of a button; `screen` is another screen, drawn when the finger lifts.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from figures import Figure, median, p95, scratch
from program import KIOSK, READY, populate, start

from support.daemon import Asker
from support.glass import Box, Fingers, Glass, until

PRESSES = 60
BUDGET_MS = 20.0
QUIET_S = 0.05
LATE_S = 2.0


def measure() -> list[Figure]:
    """Help and back, `PRESSES` times."""
    press: list[float] = []
    screen: list[float] = []
    with scratch() as room:
        populate(room)
        with Glass((800, 480), room / "x") as glass:
            glass.environment.pop("PYTHONDONTWRITEBYTECODE", None)
            with start(room, KIOSK, glass.environment) as daemon:
                daemon.wait_for(READY)
                asker, fingers = Asker(room / "state"), Fingers(glass.display)
                for turn in range(PRESSES):
                    here, there = (("home", "help"), ("help", "home"))[turn % 2]
                    action = "help" if here == "home" else "back"
                    button = _button(asker, here, action)
                    tap(glass, fingers, button, press, screen)
                    _comes(asker, there)
                fingers.close()
                asker.close()
    return [
        Figure("touch.press.p50", median(press), "ms"),
        Figure("touch.press.p95", p95(press), "ms", BUDGET_MS),
        Figure("touch.screen.p50", median(screen), "ms"),
        Figure("touch.screen.p95", p95(screen), "ms", BUDGET_MS),
    ]


def _comes(asker: Asker, screen: str) -> None:
    until(f"the screen {screen}", lambda: asker.ask("screen.trace")["screen"] == screen)


def _button(asker: Asker, screen: str, action: str) -> Box:
    """Where a button is, once its screen is there."""
    _comes(asker, screen)
    for one in asker.ask("screen.trace")["widgets"]:
        if one["action"] == action:
            x, y, w, h = one["rect"]
            return x, y, w, h
    raise AssertionError(f"no button {action}")


def tap(
    glass: Glass, fingers: Fingers, button: Box, press: list[float], screen: list[float]
) -> None:
    """A finger on a button: ms until the button changed, and then until the heading did."""
    x, y, w, h = button
    whole = (0, 0, *glass.size)
    fingers.move(x + w // 2, y + h // 2)
    _settle(lambda: glass.pixels(whole))
    press.append(_changes(lambda: glass.pixels(button), lambda: fingers.button(True)))
    _settle(lambda: glass.pixels(whole))
    # The middle of the heading differs between any two screens.
    title = (40, 60, 300, 40)
    screen.append(_changes(lambda: glass.pixels(title), lambda: fingers.button(False)))
    _settle(lambda: glass.pixels(whole))


def _settle(look: Callable[[], bytes]) -> None:
    """Until nothing changed for `QUIET_S`."""
    before, since_s = look(), time.perf_counter()
    while time.perf_counter() - since_s < QUIET_S:
        now = look()
        if now != before:
            before, since_s = now, time.perf_counter()


def _changes(look: Callable[[], bytes], act: Callable[[], int]) -> float:
    """From an act to another look, in ms."""
    before = look()
    began_ns = act()
    while look() == before:
        if time.perf_counter_ns() - began_ns > LATE_S * 1e9:
            raise AssertionError("the finger changed nothing")
    return (time.perf_counter_ns() - began_ns) / 1e6
