"""Hands at a simulated cabinet: what `lockerctl sim` asks for.

Rules.  Nothing here exists on a device.  The telephone's messages hold codes, since that is what
somebody asked to read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.control.codec import RequestError
from lockerd.core.site import Site
from lockerd.desk import moments, rows
from lockerd.desk.parts import Hands

Args = Mapping[str, Any]

KEYS = (*"0123456789", "ok", "erase", "cancel", "speech", "louder", "quieter")
CABLES = ("strike", "contact")
DOORS = ("push", "pull", "force", "jam", "unjam")

DONE: dict[str, Any] = {}


def at_door(verb: str, hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """Push, pull, force, jam or unjam a door."""
    getattr(hands, verb)(_unit(site, args))
    return DONE


def at_cable(verb: str, hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """Cut or mend a cable."""
    getattr(hands, verb)(_unit(site, args), args["cable"])
    return DONE


def _unit(site: Site, args: Args) -> str:
    unit: str = args["unit"]
    if not site.has(unit):
        names = ", ".join(one.unit for one in site.compartments)
        raise RequestError("declined", f"no such door; there are {names}", why="unit")
    return unit


def scan(hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """Show a code to the scanner."""
    hands.scan(args["text"])
    return DONE


def show_badge(hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """Show a member of staff's badge to the scanner."""
    hands.badge(args["staff"])
    return DONE


def press(hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """Press a key."""
    hands.key(args["key"])
    return DONE


def headphones(hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """Plug headphones in, or pull them out."""
    hands.headphones(args["plug"] == "in")
    return DONE


def touch(hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """Tap the screen."""
    hands.touch(args["x"], args["y"])
    return DONE


def power(hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """Cut or restore the supply."""
    hands.power(args["supply"] == "on")
    return DONE


def clock(hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """Move the wall clock."""
    hands.clock(moments.span_ms(args["by"]))
    return DONE


def break_part(hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """Break a part of the cabinet."""
    hands.break_part(args["part"])
    return DONE


def mend_part(hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """Put in a part that works."""
    hands.mend_part(args["part"])
    return DONE


def phone(hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """The messages on the telephone, codes included, oldest first."""
    zone = site.time_zone
    found = (
        {
            "sent": moments.shown(one.sent, zone),
            "handover": one.reference,
            "ho": one.ho,
            "recipient": one.recipient,
            "item": one.item,
            "unit": one.unit,
            "opens": moments.shown(one.opens, zone),
            "closes": moments.shown(one.closes, zone),
            "pin": one.pin,
            "qr": one.qr,
        }
        for one in hands.phone.messages
    )
    return rows.page(rows.after(found, args["after"]))


def state(hands: Hands, site: Site, args: Args) -> dict[str, Any]:
    """How every door stands in the hall, whatever its contact says."""
    found = (
        {
            "unit": one.unit,
            "open": one.angle_deg > 0,
            "latched": one.latched,
            "jammed": one.jammed,
            "strike_cable": one.strike_cable,
            "contact_cable": one.contact_cable,
            "energised": one.energised,
            "pulses": one.pulses,
        }
        for one in hands.physics.state().values()
    )
    return rows.page(rows.after(found, args["after"]))


def badge_of(hands: Hands | None, staff: str) -> dict[str, Any]:
    """The badge of a demonstration member of staff."""
    known = None if hands is None else hands.badges.get(staff)
    if known is None:
        raise RequestError(
            "declined",
            "no badge is kept but those of a demonstration; a badge is printed when its holder is "
            "enrolled: lockerctl staff enrol --badge FILE",
            why="badge",
        )
    return {"staff": staff, "badge": known.text}
