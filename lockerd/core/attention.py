"""The operator's queue: what needs a person, in order of risk.

Theory of operation.  A pure fold over events.  An item is keyed by rule and subject, so that the
same trouble seen twice is one item with a count.  Some items end by themselves when the event that
cures them arrives; the others end when a named person resolves them with a reason.

Rules.  Rebuilding the queue from the journal gives the same queue.  `risk` 1 is looked at first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lockerd.core import events as ev

RISK: dict[str, int] = {
    "cabinet": 1,
    "epoch": 1,
    "emergency": 1,
    "glass": 1,
    "forced": 1,
    "recovery": 1,
    "frozen": 1,
    "disputed": 1,
    "unconfirmed": 2,
    "seal": 2,
    "left_open": 2,
    "not_opened": 3,
    "strike": 3,
    "count": 3,
    "undelivered": 3,
    "sensor": 3,
    "doubt": 3,
    "lost": 3,
    "return": 4,
    "guessing": 4,
    "locked": 4,
    "expired": 4,
    "refused": 4,
    "interrupted": 5,
    "unsigned": 5,
    "part": 5,
    "copy": 5,
    "clock": 6,
    "unused": 6,
}
"""Rule -> risk; the titles that people read are the screen's business."""

DECIDED = frozenset({"unconfirmed", "frozen", "disputed", "expired", "left_open", "return"})
"""Rules whose resolution must say what was found in the compartment."""


@dataclass(slots=True)
class Item:
    """One line of the queue.  `since`: proven time (Unix ms); `idx`: the newest entry about it."""

    key: str
    rule: str
    since: int
    idx: int
    unit: str | None = None
    ho: str | None = None
    detail: str = ""
    count: int = 1
    owner: str | None = None

    @property
    def risk(self) -> int:
        """1 is the most pressing."""
        return RISK[self.rule]


Queue = dict[str, Item]


def key_of(rule: str, subject: str | None) -> str:
    """`rule:subject`, the subject being a handover, a code, a compartment or a device."""
    return f"{rule}:{subject or 'cabinet'}"


FOUND_EMPTY = "two people looked and found nothing"
ITEM_FOUND = "found inside; nobody knows whose it is"

Raised = tuple[str, str | None, str]
"""A rule, its subject and a detail."""

_RAISED: Mapping[type[ev.Event], Callable[[Any], Raised | None]] = {
    ev.CabinetRetired: lambda one: ("cabinet", None, one.reason),
    ev.LogGenesis: lambda one: None if one.why is None else ("epoch", None, one.why),
    ev.DepositCarried: lambda one: (
        "frozen",
        one.ho,
        "a new epoch began; what lies here is not known",
    ),
    ev.AdoptionEmpty: lambda one: None if one.ho is None else ("frozen", one.ho, FOUND_EMPTY),
    ev.ItemFound: lambda one: ("return", one.ho, ITEM_FOUND),
    ev.EmergencyStarted: lambda one: ("emergency", None, one.reason),
    ev.GlassBroken: lambda one: ("glass", one.subject, f"staff {one.actor.id}: {one.reason}"),
    ev.DoorForced: lambda one: ("forced", one.unit, "unpowered" if one.unpowered else ""),
    ev.HandoverFrozen: lambda one: ("frozen", one.ho, one.reason),
    ev.DepositUnconfirmed: lambda one: ("unconfirmed", one.ho, one.reason),
    ev.ReleaseLeftOpen: lambda one: ("left_open", one.ho, "") if one.stage == 2 else None,
    ev.ReleaseFailed: lambda one: ("not_opened", one.unit, one.reason),
    ev.DoorRetired: lambda one: (
        ("not_opened", one.unit, one.reason) if one.actor == ev.DEVICE else None
    ),
    **dict.fromkeys(
        (ev.HandoverDisputed, ev.CollectionDisputed),
        lambda one: ("disputed", one.ho, one.what),
    ),
    ev.MoveStopped: lambda one: ("frozen", one.ho, f"moved: {one.reason}"),
    ev.HandoverRefused: lambda one: ("refused", one.ho, one.reason),
    ev.ItemSealed: lambda one: ("seal", one.ho, "") if one.announced == "other" else None,
    ev.StrikeFault: lambda one: ("strike", one.unit, one.what),
    ev.DoorUncertain: lambda one: ("sensor", one.unit, one.reason),
    ev.CredentialUndelivered: lambda one: ("undelivered", one.cred, one.reason),
    ev.CountEntered: lambda one: (
        None if one.ho is not None or one.seen == one.expected else ("count", one.unit, "")
    ),
    ev.CodeLost: lambda one: ("lost", one.ticket, ""),
    ev.CredentialLocked: lambda one: ("guessing", one.ho, "locked"),
    ev.FactLocked: lambda one: ("guessing", one.ho, "fact"),
    ev.HandoverExpired: lambda one: ("expired", one.ho, ""),
    ev.HandoverEscalated: lambda one: ("expired", one.ho, f"told {one.contact}"),
    ev.WindowDoubted: lambda one: ("doubt", one.ho, ""),
    ev.HandoverAwaitingReturn: lambda one: ("return", one.ho, ""),
    ev.ReturnFailed: lambda one: ("not_opened", one.unit, one.reason),
    ev.StaffLocked: lambda one: ("locked", one.staff, ""),
    ev.RecoveryAccepted: lambda one: ("recovery", None, ""),
    ev.ReleaseInterrupted: lambda one: ("interrupted", one.ho, ""),
    ev.CollectionUnsigned: lambda one: ("unsigned", one.ho, one.reason),
    ev.PartFailed: lambda one: ("unused" if one.why == "silent" else "part", one.part, one.why),
    ev.CopyLost: lambda one: ("copy", None, one.reason),
    ev.ClockStepped: lambda one: ("clock", None, one.source),
}
"""What an event puts into the queue, if anything; a table, since every line of a replay asks."""


def _sensor(event: ev.Event) -> Iterable[str]:
    return (key_of("sensor", event.unit),)


def _collected(event: ev.Event) -> Iterable[str]:
    rules = ("left_open", "interrupted", "guessing", "expired", "doubt", "frozen", "seal")
    yield from (key_of(rule, event.ho) for rule in rules)
    yield from (key_of(rule, event.unit) for rule in ("not_opened", "sensor"))


_ENDED = (
    *("unconfirmed", "frozen", "expired", "guessing", "interrupted", "left_open"),
    *("doubt", "disputed", "refused", "return", "seal"),
)
"""Rules about a handover that end with it, however it ends.

`undelivered` is about a code, which may open several doors, and ends with the last of them."""


def _withdrawn(event: Any) -> Iterable[str]:
    yield from (key_of(rule, event.ho) for rule in _ENDED)
    if event.cred is not None:  # else it opens other doors too
        yield key_of("undelivered", event.cred)


def _returned(event: Any) -> Iterable[str]:
    return (*_withdrawn(event), key_of("not_opened", event.unit))


_CURED: Mapping[type[ev.Event], Callable[[Any], Iterable[str]]] = {
    ev.CabinetRestored: lambda one: (key_of("cabinet", None),),
    ev.StaffPinReset: lambda one: (key_of("locked", one.staff),),
    ev.StaffRetired: lambda one: (key_of("locked", one.staff),),
    ev.DoorCertain: _sensor,
    ev.DoorOpened: _sensor,
    ev.DoorForced: _sensor,
    ev.DoorClosed: _sensor,
    ev.DepositOpened: _sensor,
    ev.DepositClosed: _sensor,
    ev.ReleaseOpened: lambda one: (*_sensor(one), key_of("undelivered", one.cred)),
    ev.DoorRestored: lambda one: (
        key_of(rule, one.unit) for rule in ("not_opened", "strike", "count")
    ),
    ev.PartFailed: lambda one: () if one.why == "silent" else (key_of("unused", one.part),),
    ev.PartBack: lambda one: (key_of("part", one.part), key_of("unused", one.part)),
    ev.CopyBack: lambda one: (key_of("copy", None),),
    ev.CredentialDelivered: lambda one: (key_of("undelivered", one.cred),),
    ev.HandoverCollected: _collected,
    ev.HandoverReturned: _returned,
    ev.ReturnOpened: _sensor,
    **dict.fromkeys(
        (ev.ReleaseAuthorised, ev.HandoverExpired, ev.WindowPermitted),
        lambda one: (key_of("doubt", one.ho),),
    ),
    ev.DepositReopened: lambda one: (key_of("unconfirmed", one.ho),),
    **dict.fromkeys(
        (ev.HandoverThawed, ev.MoveConfirmed, ev.DepositAdopted),
        lambda one: tuple(key_of(rule, one.ho) for rule in ("frozen", "disputed", "left_open")),
    ),
    ev.HandoverExtended: lambda one: (key_of("expired", one.ho),),
    ev.HandoverKept: lambda one: (key_of("left_open", one.ho),),
    ev.HandoverRefused: lambda one: (
        key_of(rule, one.ho) for rule in ("unconfirmed", "expired", "frozen", "disputed")
    ),
    ev.CredentialReissued: lambda one: (
        *(() if one.old is None else (key_of("undelivered", one.old),)),
        *(() if one.ticket is None else (key_of("lost", one.ticket),)),
    ),
    ev.HandoverCollectedManually: _withdrawn,
    ev.HandoverWithdrawn: _withdrawn,
}
"""The keys that an event takes out of the queue by itself."""


UNSIGNED_MAX = 200
"""Collections that nobody signed for do not end by themselves: the oldest line gives way to the
next one, and stays in the record."""


def _bounded(queue: Queue) -> None:
    lines = [one for one in queue.values() if one.rule == "unsigned"]
    if len(lines) > UNSIGNED_MAX:
        del queue[min(lines, key=lambda one: one.idx).key]


RAISES = frozenset({*_RAISED, ev.CodeRefused})
ENDS = frozenset({*_CURED, ev.AttentionAcknowledged, ev.AttentionResolved})
"""Kinds that can add to the queue, and those that change or end what is in it: most of a journal's
lines can do neither, and need not be folded."""


def fold(queue: Queue, event: ev.Event, idx: int, lo: int, wrong_pins: int) -> None:
    """Fold one event in place.  `wrong_pins`: of the event's handover after it, 0 if none."""
    kind = type(event)
    cured = _CURED.get(kind)
    if cured is not None and queue:
        for key in cured(event):
            queue.pop(key, None)
    if isinstance(event, ev.AttentionAcknowledged) and event.key in queue:
        queue[event.key].owner = event.actor.id
    if isinstance(event, ev.AttentionResolved):
        queue.pop(event.key, None)
    raises = _RAISED.get(kind)
    raised = None if raises is None else raises(event)
    if isinstance(event, ev.CodeRefused) and event.ho is not None and wrong_pins >= 3:
        raised = ("guessing", event.ho, "wrong")
    if raised is None:
        return
    rule, subject, detail = raised
    key = key_of(rule, subject)
    known = queue.get(key)
    if known is None:
        queue[key] = Item(key, rule, lo, idx, event.unit, event.ho, detail)
        if rule == "unsigned":
            _bounded(queue)
    else:
        known.count += 1
        known.idx = idx
        known.detail = detail or known.detail


def ordered(queue: Queue) -> list[Item]:
    """The queue as a person should work through it: by risk, then oldest first."""
    return sorted(queue.values(), key=lambda one: (one.risk, one.since, one.idx))
