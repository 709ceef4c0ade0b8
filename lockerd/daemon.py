"""`lockerd run`: the daemon of a device.

Theory of operation.  Config, screen, first frame, journal, doors, inputs, ready; and back again in
reverse.  What cannot start is shown on the screen with file, line and remedy: the daemon stays up,
touches no pin, and tries again when the config file changes or an operator restarts it.

Rules.  A simulated cabinet or a demonstration's state directory is refused.
"""

from __future__ import annotations

import os
from pathlib import Path

from lockerd.appliance import Appliance, make_state_dir, open_backend, say
from lockerd.clock import BoardClock, up_ms
from lockerd.core.now import Now
from lockerd.core.site import Column, Compartment, Contact, Profile, Site, Strike
from lockerd.house import MEND_MS, Clockwork, House, Parts, WrongMode
from lockerd.journal.errors import AlreadyRunning
from lockerd.ports import PortError
from lockerd.vault import KDF_N, Worker
from ui.backend import DisplayError

WATCH_MS = 2_000
"""How often a config file that was refused is looked at again."""

FAILED, USAGE = 1, 2

NOT_HERE = (AlreadyRunning, WrongMode)
"""What waiting does not mend: this is the wrong state directory."""


def run(state_dir: Path, config_file: Path, headless: bool = False) -> int:
    """Run until told to stop; the exit code."""
    while True:
        again, code = _once(state_dir, config_file, headless)
        if not again:
            return code


def _once(state_dir: Path, config_file: Path, headless: bool) -> tuple[bool, int]:
    """One life with one reading of the config; whether to begin anew, and the exit code."""
    from lockerd import config

    site, complaints = config.check(config_file)
    for complaint in complaints:
        say(str(complaint))
    if site is not None and site.driver == "sim":
        say(f"lockerd: {config_file} describes a simulated cabinet; use: lockerd simulate")
        return False, USAGE
    try:
        appliance = Appliance(site or stand_in(), open_backend(site or stand_in(), headless))
    except DisplayError as dark:
        say(f"lockerd: {dark}")
        return False, FAILED
    appliance.first_frame()
    try:
        if site is None:
            errors = [one for one in complaints if one.is_error]
            appliance.front.alone(fault="\n".join(str(one) for one in errors))
            return _wait_for_change(appliance, config_file), FAILED
        return False, _serve(appliance, site, state_dir)
    finally:
        appliance.close()


def _serve(appliance: Appliance, site: Site, state_dir: Path) -> int:
    from lockerd.desk.desk import Desk

    worker = Worker(appliance.loop.post)
    house = House(site, state_dir, _parts(appliance, site, worker))
    desk = Desk(lambda: house, os.urandom, lambda uid: None, None, appliance.front.picture)

    def begin() -> None:
        try:
            make_state_dir(state_dir)
            house.start()
            appliance.listen(state_dir, desk.answer)
        except NOT_HERE:
            raise
        except PortError as broken:
            say(f"lockerd: {broken}")
            house.stop("failed")
            appliance.front.alone(fault=str(broken))
            appliance.loop.after(MEND_MS, begin)

    try:
        begin()
        appliance.run()
    except NOT_HERE as refused:
        say(f"lockerd: {refused}")
        return FAILED
    finally:
        house.stop("asked")
        worker.stop()
    return 0


def _parts(appliance: Appliance, site: Site, worker: Worker) -> Parts:
    from drivers import open_cabinet

    def clock_of(floor: Now | None) -> Clockwork:
        return BoardClock(floor, site.clock.battery_backed, site.clock.error_ms)

    return Parts(
        loop=appliance.loop,
        clock_of=clock_of,
        open_cabinet=lambda clock: open_cabinet(site, up_ms=up_ms),
        run_job=worker.run,
        random=os.urandom,
        mode="device",
        kdf_n=KDF_N,
        kiosk=appliance.front,
    )


def _wait_for_change(appliance: Appliance, config_file: Path) -> bool:
    """Stay up with the complaints on the screen; whether the file changed."""
    changed = False
    before = _stamp(config_file)

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


def _stamp(file: Path) -> tuple[int, int] | None:
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
