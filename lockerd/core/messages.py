"""Facts from outside, as the loop hands them to the engine, one at a time.

Theory of operation.  A message says what someone did or what a device reported.  Random values and
times that a decision needs arrive inside it.  Messages from a person at the kiosk (`Intent`) go to
`visit` first, which knows who stands there; what a person completed becomes a message like any
other.  Requests over the control socket become messages too.

Rules.  Frozen; nothing mutable crosses.  A secret is never part of a repr.  Every text that comes
from outside is bounded by the parser that made the message.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lockerd.core.events import Actor, Event, Verifier
from lockerd.core.record import Record, hidden


class Level(StrEnum):
    """What a door's contact says."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


class Message(Record):
    """Base of every fact."""


# -- the daemon's own ---------------------------------------------------------------------------


class Started(Message):
    """An empty journal was opened: the epoch begins.  See `LogGenesis` for the fields."""

    origin: str
    vkey: str
    mode: str
    software: str
    config: str
    kdf_n: int
    previous: str | None = None
    previous_size: int | None = None
    previous_root: str | None = None
    recovered: str | None = None
    why: str | None = None
    certificate: str | None = None
    carried: tuple[Event, ...] = ()


class FreezeLog(Message):
    """This epoch may not go on: a witness saw `seen_size` entries, or a head that is not ours."""

    reason: str
    witness: str | None = None
    seen_size: int | None = None


class RecordAnchor(Message):
    """A witness cosigned a head of this log; see `AnchorCosigned`."""

    witness: str
    size: int
    time: int
    digest: str


class ErasePrivate(Message):
    """Delete disclosures.  The journal found their digests; `subject` is `ho:<id>`, `staff:<n>`."""

    actor: Actor
    subject: str
    basis: str
    digests: tuple[str, ...]


class HoldPrivate(Message):
    """Place (`on`) or lift a legal hold on a subject."""

    actor: Actor
    subject: str
    reason: str
    on: bool


class Booted(Message):
    """The daemon is up and every door was read once, before anything else happened."""

    software: str
    config: str
    doors: Mapping[str, Level]


class Stopping(Message):
    """The daemon is about to stop in order."""

    reason: str


class Tick(Message):
    """A deadline that `policy.next_deadline` or `visit.next_deadline` asked for has come."""


class SnapshotTaken(Message):
    """The state was written beside the log: SHA-256 (hex) and size in bytes of that file."""

    sha256: str
    size: int


class ClockJumped(Message):
    """The wall clock moved by `by_ms` against the time since boot."""

    by_ms: int
    source: str


class CopyChanged(Message):
    """The second copy of the journal fails, or has caught up (`fault` None)."""

    fault: str | None


# -- devices ------------------------------------------------------------------------------------


class DoorMoved(Message):
    """A door's contact, coalesced: the level now, the first and last edge (boot ms), the flips."""

    unit: str
    level: Level
    first_ms: int
    last_ms: int
    flips: int = 1


class PulseEnded(Message):
    """The driver's lease on a strike ended.  `fault` is None, or what went wrong."""

    unit: str
    fault: str | None = None


class InputChanged(Message):
    """An input device came or went.  `device`: `scanner`, `keypad` or `touch`."""

    device: str
    present: bool


# -- the vault's answers (slow hashes are done off the loop) -------------------------------------


class CodeChecked(Message):
    """A typed or scanned code was compared with the verifiers.

    `cred`: whose selector it is, None when nobody's.  `proven`: the secret part matched.
    """

    kind: str
    cred: str | None
    proven: bool


class BadgeChecked(Message):
    """A scanned staff badge: `cred` of the member of staff whose badge it is, or None."""

    cred: str | None


class StaffPinChecked(Message):
    """The PIN that a member of staff typed after the badge."""

    cred: str
    proven: bool


class Minted(Message):
    """Fresh codes for a handover whose deposit was confirmed.

    `pin` is nine digits, `qr` the text of the QR code: shown or delivered once, never stored.
    """

    ho: str
    cred: str
    verifiers: tuple[Verifier, ...]
    pin: str = hidden()
    qr: str = hidden()


# -- what people completed ----------------------------------------------------------------------


class OrderHandover(Message):
    """Announce a handover.  `ho`, `recipient_no`, `item_no` are random ids made by the sender.

    Times in Unix ms; `closes` None means: the profile's window after `opens`.
    """

    actor: Actor
    ho: str
    recipient_no: str
    item_no: str
    profile: str
    size: str
    opens: int | None
    closes: int | None
    recipient: str = hidden()
    item: str = hidden()
    reference: str = hidden(default="")


class CancelHandover(Message):
    """End a handover before anything was deposited."""

    actor: Actor
    ho: str
    reason: str


class StartDeposit(Message):
    """Give the depositor a compartment for this handover and open it.

    `avoid`: compartments that did not do (did not open, too small) in this visit.
    """

    actor: Actor
    ho: str
    avoid: tuple[str, ...] = ()


class ReopenDeposit(Message):
    """Open the door of an unconfirmed deposit again for the depositor."""

    actor: Actor
    ho: str


class AbandonDeposit(Message):
    """Nothing was placed, or it was taken out again."""

    actor: Actor
    ho: str
    reason: str


class ConfirmDeposit(Message):
    """The depositor confirmed and the vault minted: both become durable together."""

    actor: Actor
    minted: Minted


class LeaveDeposit(Message):
    """The depositor is gone without a word (time-out)."""

    actor: Actor
    ho: str


class CodeDelivered(Message):
    """The codes of `cred` left the device by `channel`."""

    actor: Actor
    ho: str
    cred: str
    channel: str


class EnrolStaff(Message):
    """A person may sign in from now on.  The vault made `cred` and the verifiers."""

    actor: Actor
    staff: str
    role: str
    cred: str
    verifiers: tuple[Verifier, ...]
    demonstration: bool
    name: str = hidden()


class SignOut(Message):
    """The member of staff ends the session, or time does."""

    staff: str
    reason: str


class TestDoor(Message):
    """Open a door for a test; an occupied one is refused here."""

    actor: Actor
    unit: str


class RetireDoor(Message):
    """Take a compartment out of service."""

    actor: Actor
    unit: str
    reason: str


class RestoreDoor(Message):
    """Put a compartment back into service."""

    actor: Actor
    unit: str


class RetireCabinet(Message):
    """Take the whole cabinet out of service."""

    actor: Actor
    reason: str


class RestoreCabinet(Message):
    """Put the cabinet back into service."""

    actor: Actor


class Acknowledge(Message):
    """A member of staff takes a queue item on."""

    actor: Actor
    key: str


class Resolve(Message):
    """A member of staff closes a queue item.

    `finding`: `noted` (nothing to decide), `present` (the item is there: collect again), `removed`
    (the item was taken out by staff) or `missing` (the compartment is empty).
    """

    actor: Actor
    key: str
    reason: str
    finding: str = "noted"


# -- intents: a person at the kiosk, before `visit` knows what they mean -------------------------


class Intent(Message):
    """Base of what a person does at the kiosk."""


class Pressed(Intent):
    """A button.  `action` is one of `visit.ACTIONS`; `arg` says which one of several."""

    action: str
    arg: str = ""


class CodeTyped(Intent):
    """Digits were confirmed with OK."""

    digits: str = hidden()


class FormSent(Intent):
    """The fields of a form, as typed, with three random ids (16 hex digits) for what it may
    make."""

    fields: Mapping[str, str] = hidden()
    ids: tuple[str, str, str]


class Scanned(Intent):
    """The scanner read a symbol; printable ASCII, at most 64 characters."""

    text: str = hidden()


class Activity(Intent):
    """Somebody touched something that means nothing yet: they are still there."""
