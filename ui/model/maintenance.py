"""Views of a technician's session."""

from __future__ import annotations

from lockerd.core.record import Record
from ui.model.base import MapColumn
from ui.model.staff import StaffView

__all__ = ["DoorState", "MaintDoor", "MaintMap"]


class DoorState(Record):
    """How a door stands: `free`, `occupied`, `open`, `out`, `unknown` or `attention`."""

    unit: str
    state: str


class MaintMap(StaffView):
    """The cabinet by state.  `until`: hh:mm at which the session ends, empty without a clock."""

    NAME = "maint_map"
    columns: tuple[MapColumn, ...]
    doors: tuple[DoorState, ...]
    ticket: str
    until: str


class MaintDoor(StaffView):
    """One door.  `level`: what its contact says.  `out`: why it is out of service, empty if it is
    not.  `actions`: what may be done with it now, of `test`, `inspect`, `retire`, `restore`."""

    NAME = "maint_door"
    unit: str
    state: str
    level: str
    out: str
    resting: bool
    actions: tuple[str, ...]
