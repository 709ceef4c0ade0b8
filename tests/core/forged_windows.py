"""Lies about time and about the way back, for the judge: the stand, the entry, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import corekit as kit
from corekit import DEPOSITOR, NOON, OPERATOR, OTHER, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.site import Notified, Profile
from lockerd.core.state import HOUR_MS, NEVER, Outage

HO = f"{1:016x}"
ON: dict[str, Any] = {"unit": "A1", "ho": HO}
BY: dict[str, Any] = {"actor": OPERATOR, **ON}
SECOND = ev.Actor("operator", "6")
MINUTE_MS = 60_000


def cabinet(**rules: Any) -> Cabinet:
    """A cabinet whose only profile has these rules."""
    people = (Notified("desk", "Front desk", "1"), Notified("guard", "Guard", "2"))
    site = kit.site().but(profiles=(Profile("documents", **rules),), notify=people)
    return Cabinet(site)


def collectable(**order: Any) -> Cabinet:
    c = Cabinet()
    assert c.collectable(**order) == HO
    return c


def minted() -> Cabinet:
    """Codes that no channel took yet."""
    c = Cabinet()
    c.send(msg.ConfirmDeposit(DEPOSITOR, kit.minted(c.placed(), f"c-{HO}")))
    return c


def unsure(actor: ev.Actor = DEPOSITOR) -> Cabinet:
    """The clock cannot tell whether the window is open."""
    c = collectable(actor=actor)
    c.width_ms = None
    return c


def own() -> Cabinet:
    return unsure(OPERATOR)


# -- what time it is ------------------------------------------------------------------------------


def timeless() -> Cabinet:
    c = Cabinet()
    c.enrol(SECOND)
    c.width_ms = None
    return c


def approved() -> Cabinet:
    c = timeless()
    c.send(msg.ApprovalChecked("badge-6", True, "time", OPERATOR.id))
    return c


def time(c: Cabinet, **changes: Any) -> ev.TimeSet:
    given = c.state.approvals.get("time")
    values: dict[str, Any] = {
        "actor": OPERATOR, "lo": NOON + HOUR_MS, "hi": NOON + HOUR_MS + MINUTE_MS,
        "approver": "6", "cause": None if given is None else ev.Cause(1, given.entry),
    }  # fmt: skip
    return ev.TimeSet(**{**values, **changes})


# -- outages --------------------------------------------------------------------------------------


def dark() -> Cabinet:
    """Three hours without power, not yet credited."""
    c = collectable(hours=10)
    c.cut(off_ms=3 * HOUR_MS)
    return c


def dark_of(c: Cabinet) -> Outage:
    found = c.state.dark
    assert found is not None and found.back != NEVER
    return found


def credit(c: Cabinet, **changes: Any) -> ev.WindowCredited:
    """The credit that is due, with changes."""
    gap, until = dark_of(c), c.lo - (c.up_ms - c.state.booted_up_ms)
    values: dict[str, Any] = {
        **ON, "cause": ev.Cause(1, gap.entry), "back": gap.back, "since": gap.since,
        "until": until, "minutes": 180, "closes": c.of(HO).closes + 180 * MINUTE_MS,
    }  # fmt: skip
    return ev.WindowCredited(**{**values, **changes})


# -- the end of a window --------------------------------------------------------------------------


def announced() -> Cabinet:
    c = Cabinet()
    c.order(hours=1)
    return c


def overdue() -> Cabinet:
    """Nothing came before the window had ended, and no tick has said so."""
    c = announced()
    c.wait(2 * HOUR_MS)
    return c


def reminded() -> Cabinet:
    c = cabinet(reminders_h=(24, 4))
    c.collectable()
    c.run(50 * HOUR_MS)
    assert c.of(HO).reminded == 1
    return c


def told() -> Cabinet:
    c = cabinet(at_expiry="escalate", escalate_h=(0, 24, 48), escalate_to=("desk", "guard"))
    c.collectable(hours=1)
    c.run(2 * HOUR_MS)
    assert c.of(HO).step == 1
    return c


def expired(**rules: Any) -> Cabinet:
    c = cabinet(**rules)
    c.collectable(hours=1)
    c.run(2 * HOUR_MS)
    assert c.phase(HO) == "expired"
    return c


def asked() -> Cabinet:
    return expired(at_expiry="reassign", reassign_to=("desk", "guard"))


def named(c: Cabinet, **changes: Any) -> ev.HeirNamed:
    values = {"heir": "desk", "opens": c.lo, "closes": c.lo + HOUR_MS, **changes}
    return ev.HeirNamed(**ON, **values)


# -- the way back ---------------------------------------------------------------------------------


def awaiting() -> Cabinet:
    c = cabinet(at_expiry="return")
    c.collectable(hours=1)
    c.run(2 * HOUR_MS)
    assert c.phase(HO) == "awaiting_return"
    return c


def shut() -> Cabinet:
    c = awaiting()
    c.send(msg.RetireCabinet(OPERATOR, "smoke"))
    return c


def returning() -> Cabinet:
    c = awaiting()
    c.send(msg.FetchBack(DEPOSITOR, HO))
    return c


def missed() -> Cabinet:
    c = returning()
    c.run(kit.WINDOW_MS)
    return c


def return_open() -> Cabinet:
    c = returning()
    c.door("A1", "open")
    return c


def releasing() -> Cabinet:
    c = collectable()
    c.offer(HO)
    return c


def given(c: Cabinet) -> ev.Cause:
    lease = c.state.doors["A1"].lease
    assert lease is not None
    return ev.Cause(1, lease.entry)


def returned(c: Cabinet, **changes: Any) -> ev.HandoverReturned:
    values: dict[str, Any] = {
        **ON, "cause": given(c), "cred": f"c-{HO}", "opened": c.of(HO).opened or 0,
    }  # fmt: skip
    return ev.HandoverReturned(**{**values, **changes})


Forged = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

CLOCK: list[Forged] = [
    (collectable, lambda c: ev.CredentialUndelivered(
        **ON, cred=f"c-{HO}", channel="slip", reason="power"), "had been delivered"),
    (minted, lambda c: ev.CredentialUndelivered(
        **ON, cred="c-x", channel="slip", reason="power"), "not this handover's credential"),
    (collectable, lambda c: ev.WindowDoubted(**ON, kind="qr"), "the clock could tell"),
    (collectable, lambda c: ev.WindowPermitted(**BY, reason="x", minutes=15), "could tell"),
    (unsure, lambda c: ev.WindowPermitted(**ON, reason="x", minutes=15), "not for a device"),
    (unsure, lambda c: ev.WindowPermitted(**BY, reason="x", minutes=60), "for another time"),
    (own, lambda c: ev.WindowPermitted(**BY, reason="x", minutes=15), "by its depositor"),
    (approved, lambda c: time(c, actor=DEPOSITOR), "not for a depositor"),
    (Cabinet, time, "vouched for"),
    (timeless, time, "nobody approved it"),
    (approved, lambda c: time(c, cause=None), "nobody approved it"),
    (approved, lambda c: time(c, approver="1"), "not who approved"),
    (approved, lambda c: time(c, lo=NOON - 1, hi=NOON), "not an interval"),
    (approved, lambda c: time(c, hi=NOON + 2 * HOUR_MS), "not an interval"),
    (approved, lambda c: time(c, lo=NOON + 9_000 * HOUR_MS, hi=NOON + 9_000 * HOUR_MS), "too far"),
    (dark, lambda c: credit(c, cause=None), "no outage of this journal"),
    (dark, lambda c: credit(c, back=1), "no outage of this journal"),
    (dark, lambda c: credit(c, since=dark_of(c).since - 1), "lasted otherwise"),
    (dark, lambda c: credit(c, until=c.lo - MINUTE_MS), "lasted otherwise"),
    (dark, lambda c: credit(c, minutes=181), "not the minutes"),
    (dark, lambda c: credit(c, minutes=0), "not the minutes"),
    (dark, lambda c: credit(c, closes=c.of(HO).closes + 24 * HOUR_MS), "ends at another time"),
]  # fmt: skip

ENDS: list[Forged] = [
    (announced, lambda c: ev.OrderLapsed(ho=HO), "had not ended"),
    (overdue, lambda c: ev.OrderLapsed(actor=OPERATOR, ho=HO), "time alone"),
    (collectable, lambda c: ev.ReminderDue(**BY, step=1, before_h=24), "time alone"),
    (reminded, lambda c: ev.ReminderDue(**ON, step=1, before_h=24), "was given"),
    (told, lambda c: ev.HandoverEscalated(**BY, contact="guard", step=2), "time alone"),
    (told, lambda c: ev.HandoverEscalated(**ON, contact="desk", step=1), "another step"),
    (told, lambda c: ev.HandoverEscalated(**ON, contact="guard", step=3), "another step"),
    (expired, lambda c: ev.HeirWanted(**BY, heir="desk", step=1), "time alone"),
    (expired, named, "nobody was asked for"),
    (asked, lambda c: named(c, opens=c.lo - 1), "its window is none"),
    (asked, lambda c: named(c, closes=c.lo), "its window is none"),
]  # fmt: skip

BACK: list[Forged] = [
    (collectable, lambda c: ev.HandoverAwaitingReturn(**ON, reason="x"), "not for this role"),
    (expired, lambda c: ev.HandoverAwaitingReturn(actor=DEPOSITOR, **ON, reason="x"),
     "not for this role"),
    (awaiting, lambda c: ev.ReturnStarted(actor=OTHER, **ON), "not by its depositor"),
    (shut, lambda c: ev.ReturnStarted(actor=DEPOSITOR, **ON), "out of service"),
    (releasing, lambda c: ev.ReturnStarted(**BY), "given to another"),
    (returning, lambda c: ev.ReturnNotOpened(**ON, cause=given(c), attempt=2), "another attempt"),
    (missed, lambda c: ev.ReturnNotOpened(**ON, cause=given(c), attempt=1), "no pulse is open"),
    (awaiting, lambda c: ev.ReturnOpened(**ON), "nobody was given"),
    (returning, lambda c: ev.ReturnOpened(**ON, cause=ev.Cause(1, 0)), "another entry gave"),
    (return_open, lambda c: ev.ReturnOpened(**ON, cause=given(c)), "open already"),
    (return_open, lambda c: ev.ReturnFailed(**ON, cause=given(c), reason="x"), "had opened"),
    (returning, lambda c: ev.ReturnInterrupted(**ON, cause=given(c)), "only a start"),
    (returning, returned, "no opening was seen"),
    (return_open, lambda c: returned(c, opened=3), "another opening"),
    (return_open, lambda c: returned(c, cred="c-x"), "another credential"),
    (return_open, lambda c: returned(c, cred=None), "another credential"),
]  # fmt: skip

FORGED: list[Forged] = [*CLOCK, *ENDS, *BACK]
