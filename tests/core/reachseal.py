"""How a kiosk comes to ask about a seal, and for what a thing is given."""

from __future__ import annotations

from collections.abc import Callable

from corekit import DEPOSITOR, Cabinet
from forged_seal import HO, SEAL, collectable, ordered, sealing_site

from lockerd.core import messages as msg

FORM = {"profile": "swap", "size": "S", "recipient": "R. Person", "item": "Drill"}
NEW = "b" * 16


def deposit_seal() -> Cabinet:
    c = ordered()
    c.sign_in(DEPOSITOR)
    c.press("deposit")
    c.press("pick", HO)
    return c


def deposit_sealing() -> Cabinet:
    c = deposit_seal()
    c.act(msg.Scanned(SEAL))
    return c


def seal_check() -> Cabinet:
    c = collectable()
    c.act(msg.Scanned("LK1X"))
    c.act(msg.CodeChecked("qr", f"c-{HO}", True))
    for level in (msg.Level.OPEN, msg.Level.CLOSED):
        c.levels["A1"] = level
        c.act(msg.DoorMoved("A1", level, c.up_ms, c.up_ms))
    return c


def seal_checking() -> Cabinet:
    c = seal_check()
    c.act(msg.Scanned(SEAL))
    return c


def deposit_asset() -> Cabinet:
    c = Cabinet(sealing_site())
    c.sign_in(DEPOSITOR)
    c.press("deposit")
    c.press("new")
    c.act(msg.FormSent(FORM, (NEW, "r", "i")))
    return c


def deposit_given() -> Cabinet:
    c = deposit_asset()
    c.act(msg.Scanned("INV-1"))
    return c


def deposit_naming() -> Cabinet:
    c = deposit_given()
    c.act(msg.FormSent({"given": "RL07-0001"}, ("x", "y", "z")))
    return c


REACH: dict[str, Callable[[], Cabinet]] = {
    "deposit_seal": deposit_seal,
    "deposit_sealing": deposit_sealing,
    "seal_check": seal_check,
    "seal_checking": seal_checking,
    "deposit_asset": deposit_asset,
    "deposit_given": deposit_given,
    "deposit_naming": deposit_naming,
}
