"""The recipient's signature: asked for when the door has closed, and never waited for at a door.

Theory of operation.  Where the profile asks, the collection says that its recipient is to sign.
They draw on the screen, or confirm by a key, and mean: I have received the item.  Whoever does not,
leaves a line in the operator's queue.  An opening for which nobody signs within a quarter of an
hour, or before a power cut, is unsigned too.

Standard: 21 CFR 11.50 and 11.70: name, time and meaning stand with a signature, and it names the
entry that it signs.

Rules.  A signature opens nothing, holds nothing shut and takes nothing back: without it the door
was still seen to open and to close.  What was drawn is a disclosure and can be erased; the entry
keeps its digest.  What is disputed is not signed for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import strokes
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.judge import Question, demand
from lockerd.core.now import Now
from lockerd.core.state import Signing, Stamp, State

SIGN_MS = 15 * 60_000
"""How long after its door closed a collection may still be signed for."""

RECEIVED = "received"
HOWS: tuple[str, ...] = ("drawn", "key")
REASONS: tuple[str, ...] = ("declined", "left")


def _asked(draft: Draft, ho: str) -> Signing:
    known = draft.state.signing.get(ho)
    if known is None or _over(draft.state, known, draft.now):
        raise Declined("unasked", "no signature is asked for here now; take your receipt")
    return known


def _over(state: State, known: Signing, now: Now) -> bool:
    return known.since.boot != now.boot or state.elapsed_ms(known.since, now) > SIGN_MS


def _about(draft: Draft, known: Signing) -> dict[str, Any]:
    return {"unit": known.unit, "ho": known.ho, "cause": draft.entry(known.entry)}


def sign(draft: Draft, message: msg.SignCollection) -> None:
    """The recipient signs for what they took."""
    known = _asked(draft, message.ho)
    if message.how not in HOWS:
        raise Declined("how", f"a signature is one of: {', '.join(HOWS)}; use another")
    if message.how == "drawn":
        _legible(message.strokes)
    draft.add(
        ev.CollectionSigned(
            actor=ev.Actor("recipient", known.recipient_no),
            **_about(draft, known),
            means=RECEIVED,
            how=message.how,
            strokes=message.strokes if message.how == "drawn" else None,
        )
    )


def _legible(text: str) -> None:
    """Decline what is no line, or hardly one."""
    try:
        drawn = strokes.decode(text)
    except ValueError as wrong:
        raise Declined("strokes", f"{wrong}; sign again") from None
    if not strokes.enough(drawn):
        raise Declined("strokes", "hardly anything was drawn; sign again")


def leave(draft: Draft, message: msg.LeaveUnsigned) -> None:
    """The recipient went on, or away, without signing."""
    known = _asked(draft, message.ho)
    if message.reason not in REASONS:
        raise Declined("reason", f"a reason is one of: {', '.join(REASONS)}; give one")
    by = ev.DEVICE if message.reason == "left" else ev.Actor("recipient", known.recipient_no)
    draft.add(ev.CollectionUnsigned(actor=by, **_about(draft, known), reason=message.reason))


def due(draft: Draft) -> None:
    """What nobody signed in time."""
    for known in draft.state.signing.values():
        if _over(draft.state, known, draft.now):
            draft.add(ev.CollectionUnsigned(**_about(draft, known), reason="left"))


def moments(state: State, now: Now) -> Iterator[int]:
    """When `due` has something to say, in ms since this boot."""
    for known in state.signing.values():
        if known.since.boot == now.boot:
            yield state.due_up_ms(known.since, SIGN_MS, now) + 1
        else:
            yield now.up_ms


# -- what the events change -----------------------------------------------------------------------


def _collected(state: State, event: ev.HandoverCollected, idx: int, now: Now) -> None:
    known = state.handovers.get(event.ho or "")
    if event.sign and known is not None and event.unit is not None:
        named = known.ordered if known.named is None else known.named
        by = known.recipient_no
        state.signing[known.ho] = Signing(known.ho, event.unit, idx, named, by, Stamp.of(now))


def _settled(state: State, event: ev.Event, idx: int, now: Now) -> None:
    state.signing.pop(event.ho or "", None)


def _signed_for(state: State, event: ev.CollectionSigned, idx: int, now: Now) -> None:
    _settled(state, event, idx, now)
    tomb = state.tombs.get(event.unit or "")
    if tomb is not None and tomb.ho == event.ho:
        tomb.signed = event.how


# -- what an auditor asks -------------------------------------------------------------------------


def _was_asked(state: State, event: Any) -> Signing:
    known = state.signing.get(event.ho or "")
    demand(known is not None, event, "no signature was asked for")
    assert known is not None
    own = event.unit == known.unit and event.cause == (state.epoch, known.entry)
    demand(own, event, "another collection")
    return known


def _signed(state: State, event: Any, idx: int, now: Now) -> None:
    known = _was_asked(state, event)
    demand(event.actor == ("recipient", known.recipient_no), event, "not by its recipient")
    demand(event.how in HOWS and event.means == RECEIVED, event, "no such signature")
    demand(event.how == "drawn" or event.strokes is None, event, "a key draws nothing")
    demand(not _over(state, known, now), event, "its time was over")


def _unsigned(state: State, event: Any, idx: int, now: Now) -> None:
    known = _was_asked(state, event)
    demand(event.reason in REASONS, event, "no such reason")
    by = ev.DEVICE if event.reason == "left" else ev.Actor("recipient", known.recipient_no)
    demand(event.actor == by, event, "not by its recipient")


HANDLES: Handles = {msg.SignCollection: sign, msg.LeaveUnsigned: leave}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.HandoverCollected: _collected,
    ev.CollectionSigned: _signed_for,
    **dict.fromkeys((ev.CollectionUnsigned, ev.CollectionDisputed), _settled),
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.CollectionSigned: _signed,
    ev.CollectionUnsigned: _unsigned,
}
