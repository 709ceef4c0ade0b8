"""What a person answers to the queue, and what they found in a compartment.

Rules.  Where an item may lie in a compartment, an answer says what was found there; that decides
what becomes of the handover.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core import adopt, attention, moving
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles, reason
from lockerd.core.handover import ENDABLE
from lockerd.core.state import Handover

FINDINGS = ("noted", "present", "moved", "removed", "missing")


def acknowledge(draft: Draft, message: msg.Acknowledge) -> None:
    """A named person takes an item on."""
    _queued(draft, message.key)
    draft.add(ev.AttentionAcknowledged(actor=message.actor, key=message.key))


def _queued(draft: Draft, key: str) -> attention.Item:
    item = draft.state.queue.get(key)
    if item is None:
        raise Declined("unknown", f"no queue item {key!r}; list them with: queue list")
    return item


def resolve(draft: Draft, message: msg.Resolve) -> None:
    """Close a queue item; where an item may lie in a compartment, say what was found."""
    reason(message.reason)
    item = _queued(draft, message.key)
    if item.rule == "glass" and item.detail.startswith(f"staff {message.actor.id}:"):
        raise Declined("self", "a broken glass is reviewed by somebody else; ask another operator")
    if message.finding not in FINDINGS:
        raise Declined("finding", f"a finding is one of: {', '.join(FINDINGS)}")
    known = draft.state.handovers.get(item.ho) if item.ho is not None else None
    _settle(draft, message, item)
    if item.rule in attention.DECIDED and known is not None:
        _found(draft, message, item, known)
    draft.add(
        ev.AttentionResolved(
            actor=message.actor,
            unit=item.unit,
            ho=None,
            cause=draft.entry(item.idx),
            key=message.key,
            reason=message.reason,
        )
    )


def _settle(draft: Draft, message: msg.Resolve, item: attention.Item) -> None:
    """What an operator found where a recipient said afterwards that something was wrong."""
    tomb = draft.state.tombs.get(item.unit or "")
    if item.rule != "disputed" or tomb is None or tomb.ho != item.ho or not tomb.disputed:
        return
    if message.finding not in ("missing", "removed"):
        raise Declined("finding", "say what was found in the compartment: removed or missing")
    draft.add(
        ev.DisputeSettled(
            actor=message.actor,
            unit=item.unit,
            ho=item.ho,
            cause=draft.entry(item.idx),
            reason=message.reason,
            found=message.finding,
        )
    )


def _found(draft: Draft, message: msg.Resolve, item: attention.Item, known: Handover) -> None:
    """What a person found in the compartment decides what becomes of the handover."""
    cause = draft.entry(item.idx)
    if known.unit is not None and draft.door(known.unit).phase == "commanded":
        raise Declined("busy", "its door is being opened right now; look again in a moment")
    if known.phase not in ENDABLE:
        raise Declined("phase", f"this item is {known.phase}; finish or stop that first")
    if message.finding in ("removed", "missing"):
        draft.add(
            ev.HandoverWithdrawn(
                actor=message.actor,
                unit=known.unit,
                ho=known.ho,
                cause=cause,
                cred=None if draft.state.shared(known) else known.cred,
                reason=message.reason,
                found=message.finding == "removed",
            )
        )
    elif message.finding == "present" and known.phase == "frozen" and known.cred is not None:
        draft.add(
            ev.HandoverThawed(
                actor=message.actor,
                unit=known.unit,
                ho=known.ho,
                cause=cause,
                reason=message.reason,
                revives=known.cred if known.spent else None,
            )
        )
    elif message.finding == "present" and adopt.lies(draft.state, known):
        raise Declined("adopt", "its codes are dead; look inside with a second person instead")
    elif message.finding == "moved" and known.phase == "frozen" and known.to is not None:
        moving.moved(draft, known, message.actor)
    else:
        raise Declined(
            "finding", "say what was found in the compartment: present, removed or missing"
        )


HANDLES: Handles = {
    msg.Acknowledge: acknowledge,
    msg.Resolve: resolve,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.Acknowledge: frozenset({"operator"}),
    msg.Resolve: frozenset({"operator"}),
}
