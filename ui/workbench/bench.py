"""The workbench: one window, clicks in, hands on the simulated world out.

Theory of operation.  `refresh` looks at the site once, moves the guide and the swinging doors on,
and lets the frame repaint what differs.  The kiosk paints into its `Pane`; what it changed is
copied to the window at once and apart from all that.  `poke` asks for a refresh after the present
turn: it may be called from anywhere, as often as anything happens.

Rules.  A click does only what a person in the hall could do.  What the world refuses is said on the
steel below the kiosk.  While the power is off the kiosk's glass is black and takes no touch.  A
door swings for at most `SWING_MS`; nothing else moves by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, Protocol

from lockerd.core.site import Site
from lockerd.ports import Cancel, PortError, Timers, World
from ui import qr
from ui.backend import Backend, DisplayError, Key, Phase, Quit, Touch, UpMs
from ui.frame import Frame
from ui.geometry import Rect
from ui.workbench import guide as tours
from ui.workbench import hands
from ui.workbench.front import drawn_deg
from ui.workbench.guide import Guide
from ui.workbench.model import Bench, BenchSource, look
from ui.workbench.pages import CALL
from ui.workbench.pane import Pane
from ui.workbench.parts import desk_theme
from ui.workbench.phone import page_of
from ui.workbench.screen import Clicked, build, places
from ui.workbench.size import least_for
from ui.workbench.tools import SCAN_MAX

FRAME_MS: Final = 33
SWING_MS: Final = 200
BUZZ_MS: Final = 1_500
SAID_MS: Final = 6_000
MINUTE_MS: Final = 60_000


class KioskHands(Protocol):
    """What the workbench needs of the kiosk: touches in its own pixels, and keys."""

    def touch(self, x: int, y: int, phase: Phase, up_ms: int, /) -> None: ...

    def key(self, key: str, up_ms: int, /) -> None: ...


class WindowTooSmall(DisplayError):
    """The workbench does not fit; the message says which size it needs."""


class Workbench:
    """One window on one simulated site.

    `backend` is the window, `pane` the kiosk's screen, `kiosk` the kiosk that paints into it.
    `timers` are the loop's.  Raises WindowTooSmall.
    """

    def __init__(
        self,
        backend: Backend,
        pane: Pane,
        kiosk: KioskHands,
        site: Site,
        world: World,
        source: BenchSource,
        timers: Timers,
        up_ms: UpMs,
        call: tuple[str, ...] = CALL,
    ) -> None:
        """`call`: how a person begins a command in a terminal, a line each."""
        least = least_for(pane.size)
        if backend.size[0] < least[0] or backend.size[1] < least[1]:
            raise WindowTooSmall(
                f"the workbench needs a window of {least[0]} x {least[1]} pixels; "
                "use a larger screen, or --kiosk-only"
            )
        self.on_quit: Callable[[], None] = lambda: None
        self._call = call
        self._site, self._world, self._source = site, world, source
        self._pane, self._kiosk, self._timers, self._up_ms = pane, kiosk, timers, up_ms
        self._frame = Frame(backend, desk_theme(*backend.size))
        self._places = places(backend.size, pane.size)
        self._bench = look(site, source)
        self._guide = Guide()
        best = tours.target(self._bench) or next(iter(self._bench.messages), None)
        self._clicked = Clicked(opened=best.ho if best is not None else "")
        self._swings = {u: drawn_deg(one.angle_deg) for u, one in self._bench.doors.items()}
        self._swung_ms, self._swinging = up_ms(), False
        self._drawn: object = None
        self._poked = False
        self._armed = False
        self._later: dict[str, Cancel] = {}
        self._held = ""
        self._minute = -1
        self._matrix = lru_cache(maxsize=16)(qr.matrix)
        pane.on_put = self._show_kiosk

    @property
    def bench(self) -> Bench:
        """What was read last."""
        return self._bench

    @property
    def guide(self) -> Guide:
        """Where the guided tour stands."""
        return self._guide

    @property
    def clicked(self) -> Clicked:
        """What was chosen at the desk."""
        return self._clicked

    @property
    def frame(self) -> Frame:
        """The window's frame, for pictures and tests."""
        return self._frame

    # -- showing ---------------------------------------------------------------------------------

    def poke(self) -> None:
        """Something happened: refresh after the present turn."""
        if not self._poked:
            self._poked = True
            self._timers.after(0, lambda: _ignore(self.refresh()))

    def refresh(self) -> list[Rect]:
        """Look at the site and repaint what differs; the rectangles that were painted."""
        self._poked = False
        before = self._bench
        self._bench = look(self._site, self._source, before)
        self._guide = tours.observe(self._guide, self._bench)
        self._hear_messages(before)
        self._swing()
        self._cut_if_asked()
        self._await_minute()
        return self._paint()

    def _await_minute(self) -> None:
        """The telephone's clock moves with the minute."""
        minute, past_ms = divmod(self._source.wall_ms, MINUTE_MS)
        if minute != self._minute:
            self._minute = minute
            self._at("minute", MINUTE_MS - past_ms, self.poke)

    def _paint(self) -> list[Rect]:
        """Repaint what differs from what was drawn last."""
        now = (self._bench, self._guide, self._clicked, dict(self._swings))
        if now == self._drawn:
            return []
        self._drawn = now
        screen = build(
            self._site,
            self._bench,
            self._guide,
            self._clicked,
            self._swings,
            self._pane,
            self._matrix,
            self._frame.type,
            self._call,
        )
        return self._frame.show(screen)

    def _show_kiosk(self, rects: Sequence[Rect]) -> None:
        """The kiosk painted: copy that to the window, unless its glass is dark."""
        if self._frame.screen is None or not self._bench.powered or not self._source.powered:
            return
        glass, window = self._places.kiosk, self._frame.backend
        for rect in rects:
            window.surface.blit(self._pane.surface, (glass.x + rect.x, glass.y + rect.y), rect)
        window.put([rect.move(glass.x, glass.y) for rect in rects])

    def _hear_messages(self, before: Bench) -> None:
        """A new message makes the telephone buzz and is opened."""
        had = {one.ho for one in before.messages}
        fresh = [one.ho for one in self._bench.messages if one.ho not in had]
        if not fresh:
            return
        self._open(fresh[0])
        self._clicked = self._clicked.but(buzzing=True, fresh=self._clicked.fresh | {fresh[0]})
        self._at("buzz", BUZZ_MS, self._stop_buzzing)

    def _stop_buzzing(self) -> None:
        self._set(typing=self._clicked.typing)

    def _swing(self) -> None:
        """Bring every leaf nearer to where its door stands."""
        now_ms = self._up_ms()
        # From rest the first picture shows a little of the way, however long the rest was.
        past_ms = now_ms - self._swung_ms if self._swinging else FRAME_MS
        most = max(1, 112 * min(SWING_MS, past_ms) // SWING_MS)
        self._swung_ms = now_ms
        moving = False
        for unit, door in self._bench.doors.items():
            end, at = drawn_deg(door.angle_deg), self._swings.get(unit, 0)
            at += max(-most, min(most, end - at))
            self._swings[unit] = at
            moving = moving or at != end
        self._swinging = moving
        if moving:
            self._at("swing", FRAME_MS, self._swing_on)

    def _swing_on(self) -> None:
        self._swing()
        self._paint()

    def _cut_if_asked(self) -> None:
        if tours.cuts_power(self._guide, self._bench) and not self._armed:
            self._armed = True
            self._timers.after(0, self._cut)

    def _cut(self) -> None:
        """In the middle of the release, as was asked for."""
        self._armed = False
        if tours.cuts_power(self._guide, look(self._site, self._source, self._bench)):
            self._do(lambda: _cut(self._world))
        self.refresh()

    def _at(self, what: str, delay_ms: int, call: Callable[[], object]) -> None:
        """Call later, once, in place of what was to be called before under this name."""
        held = self._later.pop(what, None)
        if held is not None:
            held.cancel()
        self._later[what] = self._timers.after(delay_ms, lambda: _ignore(call()))

    # -- input -----------------------------------------------------------------------------------

    def pump(self) -> None:
        """Take what the window has to say."""
        for one in self._frame.backend.pump():
            if isinstance(one, Touch):
                self.touch(one)
            elif isinstance(one, Key):
                self.key(one)
            elif isinstance(one, Quit):
                self.on_quit()

    def touch(self, touch: Touch) -> None:
        """A click or a finger; what goes down on the kiosk's glass is the kiosk's to the end."""
        glass = self._places.kiosk
        if touch.phase == "down":
            self._held = "kiosk" if glass.contains(touch.x, touch.y) else "bench"
        if self._held == "kiosk":
            if self._source.powered:
                x, y = touch.x - glass.x, touch.y - glass.y
                self._kiosk.touch(x, y, touch.phase, touch.up_ms)
            elif touch.phase == "down":
                self._say("The kiosk is dark: switch the power on.", warned=True)
            self.poke()
        else:
            action = self._frame.event(touch)
            if action is not None:
                self.act(action)
            elif touch.phase == "down" and self._clicked.typing:
                self._set()
        if touch.phase == "up":
            self._held = ""

    def key(self, key: Key) -> None:
        """A key of the keyboard: for the scanner's line while that is typed, else for the kiosk."""
        if self._clicked.typing:
            self._type(key.name)
        elif self._source.powered:
            self._kiosk.key(key.name, key.up_ms)
            self.poke()
        else:
            self._say("The kiosk is dark: switch the power on.", warned=True)

    def _type(self, name: str) -> None:
        typed = self._clicked.typed
        if name == "enter":
            self.act("scan-typed")
        elif name == "escape":
            self._set()
        elif name == "backspace":
            self._set(typed=typed[:-1], typing=True)
        elif len(name) == 1 and name.isprintable() and len(typed) < SCAN_MAX:
            self._set(typed=typed + name, typing=True)

    # -- actions ---------------------------------------------------------------------------------

    def act(self, action: str) -> None:
        """Do what a button says."""
        name, _, arg = action.partition(":")
        clicked = self._clicked = self._clicked.but(said="", warned=False)
        match name:
            case "fold":
                self._clicked = clicked.but(unfolded=not clicked.unfolded, typing=False)
            case "path":
                self._begin(arg)
            case "trouble":
                self._break(arg)
            case "open":
                self._open(arg)
            case "page":
                self._clicked = clicked.but(page=int(arg))
            case "type":
                self._clicked = clicked.but(typing=True)
            case "scan-typed":
                self._scan_typed()
            case _:
                self._hand(action)
        self.refresh()

    def _hand(self, action: str) -> None:
        """Put a hand on the world; say what came of it."""
        name, _, arg = action.partition(":")
        if name == "door":
            self._clicked = self._clicked.but(selected=arg)
        unit = self._guide.unit if name == "repair" else self._clicked.selected
        self._do(lambda: hands.act(self._world, self._bench, unit, action))

    def _do(self, hand: Callable[[], str]) -> None:
        try:
            said = hand()
        except PortError as refused:
            self._say(str(refused), warned=True)
            return
        if said:
            self._say(said)

    def _set(
        self, *, typed: str | None = None, typing: bool = False, buzzing: bool = False
    ) -> None:
        typed = self._clicked.typed if typed is None else typed
        self._clicked = self._clicked.but(typed=typed, typing=typing, buzzing=buzzing)
        self._paint()

    def _say(self, text: str, warned: bool = False) -> None:
        """On the steel below the kiosk, for a while."""
        self._clicked = self._clicked.but(said=text, warned=warned)
        self._at("said", SAID_MS, self._hush)
        self.poke()

    def _hush(self) -> None:
        self._clicked = self._clicked.but(said="", warned=False)
        self._paint()

    def _begin(self, arg: str) -> None:
        """Start a tour, or end the one that is on; one that is over, or that broke, starts anew."""
        anew = tours.over(self._guide) or bool(self._guide.trouble)
        here = self._guide.path == arg and not anew
        chosen = [one for one in tours.PATHS if one == arg and not here]
        path = chosen[0] if chosen else ""
        self._guide = tours.begin(path, self._bench, self._clicked.opened)
        if path != "deposit" and self._guide.ho:
            self._open(self._guide.ho)

    def _break(self, arg: str) -> None:
        trouble = next(one for one in tours.TROUBLES if one == arg)
        self._guide = tours.with_trouble(self._guide, trouble, self._bench)
        unit = self._guide.unit
        deed = {"jam": "jam", "cable": "cut:strike"}.get(trouble)
        if deed is not None:
            self._do(lambda: hands.act(self._world, self._bench, unit, deed))

    def _open(self, ho: str) -> None:
        """Open a message; a tour that has not begun yet is about that one then."""
        self._guide = tours.about(self._guide, self._bench, ho)
        page = page_of(self._bench.messages, ho, self._places.phone)
        fresh = self._clicked.fresh - {ho}
        self._clicked = self._clicked.but(opened=ho, page=page, fresh=fresh)

    def _scan_typed(self) -> None:
        typed = self._clicked.typed
        self._clicked = self._clicked.but(typed="", typing=False)
        if typed:
            self._do(lambda: _scanned(self._world, typed))


def _scanned(world: World, text: str) -> str:
    world.scan(text)
    return hands.READ


def _cut(world: World) -> str:
    world.power(False)
    return ""


def _ignore(result: object) -> None:
    """A timer's call answers nothing."""
