"""What is said of a screen: pure, from its trace.

Theory of operation.  `script` turns the trace of a screen into lines in the order in which they are
spoken: what stands on it, then which key does what.  A dialog hides what is under it here too.
`news` compares two scripts: a screen whose first line is another one is said whole, and of the same
screen only what was not said before.  Two lines of it that differ in nothing but their
figures are the same line, since a countdown is not news every second.

Rules.  Everything is said in the language that is shown; a button that chooses a language says so
in that language.  No digit of a code is ever in a trace, so none can be said from one; the caller
gives a code that is shown (`secret`) only when nobody else can hear it.  Where others can hear,
the caller gives the trace of the redacted screen (`safe`): what it blanks is named as not spoken,
and what it would claim otherwise than the real screen is left out.  References and telephone
numbers are spelled.

Source: EN 301 549 5.1.3.8 (masked entry), 5.1.3.9 (personal data), 5.1.3.14 (language), 5.1.3.15
(errors), 5.1.3.16 (receipts); ADA 707.5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from ui.assist import CANCELS, PRESSED, Mode
from ui.model import HIDDEN
from ui.words import say as words_of
from ui.words import speaking

Trace = Mapping[str, Any]

SKIPPED: Final = frozenset(
    {"header", "countdown", "ring", "key", "keypad", "code", "door", "icon", "dialog"}
)
"""Kinds that are never said: what moves by itself, keys that are there to be felt, and a dialog,
whose parts are."""

ENDS: Final = {"steps": ". "}
"""What stands between the lines of a kind; a comma in a bar, a blank otherwise."""

LINES_MAX: Final = 48
TEXT_MAX: Final = 600
SPEAKS: Final = "speak:"

PICTURES: Final = frozenset({"cabinet", "qr"})
"""Kinds whose words stand for a picture."""

TITLES: Final = frozenset({"display", "headline", "heading", "title"})
"""Styles of a label that says what a screen is about."""

_SPELLED: Final = re.compile(
    r"\b[A-Z0-9]{1,6}-[0-9A-Z]{2,4}\b"  # a reference
    r"|\b[0-9A-Z]{4}(?: [0-9A-Z]{4})+\b"  # a challenge
    r"|\+?\d[\d ()/-]{5,}\d"  # a telephone number
)
_MARKS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Line(NamedTuple):
    """One thing to say, in a language."""

    text: str
    language: str


class Script(NamedTuple):
    """All that a screen says.  `told`: what stands on it; `keys`: which key does what; `title`:
    what it is about, which no countdown is part of."""

    screen: str
    told: tuple[Line, ...]
    keys: tuple[Line, ...]
    title: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*self.told, *self.keys)[:LINES_MAX]


def script(
    trace: Trace, language: str, mode: Mode, *, safe: Trace | None = None, secret: str = ""
) -> Script:
    """What the screen of `trace` says.

    `safe`: the trace of the same screen redacted, when others can hear.  `secret`: digits of a code
    that the screen shows, when nobody else can.
    """
    with speaking(language):
        shown = _uppermost(trace)
        told = _told(shown, language, secret)
        if safe is not None:
            real = {line.text for line in told}
            blanked = _told(_uppermost(safe), language, "")
            hidden = say("speech.hidden")
            told = [one for one in blanked if one.text in real or hidden in one.text]
            shown = _uppermost(safe)
        keys = _keys(shown, language, mode)
        if safe is not None and _keeps_back(trace, safe):
            keys.append(Line(say("speech.private"), language))
        title = next((_words(one) for one in shown if one.get("style") in TITLES), "")
    return Script(str(trace.get("screen", "")), tuple(told), tuple(keys), title)


def news(before: Script | None, after: Script) -> tuple[Line, ...]:
    """What of `after` is to be said once `before` was."""
    if before is None or before.screen != after.screen:
        return after.lines
    if before.title and after.title and before.title != after.title:
        return after.lines  # another locker is another matter, though only its figure differs
    old, new = ({shape(one.text) for one in each.told} for each in (before, after))
    if before.told and after.told:
        left, came = shape(before.told[0].text), shape(after.told[0].text)
        if left not in new and came not in old:
            return after.lines
    told = [one for one in after.told if shape(one.text) not in old]
    return (*told, *(one for one in after.keys if one not in before.keys))


def shape(text: str) -> str:
    """A text without its figures: what makes two lines the same."""
    return re.sub(r"\d+", "0", text)


def spelled(text: str) -> str:
    """References, challenges and telephone numbers character by character."""
    return _SPELLED.sub(lambda found: _apart(found[0]), text)


def digits_of(code: str) -> str:
    """A code to be written down, in groups of three."""
    groups = (code[at : at + 3] for at in range(0, len(code), 3))
    return ", ".join(" ".join(one) for one in groups)


def say(words: str, **values: object) -> str:
    """The words of a key without the marks and spaces that only steer the glass."""
    return _MARKS.sub("", words_of(words, **values)).replace("\u00a0", " ").replace("\u202f", " ")


def _apart(text: str) -> str:
    return " ".join("," if one in " -/()" else one for one in text).replace(" ,", ",")


def _uppermost(trace: Trace) -> list[Trace]:
    """The widgets that can be seen: those from the last dialog on."""
    widgets: Sequence[Trace] = trace.get("widgets", ())
    first = max((at for at, one in enumerate(widgets) if one["kind"] == "dialog"), default=0)
    return list(widgets[first:])


def _told(widgets: Sequence[Trace], language: str, secret: str) -> list[Line]:
    """What stands there, but for what can be pressed: title, a sign above it, the rest as painted,
    pictures last."""
    title = next((one for one in widgets if one.get("style") in TITLES), None)
    below = {one["text"] for one in widgets if one["kind"] in PICTURES} - {""}
    if any(one["kind"] == "code" for one in widgets):  # the same words name the code
        below = set()

    def place(one: Trace) -> tuple[bool, bool, bool]:
        last = one["kind"] in PICTURES or one["text"] in below
        above = title is not None and one["rect"][1] < title["rect"][1]
        return one is not title, not (above and one["kind"] == "chip"), last

    widgets = sorted(widgets, key=place)
    boxes = [one["rect"] for one in widgets if one["kind"] in PRESSED]
    texts: list[str] = []
    for one in widgets:
        kind = one["kind"]
        if kind == "code" and secret and one.get("shown"):
            texts.append(digits_of(secret))
        elif kind in PRESSED or kind in SKIPPED or _inside(one["rect"], boxes):
            continue
        else:
            texts.append(_words(one))
    said = list(dict.fromkeys(text for text in texts if text))
    return [Line(text, language) for text in said]


def _words(one: Trace) -> str:
    end = say("list.comma") if one["kind"] == "banner" else ENDS.get(one["kind"], " ")
    return _plain(one["speech"] or one["text"], end)


def _keys(widgets: Sequence[Trace], language: str, mode: Mode) -> list[Line]:
    """Which key does what here."""
    if mode == "ask":
        return [Line(say("speech.ask"), language)]
    lines: list[Line] = []
    chosen = [one for one in widgets if one["kind"] in PRESSED and one["enabled"]]
    by_action = {one["action"]: one for one in chosen}
    if mode == "code":
        lines.append(Line(say("speech.code"), language))
        if "forgotten" in by_action:  # what OK means before the first digit
            without = name(by_action["forgotten"], widgets)
            lines.append(Line(say("speech.empty", what=without), language))
    elif mode == "paused":
        pass  # the screen says until when, and no key can change it
    elif mode == "text":
        lines.append(Line(say("speech.text"), language))
    else:
        numbered = sorted((one for one in chosen if one.get("cap")), key=lambda one: one["cap"])
        lines += [_key(one, widgets, language) for one in numbered]
        focus = next((one for one in chosen if one["focus"]), None)
        if focus is not None:
            lines.append(Line(say("speech.ok", what=name(focus, widgets)), language))
        if len(chosen) > len(numbered):
            lines.append(Line(say("speech.next"), language))
    way = next((by_action[one] for one in CANCELS if one in by_action), None)
    if way is not None:
        what = name(way, widgets)
        words = say("speech.stop") if what == say("cancel") else say("speech.cancel", what=what)
        lines.append(Line(words, language))
    return lines


def _key(one: Trace, widgets: Sequence[Trace], language: str) -> Line:
    """The key of a button; one that chooses a language says so in that language."""
    action = str(one["action"])
    spoken = action.removeprefix(SPEAKS) if action.startswith(SPEAKS) else language
    with speaking(spoken):
        return Line(say("speech.key", digit=one["cap"], what=name(one, widgets)), spoken)


def name(one: Trace, widgets: Sequence[Trace]) -> str:
    """What a button is called, with what stands on it beside its own words."""
    comma = say("list.comma")
    words = _plain(one["speech"] or one["text"], comma)
    for other in widgets:
        if other["kind"] not in PRESSED and _inside(other["rect"], [one["rect"]]):
            more = _plain(other["text"])
            if more and more not in words:
                words = f"{words}{comma}{more}" if words else more
    if one.get("on") or one.get("selected"):
        words = say("speech.chosen", what=words)
    return words


def _keeps_back(trace: Trace, safe: Trace) -> bool:
    """Whether the screen shows something that is not said aloud."""
    texts = [
        [one["text"] for one in _uppermost(each) if one["kind"] not in SKIPPED]
        for each in (trace, safe)
    ]
    codes = any(one["kind"] == "code" and one.get("shown") for one in _uppermost(trace))
    return codes or any(HIDDEN in one for one in texts[1])


def _inside(rect: Sequence[int], boxes: Sequence[Sequence[int]]) -> bool:
    x, y, w, h = rect
    return any(
        left <= x and top <= y and x + w <= left + wide and y + h <= top + high
        for left, top, wide, high in boxes
    )


def _plain(text: str, line_end: str = " ") -> str:
    """Words without what only the eye needs."""
    text = _MARKS.sub("", text).replace(HIDDEN, say("speech.hidden"))
    text = line_end.join(part.strip() for part in text.split("\n") if part.strip())
    text = " ".join(text.replace(" · ", say("list.comma")).split())
    return spelled(text)[:TEXT_MAX]
