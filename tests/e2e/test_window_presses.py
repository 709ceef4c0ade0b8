"""A finger on the window of a real X server: one press, at once, and nothing behind it is lost."""

from __future__ import annotations

import ctypes
import select
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.glass import Fingers, Glass
from ui.backend import Touch, xlib
from ui.backend.window import Window
from ui.backend.xlib import Connection
from ui.geometry import Rect

SIZE = (400, 200)
LATE_S = 5.0


@pytest.fixture
def glass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Glass]:
    with Glass(SIZE, tmp_path / "x") as made:
        monkeypatch.setenv("DISPLAY", made.display)
        monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
        yield made


class Hand:
    """A finger, and the window that it is on."""

    def __init__(self, glass: Glass) -> None:
        self.window = Window(None, lambda: 0)
        self.fingers = Fingers(glass.display)
        self.pumps = 0
        self.fd = self.window.fileno()
        self.fingers.move(30, 40)
        self.rest()

    def rest(self) -> list[Touch]:
        """What comes until nothing more does."""
        self.fingers.sync()
        found: list[Touch] = []
        while select.select([self.fd], [], [], 0.1)[0]:
            self.pumps += 1
            found += [one for one in self.window.pump() if isinstance(one, Touch)]
        return found

    def until(self, phase: str) -> list[Touch]:
        """What comes until a touch of this phase does; `pumps` counts."""
        found: list[Touch] = []
        self.pumps = 0
        while not any(one.phase == phase for one in found):
            assert select.select([self.fd], [], [], LATE_S)[0], "nothing came"
            self.pumps += 1
            found += [one for one in self.window.pump() if isinstance(one, Touch)]
        return found

    def close(self) -> None:
        """Take the finger away, and the window."""
        self.fingers.close()
        self.window.close()


@pytest.fixture
def hand(glass: Glass) -> Iterator[Hand]:
    made = Hand(glass)
    yield made
    made.close()


def test_a_press_wakes_the_window_once(hand: Hand) -> None:
    hand.fingers.button(True)
    assert hand.until("down") == [Touch(30, 40, "down", 0)]
    assert hand.pumps == 1
    hand.fingers.button(False)
    assert [one.phase for one in hand.rest()] == ["up"], "and comes once"


def asks_sdl(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether SDL is asked for events before a press is given out."""
    asked: list[int] = []
    drain = Window._drain
    monkeypatch.setattr(Window, "_drain", lambda self: (asked.append(1), drain(self))[1])
    hand.fingers.button(True)
    assert [one.phase for one in hand.until("down")] == ["down"]
    return bool(asked)


def test_a_press_is_given_out_before_sdl_is_asked(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not asks_sdl(hand, monkeypatch)
    hand.window.put([Rect(0, 0, 10, 10)])
    hand.fingers.button(False)
    assert [one.phase for one in hand.rest()] == ["up"]


def test_twin_raw_events_come_first_and_are_in_the_way(
    glass: Glass, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a wake for nothing or with the press: the server decides, the order is fixed."""
    monkeypatch.setattr(Connection, "_no_raw_events", lambda self: None)
    hand = Hand(glass)
    assert asks_sdl(hand, monkeypatch)
    hand.close()


def test_what_came_while_nobody_looked_comes_in_order(hand: Hand) -> None:
    for _ in range(3):
        hand.fingers.button(True)
        hand.fingers.move(50, 60)
        hand.fingers.button(False)
        hand.fingers.move(30, 40)
    seen = [(one.x, one.phase) for one in hand.rest()]
    assert seen == 3 * [(30, "down"), (50, "move"), (50, "up")]


def test_a_press_behind_a_move_is_one_press(hand: Hand) -> None:
    hand.fingers.move(70, 80)
    hand.fingers.button(True)
    hand.fingers.button(False)
    assert [(one.x, one.phase) for one in hand.rest()] == [(70, "down"), (70, "up")]


def in_use() -> int:
    """Bytes that C has been given and has not given back."""
    libc = ctypes.CDLL("libc.so.6")
    libc.mallinfo2.restype = Mallinfo
    return int(libc.mallinfo2().uordblks)


class Mallinfo(ctypes.Structure):
    """struct mallinfo2."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def wander(hand: Hand) -> int:
    """Bytes that are kept of two thousand moves."""
    hand.rest()
    before = in_use()
    for turn in range(2_000):
        hand.fingers.move(20 + turn % 50, 30)
        select.select([hand.fd], [], [], LATE_S)
        hand.window.pump()
    hand.rest()
    return in_use() - before


def test_moves_leave_nothing_behind(hand: Hand) -> None:
    wander(hand)  # what is made when it is first needed
    assert wander(hand) < 20_000


def test_twin_looked_at_and_not_freed_they_stay(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    wander(hand)
    monkeypatch.setattr(xlib, "GENERIC", -1)
    assert wander(hand) > 100_000
