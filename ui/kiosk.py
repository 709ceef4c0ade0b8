"""The kiosk: facts in, pixels out; fingers and keys in, intents out.

Theory of operation.  `show` makes a view of the facts, a tree of widgets of the view, and lets the
frame repaint what differs from the tree on the glass.  A touch or a key becomes an action of that
tree, the action changes the typing session or becomes an intent, and the screen follows at once:
the core is told last, so it may call `show` again from within.  `tick` looks at the same facts with
a later time; `next_frame_due` says when that can make a difference.

Rules.  Nothing is repainted that did not change.  A touch older than its target on the glass is
dropped: it was aimed at what was there before.  A digit never is: the first one typed on a screen
without a keypad opens code entry and is kept until it is there; only whoever is guided
(`ui.assist`) chooses buttons with digits.  The key of a digit never looks pressed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from lockerd.core.messages import Activity, Intent, Pressed
from lockerd.core.now import Now
from lockerd.core.parts import working
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.core.visit import Visit
from ui import lang, model
from ui.assist import AIDS, CANCELS, Assist, Mode, number
from ui.backend import Backend, Phase, Touch
from ui.backend.headless import Headless, save_png
from ui.frame import Frame
from ui.geometry import Rect
from ui.lamp import Lamp, last_done
from ui.recall import Recall
from ui.screens import build
from ui.session import CHOICES, PATIENCE, Session, concealed, follow, forgets_ms, press
from ui.text import Typesetter
from ui.theme import PALETTES, theme_of
from ui.view import Look, redacted, view_of
from ui.widgets import Button, Screen, SignaturePad, Trace

DIGITS: Final = frozenset("0123456789")
KEYS: Final = {"enter": "ok", "backspace": "erase", "escape": "cancel"}
"""Names of a keyboard's keys as names of a keypad's."""

OPENS_ENTRY: Final = frozenset({"home", "scan", "refused", "not_opened", "help", "receipt"})
"""Steps on which a typed digit begins a code."""

AHEAD_MAX: Final = 9

SPEECH: Final = "*"
"""The character of a keyboard that stands for the speech key, where no text is typed."""

Send = Callable[[Intent], object]
Ids = Callable[[], tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What was last shown from."""

    state: State
    visit: Visit
    look: Look
    now: Now


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
        self._look = Recall()
        self._view: model.View | None = None
        self._session = Session()
        self._ahead = ""
        self.assist = Assist(site.keypad.double_strike_ms)
        self.lamp: Lamp | None = None
        self._marks: tuple[object, ...] = ()
        self._born: dict[tuple[str, str, Rect], int] = {}

    # -- showing ---------------------------------------------------------------------------------

    def show(self, state: State, visit: Visit, look: Look, now: Now) -> list[Rect]:
        """Bring the glass up to date; the rectangles that were painted."""
        before, self._session = self._session, follow(self._session, visit)
        self._facts = Facts(state, visit, look, now)
        if self._session is not before:
            self._look.forget()
            self._take_ahead(state.paused_ms(now) > 0)
        if before.since != self._session.since:
            self.assist.focus = ""
        self._keep_guided(before)
        painted = self._render()
        if self._needs_keys(state, visit):
            self._guide()
            painted += self._render()
        if before.step != visit.step == "home":
            self._frame.forget()
        return painted

    def _needs_keys(self, state: State, visit: Visit) -> bool:
        """Whether buttons have to be chosen by key, since the screen feels no touch.

        Not where a digit begins a code: there the erase key shows the numbers.
        """
        if self._session.guided or working(state, "touch"):
            return False
        return visit.step not in OPENS_ENTRY and self._mode() == "choose"

    def tick(self, now: Now) -> list[Rect]:
        """Show the same facts at a later time: clocks and countdowns move."""
        if self._facts is None:
            return []
        self._facts = replace(self._facts, now=now)
        return self._render()

    def rebind(self) -> None:
        """The backend has another surface, perhaps of another size: paint everything on it."""
        self._frame.restyle(theme_of(self.site, self._frame.backend))
        if self._facts is not None:
            self._render()

    def ready(self) -> None:
        """Be ready for a finger: nobody waits for anything else now."""
        self._frame.ready()

    def answers(self, visit: Visit | None) -> bool:
        """Whether the glass shows `visit`, and a finger would move its pixels.

        True where there is nothing to press, or nothing was shown yet.
        """
        if self._facts is None or self._view is None:
            return True
        if visit is not None and visit.step != self._facts.visit.step:
            return False
        return self._frame.answers()

    def next_frame_due(self, now: Now) -> int | None:
        """When `tick` will change something, in ms since boot; None for never."""
        dues = [None if self._view is None else self._view.due]
        if self.lamp is not None and self._facts is not None:
            visit = self._facts.visit
            dues.append(self.lamp.due(visit, last_done(self._facts.state, visit, self._session)))
        due = min((one for one in dues if one is not None), default=None)
        return None if due is None else max(now.up_ms, due)

    def _render(self) -> list[Rect]:
        assert self._facts is not None
        facts, self._look.look = self._facts, self._facts.look
        if self.lamp is not None:
            since = last_done(facts.state, facts.visit, self._session)
            self.lamp.shine(facts.visit, since, facts.now)
        end = forgets_ms(self._session, self.site, facts.visit)
        if end is not None and end <= facts.now.up_ms:
            before, self._session = self._session, self._session.forgotten()
            self._keep_guided(before)
        self._conceal(facts.now.up_ms)
        view = view_of(self.site, facts.state, facts.visit, self._session, self._look, facts.now)
        marks = (self._session.guided, self.assist.focus, self.assist.speaking, self.assist.private)
        same, self._view = (view, marks) == (self._view, self._marks), view
        self._marks = marks
        if same and self._frame.screen is not None:
            return []
        large, rtl = view.text_size == "large", lang.language(view.language).rtl
        self._frame.dress(PALETTES[view.theme], large, rtl)
        screen = build(view, self._frame.type)
        painted = self._frame.show(screen, self._mark)
        self._note_targets(screen)
        self._marks = (*marks[:1], self.assist.focus, *marks[2:])
        secret = getattr(view, "pin", "")
        self.assist.shown(self.trace, self._safe, view.language, self._mode(), secret)
        return painted

    def _conceal(self, up_ms: int) -> None:
        """Hide the digits after a while, and where the screen is spoken aloud."""
        aloud = self.assist.speaking and not self.assist.private
        self._session = concealed(self._session, aloud, up_ms)

    def _note_targets(self, screen: Screen) -> None:
        """Since when each thing to press has been where it is."""
        now = self._up_ms()
        keys = [(screen.name, w.action, w.rect) for w in screen.flat() if w.action and w.enabled]
        self._born = {key: self._born.get(key, now) for key in keys}

    # -- help ------------------------------------------------------------------------------------

    def _mode(self) -> Mode:
        """What the keys of a keypad do on the screen that is on the glass."""
        view = self._view
        if view is not None and view.ask is not None:
            return "ask"
        if isinstance(view, model.Code):
            return "code" if view.pause is None else "paused"
        return "text" if _typing(view) else "choose"

    def _mark(self, screen: Screen) -> None:
        """Put numbers and the ring on a screen, for whoever is guided."""
        if self._session.guided and self._mode() == "choose":
            self.assist.focus = number(screen, self._frame.theme.rtl, self.assist.focus)
        for one in self._ringed(screen):
            one.focus = True

    def _ringed(self, screen: Screen) -> list[Button]:
        """What OK presses while digits are missing, for whoever is guided and hears nothing."""
        view = self._view
        if not isinstance(view, model.Code) or view.showing is None or view.ask is not None:
            return []
        if not self._session.guided or self.assist.speaking or view.filled == view.length:
            return []
        forgets = not view.filled and view.about.startswith("fact.")
        wanted = "forgotten" if forgets else "digits"
        return [one for one in _reachable(screen) if one.action.partition(":")[0] == wanted]

    def _safe(self) -> Trace:
        return self.trace(redact=True)

    def _tell(self, intent: Intent) -> None:
        """Tell the core what a person did, and first how patient to be with them."""
        patience = PATIENCE if self._session.guided else 1
        if self._facts is not None and self._facts.visit.patience != patience:
            self._send(Activity(patience))
        self._send(intent)

    def _keep_guided(self, before: Session) -> None:
        """The visit that was guided is over; headphones that are still in go on being served."""
        if before.guided and not self._session.guided:
            last = "speech.ajar" if before.step in _OPEN else "speech.end"
            self.assist.end(last if before.step != "home" else "")
            if self.assist.private:
                assert self._facts is not None
                kept_ms = self._facts.now.up_ms
                self._session = replace(self._session, guided=True, kept_ms=kept_ms)

    def _guide(self) -> None:
        assert self._facts is not None
        self._session = replace(self._session, guided=True, chosen_ms=self._facts.now.up_ms)

    def _aid(self, name: str) -> None:
        """Headphones, the speech key, louder, quieter: somebody is there who needs help."""
        self.assist.aid(name)
        if name != "headphones-out" and not self._session.guided:
            self._guide()
        self._render()
        self._tell(Activity())

    def _guided_key(self, name: str) -> str | None:
        """The action of a key for whoever is guided, where keys choose; None for none."""
        screen, rtl = self._frame.screen, self._frame.theme.rtl
        assert screen is not None and self._facts is not None
        if name == "erase":
            self.assist.repeat(0, 0)
        elif name == "0":
            self.assist.step(screen, rtl)
            self._render()
        elif name == "cancel" and self._key_action(name) is None:
            self.assist.stop()
            self._session = self._session.forgotten()
            self._render()
        elif name == "cancel":
            return self._key_action(name)
        elif action := self.assist.chosen(name, screen, rtl):
            return action
        else:
            self.assist.nothing()
        return None

    def _echo(self, before: Session, action: str) -> None:
        """Say what became of the digits: how many there are, and which only in headphones."""
        view, was, now = self._view, before.digits, self._session.digits
        if not isinstance(view, model.Code) or before.since != self._session.since:
            return
        if len(now) > len(was):
            self.assist.typed(now[-1], len(now), view.length)
        elif len(now) < len(was) and action == "erase":
            self.assist.tell("speech.typed", filled=len(now), length=view.length)

    # -- hands -----------------------------------------------------------------------------------

    def touch(self, x: int, y: int, phase: Phase, up_ms: int) -> None:
        """A finger; the button under it answers at once."""
        screen = self._frame.screen
        if screen is None:
            return
        if self.lamp is not None and self.lamp.wakes(phase == "down", phase == "up"):
            if phase == "down":
                self._tell(Activity())
            return
        if phase == "down":
            target = screen.target(x, y)
            if target is None:
                self._tell(Activity())
                return
            if up_ms < self._born.get((screen.name, target.action, target.rect), 0):
                return
        action = self._frame.event(Touch(x, y, phase, up_ms))
        if isinstance(self._view, model.Sign):
            self._take_ink(screen)
        if action is not None:
            self._act(action)
        elif phase == "up" and isinstance(self._view, model.Sign):
            self._render()  # what was drawn may be enough now

    def _take_ink(self, screen: Screen) -> None:
        """Keep what the finger has drawn: the pad on the glass goes with its screen."""
        for pad in screen.flat():
            if isinstance(pad, SignaturePad) and pad.strokes is not self._session.strokes:
                self._session = replace(self._session, strokes=pad.strokes)

    def key(self, key: str, up_ms: int) -> None:
        """A key: `0` to `9`, `ok`, `erase`, `cancel`, or any character while a text is typed.

        The keys of a keyboard are taken too: `enter`, `backspace`, `escape`.
        """
        if self._facts is None:
            return
        name, step = KEYS.get(key, key), self._facts.visit.step
        if key == SPEECH and not _typing(self._view):
            name = "speech"
        if name in AIDS:
            self._aid(name)
            return
        guided = self._session.guided
        if guided and self.assist.struck_twice(name, up_ms):
            self._tell(Activity())
            return
        if guided and self._mode() == "choose":
            action = self._guided_key(name)
            if action is None:
                self._tell(Activity())
            else:
                self._act(action)
            return
        if not guided and name == "erase" and self._mode() == "choose":
            self._guide()
            self._render()
        action = self._key_action(name)
        if action is not None:
            self._act(action)
        elif guided and self._mode() == "ask":
            self._tell(Activity())
        elif name in DIGITS and step in OPENS_ENTRY and isinstance(self._view, _PUBLIC):
            self._ahead = (self._ahead + name)[:AHEAD_MAX]
            self._tell(Pressed("enter-code"))
        else:
            self._tell(Activity())

    def _key_action(self, key: str) -> str | None:
        """The action of a key on the screen that is on the glass."""
        screen = self._frame.screen
        if screen is None:
            return None
        view, modal = self._view, any(w.modal for w in screen.flat())
        if isinstance(view, model.Code):
            if key in DIGITS:
                return f"digit:{key}"
            if key == "ok" and (ringed := self._ringed(screen)):
                return ringed[0].action
            if key == "ok" and not (modal or view.filled) and view.about.startswith("fact."):
                return "forgotten"
            if key == "erase" or (key == "ok" and not modal):
                return key
        if _typing(view):
            if len(key) == 1 and key.isprintable():
                return f"char:{key}"
            if key == "erase":
                return "erase"
            if key == "ok" and not modal:
                return "done"
        if key == "ok" and isinstance(view, model.Sign) and not (view.enough or modal):
            return "helping:on"
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
        self._conceal(self._up_ms())
        before, view = self._session, self._view
        done = press(before, view, action, self._facts.visit.active, self._ids)
        after = done.session
        if after.shown_ms is not None:
            after = replace(after, shown_ms=self._up_ms())
        if after != self._session:
            self._session = after
            if action.partition(":")[0] in CHOICES:
                self._session = replace(after, chosen_ms=self._facts.now.up_ms)
            self._render()
        self._echo(before, action)
        if action in _SAYS and isinstance(view, model.Code) and done.session == before:
            paused = view.pause is not None
            self.assist.repeat(len(before.digits), 0 if paused else view.length)
        if done.intent is not None:
            self._tell(done.intent)

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
            for one in self._ringed(screen):
                one.focus = True
            if self._session.guided and self._mode() == "choose":
                number(screen, self._frame.theme.rtl, self.assist.focus)
        return {} if screen is None else screen.trace()


_PUBLIC: Final = (
    *(model.Home, model.Scan, model.Refused, model.NotOpened, model.Help),
    *(model.Receipt, model.Rest),
)


_OPEN: Final = frozenset({"open", "again_open", "deposit_open"})
"""Steps in front of an open door: a visit that ends there leaves it open."""

_SAYS: Final = frozenset({"ok", "erase", *(f"digit:{one}" for one in DIGITS)})
"""Keys of a code that say the screen again where they change nothing."""


def _typing(view: model.View | None) -> bool:
    if isinstance(view, model.Form):
        return not view.choices
    return isinstance(view, model.QueueReason | model.ApproveGlass | model.Question)


def _reachable(screen: Screen) -> list[Button]:
    """The buttons that a finger could press: those above the topmost dialog."""
    flat = list(screen.flat())
    modal = max((i for i, w in enumerate(flat) if w.modal), default=0)
    return [w for w in flat[modal:] if isinstance(w, Button) and w.action and w.enabled]
