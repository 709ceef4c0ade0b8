"""The events of one message while they are being decided.

Rules.  All events of a draft go to disk in one transaction, or none does.  An event's cause may be
one that stands earlier in the same draft.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core.messages import Message
from lockerd.core.now import Now
from lockerd.core.site import Profile, Site
from lockerd.core.state import Door, Handover, State

REASON_MAX = 200


class Declined(Exception):
    """What was asked is not possible; nothing happened.  The text ends with the remedy.

    `why` is a short constant word for screens and scripts.  `subject`: what a second person would
    have to approve for it to become possible.
    """

    def __init__(self, why: str, text: str, subject: str = "") -> None:
        super().__init__(text)
        self.why = why
        self.subject = subject


def reason(text: str) -> None:
    """Decline a reason that is empty, too long or not printable."""
    if not text.strip() or len(text) > REASON_MAX or not text.isprintable():
        raise Declined(
            "reason", f"a reason of 1 to {REASON_MAX} printable characters is needed; give one"
        )


def cooling_ms(site: Site, state: State, unit: str, now: Now) -> int:
    """How long a door's strike must still rest before its next pulse."""
    known = state.doors.get(unit)
    if known is None or known.pulsed is None:
        return 0
    return max(0, site.compartment(unit).strike.rest_ms - state.proven_ms(known.pulsed, now))


class Draft:
    """Collects events against one state at one time."""

    def __init__(self, site: Site, state: State, now: Now) -> None:
        self.site = site
        self.state = state
        self.now = now
        self.events: list[ev.Event] = []

    def add(self, event: ev.Event) -> ev.Cause:
        """Add an event; its place in the log, to be named as a cause."""
        self.events.append(event)
        return ev.Cause(self.state.epoch, self.state.size + len(self.events) - 1)

    def entry(self, idx: int | None) -> ev.Cause | None:
        """An earlier entry as a cause."""
        return None if idx is None else ev.Cause(self.state.epoch, idx)

    def door(self, unit: str) -> Door:
        """What is known of a door; a door never seen is unknown."""
        return self.state.doors.get(unit) or Door(unit)

    def handover(self, ho: str) -> Handover:
        """A live handover; Declined when there is none of this name."""
        known = self.state.handovers.get(ho)
        if known is None:
            raise Declined("unknown", f"no live handover {ho}; list them with: handover list")
        return known

    def staff_actor(self, staff: str) -> ev.Actor:
        """A member of staff as an actor; the device speaks for who is enrolled no more."""
        known = self.state.staff.get(staff)
        return ev.Actor(known.role if known is not None else "device", staff)

    def profile(self, known: Handover) -> Profile:
        """The rules of a handover; those of the config's first profile if it was removed."""
        for one in self.site.profiles:
            if one.name == known.profile:
                return one
        return self.site.profiles[0]

    def cooling_ms(self, unit: str) -> int:
        """How long the strike must still rest before its next pulse."""
        return cooling_ms(self.site, self.state, unit, self.now)

    def pulse(
        self,
        unit: str,
        purpose: str,
        attempt: int,
        ho: str | None,
        actor: ev.Actor,
        cause: ev.Cause | None,
    ) -> None:
        """Permit one pulse now, or leave it to the tick at which the strike has rested."""
        if self.cooling_ms(unit) > 0:
            return
        strike = self.site.compartment(unit).strike
        self.add(
            ev.PulseOrdered(
                actor=actor,
                unit=unit,
                ho=ho,
                cause=cause,
                purpose=purpose,
                pulse_ms=strike.pulse_ms,
                attempt=attempt,
            )
        )


Handles = Mapping[type[Message], Callable[[Draft, Any], None]]
"""Kinds of messages and what decides them: a room's share of `decide`."""
