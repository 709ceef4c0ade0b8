"""Codes on their way to the recipient: which channel, and what is known of a failure.

Theory of operation.  A profile names the one channel by which codes leave (`Profile.delivery`);
whether staff may see them besides is `Profile.show_code`, and nothing else puts a code on a staff
member's screen.  Codes exist in clear only between their minting and their delivery.  A channel
that took them is a `credential.delivered`.  One that did not is said once
(`credential.undelivered`), stands in the queue, and is tried again for as long as the device runs.
A power cut in between loses them for good: the next start says so, and a re-issue makes new ones.

Rules.  Nothing is said of codes that were replaced, were used, or are no longer needed; what is
said of a code is one line of the queue, however many doors it opens.  One that left by any
channel is delivered, whatever another channel says later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.core import attention
from lockerd.core import events as ev
from lockerd.core.draft import Draft, Handles
from lockerd.core.judge import Question, demand, live
from lockerd.core.messages import DeliveryFailed
from lockerd.core.moving import MOVING
from lockerd.core.now import Now
from lockerd.core.record import Record, hidden
from lockerd.core.site import Site
from lockerd.core.state import State

RULE = "undelivered"
WAITS = frozenset({"collectable", "expired", "frozen", *MOVING})
"""Phases in which somebody may still need the code."""

POWER = "power"
REASON_MAX = 200


class Letter(Record):
    """What a recipient is told, on whatever channel.  Times in Unix ms."""

    ho: str
    cred: str
    reference: str
    unit: str
    opens: int
    closes: int
    recipient: str = hidden()
    item: str = hidden()
    pin: str = hidden()
    qr: str = hidden()


def channel_of(site: Site, profile: str) -> str:
    """By which channel the codes of a profile leave; the first profile's if it was removed."""
    found = (one for one in site.profiles if one.name == profile)
    return next(found, site.profiles[0]).delivery


def shown(site: Site, profile: str) -> bool:
    """Whether staff may see the codes of this profile."""
    return any(one.name == profile and one.show_code for one in site.profiles)


def needs_screen(site: Site, profile: str) -> bool:
    """Whether the kiosk's screen is the only way out for these codes."""
    return shown(site, profile) and channel_of(site, profile) == "screen"


def failed(draft: Draft, message: DeliveryFailed) -> None:
    """A channel did not take the codes; said once until they are delivered or replaced."""
    known = draft.state.handovers.get(message.ho)
    if known is None or known.cred != message.cred or known.delivered:
        return
    if attention.key_of(RULE, known.cred) in draft.state.queue or _used(draft.state, known.cred):
        return
    _undelivered(draft, known.ho, message.channel, message.reason[:REASON_MAX])


def lost(draft: Draft) -> None:
    """At a start: codes that had not left the device when it stopped are gone; said once each."""
    live, queue = draft.state.handovers.values(), draft.state.queue
    lines = (queue.get(attention.key_of(RULE, one.cred)) for one in live)
    keys = {one.key for one in lines if one is not None and one.detail == POWER}
    said = {one.cred for one in live if attention.key_of(RULE, one.cred) in keys}
    kinds = ev.HandoverCollected | ev.HandoverCollectedManually | ev.HandoverReturned
    over = {one.ho for one in draft.events if isinstance(one, kinds)}
    for known in live:
        waits = known.phase in WAITS and known.cred not in said and known.ho not in over
        unsaid = known.cred is not None and not known.delivered
        if waits and unsaid and not _used(draft.state, known.cred or ""):
            said.add(known.cred)
            _undelivered(draft, known.ho, channel_of(draft.site, known.profile), POWER)


def _used(state: State, cred: str) -> bool:
    """Whether it has opened a door already: then its bearer has it, whatever a channel says."""
    return state.tomb_of(cred) is not None


def _undelivered(draft: Draft, ho: str, channel: str, reason: str) -> None:
    known = draft.handover(ho)
    assert known.cred is not None
    draft.add(
        ev.CredentialUndelivered(
            unit=known.unit,
            ho=ho,
            cause=draft.entry(known.deposited),
            cred=known.cred,
            channel=channel,
            reason=reason,
        )
    )


def _judged(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    demand(known.cred == event.cred, event, "not this handover's credential")
    demand(not known.delivered, event, "the codes had been delivered")


HANDLES: Handles = {DeliveryFailed: failed}
QUESTIONS: Mapping[type[ev.Event], Question] = {ev.CredentialUndelivered: _judged}
