"""Lies about signatures, for the judge: the cabinet, the entry, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import corekit as kit
from corekit import OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core.messages import Level
from lockerd.core.signature import SIGN_MS
from lockerd.core.site import Profile, Site

HO = f"{1:016x}"
RECIPIENT = ev.Actor("recipient", f"r{HO}")


def signing_site(doors: int = 2) -> Site:
    """A site with a profile whose recipients sign."""
    where = kit.site(doors=doors)
    return where.but(profiles=(*where.profiles, Profile("signed", show_code=True, signature=True)))


def opened(profile: str = "signed") -> Cabinet:
    c = Cabinet(signing_site())
    assert c.collectable(profile=profile) == HO
    c.offer(HO)
    c.door("A1", Level.OPEN)
    return c


def asked() -> Cabinet:
    c = opened()
    c.door("A1", Level.CLOSED)
    return c


def unasked() -> Cabinet:
    c = opened("documents")
    c.door("A1", Level.CLOSED)
    return c


def late() -> Cabinet:
    c = asked()
    c.wait(SIGN_MS + 1)
    return c


def _about(c: Cabinet) -> dict[str, Any]:
    return {"unit": "A1", "ho": HO, "cause": ev.Cause(1, len(c.log) - 1)}


def signed(c: Cabinet, **changes: Any) -> ev.CollectionSigned:
    values = {"actor": RECIPIENT, **_about(c), "means": "received", "how": "key"}
    return ev.CollectionSigned(**{**values, **changes})


def unsigned(c: Cabinet, **changes: Any) -> ev.CollectionUnsigned:
    return ev.CollectionUnsigned(**{**_about(c), "reason": "left", **changes})


Lie = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

FORGED: list[Lie] = [
    (opened, signed, "no signature was asked for"),
    (unasked, signed, "no signature was asked for"),
    (unasked, unsigned, "no signature was asked for"),
    (asked, lambda c: signed(c, unit="A2"), "another collection"),
    (asked, lambda c: signed(c, cause=ev.Cause(1, 3)), "another collection"),
    (asked, lambda c: signed(c, actor=OPERATOR), "not by its recipient"),
    (asked, lambda c: signed(c, actor=ev.Actor("recipient", "r2")), "not by its recipient"),
    (asked, lambda c: signed(c, how="stamp"), "no such signature"),
    (asked, lambda c: signed(c, means="seen"), "no such signature"),
    (asked, lambda c: signed(c, strokes="M1 1l5 5"), "a key draws nothing"),
    (late, signed, "its time was over"),
    (asked, lambda c: unsigned(c, reason="tired"), "no such reason"),
    (asked, lambda c: unsigned(c, actor=RECIPIENT), "not by its recipient"),
    (asked, lambda c: unsigned(c, reason="declined"), "not by its recipient"),
]
