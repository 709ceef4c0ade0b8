"""What a screen must know of a site before anything else.

Theory of operation.  The first picture needs a panel, a palette, a language and a name, and nothing
else of a site.  A `Face` is these, small enough to be kept from one start to the next
(`lockerd.face`), so that nobody looks at a dark panel while a config file is read.

Rules.  Imports nothing of the core.  Every field is said by the config alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lockerd.core.site import Site
    from ui.geometry import Size


class Face(NamedTuple):
    """`language`: the first of the site.  `theme`, `text_size`: as in the config.

    `width_px` to `height_mm`: the panel.  `fullscreen`: all of it, whatever it has.
    """

    name: str
    language: str
    theme: str
    text_size: str
    width_px: int
    height_px: int
    width_mm: float
    height_mm: float
    fullscreen: bool

    @property
    def size(self) -> Size:
        """The panel's pixels."""
        return self.width_px, self.height_px


def face_of(site: Site) -> Face:
    """The face of a site."""
    screen, look = site.screen, site.kiosk
    return Face(
        *(site.name, site.languages[0], look.theme, look.text_size),
        *(screen.width_px, screen.height_px, float(screen.width_mm), float(screen.height_mm)),
        screen.fullscreen,
    )
