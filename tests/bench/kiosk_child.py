"""The kiosk in a real window, in a process of its own: its answer is JSON on standard output.

    kiosk_child.py redraw ROUNDS          ms by screen and round, 1280x800, everything repainted
    kiosk_child.py fade ROUNDS            ms of each step from one of them to another
    kiosk_child.py taps DIR TAPS WARM     a tapper at random: ms of every frame; memory

Theory of operation.  Both run the product's own window, front and kiosk on the X server that
DISPLAY names.  The tapper presses the mouse of that server and waits for the window to hear of it;
what lies between is the kernel's, X's and SDL's, as with a finger.  A frame is all that keeps the
screen from the next touch: taking a touch, a key or a fact, or what is due by itself; deciding,
view, paint, put. fsync is in it too (of the journal, of snapshots, of the simulation's telephone),
but for the time in which the process only waits for the disk, whose worst is told on its own.

Rules.  Time is virtual, fsync is real.  Memory is what is private to the process when the kiosk's
caches, which are bounded, are empty and what was freed is given back.  The first WARM taps load
what is loaded when it is first needed, and every screen is made once in every language.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import select
import sys
import time
from array import array
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT)]

from lockerd import config  # noqa: E402  # found only after the line above
from lockerd.front import Front  # noqa: E402
from lockerd.house import House  # noqa: E402
from support.demo_site import PANEL_10, demo_site  # noqa: E402
from support.glass import Fingers  # noqa: E402
from support.scenes import scenes  # noqa: E402
from support.tapper import Tapper  # noqa: E402
from ui.backend import Input, Touch  # noqa: E402
from ui.backend.fading import STEP_MS, Fading  # noqa: E402
from ui.backend.window import Window  # noqa: E402
from ui.frame import Frame  # noqa: E402
from ui.lang import LANGUAGES  # noqa: E402
from ui.screens import build  # noqa: E402
from ui.text import Typesetter  # noqa: E402
from ui.theme import PANEL_10_INCH, Theme  # noqa: E402

P = ParamSpec("P")
T = TypeVar("T")
HEARD_S = 5.0
GONE_MS = 300_000
"""After so long whoever tapped has left, and the screen that invites is back."""

SEED = 20_261_121
MOST = 250_000
"""Frames that there is room to note: noted as a list grows, they would be the growth."""


def redraw(rounds: int) -> dict[str, list[float]]:
    """Every screen, whole, again and again."""
    made = scenes(demo_site(PANEL_10))
    size = PANEL_10_INCH.width_px, PANEL_10_INCH.height_px
    frame = Frame(Window(size, lambda: 0), Theme(PANEL_10_INCH))
    spent: dict[str, list[float]] = {}
    for name, scene in made.items():
        view = scene.view()
        for number in range(rounds + 1):
            began_s = time.perf_counter()
            frame.screen = None
            frame.show(build(view, frame.type))
            if number:  # the first renders what the others find
                spent.setdefault(name, []).append(1000 * (time.perf_counter() - began_s))
    return spent


def fade(rounds: int) -> list[float]:
    """From the home screen to help and back, with a clock that says that a step has passed."""
    made = scenes(demo_site(PANEL_10))
    size = PANEL_10_INCH.width_px, PANEL_10_INCH.height_px
    waiting: list[Callable[[], None]] = []
    now_ms = 0
    window = Window(size, lambda: 0)
    fading = Fading(window, lambda ms, call: waiting.append(call), lambda: now_ms)
    frame = Frame(fading, Theme(PANEL_10_INCH))
    spent: list[float] = []
    for name in rounds * ("home", "help"):
        frame.show(build(made[name].view(), frame.type))
        while waiting:
            now_ms += STEP_MS
            began_s = time.perf_counter()
            waiting.pop()()
            spent.append(1000 * (time.perf_counter() - began_s))
    return spent


class _Timed(Front):
    """A front that notes how long each frame took: `frames` by the clock, `work` of a processor."""

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]  # the same as those of a Front
        self.frames, self.work = array("d", bytes(8 * MOST)), array("d", bytes(8 * MOST))
        self.count = 0
        self.disk_ms: list[float] = [0.0]
        self._deep, self._waited_s = 0, 0.0

    def again(self) -> None:
        """Forget what was noted."""
        self.count, self.disk_ms = 0, [0.0]

    def clocked(self, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Call it; what is called within belongs to the same frame."""
        if not self._deep:
            self._waited_s = 0.0
        self._deep += 1
        began_s, cpu_s = time.perf_counter(), time.thread_time()
        try:
            return call(*args, **named)
        finally:
            self._deep -= 1
            if not self._deep:
                took_s = time.perf_counter() - began_s - self._waited_s
                self.frames[self.count] = 1000 * took_s
                self.work[self.count] = 1000 * (time.thread_time() - cpu_s)
                self.disk_ms[0] = max(self.disk_ms[0], 1000 * self._waited_s)
                self.count += 1

    def waited(self, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Call what writes to the disk; how long it stood still there is not the frame's."""
        before_s = self._waited_s
        began_s, cpu_s = time.perf_counter(), time.thread_time()
        try:
            return call(*args, **named)
        finally:
            stood_s = time.perf_counter() - began_s - (time.thread_time() - cpu_s)
            self._waited_s = before_s + max(0.0, stood_s)  # with what waited within it

    def refresh(self, house: House) -> None:
        self.clocked(super().refresh, house)

    def take(self, inputs: list[Input]) -> None:
        self.clocked(super().take, inputs)

    def keypad(self, key: str, at_ms: int) -> None:
        self.clocked(super().keypad, key, at_ms)

    def watch(self, house: House) -> None:
        """Facts and deadlines reach the house past the front, and keep the screen as long."""
        for name in ("take", "_tick"):
            setattr(house, name, partial(self.clocked, getattr(house, name)))
        journal: Any = house.journal
        journal.append = partial(self.waited, journal.append)
        os.fsync = partial(self.waited, os.fsync)  # snapshots, and the simulation's telephone


def taps(room: Path, count: int, warm: int) -> dict[str, object]:
    """`count` taps after `warm` others."""
    site = config.read(ROOT / "config" / "demo.toml")
    size = site.screen.width_px, site.screen.height_px
    tapper = Tapper(site, room, SEED, lambda up_ms: Window(size, up_ms), _Timed)
    front = tapper.front
    assert isinstance(front, _Timed)
    front.watch(tapper.stage.house)
    fingers = Fingers(os.environ["DISPLAY"])
    tapper.finger = _pressing(front, fingers)
    tapper.tap_on(warm)
    _see_everything(front)
    before = _private_kb(tapper)
    front.again()
    tapper.tap_on(count)
    after = _private_kb(tapper)
    found = {
        "frames": list(front.frames[: front.count]),
        "work": list(front.work[: front.count]),
        "disk_ms": front.disk_ms[0],
        "before_kb": before,
        "after_kb": after,
        "screens": dict(tapper.screens),
        "fault": tapper.stage.house.fault,
        "entries": tapper.stage.house.journal.size,
    }
    fingers.close()
    tapper.close()
    return found


def _see_everything(front: Front) -> None:
    """Load what the first receipt, or the first screen in a language, loads whenever that is."""
    importlib.import_module("lockerd.journal.proof")
    front.qr_matrix("x" * 1_500)
    for one in LANGUAGES:
        type = Typesetter(front.kiosk._frame.theme.but(rtl=one.rtl))
        for scene in scenes().values():
            build(scene.view().but(language=one.code), type).arrange(type)


def _pressing(front: Front, fingers: Fingers) -> Callable[[Touch], None]:
    """A finger that is the mouse of the X server."""
    fd = front.backend.fileno()
    assert fd is not None

    def press(touch: Touch) -> None:
        if touch.phase == "down":
            fingers.move(touch.x, touch.y)
        fingers.button(touch.phase == "down")
        end_s = time.monotonic() + HEARD_S
        while time.monotonic() < end_s:
            select.select([fd], [], [], HEARD_S)
            heard = front.backend.pump()
            front.take(heard)
            if any(isinstance(one, Touch) and one.phase == touch.phase for one in heard):
                return
        raise AssertionError(f"the window did not hear of {touch.phase}")

    return press


def _private_kb(tapper: Tapper) -> int:
    """What the process holds when nobody is there and nothing that can be made again is kept."""
    tapper.stage.run_for(GONE_MS)
    frame = tapper.front.kiosk._frame
    frame.restyle(frame.theme)
    tapper.stage.house.refresh()
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    rows = [line.split() for line in text.splitlines()[1:]]
    return sum(int(row[1]) for row in rows if row[0].startswith("Private_"))


def main(words: Sequence[str]) -> None:
    """As the module says."""
    if words[0] == "redraw":
        answer: object = redraw(int(words[1]))
    elif words[0] == "fade":
        answer = fade(int(words[1]))
    else:
        answer = taps(Path(words[1]), int(words[2]), int(words[3]))
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
