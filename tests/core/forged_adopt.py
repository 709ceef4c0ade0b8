"""Lies about adopted contents, for the judge: how the cabinet stands, the entry, and why not.

The last part holds that nothing else about a handover that was taken over became easier to forge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import epochkit as ek
from corekit import DEPOSITOR, NOON, OPERATOR, TECHNICIAN, Cabinet
from epochkit import ANNOUNCED, FIRST, GONE, SECOND

from lockerd.core import adopt
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.epoch import NOT_SEEN

ON: dict[str, Any] = {"unit": "A1", "ho": FIRST}
BY: dict[str, Any] = {"actor": OPERATOR, **ON}


def approved() -> Cabinet:
    c = ek.unknown()
    ek.approve(c)
    return c


def told() -> Cabinet:
    """Its door was told to open, and was not seen to."""
    c = approved()
    c.send(msg.OpenUnknown(OPERATOR, "A1", "x"))
    return c


def ajar() -> Cabinet:
    c = told()
    c.wait(300)
    c.door("A1", "open")
    return c


def looked(unit: str = "A1") -> Cabinet:
    c = ek.unknown()
    ek.opened(c, unit)
    return c


def looked_elsewhere() -> Cabinet:
    return looked("A3")


def sealed() -> Cabinet:
    c = ek.unknown()
    ek.opened(c, "A1", seal="S-1")
    return c


def long_ago() -> Cabinet:
    c = looked()
    c.wait(adopt.LOOK_MS + 1)
    return c


def cut() -> Cabinet:
    c = looked()
    c.cut()
    return c


def done() -> Cabinet:
    c = looked()
    ek.adopted(c, "A1", FIRST)
    return c


def twice() -> Cabinet:
    """Adopted, and somebody looks into another compartment."""
    c = done()
    ek.opened(c, "A3")
    return c


def counted() -> Cabinet:
    """Adopted, then frozen by a count: no longer what the epoch before left behind."""
    c = done()
    c.send(msg.EnterCount(OPERATOR, (("A1", "empty"),)))
    ek.opened(c, "A3")
    return c


def new_order() -> Cabinet:
    c = looked()
    c.order(size="M")
    return c


def begun(c: Cabinet, **changes: Any) -> ev.AdoptionStarted:
    given = c.state.approvals.get("adopt:A1")
    values: dict[str, Any] = {
        **BY, "reason": "x", "approver": "6",
        "cause": None if given is None else ev.Cause(2, given.entry),
    }  # fmt: skip
    return ev.AdoptionStarted(**{**values, **changes})


def cause(c: Cabinet, unit: str = "A1") -> ev.Cause:
    """The entry with which they looked."""
    known = c.state.unknown.get(unit)
    return ev.Cause(2, 0 if known is None else max(0, known.look))


def deposit(c: Cabinet, **changes: Any) -> ev.DepositAdopted:
    return ev.DepositAdopted(**{**BY, "cause": cause(c), "was": "A1", **changes})


def nothing(c: Cabinet, **changes: Any) -> ev.AdoptionEmpty:
    return ev.AdoptionEmpty(**{**BY, "cause": cause(c), **changes})


def found(c: Cabinet, **changes: Any) -> ev.ItemFound:
    values: dict[str, Any] = {
        "actor": OPERATOR, "unit": "A3", "ho": "f" * 16, "cause": cause(c, "A3"),
        "profile": "documents", "size": "S", "opens": NOON, "closes": NOON + 1,
        "recipient_no": "r", "item_no": "i",
    }  # fmt: skip
    return ev.ItemFound(**{**values, **changes})


Lie = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

FORGED: list[Lie] = [
    # two people, one compartment that nobody knows
    (approved, lambda c: begun(c, actor=TECHNICIAN), "not for a technician"),
    (approved, lambda c: begun(c, approver="1"), "not who approved"),
    (approved, lambda c: begun(c, approver="3"), "not who approved"),
    (approved, lambda c: begun(c, cause=None), "nobody approved it"),
    (approved, lambda c: begun(c, cause=ev.Cause(1, 3)), "nobody approved it"),
    (ek.unknown, begun, "nobody approved it"),
    (approved, lambda c: begun(c, ho=None), "something else lies there"),
    (approved, lambda c: begun(c, seal=""), "a seal has a number"),
    (approved, lambda c: begun(c, unit="A3", ho=None), "nobody approved it"),
    (ajar, begun, "was not closed"),
    (done, begun, "lies there was known"),
    (Cabinet, lambda c: begun(c, ho=None), "lies there was known"),
    # what they say they saw
    (ek.unknown, nothing, "they did not look"),
    (approved, nothing, "they did not look"),
    (told, nothing, "not seen to open"),
    (ajar, nothing, "was not closed"),
    (long_ago, nothing, "long before"),
    (cut, nothing, "long before"),
    (looked, lambda c: nothing(c, cause=None), "they did not look"),
    (looked, lambda c: nothing(c, cause=ev.Cause(1, cause(c).idx)), "they did not look"),
    (looked, lambda c: nothing(c, actor=ek.SECOND_PERSON), "they did not look"),
    (looked, lambda c: nothing(c, actor=DEPOSITOR), "not for a depositor"),
    (looked, lambda c: nothing(c, ho=None), "something else lies there"),
    (done, nothing, "lies there was known"),
    # whose item it is
    (told, deposit, "not seen to open"),
    (ajar, deposit, "was not closed"),
    (long_ago, deposit, "long before"),
    (cut, deposit, "long before"),
    (looked, lambda c: deposit(c, actor=DEPOSITOR), "not for a depositor"),
    (looked, lambda c: deposit(c, ho=GONE), "no such handover is live"),
    (looked, lambda c: deposit(c, ho="e" * 16), "no such handover is live"),
    (looked, lambda c: deposit(c, ho=SECOND, was="A2"), "another item is recorded"),
    (looked, lambda c: deposit(c, was=None), "recorded elsewhere"),
    (looked, lambda c: deposit(c, ho=ANNOUNCED, was=None), "another item is recorded"),
    (looked_elsewhere, lambda c: deposit(c, unit="A3", cause=cause(c, "A3"), was="A2"),
     "recorded elsewhere"),
    (looked_elsewhere, lambda c: deposit(c, unit="A4", cause=cause(c, "A3")), "did not look"),
    (new_order, lambda c: deposit(c, ho=f"{5:016x}", was=None), "was not looked for"),
    (done, deposit, "lies there was known"),
    (counted, lambda c: deposit(c, unit="A3", cause=cause(c, "A3")), "was not looked for"),
    (sealed, lambda c: deposit(c, cause=ev.Cause(2, cause(c).idx - 1)), "they did not look"),
    # something unknown
    (ek.unknown, found, "they did not look"),
    (looked_elsewhere, lambda c: found(c, ho=FIRST), "another compartment"),
    (looked_elsewhere, lambda c: found(c, closes=NOON), "before it begins"),
    (looked_elsewhere, lambda c: found(c, actor=TECHNICIAN), "not for a technician"),
    (looked, lambda c: found(c, unit="A1", cause=cause(c)), "another item is recorded"),
    # and nothing else became easier
    (looked, lambda c: ev.CredentialMinted(**ON, cred="n"), "cannot follow|confirmed deposit"),
    (looked, lambda c: ev.CredentialJoined(**ON, cred="n"), "confirmed deposit"),
    (looked, lambda c: ev.CredentialReissued(**BY, cred="n", reason="x"), "no code had been made"),
    (looked, lambda c: ev.HandoverThawed(**BY, reason="x"), "there is no credential"),
    (looked, lambda c: ev.ReleaseAuthorised(**ON, cred="", kind="qr"), "not this handover's"),
    (done, lambda c: ev.ReleaseAuthorised(
        **ON, cred=f"n-{FIRST}", kind="qr", cause=ev.Cause(1, c.of(FIRST).deposited or 0)),
     "not of this deposit"),
    (done, lambda c: ev.ReleaseAuthorised(
        **ON, cred=f"c-{FIRST}", kind="qr", cause=ev.Cause(2, c.of(FIRST).deposited or 0)),
     "not this handover's"),
    (done, lambda c: ev.CredentialMinted(**ON, cred="another"), "confirmed deposit"),
    (approved, lambda c: ev.PulseOrdered(**ON, purpose="adopt", pulse_ms=500, attempt=1),
     "nobody was given this door"),
    (looked, lambda c: ev.PulseOrdered(unit="A1", purpose="adopt", pulse_ms=500, attempt=1),
     "nobody was given this door"),
    (sealed, lambda c: ev.PulseOrdered(
        unit="A1", purpose="adopt", pulse_ms=500, attempt=1, cause=cause(c)),
     "nobody was given this door"),
    (approved, lambda c: ev.DoorOpened(unit="A1", purpose="adopt"), "nobody was given this door"),
    (looked, lambda c: ev.DoorRetired(
        actor=ev.Actor("device", "epoch"), unit="A2", reason=NOT_SEEN, cause=ev.Cause(2, 1 << 40)),
     "comes after it"),
]  # fmt: skip
