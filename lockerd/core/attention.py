"""The operator's queue: what needs a person, in order of risk.

Theory of operation.  A pure fold over events.  An item is keyed by rule and subject, so that the
same trouble seen twice is one item with a count.  Some items end by themselves when the event that
cures them arrives; the others end when a named person resolves them with a reason.

Rules.  Rebuilding the queue from the journal gives the same queue.  `risk` 1 is looked at first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lockerd.core import events as ev

RISK: dict[str, int] = {
    "cabinet": 1,
    "epoch": 1,
    "forced": 1,
    "frozen": 1,
    "unconfirmed": 2,
    "left_open": 2,
    "not_opened": 3,
    "strike": 3,
    "sensor": 3,
    "guessing": 4,
    "expired": 4,
    "interrupted": 5,
    "input": 5,
    "copy": 5,
    "clock": 6,
}
"""Rule -> risk; the titles that people read are the screen's business."""

DECIDED = frozenset({"unconfirmed", "frozen", "expired", "left_open"})
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
    """`rule:subject`, the subject being a handover, a compartment or a device."""
    return f"{rule}:{subject or 'cabinet'}"


def _raised(event: ev.Event) -> tuple[str, str | None, str] | None:
    """The rule, the subject and a detail of what an event puts into the queue, if anything."""
    match event:
        case ev.CabinetRetired():
            return "cabinet", None, event.reason
        case ev.LogGenesis(why=str() as why):
            return "epoch", None, why
        case ev.DepositCarried():
            return "frozen", event.ho, "a new epoch began; what lies here is not known"
        case ev.DoorForced():
            return "forced", event.unit, "unpowered" if event.unpowered else ""
        case ev.HandoverFrozen():
            return "frozen", event.ho, event.reason
        case ev.DepositUnconfirmed():
            return "unconfirmed", event.ho, event.reason
        case ev.ReleaseLeftOpen() if event.stage == 2:
            return "left_open", event.ho, ""
        case ev.ReleaseFailed():
            return "not_opened", event.unit, event.reason
        case ev.DoorRetired() if event.actor == ev.DEVICE:
            return "not_opened", event.unit, event.reason
        case ev.StrikeFault():
            return "strike", event.unit, event.what
        case ev.DoorUncertain():
            return "sensor", event.unit, event.reason
        case ev.CredentialLocked():
            return "guessing", event.ho, "locked"
        case ev.HandoverExpired():
            return "expired", event.ho, ""
        case ev.ReleaseInterrupted():
            return "interrupted", event.ho, ""
        case ev.InputLost():
            return "input", event.device, ""
        case ev.CopyLost():
            return "copy", None, event.reason
        case ev.ClockStepped():
            return "clock", None, event.source
        case _:
            return None


def _cured(event: ev.Event) -> Iterable[str]:
    """The keys that an event takes out of the queue by itself."""
    match event:
        case ev.CabinetRestored():
            return (key_of("cabinet", None),)
        case ev.DoorCertain() | ev.DoorOpened() | ev.DoorForced() | ev.DoorClosed():
            return (key_of("sensor", event.unit),)
        case ev.DepositOpened() | ev.DepositClosed() | ev.ReleaseOpened():
            return (key_of("sensor", event.unit),)
        case ev.DoorRestored():
            return (key_of("not_opened", event.unit), key_of("strike", event.unit))
        case ev.InputBack():
            return (key_of("input", event.device),)
        case ev.CopyBack():
            return (key_of("copy", None),)
        case ev.HandoverCollected():
            return (
                key_of("left_open", event.ho),
                key_of("not_opened", event.unit),
                key_of("interrupted", event.ho),
                key_of("guessing", event.ho),
                key_of("expired", event.ho),
                key_of("sensor", event.unit),
            )
        case ev.DepositReopened():
            return (key_of("unconfirmed", event.ho),)
        case ev.HandoverThawed():
            return (key_of("frozen", event.ho),)
        case ev.HandoverWithdrawn():
            subjects = ("unconfirmed", "frozen", "expired", "guessing", "interrupted", "left_open")
            return tuple(key_of(rule, event.ho) for rule in subjects)
        case _:
            return ()


def fold(queue: Queue, event: ev.Event, idx: int, lo: int, wrong_pins: int) -> None:
    """Fold one event in place.  `wrong_pins`: of the event's handover after it, 0 if none."""
    for key in _cured(event):
        queue.pop(key, None)
    if isinstance(event, ev.AttentionAcknowledged) and event.key in queue:
        queue[event.key].owner = event.actor.id
    if isinstance(event, ev.AttentionResolved):
        queue.pop(event.key, None)
    raised = _raised(event)
    if isinstance(event, ev.CodeRefused) and event.ho is not None and wrong_pins >= 3:
        raised = ("guessing", event.ho, "wrong")
    if raised is None:
        return
    rule, subject, detail = raised
    key = key_of(rule, subject)
    known = queue.get(key)
    if known is None:
        queue[key] = Item(key, rule, lo, idx, event.unit, event.ho, detail)
    else:
        known.count += 1
        known.idx = idx
        known.detail = detail or known.detail


def ordered(queue: Queue) -> list[Item]:
    """The queue as a person should work through it: by risk, then oldest first."""
    return sorted(queue.values(), key=lambda one: (one.risk, one.since, one.idx))
