"""From a button of the workbench to a hand on the simulated world.

Rules.  One button, one act that a person in the hall could do; a repair is the acts that undo what
is broken.  What the world refuses is a PortError, whose text is for the person.
"""

from __future__ import annotations

from lockerd.ports import World
from ui.workbench.model import Bench

READ = "The scanner has read it."


def act(world: World, bench: Bench, unit: str, action: str) -> str:
    """Do `action` to the door `unit`; words about what came of it, if there are any.

    Raises PortError when the world refuses, LookupError for an action that is not the world's.
    """
    verb, _, arg = action.partition(":")
    match verb:
        case "door":
            return _click(world, bench, arg)
        case "push" | "pull" | "force" | "jam" | "unjam":
            getattr(world, verb)(unit)
            return _held(bench, unit) if verb == "pull" else ""
        case "cut":
            world.cut(unit, arg)
        case "mend":
            world.mend(unit, arg)
        case "repair":
            return _repair(world, bench, unit)
        case "scan":
            return _scan(world, bench, arg)
        case "badge":
            world.badge(arg)
        case "power":
            world.power(arg == "on")
        case "clock":
            world.clock(int(arg))
        case _:
            raise LookupError(f"no hand does {verb!r}; see ui.workbench.hands")
    return ""


def _held(bench: Bench, unit: str) -> str:
    return f"Door {unit} is locked: it does not move." if bench.door(unit).latched else ""


def _click(world: World, bench: Bench, unit: str) -> str:
    """Push an open door shut; pull at one that is not open."""
    if bench.door(unit).is_open:
        world.push(unit)
        return ""
    world.pull(unit)
    return _held(bench, unit)


def _repair(world: World, bench: Bench, unit: str) -> str:
    door = bench.door(unit)
    if door.jammed:
        world.unjam(unit)
    if door.strike_cut:
        world.mend(unit, "strike")
    if door.contact_cut:
        world.mend(unit, "contact")
    return f"Door {unit} is repaired."


def _scan(world: World, bench: Bench, ho: str) -> str:
    sms = bench.message(ho)
    if sms is None:
        return "This message is not on the telephone any more."
    world.scan(sms.qr)
    return READ
