"""The kiosk beside the same screens in Tk, a full redraw, and ten thousand taps at random.

Theory of operation.  Both contenders start by turns on X servers of the same kind, and are watched
side by side while nobody is there; then a finger presses Help and Back, once at one and once at the
other.  Tk is given the places and the words of the kiosk's screens and nothing else: no journal, no
doors, no socket, no fonts of its own.  The kiosk is the whole daemon.  The redraw, the steps
of a fade and the taps happen in a window in a process of their own (`kiosk_child`).

Rules.  `of_tk` is the kiosk's figure divided by Tk's in this run, so a loaded machine meets both.
Ahead at a touch is ahead at the median: on a machine that others use, one press in twenty meets
them, whosever it is, and the 95th percentile says how many met them here and how many there.
`taps.frame.max` is by the clock, without what the process only waited for the disk, which is
`taps.disk.max`; `taps.work.max` is processor time, which a loaded machine does not move.  `pss`
counts what processes share by their shares; `taps.growth` is what is private.
"""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from bench_idle import Idle, watch
from bench_start import colours, first_picture, seen
from bench_touch import tap
from figures import Figure, cached, median, p95, scratch
from program import KIOSK, READY, populate, start

from lockerd import config
from lockerd.front import Front
from support.daemon import ROOT, Asker, Daemon
from support.glass import Box, Fingers, Glass, Missing, until
from ui.backend.headless import Headless

HERE: Final = Path(__file__).resolve().parent
SIZE: Final = (800, 480)
WIDE: Final = (1280, 800)
STARTS, PRESSES = 9, 120
REDRAWS, TAPS, WARM = 7, 10_000, 2_000
FRAME_MS, PSS_MB, CPU_PERCENT, WAKES = 100.0, 45.0, 0.2, 2.0
TOUCH_MS, REDRAW_MS, STALL_MS, GROWTH_MB = 20.0, 8.0, 50.0, 1.0
FADE_STEP_MS: Final = 15.0
"""Half of what lies between two steps."""
AHEAD: Final = ("first_frame", "touch.p50")
SETTLED_S, PAUSE_S, LATE_S, LOOK_S = 0.5, 0.05, 10.0, 0.0005


def measure() -> list[Figure]:
    """The race, the redraw, the taps."""
    return [*_race(), *_redraw(), *_taps()]


# -- beside Tk -------------------------------------------------------------------------------------


def _race() -> list[Figure]:
    with scratch() as room, ExitStack() as stack:
        populate(room)
        ours = stack.enter_context(Glass(SIZE, room / "ours"))
        theirs = stack.enter_context(Glass(SIZE, room / "theirs"))
        screens = _screens(room, ours)
        file = room / "screens"
        file.write_bytes(marshal.dumps(screens))
        tk = [_with_tk(), str(HERE / "kiosk_tk.py"), str(file)]
        frames = _first_frames(room, ours, theirs, tk)
        kiosk = stack.enter_context(start(room, KIOSK, _environment(ours)))
        kiosk.wait_for(READY)
        other = stack.enter_context(Daemon([*tk, "home"], room / "tk", _environment(theirs)))
        idle = watch([kiosk.pid, other.pid])
        touches, changes = _touches(ours, theirs, screens)
        return [
            *_beside("first_frame", [median(one) for one in frames], "ms", FRAME_MS),
            *_idle(idle),
            *_beside("touch.p50", [median(one) for one in touches], "ms", None),
            *_beside("touch.p95", [p95(one) for one in touches], "ms", TOUCH_MS),
            *_beside("screen.p50", [median(one) for one in changes], "ms", None),
            *_beside("screen.p95", [p95(one) for one in changes], "ms", TOUCH_MS),
        ]


def _beside(name: str, found: Sequence[float], unit: str, budget: float | None) -> list[Figure]:
    """The kiosk's figure, Tk's, and the share; ahead of Tk is a budget for `AHEAD`."""
    ours, theirs = found
    return [
        Figure(f"kiosk.{name}", ours, unit, budget),
        Figure(f"tk.{name}", theirs, unit),
        Figure(f"kiosk.{name}.of_tk", ours / theirs, "x", 1.0 if name in AHEAD else None),
    ]


def _idle(found: Sequence[Idle]) -> list[Figure]:
    ours, theirs = found
    return [
        Figure("kiosk.pss", ours.pss_mb, "MB", PSS_MB),
        Figure("tk.pss", theirs.pss_mb, "MB"),
        Figure("kiosk.idle.cpu", ours.cpu_percent, "%", CPU_PERCENT),
        Figure("tk.idle.cpu", theirs.cpu_percent, "%"),
        Figure("kiosk.idle.wakes", ours.wakes, "1/s", WAKES),
        Figure("tk.idle.wakes", theirs.wakes, "1/s"),
    ]


def _environment(glass: Glass) -> Mapping[str, str]:
    return cached() | {"DISPLAY": glass.display}


def _with_tk() -> str:
    """A Python that has Tk.  Raises Missing."""
    for one in (sys.executable, "/usr/bin/python3"):
        done = subprocess.run([one, "-c", "import tkinter"], capture_output=True, check=False)
        if done.returncode == 0:
            return one
    raise Missing("no Python with Tk to race with; on Debian: apt-get install python3-tk")


def _screens(room: Path, glass: Glass) -> dict[str, Any]:
    """The first picture, the idle screen and the help, as the kiosk traces them."""
    front = Front(config.read(ROOT / "config" / "demo.toml"), Headless(SIZE), lambda: 0)
    front.alone()
    found = {"starting": front.trace(redact=False)}
    with start(room, KIOSK, _environment(glass)) as daemon:
        daemon.wait_for(READY)
        asker = Asker(room / "state")
        found["home"] = _comes(asker, "home")
        x, y, w, h = _button(found["home"], "help")
        asker.ask("sim.touch", x=x + w // 2, y=y + h // 2)
        found["help"] = _comes(asker, "help")
        asker.close()
    return found


def _comes(asker: Asker, name: str) -> dict[str, Any]:
    """A screen, once it is there."""
    until(name, lambda: asker.ask("screen.trace")["screen"] == name)
    return dict(asker.ask("screen.trace"))


def _button(screen: Mapping[str, Any], *actions: str) -> Box:
    for one in screen["widgets"]:
        if one["action"] in actions:
            x, y, w, h = one["rect"]
            return x, y, w, h
    raise AssertionError(f"no button {actions} on {screen['screen']}")


def _first_frames(
    room: Path, ours: Glass, theirs: Glass, tk: Sequence[str]
) -> tuple[list[float], list[float]]:
    """From exec to all pixels of `One moment`, by turns."""
    expected = colours(first_picture(SIZE))
    whole = (0, 0, *SIZE)
    command, kiosk, other = [*tk, "starting"], [], []
    with Daemon(command, room / "tk", _environment(theirs)):
        time.sleep(SETTLED_S)
        drawn = theirs.pixels(whole)
    for _ in range(STARTS):
        with start(room, KIOSK, _environment(ours)) as daemon:
            kiosk.append(1000 * (seen(ours, whole, expected) - daemon.began_s))
            daemon.wait_for(READY)
        with Daemon(command, room / "tk", _environment(theirs)) as daemon:
            deadline = time.perf_counter() + LATE_S
            while theirs.pixels(whole) != drawn:
                assert time.perf_counter() < deadline, "Tk drew something else than before"
                time.sleep(LOOK_S)
            other.append(1000 * (time.perf_counter() - daemon.began_s))
    return kiosk, other


def _touches(
    ours: Glass, theirs: Glass, screens: Mapping[str, Any]
) -> tuple[tuple[list[float], list[float]], tuple[list[float], list[float]]]:
    """From a finger on Help, or on Back, to a button that looks pressed, and from its lifting to
    the next screen; by turns."""
    buttons = _button(screens["home"], "help"), _button(screens["help"], "back", "home")
    touches: tuple[list[float], list[float]] = ([], [])
    changes: tuple[list[float], list[float]] = ([], [])
    hands = [Fingers(one.display) for one in (ours, theirs)]
    for turn in range(PRESSES):
        for place, (glass, fingers) in enumerate(zip((ours, theirs), hands, strict=True)):
            tap(glass, fingers, buttons[turn % 2], touches[place], changes[place])
            time.sleep(PAUSE_S)
    for one in hands:
        one.close()
    return touches, changes


# -- in a window of its own ------------------------------------------------------------------------


def _child(glass: Glass, *words: str) -> Any:
    """What `kiosk_child` answers; what it wrote when it failed."""
    command = [sys.executable, str(HERE / "kiosk_child.py"), *words]
    done = subprocess.run(
        command,
        env={**os.environ, "DISPLAY": glass.display},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def _redraw() -> list[Figure]:
    with scratch() as room, Glass(WIDE, room / "x") as glass:
        found = _child(glass, "redraw", str(REDRAWS))
        steps = _child(glass, "fade", str(REDRAWS))
    each = {name: median(times) for name, times in found.items()}
    return [
        Figure("kiosk.redraw.home", each["home"], "ms", REDRAW_MS),
        Figure("kiosk.redraw.p50", median(list(each.values())), "ms", REDRAW_MS),
        Figure("kiosk.redraw.slowest", max(each.values()), "ms"),
        Figure("kiosk.fade.step.p95", p95(steps), "ms", FADE_STEP_MS),
    ]


def _taps() -> list[Figure]:
    with scratch() as room, Glass(SIZE, room / "x") as glass:
        state = room / "state"
        state.mkdir()
        found = _child(glass, "taps", str(state), str(TAPS), str(WARM))
    assert found["fault"] is None, found["fault"]
    return [
        Figure("kiosk.taps.screens", float(len(found["screens"])), ""),
        Figure("kiosk.taps.entries", float(found["entries"]), ""),
        Figure("kiosk.taps.frame.p50", median(found["frames"]), "ms"),
        Figure("kiosk.taps.frame.p95", p95(found["frames"]), "ms"),
        Figure("kiosk.taps.frame.max", max(found["frames"]), "ms", STALL_MS),
        Figure("kiosk.taps.disk.max", found["disk_ms"], "ms"),
        Figure("kiosk.taps.work.max", max(found["work"]), "ms", STALL_MS),
        Figure(
            "kiosk.taps.growth", (found["after_kb"] - found["before_kb"]) / 1024, "MB", GROWTH_MB
        ),
    ]
