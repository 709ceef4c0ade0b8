"""How a cabinet gets its first operator, and a new one when the last is gone.

Theory of operation.  Nobody is enrolled by default and there is no master code.  A device whose
config names an owner shows a claim until somebody can sign in as an operator: the owner signs it
with a key that never comes near the cabinet.  With the first operator three recovery cards are
made; any two of them enrol an operator later, whoever else is still enrolled, and stand on top of
the queue for it.  The vault judges signatures and cards and makes every random value; what comes
here is its verdict.

Rules.  Acceptance, enrolment and new cards are one transaction: a cut leaves all or nothing.  Two
cards die with their use and so does the third.  A claim is taken only while no operator can sign in
who ever did: a badge that nobody kept does not lock the owner out.  One challenge is good for one
boot and one operator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.judge import Question, by, demand
from lockerd.core.now import Now
from lockerd.core.people import check_name, check_new, operators
from lockerd.core.site import Site
from lockerd.core.state import State

FOUNDERS = (ev.ClaimAccepted, ev.RecoveryAccepted)


def unclaimed(site: Site, state: State) -> bool:
    """Whether the cabinet waits for its owner: nothing else works until somebody was enrolled."""
    chiefs = (one for one in state.staff.values() if one.role == "operator")
    return bool(site.owner_key) and state.boots > 0 and not any(one.cred for one in chiefs)


def claimable(site: Site, state: State) -> bool:
    """Whether the owner may enrol somebody: no operator who ever signed in can do so now."""
    return bool(site.owner_key) and state.boots > 0 and not _led(state)


def _led(state: State) -> bool:
    return any(one.seen for one in operators(state))


def claim_checked(draft: Draft, message: msg.ClaimChecked) -> None:
    """A wrong answer is recorded; a right one waits for the person it is for."""
    if not claimable(draft.site, draft.state):
        raise Declined("claimed", "somebody can sign in as an operator; ask that person")
    if not message.proven:
        draft.add(ev.ClaimRefused())


def pair_checked(draft: Draft, message: msg.PairChecked) -> None:
    """Two cards that do not count are recorded; two that do wait for the person they are for."""
    if not message.proven:
        draft.add(ev.RecoveryRefused())


def found(draft: Draft, message: msg.FoundCabinet) -> None:
    """Accept, enrol, issue cards, and link the user who asked, all together."""
    made, state = message.made, draft.state
    check_new(state, made.staff, "operator")
    check_name(message.name)
    if made.challenge is not None:
        if not claimable(draft.site, state):
            raise Declined("claimed", "somebody can sign in as an operator; ask that person")
        cause = draft.add(ev.ClaimAccepted(challenge=made.challenge))
    else:
        if not made.spent or made.spent != state.cards:
            raise Declined("cards", "these cards were used or replaced; find the newest three")
        cause = draft.add(ev.RecoveryAccepted(cred=made.spent))
    draft.add(
        ev.StaffEnrolled(
            staff=made.staff,
            role="operator",
            cred=made.cred,
            name=message.name,
            verifiers=made.verifiers,
            cause=cause,
        )
    )
    draft.add(
        ev.RecoveryIssued(
            cred=made.cards.cred,
            verifiers=made.cards.verifiers,
            replaces=(state.cards or None) if made.spent is None else None,
            cause=cause,
        )
    )
    if message.uid is not None and all(one.uid != message.uid for one in state.staff.values()):
        actor = ev.Actor("operator", made.staff)
        draft.add(ev.StaffLinked(actor=actor, staff=made.staff, uid=message.uid))


def issue(draft: Draft, message: msg.IssueCards) -> None:
    """New cards, asked for by an operator: those that are out are dead."""
    draft.add(
        ev.RecoveryIssued(
            actor=message.actor,
            cred=message.made.cred,
            verifiers=message.made.verifiers,
            replaces=draft.state.cards or None,
        )
    )


# -- folds ----------------------------------------------------------------------------------------


def _accepted(state: State, event: ev.Event, idx: int, now: Now) -> None:
    state.founded = idx
    if isinstance(event, ev.RecoveryAccepted):
        state.cards = ""


def _issued(state: State, event: ev.RecoveryIssued, idx: int, now: Now) -> None:
    state.cards = event.cred


# -- what must have been, for a replay ------------------------------------------------------------


def _claimed(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "device")
    demand(not _led(state), event, "somebody could sign in as an operator")
    demand(len(event.challenge) == 64, event, "its challenge is none")


def _recovered(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "device")
    demand(bool(event.cred) and event.cred == state.cards, event, "other cards counted")


def _cards(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "device", "operator")
    if event.actor.role == "device":
        own = event.cause == (state.epoch, state.founded) and state.founded == idx - 2
        demand(own, event, "nobody was enrolled by a claim or by cards")
    demand(event.replaces == (state.cards or None), event, "it ends other cards")


HANDLES: Handles = {
    msg.ClaimChecked: claim_checked,
    msg.PairChecked: pair_checked,
    msg.FoundCabinet: found,
    msg.IssueCards: issue,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = {msg.IssueCards: frozenset({"operator"})}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.ClaimAccepted: _accepted,
    ev.RecoveryAccepted: _accepted,
    ev.RecoveryIssued: _issued,
    ev.RecoveryCarried: _issued,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.ClaimAccepted: _claimed,
    ev.RecoveryAccepted: _recovered,
    ev.RecoveryIssued: _cards,
}
