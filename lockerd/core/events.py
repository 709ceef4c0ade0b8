"""What happened: one frozen class per kind of journal line.

Theory of operation.  An event is a past participle.  Its class declares everything that the rest of
the program needs to know about its line: `TYPE` (the leaf's `type`), its fields, `DISCLOSED` (the
fields that are personal data: never in the leaf, only as salted digests with the values in an
erasable table) and `ATTACHED` (the fields that are written to the verifier table in the same
transaction and never appear in a leaf at all).  The class name is also the trigger of the state
tables in `handover`, `door` and `duty`.

Rules.  Fields are `str`, `int`, `bool`, those or None with None as the default (None is left out of
a leaf), tuples of `str`, `Actor` or `Cause`.  A disclosed field is `str | None` and
defaults to None, because replay reads leaves alone: nothing that decides may depend on it.  A field
is never renamed or retyped once a release has written it; a new fact is a new field with a default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, get_type_hints

from lockerd.core.record import NamedRecord, Record, hidden


class EventError(ValueError):
    """A leaf's fields do not make an event of this release."""


class Cause(NamedTuple):
    """The entry that authorised this one: `[epoch, index]`."""

    epoch: int
    idx: int


class Actor(NamedTuple):
    """Who acted: a role, and a number (staff) or a pseudonym (recipient), never a name."""

    role: str
    id: str = ""


DEVICE = Actor("device")


class Verifier(Record):
    """One row of the erasable verifier table: what a code is checked against.

    `kind`: `pin`, `qr`, `badge` or `staff-pin`.  `selector`: the public part by which the row is
    found.  `salt`, `hash`: scrypt with cost `n` (2^k), or a keyed hash where `n` is 0.  `mac` binds
    the row to `cred` with the pepper, which is kept outside the database.
    """

    cred: str
    kind: str
    selector: str
    salt: bytes
    hash: bytes
    n: int
    mac: bytes

    def __repr__(self) -> str:
        return f"Verifier(cred={self.cred!r}, kind={self.kind!r})"


class Event(NamedRecord):
    """What every line has: who, which compartment, which handover, and the entry that caused it."""

    TYPE: ClassVar[str] = ""
    DISCLOSED: ClassVar[tuple[str, ...]] = ()
    ATTACHED: ClassVar[tuple[str, ...]] = ()

    actor: Actor = DEVICE
    unit: str | None = None
    ho: str | None = None
    cause: Cause | None = None

    def __init_subclass__(cls) -> None:
        """What is disclosed is a name or the like: no repr shows it."""
        super().__init_subclass__()
        cls.HIDDEN |= frozenset(cls.DISCLOSED)

    def _values(self) -> tuple[object, ...]:
        """Two events are equal when their leaves are: what is attached does not count."""
        return tuple(getattr(self, one) for one in self.FIELDS if one not in self.ATTACHED)

    @property
    def put(self) -> tuple[Verifier, ...]:
        """Verifier rows that begin to exist with this event."""
        return ()

    @property
    def drop(self) -> tuple[str, ...]:
        """Credentials whose verifier rows, tombstones included, end with this event."""
        return ()

    @property
    def drop_pin(self) -> tuple[str, ...]:
        """Credentials whose PIN row alone ends with this event."""
        return ()

    @property
    def spend(self) -> tuple[str, ...]:
        """Credentials that become tombstones: proven from now on only to be told the truth."""
        return ()

    @property
    def erase(self) -> tuple[str, ...]:
        """Digests whose disclosures are deleted with this event."""
        return ()


# -- the log itself ----------------------------------------------------------------------------


class LogGenesis(Event):
    """The first line of an epoch.  `mode`: `device` or `simulation`.

    A later epoch names the head that it follows (`previous` origin, size, root in base64), the
    digest of the state that was recovered from it, and `why` it was opened.  `certificate`: the
    SHA-256 (hex) of the owner's note about this device, where there is one.
    """

    TYPE = "log.genesis"
    origin: str
    vkey: str
    mode: str
    software: str
    config: str
    rules: int
    kdf_n: int
    previous: str | None = None
    previous_size: int | None = None
    previous_root: str | None = None
    recovered: str | None = None
    why: str | None = None
    certificate: str | None = None


class LogBoot(Event):
    """The daemon started.  `doors`: `unit=closed|open|unknown`, as read before anything else."""

    TYPE = "log.boot"
    software: str
    rules: int
    config: str
    doors: tuple[str, ...]


class LogStopped(Event):
    """The daemon stopped in order; its absence before a boot means that power was cut."""

    TYPE = "log.stopped"
    reason: str


class StateSnapshot(Event):
    """Seals a snapshot of the folded state kept beside the log: SHA-256 (hex), bytes, rules."""

    TYPE = "state.snapshot"
    sha256: str
    size: int
    rules: int


class ClockStepped(Event):
    """The wall clock disagreed with the time since boot by `by_ms`, more than its error."""

    TYPE = "clock.stepped"
    by_ms: int
    source: str


class LogFrozen(Event):
    """The last line of an epoch that may not go on.  `witness` saw `seen_size` entries of it."""

    TYPE = "log.frozen"
    reason: str
    witness: str | None = None
    seen_size: int | None = None


class AnchorCosigned(Event):
    """A witness cosigned a head: what follows was written after `time` (Unix s).

    `digest`: SHA-256 (hex) of the cosignature's line, which the device could not foresee.
    """

    TYPE = "anchor.cosigned"
    witness: str
    size: int
    time: int
    digest: str


class PrivacyErased(Event):
    """Disclosures with these digests were deleted.  `subject`: `ho:<id>` or `staff:<number>`."""

    TYPE = "privacy.erased"
    subject: str
    basis: str
    digests: tuple[str, ...]

    @property
    def erase(self) -> tuple[str, ...]:
        return self.digests


class PrivacyHeld(Event):
    """A legal hold: nothing of this subject may be erased until it is lifted."""

    TYPE = "privacy.held"
    subject: str
    reason: str


class PrivacyUnheld(Event):
    """A legal hold was lifted."""

    TYPE = "privacy.unheld"
    subject: str
    reason: str


class StaffCarried(Event):
    """A member of staff of the epoch before.

    Badge and PIN still count under `cred`; where it is empty they do not, and the same number is to
    be enrolled again.
    """

    TYPE = "staff.carried"
    DISCLOSED = ("name",)
    ATTACHED = ("verifiers",)
    staff: str
    role: str
    cred: str
    demonstration: bool = False
    name: str | None = None
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers


class OrderCarried(Event):
    """A handover of the epoch before for which nothing had been deposited: it stands as it was."""

    TYPE = "order.carried"
    DISCLOSED = ("recipient", "item", "reference")
    profile: str
    size: str
    opens: int
    closes: int
    recipient_no: str
    item_no: str
    recipient: str | None = None
    item: str | None = None
    reference: str | None = None


class DepositCarried(OrderCarried):
    """A handover of the epoch before whose compartment may hold something.

    Its codes are dead, and what lies there is not known until a person looked.
    """

    TYPE = "deposit.carried"


# -- people ------------------------------------------------------------------------------------


class StaffEnrolled(Event):
    """A person may now sign in.  `staff` is a number; the name is a disclosure."""

    TYPE = "staff.enrolled"
    DISCLOSED = ("name",)
    ATTACHED = ("verifiers",)
    staff: str
    role: str
    cred: str
    demonstration: bool = False
    name: str | None = None
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers


class StaffSignedIn(Event):
    """Badge and PIN were proven."""

    TYPE = "staff.signed_in"
    staff: str


class StaffRefused(Event):
    """A badge or a staff PIN was not proven.  `staff` is set when the badge was."""

    TYPE = "staff.refused"
    staff: str | None = None


class StaffSignedOut(Event):
    """The session ended.  `reason`: `asked`, `idle` or `power`."""

    TYPE = "staff.signed_out"
    staff: str
    reason: str


# -- a handover: one item, one recipient, one window --------------------------------------------


class HandoverOrdered(Event):
    """A handover was announced.  Window in Unix ms.  `recipient_no` is a random pseudonym."""

    TYPE = "handover.ordered"
    DISCLOSED = ("recipient", "item", "reference")
    profile: str
    size: str
    opens: int
    closes: int
    recipient_no: str
    item_no: str
    recipient: str | None = None
    item: str | None = None
    reference: str | None = None


class HandoverCancelled(Event):
    """Ended before anything was deposited."""

    TYPE = "handover.cancelled"
    reason: str


class DepositStarted(Event):
    """The depositor was given a compartment; its door is leased to this deposit."""

    TYPE = "deposit.started"


class DepositOpened(Event):
    """The leased door was seen to open."""

    TYPE = "deposit.opened"
    late: bool = False


class DepositClosed(Event):
    """The leased door was seen to close; the depositor has yet to say what they did."""

    TYPE = "deposit.closed"


class DepositReopened(Event):
    """The depositor asked for the door again before confirming."""

    TYPE = "deposit.reopened"


class DepositNotOpened(Event):
    """The leased door did not open within the confirm window."""

    TYPE = "deposit.not_opened"
    attempt: int


class DepositAbandoned(Event):
    """The depositor said that nothing was placed, or no door opened: the order stands."""

    TYPE = "deposit.abandoned"
    reason: str


class DepositUnconfirmed(Event):
    """The deposit ended without the depositor's word: never released until a person looked."""

    TYPE = "deposit.unconfirmed"
    reason: str


class DepositConfirmed(Event):
    """The depositor confirmed: the item is in the closed compartment."""

    TYPE = "deposit.confirmed"


class CredentialMinted(Event):
    """PIN and QR code exist from here on, bound to the recipient, the compartment, the window.

    `replaces`: the tombstone of the compartment's previous handover, which ends here.
    """

    TYPE = "credential.minted"
    ATTACHED = ("verifiers",)
    cred: str
    replaces: str | None = None
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers

    @property
    def drop(self) -> tuple[str, ...]:
        return () if self.replaces is None else (self.replaces,)


class CredentialDelivered(Event):
    """The code left the device.  `channel`: `screen`, `terminal`, `png`, `phone`, `slip`."""

    TYPE = "credential.delivered"
    cred: str
    channel: str


class CredentialLocked(Event):
    """Five wrong PINs against this handover: its PIN is dead, its QR code lives."""

    TYPE = "credential.locked"
    cred: str

    @property
    def drop_pin(self) -> tuple[str, ...]:
        return (self.cred,)


class CodeRefused(Event):
    """A code was not proven.  `ho` is set when its selector belongs to one.  Counted for ever."""

    TYPE = "code.refused"
    kind: str


class KeypadPaused(Event):
    """Too many unproven codes: typing is paused for `pause_ms`; QR codes still work."""

    TYPE = "keypad.paused"
    pause_ms: int
    failures: int


class CodeTurnedAway(Event):
    """A proven code was told why not.

    `why`: `early`, `expired`, `collected`, `clock`, `held`, `open` (it is being used), `service`.
    """

    TYPE = "code.turned_away"
    kind: str
    why: str


class ReleaseAuthorised(Event):
    """A proven code inside its window.  On disk before anything moves.  `flag` names any doubt."""

    TYPE = "release.authorised"
    cred: str
    kind: str
    flag: str | None = None


class PulseOrdered(Event):
    """Permission for exactly one pulse.  `purpose`: `release`, `deposit` or `test`."""

    TYPE = "pulse.ordered"
    purpose: str
    pulse_ms: int
    attempt: int


class ReleaseNotOpened(Event):
    """No opening was seen within the confirm window of this attempt."""

    TYPE = "release.not_opened"
    attempt: int


class ReleaseFailed(Event):
    """Every attempt went without an opening: the credential lives, an operator is told."""

    TYPE = "release.failed"
    reason: str


class ReleaseInterrupted(Event):
    """A cut fell between authorisation and evidence, and the door was found closed."""

    TYPE = "release.interrupted"


class ReleaseOpened(Event):
    """Evidence: the leased door was seen to open.  This spends the credential.

    `late`: seen outside the confirm window or after a cut.
    """

    TYPE = "release.opened"
    cred: str
    late: bool = False

    @property
    def spend(self) -> tuple[str, ...]:
        return (self.cred,)


class ReleaseLeftOpen(Event):
    """The door has stood open for `after_s`.  `stage` 1: reminder; 2: alarm and queue."""

    TYPE = "release.left_open"
    stage: int
    after_s: int


class HandoverCollected(Event):
    """The door was seen to open and then to close: the handover is complete.

    `opened`: index of the evidence of opening.  `late`: the closing was found after a cut.
    """

    TYPE = "handover.collected"
    opened: int
    late: bool = False


class HandoverExpired(Event):
    """The whole time interval lies past the window's end."""

    TYPE = "handover.expired"


class HandoverFrozen(Event):
    """Nobody may collect until an operator resolved it.  `reason` says what is not known."""

    TYPE = "handover.frozen"
    reason: str


class HandoverThawed(Event):
    """An operator looked and says that the item is there: the credential works again."""

    TYPE = "handover.thawed"
    reason: str


class HandoverWithdrawn(Event):
    """An operator took the item out or found none; the handover ends without a collection."""

    TYPE = "handover.withdrawn"
    cred: str | None = None
    reason: str
    found: bool

    @property
    def drop(self) -> tuple[str, ...]:
        return () if self.cred is None else (self.cred,)


# -- doors and the cabinet ----------------------------------------------------------------------


class DoorOpened(Event):
    """A leased door opened for a purpose other than a deposit or a release (a test)."""

    TYPE = "door.opened"
    purpose: str


class DoorClosed(Event):
    """A door that was open for no handover was seen to close."""

    TYPE = "door.closed"


class DoorNotOpened(Event):
    """A leased door (test) did not open within the confirm window."""

    TYPE = "door.not_opened"
    purpose: str


class DoorForced(Event):
    """A door opened that nobody was given.  `unpowered`: found open at boot, it was not before."""

    TYPE = "door.forced"
    unpowered: bool = False


class DoorUncertain(Event):
    """The door's state is not known: its contact is unstable or unreadable."""

    TYPE = "door.uncertain"
    reason: str
    flips: int = 0


class DoorCertain(Event):
    """The contact is steady again; `level` is what it says."""

    TYPE = "door.certain"
    level: str


class DoorRetired(Event):
    """The compartment is out of service; what it holds stays, nothing new goes in."""

    TYPE = "door.retired"
    reason: str


class DoorRestored(Event):
    """The compartment is back in service."""

    TYPE = "door.restored"


class StrikeFault(Event):
    """The driver could not deliver a pulse, or could not tell whether it did."""

    TYPE = "strike.fault"
    what: str


class CabinetRetired(Event):
    """The cabinet is out of service; `reason` carries the remedy."""

    TYPE = "cabinet.retired"
    reason: str


class CabinetRestored(Event):
    """The cabinet serves again."""

    TYPE = "cabinet.restored"


class InputLost(Event):
    """An input device went away.  `device`: `scanner`, `keypad` or `touch`."""

    TYPE = "input.lost"
    device: str


class InputBack(Event):
    """The input device is back."""

    TYPE = "input.back"
    device: str


class CopyLost(Event):
    """The second copy of the record cannot be written; `reason` carries the remedy."""

    TYPE = "copy.lost"
    reason: str


class CopyBack(Event):
    """The second copy has caught up with the record."""

    TYPE = "copy.back"


# -- the operator's queue -----------------------------------------------------------------------


class AttentionAcknowledged(Event):
    """A named person took a queue item on."""

    TYPE = "attention.acknowledged"
    key: str


class AttentionResolved(Event):
    """A named person closed a queue item, with a reason."""

    TYPE = "attention.resolved"
    key: str
    reason: str


# -- the codec ----------------------------------------------------------------------------------

_COMMON = ("actor", "unit", "ho", "cause")

Json = None | bool | int | str | list[str] | list[int] | dict[str, str]


def _catalogue() -> dict[str, type[Event]]:
    """Every event class by its TYPE; a class whose fields the codec cannot carry is a bug."""
    found: dict[str, type[Event]] = {}
    # By name, not by __subclasses__: a slotted dataclass leaves an unslotted twin behind there.
    for cls in list(globals().values()):
        if isinstance(cls, type) and issubclass(cls, Event) and cls is not Event:
            assert cls.TYPE and cls.TYPE not in found, cls
            found[cls.TYPE] = cls
    return found


CATALOGUE: Mapping[str, type[Event]] = _catalogue()
_HINTS: dict[type[Event], dict[str, Any]] = {}


def hints(cls: type[Event]) -> Mapping[str, Any]:
    """The class's own leaf fields and their types, disclosed and attached ones excluded."""
    known = _HINTS.get(cls)
    if known is None:
        every = get_type_hints(cls)
        hidden = (*cls.DISCLOSED, *cls.ATTACHED, *_COMMON)
        known = {one: every[one] for one in cls.FIELDS if one not in hidden}
        _HINTS[cls] = known
    return known


def encode(event: Event) -> tuple[dict[str, Json], dict[str, str]]:
    """An event as `(leaf fields, disclosures)`.

    Leaf fields carry `type`, the common ones that are set, and the class's own; None is left out.
    Disclosures are `{field: value}` for the disclosed fields that are set.
    """
    leaf: dict[str, Json] = {"type": event.TYPE, "actor": event.actor._asdict()}
    for name in ("unit", "ho"):
        value = getattr(event, name)
        if value is not None:
            leaf[name] = value
    if event.cause is not None:
        leaf["cause"] = list(event.cause)
    for name in hints(type(event)):
        value = getattr(event, name)
        if value is not None:
            leaf[name] = list(value) if isinstance(value, tuple) else value
    shown = {n: v for n in event.DISCLOSED if (v := getattr(event, n)) is not None}
    return leaf, shown


def decode(leaf: Mapping[str, Any]) -> Event:
    """The event of a leaf's fields (those that `encode` gives; the log's own are removed before).

    Raises EventError for an unknown type, an unknown or missing field, or a value of another type.
    """
    kind = leaf.get("type")
    cls = CATALOGUE.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise EventError(f"unknown event type {kind!r}; read this journal with a newer release")
    if "actor" not in leaf:
        raise EventError(f"{kind}: no actor; the leaf is not one this program wrote")
    own = hints(cls)
    values: dict[str, Any] = {}
    for name, value in leaf.items():
        if name == "type":
            continue
        if name == "actor":
            values[name] = _actor(value)
        elif name == "cause":
            values[name] = _cause(value)
        elif name in ("unit", "ho"):
            values[name] = _scalar(kind, name, value, str)
        elif name in own:
            values[name] = _typed(kind, name, value, own[name])
        else:
            raise EventError(f"{kind}: unknown field {name!r}; read it with a newer release")
    try:
        return cls(**values)
    except TypeError as missing:
        raise EventError(f"{kind}: {missing}; the leaf is not one this program wrote") from None


def _actor(value: Any) -> Actor:
    if (
        isinstance(value, dict)
        and set(value) == {"role", "id"}
        and all(isinstance(one, str) for one in value.values())
    ):
        return Actor(value["role"], value["id"])
    raise EventError("actor is not {role, id}; the leaf is not one this program wrote")


def _cause(value: Any) -> Cause:
    if isinstance(value, list) and len(value) == 2 and all(type(one) is int for one in value):
        return Cause(value[0], value[1])
    raise EventError("cause is not [epoch, index]; the leaf is not one this program wrote")


def _scalar(kind: object, name: str, value: Any, wanted: type) -> Any:
    if type(value) is not wanted:
        raise EventError(f"{kind}: field {name!r} is not {wanted.__name__}; the leaf is damaged")
    return value


def _typed(kind: object, name: str, value: Any, hint: Any) -> Any:
    if hint == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise EventError(f"{kind}: field {name!r} is not a list of text; the leaf is damaged")
        return tuple(value)
    for scalar in (str, int, bool):
        if hint == scalar or hint == scalar | None:
            return _scalar(kind, name, value, scalar)
    raise AssertionError(f"{kind}.{name} has a type that leaves cannot carry: {hint!r}")


def trigger(event: Event) -> str:
    """The name under which the state tables know this event: its class name."""
    return type(event).__name__


def names(events: Sequence[Event]) -> list[str]:
    """TYPEs in order, as stories and errors quote them."""
    return [one.TYPE for one in events]
