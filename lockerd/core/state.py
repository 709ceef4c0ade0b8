"""Everything the cabinet knows, folded from leaves alone.

Theory of operation.  `fold.apply` is the only thing that changes a `State`.  Finished handovers
leave it at once, except for one tombstone per compartment, so its size is bounded by the cabinet
and not by its history.

Rules.  No names, no codes, no verifiers: a snapshot of this may lie beside the log.  Durations
are measured against a `Stamp`, which knows its boot.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lockerd.core import attention
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.tables import ImpossibleHistory

RULES = 1
"""Version of the tables and of `apply`; a snapshot of another version is not loaded."""

PIN_FAILURES_FREE = 10
PIN_PAUSE_FIRST_MS = 5_000
PIN_PAUSE_MAX_MS = 300_000
WRONG_PINS_MAX = 5
HOUR_MS = 3_600_000
NEVER = -1
CODED = frozenset({"collectable", "releasing", "open", "expired", "frozen"})
"""Phases of a handover whose codes another deposit for the same recipient may join."""


@dataclass(slots=True)
class Stamp:
    """A moment that durations are measured from.  `hi`: it was no later (Unix ms), if known."""

    boot: str
    up_ms: int
    hi: int | None = None

    @classmethod
    def of(cls, now: Now) -> Stamp:
        """The moment of `now`."""
        return cls(now.boot, now.up_ms, now.hi)


@dataclass(slots=True)
class Outage:
    """A time out of service.  `since`, `until`: Unix ms.  `entry` began it, `back` ended it."""

    since: int
    entry: int
    back: int = NEVER
    until: int = 0


@dataclass(slots=True)
class TimeKept:
    """What two people said of the time: at `up_ms` of `boot` it lay between `lo` and `hi`."""

    boot: str
    up_ms: int
    lo: int
    hi: int


@dataclass(slots=True)
class Lease:
    """A door that was given to somebody.  Edges inside it are its evidence."""

    purpose: str
    ho: str | None
    entry: int
    attempt: int = 0
    pulsed: Stamp | None = None
    opened: Stamp | None = None
    over: Stamp | None = None
    reminded: int = 0


@dataclass(slots=True)
class Door:
    """One door: what is known (`phase`), what the contact says (`level`), whose it is now."""

    unit: str
    phase: str = "unknown"
    level: str = Level.UNKNOWN.value
    lease: Lease | None = None
    pulsed: Stamp | None = None
    retired: str | None = None


@dataclass(slots=True)
class Handover:
    """A live handover.

    `named`: the entry that discloses its recipient, where that is not `ordered`.  `to`: the
    compartment that its item is being moved to.  `spent`: an opening ended its credential.
    `left`: its recipient said at the open door that the item stays.  `sealed`: the entry that
    discloses its seal's number.  `held`: it was frozen before
    its item began to be moved.  `since`: proven time from which it could be collected.  `permit`:
    when an operator permitted one release in doubt.  `reminded`: reminders given.  `credited`: the
    entry that ended the last outage that was made good.  `expired`, `ended`: when its window ended
    last, and the entry that says so.  `step`: contacts told since.  `heirs`: how many were named
    instead of the recipient; `asked`: the entry that asked for the next.  `carried`: it was taken
    over from the epoch before.  `fact`: the kind of fact that is asked after the code, empty for
    none; `fact_dead`: five wrong answers ended it.
    """

    ho: str
    phase: str
    profile: str
    size: str
    opens: int
    closes: int
    recipient_no: str
    item_no: str
    ordered: int
    orderer: str
    unit: str | None = None
    cred: str | None = None
    depositor: str | None = None
    deposited: int | None = None
    authorised: int | None = None
    opened: int | None = None
    wrong_pins: int = 0
    pin_dead: bool = False
    delivered: bool = False
    touched: bool = False
    flag: str | None = None
    reach: str | None = None
    climate: str | None = None
    requested: Stamp | None = None
    requested_kind: str = ""
    request: int | None = None
    named: int | None = None
    to: str | None = None
    spent: bool = False
    left: bool = False
    held: bool = False
    since: int = 0
    permit: Stamp | None = None
    reminded: int = 0
    credited: int = NEVER
    expired: int = 0
    ended: int | None = None
    step: int = 0
    heirs: int = 0
    asked: int = NEVER
    fact: str = ""
    wrong_facts: int = 0
    fact_dead: bool = False
    sealed: int | None = None
    carried: bool = False


@dataclass(slots=True)
class Unknown:
    """A compartment of which the epoch before left nothing certain, by the entry `entry`.

    `look`: the entry with which two people last looked into it, `since` then, opened by `staff`;
    `seen`: its door was seen to open for them.  `empty`: they found nothing where something is
    recorded.
    """

    entry: int
    look: int = NEVER
    since: Stamp | None = None
    staff: str = ""
    seen: bool = False
    empty: bool = False


@dataclass(slots=True)
class Approval:
    """What second persons said yes to.  `glass`: who broke it alone; `entry`: the newest one."""

    subject: str
    since: Stamp
    entry: int
    staff: list[str] = field(default_factory=list)
    glass: str = ""


@dataclass(slots=True)
class Emergency:
    """Doors that open one after another: `todo` wait for their turn, `given` had it.

    `left`: get none, because it was stopped.  `last`: the latest turn.  `ended`: it is only
    remembered, for whoever stands before it.
    """

    entry: int
    staff: str
    todo: list[str]
    given: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    last: Stamp | None = None
    ended: bool = False


@dataclass(slots=True)
class Count:
    """A round of the blind count, begun by `entry`; who counts, or counted last, is `staff`.

    `todo` wait for their turn.  `unit`: the compartment whose turn it is since the entry `turn`,
    empty while the round stands still; its door was seen to `opened`, and what lies there is
    `said`.  `differ`: how many were not as the record said.
    """

    entry: int
    staff: str
    todo: list[str]
    counted: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    differ: int = 0
    unit: str = ""
    turn: int = NEVER
    opened: bool = False
    said: bool = False


@dataclass(slots=True)
class Maintenance:
    """A technician's session, begun by the entry `entry`."""

    staff: str
    entry: int
    since: Stamp
    ticket: str


@dataclass(slots=True)
class Export:
    """What is being written to a stick, as the entry `entry` says."""

    entry: int
    what: str


@dataclass(slots=True)
class Ticket:
    """A code that somebody at the kiosk has lost.

    `challenge`: what the screen asks for the telephone, empty where nothing can be answered; asked
    `since` then by the entry `asked_at`.  `asked`: how often.  `wrong`: answers to this one.
    `ho`, `staff`: who vouched for what.
    """

    entry: int
    challenge: str = ""
    since: Stamp | None = None
    asked_at: int = NEVER
    asked: int = 0
    wrong: int = 0
    ho: str = ""
    staff: str = ""


@dataclass(slots=True)
class Signing:
    """A collection that its recipient is asked to sign for.

    `entry`: the collection.  `named`: the entry that discloses the recipient.
    """

    ho: str
    unit: str
    entry: int
    named: int
    recipient_no: str
    since: Stamp


@dataclass(slots=True)
class Tomb:
    """The last finished handover of a compartment: what its bearer may be told.

    `closed`: when its door closed.  `disputed`: what its recipient said of it afterwards; nothing
    new goes in until an operator looked.  `sealed`: as of its handover.  `whole`: its recipient
    found the seal unbroken.  `signed`: how they signed for it.
    """

    ho: str
    cred: str
    when: int
    idx: int
    closed: Stamp | None = None
    disputed: str = ""
    depositor: str | None = None
    recipient_no: str = ""
    sealed: int | None = None
    whole: bool = False
    signed: str = ""


@dataclass(slots=True)
class Staff:
    """Somebody who may sign in, or who `left` and whose number is used up.

    `wrong_pins`: in a row.  `locked`: by five of them.  `must_change`: the PIN was set by another.
    `seen`: has signed in, so that badge and PIN are known to be in a person's hands.
    `uid`: the system user whose requests over the socket are this person's.
    """

    staff: str
    role: str
    cred: str
    demonstration: bool
    entry: int
    wrong_pins: int = 0
    locked: bool = False
    must_change: bool = False
    left: bool = False
    seen: bool = False
    uid: int | None = None


@dataclass(slots=True)
class Throttle:
    """How often typed codes failed on this device; survives restarts, never reset by success."""

    failures: int = 0
    last: int = 0
    pause_ms: int = 0
    since: Stamp | None = None


@dataclass(slots=True)
class State:
    """The fold.  `size` entries were applied; `boot`, `booted_up_ms` are of the latest boot.

    `founded`: the latest acceptance of a claim or of recovery cards.  `cards`: the name of the
    recovery cards that count, empty for none.  `vouched`: the latest `lo` of an entry written while
    the time service vouched for the clock, else that of the first entry.  `lost`: parts that do not
    work, and why.  `setup`: what the installer compared with the world, and whether it was right.
    """

    size: int = 0
    epoch: int = 1
    booted: int = NEVER
    dark: Outage | None = None
    shut: Outage | None = None
    kept_time: TimeKept | None = None
    emergency: Emergency | None = None
    maintenance: Maintenance | None = None
    count: Count | None = None
    export: Export | None = None
    duty: str = "fresh"
    retired_for: str = ""
    mode: str = ""
    origin: str = ""
    vkey: str = ""
    config: str = ""
    boot: str = ""
    booted_up_ms: int = 0
    boots: int = 0
    stopped: bool = True
    lo: int = 0
    vouched: int = 0
    snapshot_at: int = 0
    closed: str = ""
    holds: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    setup: dict[str, bool] = field(default_factory=dict)
    signed_in: str | None = None
    founded: int = NEVER
    cards: str = ""
    doors: dict[str, Door] = field(default_factory=dict)
    handovers: dict[str, Handover] = field(default_factory=dict)
    tombs: dict[str, Tomb] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    queue: dict[str, attention.Item] = field(default_factory=dict)
    approvals: dict[str, Approval] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    unknown: dict[str, Unknown] = field(default_factory=dict)
    signing: dict[str, Signing] = field(default_factory=dict)
    throttle: Throttle = field(default_factory=Throttle)
    # Derived, and so no part of a snapshot: fields whose name begins with an underscore.
    _first: int | None = field(default=None, repr=False, compare=False)

    def elapsed_ms(self, since: Stamp, now: Now) -> int:
        """Time since `since`; after a restart, the time since that restart (at least that)."""
        if since.boot == now.boot:
            return now.up_ms - since.up_ms
        return now.up_ms - (self.booted_up_ms if self.boot == now.boot else now.up_ms)

    def proven_ms(self, since: Stamp, now: Now) -> int:
        """Time that has certainly passed since `since`, across restarts too."""
        at_least = self.elapsed_ms(since, now)
        return at_least if since.hi is None else max(at_least, now.lo - since.hi)

    def due_up_ms(self, since: Stamp, delay_ms: int, now: Now) -> int:
        """When `delay_ms` after `since` falls due, on this boot's clock."""
        return now.up_ms + delay_ms - self.elapsed_ms(since, now)

    def paused_ms(self, now: Now) -> int:
        """How long typing is still paused; 0 when it is not."""
        if self.throttle.since is None:
            return 0
        return max(0, self.throttle.pause_ms - self.elapsed_ms(self.throttle.since, now))

    def by_cred(self, cred: str) -> Handover | None:
        """The live handover that a credential belongs to."""
        for one in self.handovers.values():
            if one.cred == cred:
                return one
        return None

    def of_cred(self, cred: str | None) -> list[Handover]:
        """Every live handover that a credential opens, in the order of their deposits."""
        if cred is None:
            return []
        found = [one for one in self.handovers.values() if one.cred == cred]
        return sorted(found, key=lambda one: one.deposited or 0)

    def code_of(self, known: Handover) -> str | None:
        """The code that the recipient of this handover has for another one, if it still works."""
        for one in self.handovers.values():
            same = one.recipient_no == known.recipient_no and one is not known
            if same and one.cred is not None and not one.spent and one.phase in CODED:
                return one.cred
        return None

    def shared(self, known: Handover) -> bool:
        """Whether its credential opens other live handovers too."""
        return len(self.of_cred(known.cred)) > 1

    def about(self, line: attention.Item) -> attention.Item:
        """A line of the queue as it is to be read now: one about a code is about the first of the
        handovers that the code still opens."""
        rule, _, cred = line.key.partition(":")
        group = self.of_cred(cred) if rule == "undelivered" else []
        if not group or any(one.ho == line.ho for one in group):
            return line
        return replace(line, ho=group[0].ho, unit=group[0].unit)

    def replaced(self, unit: str) -> str | None:
        """The tombstone that a new item in this compartment ends; None where it is still used."""
        tomb = self.tombs.get(unit)
        if tomb is None or self.by_cred(tomb.cred) is not None:
            return None
        others = (one for place, one in self.tombs.items() if place != unit)
        return None if any(one.cred == tomb.cred for one in others) else tomb.cred

    def tomb_of(self, cred: str) -> Tomb | None:
        """The tombstone that a spent credential belongs to."""
        for one in self.tombs.values():
            if one.cred == cred:
                return one
        return None

    def occupied_by(self, unit: str) -> Handover | None:
        """The handover that something may lie in this compartment for, or that was given it."""
        for one in self.handovers.values():
            if unit in (one.unit, one.to):
                return one
        return None


def epoch_of(origin: str) -> int:
    """The number at the end of `<fleet>/<device>/<epoch>`; ImpossibleHistory without one."""
    number = origin.rpartition("/")[2]
    if not number.isascii() or not number.isdigit():
        raise ImpossibleHistory(f"the origin {origin!r} names no epoch; this is another log")
    return int(number)


def quiet(throttle: Throttle, now: Now) -> int:
    """The failures that still count: halved for every quiet hour."""
    hours = max(0, now.lo - throttle.last) // HOUR_MS
    return throttle.failures >> min(hours, 31)
