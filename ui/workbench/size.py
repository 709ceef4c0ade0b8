"""How large the workbench's window is; imports nothing, since the window is opened first.

Rules.  `window_for` is the whole drawing.  A laptop whose screen is just that large also shows a
title and a bar, so `window_on` falls back to the least there: same parts, lower doors.
"""

from __future__ import annotations

from typing import Final

MARGIN: Final = 10
BEZEL: Final = 10
STRIP_H: Final = 28
GAP: Final = 12
SIDE_W: Final = 514
SIDE_LEAST_W: Final = 428
BELOW_H: Final = 220
BELOW_LEAST_H: Final = 140
BARS_H: Final = 64
"""What a desktop keeps of its height for a title and a bar."""


def window_for(kiosk: tuple[int, int]) -> tuple[int, int]:
    """The window that fits this kiosk: 1366 x 768 for the usual 800 x 480."""
    left = kiosk[0] + 2 * (MARGIN + BEZEL) + GAP
    return left + SIDE_W, kiosk[1] + 2 * (MARGIN + BEZEL) + STRIP_H + BELOW_H


def least_for(kiosk: tuple[int, int]) -> tuple[int, int]:
    """The smallest window in which nothing is cut off: 1280 x 688."""
    w, h = window_for(kiosk)
    return w - SIDE_W + SIDE_LEAST_W, h - BELOW_H + BELOW_LEAST_H


def window_on(kiosk: tuple[int, int], desktop: tuple[int, int]) -> tuple[int, int]:
    """The window to open on a desktop of this size, in pixels."""
    (w, h), (least_w, least_h) = window_for(kiosk), least_for(kiosk)
    return max(least_w, min(w, desktop[0])), max(least_h, min(h, desktop[1] - BARS_H))
