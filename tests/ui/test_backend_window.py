"""The window: events become touches and keys, and the descriptor tells the truth.

SDL's dummy driver stands in for an X server: the same library and event queue without glass.
"""

from __future__ import annotations

import select
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from test_kiosk_hands import IDS, Desk

from ui.backend import DisplayError, DisplayLost, Exposed, Key, NoDisplay, Quit, Touch
from ui.backend.headless import Headless
from ui.backend.lean import load
from ui.backend.steady import Steady
from ui.backend.window import MOVES_MAX, TEXT_MOST, Window
from ui.geometry import Rect
from ui.kiosk import Kiosk

if TYPE_CHECKING:
    from pygame import Surface

pygame = load()


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    ticks = iter(range(1000, 100_000))
    made = Window((400, 200), lambda: next(ticks))
    made.pump()
    yield made
    made.close()


def post(kind: int, **fields: object) -> None:
    pygame.event.post(pygame.event.Event(kind, **fields))


def readable(window: Window) -> bool:
    poll = select.poll()
    poll.register(window.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def touches(window: Window) -> list[tuple[int, int, str]]:
    return [(t.x, t.y, t.phase) for t in window.pump() if isinstance(t, Touch)]


def test_the_first_button_of_the_mouse_is_a_touch(window: Window) -> None:
    post(pygame.MOUSEMOTION, pos=(5, 5), rel=(0, 0), buttons=(0, 0, 0), touch=False)
    post(pygame.MOUSEBUTTONDOWN, pos=(10, 20), button=1, touch=False)
    post(pygame.MOUSEMOTION, pos=(12, 20), rel=(2, 0), buttons=(1, 0, 0), touch=False)
    post(pygame.MOUSEMOTION, pos=(14, 20), rel=(2, 0), buttons=(1, 0, 0), touch=False)
    post(pygame.MOUSEBUTTONUP, pos=(14, 20), button=1, touch=False)
    post(pygame.MOUSEMOTION, pos=(90, 20), rel=(2, 0), buttons=(0, 0, 0), touch=False)
    assert touches(window) == [(10, 20, "down"), (14, 20, "move"), (14, 20, "up")]


def test_moves_that_bend_are_kept_and_no_flood_of_them(window: Window) -> None:
    """A signature is its corners; and a finger that rubs the glass pushes no key out."""
    post(pygame.MOUSEBUTTONDOWN, pos=(10, 20), button=1, touch=False)
    for at in ((20, 20), (21, 20), (30, 40), (40, 20)):
        post(pygame.MOUSEMOTION, pos=at, rel=(2, 0), buttons=(1, 0, 0), touch=False)
    moves = [(x, y) for x, y, phase in touches(window) if phase == "move"]
    assert moves == [(21, 20), (30, 40), (40, 20)]
    post(pygame.TEXTINPUT, text="7")
    for n in range(120):
        at = (10 + 5 * (n % 70), 20 + n % 2)
        post(pygame.MOUSEMOTION, pos=at, rel=(2, 0), buttons=(1, 0, 0), touch=False)
    seen = window.pump()
    assert [one.name for one in seen if isinstance(one, Key)] == ["7"]
    assert sum(isinstance(one, Touch) for one in seen) == MOVES_MAX + 1
    assert isinstance(seen[-1], Touch) and (seen[-1].x, seen[-1].y) == (255, 21), "the newest"


def test_other_buttons_and_what_sdl_made_of_a_finger_are_not(window: Window) -> None:
    post(pygame.MOUSEBUTTONDOWN, pos=(10, 20), button=3, touch=False)
    post(pygame.MOUSEBUTTONDOWN, pos=(10, 20), button=1, touch=True)
    assert touches(window) == []


def test_one_finger_counts(window: Window) -> None:
    def finger(kind: int, which: int, x: float, y: float) -> None:
        post(kind, finger_id=which, touch_id=0, x=x, y=y, dx=0, dy=0)

    finger(pygame.FINGERDOWN, 7, 0.5, 0.5)
    finger(pygame.FINGERDOWN, 8, 0.1, 0.1)
    finger(pygame.FINGERMOTION, 8, 0.2, 0.2)
    finger(pygame.FINGERMOTION, 7, 0.75, 0.5)
    finger(pygame.FINGERUP, 8, 0.2, 0.2)
    post(pygame.MOUSEBUTTONDOWN, pos=(10, 20), button=1, touch=False)
    finger(pygame.FINGERUP, 7, 1.0, -0.1)
    finger(pygame.FINGERDOWN, 9, 0.0, 0.0)
    assert touches(window) == [
        (200, 100, "down"), (300, 100, "move"), (399, 0, "up"), (0, 0, "down"),
    ]  # fmt: skip


def test_keys_have_names_and_text_comes_as_characters(window: Window) -> None:
    for key in (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_BACKSPACE, pygame.K_ESCAPE):
        post(pygame.KEYDOWN, key=key, mod=0, unicode="")
    post(pygame.KEYDOWN, key=pygame.K_F5, mod=0, unicode="")
    post(pygame.TEXTINPUT, text="5é\x07")
    post(pygame.TEXTINPUT, text="x" * 1000)
    names = [event.name for event in window.pump() if isinstance(event, Key)]
    assert names[:6] == ["enter", "enter", "backspace", "escape", "5", "é"]
    assert names[6:] == ["x"] * TEXT_MOST


def test_inputs_are_stamped_by_the_clock_that_was_given(window: Window) -> None:
    post(pygame.TEXTINPUT, text="ab")
    first, second = (event for event in window.pump() if isinstance(event, Key))
    assert 1000 <= first.up_ms < second.up_ms


def test_closing_and_uncovering_are_reported(window: Window) -> None:
    post(pygame.VIDEOEXPOSE)
    post(pygame.VIDEOEXPOSE)
    post(pygame.QUIT)
    assert [e for e in window.pump() if isinstance(e, Exposed | Quit)] == [Exposed(), Quit()]


def test_what_is_read_while_painting_makes_the_descriptor_readable(window: Window) -> None:
    assert not readable(window)
    window.put([Rect(0, 0, 10, 10)])
    assert not readable(window)
    post(pygame.MOUSEBUTTONDOWN, pos=(10, 20), button=1, touch=False)
    window.put([Rect(0, 0, 10, 10)])
    window.put([])
    assert readable(window)
    assert touches(window) == [(10, 20, "down")]
    assert not readable(window)
    assert window.pump() == []


def test_the_whole_screen_is_taken_when_no_size_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_VIDEO_WINDOW_POS", "0,0")
    window = Window(None, lambda: 0)
    assert window.size == pygame.display.get_desktop_sizes()[0]
    window.close()


def test_a_window_can_be_chosen_for_the_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    asked: list[tuple[int, int]] = []

    def half(desktop: tuple[int, int]) -> tuple[int, int]:
        asked.append(desktop)
        return desktop[0] // 2, desktop[1] // 2

    window = Window(half, lambda: 0)
    ((w, h),) = asked
    assert window.size == (w // 2, h // 2)
    window.close()


def test_a_desktop_may_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")

    def never(desktop: tuple[int, int]) -> tuple[int, int]:
        raise DisplayError("too small")

    with pytest.raises(DisplayError, match="too small"):
        Window(never, lambda: 0)
    assert not pygame.display.get_init()


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SDL_VIDEODRIVER": "x11", "DISPLAY": ""}, "DISPLAY is not set; start an X server"),
        (
            {"SDL_VIDEODRIVER": "x11", "DISPLAY": ":9999"},
            "cannot open display ':9999'.*set DISPLAY",
        ),
        ({"SDL_VIDEODRIVER": "wayland"}, "unset it"),
    ],
)
def test_no_display_is_an_error_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], message: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(NoDisplay, match=message):
        Window((100, 100), lambda: 0)


@pytest.mark.parametrize("use", ["put", "pump"])
def test_a_display_that_is_gone_is_named_with_its_remedy(window: Window, use: str) -> None:
    """As after the video driver was shut down behind the window."""
    window._pygame.display.quit()
    with pytest.raises(DisplayLost, match="start an X server"):
        window.put([Rect(0, 0, 10, 10)]) if use == "put" else window.pump()


def fresh(desk: Desk) -> Surface:
    """What the same moment looks like on a screen that was never lost."""
    backend = Headless((800, 480))
    other = Kiosk(desk.site, backend, desk.up_ms, desk.take, lambda: IDS)
    other.show(desk.state, desk.visit, desk.look, desk.now)
    other._session = desk.kiosk._session
    other.show(desk.state, desk.visit, desk.look, desk.now)
    return backend.surface


def pixels(surface: Surface) -> bytes:
    found: bytes = pygame.image.tobytes(surface, "RGB")
    return found


def test_a_window_that_dies_in_the_middle_of_a_visit_takes_nothing_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its surface dies with it: whoever went on painting there ended the daemon."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    screen = Steady(lambda: Window((800, 480), lambda: 0), (800, 480))
    desk = Desk("home")
    desk.kiosk = Kiosk(desk.site, screen, desk.up_ms, desk.take, lambda: IDS)
    desk.show()

    def lost(rects: object) -> None:
        raise DisplayLost("the display takes no pictures; start an X server")

    monkeypatch.setattr(screen._inner, "put", lost)
    desk.type("4")
    assert screen.problem is not None and not pygame.display.get_init()
    assert desk.kiosk.answers(desk.visit), "the watchdog goes on being fed"
    desk.type("83")
    assert desk.visit.step == "code" and desk.kiosk._session.digits == "483"
    assert pixels(screen.surface) == pixels(fresh(desk)), "and the picture is whole"
    assert screen.reopen()
    desk.kiosk.rebind()
    desk.type("9")
    assert desk.kiosk._session.digits == "4839"
    assert pixels(screen.surface) == pixels(fresh(desk))
    screen.close()
