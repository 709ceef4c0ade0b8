"""What to do about it: imperatives that the daemon carries out after the journal is durable.

Rules.  An effect is frozen and carries everything its port needs.  It is made only from events
that are on disk, or by `visit` for work that decides nothing (comparing a code, minting one).
A secret is never part of a repr.
"""

from __future__ import annotations

from collections.abc import Sequence

from lockerd.core.events import (
    Event,
    ExportStarted,
    HandoverEscalated,
    HeirWanted,
    PulseOrdered,
    ReminderDue,
    TimeSet,
)
from lockerd.core.record import Record, hidden


class Effect(Record):
    """Base of every imperative."""


class Pulse(Effect):
    """Energise one strike once, for `pulse_ms`.  `entry`: the index of its `pulse.ordered`."""

    unit: str
    pulse_ms: int
    entry: int


class CheckCode(Effect):
    """Compare a recipient's PIN (nine digits) or QR text; answered by `CodeChecked`."""

    kind: str
    text: str = hidden()


class CheckBadge(Effect):
    """Compare a staff badge; answered by `BadgeChecked`."""

    text: str = hidden()


class CheckStaffPin(Effect):
    """Compare a member of staff's PIN; answered by `StaffPinChecked`."""

    cred: str
    text: str = hidden()


class CheckApproval(Effect):
    """Compare a second person's PIN for `subject`; answered by `ApprovalChecked`."""

    cred: str
    subject: str
    asker: str
    document: str
    text: str = hidden()


class CheckFact(Effect):
    """Compare what the recipient of `ho` says both know; answered by `FactChecked`."""

    ho: str
    text: str = hidden()


class MakeFact(Effect):
    """Make a verifier of what both know about `ho`; answered by `FactMade`."""

    ho: str
    text: str = hidden()


class ChangePin(Effect):
    """Compare the old PIN (empty where the new one is due) and make a new one: `PinMade`."""

    cred: str
    old: str = hidden()
    new: str = hidden()


class CheckAnswer(Effect):
    """Compare the answer to the challenge with the owner's key; answered by `ClaimChecked`."""

    text: str = hidden()


class CheckPair(Effect):
    """Compare two recovery cards; answered by `PairChecked`."""

    first: str = hidden()
    second: str = hidden()


class MakeFounder(Effect):
    """Make badge, PIN and cards for the first operator; answered by `FounderMade`.

    Only after the vault itself has proven a claim or two cards.
    """

    staff: str
    pin: str = hidden()


class MakeChallenge(Effect):
    """Make a challenge for the telephone; answered by `AskByTelephone`."""

    ticket: str


class CheckTelephone(Effect):
    """Compare what was read out on the telephone; answered by `TelephoneChecked`.

    `staff`: `(number, credential)` of who may have; `meant`: `(handover, short reference)`.
    """

    ticket: str
    challenge: str
    staff: tuple[tuple[str, str], ...]
    meant: tuple[tuple[str, str], ...]
    text: str = hidden()


class Mint(Effect):
    """Make a PIN and a QR code for a handover; answered by `Minted`."""

    ho: str


class Deliver(Effect):
    """Hand the fresh codes to the outside (a demonstration phone, a printer).

    Answered by `CodeDelivered` for every channel that took them.
    """

    ho: str
    cred: str
    pin: str = hidden()
    qr: str = hidden()


class ReadSeal(Effect):
    """Compare a seal's number with the one on record for a handover; answered by `SealRead`.

    `entry`: the entry that discloses the one on record.
    """

    ho: str
    entry: int
    seal: str = hidden()


class NumberItem(Effect):
    """Find the number of a thing in the record, and the newest handover of what it is given for;
    answered by `ItemNumbered`.

    `asset`: empty for a thing without a number.  `given_for`: a label, a reference or an asset
    number, empty for nothing.
    """

    ho: str
    asset: str = hidden()
    given_for: str = hidden()


class FindItem(Effect):
    """Look for the announced handovers of a scanned item code; answered by `ItemsFound`."""

    text: str = hidden()


class SetClock(Effect):
    """The present lies between `lo` and `hi` (Unix ms), two people say."""

    lo: int
    hi: int


class Remind(Effect):
    """Tell the recipient that `before_h` hours are left."""

    ho: str
    before_h: int


class Tell(Effect):
    """Tell the contact of this key that nobody came for a handover."""

    ho: str
    contact: str


class Carry(Effect):
    """Write papers to the stick, as the entry `entry` says; answered by `PapersWritten` or
    `PapersFailed`."""

    entry: int
    what: str
    about: str


class Sound(Effect):
    """A tone: `accept`, `refuse`, `open`, `remind`, `alarm`."""

    tone: str


def effects_of(events: Sequence[Event], first: int) -> list[Effect]:
    """What durable events ask for.  `first`: the index of the first one in the log."""
    found: list[Effect] = []
    for place, one in enumerate(events):
        if isinstance(one, PulseOrdered):
            if one.unit is not None:
                found.append(Pulse(one.unit, one.pulse_ms, first + place))
        elif isinstance(one, TimeSet):
            found.append(SetClock(one.lo, one.hi))
        elif isinstance(one, ExportStarted):
            found.append(Carry(first + place, one.what, one.about))
        elif one.ho is None:
            continue
        elif isinstance(one, ReminderDue):
            found.append(Remind(one.ho, one.before_h))
        elif isinstance(one, HandoverEscalated):
            found.append(Tell(one.ho, one.contact))
        elif isinstance(one, HeirWanted):
            found.append(Mint(one.ho))
    return found
