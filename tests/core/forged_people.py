"""Lies about people, for the judge: how the cabinet stands, the entry, and why it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corekit import DEPOSITOR, OPERATOR, TECHNICIAN, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg

HO = f"{1:016x}"
ON: dict[str, Any] = {"unit": "A1", "ho": HO}
SECOND = ev.Actor("operator", "6")


def new() -> Cabinet:
    """One operator and nobody signed in."""
    return Cabinet()


def collectable(**order: Any) -> Cabinet:
    c = Cabinet()
    assert c.collectable(**order) == HO
    return c


def own() -> Cabinet:
    """An item that an operator deposited."""
    return collectable(actor=OPERATOR)


def approved(subject: str) -> Cabinet:
    """A second operator said yes."""
    c = Cabinet()
    c.enrol(SECOND)
    c.send(msg.ApprovalChecked("badge-6", True, subject, OPERATOR.id))
    return c


def taken_over() -> Cabinet:
    return approved("shift")


def guessed() -> Cabinet:
    """Four wrong PINs behind one badge."""
    c = Cabinet()
    for _ in range(4):
        c.send(msg.StaffPinChecked("badge-2", False))
    return c


def signed_in(who: ev.Actor = OPERATOR) -> Cabinet:
    c = Cabinet()
    c.send(msg.StaffPinChecked(f"badge-{who.id}", True))
    return c


def technician_in() -> Cabinet:
    return signed_in(TECHNICIAN)


def linked() -> Cabinet:
    c = Cabinet()
    c.send(msg.LinkStaff(OPERATOR, "2", 1_000))
    return c


def left() -> Cabinet:
    c = Cabinet()
    c.send(msg.RetireStaff(OPERATOR, "3", "moved away"))
    return c


def carded() -> Cabinet:
    """Recovery cards are out."""
    c = Cabinet()
    c.send(msg.IssueCards(OPERATOR, msg.CardsMade("set", (), texts=("a", "b", "c"))))
    return c


def yes(who: ev.Actor, subject: str, document: str | None = None) -> ev.ApprovalGiven:
    return ev.ApprovalGiven(actor=who, subject=subject, document=document)


def badge(actor: ev.Actor = OPERATOR, **changes: Any) -> ev.StaffBadgeIssued:
    values = {"staff": "2", "cred": "new", "replaces": "badge-2", "reason": "lost", **changes}
    return ev.StaffBadgeIssued(actor=actor, **values)


def leaver(actor: ev.Actor = OPERATOR, staff: str = "2", cred: str = "") -> ev.StaffRetired:
    return ev.StaffRetired(actor=actor, staff=staff, cred=cred or f"badge-{staff}", reason="x")


def role(staff: str, to: str, actor: ev.Actor = OPERATOR) -> ev.StaffRoleChanged:
    return ev.StaffRoleChanged(actor=actor, staff=staff, role=to, reason="x")


def shift(actor: ev.Actor = OPERATOR, **changes: Any) -> ev.ShiftHandedOver:
    values: dict[str, Any] = {"to": "6", "open": (), "more": 0, "occupied": 0, **changes}
    return ev.ShiftHandedOver(actor=actor, **values)


def requested(**changes: Any) -> ev.ReleaseRequested:
    values = {"cred": f"c-{HO}", "kind": "qr", "needs": ("identity",), **changes}
    return ev.ReleaseRequested(**ON, **values)


Forged = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

APPROVALS: list[Forged] = [
    (new, lambda c: yes(ev.Actor("operator", "2"), "time"), "nobody of this number"),
    (new, lambda c: yes(TECHNICIAN, "time"), "not for a technician"),
    (new, lambda c: yes(TECHNICIAN, f"identity:{HO}", "passport"), "not for a technician"),
    (new, lambda c: yes(OPERATOR, "time", "passport"), "belongs to an identity"),
    (collectable, lambda c: yes(OPERATOR, f"identity:{HO}"), "belongs to an identity"),
    (own, lambda c: yes(OPERATOR, f"release:{HO}"), "their own deposit"),
    (taken_over, lambda c: yes(SECOND, "shift"), "approved twice"),
    (new, lambda c: ev.GlassBroken(actor=DEPOSITOR, subject="time", reason="x"), "not for a"),
    (own, lambda c: ev.GlassBroken(actor=OPERATOR, subject=f"release:{HO}", reason="x"),
     "their own deposit"),
    (new, lambda c: ev.GlassBroken(actor=OPERATOR, subject=f"fact:{HO}", reason="x"), "no glass"),
    (new, lambda c: ev.GlassBroken(actor=OPERATOR, subject="shift", reason="x"), "no glass"),
    (new, lambda c: yes(OPERATOR, f"fact:{HO}"), "nobody approves what both know"),
    (collectable, lambda c: requested(cred="c-x"), "not this handover's credential"),
    (collectable, lambda c: requested(needs=()), "needs nothing more"),
]  # fmt: skip

STAFF: list[Forged] = [
    (new, lambda c: ev.StaffEnrolled(staff="9", role="operator", cred="x"), "nobody claimed"),
    (new, lambda c: ev.StaffLocked(staff="9"), "were not counted"),
    (guessed, lambda c: ev.StaffLocked(staff="2"), "were not counted"),
    (new, lambda c: ev.StaffPinChanged(actor=OPERATOR, staff="9", cred="x"), "may sign in"),
    (left, lambda c: ev.StaffPinChanged(actor=TECHNICIAN, staff="3", cred=""), "may sign in"),
    (signed_in, lambda c: ev.StaffPinChanged(actor=OPERATOR, staff="2", cred="badge-2"),
     "not in its session"),
    (new, lambda c: ev.StaffPinChanged(actor=DEPOSITOR, staff="2", cred="badge-2"),
     "not in its session"),
    (signed_in, lambda c: ev.StaffPinChanged(actor=OPERATOR, staff="1", cred="x"), "another badge"),
    (new, lambda c: ev.StaffPinReset(actor=DEPOSITOR, staff="3", cred="badge-3"), "not for a"),
    (new, lambda c: ev.StaffPinReset(actor=OPERATOR, staff="2", cred="x"), "another badge"),
    (new, lambda c: ev.StaffPinReset(actor=OPERATOR, staff="1", cred="badge-1"), "their own PIN"),
    (new, lambda c: badge(DEPOSITOR), "not for a depositor"),
    (new, lambda c: badge(replaces="badge-3"), "ends another badge"),
    (new, lambda c: badge(cred="badge-2"), "the same badge"),
    (new, lambda c: badge(cred=""), "the same badge"),
    (new, lambda c: ev.StaffLinked(actor=DEPOSITOR, staff="1", uid=1_000), "not by the person"),
    (linked, lambda c: ev.StaffLinked(actor=OPERATOR, staff="4", uid=1_000), "somebody else"),
    (new, lambda c: leaver(DEPOSITOR), "not for a depositor"),
    (new, lambda c: leaver(staff="9"), "nobody of this number"),
    (left, lambda c: leaver(staff="3"), "nobody of this number"),
    (new, lambda c: leaver(staff="1"), "nobody was left"),
    (new, lambda c: leaver(cred="badge-3"), "another badge"),
    (technician_in, lambda c: leaver(staff="3"), "session goes on"),
    (new, lambda c: role("1", "auditor"), "nobody was left"),
    (new, lambda c: role("2", "king"), "no other known role"),
    (new, lambda c: role("2", "depositor"), "no other known role"),
    (technician_in, lambda c: role("3", "operator"), "session goes on"),
    (new, lambda c: role("2", "operator", DEPOSITOR), "not for a depositor"),
    (taken_over, lambda c: shift(DEPOSITOR), "not for a depositor"),
    (new, lambda c: shift(to="1"), "no other operator took it over"),
    (taken_over, lambda c: shift(to="1"), "no other operator took it over"),
    (taken_over, lambda c: shift(open=("forced:A1",)), "something else of the queue"),
    (taken_over, lambda c: shift(occupied=1), "something else of the queue"),
]  # fmt: skip

FOUNDING: list[Forged] = [
    (new, lambda c: ev.ClaimAccepted(actor=OPERATOR, challenge="a" * 64), "not for a"),
    (new, lambda c: ev.ClaimAccepted(challenge="a" * 63), "challenge is none"),
    (signed_in, lambda c: ev.ClaimAccepted(challenge="a" * 64), "could sign in as an operator"),
    (new, lambda c: ev.RecoveryAccepted(cred=""), "other cards counted"),
    (carded, lambda c: ev.RecoveryAccepted(cred="other"), "other cards counted"),
    (carded, lambda c: ev.RecoveryAccepted(actor=OPERATOR, cred="set"), "not for a"),
    (new, lambda c: ev.RecoveryIssued(cred="set"), "nobody was enrolled"),
    (new, lambda c: ev.RecoveryIssued(actor=TECHNICIAN, cred="set"), "not for a technician"),
    (carded, lambda c: ev.RecoveryIssued(actor=OPERATOR, cred="new"), "ends other cards"),
]  # fmt: skip

FORGED: list[Forged] = [*APPROVALS, *STAFF, *FOUNDING]
