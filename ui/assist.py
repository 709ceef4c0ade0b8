"""Help for whoever does not touch the screen or does not see it: numbered buttons, and speech.

Theory of operation.  While a person is *guided*, a key of the keypad stands on every button that
can be pressed, in reading order, and a ring is around the one that OK presses; 0 moves the ring on.
While the cabinet *speaks*, each screen is turned into a script (`ui.speech`) and what is new in it
goes to the speaker.  The kiosk asks here what a key means and tells here what came on the glass.

Rules.  Speech begins with headphones or with its own key, never by itself, and ends with the visit;
so does the volume, which goes back to its first step (EN 301 549 5.1.3.12, 8.2.1.2).  What is
private is said in headphones alone.  When they are pulled out, nothing more is said aloud.  A
second strike of the same key within `strike_ms` is an unsteady hand (EN 301 549 5.8), but only of
somebody who is guided: others type `77` as fast as they can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Literal

from lockerd.ports import Speaker
from ui.widgets import Screen, Trace, Widget
from ui.words import speaking

if TYPE_CHECKING:
    from ui.speech import Line, Script

Mode = Literal["choose", "code", "paused", "text", "ask"]
"""What the keys do: choose a button, type a code, wait until one may be typed, type a text, or
answer that somebody is there."""

PRESSED: Final = frozenset({"button", "row", "tile"})
"""Kinds of widgets that a key of the keypad can choose."""

CANCELS: Final = ("helping:off", "display:off", "home", "back", "sign-out")
"""What the cancel key presses, the first that is on the screen."""

NUMBERED_MAX: Final = 9
DIGITS: Final = frozenset("0123456789")
VOLUMES: Final = 4
"""Steps of 6 dB: 18 dB from the first to the last."""

AIDS: Final = frozenset({"speech", "louder", "quieter", "headphones-in", "headphones-out"})
"""What the panel reports that is no key of a journey."""


def choices(screen: Screen, rtl: bool) -> list[Widget]:
    """What can be pressed, in reading order: those above the topmost dialog."""
    flat = list(screen.flat())
    modal = max((at for at, one in enumerate(flat) if one.modal), default=0)
    found = [one for one in flat[modal:] if one.kind in PRESSED and one.action and one.enabled]
    lines: list[list[Widget]] = []
    for one in sorted(found, key=lambda one: (one.rect.cy, one.rect.x)):
        if lines and abs(lines[-1][0].rect.cy - one.rect.cy) < one.rect.h // 2:
            lines[-1].append(one)
        else:
            lines.append([one])
    side = -1 if rtl else 1
    return [one for line in lines for one in sorted(line, key=lambda one: side * one.rect.x)]


def number(screen: Screen, rtl: bool, focus: str = "") -> str:
    """Put keys on the choices of a screen and the ring around one; the action within the ring.

    The ring stays where it was while that is there, else it is around the primary button.  Where
    there is none, OK presses nothing yet: nobody accepts by habit what they have not heard.
    """
    found = choices(screen, rtl)
    for place, one in enumerate(found[:NUMBERED_MAX], 1):
        one.cap = str(place)
    kept = [one for one in found if one.action == focus]
    primary = [one for one in found if getattr(one, "look", "") == "primary"]
    ringed = (kept or primary[-1:])[:1]
    for one in ringed:
        one.focus = True
    return ringed[0].action if ringed else ""


class Assist:
    """What one person is helped with now."""

    def __init__(self, strike_ms: int) -> None:
        self.speaker: Speaker | None = None
        self.speaking = False
        self.private = False
        self.focus = ""
        self._level = 0
        self._strike_ms = strike_ms
        self._struck: tuple[str, int] | None = None
        self._script: Script | None = None
        self._under: Script | None = None
        self._language = "en"

    # -- keys ------------------------------------------------------------------------------------

    def struck_twice(self, key: str, up_ms: int) -> bool:
        """Whether this is the same key again, too soon to be meant."""
        before, self._struck = self._struck, (key, up_ms)
        return before is not None and before[0] == key and up_ms - before[1] < self._strike_ms

    def chosen(self, key: str, screen: Screen, rtl: bool) -> str:
        """The action of a digit or of OK on a numbered screen; empty for none."""
        if key == "ok":
            return self.focus
        found = choices(screen, rtl)
        if key in DIGITS and 0 < int(key) <= min(len(found), NUMBERED_MAX):
            return found[int(key) - 1].action
        return ""

    def step(self, screen: Screen, rtl: bool) -> None:
        """Move the ring on, and say what is in it."""
        found = choices(screen, rtl)
        actions = [one.action for one in found]
        if not actions:
            self.nothing()
            return
        at = actions.index(self.focus) + 1 if self.focus in actions else 0
        before, self.focus = self.focus, actions[at % len(actions)]
        if self.focus == before:
            self.nothing()

    def aid(self, name: str) -> None:
        """Headphones, the speech key, louder, quieter."""
        match name:
            case "headphones-in":
                self.private = True
                self._begin()
            case "headphones-out":
                self.private = False
                self.hush()
            case "speech" if not self.speaking:
                self._begin()
            case "speech":
                self._volume((self._level + 1) % VOLUMES)
            case "louder":
                self._volume(min(self._level + 1, VOLUMES - 1))
            case "quieter":
                self._volume(max(self._level - 1, 0))

    def _begin(self) -> None:
        if self.speaker is not None:
            self.speaking = True
            self._script = None

    def _volume(self, level: int) -> None:
        self._level = level
        self.tell("speech.volume", level=level + 1, most=VOLUMES)

    def end(self, aloud: str = "") -> None:
        """The visit is over: nothing of this person is left.  Headphones go on listening.

        `aloud`: what is said last where there are none.
        """
        said = self._script
        self._forget()
        if self.private:
            self._script = None if aloud else said  # an idle screen is not said over and over
            return
        if aloud:
            self.tell(aloud)
            self.speaking = False
        else:
            self.hush()

    def stop(self) -> None:
        """Whoever is guided wants it no longer."""
        self._forget()
        self.tell("speech.off")
        self.speaking = False

    def _forget(self) -> None:
        self._level, self.focus, self._struck = 0, "", None
        self._script = self._under = None

    def hush(self) -> None:
        """Say nothing more, until somebody asks for speech again."""
        if self.speaker is not None:
            self.speaker.hush()
        self.speaking = False

    # -- speech ----------------------------------------------------------------------------------

    def shown(
        self,
        trace: Callable[[], Trace],
        safe: Callable[[], Trace],
        language: str,
        mode: Mode,
        secret: str,
    ) -> None:
        """A screen came on the glass or changed: say what is new of it."""
        self._language = language
        if not self.speaking:
            return
        from ui.speech import news, script  # not before somebody listens

        now = script(
            trace(),
            language,
            mode,
            safe=None if self.private else safe(),
            secret=secret if self.private else "",
        )
        before, self._script = self._script, now
        answered = mode != "ask" and self._under is not None
        if mode == "ask":
            self._under = self._under or before
        elif answered:  # what the question hid was said before it
            before, self._under = self._under, None
        fresh = news(before, now)
        if before is None:
            fresh = (self._line("speech.on"), *fresh)
        elif answered and not fresh:
            fresh = (self._line("speech.more"),)
        if fresh:
            self._speak(fresh)

    def repeat(self, filled: int, length: int) -> None:
        """Say the whole screen again, and how much of a code is typed."""
        if self._script is None:
            return
        lines = self._script.lines
        if length:
            lines = (self._line("speech.typed", filled=filled, length=length), *lines)
        self._speak(lines)

    def typed(self, digit: str, filled: int, length: int) -> None:
        """A digit was typed: it is named only where nobody else can hear it."""
        from ui.speech import Line

        words = Line(digit, self._language) if self.private else self._line("speech.star")
        full = (self._line("speech.full"),) if filled == length else ()
        self._speak((words, *full))

    def tell(self, words: str, **values: object) -> None:
        """Say one thing, by its key."""
        if self.speaking:
            self._speak((self._line(words, **values),))

    def nothing(self) -> None:
        """The key that was pressed does nothing here."""
        self.tell("speech.nothing")

    def _line(self, words: str, **values: object) -> Line:
        from ui.speech import Line, say

        with speaking(self._language):
            return Line(say(words, **values), self._language)

    def _speak(self, lines: Sequence[Line]) -> None:
        if self.speaking and self.speaker is not None:
            self.speaker.speak([(one.language, one.text) for one in lines], self._level)
