"""The events of one message while they are being decided.

Rules.  All events of a draft go to disk in one transaction, or none does.  An event's cause may be
one that stands earlier in the same draft.
"""

from __future__ import annotations

from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.core.site import Profile, Site
from lockerd.core.state import Door, Handover, State


class Declined(Exception):
    """What was asked is not possible; nothing happened.  The text ends with the remedy.

    `why` is a short constant word for screens and scripts.
    """

    def __init__(self, why: str, text: str) -> None:
        super().__init__(text)
        self.why = why


def cooling_ms(site: Site, state: State, unit: str, now: Now) -> int:
    """How long a door's strike must still rest before its next pulse."""
    known = state.doors.get(unit)
    if known is None or known.pulsed is None:
        return 0
    return max(0, site.compartment(unit).strike.rest_ms - state.elapsed_ms(known.pulsed, now))


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
