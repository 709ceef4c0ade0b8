"""Something that both know, as a second factor: a date of birth, the end of a document's number.

Theory of operation.  Whoever announces a handover says the fact; the vault makes a verifier of it
and forgets it.  After the code the recipient types it.  A right answer holds for two minutes, as
every approval does, and for one release.  Whoever does not know it is helped by a member of staff
who looks at a document, and so is a recipient about whom no fact was given.

Rules.  A wrong answer, and the right one to a fact that is dead, get the words that every unproven
code gets.  It counts against every handover that the code opens, where five kill the fact for life,
and against the device, which pauses typing.  Each answer needs a code that was proven before it.
The verifier dies with the handover, and with its recipient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import approval, credential
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.judge import Question, demand, live
from lockerd.core.now import Now
from lockerd.core.state import WRONG_PINS_MAX, Approval, Handover, Stamp, State

DIGITS: Mapping[str, int] = {"birth-date": 8, "document-number": 4}
"""Every kind of fact, and how many digits it has."""


def well_formed(kind: str, digits: str) -> bool:
    """Whether these digits can be such a fact."""
    return digits.isascii() and digits.isdigit() and len(digits) == DIGITS.get(kind)


def answered(draft: Draft, message: msg.FactChecked) -> None:
    """Decide what was typed; the last thing that was missing releases."""
    if draft.state.paused_ms(draft.now) > 0:
        raise Declined("paused", "typing is paused; wait until it is over")
    known = credential.waiting(draft, message.ho)
    about: dict[str, Any] = {
        "unit": known.unit,
        "ho": known.ho,
        "cause": draft.entry(known.request),
    }
    if message.proven and known.fact and not known.fact_dead:
        by = ev.Actor("recipient", known.recipient_no)
        draft.add(ev.FactProven(actor=by, **about))
        credential.go_on(draft, known, "fact")
        return
    draft.add(ev.FactRefused(**about))
    for one in draft.state.of_cred(known.cred):
        if _due(one, one.wrong_facts + 1):
            draft.add(ev.FactLocked(unit=one.unit, ho=one.ho))
    credential.pause(draft)


def _due(known: Handover, wrong: int) -> bool:
    return bool(known.fact) and not known.fact_dead and wrong >= WRONG_PINS_MAX


# -- what the events change -----------------------------------------------------------------------


def _proven(state: State, event: ev.FactProven, idx: int, now: Now) -> None:
    approval.kept(state, now)
    subject = approval.subject_of("fact", event.ho or "")
    state.approvals[subject] = Approval(subject, Stamp.of(now), idx)


def _refused(state: State, event: ev.FactRefused, idx: int, now: Now) -> None:
    known = state.handovers.get(event.ho or "")
    if known is not None:
        for one in state.of_cred(known.cred) or [known]:
            one.wrong_facts += 1
        known.requested, known.requested_kind, known.request = None, "", None


def _locked(state: State, event: ev.FactLocked, idx: int, now: Now) -> None:
    known = state.handovers.get(event.ho or "")
    if known is not None:
        known.fact_dead = True


# -- what an auditor asks -------------------------------------------------------------------------


def _asked(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    asked = known.request is not None and event.cause == (state.epoch, known.request)
    demand(asked, event, "nothing was asked then")


def _was_proven(state: State, event: Any, idx: int, now: Now) -> None:
    _asked(state, event, idx, now)
    known = live(state, event)
    demand(bool(known.fact) and not known.fact_dead, event, "no fact lived that could be proven")
    own = event.actor == ("recipient", known.recipient_no)
    demand(own, event, "not by its recipient")


def _was_locked(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    demand(_due(known, known.wrong_facts), event, "five wrong answers were not counted")


HANDLES: Handles = {msg.FactChecked: answered}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.FactProven: _proven,
    ev.FactRefused: _refused,
    ev.FactLocked: _locked,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.FactProven: _was_proven,
    ev.FactRefused: _asked,
    ev.FactLocked: _was_locked,
}
