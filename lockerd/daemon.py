"""`lockerd run`: the daemon of a device.

Theory of operation.  Config, screen, first frame, journal, doors, inputs, ready; and back again in
reverse.  What cannot start is shown on the screen with file, line and remedy: the daemon stays up,
touches no pin, and tries again when the config file changes or an operator restarts it.

Rules.  A simulated cabinet or a demonstration's state directory is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lockerd.appliance import Appliance, open_backend, open_steady, say
from lockerd.core.site import Column, Compartment, Contact, Profile, Site, Strike

if TYPE_CHECKING:
    from lockerd.core.effects import Carry

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
    from lockerd import config

    # Before it is read: a change while its mistakes are being said is a change.
    before = _stamp(config_file)
    site, complaints = config.check(config_file)
    for complaint in complaints:
        say(str(complaint))
    if site is not None and site.driver == "sim":
        say(f"lockerd: {config_file} describes a simulated cabinet; use: lockerd simulate")
        return False, USAGE
    shown = site or stand_in()
    # A screen that is missing, or goes away, comes back with the mistakes of the config too.
    backend = open_backend(shown, headless) if headless else open_steady(shown)
    appliance = Appliance(shown, backend)
    try:
        if site is None:
            errors = [one for one in complaints if one.is_error]
            appliance.front.alone(fault="\n".join(str(one) for one in errors))
            return _wait_for_change(appliance, config_file, before), FAILED
        from lockerd.serve import serve

        return False, serve(appliance, site, state_dir, papers_of(site, state_dir))
    finally:
        appliance.close()


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
