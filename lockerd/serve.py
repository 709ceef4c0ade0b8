"""A device's house behind its screen: journal, doors, inputs, requests; and back in reverse.

Theory of operation.  What cannot start is shown on the screen with the remedy, and tried again: a
disk may come back, a cable may be plugged in.  The screen is there before this module is imported.

Rules.  What waiting does not mend ends the program.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from drivers import open_cabinet, open_printer
from lockerd.appliance import Appliance, Handler, Later, make_state_dir, say
from lockerd.clock import BoardClock
from lockerd.core.events import Actor
from lockerd.core.now import Now
from lockerd.core.people import by_uid
from lockerd.core.site import Site
from lockerd.house import MEND_MS, House, Parts, WrongMode
from lockerd.journal.errors import AlreadyRunning
from lockerd.porter import Mount, Papers, Porter
from lockerd.ports import Clockwork, PortError, Post
from lockerd.uptime import up_ms, up_us
from lockerd.vault import KDF_N, Worker

NOT_HERE = (AlreadyRunning, WrongMode)
"""What waiting does not mend: this is the wrong state directory."""


def serve(appliance: Appliance, site: Site, state_dir: Path, papers: Papers) -> int:
    """Run a house behind this screen until told to stop; the exit code.

    `papers` makes what is written to a stick.
    """
    worker = Worker(appliance.loop.post)
    house = House(site, state_dir, _parts(appliance, site, worker, papers))
    front = appliance.front

    def desk() -> Handler:
        from lockerd.desk.desk import Desk

        made = Desk(
            lambda: house,
            os.urandom,
            lambda uid: acting(house, uid),
            picture=front.picture,
            trace=front.trace,
        )
        return made.answer

    def begin() -> None:
        try:
            make_state_dir(state_dir)
            house.start()
            appliance.listen(state_dir, Later(desk))
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
        return 1
    finally:
        house.stop("asked")
        worker.stop()
    return 0


def acting(house: House, uid: int) -> Actor | None:
    """The member of staff that a system user is; nobody before the journal is open."""
    engine = getattr(house, "engine", None)
    known = None if engine is None else by_uid(engine.state, uid)
    return None if known is None else Actor(known.role, known.staff)


def _porter_of(site: Site, papers: Papers) -> Callable[[Post], Porter]:
    medium = Mount(Path(site.stick_dir))
    return lambda post: Porter(site.device, medium, papers, post)


def _parts(appliance: Appliance, site: Site, worker: Worker, papers: Papers) -> Parts:
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
        printer=open_printer(site),
        open_porter=_porter_of(site, papers) if site.stick_dir else None,
        micros=up_us,
        copy_thread=True,
    )
