"""Sixty pictures of the kiosk, kept beside the tests and compared pixel by pixel.

    PYTHONPATH=.:tests python -m support.pictures      stores what the screens look like now

Theory of operation.  A picture is a screen in one language, theme and text size; together they show
every persona's way, every language, every palette and large type.  `golden/pictures.json` keeps the
SHA-256 of each one's pixels, which is what is compared; the PNG files beside it are for eyes, with
colours of 16 bits as a panel of that depth shows them, which makes them half as large.

Rules.  After a wanted change the pictures are stored again and looked at.  All together are kept
under two megabytes.  pygame is pinned because its rasteriser decides these pixels.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from support.languages import PANELS, scenes_of
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.lang import language
from ui.screens import build
from ui.theme import PALETTES, Theme

if TYPE_CHECKING:
    from pygame import Surface

ROOM = Path(__file__).resolve().parents[1] / "ui" / "pictures"
DIGESTS = ROOM.parent / "golden" / "pictures.json"
BYTES_MAX = 2_000_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Shot(NamedTuple):
    """What a picture shows."""

    scene: str
    code: str = "en"
    palette: str = "light"
    large: bool = False

    @property
    def file(self) -> str:
        """`home-ar-dark-large.png`, without what is as usual."""
        parts = [self.scene, self.code]
        parts += [self.palette] if self.palette != "light" else []
        parts += ["large"] if self.large else []
        return "-".join(parts) + ".png"


ENGLISH = (
    "home", "home_attention", "home_display", "scan", "code", "code_paused", "checking",
    "refused_unproven", "refused_early", "refused_collected", "opening", "open", "open_overdue",
    "not_opened", "receipt", "help", "more_time", "amiss_open", "lost", "out_of_service",
    "cannot_start", "staff_menu_operator", "deposit_pick", "form_recipient_typed", "form_size",
    "deposit_open", "deposit_confirm", "deposit_done_shown", "batch_next", "queue_1",
    "queue_item_frozen", "claim", "approve_identity", "maint_map", "maint_door_occupied",
    "emergency_run", "emergency_over",
)  # fmt: skip
"""Each way once, in English and daylight."""

SPOKEN = ("home", "open", "receipt", "maint_map")
"""In every other language."""

THEMED = ("home", "open", "queue_1")
"""Dark, of high contrast, and in large type."""

SHOTS: tuple[Shot, ...] = (
    *(Shot(scene) for scene in ENGLISH),
    *(Shot(scene, code) for code in ("de", "fr", "ar", "hi", "zh") for scene in SPOKEN),
    *(Shot(scene, palette=one) for one in ("dark", "high-contrast") for scene in THEMED),
    *(Shot(scene, large=True) for scene in ("home", "open")),
)


def painted(shot: Shot) -> Surface:
    """The picture as it is now, of the 7 inch panel."""
    theme = Theme(PANELS["800x480"][0], PALETTES[shot.palette], large=shot.large)
    theme = theme.but(rtl=language(shot.code).rtl)
    backend = Headless(theme.size)
    frame = Frame(backend, theme)
    frame.show(build(scenes_of("800x480")[shot.scene].but(language=shot.code), frame.type))
    return backend.shown


def pixels(surface: Surface) -> bytes:
    """What is compared."""
    import pygame

    made: bytes = pygame.image.tobytes(surface, "RGB")
    return made


def digest(surface: Surface) -> str:
    """SHA-256 of all pixels, in hex."""
    return hashlib.sha256(pixels(surface)).hexdigest()


def stored() -> dict[str, str]:
    """The digests as they were stored, by file."""
    read: dict[str, str] = json.loads(DIGESTS.read_text(encoding="utf-8"))
    return read


def png(surface: Surface) -> bytes:
    """The picture in 16 bits of colour, as a PNG file.  The same pixels make the same bytes."""
    wide, high = surface.get_size()
    five, six = bytes(n & 0xF8 for n in range(256)), bytes(n & 0xFC for n in range(256))
    made = bytearray(pixels(surface))
    for channel, table in enumerate((five, six, five)):
        made[channel::3] = made[channel::3].translate(table)
    rows = b"".join(b"\0" + made[3 * wide * y : 3 * wide * (y + 1)] for y in range(high))
    head = struct.pack(">2I5B", wide, high, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def store() -> None:
    """Write every picture, and remove those that are no longer among them."""
    ROOM.mkdir(exist_ok=True)
    for path in ROOM.glob("*.png"):
        if path.name not in {shot.file for shot in SHOTS}:
            path.unlink()
    digests = {}
    for shot in SHOTS:
        surface = painted(shot)
        digests[shot.file] = digest(surface)
        (ROOM / shot.file).write_bytes(png(surface))
    DIGESTS.write_text(json.dumps(digests, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    store()
