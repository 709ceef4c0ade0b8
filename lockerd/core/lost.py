"""A recipient's lost code: a ticket at the kiosk, and new codes by whoever knows the person.

Theory of operation.  Nobody at the kiosk is asked who they are.  "I lost my code" makes a ticket:
a number on the screen and a line in the queue.  An operator who knows the person gives new codes
for the ticket from the desk.  One who is far away answers a challenge that the screen shows: the
digits say which operator and which handover (`telephone`), so they open nothing by themselves and
nothing else.  The new codes are made as for any other re-issue, in that operator's name.

Rules.  `TICKETS_MAX` tickets at a time.  A challenge is good for `ANSWER_MS`, in the boot that
made it, for `TRIES_MAX` answers, and dies with the right one.  A wrong answer counts against the
device as a wrong PIN does, and is on disk before it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import credential, life
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.judge import Question, by, demand, live
from lockerd.core.now import Now
from lockerd.core.state import Stamp, State, Ticket

RULE = "lost"
TICKETS_MAX = 8
ASKED_MAX = 10
TRIES_MAX = 3
ANSWER_MS = 5 * 60_000
BY_TELEPHONE = "lost; vouched for by telephone"


def lose(draft: Draft, message: msg.LoseCode) -> None:
    """Make a ticket; its number is that of its entry."""
    if len(draft.state.tickets) >= TICKETS_MAX:
        raise Declined("tickets", "too many codes are reported lost; call the number on the screen")
    draft.add(ev.CodeLost(ticket=str(draft.state.size)))


def ask(draft: Draft, message: msg.AskByTelephone) -> None:
    """Show a challenge."""
    known = _ticket(draft, message.ticket)
    if known.asked >= ASKED_MAX:
        raise Declined("often", "this ticket was asked about too often; begin with a new one")
    draft.add(
        ev.TelephoneAsked(
            cause=draft.entry(known.entry), ticket=message.ticket, challenge=message.challenge
        )
    )


def _ticket(draft: Draft, ticket: str) -> Ticket:
    known = draft.state.tickets.get(ticket)
    if known is None:
        raise Declined("ticket", "this ticket is closed; say again that the code is lost")
    return known


def open_for(state: State, known: Ticket, now: Now) -> bool:
    """Whether its challenge may still be answered."""
    since = known.since
    return (
        bool(known.challenge)
        and since is not None
        and since.boot == now.boot
        and state.elapsed_ms(since, now) <= ANSWER_MS
    )


def checked(draft: Draft, message: msg.TelephoneChecked) -> None:
    """What was typed was right, or counts."""
    state = draft.state
    known = _ticket(draft, message.ticket)
    if state.paused_ms(draft.now) > 0:
        raise Declined("paused", "typing is paused; wait until it is over")
    if not open_for(state, known, draft.now) or message.challenge != known.challenge:
        raise Declined("late", "this challenge has ended; ask for another one")
    who = state.staff.get(message.staff or "")
    meant = state.handovers.get(message.ho or "")
    cause = draft.entry(known.asked_at)
    if who is None or who.left or who.role != "operator" or not (meant and coded(meant.phase)):
        draft.add(ev.TelephoneRefused(cause=cause, ticket=message.ticket))
        credential.pause(draft)
        return
    draft.add(
        ev.TelephoneProven(
            actor=ev.Actor(who.role, who.staff),
            unit=meant.unit,
            ho=meant.ho,
            cause=cause,
            ticket=message.ticket,
        )
    )


def coded(phase: str) -> bool:
    """Whether a handover in this phase has a code that can be replaced."""
    return phase in life.CODED


def reissue(draft: Draft, message: msg.ReissueByTelephone) -> None:
    """The codes that the telephone call was about, in the name of who vouched."""
    known = _ticket(draft, message.ticket)
    if not known.ho or known.ho != message.minted.ho:
        raise Declined("ticket", "nobody vouched for this; ask for a challenge again")
    who = draft.staff_actor(known.staff)
    again = msg.ReissueCredential(who, message.minted, BY_TELEPHONE, message.ticket)
    life.reissue(draft, again)


def give_key(draft: Draft, message: msg.GiveTelephoneKey) -> None:
    """On record before it is shown."""
    draft.add(ev.TelephoneKeyGiven(actor=message.actor))


# -- what the events change -----------------------------------------------------------------------


def _lost(state: State, event: ev.CodeLost, idx: int, now: Now) -> None:
    state.tickets[event.ticket] = Ticket(idx)


def _asked(state: State, event: ev.TelephoneAsked, idx: int, now: Now) -> None:
    known = state.tickets[event.ticket]
    known.challenge, known.since, known.asked_at = event.challenge, Stamp.of(now), idx
    known.asked, known.wrong, known.ho, known.staff = known.asked + 1, 0, "", ""


def _wrong(state: State, event: ev.TelephoneRefused, idx: int, now: Now) -> None:
    known = state.tickets[event.ticket]
    known.wrong += 1
    if known.wrong >= TRIES_MAX:
        known.challenge = ""


def _proven(state: State, event: ev.TelephoneProven, idx: int, now: Now) -> None:
    known = state.tickets[event.ticket]
    known.challenge, known.ho, known.staff = "", event.ho or "", event.actor.id


def _reissued(state: State, event: ev.CredentialReissued, idx: int, now: Now) -> None:
    state.tickets.pop(event.ticket or "", None)


def _resolved(state: State, event: ev.AttentionResolved, idx: int, now: Now) -> None:
    rule, _, ticket = event.key.partition(":")
    if rule == RULE:
        state.tickets.pop(ticket, None)


# -- what an auditor asks -------------------------------------------------------------------------


def _was_lost(state: State, event: Any, idx: int, now: Now) -> None:
    demand(event.actor == ev.DEVICE, event, "somebody is named")
    demand(event.ticket == str(idx), event, "its number is another entry's")


def _known(state: State, event: Any) -> Ticket:
    known = state.tickets.get(event.ticket)
    demand(known is not None, event, "no such ticket is open")
    assert known is not None
    return known


def _was_asked(state: State, event: Any, idx: int, now: Now) -> None:
    known = _known(state, event)
    demand(bool(event.challenge), event, "it asks nothing")
    demand(event.cause == (state.epoch, known.entry), event, "of another ticket")


def _was_answered(state: State, event: Any, idx: int, now: Now) -> None:
    known = _known(state, event)
    demand(open_for(state, known, now), event, "no challenge could be answered")
    demand(event.cause == (state.epoch, known.asked_at), event, "of another challenge")


def _was_proven(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    _was_answered(state, event, idx, now)
    demand(coded(live(state, event).phase), event, "no code could be replaced")


def _was_given(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")


HANDLES: Handles = {
    msg.LoseCode: lose,
    msg.AskByTelephone: ask,
    msg.TelephoneChecked: checked,
    msg.ReissueByTelephone: reissue,
    msg.GiveTelephoneKey: give_key,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = {msg.GiveTelephoneKey: frozenset({"operator"})}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.CodeLost: _lost,
    ev.TelephoneAsked: _asked,
    ev.TelephoneRefused: _wrong,
    ev.TelephoneProven: _proven,
    ev.CredentialReissued: _reissued,
    ev.AttentionResolved: _resolved,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.CodeLost: _was_lost,
    ev.TelephoneAsked: _was_asked,
    ev.TelephoneRefused: _was_answered,
    ev.TelephoneProven: _was_proven,
    ev.TelephoneKeyGiven: _was_given,
}
