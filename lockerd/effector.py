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
from typing import NamedTuple, Protocol

from lockerd.core import effects as ef
from lockerd.core import messages as msg
from lockerd.core.reference import digits_of, labelled
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.gate import Gate
from lockerd.journal.store import Store
from lockerd.mailroom import Mailroom
from lockerd.ports import Cabinet, Courier, Post, PulseRefused, Speaker, Timers
from lockerd.vault import Vault

HISTORY_MAX = 50_000
"""How many entries are looked through for a thing that went out: a year of a busy cabinet."""

SUPPLY_WAIT_MS = 1_000
"""How long a pulse may wait for another door's coil: less than the confirm window."""


class Carrier(Protocol):
    """Who writes papers to a stick."""

    def carry(self, effect: ef.Carry) -> None:
        """Begin; answered by `PapersWritten` or `PapersFailed`."""


class Works(NamedTuple):
    """Who takes what.  `keep_time`: two people set the clock."""

    gate: Gate
    vault: Vault
    mailroom: Mailroom
    keep_time: Callable[[], None]
    courier: Courier | None = None
    speaker: Speaker | None = None
    porter: Carrier | None = None


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
            case ef.ReadSeal():
                self._post(msg.SealRead(effect.ho, self._beside(effect), effect.seal))
            case ef.NumberItem():
                self._post(self._numbered(effect))
            case ef.SetClock():
                works.keep_time()
            case ef.Remind() | ef.Tell():
                if works.courier is not None:
                    works.courier.tell(effect)
            case ef.Carry():
                if works.porter is None:
                    self._post(msg.PapersFailed(effect.entry, "missing"))
                else:
                    works.porter.carry(effect)
            case ef.Sound():
                if works.speaker is not None:
                    works.speaker.sound(effect.tone)
            case (
                ef.CheckAnswer() | ef.CheckPair() | ef.MakeFounder() | ef.ChangePin()
                | ef.MakeChallenge() | ef.CheckTelephone()
            ):  # fmt: skip
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

    def _beside(self, effect: ef.ReadSeal) -> str:
        """How a seal's number stands to the one on record; `none` where that was never given, or
        was erased."""
        known = self._journal.disclosed(effect.entry).get("seal", "").strip().casefold()
        if not known:
            return "none"
        return "same" if effect.seal.strip().casefold() == known else "other"

    def _numbered(self, effect: ef.NumberItem) -> msg.ItemNumbered:
        """A thing's number, and the handover of the other thing."""
        item_no = self._works.vault.item_no(effect.asset) if effect.asset.strip() else ""
        text = effect.given_for.strip()
        found = self._given_for(text) if text else ()
        exchange = found[0] if len(found) == 1 else ""
        return msg.ItemNumbered(effect.ho, item_no, exchange, len(found), bool(text))

    def _given_for(self, text: str) -> tuple[str, ...]:
        """The handovers that a label can mean: one by its own names, else the newest of the thing
        with this asset number, finished or not, as far back as `HISTORY_MAX` entries."""
        live = sorted(self._state.handovers.values(), key=lambda one: one.ordered)
        named = tuple(
            one.ho
            for one in live
            if labelled(self._site, one.ho, self._journal.disclosed(one.ordered), text)
        )
        if named:
            return named
        start = max(0, self._journal.size - HISTORY_MAX)
        digits = digits_of(text)
        own = () if digits is None else (f'"ho":"{digits}',)
        for needle in (f'"item_no":"{self._works.vault.item_no(text)}"', *own):
            for idx in self._journal.newest_with(needle, start, 1):
                ho = self._journal.entry(idx).event.ho
                if ho is not None:
                    return (ho,)
        return ()

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
