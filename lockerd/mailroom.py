"""Where fresh codes leave the house: the printer, the sealed file, a simulated telephone.

Theory of operation.  A `Deliver` names a handover; its profile names the channel.  What a channel
took becomes a `CodeDelivered`, what it did not a `DeliveryFailed`, each a message like any other.
A failed delivery is tried again every `RETRY_MS` for as long as its codes are wanted.  The codes of
a delivery are kept here alone, in memory; a power cut ends them, and the next start says so.

Rules.  Codes that were delivered, replaced, or whose handover ended are forgotten at the next look.
At most `WAITING_MAX` wait; the oldest gives way and must be re-issued.  A channel never shows a
code on the kiosk: that is the profile's `show_code`, and the visit's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from lockerd import slips
from lockerd.core import delivery
from lockerd.core import messages as msg
from lockerd.core.delivery import Letter
from lockerd.core.effects import Deliver
from lockerd.core.events import DEVICE
from lockerd.core.reference import named, reference
from lockerd.core.site import Site
from lockerd.core.state import Handover
from lockerd.ports import Cancel, Courier, Post, Printer, Timers

RETRY_MS = 30_000
WAITING_MAX = 64


class Mailroom:
    """Delivers codes by the channel of their profile.

    `handovers`: the live ones.  `disclosed(idx)`: what may be read of an entry.  `heard(letter,
    channel)`: a simulation's recipient.  `slips_dir`: instead of the config's.  `call`: run
    something on the loop's thread, from any thread.
    """

    def __init__(
        self,
        site: Site,
        handovers: Mapping[str, Handover],
        disclosed: Callable[[int], Mapping[str, str]],
        post: Post,
        timers: Timers,
        call: Callable[[Callable[[], None]], None],
        random: Callable[[int], bytes],
        courier: Courier | None = None,
        printer: Printer | None = None,
        slips_dir: Path | None = None,
        heard: Callable[[Letter, str], None] = lambda letter, channel: None,
    ) -> None:
        self._site, self._handovers, self._disclosed = site, handovers, disclosed
        self._post, self._timers, self._call, self._random = post, timers, call, random
        self._courier, self._printer = courier, printer
        self._slips_dir = slips_dir or Path(site.slips.directory)
        self._heard = heard
        self._waiting: dict[str, Deliver] = {}
        self._printing: set[str] = set()
        self._retry: Cancel | None = None

    def deliver(self, effect: Deliver) -> None:
        """Take fresh codes; the answer is a message."""
        while len(self._waiting) >= WAITING_MAX:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[effect.cred] = effect
        self._try(effect)

    def close(self) -> None:
        """Forget everything."""
        self._waiting.clear()
        if self._retry is not None:
            self._retry.cancel()

    # -- trying ----------------------------------------------------------------------------------

    def _try(self, effect: Deliver) -> None:
        known = self._handovers.get(effect.ho)
        if known is None or known.cred != effect.cred or known.delivered:
            self._waiting.pop(effect.cred, None)
            return
        letter = self._letter(effect, known)
        channel = delivery.channel_of(self._site, known.profile)
        match channel:
            case "slip" if self._printer is not None:
                self._print(self._printer, effect, letter)
            case "slip":
                self._failed(effect, channel, "no printer is fitted; add [printer] to the config")
            case "file":
                self._file(effect, letter)
            case "screen":
                # The visit says so in the same breath; whoever asked without a screen must hear it.
                self._timers.after(0, partial(self._unseen, effect))
            case _:
                self._phone(effect, letter)

    def _letter(self, effect: Deliver, known: Handover) -> Letter:
        """What the recipient of fresh codes is told."""
        names = named(known, self._disclosed)
        return Letter(
            ho=known.ho,
            cred=effect.cred,
            reference=reference(self._site, known.ho),
            unit=known.unit or "",
            opens=known.opens,
            closes=known.closes,
            recipient=names.get("recipient", ""),
            item=names.get("item", ""),
            pin=effect.pin,
            qr=effect.qr,
        )

    def _again(self) -> None:
        self._retry = None
        for effect in list(self._waiting.values()):
            self._try(effect)

    def _phone(self, effect: Deliver, letter: Letter) -> None:
        taken = self._courier.deliver(effect) if self._courier is not None else ()
        for channel in taken:
            self._done(effect, letter, channel)
        if not taken:
            why = "no telephone took the code; give the profile another delivery"
            self._failed(effect, "phone", why)

    def _file(self, effect: Deliver, letter: Letter) -> None:
        site = self._site
        try:
            zone = ZoneInfo(site.time_zone)
            line = slips.seal(_fields(letter, zone), slips.public_of(site.slips.key), self._random)
            slips.append(self._slips_dir, site.device, line)
        except slips.SlipError as broken:
            self._failed(effect, "file", str(broken))
        else:
            self._done(effect, letter, "file")

    def _unseen(self, effect: Deliver) -> None:
        known = self._handovers.get(effect.ho)
        self._waiting.pop(effect.cred, None)
        if known is not None and known.cred == effect.cred and not known.delivered:
            self._failed(effect, "screen", "no screen showed the code; re-issue it", again=False)

    def _print(self, printer: Printer, effect: Deliver, letter: Letter) -> None:
        """One slip at a time for one code; the printer answers from a thread of its own."""
        if effect.cred in self._printing:
            return
        self._printing.add(effect.cred)

        def done(fault: str | None) -> None:
            self._call(partial(self._answered, effect, letter, fault))

        printer.put(letter, done)

    # -- answers ---------------------------------------------------------------------------------

    def _answered(self, effect: Deliver, letter: Letter, fault: str | None) -> None:
        """The printer's word, on the loop's thread."""
        self._printing.discard(effect.cred)
        if fault is None:
            self._done(effect, letter, "slip")
        else:
            self._failed(effect, "slip", fault)

    def _done(self, effect: Deliver, letter: Letter, channel: str) -> None:
        self._waiting.pop(effect.cred, None)
        self._heard(letter, channel)
        self._post(msg.CodeDelivered(DEVICE, effect.ho, effect.cred, channel))

    def _failed(self, effect: Deliver, channel: str, why: str, again: bool = True) -> None:
        self._post(msg.DeliveryFailed(effect.ho, effect.cred, channel, why))
        if again and self._retry is None:
            self._retry = self._timers.after(RETRY_MS, self._again)


def _fields(letter: Letter, zone: ZoneInfo) -> dict[str, str]:
    """A letter as a mail merge wants it: times as people read them at the site."""

    def when(unix_ms: int) -> str:
        return f"{datetime.fromtimestamp(unix_ms / 1000, zone):%Y-%m-%d %H:%M}"

    pin = letter.pin
    return {
        "reference": letter.reference,
        "recipient": letter.recipient,
        "item": letter.item,
        "unit": letter.unit,
        "opens": when(letter.opens),
        "closes": when(letter.closes),
        "code": " ".join(pin[at : at + 3] for at in range(0, len(pin), 3)),
        "qr": letter.qr,
        "ho": letter.ho,
    }
