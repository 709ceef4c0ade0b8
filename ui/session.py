"""What is being typed at the kiosk and which page is looked at: nothing else.

Theory of operation.  `press` takes an action that a widget or a key made.  It changes the session
or becomes one intent for the core; typing is also told to the core, as `Activity`, so that a person
who types is never taken for gone.  `follow` begins a new session whenever the visit enters a step.

Rules.  The typed code lives here alone, and ends with the step or when it is handed on, whichever
is first.  A form is handed on once: until the visit has answered, a second press does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from lockerd.core import strokes as ink
from lockerd.core.messages import Activity, CodeTyped, FormSent, Intent, Pressed
from lockerd.core.site import Site
from lockerd.core.visit import Visit
from ui import keyboards, model

TYPED_MAX: Final = 60
"""Characters of a typed text; the core takes more, but no screen shows more."""

REASON_MAX: Final = 100
REQUIRED: Final = ("recipient", "item")
TYPED: Final = ("recipient", "item", "reference")
NAMES: Final = ("recipient", "name")
"""Answers in which every word begins with a capital."""

UNDECIDED: Final = frozenset({"home", "scan", "code", "refused", "not_opened", "help"})
"""Steps after which the idle screen is still the same person's."""

OPTIONAL: Final = frozenset({"note", "asset", "given"})
"""Questions whose answer may be left empty."""

BAR_LEAST: Final = 100
"""Pixels that a bar to be measured is long at least."""

NUMBERS: Final = frozenset({"founder_number", "deposit_seal"})
"""Steps whose answer is a number: the keyboard begins with its digits."""

LATIN: Final = frozenset({"staff_code", "approve_code"})
"""Steps whose answer has Latin letters in every language: the keyboard begins with them."""

PATIENCE: Final = 3
"""How many times as long as others somebody is waited for who is guided: listening takes time."""

CHOICES: Final = ("speak", "theme", "text-size", "display")
"""Names of the actions that change the kiosk for one visit."""

STOOD_MS: Final = 60_000
"""After how long whoever goes on from a receipt is taken for the next person."""

SHOWN_MS: Final = 10_000
"""For how long after the last key the digits of a code stay shown."""

Ids = Callable[[], tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Session:
    """`step`, `since`: the step of the visit that this belongs to.

    `texts`: typed and chosen answers by question.  `question`: the one that is asked now.
    `shift`: the next letter is a capital; `raised`: the next key of a script without capitals is
    of its second row.  `symbols`, `accents`: the page of the keyboard that is on show instead of
    letters; `other`: letters are those of the language's other script.
    `strokes`: what was drawn.  `sent`: `Visit.active` when a form was handed on, until the visit
    has moved past it.
    `language`, `theme`, `text_size`: what was chosen, empty for the site's own; `chosen_ms`: when.
    `display`: the idle screen shows what there is to choose from.  `guided`: keys of the keypad
    stand on the buttons.  `kept_ms`: when they were left there for headphones that are still in.
    `shown_ms`: when the last key came while the digits are shown, None while they are hidden.
    `aloud`: the screen is spoken where others hear it, and shows no digits.
    """

    step: str = "home"
    since: int = 0
    digits: str = field(default="", repr=False)
    strokes: ink.Strokes = field(default=(), repr=False)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    question: str = "recipient"
    shift: bool = True
    raised: bool = False
    symbols: bool = False
    accents: str = ""
    other: bool = False
    page: int = 0
    helping: bool = False
    error: str = ""
    sent: int | None = None
    language: str = ""
    theme: str = ""
    text_size: str = ""
    display: bool = False
    guided: bool = False
    chosen_ms: int = 0
    kept_ms: int = -1
    shown_ms: int | None = None
    aloud: bool = False

    @property
    def chose(self) -> bool:
        """Whether the idle screen does not look as the next person should find it."""
        return bool(self.language or self.theme or self.text_size or self.display)

    def forgotten(self) -> Session:
        """The same without anything that was chosen; on a receipt, without being guided."""
        if self.step == "receipt":
            return replace(self, guided=False)
        return replace(self, language="", theme="", text_size="", display=False, guided=False)


class Press(NamedTuple):
    """What one action came to."""

    session: Session
    intent: Intent | None = None


def follow(session: Session, visit: Visit) -> Session:
    """The session of this visit: the same one within a step, an empty one after it.

    What was chosen stays for as long as the same person may be there: coming home from the middle
    of something is a change of mind, from its end it is a farewell, and a receipt that stood for
    `STOOD_MS` was left behind.
    """
    if (session.step, session.since) != (visit.step, visit.since):
        fresh = Session(
            step=visit.step,
            since=visit.since,
            symbols=visit.step in NUMBERS,
            other=visit.step in LATIN,
        )
        stood = session.step == "receipt" and visit.since - session.since >= STOOD_MS
        if stood or (visit.step == "home" and session.step not in UNDECIDED):
            return fresh
        return replace(
            fresh,
            language=session.language,
            theme=session.theme,
            text_size=session.text_size,
            guided=session.guided,
            chosen_ms=session.chosen_ms,
        )
    if session.sent is not None and session.sent != visit.active:
        return replace(session, sent=None)
    return session


def forgets_ms(session: Session, site: Site, visit: Visit) -> int | None:
    """When an idle screen forgets what the last person chose, in ms since boot.

    A receipt that stands until somebody dismisses it forgets only that somebody was guided.  Where
    headphones were left in, that is forgotten once for each time that somebody did something.
    """
    done_ms = max(session.chosen_ms, visit.active)
    guided = session.guided and session.kept_ms < done_ms
    forgets = {"home": guided or session.chose, "receipt": guided}
    if not forgets.get(visit.step, False):
        return None
    return done_ms + site.timing.idle_s * 1000 * (PATIENCE if session.guided else 1)


def concealed(session: Session, aloud: bool, up_ms: int) -> Session:
    """The same, its digits hidden if no key came for `SHOWN_MS` or the screen is spoken `aloud`."""
    shown = session.shown_ms
    if shown is not None and (aloud or up_ms >= shown + SHOWN_MS):
        shown = None
    if (shown, aloud) == (session.shown_ms, session.aloud):
        return session
    return replace(session, shown_ms=shown, aloud=aloud)


def press(session: Session, view: model.View, action: str, active: int, ids: Ids) -> Press:
    """Take one action on the screen of `view`.

    `active` is `Visit.active` now; `ids` makes the random ids of a form that is handed on.
    """
    name, _, arg = action.partition(":")
    if isinstance(view, model.Code):
        typed = _code(session, view, name, arg, active)
    elif isinstance(view, model.Form):
        typed = _form(session, view, name, arg, active, ids)
    elif isinstance(view, model.QueueReason | model.ApproveGlass):
        typed = _reason(session, view, name, arg, active, ids)
    elif isinstance(view, model.Question):
        typed = _answer(session, view, name, arg, active, ids)
    elif isinstance(view, model.Sign):
        typed = _sign(session, view, name, active, ids)
    elif isinstance(view, model.SetupRuler):
        typed = _ruler(session, view, name, arg, active, ids)
    elif isinstance(view, model.SetClock):
        typed = _clock(session, view, name, arg, active, ids)
    else:
        typed = None
    if typed is not None:
        return typed
    if name == "page" and arg.isdecimal():
        return Press(replace(session, page=int(arg)), Activity())
    if name in CHOICES:
        return Press(_chosen(session, name, arg), Activity())
    if name == "helping":
        return Press(replace(session, helping=arg == "on"), Activity())
    return Press(session, Pressed(name, arg))


def _chosen(session: Session, name: str, arg: str) -> Session:
    """What a person chose for this visit."""
    match name:
        case "speak":
            return replace(session, language=arg)
        case "theme":
            return replace(session, theme=arg)
        case "text-size":
            return replace(session, text_size=arg)
        case _:
            return replace(session, display=arg == "on")


def _code(session: Session, view: model.Code, name: str, arg: str, active: int) -> Press | None:
    digits = session.digits
    if name == "digit":
        if view.pause is None and len(digits) < view.length:
            digits += arg
        return Press(replace(session, digits=digits), Activity())
    if name == "erase":
        return Press(replace(session, digits=digits[:-1]), Activity())
    if name == "ok":
        if len(digits) != view.length or view.pause is not None:
            return Press(session, Activity())
        return Press(replace(session, digits="", shown_ms=None), CodeTyped(digits))
    if name == "digits":
        shown = active if arg == "on" and view.showing is not None else None
        return Press(replace(session, shown_ms=shown), Activity())
    return None


def _turned(session: Session, name: str, arg: str, cased: bool) -> Session | None:
    """What the keys that type nothing do to a keyboard; None for those that type."""
    if name == "shift":
        if cased:
            return replace(session, shift=not session.shift)
        return replace(session, raised=not session.raised)
    if name == "script":
        return replace(session, other=not session.other, raised=False)
    if name == "page" and arg in ("letters", "symbols"):
        return replace(session, symbols=arg == "symbols", accents="")
    if name == "page" and arg in ("accents", "more"):
        return replace(session, symbols=False, accents=arg)
    return None


def _write(
    session: Session, view: model.View, question: str, limit: int, name: str, arg: str
) -> Press | None:
    """What the keys of a keyboard do to the answer of one question."""
    value = session.texts.get(question, "")
    turned = _turned(session, name, arg, keyboards.layout(view.language, session.other).cased)
    if turned is not None:
        return Press(turned, Activity())
    if name == "char" and len(arg) == 1 and arg.isprintable():
        if len(value) >= limit or (arg == " " and (not value or value.endswith(" "))):
            return Press(session, Activity())
        value += arg
    elif name == "erase":
        value = value[:-1]
    else:
        return None
    written = replace(
        session,
        texts={**session.texts, question: value},
        shift=not value or (question in NAMES and value.endswith(" ")),
        raised=False,
        error="",
    )
    return Press(written, Activity())


def _form(
    session: Session, view: model.Form, name: str, arg: str, active: int, ids: Ids
) -> Press | None:
    question = view.question
    if question in TYPED:
        written = _write(session, view, question, TYPED_MAX, name, arg)
        if written is not None:
            return written
    match name:
        case "done" if question in TYPED:
            if question in REQUIRED and not session.texts.get(question, "").strip():
                return Press(replace(session, error=f"form.{question}.missing"), Activity())
            return _ask(session, _neighbour(view, 1))
        case "choose" if question == "profile":
            return _ask(_with(session, question, arg), _neighbour(view, 1))
        case "choose":
            return Press(replace(_with(session, question, arg), error=""), Activity())
        case "send":
            return _send(_with(session, "profile", view.profile), "size", active, ids)
        case "back" if view.number > 1:
            return _ask(session, _neighbour(view, -1))
        case _:
            return None


def _with(session: Session, question: str, value: str) -> Session:
    return replace(session, texts={**session.texts, question: value})


def _neighbour(view: model.Form, by: int) -> str:
    return view.order[view.number - 1 + by]


def _ask(session: Session, question: str) -> Press:
    value = session.texts.get(question, "")
    asked = replace(
        session,
        question=question,
        shift=not value,
        raised=False,
        symbols=False,
        accents="",
        page=0,
        error="",
        sent=None,
    )
    return Press(asked, Activity())


def _reason(
    session: Session, view: model.View, name: str, arg: str, active: int, ids: Ids
) -> Press | None:
    written = _write(session, view, "reason", REASON_MAX, name, arg)
    if written is not None:
        return written
    return _send(session, "reason", active, ids) if name == "done" else None


def _answer(
    session: Session, view: model.Question, name: str, arg: str, active: int, ids: Ids
) -> Press | None:
    question = view.question
    written = _write(session, view, question, REASON_MAX, name, arg)
    if written is not None:
        return written
    needed = "" if question in OPTIONAL else question
    return _send(session, needed, active, ids) if name == "done" else None


def _sign(session: Session, view: model.Sign, name: str, active: int, ids: Ids) -> Press | None:
    """What was drawn is wiped out, or handed on once."""
    if name == "ink":
        return Press(session, Activity())
    if name == "clear":
        return Press(replace(session, strokes=()), Activity())
    if name != "done":
        return None
    if session.sent is not None or not view.enough:
        return Press(session, Activity())
    fields = {"strokes": ink.encode(session.strokes)}
    return Press(replace(session, sent=active), FormSent(fields, ids()))


def _clock(
    session: Session, view: model.SetClock, name: str, arg: str, active: int, ids: Ids
) -> Press | None:
    """A minute that is moved by steps, and handed on as Unix ms."""
    if name == "add" and arg.lstrip("-").isdecimal():
        return Press(_with(session, "at", str(view.at + int(arg))), Activity())
    if name == "send":
        return _send(_with(session, "at", str(view.at)), "at", active, ids)
    return None


def _ruler(
    session: Session, view: model.SetupRuler, name: str, arg: str, active: int, ids: Ids
) -> Press | None:
    """A bar that is made longer and shorter, and handed on as the width of the panel."""
    if name == "add" and arg.lstrip("-").isdecimal():
        bar = max(BAR_LEAST, view.bar_px + int(arg))
        return Press(_with(session, "bar", str(bar)), Activity())
    if name == "send":
        return _send(_with(session, "width", str(view.tenths)), "width", active, ids)
    return None


def _send(session: Session, needed: str, active: int, ids: Ids) -> Press:
    """Hand the form on, once."""
    if needed and not session.texts.get(needed, "").strip():
        return Press(replace(session, error=f"form.{needed}.missing"), Activity())
    if session.sent is not None:
        return Press(session, Activity())
    fields = {key: value.strip() for key, value in session.texts.items()}
    return Press(replace(session, sent=active), FormSent(fields, ids()))
