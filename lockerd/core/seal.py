"""The seal of an item: its number at the deposit, and whether it is whole at the collection.

Theory of operation.  Where the profile asks, the depositor reads the number off the seal before a
compartment opens, by the scanner or by typing; it is compared with the one that was announced, if
any.  The recipient sees the number once the door has closed behind the item, and says that the seal
is unbroken, or that it is broken or another one, which is a dispute like any other.

Rules.  The number is a disclosure: the state knows only where it stands.  A seal opens nothing and
takes nothing back; nobody need answer.  Without a number on record nothing is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import dispute
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.judge import Question, by, demand, live
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import Handover, State

SEAL_MAX = 40
"""Characters of a seal's number; the field's longest are half as long."""

BESIDE = ("none", "same", "other")
HOWS = ("said", "scanned")


def asked(site: Site, profile: str) -> bool:
    """Whether a deposit of this profile needs a seal's number."""
    return any(one.name == profile and one.seal for one in site.profiles)


def read(draft: Draft, known: Handover, message: msg.StartDeposit) -> None:
    """Write the number down with the deposit that begins; Declined where one is missing.

    A compartment that did not do gives way to another one in the same visit: the seal was read.
    """
    seal = message.seal.strip()
    if not seal:
        again = bool(message.avoid) and known.sealed is not None
        if asked(draft.site, known.profile) and not again:
            raise Declined("seal", "scan the seal's number, or type it")
        return
    if len(seal) > SEAL_MAX or not seal.isprintable():
        raise Declined("text", f"a seal's number has at most {SEAL_MAX} printable characters")
    if message.announced not in BESIDE:
        raise Declined("announced", f"a comparison is one of: {', '.join(BESIDE)}; give one")
    draft.add(
        ev.ItemSealed(
            actor=message.actor,
            ho=known.ho,
            cause=draft.entry(known.ordered),
            announced=message.announced,
            seal=seal,
        )
    )


def check(draft: Draft, message: msg.CheckSeal) -> None:
    """The recipient found it unbroken; said once."""
    if message.how not in HOWS:
        raise Declined("how", f"a seal is checked in one of these ways: {', '.join(HOWS)}")
    unit, tomb = dispute.finished(draft, message.ho)
    if tomb.sealed is None or tomb.whole or tomb.disputed:
        raise Declined("phase", "nothing is asked about a seal now; take your receipt")
    draft.add(
        ev.SealChecked(
            actor=ev.Actor("recipient", tomb.recipient_no),
            unit=unit,
            ho=tomb.ho,
            cause=draft.entry(tomb.idx),
            how=message.how,
        )
    )


# -- what the events change -----------------------------------------------------------------------


def _checked(state: State, event: ev.SealChecked, idx: int, now: Now) -> None:
    tomb = state.tombs.get(event.unit or "")
    if tomb is not None and tomb.ho == event.ho:
        tomb.whole = True


# -- what an auditor asks -------------------------------------------------------------------------


def _was_read(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    by(event, "depositor", "operator")
    demand(event.announced in BESIDE, event, "no such comparison")
    demand(event.cause == (state.epoch, known.ordered), event, "another order")


def _was_checked(state: State, event: Any, idx: int, now: Now) -> None:
    dispute.was_finished(state, event, idx, now)
    tomb = state.tombs[event.unit]
    demand(tomb.sealed is not None, event, "no seal was on record")
    demand(not tomb.whole and not tomb.disputed, event, "it was answered already")
    demand(event.actor == ("recipient", tomb.recipient_no), event, "not by its recipient")
    demand(event.how in HOWS, event, "nobody checks like that")


HANDLES: Handles = {msg.CheckSeal: check}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {ev.SealChecked: _checked}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.ItemSealed: _was_read,
    ev.SealChecked: _was_checked,
}
