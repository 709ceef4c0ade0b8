"""Signing with a finger: what is kept of it, what is painted of it, and the ways without one."""

from __future__ import annotations

import pytest
from test_kiosk_hands import Desk

from lockerd.core import strokes as ink
from lockerd.core.messages import Activity, FormSent, Pressed
from support.facts import at
from support.scenes import scenes
from support.scenes_signature import SIGNED
from ui.backend import Touch
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.geometry import Rect
from ui.session import Session, follow
from ui.theme import PANEL_7_INCH, Theme
from ui.view import redacted
from ui.widgets import Screen, SignaturePad

SCENES = scenes()
PAD = Rect(40, 100, 720, 200)


def frame_of(pad: SignaturePad) -> Frame:
    frame = Frame(Headless((800, 480)), Theme(PANEL_7_INCH))
    frame.show(Screen("sign", [pad.place(PAD)]))
    return frame


def drag(frame: Frame, *points: tuple[int, int]) -> None:
    phases = ["down", *["move"] * (len(points) - 1)]
    for n, ((x, y), phase) in enumerate(zip(points, phases, strict=True)):
        frame.event(Touch(x, y, phase, 100 + n))  # type: ignore[arg-type]  # a list of literals


def over_pad(desk: Desk, *points: tuple[float, float]) -> list[tuple[int, int]]:
    rect = desk.widget("ink")
    return [(rect.x + round(x * rect.w), rect.y + round(y * rect.h)) for x, y in points]


def draw(desk: Desk, *points: tuple[float, float]) -> None:
    pixels = over_pad(desk, *points)
    desk.kiosk.touch(*pixels[0], "down", desk.now.up_ms)
    for x, y in pixels[1:]:
        desk.kiosk.touch(x, y, "move", desk.now.up_ms)
    desk.kiosk.touch(*pixels[-1], "up", desk.now.up_ms)


# -- the pad alone --------------------------------------------------------------------------------


def test_a_line_is_on_the_grid_whatever_the_pixels() -> None:
    pad = SignaturePad()
    drag(frame_of(pad), (40, 100), (400, 200), (759, 299))
    assert pad.strokes == (((0, 0), (500, 138), (998, 276)),)


def test_only_the_new_piece_is_painted_again() -> None:
    pad = SignaturePad("Sign here")
    frame = frame_of(pad)
    drag(frame, (100, 150), (130, 160))
    put: list[Rect] = []
    frame.backend.put = lambda rects: put.extend(rects)  # type: ignore[method-assign]  # to look on
    frame.event(Touch(160, 200, "move", 200))
    (rect,) = put
    assert rect.contains(130, 160) and rect.contains(160, 200)
    assert rect.w < 60 and rect.h < 70, "not the pad"
    put.clear()
    frame.event(Touch(161, 200, "move", 201))
    assert put == [], "too near to be a point"


def test_piece_by_piece_looks_like_all_at_once() -> None:
    """A line that grows under the finger and the same line shown again, pixel for pixel."""
    growing = SignaturePad("Sign here")
    frame = frame_of(growing)
    drag(frame, (100, 150), (160, 250), (220, 130), (400, 220), (401, 140))
    frame.event(Touch(401, 140, "up", 300))
    whole = frame_of(SignaturePad("Sign here", growing.strokes))
    assert frame.backend.surface.get_buffer().raw == whole.backend.surface.get_buffer().raw
    none = frame_of(SignaturePad("Sign here"))
    assert frame.backend.surface.get_buffer().raw != none.backend.surface.get_buffer().raw


def test_a_finger_that_leaves_the_pad_draws_along_its_edge() -> None:
    pad = SignaturePad()
    frame = frame_of(pad)
    drag(frame, (100, 150), (5, 20), (790, 470))
    assert pad.strokes[0][1] == (0, 0)
    assert pad.strokes[0][2] == (999, 276)
    assert frame.screen is not None and pad.pressed
    frame.event(Touch(790, 470, "up", 200))
    frame.event(Touch(400, 200, "move", 201))
    assert len(pad.strokes[0]) == 3, "up is up"


def test_a_pad_under_a_question_takes_nothing() -> None:
    desk = Desk("sign_other", silent=True)
    draw(desk, (0.1, 0.1), (0.9, 0.9))
    assert desk.kiosk._session.strokes == ()


# -- on the kiosk ---------------------------------------------------------------------------------


def test_what_was_drawn_is_handed_on_once() -> None:
    desk = Desk("sign", silent=True)
    draw(desk, (0.1, 0.2), (0.3, 0.8), (0.5, 0.2))
    draw(desk, (0.6, 0.4), (0.7, 0.6))
    drawn = desk.kiosk._session.strokes
    assert len(drawn) == 2 and ink.points(drawn) == 5
    desk.tap("done")
    desk.tap("done")
    sent = [one for one in desk.intents if isinstance(one, FormSent)]
    assert [one.fields for one in sent] == [{"strokes": ink.encode(drawn)}]


def test_done_waits_for_a_signature_and_clear_for_ink() -> None:
    desk = Desk("sign", silent=True)
    shown = {one.action: one.enabled for one in desk.kiosk._frame.screen.flat() if one.action}  # type: ignore[union-attr]  # it is shown
    assert (shown["done"], shown["clear"]) == (False, False)
    draw(desk, (0.2, 0.2), (0.21, 0.2))
    assert not _enabled(desk, "done") and _enabled(desk, "clear")
    draw(desk, (0.2, 0.2), (0.7, 0.6))
    assert _enabled(desk, "done")
    desk.tap("clear")
    assert desk.kiosk._session.strokes == () and not _enabled(desk, "done")


def _enabled(desk: Desk, action: str) -> bool:
    screen = desk.kiosk._frame.screen
    assert screen is not None
    return next(one.enabled for one in screen.flat() if one.action == action)


def test_the_clock_does_not_end_a_stroke() -> None:
    desk = Desk("sign", silent=True)
    (x, y), (nx, ny) = over_pad(desk, (0.2, 0.3), (0.4, 0.5))
    desk.kiosk.touch(x, y, "down", desk.now.up_ms)
    desk.later(60_000)
    assert desk.show(), "the minute has changed"
    desk.kiosk.touch(nx, ny, "move", desk.now.up_ms)
    assert [len(one) for one in desk.kiosk._session.strokes] == [2]


def test_each_stroke_says_that_somebody_is_there() -> None:
    desk = Desk("sign", silent=True)
    draw(desk, (0.1, 0.2), (0.3, 0.8))
    assert desk.intents == [Activity()]


@pytest.mark.parametrize("keys", ["ok", "enter"])
def test_a_keypad_alone_confirms_in_two_presses(keys: str) -> None:
    desk = Desk("sign", silent=True)
    desk.kiosk.key(keys, desk.now.up_ms)
    assert Pressed("sign-by-key") not in desk.intents, "not by one slip"
    desk.kiosk.key(keys, desk.now.up_ms)
    assert desk.intents[-1] == Pressed("sign-by-key")


def test_the_ways_without_drawing_are_left_again() -> None:
    desk = Desk("sign", silent=True)
    desk.tap("helping:on")
    desk.kiosk.key("cancel", desk.now.up_ms)
    assert not desk.kiosk._session.helping
    desk.tap("helping:on")
    desk.tap("unsigned")
    assert desk.intents[-1] == Pressed("unsigned")


# -- who sees it ----------------------------------------------------------------------------------


def test_the_name_and_the_line_leave_no_picture_that_is_redacted() -> None:
    view = SCENES["sign_drawn"].view()
    assert view.name == "Helena Marsh" and view.strokes == SIGNED  # type: ignore[attr-defined]  # this view
    clean = redacted(view)
    assert "Helena" not in str(vars(clean)) and clean.strokes == ()  # type: ignore[attr-defined]  # this view
    desk = Desk("sign_drawn", silent=True)
    trace = str(desk.kiosk.trace())
    assert "'strokes': 4" in trace, "how much, and not what"
    assert "Helena" not in str(desk.kiosk.trace(redact=True))
    assert "Helena" not in repr(view) and str(SIGNED[0][0]) not in repr(view)


def test_nothing_drawn_stays_for_the_next_person() -> None:
    session = Session(step="sign", strokes=SIGNED)
    assert follow(session, at("receipt", receipt=1)).strokes == ()
    assert "120" not in repr(session)


def test_ok_without_a_digit_is_not_knowing_it() -> None:
    """The way to help by keypad alone, where every digit is a digit."""
    desk = Desk("fact", silent=True)
    for key in ("erase", "erase", "erase", "ok"):
        desk.kiosk.key(key, desk.now.up_ms)
    assert desk.intents[-1] == Pressed("forgotten")
    typed = Desk("fact", silent=True)
    typed.kiosk.key("ok", typed.now.up_ms)
    assert Pressed("forgotten") not in typed.intents, "not while something is typed"


@pytest.mark.parametrize(
    ("hint", "cut"), [("Sign here", False), ("Sign with a finger " * 30, True)]
)
def test_a_hint_that_is_cut_says_so_while_it_is_shown(hint: str, cut: bool) -> None:
    empty, signed = SignaturePad(hint), SignaturePad(hint, SIGNED)
    frame_of(empty), frame_of(signed)
    assert empty.trace()["clipped"] is cut
    assert signed.trace()["clipped"] is False


def test_what_was_drawn_on_a_higher_pad_stays_on_a_lower_one() -> None:
    low = SignaturePad("Sign here", (((1000, 100), (1000, ink.WIDE // 2)),))
    frame = frame_of(low)
    ground = frame.backend.surface.get_at((5, 5))[:3]
    x = PAD.x + 1000 * PAD.w // ink.WIDE
    column = [frame.backend.surface.get_at((x, y))[:3] for y in range(PAD.bottom + 1, 479)]
    assert {*column} == {ground}
