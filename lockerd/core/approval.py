"""Two people: who else must say yes, for how long that holds, and the glass that one breaks alone.

Theory of operation.  What needs a second person names it by a subject: `release:<ho>` (an
authoriser of a release), `identity:<ho>` (somebody who looked at the recipient's document),
`emergency`, `inspect:<unit>`, `time` and the like.  An approval is an event with the approver's own
badge and PIN behind it.  It holds for two minutes of the same boot and for one act, which names it
as its cause.

Rules.  Nobody approves what they ask for, and nobody authorises the release of what they deposited.
One person's approval counts once.  A broken glass counts as every approval of its subject, needs a
reason, and stands on top of the queue until somebody else has reviewed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles, reason
from lockerd.core.judge import Question, by, demand
from lockerd.core.now import Now
from lockerd.core.site import Profile
from lockerd.core.state import Approval, Handover, Stamp, State

APPROVAL_MS = 120_000
"""How long an approval, or a request for one, stands."""

SUBJECTS_MAX = 32
DOCUMENTS: tuple[str, ...] = ("passport", "identity-card", "driving-licence", "staff-card")
"""The kinds of document that an identity check may name."""

NO_GLASS = ("identity:", "fact:", "shift")
"""Subjects that need another person, or the recipient, in any case."""

APPROVERS = frozenset({"operator"})
WITNESSES = frozenset({"operator", "depositor"})


def live(state: State, subject: str, now: Now) -> Approval | None:
    """What was approved under this subject and still holds."""
    known = state.approvals.get(subject)
    if known is None or not _fresh(state, known.since, now):
        return None
    return known


def _fresh(state: State, since: Stamp, now: Now) -> bool:
    return since.boot == now.boot and state.elapsed_ms(since, now) <= APPROVAL_MS


def second(draft: Draft, subject: str, actor: ev.Actor) -> ev.Cause:
    """The approval of another person for this act, as its cause; Declined when there is none."""
    known = live(draft.state, subject, draft.now)
    if known is not None and (known.glass == actor.id or set(known.staff) - {actor.id}):
        return ev.Cause(draft.state.epoch, known.entry)
    text = "a second person must approve this with badge and PIN at the screen"
    raise Declined("second", text, subject)


def missing(state: State, profile: Profile, known: Handover, now: Now) -> tuple[str, ...]:
    """What a release of this handover still needs, in the order in which it is asked for."""
    needs: list[str] = []
    if live(state, f"identity:{known.ho}", now) is None:
        needs += _factor(state, profile, known, now)
    given = live(state, f"release:{known.ho}", now)
    if given is None or not given.glass:
        count = 0 if given is None else len(given.staff)
        needs += ["authoriser"] * max(0, profile.authorisers - count)
    return tuple(needs)


def _factor(state: State, profile: Profile, known: Handover, now: Now) -> tuple[str, ...]:
    """What the second factor asks for still; a document where no fact was given."""
    if profile.second_factor == "none" or live(state, f"fact:{known.ho}", now) is not None:
        return ()
    return ("fact",) if profile.second_factor == "fact" and known.fact else ("identity",)


def subject_of(need: str, ho: str) -> str:
    """The subject under which a release's need is approved."""
    return f"{need if need in ('identity', 'fact') else 'release'}:{ho}"


def excluded(state: State, subject: str, asker: str) -> frozenset[str]:
    """Who may not approve this, whatever their role."""
    kind, _, ho = subject.partition(":")
    known = state.handovers.get(ho)
    own = {asker} if asker else set()
    if kind == "release" and known is not None:
        own |= {known.depositor or ""}
    return frozenset(own - {""})


def check(draft: Draft, subject: str, approver: ev.Actor, asker: str, document: str) -> None:
    """Whether this person may approve it; Declined if not."""
    state = draft.state
    if subject.startswith("fact:"):
        raise Declined("subject", "what both know is typed; approve the identity instead")
    allowed = WITNESSES if subject.startswith("identity:") else APPROVERS
    if approver.role not in allowed:
        raise Declined("role", f"a {approver.role} may not approve this; ask an operator")
    if approver.id in excluded(state, subject, asker):
        raise Declined("self", "nobody approves their own act or deposit; ask another person")
    known = live(state, subject, draft.now)
    if known is not None and approver.id in known.staff:
        raise Declined("twice", "this person has approved it already; ask another person")
    if subject.startswith("identity:") and document not in DOCUMENTS:
        raise Declined("document", f"say what was looked at: {', '.join(DOCUMENTS)}")
    if known is None and len(state.approvals) >= SUBJECTS_MAX:
        raise Declined("full", "too much waits for approval; try again in two minutes")


def broken(draft: Draft, message: msg.BreakGlass) -> None:
    """One person alone, with a reason."""
    reason(message.reason)
    if message.subject.startswith("identity:"):
        raise Declined("subject", "an identity is checked by a person; no glass stands before it")
    if message.subject.startswith("fact:"):
        raise Declined("subject", "what both know is typed, or a document is looked at instead")
    if message.subject == "shift":
        raise Declined("subject", "nobody takes over from themselves; the next operator is needed")
    if message.actor.id in excluded(draft.state, message.subject, ""):
        raise Declined("self", "nobody releases alone what they deposited; ask another person")
    draft.add(ev.GlassBroken(actor=message.actor, subject=message.subject, reason=message.reason))


# -- what the events change -----------------------------------------------------------------------


def kept(state: State, now: Now) -> None:
    """Forget what no longer holds."""
    for subject, known in list(state.approvals.items()):
        if not _fresh(state, known.since, now):
            del state.approvals[subject]


def _given(state: State, event: ev.ApprovalGiven, idx: int, now: Now) -> None:
    kept(state, now)
    known = state.approvals.setdefault(event.subject, Approval(event.subject, Stamp.of(now), idx))
    known.since, known.entry = Stamp.of(now), idx
    known.staff.append(event.actor.id)


def _broken(state: State, event: ev.GlassBroken, idx: int, now: Now) -> None:
    kept(state, now)
    state.approvals[event.subject] = Approval(event.subject, Stamp.of(now), idx, [], event.actor.id)


def _requested(state: State, event: ev.ReleaseRequested, idx: int, now: Now) -> None:
    known = state.handovers.get(event.ho or "")
    if known is not None:
        known.requested, known.requested_kind, known.request = Stamp.of(now), event.kind, idx


def used(state: State, subject: str) -> None:
    """An act used the approval up."""
    state.approvals.pop(subject, None)


# -- what an auditor asks -------------------------------------------------------------------------


def _was_given(state: State, event: Any, idx: int, now: Now) -> None:
    known = state.staff.get(event.actor.id)
    demand(known is not None and known.role == event.actor.role, event, "nobody of this number")
    witness = event.subject.startswith("identity:")
    demand(not event.subject.startswith("fact:"), event, "nobody approves what both know")
    by(event, *(WITNESSES if witness else APPROVERS))
    demand(witness == (event.document is not None), event, "a document belongs to an identity")
    demand(event.actor.id not in excluded(state, event.subject, ""), event, "their own deposit")
    before = live(state, event.subject, now)
    demand(before is None or event.actor.id not in before.staff, event, "approved twice")


def _was_broken(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, *APPROVERS)
    glass = not event.subject.startswith(NO_GLASS)
    demand(glass, event, "no glass stands before this")
    demand(event.actor.id not in excluded(state, event.subject, ""), event, "their own deposit")


def _was_requested(state: State, event: Any, idx: int, now: Now) -> None:
    known = state.handovers.get(event.ho or "")
    own = known is not None and known.cred == event.cred and known.unit == event.unit
    demand(own, event, "not this handover's credential")
    demand(bool(event.needs), event, "it needs nothing more")


HANDLES: Handles = {}
MAY: Mapping[type[msg.Message], frozenset[str]] = {msg.BreakGlass: APPROVERS}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.ApprovalGiven: _given,
    ev.GlassBroken: _broken,
    ev.ReleaseRequested: _requested,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.ApprovalGiven: _was_given,
    ev.GlassBroken: _was_broken,
    ev.ReleaseRequested: _was_requested,
}
