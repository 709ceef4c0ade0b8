"""The screen in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui.backend import Backend, Quit, Touch
from ui.backend.headless import QUEUE, Headless, ScreenshotFailed
from ui.backend.lean import load
from ui.geometry import Rect


def test_only_what_was_put_is_shown() -> None:
    backend: Backend = Headless((64, 32))
    assert isinstance(backend, Headless)
    backend.surface.fill((200, 10, 10))
    assert tuple(backend.shown.get_at((5, 5))) == (0, 0, 0, 255)
    backend.put([Rect(0, 0, 10, 10)])
    assert tuple(backend.shown.get_at((5, 5))) == (200, 10, 10, 255)
    assert tuple(backend.shown.get_at((20, 20))) == (0, 0, 0, 255)
    assert backend.puts == [Rect(0, 0, 10, 10)]
    assert backend.size == (64, 32)
    assert backend.fileno() is None


def test_a_screenshot_is_the_last_complete_frame(tmp_path: Path) -> None:
    backend = Headless((64, 32))
    backend.surface.fill((1, 2, 3))
    backend.put([Rect(0, 0, 64, 32)])
    backend.surface.fill((9, 9, 9))  # half painted
    backend.screenshot(tmp_path / "a.png")
    picture = load().image.load(str(tmp_path / "a.png"))
    assert picture.get_size() == (64, 32)
    assert tuple(picture.get_at((30, 30))) == (1, 2, 3, 255)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_a_screenshot_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ScreenshotFailed, match="choose a directory"):
        Headless((8, 8)).screenshot(tmp_path / "no" / "a.png")


def test_injected_inputs_come_out_once_in_order_and_are_bounded() -> None:
    backend = Headless((8, 8))
    touches = [Touch(1, 1, "down", n) for n in range(QUEUE + 5)]
    for touch in touches:
        backend.inject(touch)
    assert backend.pump() == touches[5:]
    assert backend.pump() == []
    backend.inject(Quit())
    backend.close()
    assert backend.pump() == []
