"""Carries effects out: each goes to the part of the house whose work it is.

Theory of operation.  The engine hands over one effect at a time, after the events that it follows
from are durable.  A pulse goes to the driver, fresh codes to the mailroom, a check of a code to the
vault or the gate.  Answers come back as messages.

Rules.  A pulse is handed over once, and once more only where the driver says that nothing was
energised.  Without a cabinet, which is so before the doors are read and while a house mends,
there is no pulse.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lockerd.core import effects as ef
from lockerd.core import messages as msg
from lockerd.core.reference import labelled
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.gate import Gate
from lockerd.journal.store import Store
from lockerd.mailroom import Mailroom
from lockerd.ports import Cabinet, Courier, Post, PulseRefused, Speaker, Timers
from lockerd.vault import Vault

SUPPLY_WAIT_MS = 1_000
"""How long a pulse may wait for another door's coil: less than the confirm window."""


class Works(NamedTuple):
    """Who takes what.  `keep_time`: two people set the clock."""

    gate: Gate
    vault: Vault
    mailroom: Mailroom
    keep_time: Callable[[], None]
    courier: Courier | None = None
    speaker: Speaker | None = None


class Effector:
    """Of one opened journal."""

    def __init__(
        self, site: Site, state: State, journal: Store, post: Post, timers: Timers, works: Works
    ) -> None:
        self.cabinet: Cabinet | None = None
        self._site, self._state, self._journal = site, state, journal
        self._post, self._timers = post, timers
        self._works = works

    def act(self, effect: ef.Effect) -> None:
        """Hand an effect to whose work it is."""
        works = self._works
        match effect:
            case ef.Pulse():
                self._pulse(effect)
            case ef.Deliver():
                works.mailroom.deliver(effect)
            case ef.FindItem():
                self._post(msg.ItemsFound(self.items_of(effect.text)))
            case ef.SetClock():
                works.keep_time()
            case ef.Remind() | ef.Tell():
                if works.courier is not None:
                    works.courier.tell(effect)
            case ef.Sound():
                if works.speaker is not None:
                    works.speaker.sound(effect.tone)
            case ef.MakeChallenge() | ef.CheckTelephone():
                works.gate.submit(effect)
            case ef.CheckAnswer() | ef.CheckPair() | ef.MakeFounder() | ef.ChangePin():
                works.gate.submit(effect)
            case _:
                works.vault.submit(effect)

    def items_of(self, text: str) -> tuple[str, ...]:
        """The announced handovers that a scanned label belongs to, oldest first."""
        return tuple(
            known.ho
            for known in sorted(self._state.handovers.values(), key=lambda one: one.ordered)
            if known.phase == "ordered"
            and labelled(self._site, known.ho, self._journal.disclosed(known.ordered), text)
        )

    def _pulse(self, effect: ef.Pulse, again: bool = True) -> None:
        """Hand one permission to the driver; once more when another coil holds the supply."""
        if self.cabinet is None:
            return
        try:
            self.cabinet.pulse(effect.unit, effect.pulse_ms)
        except PulseRefused as refused:
            wait_ms = refused.ready_in_ms
            if again and wait_ms is not None and wait_ms <= SUPPLY_WAIT_MS:
                # Nothing was energised, so the permission still stands; the confirm window runs.
                self._timers.after(wait_ms, lambda: self._pulse(effect, again=False))
            else:
                self._post(msg.PulseEnded(effect.unit, str(refused)))
