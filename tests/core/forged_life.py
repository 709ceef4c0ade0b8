"""Lies about a handover's later life, for the judge: how the cabinet stands, the entry, why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import corekit as kit
from corekit import DEPOSITOR, OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.dispute import GRACE_MS
from lockerd.core.messages import Level

HO = f"{1:016x}"
ON: dict[str, Any] = {"unit": "A1", "ho": HO}
BY: dict[str, Any] = {"actor": OPERATOR, **ON}
RECIPIENT = ev.Actor("recipient", f"r{HO}")


def inside() -> Cabinet:
    """Collectable in A1."""
    c = Cabinet(kit.site(doors=4))
    assert c.collectable() == HO
    return c


def opened() -> Cabinet:
    c = inside()
    c.offer(HO)
    c.door("A1", Level.OPEN)
    return c


def collected() -> Cabinet:
    c = opened()
    c.door("A1", Level.CLOSED)
    return c


def long_ago() -> Cabinet:
    c = collected()
    c.wait(GRACE_MS + 1)
    return c


def moving() -> Cabinet:
    c = inside()
    c.send(msg.MoveHandover(OPERATOR, HO, "wet", "A4"))
    return c


def carrying() -> Cabinet:
    c = moving()
    c.door("A1", Level.OPEN)
    c.door("A1", Level.CLOSED)
    return c


def moved() -> Cabinet:
    c = carrying()
    c.send(msg.PlaceMoved(OPERATOR, HO))
    c.door("A4", Level.OPEN)
    c.door("A4", Level.CLOSED)
    return c


def given(c: Cabinet, unit: str = "A1") -> ev.Cause:
    """The entry that gave the door."""
    lease = c.state.doors[unit].lease
    assert lease is not None
    return ev.Cause(1, lease.entry)


def was(c: Cabinet) -> int:
    return c.of(HO).closes


def ended(c: Cabinet) -> dict[str, Any]:
    return {"actor": RECIPIENT, **ON, "cause": ev.Cause(1, c.state.tombs["A1"].idx)}


FORGED: list[tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]] = [
    (inside, lambda c: ev.HandoverExtended(**BY, was=was(c), closes=was(c), reason="x"), "grow"),
    (inside, lambda c: ev.HandoverExtended(**BY, was=1, closes=was(c) + 1, reason="x"), "grow"),
    (inside, lambda c: ev.HandoverExtended(**ON, was=was(c), closes=was(c) + 1, reason="x"),
     "not for a device"),
    (inside, lambda c: ev.CredentialReissued(**BY, cred=f"c-{HO}", old=f"c-{HO}", reason="x"),
     "another handover has this credential"),
    (inside, lambda c: ev.CredentialReissued(**BY, cred="new", reason="x"), "another credential"),
    (inside, lambda c: ev.CredentialReissued(**BY, cred="new", old="other", reason="x"),
     "another credential"),
    (inside, lambda c: ev.CredentialReissued(
        actor=DEPOSITOR, **ON, cred="new", old=f"c-{HO}", reason="x"), "not for a depositor"),
    (inside, lambda c: ev.HandoverReassigned(**BY, recipient_no="r", was="r", reason="x"),
     "another recipient"),
    (inside, lambda c: ev.HandoverRefused(actor=DEPOSITOR, **ON, reason="x"), "not for a"),
    (inside, lambda c: ev.CorrectionNoted(actor=OPERATOR, entry=len(c.log), reason="x"),
     "names no entry before"),
    (inside, lambda c: ev.CorrectionNoted(
        actor=OPERATOR, entry=1, cause=ev.Cause(1, 2), reason="x"), "another entry"),
    (inside, lambda c: ev.CredentialJoined(**ON, cred="c"), "not with its confirmed"),
    # at the open door
    (opened, lambda c: ev.ItemLeft(actor=RECIPIENT, **ON, left=False), "said already"),
    (opened, lambda c: ev.HandoverKept(**ON, opened=len(c.log) - 1, revives=f"c-{HO}"),
     "nobody said that it stays"),
    (opened, lambda c: ev.HandoverDisputed(actor=RECIPIENT, **ON, what="dull"), "no such claim"),
    (collected, lambda c: ev.CollectionDisputed(
        actor=RECIPIENT, unit="A2", ho=HO, what="wrong"), "no such handover ended"),
    (long_ago, lambda c: ev.CollectionDisputed(**ended(c), what="wrong"), "long before"),
    (long_ago, lambda c: ev.ReopeningAuthorised(**ended(c)), "long before"),
    (collected, lambda c: ev.DisputeSettled(**BY, reason="x", found="missing"), "nothing was disp"),
    # the key
    (inside, lambda c: ev.KeyDeclared(**BY, witness="7", reason="x"), "no second person"),
    (inside, lambda c: ev.HandoverCollectedManually(
        **BY, cred=f"c-{HO}", witness="7", reason="x"), "no second person"),
    (opened, lambda c: ev.HandoverCollectedManually(
        **ON, cred=f"c-{HO}", reason="x", opened=c.of(HO).opened, declared=True), "nobody decl"),
    # moves
    (inside, lambda c: ev.MoveStarted(**BY, to="A1", reason="x"), "lay elsewhere"),
    (inside, lambda c: ev.MoveStarted(**BY, to="A4", reason="x", held=True), "not as it says"),
    (carrying, lambda c: ev.MovePlacing(actor=OPERATOR, unit="A1", ho=HO), "lay there"),
    (moving, lambda c: ev.MoveOpened(**ON, cause=ev.Cause(1, 0)), "another entry gave"),
    (moving, lambda c: ev.MoveClosed(**ON, cause=given(c)), "no opening was seen"),
    (moving, lambda c: ev.MoveNotOpened(**ON, cause=given(c), attempt=2), "another attempt"),
    (moved, lambda c: ev.MoveConfirmed(actor=OPERATOR, unit="A4", ho=HO, was="A2"), "elsewhere"),
    (moved, lambda c: ev.MoveConfirmed(
        actor=OPERATOR, unit="A4", ho=HO, was="A1", revives=f"c-{HO}"), "not as it says"),
    (moved, lambda c: ev.MoveConfirmed(
        actor=OPERATOR, unit="A4", ho=HO, was="A1", replaces="c"), "another tombstone"),
]  # fmt: skip


def move_open() -> Cabinet:
    c = moving()
    c.door("A1", Level.OPEN)
    return c


FORGED += [
    (move_open, lambda c: ev.MoveAbandoned(**ON, cause=given(c), reason="x"), "had opened"),
]


def placing_open() -> Cabinet:
    c = carrying()
    c.send(msg.PlaceMoved(OPERATOR, HO))
    c.door("A4", Level.OPEN)
    return c


FORGED += [
    (placing_open, lambda c: ev.MoveDoorFailed(unit="A4", ho=HO, cause=given(c, "A4")), "opened"),
]
