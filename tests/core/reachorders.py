"""How a kiosk comes to stand where something is wrong, where things go back, and at orders."""

from __future__ import annotations

from collections.abc import Callable

import corekit as kit
from corekit import DEPOSITOR, OPERATOR, Cabinet

from lockerd.core import messages as msg

REACHED = f"{1:016x}"
"""The handover that every script here is about."""


def at_door(c: Cabinet, unit: str, level: str) -> None:
    c.levels[unit] = msg.Level(level)
    c.act(msg.DoorMoved(unit, msg.Level(level), c.up_ms, c.up_ms))


def admitted(profile: str = "documents") -> Cabinet:
    """The code of an item was scanned and proven."""
    c = Cabinet()
    c.collectable(profile=profile)
    c.act(msg.Scanned("LK1X"))
    c.act(msg.CodeChecked("qr", f"c-{REACHED}", True))
    return c


def opened() -> Cabinet:
    c = admitted()
    at_door(c, "A1", "open")
    return c


def receipt() -> Cabinet:
    c = opened()
    at_door(c, "A1", "closed")
    return c


def amiss() -> Cabinet:
    c = opened()
    c.press("amiss")
    return c


def after() -> Cabinet:
    """The choices at the receipt, with the strike rested."""
    c = receipt()
    c.wait(kit.REST_MS)
    c.press("amiss")
    return c


def kept() -> Cabinet:
    c = amiss()
    c.press("leave")
    at_door(c, "A1", "closed")
    return c


def disputed() -> Cabinet:
    c = amiss()
    c.press("claim", "wrong")
    return c


def again_opening() -> Cabinet:
    c = after()
    c.press("again")
    return c


def again_open() -> Cabinet:
    c = again_opening()
    at_door(c, "A1", "open")
    return c


def again_failed() -> Cabinet:
    c = again_opening()
    c.wait(kit.WINDOW_MS)
    c.act(msg.Tick())
    return c


def going_back() -> Cabinet:
    """A window ended by an operator's word: the item goes back."""
    c = Cabinet()
    c.collectable()
    c.send(msg.ReturnHandover(OPERATOR, REACHED, "not needed any more"))
    return c


def fetch_pick() -> Cabinet:
    c = going_back()
    c.sign_in(DEPOSITOR)
    c.press("fetch")
    return c


def fetch_opening() -> Cabinet:
    c = fetch_pick()
    c.press("fetch", REACHED)
    return c


def fetch_open() -> Cabinet:
    c = fetch_opening()
    at_door(c, "A1", "open")
    return c


def fetch_done() -> Cabinet:
    c = fetch_open()
    at_door(c, "A1", "closed")
    return c


def doubted() -> Cabinet:
    """A proven code in front of a clock that cannot tell stands in the queue."""
    c = Cabinet()
    c.collectable(profile="ask")
    c.width_ms = None
    c.send(msg.CodeChecked("qr", f"c-{REACHED}", True))
    c.sign_in(OPERATOR)
    c.press("queue")
    c.press("item", f"doubt:{REACHED}")
    return c


def orders(*actions: str) -> Callable[[], Cabinet]:
    def reach() -> Cabinet:
        c = doubted()
        c.press("orders")
        for one in actions:
            c.press("order", one)
        return c

    return reach


def time() -> Cabinet:
    c = Cabinet()
    c.collectable()
    c.width_ms = None
    c.sign_in(OPERATOR)
    c.press("time")
    return c


REACH: dict[str, Callable[[], Cabinet]] = {
    "amiss": amiss,
    "kept": kept,
    "disputed": disputed,
    "again_opening": again_opening,
    "again_open": again_open,
    "again_failed": again_failed,
    "fetch_pick": fetch_pick,
    "fetch_opening": fetch_opening,
    "fetch_open": fetch_open,
    "fetch_done": fetch_done,
    "orders": orders(),
    "order_permit": orders("permit"),
    "order_key": orders("key"),
    "order_bykey": orders("bykey"),
    "time": time,
}
