"""Random acts of a handover's later life: back, elsewhere, by key, disputed; and of the cabinet's.

Rules.  As in `hazards`: sensible acts are likelier than senseless ones, and both are made.  An act
that needs a second person gets one most of the time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Protocol, TypeVar

import corekit as kit

from lockerd.core import approval, dispute
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.messages import Level
from lockerd.core.state import Handover

T = TypeVar("T")
SECOND = ev.Actor("operator", "6")
"""Somebody who can approve what the operator asks for."""


class Pick(Protocol):
    """Where choices come from."""

    def one(self, choices: Sequence[T]) -> T: ...
    def whole(self, low: int, high: int) -> int: ...


class LaterActs(ABC):
    """Acts of people after a deposit."""

    c: kit.Cabinet
    offered: str | None
    proven: set[str]

    @abstractmethod
    def send(self, message: msg.Message) -> list[ev.Event]:
        """Send a message; what is declined changes nothing."""

    @abstractmethod
    def door_to(self, unit: str, level: Level, flips: int) -> None:
        """A door's contact changes."""

    # -- steps -----------------------------------------------------------------------------------

    def _in(self, pick: Pick, *phases: str) -> Handover | None:
        found = [one for one in self.c.state.handovers.values() if one.phase in phases]
        return pick.one(found) if found else None

    def _boss(self, pick: Pick) -> ev.Actor:
        return pick.one((kit.OPERATOR, kit.OPERATOR, SECOND, kit.DEPOSITOR))

    def _second(self, pick: Pick, subject: str, asker: ev.Actor) -> None:
        """Mostly another operator says yes; else the asker, a depositor, or a broken glass."""
        other = SECOND if asker == kit.OPERATOR else kit.OPERATOR
        who = pick.one((other, other, other, other, asker, kit.DEPOSITOR))
        if pick.whole(0, 7) == 0:
            self.send(msg.BreakGlass(asker, subject, "nobody else is here"))
            return
        proven = pick.whole(0, 7) > 0
        self.send(msg.ApprovalChecked(f"badge-{who.id}", proven, subject, asker.id))

    def _swing(self, pick: Pick, unit: str | None) -> None:
        """The door of a compartment does some of what it should: opens, and closes."""
        for level in (Level.OPEN, Level.CLOSED)[: pick.one([0, 1, 2, 2])]:
            if unit is not None:
                self.c.wait(500)
                self.door_to(unit, level, 1)

    # -- acts ------------------------------------------------------------------------------------

    def approve(self, pick: Pick) -> None:
        """Somebody says yes to a release that waits, their own deposit or not."""
        known = self._in(pick, "collectable")
        if known is None:
            return
        if known.requested is None and known.cred is not None:
            self.offered = known.cred
            self.proven.add(known.cred)
            self.send(msg.CodeChecked("qr", known.cred, True))
        own = [one for one in (kit.OPERATOR, SECOND) if one.id == known.depositor]
        who = pick.one((kit.OPERATOR, SECOND, *own, *own, kit.DEPOSITOR, kit.TECHNICIAN))
        subject = pick.one(("release", "release", "identity")) + f":{known.ho}"
        document = approval.DOCUMENTS[0] if subject.startswith("identity") else ""
        if pick.whole(0, 7) == 0:
            self.send(msg.BreakGlass(who, subject, "nobody else is here"))
        else:
            self.send(msg.ApprovalChecked(f"badge-{who.id}", True, subject, "", document))

    def back(self, pick: Pick) -> None:
        """An item goes back to whoever deposited it."""
        known = self._in(pick, "awaiting_return", "returning", "return_open")
        if known is not None:
            own = ev.Actor("depositor", known.depositor or "")
            self.send(msg.FetchBack(pick.one((own, own, kit.OPERATOR, kit.OTHER)), known.ho))
            self._swing(pick, known.unit)
            return
        known = self._in(pick, "collectable", "expired", "frozen", "unconfirmed")
        if known is None:
            return
        who = self._boss(pick)
        refused = msg.RefuseHandover(who, known.ho, "it leaks")
        self.send(pick.one((refused, msg.ReturnHandover(who, known.ho, "not needed"))))

    def move(self, pick: Pick) -> None:
        """An operator carries an item to another compartment, and goes on as one should."""
        known = self._in(pick, "moving_out", "carrying", "moving_in", "moved")
        who = self._boss(pick)
        if known is None:
            known = self._in(pick, "collectable", "expired", "frozen")
            if known is not None:
                to = pick.one(("", "", *(one.unit for one in self.c.site.compartments)))
                self.send(msg.MoveHandover(who, known.ho, "water", to))
                self._swing(pick, known.unit)
        elif pick.whole(0, 9) == 0:
            self.send(msg.StopMove(who, known.ho, "no time"))
        elif known.phase == "carrying":
            self.send(msg.PlaceMoved(who, known.ho, pick.one(("", "", "A3"))))
            self._swing(pick, known.to)
        elif known.phase == "moved":
            again = msg.PlaceMoved(who, known.ho)
            self.send(pick.one((msg.ConfirmMove(who, known.ho), again)))
        else:
            self._swing(pick, known.to if known.phase == "moving_in" else known.unit)

    def key(self, pick: Pick) -> None:
        """Two people use the mechanical key."""
        known = self._in(pick, *dispute.BY_KEY)
        if known is None:
            return
        who = pick.one((kit.OPERATOR, SECOND, kit.DEPOSITOR))
        self._second(pick, f"key:{known.ho}", who)
        declared = msg.DeclareKey(who, known.ho, "no power in the strike")
        self.send(pick.one((declared, msg.CompleteByKey(who, known.ho, "the strike is broken"))))
        self._swing(pick, known.unit)

    def dispute(self, pick: Pick) -> None:
        """A recipient says something at the open door, or at the receipt."""
        known = self._in(pick, "open")
        fresh = [one for one in self.c.state.tombs.values() if one.closed is not None]
        if known is not None and (not fresh or pick.whole(0, 3) > 0):
            left = msg.LeaveItem(known.ho, pick.one((True, True, False)))
            said = pick.one((*dispute.CLAIMS, *dispute.SEAL_CLAIMS))
            self.send(pick.one((left, msg.DisputeHandover(known.ho, said))))
        elif fresh:
            tomb = pick.one(fresh)
            said = pick.one((*dispute.CLAIMS, *dispute.SEAL_CLAIMS, "late"))
            claim = pick.one((msg.DisputeHandover(tomb.ho, said), msg.CheckSeal(tomb.ho, "said")))
            more = [msg.ReleaseNext(tomb.cred, "qr")] if tomb.cred in self.proven else []
            self.offered = tomb.cred if more else None
            self.send(pick.one((claim, msg.OpenAgain(tomb.ho), *more)))
            unit = next(
                unit for unit, one in self.c.state.tombs.items() if one is tomb or one.ho == tomb.ho
            )
            if self.c.state.occupied_by(unit) is None:
                self._swing(pick, unit)

    def emergency(self, pick: Pick) -> None:
        """Everything is to open, or no more of it."""
        who = self._boss(pick)
        if self.c.state.emergency is not None and pick.whole(0, 2) == 0:
            self.send(msg.StopOpening(who))
            return
        self._second(pick, "emergency", who)
        units = pick.one(((), (), ("A2",), ("A3", "A1"), ("Z9",)))
        self.send(msg.OpenAll(who, units, "smoke"))
        for one in list(self.c.state.doors.values()):
            if one.lease is not None and one.lease.purpose == "emergency":
                self._swing(pick, one.unit)

    def counting(self, pick: Pick) -> None:
        """An operator goes from door to door and says what lies there."""
        known = self.c.state.count
        if known is None or not known.unit:
            who = self._boss(pick)
            self.send(msg.StaffPinChecked(f"badge-{who.id}", True))
            self._second(pick, "count", who)
            self.send(pick.one((msg.StartCount(who), msg.StartCount(who), msg.EndCount(who))))
            return
        who, unit = ev.Actor("operator", known.staff), known.unit
        self.c.wait(500)
        self.door_to(unit, Level.OPEN, 1)
        said = msg.SayCounted(who, unit, pick.one(("item", "empty")))
        asked = (msg.SkipCounted(who, unit), msg.PauseCount(who), msg.EndCount(who))
        self.send(pick.one((said, said, said, said, *asked)))
        if pick.whole(0, 3):
            self.door_to(unit, Level.CLOSED, 1)

    def maintenance(self, pick: Pick) -> None:
        """A technician works on the cabinet."""
        unit = pick.one([one.unit for one in self.c.site.compartments])
        who = pick.one((kit.TECHNICIAN, kit.TECHNICIAN, kit.TECHNICIAN, kit.OPERATOR))
        if self.c.state.maintenance is None:
            self.send(msg.OpenMaintenance(kit.TECHNICIAN, pick.one(("W-7", "W-7", ""))))
        if pick.whole(0, 3) == 0:
            self.send(msg.CloseMaintenance(who))
            return
        held = self.c.state.occupied_by(unit)
        if held is not None:
            self._second(pick, f"inspect:{unit}", who)
            self.send(msg.InspectDoor(who, unit, "the contact is worn"))
        else:
            retire = msg.RetireDoor(who, unit, "worn")
            self.send(pick.one((msg.TestDoor(who, unit), msg.RestoreDoor(who, unit), retire)))
        self._swing(pick, unit)
