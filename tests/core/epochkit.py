"""A cabinet whose memory was lost: the same one in its next epoch, with its people enrolled again.

A1 and A2 held deposits (`FIRST`, `SECOND`) when the old record ended, `ANNOUNCED` waited for its
deposit, and A3 and A4 were said to be empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import corekit as kit
from corekit import DEPOSITOR, NOON, OPERATOR, PEOPLE, Cabinet, Line

from lockerd.core import epoch
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.now import Now
from lockerd.core.replay import replay
from lockerd.core.state import HOUR_MS

BEGINS = Now("000000ee", 5_000, NOON + 12 * HOUR_MS, None, "floor")
SECOND_PERSON = ev.Actor("operator", "6")
FIRST, SECOND, ANNOUNCED, GONE = (f"{one:016x}" for one in (1, 2, 3, 4))
WHY = "the card died"


def old() -> Cabinet:
    """Before: two deposits, one announced, one collected."""
    c = Cabinet(kit.site(doors=4, cooldown_ms=0))
    assert (c.collectable(), c.collectable(size="M")) == (FIRST, SECOND)
    assert c.order(actor=DEPOSITOR, size="M") == ANNOUNCED
    assert c.collected(size="L")[0] == GONE
    return c


def begun(before: Cabinet, doubtful: Mapping[str, str] | None = None) -> Cabinet:
    """The next epoch after its first boot, with everybody and a second operator enrolled."""
    doubt = {one.unit: epoch.NOT_SEEN for one in before.site.compartments}
    carried = epoch.carried(before.state, {}, doubtful=doubt if doubtful is None else doubtful)
    genesis = ev.LogGenesis(
        origin="test/RL07/2", vkey="v", mode="simulation", software="1", config="", rules=1,
        kdf_n=2, why=WHY,
    )  # fmt: skip
    lines = [Line(place, one, BEGINS) for place, one in enumerate([genesis, *carried])]
    new = Cabinet.__new__(Cabinet)
    new.__dict__.update(before.__dict__)
    new.state, new.log, new.pulses, new.effects = replay(lines), lines, [], []
    new.boots, new.up_ms, new.lo = 0xEF, 8_000, BEGINS.lo + 60_000
    new.start()
    for one in (*PEOPLE, SECOND_PERSON):
        new.enrol(one)
    return new


def unknown() -> Cabinet:
    """The usual one."""
    return begun(old())


def approve(c: Cabinet, unit: str = "A1", who: str = "6", asker: str = OPERATOR.id) -> None:
    """The second person says yes."""
    c.send(msg.ApprovalChecked(f"badge-{who}", True, f"adopt:{unit}", asker))


def opened(c: Cabinet, unit: str = "A1", seal: str = "") -> list[ev.Event]:
    """Two people open a compartment (or take its seal for it) and close it again."""
    approve(c, unit)
    events = c.send(msg.OpenUnknown(OPERATOR, unit, WHY, seal))
    if not seal:
        c.wait(300)
        c.door(unit, "open")
        c.wait(3_000)
        c.door(unit, "closed")
    return events


def adopted(c: Cabinet, unit: str, ho: str, **more: Any) -> list[ev.Event]:
    """They say whose item lies there."""
    return c.send(msg.AdoptDeposit(OPERATOR, unit, kit.minted(ho, f"n-{ho}"), **more))


def found(c: Cabinet, unit: str, ho: str = "f" * 16, **more: Any) -> list[ev.Event]:
    """They say that nobody knows whose it is."""
    return c.send(msg.AdoptItem(OPERATOR, unit, ho, f"r{ho}", f"i{ho}", "A grey box", **more))
