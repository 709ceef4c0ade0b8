"""From exec to the first complete frame, and to ready, of the command that a person types.

The first frame is seen in the X server's memory and compared, pixel for pixel, with the picture
that it must be; without a window the program's own word is taken.  `aged` starts on a journal of
some thousand entries: what it has to read is bounded by snapshots, not by history.
"""

from __future__ import annotations

import time
from pathlib import Path

from figures import Figure, cached, median, scratch
from program import BENCH, FIRST_FRAME, HEADLESS, KIOSK, READY, age, populate, start

from lockerd import config
from support.daemon import ROOT
from support.glass import Box, Glass
from ui.backend.headless import Headless
from ui.splash import splash
from ui.theme import theme_of
from ui.workbench.size import BARS_H, window_for

RUNS = 11
FRAME_MS, READY_MS = 100.0, 300.0
SEEN_S = 5.0
LOOK_S = 0.0005


def measure() -> list[Figure]:
    """Medians of `RUNS` runs each."""
    with scratch() as room:
        populate(room)
        frames, readies = _windowed(room, KIOSK, (800, 480))
        figures = [
            Figure("start.window.first_frame", median(frames), "ms", FRAME_MS),
            Figure("start.window.ready", median(readies), "ms", READY_MS),
        ]
        frames, readies = _headless(room)
        figures += [
            Figure("start.headless.first_frame", median(frames), "ms", FRAME_MS),
            Figure("start.headless.ready", median(readies), "ms", READY_MS),
        ]
        age(room / "aged")
        _, readies = _headless(room / "aged")
        figures.append(Figure("start.headless.ready_aged", median(readies), "ms", READY_MS))
        frames, readies = _windowed(room, BENCH, window_for((800, 480)), bars=BARS_H)
        return [
            *figures,
            Figure("start.workbench.first_frame", median(frames), "ms", FRAME_MS),
            Figure("start.workbench.ready", median(readies), "ms", READY_MS),
        ]


def _headless(room: Path) -> tuple[list[float], list[float]]:
    frames, readies = [], []
    for _ in range(RUNS):
        with start(room, HEADLESS, cached()) as daemon:
            frames.append(1000 * daemon.wait_for(FIRST_FRAME))
            readies.append(1000 * daemon.wait_for(READY))
    return frames, readies


def _windowed(
    room: Path, options: tuple[str, ...], size: tuple[int, int], bars: int = 0
) -> tuple[list[float], list[float]]:
    """`bars`: height of the desktop that the window leaves free, half of it above and below."""
    expected = colours(first_picture(size))
    frames, readies = [], []
    area = (0, bars // 2, *size)
    with Glass((size[0], size[1] + bars), room / "x") as glass:
        environment = cached() | glass.environment
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(RUNS):
            with start(room, options, environment) as daemon:
                frames.append(1000 * (seen(glass, area, expected) - daemon.began_s))
                readies.append(1000 * daemon.wait_for(READY))
    return frames, readies


def first_picture(size: tuple[int, int]) -> bytes:
    """The pixels of `One moment`."""
    site = config.read(ROOT / "config" / "demo.toml")
    picture = Headless(size)
    splash(picture, theme_of(site, picture), site.name)
    raw: bytes = picture.shown.get_buffer().raw
    return raw


def colours(raw: bytes) -> tuple[bytes, ...]:
    """Pixels without their spare byte."""
    return raw[0::4], raw[1::4], raw[2::4]


def seen(glass: Glass, area: Box, expected: tuple[bytes, ...]) -> float:
    """When all pixels were as expected; one of them is watched until then."""
    last = area[0] + area[2] - 1, area[1] + area[3] - 1
    corner = bytes(channel[-1] for channel in expected)
    deadline = time.perf_counter() + SEEN_S
    while time.perf_counter() < deadline:
        if glass.pixel(*last)[:3] == corner:
            now_s = time.perf_counter()
            if colours(glass.pixels(area)) == expected:
                return now_s
        time.sleep(LOOK_S)  # a watcher that never rests takes a core from whom it watches
    raise AssertionError("the first frame was not seen; run tests/ui/test_splash.py")
