"""Readings without a daemon: the database, opened read-only, answered by the same desk.

Theory of operation.  The state is folded from the newest sealed snapshot, or from the start, when
a reading first needs it.  The config is not known here, so times are UTC and doors have no size.

Rules.  Nothing is written, no key is needed, and whatever changes something needs the daemon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from lockerd.cli.tool import Stopped
from lockerd.control.client import Absent, Refused
from lockerd.control.codec import RequestError
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.desk import reading
from lockerd.journal.reader import DATABASE, Reader
from lockerd.journal.snapshots import SNAPSHOTS, fold
from lockerd.ports import JournalError

NOWHERE = Now("00000000", 0, 0, None, "floor")


def site_of(origin: str) -> Site:
    """A cabinet of which nothing is known but the name of its log."""
    fleet, _, rest = origin.partition("/")
    device = rest.rpartition("/")[0]
    return Site(
        name=device,
        fleet=fleet,
        device=device,
        help_phone="",
        time_zone="UTC",
        driver="sim",
        compartments=(),
        columns=(),
        profiles=(),
    )


class Shut:
    """A cabinet that nobody runs, as a shelf."""

    fault: str | None = None
    step = ""

    def __init__(self, state_dir: Path, site: Site | None = None) -> None:
        """`site`: the cabinet, where it is known."""
        self._state_dir = state_dir
        self.journal = Reader.read(state_dir)
        self.now = self.journal.last_now() or NOWHERE
        self.site = site or site_of(self.journal.origin)

    @cached_property
    def state(self) -> State:
        """The folded state.  Raises JournalDamaged."""
        return fold(self.journal, self._state_dir / SNAPSHOTS)


class Ended(Shut):
    """An epoch that is over, beside the present one: nothing is live in it."""

    def __init__(self, directory: Path, now: Now, time_zone: str) -> None:
        """`now`: the present, for spans before it.  Raises JournalError."""
        super().__init__(directory)
        self.now = now
        self.site = self.site.but(time_zone=time_zone)

    @cached_property
    def state(self) -> State:
        """Nothing."""
        return State()


class Offline:
    """Answers readings from a state directory (`client.Asks`)."""

    def __init__(self, shelf: Shut, absent: str) -> None:
        self._shelf = shelf
        self._absent = absent

    def call(self, op: str, args: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The result of one reading.  Raises Refused; Absent for what needs the daemon."""
        try:
            return reading(self._shelf, op, args or {})
        except RequestError as no:
            if no.code == "unknown-op":
                raise Absent(self._absent) from None
            raise Refused(no.code, str(no), no.why) from None
        except JournalError as broken:
            raise Refused("failed", str(broken)) from None

    def close(self) -> None:
        """Let go of the database."""
        self._shelf.journal.close()


def open_offline(state: str, absent: str, note: Callable[[str], None]) -> Offline:
    """The database of a state directory.  Raises Absent when there is none, Stopped."""
    state_dir = Path(state)
    if not (state_dir / DATABASE).exists():
        raise Absent(f"{absent} (there is no journal there either)")
    try:
        shelf = Shut(state_dir)
    except JournalError as broken:
        raise Stopped(str(broken)) from None
    note(f"no daemon runs on {state}; this is what its database says, times in UTC")
    return Offline(shelf, absent)
