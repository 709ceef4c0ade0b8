"""The parts that a person meets: scanner, keypad, touch, screen, speech.  What fails, and returns.

Theory of operation.  Whoever owns a part says when it fails and when it works again; both are one
fact, `PartChanged`.  What is known is folded into `State.lost`, so that every screen can offer
another way and every start knows what was missing before it.

Rules.  A fact is written down once: what was said already is not said again at every start.  A part
that fails takes no path to an item away but its own.  An operator's word ends the line of the
queue, and not the failure: that ends when the part works.  `why` is one of a few words, never a
text of the machine's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Draft, Handles
from lockerd.core.judge import Question, by, demand
from lockerd.core.now import Now
from lockerd.core.state import State

PARTS = ("scanner", "keypad", "touch", "screen", "speech")
"""What can fail and come back."""

WHYS = ("gone", "missing", "failed", "unplugged", "silent")
"""Does not answer; a library or a program is missing; failed while at work; no panel is connected;
was not used for long, which is a doubt and not a failure."""

DOUBT = "silent"


def working(state: State, part: str) -> bool:
    """Whether nothing is known against a part; a doubt is nothing."""
    return state.lost.get(part, DOUBT) == DOUBT


def changed(draft: Draft, message: msg.PartChanged) -> None:
    """A part failed, or works again."""
    assert message.part in PARTS, message.part
    known = draft.state.lost.get(message.part)
    if message.present:
        if known is not None:
            draft.add(ev.PartBack(part=message.part))
        return
    assert message.why in WHYS, message.why
    if known != message.why:
        draft.add(ev.PartFailed(part=message.part, why=message.why))


def _failed(state: State, event: ev.PartFailed, idx: int, now: Now) -> None:
    state.lost[event.part] = event.why


def _back(state: State, event: ev.PartBack, idx: int, now: Now) -> None:
    state.lost.pop(event.part, None)


def _could_fail(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "device")
    demand(event.part in PARTS and event.why in WHYS, event, "no such part or reason")
    demand(state.lost.get(event.part) != event.why, event, "that was known")


def _was_lost(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "device")
    demand(event.part in state.lost, event, "it had not failed")


HANDLES: Handles = {msg.PartChanged: changed}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.PartFailed: _failed,
    ev.PartBack: _back,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.PartFailed: _could_fail,
    ev.PartBack: _was_lost,
}
