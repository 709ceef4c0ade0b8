"""The kiosk in front of a house: what the screen looks up, when it is painted, what it sends.

Theory of operation.  The kiosk draws views and knows nothing of a journal; the house knows nothing
of pixels.  This joins them.  The same kiosk outlives a house: after a simulated power cut it shows
the next one.

Rules.  Without a house (before the journal is open, or when it cannot be opened) the screen says
so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from lockerd.core.messages import Intent, PartChanged
from lockerd.core.now import Now
from lockerd.core.parts import DOUBT
from lockerd.core.reference import reference
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.core.visit import Visit
from lockerd.doubt import Doubt
from lockerd.house import House
from ui.backend import Backend, Input, Key, Quit, Touch
from ui.geometry import Rect
from ui.kiosk import Kiosk
from ui.model import Matrix
from ui.view.sight import PastLine

REST_MS = 60
"""A screen that has not changed for so long is at rest: time to be ready for a finger."""

LOOKED_THROUGH = 20_000
"""Entries that a look at one handover goes back at most: some ten milliseconds."""

_KEYS: Mapping[str, str] = {"enter": "ok", "backspace": "erase", "escape": "cancel"}


def random_ids() -> tuple[str, str, str]:
    """Three ids of 16 hex digits."""
    return os.urandom(8).hex(), os.urandom(8).hex(), os.urandom(8).hex()


class Front:
    """Implements `house.KioskPart` and `ui.view.Look`."""

    def __init__(
        self,
        site: Site,
        backend: Backend,
        up_ms: Callable[[], int],
        ids: Callable[[], tuple[str, str, str]] = random_ids,
    ) -> None:
        self.backend = backend
        self.house: House | None = None
        self.fault: str | None = None
        self.on_quit: Callable[[], None] = lambda: None
        self.on_painted: Callable[[], None] = lambda: None
        self._up_ms = up_ms
        self._site = site
        self._doubt = Doubt(up_ms())
        self._ready_ms: int | None = None
        self.kiosk = Kiosk(site, backend, up_ms, self._send, ids)

    # -- house.KioskPart ---------------------------------------------------------------------------

    def refresh(self, house: House) -> None:
        """Bring the screen up to date with a house that runs."""
        self.house = house
        self.fault = house.fault
        engine = house.engine
        painted = self.kiosk.show(engine.state, engine.visit, self, house.clock.now())
        self._make_ready(bool(painted))
        self.on_painted()

    def _make_ready(self, painted: bool) -> None:
        """Once the screen is at rest, and where fingers come from a display."""
        now_ms = self._up_ms()
        if painted and self.backend.fileno() is not None:
            self._ready_ms = now_ms + REST_MS
        elif self._ready_ms is not None and now_ms >= self._ready_ms:
            self._ready_ms = None
            self.kiosk.ready()

    def next_frame_due(self, house: House) -> int | None:
        """When something on the screen changes by itself, or is to be made ready, in ms since
        boot."""
        due = self.kiosk.next_frame_due(house.clock.now())
        dues = [one for one in (due, self._ready_ms) if one is not None]
        return min(dues, default=None)

    def alone(self, fault: str | None = None) -> None:
        """Without a house: `One moment`, or why there is none."""
        self.house, self.fault = None, fault
        now = Now("", self._up_ms(), 0, None, "floor")
        self.kiosk.show(State(), Visit(), self, now)
        self.on_painted()

    def repaint(self) -> None:
        """The screen is another one, or lost what was on it: paint everything."""
        self.kiosk.rebind()
        self.on_painted()

    def answers(self) -> bool:
        """Whether a finger on the screen would still move its pixels, and they show what is so.

        From a touch over the kiosk's state to pixels, and nothing of it is seen: the watchdog is
        fed only while this holds.
        """
        visit = None if self.house is None else self.house.engine.visit
        return self.kiosk.answers(visit)

    def dark(self) -> None:
        """The supply is cut: the glass is black, and nobody is behind it."""
        self.house = None
        surface = self.backend.surface
        surface.fill((0, 0, 0))
        self.backend.put([Rect(0, 0, *self.backend.size)])

    # -- ui.view.Look ----------------------------------------------------------------------------

    def disclosed(self, idx: int) -> Mapping[str, str]:
        """The names of an entry that were not erased."""
        assert self.house is not None
        return self.house.journal.disclosed(idx)

    def receipt_text(self, idx: int) -> str:
        """The text of a receipt's QR code: a sentence, then the proof."""
        from zoneinfo import ZoneInfo

        from lockerd.journal import proof

        assert self.house is not None
        entry = self.house.journal.entry(idx)
        when = datetime.fromtimestamp(entry.now.lo / 1000, ZoneInfo(self._site.time_zone))
        name = reference(self._site, entry.event.ho or "")
        sentence = f"{name}: collected from locker {entry.event.unit}, {when:%Y-%m-%d %H:%M}."
        visit = self.house.engine.visit
        if visit.receipt == idx and visit.signed:
            how = "Signed for" if visit.signed == "drawn" else "Confirmed by a key"
            sentence = f"{sentence} {how} by the recipient."
        return proof.short(self.house.journal, idx, sentence)

    def collected_at(self, idx: int) -> int:
        """When an entry was written, Unix ms."""
        assert self.house is not None
        return self.house.journal.entry(idx).now.lo

    def lines(self, ho: str, most: int) -> Sequence[PastLine]:
        """The newest entries about a handover."""
        assert self.house is not None
        known = self.house.engine.state.handovers.get(ho)
        journal = self.house.journal
        start = max(0 if known is None else known.ordered, journal.size - LOOKED_THROUGH)
        found = (journal.entry(idx) for idx in journal.newest(ho, start, most))
        return [
            PastLine(one.now.lo, one.event.TYPE, one.event.actor.role, one.event.actor.id, one.idx)
            for one in found
        ]

    def challenge(self) -> str:
        """The text of the claim that the owner signs."""
        assert self.house is not None
        return self.house.gate.challenge.text

    def qr_matrix(self, text: str) -> Matrix:
        """The modules of a QR code."""
        from ui.qr import matrix

        return matrix(text)

    def picture(self, redact: bool) -> bytes:
        """What is on the screen as PNG; `redact` blanks codes, names and QR codes."""
        import tempfile  # with shutil and its archive formats, no part of a start

        with tempfile.TemporaryDirectory(prefix="lockerd-") as directory:
            file = Path(directory) / "screen.png"
            self.kiosk.screenshot(file, redact)
            return file.read_bytes()

    def trace(self, redact: bool) -> dict[str, Any]:
        """What is on the screen as data: `screen`, `size` and `widgets`, in the order of painting.

        A widget has `kind`, `rect` (left, top, width, height), `text`, `action`, `enabled`.
        """
        shown: dict[str, Any] = self.kiosk.trace(redact)
        keys = ("kind", "rect", "text", "action", "enabled")
        widgets = [{key: one[key] for key in keys} for one in shown.get("widgets", ())]
        return {
            "screen": shown.get("screen", ""),
            "size": list(self.backend.size),
            "widgets": widgets,
        }

    def place_of(self, action: str) -> tuple[int, int] | None:
        """The middle of the button that does this, in pixels; None where none is shown."""
        for one in self.trace(False)["widgets"]:
            if one["action"] == action and one["enabled"]:
                left, top, width, height = one["rect"]
                return left + width // 2, top + height // 2
        return None

    # -- input -----------------------------------------------------------------------------------

    def take(self, inputs: list[Input]) -> None:
        """What the window reports."""
        for one in inputs:
            if isinstance(one, Touch):
                self.touch(one)
            elif isinstance(one, Key):
                self.take_key(one.name, one.up_ms)
            elif isinstance(one, Quit):
                self.on_quit()

    def touch(self, touch: Touch) -> None:
        """A finger.  Whatever was thought of the touchscreen: it works."""
        if touch.phase == "down":
            self._doubt.touched(touch.up_ms)
            if self.house is not None and "touch" in self.house.engine.state.lost:
                self.house.loop.post(PartChanged("touch", True))
        self.kiosk.touch(touch.x, touch.y, touch.phase, touch.up_ms)

    def pump(self) -> None:
        """The window has something to say."""
        self.take(self.backend.pump())

    def take_key(self, name: str, at_ms: int) -> None:
        """A key of a keyboard, by the window's name for it."""
        self.keypad(_KEYS.get(name, name), at_ms)

    def keypad(self, key: str, at_ms: int) -> None:
        """A key of the keypad: a digit, `ok`, `erase` or `cancel`."""
        strange = self._doubt.key(key, at_ms)
        if strange and self.house is not None and "touch" not in self.house.engine.state.lost:
            self.house.loop.post(PartChanged("touch", False, DOUBT))
        self.kiosk.key(key, at_ms)

    def key(self, key: str) -> None:
        """A key of the keypad: a digit, `ok`, `erase` or `cancel`."""
        self.keypad(key, self._up_ms())

    def tap(self, x: int, y: int) -> None:
        """A finger that goes down and up at a pixel."""
        up_ms = self._up_ms()
        self.touch(Touch(x, y, "down", up_ms))
        self.touch(Touch(x, y, "up", up_ms))

    def _send(self, intent: Intent) -> None:
        if self.house is not None:
            self.house.take(intent)
