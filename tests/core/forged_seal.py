"""Lies about seals, for the judge: the cabinet, the entry, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import corekit as kit
from corekit import AUDITOR, DEPOSITOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.dispute import GRACE_MS
from lockerd.core.site import Profile, Site

HO = f"{1:016x}"
RECIPIENT = ev.Actor("recipient", f"r{HO}")
SEAL = "S-4711"


def sealing_site(doors: int = 3) -> Site:
    """A site with a profile whose items are sealed, and one that deals in exchanges."""
    where = kit.site(doors=doors)
    more = (
        Profile("sealed", show_code=True, seal=True),
        Profile("swap", show_code=True, exchange=True),
    )
    return where.but(profiles=(*where.profiles, *more))


def ordered(profile: str = "sealed") -> Cabinet:
    c = Cabinet(sealing_site())
    assert c.order(profile=profile) == HO
    return c


def collectable() -> Cabinet:
    """Its seal was read, its codes are out."""
    c = ordered()
    c.send(msg.StartDeposit(DEPOSITOR, HO, seal=SEAL))
    c.wait(200)
    c.door("A1", "open")
    c.door("A1", "closed")
    c.confirmed(HO)
    c.wait(kit.REST_MS)
    return c


def opened() -> Cabinet:
    c = collectable()
    c.offer(HO)
    c.door("A1", "open")
    return c


def collected() -> Cabinet:
    c = opened()
    c.door("A1", "closed")
    return c


def answered() -> Cabinet:
    c = collected()
    c.send(msg.CheckSeal(HO, "said"))
    return c


def unsealed() -> Cabinet:
    c = Cabinet(sealing_site())
    c.collected()
    return c


def long_ago() -> Cabinet:
    c = collected()
    c.wait(GRACE_MS + 1)
    return c


def sealed(c: Cabinet, **changes: Any) -> ev.ItemSealed:
    cause = ev.Cause(1, c.of(HO).ordered)
    values = {"actor": DEPOSITOR, "ho": HO, "cause": cause, "announced": "none", "seal": SEAL}
    return ev.ItemSealed(**{**values, **changes})


def checked(c: Cabinet, **changes: Any) -> ev.SealChecked:
    cause = ev.Cause(1, c.state.tombs["A1"].idx)
    values = {"actor": RECIPIENT, "unit": "A1", "ho": HO, "cause": cause, "how": "said"}
    return ev.SealChecked(**{**values, **changes})


def disputed(c: Cabinet, what: str) -> ev.CollectionDisputed:
    cause = ev.Cause(1, c.state.tombs["A1"].idx)
    return ev.CollectionDisputed(actor=RECIPIENT, unit="A1", ho=HO, cause=cause, what=what)


Lie = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

FORGED: list[Lie] = [
    (ordered, lambda c: sealed(c, actor=AUDITOR), "not for a auditor"),
    (ordered, lambda c: sealed(c, announced="maybe"), "no such comparison"),
    (ordered, lambda c: sealed(c, cause=ev.Cause(1, 0)), "another order"),
    (collected, lambda c: checked(c, how="smelt"), "nobody checks like that"),
    (collected, lambda c: checked(c, actor=ev.Actor("recipient", "r2")), "not by its recipient"),
    (collected, lambda c: checked(c, cause=ev.Cause(1, 3)), "no such handover ended"),
    (answered, checked, "it was answered already"),
    (unsealed, checked, "no seal was on record"),
    (long_ago, checked, "the door had closed long before"),
    (unsealed, lambda c: disputed(c, "seal-broken"), "no seal was on record"),
    (collected, lambda c: disputed(c, "boring"), "no such claim"),
]
