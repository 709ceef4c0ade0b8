"""`lockerd simulate`: the same appliance around a simulated cabinet, populated, with a workbench.

Theory of operation.  Config, screen, first frame; then `run` is imported and takes over.  A config
that has not changed since the last start is read behind the first frame.  With a window the
workbench shows cabinet, kiosk and telephone; without one the kiosk paints into memory and
`lockerctl sim ...` and `lockerctl screenshot` are the hands and the eyes.

Rules.  Nothing that the first frame does not need is imported at the top.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from lockerd.appliance import first_frame, keep_face, open_backend, say
from lockerd.face import LastFace
from lockerd.uptime import up_ms
from ui.backend import Backend, DisplayError
from ui.face import Face, face_of

FAILED = 1
PANELS: Final = {
    "7": (800, 480, 154.08, 85.92),
    "10": (1280, 800, 216.96, 135.6),
    "7-standing": (720, 1280, 88.0, 155.0),
}
"""The panels that every screen is drawn for, by what they are called on the command line."""


def default_state_dir() -> Path:
    """Where a demonstration keeps its state unless told otherwise."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "lockerd" / "demonstration"


def has_display() -> bool:
    """Whether there is a screen to open a window on."""
    return bool(os.environ.get("DISPLAY"))


def simulate(
    state_dir: Path | None,
    config_file: Path,
    headless: bool = False,
    seed: int | None = None,
    kiosk_only: bool = False,
    codes: Path | None = None,
    panel: str | None = None,
) -> int:
    """Run until told to stop; the exit code.

    `kiosk_only`: a window of the kiosk alone.  `codes`: a directory that gets a picture of the QR
    code of every deposit.  `panel`: one of `PANELS` in place of the config's.
    """
    state_dir = default_state_dir() if state_dir is None else state_dir
    if codes is not None and not (codes.is_dir() and os.access(codes, os.W_OK)):
        say(f"lockerd: {codes} is no directory to write to; make one: mkdir {codes}")
        return FAILED
    if not headless and not has_display():
        say("lockerd: there is no screen here (DISPLAY is not set); running without one")
        headless = True
    try:
        return _simulate(state_dir, config_file, (headless, kiosk_only), seed, codes, panel)
    except DisplayError as dark:
        say(f"lockerd: {dark}")
        return FAILED


def _simulate(
    state_dir: Path,
    config_file: Path,
    way: tuple[bool, bool],
    seed: int | None,
    codes: Path | None,
    panel: str | None,
) -> int:
    """`way`: headless, and kiosk only.  Raises DisplayError."""
    last = LastFace(state_dir, config_file)
    early = None if last.known is None or panel is not None else _screens(last.known, *way)
    from lockerd import config

    site, complaints = config.check(config_file)
    for complaint in complaints:
        say(str(complaint))
    if site is not None and panel is not None:
        from lockerd.core.site import Screen

        site = site.but(screen=Screen(*PANELS[panel]))
    face = None if site is None else face_of(site)
    if early is not None and face != last.known:
        _close(early)
        early = None
    if site is None or face is None:
        return FAILED
    kiosk, window = early or _screens(face, *way)
    from lockerd.simulation.run import run

    def ready() -> None:
        if panel is None:
            keep_face(last, face)

    try:
        return run(site, state_dir, kiosk, window, seed, codes, ready)
    finally:
        if window is not None:
            window.close()


def _close(screens: tuple[Backend, Backend | None]) -> None:
    for one in screens:
        if one is not None:
            one.close()


class _NoRoom(DisplayError):
    """The desktop is too small for the workbench."""


def _screens(face: Face, headless: bool, kiosk_only: bool) -> tuple[Backend, Backend | None]:
    """The kiosk's own screen, and the workbench's window around it, if there shall be one."""
    if headless or kiosk_only:
        return open_backend(face, headless), None
    from ui.backend.window import Window
    from ui.workbench.size import least_for, window_on

    size = face.size
    least = least_for(size)

    def fit(desktop: tuple[int, int]) -> tuple[int, int]:
        if desktop[0] < least[0] or desktop[1] < least[1]:
            raise _NoRoom(
                f"this screen has {desktop[0]} x {desktop[1]} pixels and the workbench needs "
                f"{least[0]} x {least[1]}; "
                "the window is the kiosk alone, and lockerctl sim the hands"
            )
        return window_on(size, desktop)

    try:
        window = Window(fit, up_ms, f"lockerd: {face.name}, simulated")
    except _NoRoom as small:
        say(f"lockerd: {small}")
        return open_backend(face, headless=False), None
    first_frame(window, face)
    from ui.workbench.pane import Pane

    return Pane(size), window
