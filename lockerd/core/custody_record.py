"""What concerns the record itself: heads that witnesses cosigned, epochs that end, and erasure.

Theory of operation.  The journal finds what there is to find (a cosignature, a larger head at a
witness, the digests of a person's disclosures); here it is decided whether it may be written down.

Rules.  Nothing of a live handover, of staff who may still sign in, or under a legal hold is erased.
Erasing is an event like any other: what was hashed stays, and everything still verifies.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import REASON_MAX, Declined, Draft, Handles

DIGESTS_MAX = 1_000
"""How many disclosures one entry can name; a leaf is bounded."""

HOLDS_MAX = 10_000

Kept = msg.FreezeLog | msg.RecordAnchor | msg.ErasePrivate | msg.HoldPrivate


def kept(draft: Draft, message: Kept) -> None:
    """Decide what concerns the record."""
    match message:
        case msg.FreezeLog():
            draft.add(
                ev.LogFrozen(
                    reason=message.reason, witness=message.witness, seen_size=message.seen_size
                )
            )
        case msg.RecordAnchor():
            draft.add(
                ev.AnchorCosigned(
                    witness=message.witness,
                    size=message.size,
                    time=message.time,
                    digest=message.digest,
                )
            )
        case msg.ErasePrivate():
            _erase(draft, message)
        case msg.HoldPrivate():
            _hold(draft, message)


def _subject(subject: str) -> tuple[str, str]:
    kind, _, name = subject.partition(":")
    if kind not in ("ho", "staff") or not name or len(subject) > 40 or not name.isalnum():
        raise Declined("subject", "a subject is ho:<id> or staff:<number>; name one of them")
    return kind, name


def _text(text: str, what: str) -> None:
    if not text.strip() or len(text) > REASON_MAX or not text.isprintable():
        raise Declined("reason", f"{what} of 1 to {REASON_MAX} printable characters is needed")


def _erase(draft: Draft, message: msg.ErasePrivate) -> None:
    kind, name = _subject(message.subject)
    _text(message.basis, "a legal basis")
    state = draft.state
    if message.subject in state.holds:
        raise Declined("hold", "a legal hold forbids it; lift the hold first")
    if kind == "ho" and name in state.handovers:
        raise Declined("live", "this handover is not finished; finish or withdraw it first")
    if kind == "staff" and name in state.staff and not state.staff[name].left:
        raise Declined("live", "this person may still sign in; retire them first")
    if not 0 < len(message.digests) <= DIGESTS_MAX:
        raise Declined("none", "there is nothing of this subject to erase; look at the journal")
    draft.add(
        ev.PrivacyErased(
            actor=message.actor,
            subject=message.subject,
            basis=message.basis,
            digests=message.digests,
        )
    )


def _hold(draft: Draft, message: msg.HoldPrivate) -> None:
    _subject(message.subject)
    _text(message.reason, "a reason")
    held = message.subject in draft.state.holds
    if message.on == held:
        what = "is held already" if held else "is not held"
        raise Declined("hold", f"this subject {what}; nothing needs doing")
    if message.on and len(draft.state.holds) >= HOLDS_MAX:
        raise Declined("full", f"{HOLDS_MAX} subjects are held; lift some holds first")
    kind = ev.PrivacyHeld if message.on else ev.PrivacyUnheld
    draft.add(kind(actor=message.actor, subject=message.subject, reason=message.reason))


HANDLES: Handles = dict.fromkeys(
    (msg.FreezeLog, msg.RecordAnchor, msg.ErasePrivate, msg.HoldPrivate), kept
)
MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.ErasePrivate: frozenset({"operator", "auditor", "device"}),
    msg.HoldPrivate: frozenset({"operator", "auditor"}),
}
