"""Import pygame as a renderer only.

Theory of operation
    ``import pygame`` loads two dozen modules, most of them for games, and through ``pkgdata`` the
    whole of setuptools where that is installed: over 100 ms and 20 MB. Python refuses to import a
    name that ``sys.modules`` maps to None, and pygame takes a refused optional module in its
    stride, so the names below are refused while pygame is imported and released afterwards.

Rules
    * ``pygame.init`` is never called: it opens sound and joysticks. Callers initialise ``font``,
      and the window backend ``display``, and nothing else.
    * Environment variables are set only where unset, so an installer can override them.
    * Whoever imports pygame first decides; every module here goes through ``load``.
"""

from __future__ import annotations

import os
import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from pygame import Surface

REFUSED: Final = (
    "pkg_resources",
    *(
        f"pygame.{name}"
        for name in (
            "cursors", "fastevent", "joystick", "mask", "midi", "mixer", "mixer_music", "overlay",
            "pixelarray", "pixelcopy", "scrap", "sndarray", "sprite", "surfarray", "sysfont",
            "threads", "time",
        )
    ),
)  # fmt: skip

ENVIRONMENT: Final = {
    "PYGAME_HIDE_SUPPORT_PROMPT": "1",
    "SDL_FRAMEBUFFER_ACCELERATION": "0",  # otherwise SDL loads an OpenGL stack to copy pixels
    "SDL_VIDEO_ALLOW_SCREENSAVER": "1",  # otherwise SDL talks to D-Bus to inhibit one
    "SDL_TOUCH_MOUSE_EVENTS": "0",  # a finger is reported once, as a finger
    "SDL_MOUSE_TOUCH_EVENTS": "0",
    "SDL_NO_SIGNAL_HANDLERS": "1",  # otherwise SDL takes SIGTERM from the daemon
}


def load() -> ModuleType:
    """The pygame package, imported lean, with ``pygame.font`` initialised. Idempotent."""
    if "pygame" not in sys.modules:
        _import()
    import pygame
    import pygame.font

    if not pygame.font.get_init():
        pygame.font.init()
    return pygame


def overlap(one: Surface, other: Surface, offset: tuple[int, int]) -> bool:
    """Whether a drawn pixel of one lies on one of the other, which stands `offset` from it.

    For the audit: a renderer does without masks, which are loaded only here.
    """
    from pygame.mask import from_surface

    return from_surface(one).overlap(from_surface(other), offset) is not None


def _import() -> None:
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    refused = [name for name in REFUSED if name not in sys.modules]
    # None in place of a module is how Python spells "do not import this" (docs of sys.modules).
    cast(dict[str, object], sys.modules).update(dict.fromkeys(refused))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # one warning for each refused module
            import pygame
    finally:
        for name in refused:
            sys.modules.pop(name, None)
    # Refusing ``sysfont`` makes pygame hide ``font``, which itself was imported.
    pygame.font = sys.modules["pygame.font"]
