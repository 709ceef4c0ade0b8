"""Lies about what both know, for the judge: the cabinet, the entry, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import corekit as kit
from corekit import DEPOSITOR, OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.site import Profile, Site
from lockerd.core.state import HOUR_MS

HO = f"{1:016x}"
RECIPIENT = ev.Actor("recipient", f"r{HO}")
ROW = ev.Verifier(ev.fact_of(HO), "fact", ev.fact_of(HO), b"s" * 16, b"h" * 32, 0, b"m" * 32)


def knowing_site(**profile: Any) -> Site:
    """A site with a profile that asks for what both know."""
    where = kit.site(doors=2)
    known = Profile("known", second_factor="fact", show_code=True, **profile)
    return where.but(profiles=(*where.profiles, known))


def inside(fact: bool = True, **profile: Any) -> Cabinet:
    """Collectable in A1, with a fact that was said, or without."""
    c = Cabinet(knowing_site(**profile))
    assert c.new_id() == HO
    announced(c, HO, fact)
    return c


def announced(c: Cabinet, ho: str, fact: bool = True) -> None:
    """Announced with what both know, deposited, its codes on their way."""
    order = msg.OrderHandover(
        DEPOSITOR, ho, f"r{ho}", "i", "known", "S", None, None, "R. Person", "Papers"
    )
    row = ROW.but(cred=ev.fact_of(ho), selector=ev.fact_of(ho))
    c.send(order.but(fact=(row,)) if fact else order)
    c.placed(ho)
    c.confirmed(ho)
    c.wait(kit.REST_MS)


def asked() -> Cabinet:
    c = inside()
    c.offer(HO)
    return c


def unasked_of() -> Cabinet:
    """A code was proven; the profile asks for it, and nobody said what it is."""
    c = inside(fact=False)
    c.offer(HO)
    return c


def wrong(c: Cabinet, times: int = 1) -> Cabinet:
    for _ in range(times):
        c.offer(HO)
        c.send(msg.FactChecked(HO, False))
    return c


def _about(c: Cabinet) -> dict[str, Any]:
    request = c.of(HO).request
    return {"unit": "A1", "ho": HO, "cause": ev.Cause(1, 0 if request is None else request)}


def proven(c: Cabinet, **changes: Any) -> ev.FactProven:
    return ev.FactProven(**{"actor": RECIPIENT, **_about(c), **changes})


def refused(c: Cabinet, **changes: Any) -> ev.FactRefused:
    return ev.FactRefused(**{**_about(c), **changes})


def locked(c: Cabinet) -> ev.FactLocked:
    return ev.FactLocked(unit="A1", ho=HO)


def dead() -> Cabinet:
    c = wrong(inside(), 5)
    c.wait(HOUR_MS)
    c.offer(HO)
    return c


Lie = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

FORGED: list[Lie] = [
    (inside, proven, "nothing was asked then"),
    (inside, refused, "nothing was asked then"),
    (asked, lambda c: proven(c, cause=ev.Cause(1, 2)), "nothing was asked then"),
    (asked, lambda c: proven(c, actor=OPERATOR), "not by its recipient"),
    (unasked_of, proven, "no fact lived"),
    (dead, proven, "no fact lived"),
    (asked, lambda c: proven(c, ho="9" * 16), "no such handover is live"),
    (asked, locked, "five wrong answers were not counted"),
    (lambda: wrong(inside(), 4), locked, "five wrong answers were not counted"),
    (dead, locked, "five wrong answers were not counted"),
]
