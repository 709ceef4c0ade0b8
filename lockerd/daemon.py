"""`lockerd run`: the daemon of a device.

Theory of operation.  Config, screen, first frame, journal, doors, inputs, ready; and back again in
reverse.  A config that has not changed since the last start is read behind the first frame.  What
cannot start is shown on the screen with file, line and remedy: the daemon stays up, touches no pin,
and tries again when the config file changes or an operator restarts it.

Rules.  A simulated cabinet or a demonstration's state directory is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lockerd.appliance import Appliance, keep_face, open_backend, open_steady, say
from lockerd.face import LastFace
from ui.face import Face, face_of

if TYPE_CHECKING:
    from lockerd.core.effects import Carry
    from lockerd.core.site import Site
    from ui.backend import Backend

WATCH_MS = 2_000
"""How often a config file that was refused is looked at again."""

FAILED, USAGE = 1, 2

Stamp = tuple[int, int]
"""When a file was last written, in ns, and its size in bytes."""


def run(state_dir: Path, config_file: Path, headless: bool = False) -> int:
    """Run until told to stop; the exit code."""
    while True:
        again, code = _once(state_dir, config_file, headless)
        if not again:
            return code


def _once(state_dir: Path, config_file: Path, headless: bool) -> tuple[bool, int]:
    """One life with one reading of the config; whether to begin anew, and the exit code."""
    # Before it is read: a change while its mistakes are being said is a change.
    before = _stamp(config_file)
    last = LastFace(state_dir, config_file)
    early = None if last.known is None else _opened(last.known, headless)
    from lockerd import config

    site, complaints = config.check(config_file)
    for complaint in complaints:
        say(str(complaint))
    if site is not None and site.driver == "sim":
        say(f"lockerd: {config_file} describes a simulated cabinet; use: lockerd simulate")
        if early is not None:
            early.close()
        return False, USAGE
    shown = site or stand_in()
    face = face_of(shown)
    if early is not None and face != last.known:
        early.close()
        early = None
    appliance = Appliance(shown, early or _opened(face, headless))
    try:
        if site is None:
            errors = [one for one in complaints if one.is_error]
            appliance.front.alone(fault="\n".join(str(one) for one in errors))
            return _wait_for_change(appliance, config_file, before), FAILED
        from lockerd.serve import serve

        appliance.loop.call(lambda: keep_face(last, face))
        return False, serve(appliance, site, state_dir, papers_of(site, state_dir))
    finally:
        appliance.close()


def _opened(face: Face, headless: bool) -> Backend:
    """A screen that is missing, or goes away, comes back: with a config's mistakes on it too."""
    return open_backend(face, headless) if headless else open_steady(face)


def papers_of(site: Site, state_dir: Path) -> Callable[[Carry, Path], None]:
    """What makes papers for a stick; what they need is loaded when somebody wants one."""

    def make(effect: Carry, directory: Path) -> None:
        from lockerd.cli import papers

        papers.papers_of(site, state_dir)(effect, directory)

    return make


def _wait_for_change(appliance: Appliance, config_file: Path, before: Stamp | None) -> bool:
    """Stay up with the complaints on the screen; whether the file is not the one of `before`."""
    changed = False

    def look() -> None:
        nonlocal changed
        if _stamp(config_file) != before:
            changed = True
            appliance.loop.stop()
        else:
            appliance.loop.after(WATCH_MS, look)

    appliance.loop.after(WATCH_MS, look)
    appliance.run()
    return changed


def _stamp(file: Path) -> Stamp | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def stand_in() -> Site:
    """A site without a config: enough for a screen that says what is wrong with it."""
    from lockerd.core.site import Column, Compartment, Contact, Profile, Site, Strike

    return Site(
        name="lockerd",
        fleet="unconfigured.invalid",
        device="unconfigured",
        help_phone="",
        time_zone="UTC",
        driver="gpio",
        compartments=(
            Compartment("-", "S", 0, 0, 1, strike=Strike(pin=0), contact=Contact(pin=0)),
        ),
        columns=(Column(),),
        profiles=(Profile("none"),),
    )
