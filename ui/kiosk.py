"""The kiosk: facts in, pixels out; fingers and keys in, intents out.

Theory of operation.  `show` makes a view of the facts, a tree of widgets of the view, and lets the
frame repaint what differs from the tree on the glass.  A touch or a key becomes an action of that
tree, the action changes the typing session or becomes an intent, and the screen follows at once:
the core is told last, so it may call `show` again from within.  `tick` looks at the same facts with
a later time; `next_frame_due` says when that can make a difference.

Rules.  Nothing is repainted that did not change.  A touch older than its target on the glass is
dropped: it was aimed at what was there before.  A digit never is: the first one typed on a screen
without a keypad opens code entry and is kept until it is there.  The key of a digit never looks
pressed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lockerd.core.messages import Activity, Intent, Pressed
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.core.visit import Visit
from ui import lang, model
from ui.backend import Backend, Phase, Touch
from ui.backend.headless import Headless, save_png
from ui.frame import Frame
from ui.geometry import Rect
from ui.model import Matrix
from ui.screens import build
from ui.session import CHOICES, Session, follow, forgets_ms, press
from ui.text import Typesetter
from ui.theme import PALETTES, theme_of
from ui.view import Look, redacted, view_of
from ui.view.sight import PastLine
from ui.widgets import Button, Screen, Trace

DIGITS: Final = frozenset("0123456789")
KEYS: Final = {"enter": "ok", "backspace": "erase", "escape": "cancel"}
"""Names of a keyboard's keys as names of a keypad's."""

OPENS_ENTRY: Final = frozenset({"home", "scan", "refused", "not_opened", "help"})
"""Steps on which a typed digit begins a code."""

CANCELS: Final = ("helping:off", "display:off", "home", "back", "sign-out")
"""What the cancel key presses, the first that is on the screen."""

AHEAD_MAX: Final = 9

Send = Callable[[Intent], object]
Ids = Callable[[], tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What was last shown from."""

    state: State
    visit: Visit
    look: Look
    now: Now


class _Remembering:
    """A look that makes the symbol of a step once, and forgets it with the step."""

    def __init__(self) -> None:
        self.look: Look
        self._symbols: dict[str, Matrix] = {}
        self._lines: dict[tuple[str, int], Sequence[PastLine]] = {}

    @property
    def fault(self) -> str | None:
        return self.look.fault

    def disclosed(self, idx: int) -> Mapping[str, str]:
        return self.look.disclosed(idx)

    def receipt_text(self, idx: int) -> str:
        return self.look.receipt_text(idx)

    def collected_at(self, idx: int) -> int:
        return self.look.collected_at(idx)

    def lines(self, ho: str, most: int) -> Sequence[PastLine]:
        if (ho, most) not in self._lines:
            self._lines = {(ho, most): self.look.lines(ho, most)}
        return self._lines[ho, most]

    def challenge(self) -> str:
        return self.look.challenge()

    def qr_matrix(self, text: str) -> Matrix:
        if text not in self._symbols:
            self._symbols = {text: self.look.qr_matrix(text)}
        return self._symbols[text]

    def forget(self) -> None:
        self._symbols, self._lines = {}, {}


class Kiosk:
    """One panel.  `up_ms` is the clock of its touches; `send` takes intents to the core."""

    def __init__(
        self,
        site: Site,
        backend: Backend,
        up_ms: Callable[[], int],
        send: Send,
        random_ids: Ids,
    ) -> None:
        """`random_ids` makes three ids of 16 hex digits for what a form may make."""
        self.site = site
        self._up_ms, self._send, self._ids = up_ms, send, random_ids
        self._frame = Frame(backend, theme_of(site, backend))
        self._facts: Facts | None = None
        self._look = _Remembering()
        self._view: model.View | None = None
        self._session = Session()
        self._ahead = ""
        self._born: dict[tuple[str, str, Rect], int] = {}

    # -- showing ---------------------------------------------------------------------------------

    def show(self, state: State, visit: Visit, look: Look, now: Now) -> list[Rect]:
        """Bring the glass up to date; the rectangles that were painted."""
        before, self._session = self._session, follow(self._session, visit)
        self._facts = Facts(state, visit, look, now)
        if self._session is not before:
            self._look.forget()
            self._take_ahead(state.paused_ms(now) > 0)
        painted = self._render()
        if before.step != visit.step == "home":
            self._frame.forget()
        return painted

    def tick(self, now: Now) -> list[Rect]:
        """Show the same facts at a later time: clocks and countdowns move."""
        if self._facts is None:
            return []
        self._facts = replace(self._facts, now=now)
        return self._render()

    def next_frame_due(self, now: Now) -> int | None:
        """When `tick` will change something, in ms since boot; None for never."""
        due = self._view.due if self._view is not None else None
        return None if due is None else max(now.up_ms, due)

    def _render(self) -> list[Rect]:
        assert self._facts is not None
        facts, self._look.look = self._facts, self._facts.look
        end = forgets_ms(self._session, self.site, facts.visit)
        if end is not None and end <= facts.now.up_ms:
            self._session = self._session.forgotten()
        view = view_of(self.site, facts.state, facts.visit, self._session, self._look, facts.now)
        same, self._view = view == self._view, view
        if same and self._frame.screen is not None:
            return []
        large, rtl = view.text_size == "large", lang.language(view.language).rtl
        self._frame.dress(PALETTES[view.theme], large, rtl)
        screen = build(view, self._frame.type)
        painted = self._frame.show(screen)
        self._note_targets(screen)
        return painted

    def _note_targets(self, screen: Screen) -> None:
        """Since when each thing to press has been where it is."""
        now = self._up_ms()
        keys = [(screen.name, w.action, w.rect) for w in screen.flat() if w.action and w.enabled]
        self._born = {key: self._born.get(key, now) for key in keys}

    # -- hands -----------------------------------------------------------------------------------

    def touch(self, x: int, y: int, phase: Phase, up_ms: int) -> None:
        """A finger; the button under it answers at once."""
        screen = self._frame.screen
        if screen is None:
            return
        if phase == "down":
            target = screen.target(x, y)
            if target is None:
                self._send(Activity())
                return
            if up_ms < self._born.get((screen.name, target.action, target.rect), 0):
                return
        action = self._frame.event(Touch(x, y, phase, up_ms))
        if action is not None:
            self._act(action)

    def key(self, key: str, up_ms: int) -> None:
        """A key: `0` to `9`, `ok`, `erase`, `cancel`, or any character while a text is typed.

        The keys of a keyboard are taken too: `enter`, `backspace`, `escape`.
        """
        if self._facts is None:
            return
        name, step = KEYS.get(key, key), self._facts.visit.step
        action = self._key_action(name)
        if action is not None:
            self._act(action)
        elif name in DIGITS and step in OPENS_ENTRY and isinstance(self._view, _PUBLIC):
            self._ahead = (self._ahead + name)[:AHEAD_MAX]
            self._send(Pressed("enter-code"))
        else:
            self._send(Activity())

    def _key_action(self, key: str) -> str | None:
        """The action of a key on the screen that is on the glass."""
        screen = self._frame.screen
        if screen is None:
            return None
        view, modal = self._view, any(w.modal for w in screen.flat())
        if isinstance(view, model.Code):
            if key in DIGITS:
                return f"digit:{key}"
            if key == "erase" or (key == "ok" and not modal):
                return key
        if _typing(view):
            if len(key) == 1 and key.isprintable():
                return f"char:{key}"
            if key == "erase":
                return "erase"
            if key == "ok" and not modal:
                return "done"
        if key == "ok":
            primary = [w.action for w in _reachable(screen) if w.look == "primary"]
            return primary[-1] if primary else None
        if key == "cancel":
            offered = {w.action for w in _reachable(screen)}
            return next((one for one in CANCELS if one in offered), None)
        return None

    def _act(self, action: str) -> None:
        """Session and screen first, the core last: it may show something else at once."""
        assert self._facts is not None and self._view is not None
        done = press(self._session, self._view, action, self._facts.visit.active, self._ids)
        if done.session != self._session:
            self._session = done.session
            if action.partition(":")[0] in CHOICES:
                self._session = replace(done.session, chosen_ms=self._facts.now.up_ms)
            self._render()
        if done.intent is not None:
            self._send(done.intent)

    def _take_ahead(self, paused: bool) -> None:
        """Type the digits that came before code entry was there; on any other step forget them."""
        ahead, self._ahead = self._ahead, ""
        if self._session.step == "code" and not paused:
            self._session = replace(self._session, digits=ahead)

    # -- pictures --------------------------------------------------------------------------------

    def screenshot(self, path: str | os.PathLike[str], redact: bool = False) -> None:
        """Write what is on the glass as PNG; `redact` blanks codes, names and QR codes.

        Raises ScreenshotFailed.
        """
        if not redact or self._view is None:
            save_png(self._frame.backend.surface, path)
            return
        blank = Headless(self._frame.theme.size)
        frame = Frame(blank, self._frame.theme)
        frame.show(build(redacted(self._view), frame.type))
        blank.screenshot(path)

    def trace(self, redact: bool = False) -> Trace:
        """What is on the glass, as data; `redact` leaves out what `screenshot` would blank."""
        screen = self._frame.screen
        if redact and self._view is not None:
            type = Typesetter(self._frame.theme)
            screen = build(redacted(self._view), type).arrange(type)
        return {} if screen is None else screen.trace()


_PUBLIC: Final = (model.Home, model.Scan, model.Refused, model.NotOpened, model.Help)


def _typing(view: model.View | None) -> bool:
    if isinstance(view, model.Form):
        return not view.choices
    return isinstance(view, model.QueueReason | model.ApproveGlass | model.Question)


def _reachable(screen: Screen) -> list[Button]:
    """The buttons that a finger could press: those above the topmost dialog."""
    flat = list(screen.flat())
    modal = max((i for i, w in enumerate(flat) if w.modal), default=0)
    return [w for w in flat[modal:] if isinstance(w, Button) and w.action and w.enabled]
