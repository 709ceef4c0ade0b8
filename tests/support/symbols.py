"""QR codes read back from what was drawn: rows of modules, True for dark, the quiet zone included.

Every module is looked at; what is neither dark nor light is an error.
"""

from __future__ import annotations

import io

from ui.qr import BLOCKS

_DARK = {" ": (True, True), "▄": (True, False), "▀": (False, True), "█": (False, False)}
assert set(_DARK) == set(BLOCKS)


def of_blocks(text: str) -> list[list[bool]]:
    """The one code among the lines of a terminal."""
    rows: list[list[bool]] = []
    for raw in text.splitlines():
        line = raw.replace("\x1b[38;5;231;48;5;16m", "").replace("\x1b[0m", "")
        if not line or set(line) - set(_DARK) or not line.strip():
            continue
        rows.append([_DARK[one][0] for one in line])
        rows.append([_DARK[one][1] for one in line])
    side = len(rows[0])
    assert len(rows) in (side, side + 1), "not a square"
    assert all(one for row in rows[side:] for one in row), "something below the code"
    return rows[:side]


def of_png(data: bytes, scale: int) -> list[list[bool]]:
    """The code in a picture whose modules are `scale` pixels wide."""
    import pygame

    picture = pygame.image.load(io.BytesIO(data), "code.png")
    wide, high = picture.get_size()
    assert wide == high and wide % scale == 0, "not a square of whole modules"
    rows = []
    for y in range(0, high, scale):
        row = []
        for x in range(0, wide, scale):
            seen = {
                tuple(picture.get_at((x + dx, y + dy)))[:3]
                for dx in (0, scale - 1)
                for dy in (0, scale - 1)
            }
            assert seen in ({(0, 0, 0)}, {(255, 255, 255)}), "neither dark nor light"
            row.append(seen == {(0, 0, 0)})
        rows.append(row)
    return rows
